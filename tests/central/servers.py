# SPDX-License-Identifier: MIT
"""Real servers for the tests: PostgreSQL and pgbouncer as a user that is not
root, and a TCP proxy between, which cuts, delays and swallows."""
import glob
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def other_user():
    """Arguments of Popen for a user that is not root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def wait_until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)


class Postgres:
    """A server in a directory of its own. settings: lines of its
    configuration. full_disk: a library (full-disk.c) that makes its disk full
    while the file .full is there."""

    def __init__(self, *settings, full_disk=None):
        self.bin = os.path.dirname(
            sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres"))[-1])
        self.dir = tempfile.mkdtemp(prefix="kiosk-pg-")
        self.data = os.path.join(self.dir, "data")
        self.port = free_port()
        self.process = None
        self.user = other_user()
        self.env = dict(os.environ)
        if self.user:
            os.chown(self.dir, self.user["user"], self.user["group"])
        os.chmod(self.dir, 0o755)
        self.full = os.path.join(self.dir, "full")
        if full_disk:
            # Where a user who is not root can read it.
            shutil.copy(full_disk, self.dir)
            self.env["LD_PRELOAD"] = os.path.join(
                self.dir, os.path.basename(full_disk))
            self.env["FULL_DISK"] = self.full
        self.tool("initdb", "--pgdata", self.data, "--no-sync",
                  "--auth=trust", "--username=postgres", "--encoding=UTF8",
                  "--locale=C.UTF-8")
        self.hba("local all all trust", "host all all 127.0.0.1/32 trust")
        with open(os.path.join(self.data, "postgresql.conf"), "a",
                  encoding="utf-8") as conf:
            conf.write("\n".join([
                f"port = {self.port}", "listen_addresses = '127.0.0.1'",
                f"unix_socket_directories = '{self.dir}'",
                "max_connections = 40", *settings, ""]))

    def tool(self, name, *arguments, check=True):
        return subprocess.run([os.path.join(self.bin, name), *arguments],
                              stdin=subprocess.DEVNULL, check=check,
                              stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, cwd=self.dir,
                              **self.user).stdout

    def hba(self, *lines):
        with open(os.path.join(self.data, "pg_hba.conf"), "w",
                  encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        if self.process:
            self.process.send_signal(signal.SIGHUP)
            time.sleep(0.2)

    def start(self):
        with open(os.path.join(self.dir, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(self.bin, "postgres"), "-D", self.data],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.dir, env=self.env, **self.user)
        wait_until(self.ready, "PostgreSQL")
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError("PostgreSQL ended: " + self.log())
        return subprocess.run(
            [os.path.join(self.bin, "pg_isready"), "-q", "-h", self.dir, "-p",
             str(self.port)], check=False, **QUIET).returncode == 0

    def log(self):
        with open(os.path.join(self.dir, "log"), encoding="utf-8",
                  errors="replace") as file:
            return file.read()[-2000:]

    def stop(self, how=signal.SIGQUIT):
        """SIGQUIT: at once, as a power cut leaves it."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def kill_backend(self, pid):
        """-9: the server then starts anew by itself."""
        os.kill(pid, signal.SIGKILL)

    def sql(self, text, database="central", check=True):
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.dir, "-p",
             str(self.port), "-U", "postgres", "-d", database, "-f", "-"],
            input=text, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{text}: {done.stderr}")
        return done.stdout

    def url(self, user="postgres", password=None, database="central",
            port=None, host="127.0.0.1", more=""):
        word = f":{password}" if password else ""
        return (f"postgresql://{user}{word}@{host}:{port or self.port}/"
                f"{database}{more}")

    def end(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


class Bouncer:
    """pgbouncer in transaction mode in front of a server."""

    def __init__(self, server, users, pool=4, most=None):
        self.dir = tempfile.mkdtemp(prefix="kiosk-pb-")
        self.port = free_port()
        self.user = other_user()
        if self.user:
            os.chown(self.dir, self.user["user"], self.user["group"])
        with open(os.path.join(self.dir, "users"), "w",
                  encoding="utf-8") as file:
            file.writelines(f'"{name}" ""\n' for name in users)
        self.config = os.path.join(self.dir, "pgbouncer.ini")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"""[databases]
central = host={server.dir} port={server.port} dbname=central
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir = {self.dir}
auth_type = trust
auth_file = {self.dir}/users
pool_mode = transaction
default_pool_size = {pool}
max_db_connections = {most or 2 * pool}
max_client_conn = 5000
server_login_retry = 0
query_wait_timeout = 20
logfile = {self.dir}/log
pidfile = {self.dir}/pid
""")
        self.process = None

    def start(self):
        program = shutil.which("pgbouncer", path=os.environ["PATH"] +
                               ":/usr/sbin")
        self.process = subprocess.Popen(
            [program, "-q", self.config], stderr=subprocess.DEVNULL, **QUIET,
            **self.user)

        def listening():
            with socket.socket() as sock:
                return sock.connect_ex(("127.0.0.1", self.port)) == 0
        wait_until(listening, "pgbouncer")
        return self

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def end(self):
        self.stop()
        shutil.rmtree(self.dir, ignore_errors=True)


class Haproxy:
    """HAProxy in front of a server, as a door: most are let in at a time, the
    others wait in the order of their coming."""

    def __init__(self, server, most):
        self.dir = tempfile.mkdtemp(prefix="kiosk-ha-")
        self.port = free_port()
        self.config = os.path.join(self.dir, "haproxy.cfg")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"""global
    maxconn 5000
defaults
    mode tcp
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout queue 20s
listen central
    bind 127.0.0.1:{self.port}
    server central 127.0.0.1:{server.port} maxconn {most}
""")
        self.process = None

    def start(self):
        program = shutil.which("haproxy", path=os.environ["PATH"] +
                               ":/usr/sbin")
        self.process = subprocess.Popen(
            [program, "-db", "-q", "-f", self.config],
            stderr=subprocess.DEVNULL, **QUIET)

        def listening():
            with socket.socket() as sock:
                return sock.connect_ex(("127.0.0.1", self.port)) == 0
        wait_until(listening, "HAProxy")
        return self

    def end(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class Proxy:
    """Between a client and a port. What it does is set at any time:
    delay_s before each piece, hole: pieces are held back until it is False,
    cut_after bytes (of both ways together) both ends are closed, once;
    refuse: nobody is let in."""

    def __init__(self, port):
        self.target = port
        self.delay_s = 0.0
        self.hole = False
        self.cut_after = None
        self.refuse = False
        self.pairs = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.refuse:
                    raise OSError("refused")
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            pair = (near, far)
            with self.lock:
                self.pairs.add(pair)
            for one, other in (pair, pair[::-1]):
                threading.Thread(target=self.carry, args=(one, other, pair),
                                 daemon=True).start()

    def carry(self, source, sink, pair):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if self.delay_s:
                    time.sleep(random.random() * self.delay_s)
                while self.hole:
                    time.sleep(0.01)
                with self.lock:
                    left = self.cut_after
                    if left is not None:
                        self.cut_after = (left - len(data)
                                          if left > len(data) else None)
                if left is not None and left <= len(data):
                    sink.sendall(data[:left])
                    break
                sink.sendall(data)
        except OSError:
            pass
        self.close(pair)

    def close(self, pair):
        with self.lock:
            self.pairs.discard(pair)
        for sock in pair:
            try:
                # Wakes who reads it in the other thread.
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()

    def cut(self):
        """All that are open, now."""
        for pair in list(self.pairs):
            self.close(pair)

    def calm(self):
        self.delay_s, self.hole, self.cut_after = 0.0, False, None
        self.refuse = False

    def end(self):
        self.listener.close()
        self.cut()
