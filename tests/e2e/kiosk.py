# SPDX-License-Identifier: MIT
"""What the end-to-end tests share: an office in a temporary directory with the
real programs, a client for the Unix socket, and TAP."""
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BIN = os.environ.get("KIOSK_BIN", "build")

CONFIG = """
office = { kiosk = "test-01"; name = { vi = "UBND xã Thử Nghiệm"; en = "Test commune"; }; };
services = (
  { id = "land";  name = { vi = "Đất đai"; en = "Land"; }; prefix = "A"; outcomes = [ "accepted", "supplement" ]; },
  { id = "civil"; name = { vi = "Hộ tịch"; en = "Civil status"; }; prefix = "B"; },
  { id = "notary"; name = { vi = "Chứng thực"; en = "Certification"; }; prefix = "C"; }
);
counters = (
  { id = 1; name = { vi = "Quầy 1"; en = "Counter 1"; }; services = [ "land", "civil" ]; },
  { id = 2; name = { vi = "Quầy 2"; en = "Counter 2"; }; services = [ "land", "civil" ]; },
  { id = 3; name = { vi = "Quầy 3"; en = "Counter 3"; }; services = [ "civil", "notary" ]; },
  { id = 4; name = { vi = "Quầy 4"; en = "Counter 4"; }; services = [ "notary", "land" ]; prefer = "order"; }
);
queue = { policy = "ratio"; priority_ratio = 2; };
printer = { device = "%(printer)s"; width_dots = 384; cut = true; };
console = { listen = "%(listen)s"; };
central = { url = "%(central)s"; every_s = 1; };
"""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=30):
        super().__init__("kiosk", timeout=timeout)
        self.path = path

    def connect(self):
        # Where others stand at the door, a socket with a timeout is refused
        # at once, unlike one that blocks.
        until = time.monotonic() + self.timeout
        while True:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            try:
                return self.sock.connect(self.path)
            except BlockingIOError:
                self.sock.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)


class Client:
    """A connection that is kept, and opened anew when it broke."""

    def __init__(self, path, timeout=30):
        self.connection = UnixConnection(path, timeout)

    def request(self, method, path, body=None, key=None, headers=None):
        """(status, the JSON object or the text or None)"""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if key:
            headers["Idempotency-Key"] = key
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            data = response.read()
        except BaseException:
            self.connection.close()
            raise
        if not data:
            return response.status, None
        if response.headers.get("Content-Type", "").startswith(
                "application/json"):
            return response.status, json.loads(data)
        return response.status, data.decode()

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, body=None, key=None):
        return self.request("POST", path, body, key)

    def close(self):
        self.connection.close()


class Office:
    """A temporary office. Use as a context manager."""

    def __init__(self, printer="none", listen="", central="sqlite",
                 config=None):
        # Short, since a socket's path has 107 bytes at the most.
        self.dir = tempfile.mkdtemp(prefix="kiosk-")
        self.config = os.path.join(self.dir, "kiosk.conf")
        self.socket = os.path.join(self.dir, "run", "kiosk.sock")
        self.journal = os.path.join(self.dir, "journal.db")
        self.central = os.path.join(self.dir, "central.db")
        self.slips = os.path.join(self.dir, "slips")
        self.log = os.path.join(self.dir, "log")
        self.daemon = None
        text = (config or CONFIG) % {
            "printer": "file:" + self.slips if printer == "file" else printer,
            "listen": listen,
            "central": "sqlite:" + self.central if central == "sqlite"
                       else central,
        }
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.kill()
        if kind and os.path.exists(self.log):
            with open(self.log, encoding="utf-8", errors="replace") as file:
                for line in file.read().splitlines()[-20:]:
                    print("# kioskd: " + line)
        shutil.rmtree(self.dir, ignore_errors=True)

    def spawn(self, *extra):
        with open(self.log, "ab") as log:
            self.daemon = subprocess.Popen(
                [os.path.join(BIN, "kioskd"), "--config", self.config,
                 "--state-dir", self.dir,
                 "--runtime-dir", os.path.join(self.dir, "run"), *extra],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self.daemon

    def start(self, *extra):
        self.spawn(*extra)
        wait_for(self.answers, "kioskd to answer", 60)
        return self

    def answers(self):
        if self.daemon.poll() is not None:
            raise AssertionError(
                f"kioskd ended with {self.daemon.returncode}: {self.said()}")
        try:
            client = self.client()
            status, _ = client.get("/v1/state")
            client.close()
            return status == 200
        except OSError:
            return False

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def client(self, timeout=30):
        return Client(self.socket, timeout)

    def stop(self):
        self.daemon.terminate()
        status = self.daemon.wait(30)
        self.daemon = None
        return status

    def kill(self):
        if self.daemon:
            self.daemon.send_signal(signal.SIGKILL)
            self.daemon.wait()
            self.daemon = None

    def run(self, program, *arguments, timeout=60):
        return subprocess.run(
            [os.path.join(BIN, program), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=timeout, check=False, text=True)

    def ctl(self, *arguments):
        return self.run("kioskctl", "--socket", self.socket, *arguments)

    def sync(self):
        return self.run("kiosk-sync", "--config", self.config, "--state-dir",
                        self.dir, "--once")


def wait_for(condition, what, seconds=20):
    """Until condition() is true; its last value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)


def together(workers):
    """Runs functions each in a thread; the first exception is raised here."""
    failures = []

    def guard(worker):
        try:
            worker()
        except BaseException as failure:  # pylint: disable=broad-except
            failures.append(failure)

    threads = [threading.Thread(target=guard, args=(w,)) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@contextlib.contextmanager
def raw(path):
    """A bare socket to the daemon, for requests that no client would send."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(30)
        sock.connect(path)
        yield sock


def main(tests):
    """Runs test functions and prints TAP."""
    wanted = sys.argv[1:]
    tests = [t for t in tests if not wanted or t.__name__ in wanted]
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except Exception as failure:  # pylint: disable=broad-except
            failed += 1
            if not isinstance(failure, AssertionError) or not str(failure):
                traceback.print_exc(file=sys.stdout)
            print(f"# {failure}")
            print(f"not ok {number} - {name}", flush=True)
    sys.exit(1 if failed else 0)
