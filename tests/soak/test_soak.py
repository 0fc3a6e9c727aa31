#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make soak: a week of an office in minutes, with all that happens to it.

Two clocks go on by hours between the minutes (soak_clock.h), so a business day
is one, and its numbers begin at 1. Everything else is real: kioskd, kiosk-sync,
displays, a printer, ten counters. Afterwards: memory and descriptors flat, the
journal whole, the central log equal, and no warning that was not to be expected.

    SOAK_MINUTES=20 SOAK_DAYS=7 SOAK_TICKETS=1200 SEED=1
    SOAK_VALGRIND=1     kioskd under valgrind (and SOAK_MINUTES as it takes)
    SOAK_SAN=1          sanitizers: no figures of memory
"""
import datetime
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from office import DAY_MS, MovedOffice, rows_of, status_of  # noqa: E402
from invariants import (check_calls, check_central, check_chain,  # noqa: E402
                        check_keys, check_numbers)
from kiosk import BIN, main, wait_for  # noqa: E402

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
DAYS = int(os.environ.get("SOAK_DAYS", "7"))
TICKETS = int(os.environ.get("SOAK_TICKETS", "1200"))
VALGRIND = bool(os.environ.get("SOAK_VALGRIND"))
SLOW = VALGRIND or bool(os.environ.get("SOAK_SAN"))
SEED = int(os.environ.get("SEED", "1"))
COUNTERS = 10
HOUR_MS = 3600 * 1000
ZONE_MS = 7 * HOUR_MS  # Asia/Ho_Chi_Minh, without summer time

# kB a day by which a program's own memory may grow, and the descriptors.
MOST_KB_A_DAY = 32

CONFIG = """
office = { kiosk = "soak-01"; name = { vi = "UBND xã Bền Bỉ"; en = "Soak"; }; };
services = (
  { id = "land"; name = { vi = "Đất đai"; en = "Land"; }; prefix = "A";
    typical_minutes = 4; outcomes = [ "accepted", "supplement" ]; },
  { id = "civil"; name = { vi = "Hộ tịch"; en = "Civil"; }; prefix = "B";
    typical_minutes = 3; },
  { id = "notary"; name = { vi = "Chứng thực"; en = "Notary"; }; prefix = "C"; }
);
counters = ( """ + ", ".join(
    f'{{ id = {n}; name = {{ vi = "Quầy {n}"; en = "Counter {n}"; }}; '
    f'services = [ "land", "civil", "notary" ]; }}'
    for n in range(1, COUNTERS + 1)) + """ );
queue = { policy = "ratio"; priority_ratio = 2; };
printer = { device = "%(printer)s"; width_dots = 384; cut = true; };
console = { listen = "%(listen)s"; };
central = { url = "%(central)s"; every_s = 1; };
"""

# What may stand in the log as a warning or an error, and why.
EXPLAINED = (
    # the printer jams, and the nights come in the middle of a slip
    r"printer|slip|print",
    # the central log is down for a day
    r"central log|central\.db|locked|busy",
    # a call every half second, where a hall has one every half minute
    r"calls were not called out",
    # at the end kioskd may go before the display has
    r"no news from the kiosk",
)


class Printer:
    """A printer that jams when it is told to."""

    FAULTS = tuple(range(1, 12))

    def __init__(self):
        self.process = subprocess.Popen(
            [os.path.join(BIN, "printer")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, bufsize=1)
        self.device = self.process.stdout.readline().strip()

    def jam(self, fault, ms):
        self.process.stdin.write(f"{fault} {ms}\n")

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)


class Program:
    """One beside kioskd, with a log of its own in the journal's form."""

    def __init__(self, office, name, *arguments, moved=False, **env):
        self.log = os.path.join(office.dir, name + ".log")
        env = dict(os.environ, **env)
        if not moved:
            env.pop("KIOSK_SOAK_CLOCK")
        with open(self.log, "ab") as log:
            at = os.fstat(log.fileno())
            env["JOURNAL_STREAM"] = f"{at.st_dev}:{at.st_ino}"
            self.process = subprocess.Popen(
                [os.path.join(BIN, name.split("@")[0]), "--config",
                 office.config, *arguments], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=env)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        status = self.process.wait(120)
        assert status == (0 if number == signal.SIGTERM else -number), status


class Week:
    """The office, what runs in it, and what has been seen of it."""

    def __init__(self, office, printer):
        self.office, self.printer = office, printer
        self.random = random.Random(SEED)
        self.clients = []
        self.samples = []  # a day: {name: (kB, descriptors)}
        self.counts = {"issued": 0, "called": 0, "refused": 0, "again": 0}
        self.guests = []
        self.central = None
        self.day_s = MINUTES * 60 / DAYS
        self.late_s = 0.0

    # ---- programs ----

    def start(self):
        office = self.office
        office.start()
        self.sync = Program(office, "kiosk-sync", "--state-dir", office.dir)
        self.display = self.new_display("kiosk-display")
        self.clients = [office.client(60) for _ in range(12)]

    def new_display(self, name):
        return Program(self.office, name, "--socket", self.office.socket,
                       "--view", self.random.choice(
                           ("board", "counter:3", "touch")), "--mute",
                       "--size", "800x480", SDL_VIDEODRIVER="offscreen",
                       SDL_AUDIODRIVER="dummy")

    def guest(self):
        """A display comes; one that is here goes, politely or not."""
        if len(self.guests) >= 2:
            self.guests.pop(0).end(self.random.choice(
                (signal.SIGTERM, signal.SIGKILL)))
        self.guests.append(self.new_display("kiosk-display@guest"))

    # ---- commands ----

    def ask(self, method, path, body=None):
        """As a terminal does: the same key again where there is no answer."""
        key = uuid.UUID(int=self.random.getrandbits(128)).hex
        for tries in range(20):
            client = self.random.choice(self.clients)
            try:
                return client.request(method, path, body,
                                      key if method == "POST" else None)
            except (OSError, http.client.HTTPException):
                self.counts["again"] += 1
                client.close()
                time.sleep(0.01 * tries)
        raise AssertionError(f"no answer to {method} {path}")

    def issue(self):
        status, body = self.ask("POST", "/v1/tickets", {
            "service": self.random.choice(("land", "civil", "notary")),
            "class": self.random.choice(("normal",) * 4 + ("priority",))})
        assert status == 201, (status, body)
        self.counts["issued"] += 1

    def act(self, end=False):
        """A counter does what counters do."""
        at = f"/v1/counters/{self.random.randint(1, COUNTERS)}/"
        verb = self.random.random()
        body = None
        if end or verb < 0.75:
            path = "call"
        elif verb < 0.80:
            path = "recall"
        elif verb < 0.85:
            path = "no-show"
        elif verb < 0.88:
            path = "return"
        elif verb < 0.91:
            path, body = "transfer", {"service": "notary"}
        elif verb < 0.95:
            path, body = "rate", {"stars": self.random.randint(1, 5)}
        elif verb < 0.97:
            path = "pause"
        else:
            path = "finish"
        status, answer = self.ask("POST", at + path, body)
        assert status in (200, 204, 404, 409), (path, status, answer)
        self.counts["called"] += path == "call" and status == 200
        self.counts["refused"] += status in (404, 409)
        if path == "pause" or answer and answer.get("error") in (
                "counter_closed", "counter_paused"):
            self.ask("POST", at + "open")
        return status

    def look(self):
        path = self.random.choice(("/v1/state", "/v1/report", "/metrics", "/",
                                   "/v1/tickets?state=waiting", "/healthz",
                                   "/overview"))
        status, _ = self.ask("GET", path)
        assert status == 200, (path, status)

    # ---- the days ----

    def wall_ms(self):
        return (int(time.time() * 1000) + self.office.clock.get(0)
                + self.office.clock.get(1))

    def sleep_until(self, hour):
        """The next time that the wall shows that hour."""
        local = self.wall_ms() + ZONE_MS
        there = local - local % DAY_MS + int(hour * HOUR_MS)
        self.office.clock.sleep((there - local) % DAY_MS)

    def open_counters(self):
        for counter in range(1, COUNTERS + 1):
            status, _ = self.ask("POST", f"/v1/counters/{counter}/open")
            assert status in (200, 204), status

    def day(self, number):
        """From 7:30 to 17:00, in day_s."""
        begin = time.monotonic()
        self.sleep_until(7.5)
        self.open_counters()
        for i in range(TICKETS):
            if i % (TICKETS // 8) == TICKETS // 16:
                self.office.clock.sleep(HOUR_MS)
            self.happens(number, i)
            self.issue()
            self.act()
            self.act()
            if i % 10 == 0:
                self.look()
            left = begin + (i + 1) * self.day_s / TICKETS - time.monotonic()
            if left > 0:
                time.sleep(left)
        self.late_s = max(self.late_s, time.monotonic() - begin - self.day_s)
        # Most are served; the last expire at night.
        for _ in range(60):
            self.act(end=True)
        self.sleep_until(20)
        self.sample(number)

    def happens(self, number, i):
        """What goes wrong, by the day and the ticket."""
        if i % (TICKETS // 12) == TICKETS // 24:
            self.guest()
        if i % (TICKETS // 6) == TICKETS // 10:
            # Mended before the next comes.
            most_ms = min(4000, int(self.day_s * 1000 / 6 / 3))
            self.printer.jam(self.random.choice(Printer.FAULTS),
                             self.random.randint(most_ms // 8, most_ms))
        down = DAYS // 2 if DAYS > 2 else 1
        if number == down and i == 0:
            self.central = sqlite3.connect(self.office.central,
                                           isolation_level=None, timeout=60)
            self.central.execute("BEGIN EXCLUSIVE")
        if self.central and (number > down or i == TICKETS - 10):
            self.central.close()
            self.central = None
        if i == TICKETS // 3:
            # Set forward by three minutes on some days, back by two on others.
            self.office.clock.step(180000 if number % 2 else -120000)
        if i == TICKETS // 2:
            self.office.clock.synced(number % 3 != 1)
        if i == TICKETS * 2 // 3:
            self.office.clock.synced(True)

    def sample(self, number):
        """When all guests have gone; the night before the next day."""
        while self.guests:
            self.guests.pop().end()
        for client in self.clients:
            client.close()
        wait_for(lambda: self.office.metrics()["kiosk_streams"] <= 1,
                 "the guests to be gone", 120)
        time.sleep(1)
        now = {"kioskd": status_of(self.office.daemon.pid),
               "kiosk-sync": status_of(self.sync.process.pid),
               "kiosk-display": status_of(self.display.process.pid)}
        self.samples.append(now)
        print(f"# day {number + 1}: " + "; ".join(
            f"{name} {kb} kB, {fds} descriptors"
            for name, (kb, fds) in now.items()), flush=True)

    def stop(self):
        self.display.end()
        self.sync.end()
        metrics = self.office.metrics()
        assert self.office.stop() == 0
        done = self.office.sync()
        assert done.returncode == 0, done
        self.printer.end()
        return metrics


def slope(values):
    """kB a day, by least squares."""
    n = len(values)
    mean_x, mean_y = (n - 1) / 2, sum(values) / n
    return (sum((x - mean_x) * (y - mean_y) for x, y in enumerate(values))
            / sum((x - mean_x) ** 2 for x in range(n)))


def check_memory(samples):
    """Caches fill while things happen for the first time: the days up to the
    one without a central log warm up. A trend wants more than two points."""
    flat = True
    warm = min(DAYS // 2 + 1, len(samples) - 1)
    for name in samples[0]:
        kb = [sample[name][0] for sample in samples[warm:]]
        fds = [sample[name][1] for sample in samples]
        grows = slope(kb) if len(kb) > 1 else 0.0
        print(f"# {name}: {grows:+.1f} kB a day, from {kb[0]} to {kb[-1]} kB; "
              f"descriptors {min(fds)} to {max(fds)}", flush=True)
        if not SLOW and len(kb) > 2 and grows > MOST_KB_A_DAY:
            flat = False
        # kiosk-sync has its journal open or not: three files. One lost a day
        # would be six in a week.
        if fds[-1] > fds[0] + 4:
            flat = False
    assert flat, "memory or descriptors grow"


def check_log(office, names):
    """Each warning has its reason."""
    unexplained, seen = [], {}
    for name in names:
        with open(os.path.join(office.dir, name), encoding="utf-8",
                  errors="replace") as file:
            for line in file:
                if not re.match(r"^<[0-4]>", line):
                    assert line.startswith("<") or "==" in line, line
                    continue
                why = next((w for w in EXPLAINED if re.search(w, line)), None)
                seen[why] = seen.get(why, 0) + 1
                if not why:
                    unexplained.append(line.rstrip())
    print(f"# warnings: " + ", ".join(f"{n} of {w}" for w, n in seen.items()
                                      if w), flush=True)
    assert not unexplained, "\n# ".join(unexplained[:20])


def check_journal(office, week):
    rows = rows_of(office.journal)
    check_chain(rows)
    check_numbers(rows)
    check_keys(rows)
    for _ in check_calls(rows):
        pass
    kinds = {}
    for row in rows:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    print("# " + ", ".join(f"{n} {k}" for k, n in sorted(kinds.items())),
          flush=True)
    why = {}
    for row in rows:
        if row["kind"] == "print_failed":
            reason = json.loads(row["detail"]).get("why", "?")
            why[reason] = why.get(reason, 0) + 1
    print(f"# not printed: {why}", flush=True)
    assert kinds["issued"] == week.counts["issued"] == DAYS * TICKETS, kinds
    days = {row["day"] for row in rows if row["kind"] == "issued"}
    assert len(days) == DAYS, days
    assert kinds["clock_stepped"] >= DAYS, kinds
    done = subprocess.run(
        [os.path.join(os.environ.get("KIOSK_CTL", BIN), "kioskctl"), "journal",
         "verify", office.journal], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    check_central(rows, office.central, "soak-01")


def spawn_logged(office):
    """kioskd's log in the journal's form; under valgrind where asked."""
    at = os.stat(office.log) if os.path.exists(office.log) else None
    if not at:
        with open(office.log, "wb"):
            at = os.stat(office.log)
    os.environ["JOURNAL_STREAM"] = f"{at.st_dev}:{at.st_ino}"
    if not VALGRIND:
        return
    with open(office.log, "ab") as log:
        office.daemon = subprocess.Popen(
            ["valgrind", "-q", "--error-exitcode=99", "--leak-check=full",
             "--errors-for-leak-kinds=definite", "--child-silent-after-fork=yes",
             os.path.join(BIN, "kioskd"), "--config", office.config,
             "--state-dir", office.dir, "--runtime-dir",
             os.path.join(office.dir, "run")],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def a_week_leaves_the_kiosk_as_it_was():
    printer = Printer()
    with MovedOffice(config=CONFIG, printer=printer.device) as office:
        spawn_logged(office)
        if VALGRIND:
            office.spawn = lambda *_: office.daemon
        week = Week(office, printer)
        begin = time.monotonic()
        print(f"# {DAYS} days of {TICKETS} tickets in {MINUTES:g} minutes, "
              f"SEED={SEED}, from "
              f"{datetime.datetime.now():%Y-%m-%d %H:%M}", flush=True)
        week.start()
        for number in range(DAYS):
            week.day(number)
        metrics = week.stop()
        print(f"# {time.monotonic() - begin:.0f} s, at most "
              f"{week.late_s:.0f} s late; {week.counts}; the longest turn "
              f"{metrics['kiosk_turn_longest_seconds'] * 1e3:.1f} ms "
              f"({metrics.what['kiosk_turn_longest_seconds']}), on a core "
              f"{metrics['kiosk_turn_longest_cpu_seconds'] * 1e3:.1f} ms "
              f"({metrics.what['kiosk_turn_longest_cpu_seconds']})",
              flush=True)
        check_journal(office, week)
        check_log(office, ("log", "kiosk-sync.log", "kiosk-display.log",
                           "kiosk-display@guest.log"))
        check_memory(week.samples)


main([a_week_leaves_the_kiosk_as_it_was])
