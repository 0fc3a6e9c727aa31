#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What kioskd, its API and kioskctl say of slips, with a printer that takes
nothing and one that takes all."""
import os
import socket
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import Office, main, wait_for  # noqa: E402


class DeafPrinter:
    """Takes a connection, and reads nothing."""

    def __enter__(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(8)
        self.device = "tcp:127.0.0.1:%d" % self.listener.getsockname()[1]
        return self

    def __exit__(self, *_):
        self.listener.close()


def slip_of(client, code):
    _, body = client.get("/v1/tickets")
    return {t["ticket"]: t.get("slip") for t in body["tickets"]}[code]


def details(office, kind):
    with sqlite3.connect("file:%s?mode=ro" % office.journal, uri=True) as db:
        return [row[0] for row in db.execute(
            "SELECT detail FROM events WHERE kind = ? ORDER BY seq", (kind,))]


def a_kill_between_issue_and_print_leaves_the_slip_unconfirmed():
    with DeafPrinter() as printer, Office(printer=printer.device) as office:
        office.start()
        client = office.client()
        wait_for(lambda: client.get("/v1/state")[1]["health"]["printer"]
                 == "unknown", "a printer that does not answer")
        status, ticket = client.post("/v1/tickets", {"service": "land"})
        assert status == 201, ticket
        assert slip_of(client, "A001") == "waiting"
        office.kill()

        office.start()
        client = office.client()
        assert slip_of(client, "A001") == "unconfirmed"
        assert "may be out or not" in office.said()
        _, body = client.get("/v1/tickets?state=waiting")
        assert [t["ticket"] for t in body["tickets"]] == ["A001"]
        metrics = client.get("/metrics")[1]
        assert 'kiosk_slips_today{fate="unconfirmed"} 1' in metrics
        assert 'kiosk_printer_state{state="unknown"} 1' in metrics or \
            'kiosk_printer_state{state="offline"} 1' in metrics
        waiting = office.ctl("waiting").stdout
        assert "print unconfirmed" in waiting, waiting
        assert details(office, "printed") == []


def a_reprint_is_a_copy_and_says_so():
    with Office(printer="file") as office:
        office.start()
        client = office.client()
        client.post("/v1/tickets", {"service": "civil"})
        wait_for(lambda: slip_of(client, "B001") == "printed", "the slip")
        slip = os.path.join(office.slips, "B001.escpos")
        with open(slip, "rb") as file:
            first = file.read()
        done = office.ctl("reprint", "B001")
        assert (done.returncode, done.stdout) == (0, "B001  slip waiting\n"), \
            done
        wait_for(lambda: len(details(office, "printed")) == 2, "the copy")
        with open(slip, "rb") as file:
            copy = file.read()
        assert len(copy) > len(first), "the copy is not marked"
        assert details(office, "printed") == [
            '{"ticket":"B001","confirmed":true}',
            '{"ticket":"B001","confirmed":true,"copy":true}']


def a_reprint_of_nothing_is_refused():
    with Office(printer="file") as office:
        office.start()
        client = office.client()
        status, body = client.post("/v1/tickets/A001/reprint")
        assert (status, body["error"]) == (404, "unknown_ticket"), body
        assert office.ctl("reprint", "A001").returncode == 1
        assert office.ctl("reprint", "first").returncode == 2
    with Office() as office:
        office.start()
        client = office.client()
        client.post("/v1/tickets", {"service": "land"})
        status, body = client.post("/v1/tickets/A001/reprint")
        assert (status, body["error"]) == (409, "no_printer"), body


def a_test_sheet_is_printed_and_no_slip_of_anybody():
    with Office(printer="file") as office:
        office.start()
        done = office.ctl("printer", "test")
        assert done.returncode == 0, done
        sheet = os.path.join(office.slips, "TEST.png")
        wait_for(lambda: os.path.exists(sheet), "the sheet")
        wait_for(lambda: "the test sheet is printed" in office.said(),
                 "kioskd to say so")
        assert details(office, "printed") == []
    with Office() as office:
        office.start()
        done = office.ctl("printer", "test")
        assert done.returncode == 1 and "no_printer" in done.stderr, done


main([
    a_kill_between_issue_and_print_leaves_the_slip_unconfirmed,
    a_reprint_is_a_copy_and_says_so,
    a_reprint_of_nothing_is_refused,
    a_test_sheet_is_printed_and_no_slip_of_anybody,
])
