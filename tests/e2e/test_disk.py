#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What cards and hands do to the journal: full, read-only, failing and slow
disks, files deleted, replaced, torn or from another time, under the real kioskd.
A ticket that cannot be made durable is never given; no code comes twice; nothing
is ever deleted; and it mends by itself or by one command."""
import glob
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import COLUMNS, check_chain, rows_of  # noqa: E402
from kiosk import BIN, Office, main, together, wait_for  # noqa: E402

SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "support",
                    "bad_disk.c")


class BadDisk:
    """An office whose kioskd runs on a disk that does as it is told."""

    def __init__(self, **how):
        self.dir = tempfile.mkdtemp(prefix="disk-")
        self.office = Office(**how)
        self.word = os.path.join(self.dir, "word")
        shim = os.path.join(self.dir, "bad_disk.so")
        compiler = os.environ.get("CC", "cc").split()
        subprocess.run([*compiler, "-shared", "-fPIC", "-o", shim, SHIM,
                        "-ldl"], check=True)
        preload = shim
        linked = subprocess.run(["ldd", os.path.join(BIN, "kioskd")],
                                capture_output=True, text=True, check=True)
        for line in linked.stdout.splitlines():
            if "libasan" in line:  # it wants to be the first
                preload = line.split()[2] + " " + shim
        self.env = {"LD_PRELOAD": preload, "KIOSK_DISK": self.word}

    def __enter__(self):
        os.environ.update(self.env)
        try:
            self.office.start()
        finally:
            for name in self.env:
                del os.environ[name]
        return self

    def __exit__(self, *why):
        self.office.__exit__(*why)
        shutil.rmtree(self.dir, ignore_errors=True)

    def does(self, word):
        with open(self.word + ".new", "w", encoding="ascii") as file:
            file.write(word)
        os.replace(self.word + ".new", self.word)


def issue(office, key=None):
    return office.client().post("/v1/tickets", {"service": "land"}, key)


def issued(office, n):
    client = office.client()
    tickets = [client.post("/v1/tickets", {"service": "land"})
               for _ in range(n)]
    assert all(status == 201 for status, _ in tickets), tickets
    client.close()
    return [ticket["ticket"] for _, ticket in tickets]


def health(office):
    return office.client().get("/v1/state")[1]["health"]


def faults(office):
    return [fault["error"] for fault in health(office)["journal_faults"]]


def check(office, *more):
    return office.run("kioskctl", "--state-dir", office.dir, *more, "journal",
                      "check")


def recover(office):
    return office.run("kioskctl", "--state-dir", office.dir, "journal",
                      "recover")


def asides(office):
    return sorted(glob.glob(os.path.join(office.dir, "journal-aside-*.db")))


def content(path):
    with open(path, "rb") as file:
        return file.read()


def put(path, data):
    with open(path, "wb") as file:
        file.write(data)


def refuses_and_goes_on(disk, word):
    """While the disk does that: no number, no slip, and everything else."""
    office = disk.office

    def at_rest():  # each slip is out, and noted
        kinds = [row["kind"] for row in rows_of(office.journal)]
        return kinds.count("printed") == kinds.count("issued")

    wait_for(at_rest, "the slips")
    before = office.client().get("/v1/state")[1]
    slips = len(glob.glob(office.slips + "/*.png"))
    assert slips > 0
    disk.does(word)
    for _ in range(3):
        status, answer = issue(office, "k-" + word)
        assert (status, answer["error"]) == (503, "journal_unavailable")
        assert answer["message"]["vi"] and answer["message"]["en"]
    status, answer = office.client().post("/v1/counters/1/call")
    assert (status, answer["error"]) == (503, "journal_unavailable"), answer
    after = office.client().get("/v1/state")[1]
    for part in ("seq", "services", "counters", "calls"):
        assert after[part] == before[part], part
    assert after["health"]["journal"] == "unavailable", after["health"]
    assert office.client().get("/healthz")[0] == 503
    assert office.daemon.poll() is None
    assert len(glob.glob(office.slips + "/*.png")) == slips


def a_failing_disk_refuses_numbers_and_heals_by_itself():
    with BadDisk(printer="file") as disk:
        office = disk.office
        assert issued(office, 1) == ["A001"]
        for number, word in enumerate(("eio", "enospc", "erofs", "read-eio"),
                                      2):
            refuses_and_goes_on(disk, word)
            disk.does("")
            status, ticket = issue(office, "k-" + word)
            assert (status, ticket["ticket"]) == (201, f"A{number:03}"), ticket
            assert health(office)["journal"] == "ok"
            assert office.client().get("/healthz")[0] == 200
        assert office.stop() == 0
        rows = rows_of(office.journal)
        check_chain(rows)
        assert [r["number"] for r in rows if r["kind"] == "issued"] == \
            [1, 2, 3, 4, 5]


def a_dying_card_is_slow_and_says_so():
    with BadDisk() as disk:
        office = disk.office
        disk.does("slow 2000")
        tickets = []

        def one():
            status, ticket = issue(office)
            assert status == 201, ticket
            tickets.append(ticket["ticket"])

        began = time.monotonic()
        together([one] * 8)
        assert time.monotonic() - began >= 2
        assert sorted(tickets) == [f"A{n:03}" for n in range(1, 9)], tickets
        assert health(office)["journal"] == "slow", health(office)
        disk.does("")
        assert issued(office, 1) == ["A009"]
        assert health(office)["journal"] == "ok"
        assert office.stop() == 0
        check_chain(rows_of(office.journal))


def what_is_deleted_or_replaced_under_kioskd_is_put_back():
    for suffix in ("", "-wal", "-shm"):
        for by in (None, b"something else\n"):
            with Office() as office:
                office.start()
                assert issued(office, 3)[-1] == "A003"
                os.unlink(office.journal + suffix)
                if by:
                    put(office.journal + suffix, by)
                status, answer = issue(office, "k")
                assert (status, answer["error"]) == \
                    (503, "journal_unavailable"), answer
                status, ticket = wait_for(
                    lambda: (lambda a: a if a[0] == 201 else None)(
                        issue(office, "k")), "a number")
                assert ticket["ticket"] == "A004", (suffix, by, ticket)
                assert "file_moved" in faults(office), health(office)
                # Whatever happens next, it is all there.
                office.kill()
                office.start()
                assert issued(office, 1) == ["A005"], (suffix, by)
                assert office.stop() == 0
                rows = rows_of(office.journal)
                check_chain(rows)
                if by:
                    kept = glob.glob(office.dir + "/journal-aside-*")
                    assert by in [content(path) for path in kept], kept


def a_lost_wal_gives_no_number_twice():
    """Gone, garbage, or an older one: SQLite takes each for good."""
    for name in ("gone", "garbage", "older"):
        with Office() as office:
            office.start()
            wal = office.journal + "-wal"
            given = set(issued(office, 5))
            older = content(wal)
            given.update(issued(office, 20))
            office.kill()
            if name == "gone":
                os.unlink(wal)
            else:
                put(wal, older if name == "older" else b"\x5a" * 40000)
            office.start()
            assert faults(office) == ["rows_lost"], (name, health(office))
            text = office.client().get("/v1/state")[1]["health"][
                "journal_faults"][0]["message"]
            assert text["vi"] and "kioskctl journal check" in text["en"]
            new = issued(office, 3)
            assert new == ["A026", "A027", "A028"], (name, new)
            assert not given & set(new)
            assert office.stop() == 0
            rows = rows_of(office.journal)
            check_chain(rows)
            raised = [r for r in rows if r["kind"] == "numbers_raised"]
            assert [r["service"] for r in raised] == ["land"], raised
            assert json.loads(raised[0]["detail"]) == \
                {"last": 25, "why": "rows_lost"}
            # It is told once; the next start finds all in order.
            office.start()
            assert not faults(office)
            assert issued(office, 1) == ["A029"]


def a_journal_beyond_use_is_set_aside_and_numbers_go_on():
    cases = (
        ("a text file", b"Xin chao, day la so ghi chep cua to.\n" * 200),
        ("zeros", bytes(8192)),
        ("empty", b""),
    )
    for name, rubbish in cases:
        with Office() as office:
            office.start()
            assert issued(office, 7)[-1] == "A007"
            office.stop()
            old = sqlite3.connect(office.journal)
            (old_id,), = old.execute(
                "SELECT value FROM meta WHERE name = 'journal'")
            (old_seq,), = old.execute("SELECT max(seq) FROM events")
            old.close()
            put(office.journal, rubbish)
            office.start()
            assert issued(office, 1) == ["A008"], name
            aside, = asides(office)
            assert content(aside) == rubbish, name
            fault, = health(office)["journal_faults"]
            assert fault["error"] == "set_aside", fault
            assert fault["file"] == os.path.basename(aside), fault
            assert os.path.basename(aside) in office.said(), office.said()
            assert os.path.basename(aside) in office.ctl("state").stdout
            first = json.loads(rows_of(office.journal)[0]["detail"])
            assert first["previous"] == old_id, first
            assert first["previous_seq"] == old_seq, first
            assert first["aside"] == os.path.basename(aside), first
            assert "journal.db" in first["reason"], first
            if name == "zeros":
                os.unlink(aside)  # looked at, and moved away
                wait_for(lambda: not faults(office), "the fault to go", 30)
            office.stop()
            check_chain(rows_of(office.journal))


def what_can_be_read_of_a_torn_journal_is_kept():
    with Office() as office:
        office.start()
        given = set(issued(office, 300))
        office.stop()
        whole = office.journal + ".whole"
        shutil.copy(office.journal, whole)
        numbers = os.path.join(office.dir, "numbers")
        shutil.copy(numbers, numbers + ".whole")
        size = os.path.getsize(whole)
        for name, at, length in (("header", 0, 100), ("first page", 0, 4096),
                                 ("schema", 100, 300),
                                 ("end", size - 8192, 8192)):
            shutil.copy(whole, office.journal)
            shutil.copy(numbers + ".whole", numbers)
            with open(office.journal, "r+b") as file:
                file.seek(at)
                file.write(bytes(length))
            office.start()
            number, = issued(office, 1)
            assert number not in given, name
            assert number == "A301", (name, number)
            waiting = office.client().get("/v1/tickets?state=waiting")[1]
            if name != "end":
                assert len(waiting["tickets"]) == 301, name
            assert "set_aside" in faults(office), name
            office.stop()
            done = office.run("kioskctl", "journal", "verify", office.journal)
            assert done.returncode == 0, (name, done)
        for keep in (100, 1000, size // 2, size - 4096, size - 100):
            shutil.copy(whole, office.journal)
            shutil.copy(numbers + ".whole", numbers)
            os.truncate(office.journal, keep)
            office.start()
            assert issued(office, 1) == ["A301"], keep
            office.stop()


def add_old_rows(office, n):
    """A day of long ago, of which nothing is needed today."""
    rows = rows_of(office.journal)
    previous = rows[-1]["chain"]
    database = sqlite3.connect(office.journal)
    for seq in range(rows[-1]["seq"] + 1, rows[-1]["seq"] + 1 + n):
        row = dict.fromkeys(COLUMNS)
        row.update(seq=seq, at_ms=1700000000000 + seq, day="2023-11-14",
                   kind="printer_changed", actor="printer",
                   detail='{"from":"ok","to":"paper_low"}')
        fields = "\x1f".join("" if row[c] is None else str(row[c])
                             for c in COLUMNS)
        previous = hashlib.sha256(previous + fields.encode()).digest()
        database.execute(
            f"INSERT INTO events ({', '.join(COLUMNS)}, chain) VALUES "
            f"({', '.join('?' * (len(COLUMNS) + 1))})",
            [row[c] for c in COLUMNS] + [previous])
    database.commit()
    database.close()


def an_old_office(office, old_rows=3000):
    """Old rows, and a day that began behind them."""
    office.start()
    office.stop()
    database = sqlite3.connect(office.journal)
    database.execute("DELETE FROM events WHERE seq > 1")
    database.commit()
    database.close()
    os.unlink(os.path.join(office.dir, "numbers"))
    add_old_rows(office, old_rows)
    office.start()
    assert issued(office, 50)[-1] == "A050"
    office.stop()
    check_chain(rows_of(office.journal))


def spoil_page(office, holding):
    """The page that a row stands in, by what only that row holds."""
    data = content(office.journal)
    at = data.index(holding) // 4096 * 4096
    put(office.journal, data[:at] + b"\xff" * 4096 + data[at + 4096:])


def a_page_lost_in_an_old_day_stops_nobody_and_is_recovered():
    with Office() as office:
        an_old_office(office)
        assert check(office).returncode == 0, check(office)
        spoil_page(office, rows_of(office.journal)[1500]["chain"])
        said = check(office)
        assert said.returncode == 1 and "WRONG" in said.stdout, said
        assert "recover" in said.stdout, said.stdout
        for line in said.stdout.splitlines():
            assert line.split()[0] in ("ok", "WRONG"), line
        answer = check(office, "--json")
        assert answer.returncode == 1, answer
        answer = json.loads(answer.stdout)
        assert not answer["ok"], answer
        assert any(not f["ok"] and f["what"] == "chain"
                   for f in answer["findings"]), answer
        # Today is whole: the office works, and nothing is set aside.
        office.start()
        assert issued(office, 1) == ["A051"]
        assert not asides(office) and not faults(office)
        refused = recover(office)
        assert refused.returncode == 1 and "is held" in refused.stderr
        office.stop()
        done = recover(office)
        assert done.returncode == 0, done
        assert "(2023-11-14 to 2023-11-14): hold" in done.stdout, done.stdout
        assert "cannot be read" in done.stdout, done.stdout
        assert "in the journal" in done.stdout, done.stdout
        assert len(asides(office)) == 1
        again = recover(office)
        assert again.returncode == 0 and "whole" in again.stdout, again
        assert len(asides(office)) == 1
        assert check(office).returncode == 0, check(office)
        office.start()
        assert issued(office, 1) == ["A052"]
        waiting = office.client().get("/v1/tickets?state=waiting")[1]
        assert len(waiting["tickets"]) == 52
        assert faults(office) == ["set_aside"]


def a_page_lost_in_today_gives_no_number_twice():
    with Office() as office:
        an_old_office(office)
        office.start()
        issued(office, 150)
        office.stop()
        rows = rows_of(office.journal)
        spoil_page(office, rows[-150]["chain"])
        office.start()
        assert issued(office, 1) == ["A201"]
        assert "set_aside" in faults(office)
        waiting = office.client().get("/v1/tickets?state=waiting")[1]
        assert len(waiting["tickets"]) > 100
        assert office.client().post("/v1/counters/1/call")[0] == 200
        office.kill()
        office.start()
        assert issued(office, 1) == ["A202"]
        again = office.client().get("/v1/tickets?state=waiting")[1]
        assert len(again["tickets"]) == len(waiting["tickets"])


def a_check_changes_nothing_beside_a_running_kioskd():
    with Office() as office:
        office.start()
        issued(office, 30)
        before = {path: content(path)
                  for path in (office.journal, office.journal + "-wal",
                               os.path.join(office.dir, "numbers"))}
        said = check(office)
        assert said.returncode == 0 and "hold" in said.stdout, said
        assert "WRONG" not in said.stdout, said.stdout
        for path, bytes_before in before.items():
            assert content(path) == bytes_before, path
        assert issued(office, 1) == ["A031"]
        nothing = office.run("kioskctl", "journal", "check",
                             office.dir + "/none")
        assert nothing.returncode == 1 and "none" in nothing.stdout, nothing
        wrong = office.run("kioskctl", "journal", "check", "a", "b")
        assert wrong.returncode == 2, wrong


if __name__ == "__main__":
    main([a_failing_disk_refuses_numbers_and_heals_by_itself,
          a_dying_card_is_slow_and_says_so,
          what_is_deleted_or_replaced_under_kioskd_is_put_back,
          a_lost_wal_gives_no_number_twice,
          a_journal_beyond_use_is_set_aside_and_numbers_go_on,
          what_can_be_read_of_a_torn_journal_is_kept,
          a_page_lost_in_an_old_day_stops_nobody_and_is_recovered,
          a_page_lost_in_today_gives_no_number_twice,
          a_check_changes_nothing_beside_a_running_kioskd])
