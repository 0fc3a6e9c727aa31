# SPDX-License-Identifier: MIT
"""Power cuts at random moments: what was told must be in the journal after."""
import json
import os
import random
import shutil
import threading

from disk_log import records_of, said_in, settle, slips_in
from invariants import check_all
from machine import Machine, PATIENCE_S

CUTS_OF_A_DISK = 25  # then a new one: a new journal is cut, too
CUT_WHILE_STARTING = 0.15
CUT_LOSES_WRITES = 0.5  # else all that reached the disk is there
LAST_RECORDS = 100       # of which one is the last before such a cut
PRINTING_EVERY = 3       # disks: there is a printer, too
PAUSE_MS = 150           # ... and fewer citizens, for it to keep up with
# When a cut comes: after so many lines told, so that a slow machine is not cut
# before it has done anything, and a moment later.
BUSY = (200, 0.01)
PRINTING = (12, 0.2)


class Lost(AssertionError):
    """What had been told is not in the journal."""


class Told:
    """What left the machine by any way."""

    def __init__(self):
        self.answers = {}  # key -> (status, the answer)
        self.open = []     # keys that were asked and not answered
        self.again = 0     # keys that were asked again after a cut
        self.seen = 0      # the last row that a screen has shown
        self.slips = 0     # that began to leave the printer since row printed
        self.printed = 0

    def take(self, line):
        word, _, rest = line.partition(" ")
        if word == "ask":
            if rest in self.open:
                self.again += 1
            else:
                self.open.append(rest)
        elif word == "told":
            self.seen = max(self.seen, int(rest))
        elif word == "ack":
            key, status, *body = rest.split(" ", 2)
            if key in self.open:
                self.open.remove(key)
            answer = json.loads(body[0]) if body and body[0] else None
            assert status in ("200", "201", "204"), line
            assert key not in self.answers or \
                self.answers[key] == answer, f"{key}: answered twice"
            self.answers[key] = answer

    def last(self):
        return max([self.seen] + [a["seq"] for a in self.answers.values() if a])

    def check(self, rows):
        """Nothing told is lost, and it was the truth."""
        if self.seen > len(rows):
            raise Lost(f"a screen had shown row {self.seen} of {len(rows)}")
        # A slip whose fate is not known is not printed again.
        issued = sum(row["kind"] == "issued" for row in rows[self.printed:])
        if self.slips > issued:
            raise Lost(f"{self.slips} slips of {issued} tickets")
        for key, answer in self.answers.items():
            if not answer:
                continue
            row = rows[answer["seq"] - 1] if answer["seq"] <= len(rows) else {}
            if row.get("key") != key:
                raise Lost(f"answered: {answer['ticket']} by {key} in row "
                           f"{answer['seq']} of {len(rows)}")
            assert (row["service"], row["number"]) == \
                (answer["service"], answer["number"]), f"{answer} but {row}"


class Disk:
    """A disk's life: one boot after the other, each ended by a cut."""

    def __init__(self, place, name, random_numbers, preload="",
                 printing=False):
        self.place = place
        self.name = name
        self.random = random_numbers
        self.preload = preload
        self.printing = printing
        self.image = place.new_disk(name + ".img")
        self.before = place.path(name + ".before.img")
        self.log = place.path(name + ".log")
        self.lost_writes = self.slips = 0
        self.told = Told()
        self.rows = []
        self.ready_ms = []
        self.boots = 0
        self.console = []

    def boot_and_cut(self):
        """Whether the guest came as far as to show the journal, which is then
        held against all that was told before."""
        self.boots += 1
        shutil.copyfile(self.image, self.before)
        open(self.log, "wb").close()
        settings = {"WORK": "cut", "FROM": len(self.rows), "BOOT": self.boots,
                    "AGAIN": ",".join(self.told.open),
                    "PRELOAD": self.preload,
                    "PAUSE": PAUSE_MS if self.printing else 0}
        machine = Machine(self.place, self.name, self.image, settings,
                          self.log, "printing.conf" if self.printing
                          else "kiosk.conf")
        starting = self.random.random() < CUT_WHILE_STARTING
        try:
            if not starting:
                self.wait_until_checked(machine)
            self.let_run(machine, self.time_to_start() if starting else
                         PRINTING if self.printing else BUSY)
            machine.cut()
        finally:
            self.console = machine.said_on_console()
            machine.close()
        self.settle(0 if starting else None)
        return not starting

    def time_to_start(self):
        """The kernel's and, as the last time, kioskd's."""
        return 0, 0.1 + (self.ready_ms or [400])[-1] / 1000

    def let_run(self, machine, most):
        lines = self.random.randint(0, most[0])
        for line in machine.lines(PATIENCE_S) if lines else ():
            self.look_for_trouble(line)
            lines -= 1
            if lines == 0:
                break
        for line in machine.lines(self.random.uniform(0, most[1])):
            self.look_for_trouble(line)

    def settle(self, first):
        """What of the boot is on the disk, and what had been told by then. A
        disk that loses writes may be cut a little earlier, behind any write;
        not before record first (None: not before the journal was shown)."""
        records = list(records_of(self.log))
        end = len(records)
        loses = self.random.random() < CUT_LOSES_WRITES
        if loses:
            if first is None:
                first = next(n for n, (kind, _, body) in enumerate(records, 1)
                             if kind == "M" and b"rows told\n" in body)
            first = max(first, end - LAST_RECORDS)
            end = self.random.choice(
                [n for n in range(first, end) if records[n - 1][0] in "WZ"] or
                [end])
            shutil.copyfile(self.before, self.image)
            self.lost_writes += settle(self.image, records[:end], self.random)
        for line in said_in(records[:end]):
            self.told.take(line)
        self.told.slips += slips_in(records[:end])
        self.slips += slips_in(records[:end])

    def wait_until_checked(self, machine):
        fresh, head = [], None
        for line in machine.lines(PATIENCE_S):
            word, _, rest = line.partition(" ")
            if line == "rows told":
                return self.check(fresh, head)
            if word == "rows":
                head = line.split()
            elif word == "row":
                fresh.append(json.loads(rest))
            elif word == "ready":
                self.ready_ms.append(int(rest.split()[0]))
            self.look_for_trouble(line)
        raise AssertionError("the guest died" if machine.ended else
                             f"not up after {PATIENCE_S} s")

    @staticmethod
    def look_for_trouble(line):
        if line.startswith("broken "):
            raise AssertionError(line)

    def check(self, fresh, head):
        for row in fresh:
            row["chain"] = bytes.fromhex(row["chain"])
        rows = self.rows + fresh
        self.told.check(rows)
        check_all(rows)
        # The guest went over the whole file: it holds what it held before.
        if int(head[1]) != len(rows) or \
                bytes.fromhex(head[2]) != rows[-1]["chain"]:
            raise Lost(f"{head[1]} rows, where there were {len(rows)}, or "
                       "others")
        self.rows = rows
        self.told.printed, self.told.slips = len(rows), 0

    def keep(self, directory):
        """The disk as it was before the boot that found something, and what
        had been told."""
        os.makedirs(directory, exist_ok=True)
        stem = os.path.join(directory, "failed-" + self.name)
        shutil.copyfile(self.before, stem + ".img")
        with open(stem + ".told", "w", encoding="utf-8") as file:
            json.dump({"answers": self.told.answers, "seen": self.told.seen,
                       "open": self.told.open}, file, indent=1)
        return stem + ".img"


class Cuts:
    """Many cuts, by two guests side by side."""

    def __init__(self, place, count, seed):
        self.place = place
        self.seed = seed
        self.left = count
        self.done = self.starting = 0
        self.disks = []
        self.failures = []  # (disk, what)
        self.lock = threading.Lock()

    def take_turn(self):
        with self.lock:
            if self.left == 0 or self.failures:
                return False
            self.left -= 1
            return True

    def live(self, disk):
        """A disk's cuts; the last one is looked at, too."""
        for _ in range(CUTS_OF_A_DISK):
            if not self.take_turn():
                break
            checked = disk.boot_and_cut()
            with self.lock:
                self.done += 1
                self.starting += not checked
        while not disk.boot_and_cut():
            pass

    def work(self, who):
        life = 0
        while self.left and not self.failures:
            life += 1
            name = f"{who}-{life}"
            disk = Disk(self.place, name,
                        random.Random(f"{self.seed}/{name}"),
                        printing=life % PRINTING_EVERY == 0)
            self.disks.append(disk)
            try:
                self.live(disk)
            except Exception as failure:  # pylint: disable=broad-except
                with self.lock:
                    self.failures.append((disk, failure))
                return
            for file in (disk.image, disk.before, disk.log):
                os.unlink(file)

    def run(self):
        threads = [threading.Thread(target=self.work, args=(who,))
                   for who in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def total(self, of):
        return sum(of(disk) for disk in self.disks)
