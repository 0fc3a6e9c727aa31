#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The journal's other ways to the central log: by a USB stick, and after a fork."""
import os
import shutil
import sqlite3

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


if __name__ == "__main__":
    kiosk.main([a_stick_carries_the_journal_of_a_running_kiosk,
                after_a_fork_a_rebased_journal_goes_on])
