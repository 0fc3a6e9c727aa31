#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A citizen's ticket on the telephone: what the slip's token shows, and what it
does not."""
import base64
import hashlib
import http.client
import json
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import Office, main  # noqa: E402
from test_access import free_port  # noqa: E402


class Hall:
    """An office whose citizens may look, and a telephone."""

    def __init__(self, on=True):
        self.port = free_port()
        self.office = Office(listen=f"127.0.0.1:{self.port}")
        if on:
            with open(self.office.config, encoding="utf-8") as file:
                text = file.read()
            with open(self.office.config, "w", encoding="utf-8") as file:
                file.write(text.replace("console = {",
                                        "console = { phone = true;"))

    def __enter__(self):
        self.office.__enter__()
        self.office.start()
        self.client = self.office.client()
        return self

    def __exit__(self, *what):
        self.client.close()
        return self.office.__exit__(*what)

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, 30)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def token(self, code, seq):
        """As base/ticket_token.h says, by a program of another make."""
        with open(os.path.join(self.office.dir, "ticket.key"), "rb") as file:
            key = file.read()
        mac = hashlib.blake2b(f"{code} {seq}".encode(), key=key,
                              digest_size=16).digest()
        return code + "-" + base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def issue(self, service="land"):
        status, ticket = self.client.post("/v1/tickets", {"service": service})
        assert status == 201, ticket
        return ticket["ticket"], self.token(ticket["ticket"], ticket["seq"])

    def look(self, token):
        status, headers, text = self.ask(f"/t/{token}/ticket")
        assert status == 200, text
        assert headers["Cache-Control"] == "no-store", headers
        return json.loads(text)


def the_ticket_is_followed_from_its_issue_to_its_end():
    with Hall() as hall:
        client = hall.client
        client.post("/v1/counters/1/open")
        hall.issue()
        code, token = hall.issue()
        seen = hall.look(token)
        assert (seen["ticket"], seen["state"], seen["ahead"]) == \
            (code, "waiting", 1), seen
        client.post("/v1/counters/1/call")
        assert hall.look(token)["ahead"] == 0
        client.post("/v1/counters/1/call")
        seen = hall.look(token)
        assert seen["state"] == "called" and seen["ahead"] is None, seen
        assert seen["counter"]["id"] == 1, seen
        assert seen["counter"]["name"]["en"] == "Counter 1", seen
        client.post("/v1/counters/1/finish")
        seen = hall.look(token)
        assert seen["state"] == "served" and seen["counter"] is None, seen


def nothing_is_said_of_others():
    with Hall() as hall:
        hall.issue()
        _, token = hall.issue()
        hall.issue()
        text = json.dumps(hall.look(token))
        assert "A001" not in text and "A003" not in text, text
        assert set(hall.look(token)) == {
            "ticket", "office", "service", "class", "state", "ahead", "wait_s",
            "counter", "calls", "issued_at_ms", "at_ms"}


def wrong_tokens_are_all_the_same():
    with Hall() as hall:
        code, token = hall.issue()
        other = hall.token(code, 10 ** 6)
        answers = set()
        for wrong in (other, token[:-1], token + "x", code, "A999-" + "x" * 22,
                      "x", "A001-" + "A" * 300,
                      token.replace("A001", "A002")):
            status, _, text = hall.ask(f"/t/{wrong}/ticket")
            assert status == 404, (wrong, status, text)
            answers.add(text)
        assert len(answers) == 1, answers


def it_outlasts_a_restart_and_ends_with_the_day():
    with Hall() as hall:
        _, token = hall.issue()
        hall.client.close()
        hall.office.stop()
        hall.office.start()
        assert hall.look(token)["state"] == "waiting"
        # The journal is the day's: with another, nobody knows the ticket.
        # (As on a new card: beside "numbers", no code would come twice.)
        hall.office.stop()
        for name in ("journal.db", "journal.db-wal", "journal.db-shm",
                     "numbers"):
            path = os.path.join(hall.office.dir, name)
            if os.path.exists(path):
                os.unlink(path)
        hall.office.start()
        hall.client = hall.office.client()
        assert hall.ask(f"/t/{token}/ticket")[0] == 404
        # Nor where the same code is out again.
        code, _ = hall.issue()
        assert token.startswith(code)
        with sqlite3.connect(hall.office.journal) as journal:
            rows = journal.execute("select seq from events where "
                                   "kind = 'issued'").fetchall()
        assert len(rows) == 1
        again = hall.token(code, rows[0][0])
        assert hall.look(again)["ticket"] == code


def it_is_off_where_nobody_asked_for_it():
    with Hall(on=False) as hall:
        assert hall.ask("/t/A001-x")[0] == 404
        assert hall.ask("/t/A001-x/ticket")[0] == 404
        assert not os.path.exists(os.path.join(hall.office.dir, "ticket.key"))
        # A slip that leads there would lead nowhere.
        with open(hall.office.config, encoding="utf-8") as file:
            text = file.read()
        with open(hall.office.config, "w", encoding="utf-8") as file:
            file.write(text.replace(
                "printer = {", 'printer = { qr = "https://x/t/{token}";'))
        check = hall.office.run("kioskctl", "config", "check",
                                hall.office.config)
        assert check.returncode == 1 and "phone = true" in check.stderr, check


def it_changes_nothing_and_takes_only_so_much():
    with Hall() as hall:
        _, token = hall.issue()
        assert hall.ask(f"/t/{token}/ticket", "POST")[0] == 404
        status, headers, page = hall.ask(f"/t/{token}")
        assert status == 200 and "phone.js" in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        connection = http.client.HTTPConnection("127.0.0.1", hall.port, 30)
        statuses = []
        # As fast as it goes: more than any machine's bucket is refilled.
        while 429 not in statuses and len(statuses) < 20000:
            connection.request("GET", f"/t/{token}/ticket")
            answer = connection.getresponse()
            text = answer.read().decode()
            statuses.append(answer.status)
        connection.close()
        assert set(statuses) == {200, 429}, set(statuses)
        wait_s = answer.headers["Retry-After"]
        assert int(wait_s) > 0
        assert f"sau {wait_s} giây" in text and f"in {wait_s} sec" in text, text
        # And nobody else is any the worse for it.
        assert hall.client.post("/v1/tickets", {"service": "land"})[0] == 201


TESTS = [
    the_ticket_is_followed_from_its_issue_to_its_end,
    nothing_is_said_of_others,
    wrong_tokens_are_all_the_same,
    it_outlasts_a_restart_and_ends_with_the_day,
    it_is_off_where_nobody_asked_for_it,
    it_changes_nothing_and_takes_only_so_much,
]

if __name__ == "__main__":
    main(TESTS)
