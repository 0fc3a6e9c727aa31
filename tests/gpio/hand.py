# SPDX-License-Identifier: MIT
"""In the guest: fingers on gpio-sim lines, keypads out of uinput, an office.

A pull reaches the program on the kernel's next tick, so each is followed by a
millisecond of sleep; two on one line within one tick would be one.
"""
import fcntl
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

CONFIGFS = "/sys/kernel/config/gpio-sim"
BIN = os.environ.get("KIOSK_BIN", "build")
TICK = 0.001


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


class Chip:
    """A gpio-sim chip; its lines have a pull-up, so 0 is pressed."""

    def __init__(self, label, lines, hogs=(), name=None):
        self.label, self.lines = label, lines
        self.dir = f"{CONFIGFS}/{name or label}"
        os.mkdir(self.dir)
        os.mkdir(f"{self.dir}/bank0")
        write(f"{self.dir}/bank0/num_lines", str(lines))
        write(f"{self.dir}/bank0/label", label)
        for line in hogs:
            os.makedirs(f"{self.dir}/bank0/line{line}/hog")
            write(f"{self.dir}/bank0/line{line}/hog/name", "the-kernel")
            write(f"{self.dir}/bank0/line{line}/hog/direction", "input")
        self.hogs = hogs
        self.plug()

    def plug(self, pressed=()):
        write(f"{self.dir}/live", "1")
        self.name = read(f"{self.dir}/bank0/chip_name")
        self.sys = "/sys/devices/platform/" + read(f"{self.dir}/dev_name")
        for line in range(self.lines):
            write(self._line(line) + "/pull",
                  "pull-down" if line in pressed else "pull-up")

    def unplug(self):
        write(f"{self.dir}/live", "0")

    def _line(self, line):
        return f"{self.sys}/{self.name}/sim_gpio{line}"

    def pull(self, line, how):
        write(self._line(line) + "/pull", how)
        time.sleep(TICK)

    def pulled(self, line):
        return read(self._line(line) + "/pull")

    def set(self, line, pressed):
        self.pull(line, "pull-down" if pressed else "pull-up")

    def press(self, line, seconds=0.15):
        self.set(line, True)
        time.sleep(seconds)
        self.set(line, False)

    def play(self, line, wave):
        """wave: (ms, level) with 1 for pressed, by the clock, not by sums."""
        begin = time.monotonic()
        for at_ms, level in wave:
            time.sleep(max(0, begin + at_ms / 1000 - time.monotonic()))
            write(self._line(line) + "/pull",
                  "pull-down" if level else "pull-up")
        time.sleep(TICK)

    def value(self, line):
        return int(read(self._line(line) + "/value"))

    def remove(self):
        if read(f"{self.dir}/live") == "1":
            self.unplug()
        for line in self.hogs:
            os.rmdir(f"{self.dir}/bank0/line{line}/hog")
            os.rmdir(f"{self.dir}/bank0/line{line}")
        os.rmdir(f"{self.dir}/bank0")
        os.rmdir(self.dir)


# linux/uinput.h and linux/input-event-codes.h
UI_DEV_CREATE, UI_DEV_DESTROY = 0x5501, 0x5502
UI_DEV_SETUP = 0x405C5503
UI_SET_EVBIT, UI_SET_KEYBIT = 0x40045564, 0x40045565
UI_SET_PHYS = 0x4008556C
UI_GET_SYSNAME = 0x8040552C
EV_SYN, EV_KEY = 0, 1
KEYS = {"enter": 96, "+": 78, "-": 74, "*": 55, "/": 98, ".": 83, "0": 82,
        "1": 79, "2": 80, "3": 81, "4": 75, "5": 76, "6": 77, "7": 71,
        "8": 72, "9": 73, "numlock": 69, "calc": 140, "Enter": 28,
        "shift": 42, "a": 30, "b": 48, "h": 35, "l": 38, "D0": 11, "D1": 2,
        "D2": 3, "D3": 4, "D4": 5, "D5": 6, "D6": 7, "minus": 12}


class Keyboard:
    """A uinput keyboard, with the link that udev would make for it."""

    def __init__(self, link, phys="usb-test-1/input0"):
        self.link, self.phys, self.fd = link, phys, None
        self.plug()

    def plug(self):
        self.fd = os.open("/dev/uinput", os.O_WRONLY | os.O_NONBLOCK)
        fcntl.ioctl(self.fd, UI_SET_EVBIT, EV_KEY)
        for code in KEYS.values():
            fcntl.ioctl(self.fd, UI_SET_KEYBIT, code)
        fcntl.ioctl(self.fd, UI_SET_PHYS, self.phys.encode() + b"\0")
        fcntl.ioctl(self.fd, UI_DEV_SETUP, struct.pack(
            "HHHH80sI", 3, 0x1234, 0x5678, 1, b"Test keypad", 0))
        fcntl.ioctl(self.fd, UI_DEV_CREATE)
        name = fcntl.ioctl(self.fd, UI_GET_SYSNAME, bytes(64))
        sys = "/sys/devices/virtual/input/" + name.split(b"\0")[0].decode()
        event = next(e for e in os.listdir(sys) if e.startswith("event"))
        self.node = "/dev/input/" + event
        if self.link:
            os.makedirs(os.path.dirname(self.link), exist_ok=True)
            os.symlink(self.node, self.link)

    def unplug(self):
        if self.link:
            os.unlink(self.link)
        os.close(self.fd)
        self.fd = None

    def emit(self, kind, code, value):
        os.write(self.fd, struct.pack("llHHi", 0, 0, kind, code, value))

    def key(self, name, repeats=0):
        for value in [1] + [2] * repeats + [0]:
            self.emit(EV_KEY, KEYS[name], value)
            self.emit(EV_SYN, 0, 0)
            time.sleep(0.01)

    def type(self, *names):
        for name in names:
            self.key(name)
        time.sleep(0.1)

    def flood(self, name, times):
        """More than the kernel keeps for a program that does not read."""
        for _ in range(times):
            self.emit(EV_KEY, KEYS[name], 1)
            self.emit(EV_SYN, 0, 0)
            self.emit(EV_KEY, KEYS[name], 0)
            self.emit(EV_SYN, 0, 0)


CONF = """
office = { kiosk = "gpio-test"; name = { vi = "UBND xã Tân Trụ"; }; };
services = ( %(services)s );
counters = ( { id = 1; name = { vi = "Quầy 1"; }; services = [ %(served)s ]; } );
console = { listen = ""; };
central = { url = ""; };
%(more)s
"""


class Office:
    """A kioskd with its own journal, in memory."""

    def __init__(self, name, services, more, user=None):
        self.dir = f"/tmp/{name}"
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.dir)
        write(f"{self.dir}/kiosk.conf", CONF % {
            "services": ", ".join(
                '{ id = "%s"; name = { vi = "%s"; }; prefix = "%s"; }'
                % (s, s, s.upper()) for s in services),
            "served": ", ".join(f'"{s}"' for s in services), "more": more})
        self.log = f"{self.dir}/log"
        command = [f"{BIN}/kioskd", "--config", f"{self.dir}/kiosk.conf",
                   "--state-dir", self.dir, "--runtime-dir", f"{self.dir}/run"]
        if user is not None:
            os.chown(self.dir, user, user)
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, user=user, group=user,
                extra_groups=None if user is None else [])
        self.until(lambda: "ready:" in self.said(), 30)

    def said(self):
        return read(self.log)

    def until(self, what, seconds=5):
        """Guest's seconds: they cost nothing."""
        for _ in range(int(seconds * 50)):
            if what():
                return True
            if self.process.poll() is not None:
                return False
            time.sleep(0.02)
        return bool(what())

    def rows(self, where="1", *values):
        base = sqlite3.connect(f"file:{self.dir}/journal.db?mode=ro", uri=True)
        try:
            return base.execute(
                "SELECT kind, service, number, class, actor, detail, at_ms "
                f"FROM events WHERE {where} ORDER BY seq", values).fetchall()
        finally:
            base.close()

    def count(self, kind):
        return len(self.rows("kind = ?", kind))

    def tickets(self, service=None):
        if service is None:
            return self.count("issued")
        return len(self.rows("kind = 'issued' AND service = ?", service))

    def state(self):
        out = subprocess.run(
            [f"{BIN}/kioskctl", "--socket", f"{self.dir}/run/kiosk.sock",
             "--json", "state"], capture_output=True, check=True)
        return json.loads(out.stdout)

    def panel(self):
        return self.state()["health"]["panel"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()
