# SPDX-License-Identifier: MIT
"""What load and soak share: an office whose clock is moved by the test
(soak_clock.h), its figures, and its journal held to the invariants in time that
grows with the rows alone."""
import collections
import mmap
import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from invariants import check_chain, rows_of  # noqa: E402
from kiosk import Office  # noqa: E402

DAY_MS = 24 * 3600 * 1000


class Clock:
    """struct soak_clock in a file that the programs map."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.write(struct.pack("=qqq", 0, 0, 1))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 24)

    def get(self, at):
        return struct.unpack_from("=q", self.map, 8 * at)[0]

    def put(self, at, value):
        # One aligned store of eight bytes: nobody sees half of it.
        memoryview(self.map).cast("q")[at] = value

    def sleep(self, ms):
        """Both clocks go on, as over a night."""
        self.put(0, self.get(0) + ms)

    def step(self, ms):
        """Somebody sets the wall clock."""
        self.put(1, self.get(1) + ms)

    def synced(self, whether):
        self.put(2, int(whether))


class MovedOffice(Office):
    """An Office with such a clock."""

    def __init__(self, **how):
        super().__init__(**how)
        self.clock = Clock(os.path.join(self.dir, "clock"))
        os.environ["KIOSK_SOAK_CLOCK"] = self.clock.path

    def metrics(self):
        client = self.client(60)
        status, text = client.get("/metrics")
        client.close()
        assert status == 200, status
        return Metrics(text)


class Metrics(dict):
    """Names to numbers; .what: what the labels of a name say."""

    def __init__(self, text):
        super().__init__()
        self.what = {}
        for line in text.splitlines():
            found = re.match(r'^(\w+)(?:\{what="(.*)"\})? ([0-9.e+-]+)$', line)
            if found:
                self[found[1]] = float(found[3])
                self.what[found[1]] = found[2]


def status_of(pid):
    """(RssAnon in kB, open descriptors)"""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        anon = int(re.search(r"RssAnon:\s+(\d+)", file.read())[1])
    return anon, len(os.listdir(f"/proc/{pid}/fd"))


def check_rows(rows):
    """Invariants 2 to 5 for days without transfers and returns; the chain.
    Returns the tickets issued: seq -> (day, service, number)."""
    check_chain(rows)
    last, lines, at, issued = {}, {}, {}, {}
    waiting = set()
    for row in rows:
        kind = row["kind"]
        ticket = (row["day"], row["service"], row["number"])
        where = f"row {row['seq']} ({kind} {ticket} at {row['counter']})"
        line = (row["service"], row["class"])
        if kind == "issued":
            of = ticket[:2]
            assert row["number"] == last.get(of, 0) + 1, where
            last[of] = row["number"]
            lines.setdefault(line, collections.deque()).append(ticket)
            waiting.add(ticket)
            issued[row["seq"]] = ticket
        elif kind == "called":
            assert row["counter"] not in at, where
            queue = lines[line]
            assert queue.popleft() == ticket, where
            waiting.remove(ticket)
            at[row["counter"]] = ticket
        elif kind == "finished":
            assert at.pop(row["counter"]) == ticket, where
        elif kind == "expired":
            if ticket in waiting:
                waiting.remove(ticket)
                lines[line].remove(ticket)
            else:
                left = [c for c, t in at.items() if t == ticket]
                assert left, where
                del at[left[0]]
        elif kind == "day_opened":
            assert not waiting and not at, where
    return issued


__all__ = ["Clock", "DAY_MS", "MovedOffice", "check_chain", "check_rows",
           "rows_of", "status_of"]
