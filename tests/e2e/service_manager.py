# SPDX-License-Identifier: MIT
"""Plays systemd to one program: gives it a notify socket and a watchdog, and
hears what it says there. sd_notify(3), sd_watchdog_enabled(3)."""
import os
import queue
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from kiosk import wait_for

# As in the units: a watchdog that bites leaves no core behind.
resource.setrlimit(resource.RLIMIT_CORE,
                   (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


class Service:
    """One of the programs, as a unit with WatchdogSec= would run it. Use as a
    context manager."""

    def __init__(self, command, watchdog_s=1.0, env=None):
        self.dir = tempfile.mkdtemp(prefix="kiosk-sd-")
        self.log = os.path.join(self.dir, "log")
        self.watchdog_s = watchdog_s
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(self.dir, "notify"))
        self.command = command
        self.env = dict(os.environ, NOTIFY_SOCKET=os.path.join(
            self.dir, "notify"), WATCHDOG_USEC=str(int(watchdog_s * 1e6)),
            **(env or {}))
        self.process = None
        # Always read, as systemd does: the kernel keeps ten, and who sends the
        # next then waits.
        self.heard = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                text = self.socket.recv(4096)
            except OSError:
                return
            for word in text.decode().split("\n"):
                self.heard.put(word)

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        self.kill()
        if kind:
            for line in self.said().splitlines()[-20:]:
                print(f"# {os.path.basename(self.command[0])}: {line}")
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=self.env)
        self.wait_heard("READY=1", 60)
        return self

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_heard(self, word, seconds=30):
        """Until the program says it; what it said before is passed over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.heard.get(timeout=0.2) == word:
                    return
            except queue.Empty:
                if self.process.poll() is not None:
                    raise AssertionError(
                        f"{self.command[0]} ended with "
                        f"{self.process.returncode}") from None
        raise AssertionError(f"waited {seconds} s in vain for {word} from "
                             f"{self.command[0]}")

    def fed(self, times=2):
        """The loop turns: the watchdog is fed from now on, so often."""
        self.drain()
        for _ in range(times):
            self.wait_heard("WATCHDOG=1")

    def drain(self):
        """Passes over all that was said before: it stands in the socket's
        line before a word of our own."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ours:
            ours.sendto(b"DRAINED", self.socket.getsockname())
        while self.heard.get(timeout=60) != "DRAINED":
            pass

    def starves(self):
        """Nothing is heard for longer than the watchdog waits."""
        self.drain()
        try:
            self.heard.get(timeout=self.watchdog_s * 1.5)
        except queue.Empty:
            return True
        return False

    def hold(self):
        """The whole program stands still, as if its loop hung."""
        self.process.send_signal(signal.SIGSTOP)
        wait_for(lambda: self.state() == "T", "it to stop")

    def state(self):
        with open(f"/proc/{self.process.pid}/stat",
                  encoding="utf-8", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self, number=signal.SIGKILL):
        if self.process:
            self.process.send_signal(number)
            self.process.wait(60)
            self.process = None
