#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What goes wrong in a commune: mistyped configurations, damaged journals, two
daemons, taken ports, rude clients. Each gets a clear line and stops nothing
else."""
import contextlib
import http.client
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import check_chain, rows_of  # noqa: E402
from kiosk import BIN, CONFIG, Client, Office, main, raw, wait_for  # noqa: E402


def refuses(office, *words):
    """kioskd ends with 1 and one line that holds the words."""
    office.spawn()
    assert office.daemon.wait(20) == 1, office.said()
    said = office.said()
    for word in words:
        assert word in said, f"no {word!r} in: {said}"
    office.daemon = None
    os.unlink(office.log)
    return said


def each_mistake_in_the_config_is_named_with_its_line():
    cases = (
        ('prefix = "B"', 'prefix = "A"', "prefix", "services[1]"),
        ('services = [ "notary", "land" ]', 'services = [ "notari" ]',
         "notari", "counters[3]"),
        ('width_dots = 384;', 'width_dots = 384', "", ""),
        ('width_dots = 384', 'width_dots = "384"', "width_dots", ""),
        ('width_dots = 384', 'with_dots = 384', "with_dots", "width_dots"),
        ('vi = "Đất đai"', 'vi = "\udcff"', "UTF-8", ""),
        ('listen = "', 'listen = "0.0.0.0:80', "listen", ""),
    )
    for old, new, *words in cases:
        with Office() as office:
            with open(office.config, encoding="utf-8") as file:
                text = file.read()
            assert old in text, old
            line = text[:text.index(old)].count("\n") + 1
            with open(office.config, "w", encoding="utf-8",
                      errors="surrogateescape") as file:
                file.write(text.replace(old, new, 1))
            check = office.run("kioskctl", "config", "check", office.config)
            if "listen" in words:  # good syntax; kioskd knows it must not
                refuses(office, "127.0.0.1")
                continue
            assert check.returncode == 1, (new, check)
            found = re.findall(rf"^{re.escape(office.config)}:(\d+):",
                               check.stderr, re.M)
            # a missing semicolon is found where the next word stands
            assert any(abs(int(n) - line) <= 1 for n in found), check.stderr
            for word in words:
                assert word in check.stderr, (word, check.stderr)
            refuses(office, *words)


def a_line_used_twice_is_named():
    lines = """
buttons = ( { id = "a"; chip = "gpiochip0"; line = 17; press = "issue land"; },
            { id = "b"; chip = "gpiochip0"; line = 17; press = "call 1"; } );
"""
    with Office(config=CONFIG + lines) as office:
        check = office.run("kioskctl", "config", "check", office.config)
        assert check.returncode == 1 and "17" in check.stderr, check
        assert '"a"' in check.stderr, check.stderr


def a_missing_chip_is_said_once_and_costs_nothing():
    lines = """
buttons = ( { id = "a"; chip = "pinctrl-none"; line = 17; press = "issue land"; },
            { id = "b"; chip = "pinctrl-none"; line = 18; press = "call 1"; } );
lamps = ( { id = "l"; chip = "pinctrl-none"; line = 22; shows = "service land"; } );
"""
    with Office(config=CONFIG + lines) as office:
        office.start()
        assert office.said().count("pinctrl-none") == 1, office.said()
        assert office.client().post("/v1/tickets",
                                    {"service": "land"})[0] == 201


def a_newer_schema_is_refused_and_kept():
    with Office() as office:
        office.start()
        office.stop()
        database = sqlite3.connect(office.journal)
        version = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute(f"PRAGMA user_version = {version + 1}")
        database.commit()
        database.close()
        refuses(office, "journal.db", "newer")


def a_held_state_directory_is_refused():
    with Office() as office:
        office.start()
        second = subprocess.run(
            [os.path.join(BIN, "kioskd"), "--config", office.config,
             "--state-dir", office.dir, "--runtime-dir", office.dir + "/run2"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=20, check=False)
        assert second.returncode == 1, second
        assert str(office.daemon.pid) in second.stderr, second.stderr
        assert office.answers()


def a_full_disk_refuses_numbers_and_heals():
    """The file size limit stands for the disk: ENOSPC and EFBIG take the same
    way through SQLite."""
    with Office() as office:
        office.start()
        client = office.client()
        pid = office.daemon.pid
        assert client.post("/v1/tickets", {"service": "land"})[0] == 201
        before = client.get("/v1/state")[1]
        wal = os.path.getsize(office.journal + "-wal")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal, resource.RLIM_INFINITY))
        status, answer = client.post("/v1/tickets", {"service": "land"}, "k1")
        assert (status, answer["error"]) == (503, "journal_unavailable"), answer
        assert answer["message"]["vi"]
        state = client.get("/v1/state")[1]
        assert state["seq"] == before["seq"]
        assert state["services"] == before["services"]
        assert client.get("/healthz")[0] == 503
        resource.prlimit(pid, resource.RLIMIT_FSIZE,
                         (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        status, answer = client.post("/v1/tickets", {"service": "land"}, "k1")
        assert (status, answer["ticket"]) == (201, "A002"), answer
        assert client.get("/healthz")[0] == 200
        assert office.stop() == 0
        check_chain(rows_of(office.journal))


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def a_taken_port_gets_a_clear_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Office(listen=f"127.0.0.1:{port}") as office:
            refuses(office, str(port))


def the_web_guards_its_door():
    port = free_port()
    with Office(listen=f"127.0.0.1:{port}") as office:
        office.start()
        client = Client(office.socket)

        web = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

        def ask(method, path, headers=None, body=None):
            web.request(method, path, body, headers or {})
            answer = web.getresponse()
            return answer.status, answer.read(), answer.headers

        status, page, headers = ask("GET", "/")
        assert status == 200 and "Một Cửa" in page.decode()
        assert "default-src" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert ask("GET", "/v1/state")[0] == 200
        assert ask("GET", "/v1/state", {"Host": "evil.example"})[0] == 403
        json_type = {"Content-Type": "application/json"}
        status, *_ = ask("POST", "/v1/tickets",
                         {**json_type, "Origin": "http://evil.example"},
                         '{"service":"land"}')
        assert status == 403
        status, *_ = ask("POST", "/v1/tickets",
                         {**json_type, "Origin": f"http://127.0.0.1:{port}"},
                         '{"service":"land"}')
        assert status == 201
        assert client.get("/v1/state")[1]["services"][0]["last"] == "A001"


def a_dribbling_client_and_a_thousand_more_hurt_nobody():
    with Office() as office:
        office.start()
        with raw(office.socket) as dribbler:
            dribbler.sendall(b"POST /v1/tickets HTTP/1.1\r\nHost: k\r\n")
            crowd = []
            try:
                for _ in range(1000):
                    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                    crowd.append(sock)
                    sock.setblocking(False)
                    try:
                        sock.connect(office.socket)
                    except BlockingIOError:
                        break  # the backlog is full: they stand at the door
                assert office.daemon.poll() is None
            finally:
                for sock in crowd:
                    sock.close()
            client = office.client()
            for _ in range(20):
                with contextlib.suppress(OSError):  # it may be cut off
                    dribbler.sendall(b"X")
                started = time.monotonic()
                status, _ = client.post("/v1/tickets", {"service": "land"})
                assert status == 201
                assert time.monotonic() - started < 5


def sigterm_ends_it_cleanly_in_the_middle_of_work():
    with Office() as office:
        office.start()
        client = office.client()
        client.connection.request("GET", "/v1/stream")
        assert client.connection.getresponse().status == 200
        office.client().post("/v1/tickets", {"service": "land"})
        assert office.stop() == 0
        assert not os.path.exists(office.socket)
        check_chain(rows_of(office.journal))


def slips_owed_at_the_end_are_told_and_nothing_false_is_said():
    with Office(printer="/dev/kiosk-no-such-printer") as office:
        office.start()
        client = office.client()
        for _ in range(3):
            assert client.post("/v1/tickets", {"service": "land"})[0] == 201
        assert office.stop() == 0
        assert "cannot go on" not in office.said(), office.said()
        rows = rows_of(office.journal)
        failed = [r["number"] for r in rows if r["kind"] == "print_failed"]
        assert failed == [1, 2, 3], failed


def wrong_usage_is_one_line_and_exit_2():
    with Office() as office:
        for program in ("kioskd", "kiosk-display", "kiosk-sync", "kioskctl"):
            for arguments in (["--bogus"], ["--config"]):
                done = office.run(program, *arguments)
                assert done.returncode == 2, (program, arguments, done)
                lines = done.stderr.strip().splitlines()
                assert len(lines) == 1, (program, arguments, lines)
                assert lines[0].startswith(program + ": "), lines
                assert arguments[0] in lines[0], lines


def a_hanging_loop_starves_the_watchdog():
    """systemd's side of sd_notify, played by a socket."""
    with Office() as office:
        notify = os.path.join(office.dir, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind(notify)
            sock.settimeout(20)
            os.environ["NOTIFY_SOCKET"] = notify
            os.environ["WATCHDOG_USEC"] = "400000"
            try:
                office.start()
            finally:
                del os.environ["NOTIFY_SOCKET"]
                del os.environ["WATCHDOG_USEC"]
            messages = sock.recv(1000)
            while b"READY=1" not in messages:
                messages = sock.recv(1000)
            wait_for(lambda: b"WATCHDOG=1" in sock.recv(1000), "a feed")
            office.daemon.send_signal(signal.SIGSTOP)
            sock.settimeout(0.05)
            try:
                while sock.recv(1000):
                    pass  # sent before it was stopped
            except TimeoutError:
                pass
            sock.settimeout(1.0)
            try:
                fed = sock.recv(1000)
            except TimeoutError:
                fed = b""
            assert not fed, "fed while the loop stood still"
            office.daemon.send_signal(signal.SIGCONT)
            sock.settimeout(20)
            assert sock.recv(1000)


if __name__ == "__main__":
    main([each_mistake_in_the_config_is_named_with_its_line,
          a_line_used_twice_is_named,
          a_missing_chip_is_said_once_and_costs_nothing,
          a_newer_schema_is_refused_and_kept,
          a_held_state_directory_is_refused,
          a_full_disk_refuses_numbers_and_heals,
          a_taken_port_gets_a_clear_line,
          the_web_guards_its_door,
          a_dribbling_client_and_a_thousand_more_hurt_nobody,
          sigterm_ends_it_cleanly_in_the_middle_of_work,
          slips_owed_at_the_end_are_told_and_nothing_false_is_said,
          wrong_usage_is_one_line_and_exit_2,
          a_hanging_loop_starves_the_watchdog])
