# SPDX-License-Identifier: MIT
"""A User-Mode Linux guest whose power can be cut, and its disks."""
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time

MEMORY_MB = 96
DISK_MB = 16
PATIENCE_S = 120

CONFIG = """
office = { kiosk = "power-test"; name = { vi = "UBND xã"; en = "Commune"; };
  day_starts = "%(day_starts)s"; };
services = (
  { id = "land";  name = { vi = "Đất đai"; en = "Land"; }; prefix = "A"; },
  { id = "civil"; name = { vi = "Hộ tịch"; en = "Civil status"; }; prefix = "B"; } );
counters = (
  { id = 1; name = { vi = "Quầy 1"; en = "Counter 1"; }; services = [ "land", "civil" ]; },
  { id = 2; name = { vi = "Quầy 2"; en = "Counter 2"; }; services = [ "land", "civil" ]; } );
printer = { device = "%(printer)s"; width_dots = 384; baud = 115200;
  status = false; };
console = { listen = ""; };
central = { url = ""; };
"""

CONFIGS = {"kiosk.conf": "none", "printing.conf": "/dev/ttyS1"}


def day_starts():
    """Half a day away, so that no run of the test has a change of day in it."""
    # The office's zone is 7 hours ahead of UTC, all the year.
    hour = (time.gmtime().tm_hour + 7 + 12) % 24
    return f"{hour:02}:00"


def room(needed_mb):
    """A directory that takes the guests' memory: executable, and quick."""
    for where in (os.environ.get("TMPDIR"), "/dev/shm", "/tmp", "/var/tmp"):
        if not where or set(where) & set(" \t\n\"'\\:,"):
            continue
        try:
            stat = os.statvfs(where)
            if stat.f_flag & os.ST_NOEXEC or \
                    stat.f_bavail * stat.f_frsize < needed_mb << 20:
                continue
            return tempfile.mkdtemp(prefix="kiosk-power.", dir=where)
        except OSError:
            continue
    raise SystemExit(f"test-power: {needed_mb} MB for the guests' memory are "
                     "neither in /dev/shm nor in /tmp or /var/tmp, not "
                     "mounted noexec; set TMPDIR")


class Place:
    """What all guests of a run share. Use as a context manager."""

    def __init__(self, build, kernel):
        self.kernel = kernel
        self.running = set()
        self.over = False
        self.work = room(2 * MEMORY_MB + 10 * DISK_MB + 300)
        # Seen in the guest, which has its own /dev; and by a name without
        # spaces, wherever the checkout lies.
        self.seen = tempfile.mkdtemp(prefix="kiosk-power.", dir="/tmp")
        os.symlink(os.path.abspath(build), os.path.join(self.seen, "bin"))
        for name, printer in CONFIGS.items():
            with open(os.path.join(self.seen, name), "w",
                      encoding="utf-8") as file:
                file.write(CONFIG % {"day_starts": day_starts(),
                                     "printer": printer})
        self.fresh = self.path("fresh.img")
        with open(self.fresh, "wb") as file:
            file.truncate(DISK_MB << 20)
        # As on the card of a Pi: blocks of 4 kB. No writing behind our back.
        subprocess.run(["mkfs.ext4", "-q", "-F", "-b", "4096", "-E",
                        "lazy_itable_init=0,lazy_journal_init=0", self.fresh],
                       check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Guests are no children of the terminal, and would run on.
        self.over = True
        for machine in list(self.running):
            machine.cut()
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.rmtree(self.seen, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.work, name)

    def library(self, name):
        return os.path.join(self.seen, "bin", "power", name)

    def new_disk(self, name):
        shutil.copyfile(self.fresh, self.path(name))
        return self.path(name)


class Machine:
    """A guest that runs. settings: its POWER_… environment (guest.c); log:
    where all that reaches its disk is written down (disk_log.c), and what its
    printer prints, which goes nowhere else."""

    def __init__(self, place, name, disk, settings, log=None,
                 config="kiosk.conf"):
        if place.over:
            raise AssertionError("the test was ended")
        self.place = place
        self.directory = place.path(name)
        os.makedirs(self.directory, exist_ok=True)
        # Both ends of what it reads are held here: its line never hangs up.
        self.ends = [*os.pipe(), *os.pipe(), *os.pipe()]
        console_in, _, line_in, self.to, self.out, line_out = self.ends
        paper = os.open("/dev/null", os.O_WRONLY)
        environment = dict(os.environ, TMPDIR=place.work)
        if log:
            environment.update(
                LD_PRELOAD=place.library("disk_log.so"), LD_BIND_NOW="1",
                POWER_DISK=disk, POWER_LINE=str(line_out),
                POWER_PRINTER=str(paper), POWER_LOG=log)
        settings = dict(settings, BIN=os.path.join(place.seen, "bin"),
                        CONF=os.path.join(place.seen, config))
        words = [f"POWER_{key}={value}" for key, value in settings.items()]
        self.console = os.path.join(self.directory, "console")
        with open(self.console, "wb") as console:
            self.process = subprocess.Popen(
                [place.kernel, f"mem={MEMORY_MB}M", "root=/dev/root",
                 "rootfstype=hostfs", "rootflags=/", "rw",
                 "init=" + os.path.join(place.seen, "bin", "power", "guest"),
                 "con=null", "con0=fd:0,fd:1",
                 "ssl=null", f"ssl0=fd:{line_in},fd:{line_out}",
                 f"ssl1=null,fd:{paper}",
                 "uml_dir=" + self.directory, "umid=uml", "quiet",
                 "loglevel=4", "ubd0=" + disk, *words],
                stdin=console_in, stdout=console, stderr=console,
                pass_fds=(line_in, line_out, paper), start_new_session=True,
                env=environment)
        place.running.add(self)
        os.close(paper)
        os.close(line_out)
        self.ends.remove(line_out)
        self.rest = b""
        self.ended = False
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.out, selectors.EVENT_READ)

    def lines(self, seconds):
        """What it says, until it ends or so much time has passed."""
        until = time.monotonic() + seconds
        while not self.ended:
            left = until - time.monotonic()
            if left <= 0 or not self.selector.select(left):
                return
            data = os.read(self.out, 65536)
            self.ended = not data
            *whole, self.rest = (self.rest + data).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", "replace")

    def say(self, word):
        os.write(self.to, word.encode() + b"\n")

    def cut(self):
        """The power fails: each process of the guest is one here."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def close(self):
        """Cuts, and waits for the thread that writes to the disk, too: it
        holds the line."""
        self.cut()
        for _ in self.lines(PATIENCE_S):
            pass
        if not self.ended:
            raise AssertionError("a guest does not die")
        self.place.running.discard(self)
        self.selector.close()
        for end in self.ends:
            os.close(end)

    def said_on_console(self):
        with open(self.console, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()[-12:]
