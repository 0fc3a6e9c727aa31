#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The journal's other ways to the central log: by a USB stick, and after a fork."""
import os
import resource
import shutil
import socket
import sqlite3
import struct
import subprocess
import threading

import kiosk
from kiosk import Office


def ask(path, sql):
    db = sqlite3.connect(path)
    rows = db.execute(sql).fetchall()
    db.close()
    return rows


def serve(client, n):
    for _ in range(n):
        status, _ = client.post("/v1/tickets", {"service": "land"})
        assert status == 201
    client.post("/v1/counters/1/open")
    for _ in range(n):
        assert client.post("/v1/counters/1/call", {})[0] == 200
    assert client.post("/v1/counters/1/finish", {})[0] == 200


ROWS = "SELECT seq, kind, detail, hex(chain) FROM events ORDER BY seq"


def a_stick_carries_the_journal_of_a_running_kiosk():
    with Office(central="") as office:
        office.start()
        serve(office.client(), 4)
        stick = os.path.join(office.dir, "stick.jsonl")
        out = office.run("kioskctl", "--state-dir", office.dir, "journal",
                         "export", "--sealed", stick, "--config",
                         office.config)
        assert out.returncode == 0, out.stderr
        assert "test-01" in out.stdout and "signed" in out.stdout, out.stdout
        url = "sqlite:" + office.central
        # The configuration names no central log.
        out = office.run("kiosk-sync", "--import", stick, "--config",
                         office.config)
        assert out.returncode == 1 and "--central" in out.stderr, out.stderr
        for added in (len(ask(office.journal, ROWS)), 0):
            out = office.run("kiosk-sync", "--import", stick, "--central", url)
            assert out.returncode == 0, out.stderr
            assert f"{added} rows added" in out.stdout, out.stdout
        assert ask(office.central, ROWS) == ask(office.journal, ROWS)
        with open(stick, "r+", encoding="utf-8") as file:
            text = file.read().replace("A003", "A033", 1)
            file.seek(0)
            file.write(text)
        out = office.run("kiosk-sync", "--import", stick, "--central", url)
        assert out.returncode == 1 and "was changed" in out.stderr, out.stderr


def after_a_fork_a_rebased_journal_goes_on():
    with Office() as office:
        office.start()
        serve(office.client(), 2)
        office.stop()
        copy = office.journal + ".copy"
        shutil.copy(office.journal, copy)
        office.start()
        serve(office.client(), 2)
        office.stop()
        assert office.sync().returncode == 0
        # An old backup is put back, and the day goes on upon it.
        os.replace(copy, office.journal)
        office.start()
        serve(office.client(), 3)
        done = office.sync()
        assert done.returncode == 1 and "fork" in done.stderr, done.stderr
        assert "journal rebase" in done.stderr, done.stderr
        assert ask(office.central, "SELECT fault FROM contacts") == [("fork",)]
        rebase = ("--state-dir", office.dir, "journal", "rebase", "--reason",
                  "an old backup")
        out = office.run("kioskctl", *rebase)
        assert out.returncode == 1 and "is held" in out.stderr, out.stderr
        office.stop()
        lost = ask(office.journal, "SELECT max(seq) FROM events")[0][0]
        out = office.run("kioskctl", *rebase)
        assert out.returncode == 0, out.stderr
        office.start()
        status, ticket = office.client().post("/v1/tickets",
                                              {"service": "land"})
        # A003 and A004 were given out before the backup came back.
        assert (status, ticket["ticket"]) == (201, "A008"), ticket
        done = office.sync()
        assert done.returncode == 0, done.stderr
        heads = ask(office.central, "SELECT seq FROM contacts ORDER BY fault")
        assert len(heads) == 2, heads
        # The rows after the backup were never taken, and that is named.
        gaps = ask(office.central, "SELECT until_seq, why FROM gaps")
        assert (lost, "an old backup") in gaps, gaps
        out = office.run("kioskctl", "journal", "verify", office.journal)
        assert out.returncode == 0, out.stderr


UNIT = os.path.join(os.path.dirname(__file__), "..", "..", "firmware", "system",
                    "kiosk-sync.service")


def room_of_the_unit():
    with open(UNIT, encoding="utf-8") as unit:
        for line in unit:
            if line.startswith("LimitDATA="):
                return int(line.split("=")[1].strip().rstrip("M")) << 20
    raise AssertionError("kiosk-sync.service has no LimitDATA=")


def message(kind, body=b""):
    return kind + struct.pack(">i", 4 + len(body)) + body


class Endless:
    """A server that has one answer, of as many rows as somebody takes."""

    COLUMN = b"a\0" + struct.pack(">ihihih", 0, 0, 25, -1, -1, 1)
    ROW = message(b"D", struct.pack(">hi", 1, 1 << 16) + b"x" * (1 << 16))

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "postgresql://k@127.0.0.1:%d/d?sslmode=disable" % (
            self.listener.getsockname()[1])
        self.sent = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        conn, _ = self.listener.accept()
        conn.recv(1 << 16)
        conn.sendall(message(b"R", bytes(4)) + message(b"Z", b"I"))
        conn.recv(1 << 16)
        try:
            conn.sendall(message(b"1") + message(b"2") +
                         message(b"T", struct.pack(">h", 1) + self.COLUMN))
            while True:
                conn.sendall(self.ROW)
                self.sent += len(self.ROW)
        except OSError:
            conn.close()


def an_answer_without_an_end_takes_no_more_room_than_there_is():
    room = room_of_the_unit()
    with open(os.path.join(kiosk.BIN, "kiosk-sync"), "rb") as program:
        if b"__asan_init" in program.read():
            return  # its shadow alone is more
    server = Endless()
    with Office(central=server.url) as office:
        office.start()
        serve(office.client(), 1)
        office.stop()
        sync = subprocess.Popen(
            [os.path.join(kiosk.BIN, "kiosk-sync"), "--config", office.config,
             "--state-dir", office.dir, "--once"],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA,
                                                  (room, room)))
        said = sync.stderr.read()
        _, status, used = os.wait4(sync.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 1, (status, said)
        assert "more than there is room for" in said, said
        assert used.ru_maxrss < (room >> 10) + 16384, used.ru_maxrss
        assert server.sent > 1 << 20, server.sent


if __name__ == "__main__":
    kiosk.main([an_answer_without_an_end_takes_no_more_room_than_there_is,
                a_stick_carries_the_journal_of_a_running_kiosk,
                after_a_fork_a_rebased_journal_goes_on])
