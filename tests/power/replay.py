# SPDX-License-Identifier: MIT
"""A disk that loses or reorders what was not flushed.

A run is recorded below the guest's disk (disk_log.c). Then the power is cut at
each of its flushes: the disk holds what was flushed before, and of the writes
since then none, or some (disk_log.py). What had been told before that flush was
done must be in the journal, and the journal must be a beginning of the recorded
one: its last row's hash stands for all rows before."""
import json
import os
import random
import threading

from cuts import Told
from disk_log import check, put, records_of, some_of
from invariants import check_all
from machine import Machine, PATIENCE_S

START_EVERY = 10  # gaps: there kioskd itself is started, too


class Gap:
    """What reached the disk between two flushes, and what had been told by the
    time the second was done."""

    def __init__(self):
        self.writes = []  # (offset, bytes)
        self.told = 0     # the last row


class Recording:
    def __init__(self, gaps, rows):
        self.gaps = gaps
        self.rows = rows

    def lying(self, rng):
        """The same on a disk that does half of the flushes only in name."""
        gaps = [Gap()]
        for gap in self.gaps:
            gaps[-1].writes += gap.writes
            gaps[-1].told = gap.told
            if rng.random() < 0.5:
                gaps.append(Gap())
                gaps[-1].told = gap.told
        return Recording(gaps, self.rows)


def record(place, name, tickets, preload=""):
    """Runs kioskd: a new journal, a kill and two stops in it."""
    disk = place.new_disk(name + ".img")
    log = place.path(name + ".log")
    machine = Machine(place, name, disk,
                      {"WORK": "record", "TICKETS": tickets,
                       "PRELOAD": preload}, log)
    said = []
    try:
        for line in machine.lines(PATIENCE_S):
            said.append(line)
            if line == "done" or line.startswith("broken"):
                break
    finally:
        console = machine.said_on_console()
        machine.close()
    if not said or said[-1] != "done":
        raise AssertionError("; ".join(["recording: " + "".join(said[-1:])] +
                                       console))
    rows = [json.loads(line[4:]) for line in said if line.startswith("row ")]
    for row in rows:
        row["chain"] = bytes.fromhex(row["chain"])
    check_all(rows)
    recording = Recording(read_log(log), rows)
    os.unlink(log)
    os.unlink(disk)
    assert max(gap.told for gap in recording.gaps) > tickets, \
        "the log does not say what was told"
    return recording


def read_log(log):
    gaps = [Gap()]
    told = Told()
    rest = b""
    for kind, offset, body in records_of(log):
        if kind in "WZ":
            gaps[-1].writes.append((offset, body))
        elif kind == "M":
            *lines, rest = (rest + body).split(b"\n")
            for line in lines:
                told.take(line.decode())
        else:
            gaps[-1].told = told.last()
            gaps.append(Gap())
    gaps[-1].told = told.last()
    return gaps


class Replay:
    """Looks at all cuts, with two guests side by side."""

    def __init__(self, place, recording, seed, some, starts=True, name="r"):
        self.place = place
        self.recording = recording
        self.seed = seed
        self.some = some  # random subsets a gap
        self.starts = starts
        self.name = name
        self.cuts = self.started = 0
        self.ready_ms = []
        self.failures = []  # (what, disk image or None)
        self.lock = threading.Lock()

    def run(self):
        threads = [threading.Thread(target=self.work, args=(who,))
                   for who in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def work(self, who):
        name = f"{self.name}-{who}"
        image = self.place.new_disk(name + ".img")
        machine = Machine(self.place, name, image, {"WORK": "look"})
        try:
            self.look_at_gaps(who, machine, image)
            machine.say("end")
        except Exception as failure:  # pylint: disable=broad-except
            with self.lock:
                self.failures.append(
                    (f"{failure}; " + "; ".join(machine.said_on_console()),
                     None))
        finally:
            machine.close()

    def look_at_gaps(self, who, machine, image):
        with open(self.place.fresh, "rb") as file:
            base = bytearray(file.read())
        next(machine.lines(PATIENCE_S))  # it is up
        with open(image, "r+b") as disk:
            for number, gap in enumerate(self.recording.gaps):
                if number % 2 == who:
                    for case in range(1 + (self.some if gap.writes else 0)):
                        if self.failures:
                            return
                        self.look(machine, disk, base, number, case)
                for offset, body in gap.writes:
                    base[offset:offset + len(body)] = body

    def look(self, machine, disk, base, number, case):
        """case 0: nothing of what was not flushed is there; odd: some of it;
        even: some of it, torn."""
        gap = self.recording.gaps[number]
        writes = []
        tear = case > 0 and case % 2 == 0
        if case:
            rng = random.Random(f"{self.seed}/{number}/{case}")
            writes = some_of(rng, gap.writes, tear)
        put(disk.fileno(), [(0, base), *writes])
        if tear:
            check(disk.name)
        start = self.starts and case == 0 and number // 2 % START_EVERY == 0
        machine.say("start" if start else "look")
        wrong = self.hear(machine, gap, start)
        with self.lock:
            self.cuts += 1
            self.started += start
            if wrong:
                kept = self.place.path(f"failed-flush-{number}-{case}.img")
                with open(kept, "wb") as file:
                    put(file.fileno(), [(0, base), *writes])
                self.failures.append(
                    (f"flush {number}, case {case}: {wrong}", kept))

    def hear(self, machine, gap, started):
        """What is wrong with the disk, or None."""
        told, seen = Told(), None
        for line in machine.lines(PATIENCE_S):
            if line == "looked":
                return self.judge(gap, told, seen, started)
            if line.startswith("broken "):
                return line
            if line.startswith("seen "):
                seen = line
            elif line.startswith("ready "):
                self.ready_ms.append(int(line.split()[1]))
            told.take(line)
        return "the guest died"

    def judge(self, gap, told, line, started):
        """What is wrong, or None."""
        _, seq, chain, *wrong = line.split(" ", 3)
        seq = int(seq)
        rows = self.recording.rows
        if wrong and wrong[0]:
            return wrong[0]
        if seq < gap.told:
            return f"told and lost: row {gap.told}; the journal ends with {seq}"
        if seq and (seq > len(rows) or
                    rows[seq - 1]["chain"] != bytes.fromhex(chain)):
            return f"row {seq} is not the one that was recorded"
        return self.judge_next(seq, told) if started else None

    def judge_next(self, seq, told):
        for service in ("land", "civil"):
            last = max([row["number"] for row in self.recording.rows[:seq]
                        if row["kind"] == "issued" and
                        row["service"] == service], default=0)
            got = told.answers[f"i.{service}.0.0.0"]["number"]
            if got != last + 1:
                return f"{service}: {got} was given after {last}"
        return None
