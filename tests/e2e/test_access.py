#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who may do what: every route x every visitor, the sign-in, and what kioskctl
makes for the configuration. See "Who may do what" in docs/architecture.md."""
import http.client
import os
import pty
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import BIN, CONFIG, Office, main, wait_for  # noqa: E402

PIN = "135790"


def ctl(*arguments, text=""):
    return subprocess.run([os.path.join(BIN, "kioskctl"), *arguments],
                          input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False,
                          text=True)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def user(name, pin, role, counters):
    line = ctl("pin", name, text=pin + "\n").stdout.strip()
    return f'{{ {line} role = "{role}"; counters = {counters}; }}'


def device(name, may):
    """(its line, its token)"""
    token, line = ctl("token", name).stdout.splitlines()
    assert '[ "read" ]' in line, line
    words = ", ".join(f'"{word}"' for word in may)
    return line.replace('[ "read" ]', f"[ {words} ]"), token


class Locked:
    """An office with users and devices, and its visitors. elsewhere: they come
    by TLS and under a name of the network, as from another machine."""

    def __init__(self, elsewhere=False):
        self.elsewhere = elsewhere
        self.tokens = {}
        devices = []
        for name, may in (("reader", ("read",)), ("issuer", ("issue",))):
            line, self.tokens[name] = device(name, may)
            devices.append(line)
        users = [user("lan", PIN, "staff", "[ 1 ]"),
                 user("binh", PIN, "staff", "[ 3 ]"),
                 user("hoa", PIN, "supervisor", "[ ]"),
                 user("an", PIN, "admin", "[ ]")]
        self.text = CONFIG + f"users = ( {', '.join(users)} );\n" \
            f"devices = ( {', '.join(devices)} );\n"
        self.port = free_port()
        self.office = Office(config=self.text,
                             listen=f"127.0.0.1:{self.port}")
        if elsewhere:
            made = ctl("certificate", "new", self.office.dir)
            assert made.returncode == 0, made
            with open(self.office.config, encoding="utf-8") as file:
                text = file.read()
            with open(self.office.config, "w", encoding="utf-8") as file:
                file.write(text.replace(
                    "console = {",
                    "console = { " + made.stdout.splitlines()[-1]))
        self.cookies = {}

    def connection(self):
        if not self.elsewhere:
            return http.client.HTTPConnection("127.0.0.1", self.port, 30)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=30,
            context=ssl.create_default_context(
                cafile=os.path.join(self.office.dir, "kiosk.crt")))

    def __enter__(self):
        self.office.__enter__()
        self.office.start()
        for name in ("lan", "binh", "hoa", "an"):
            status, headers, _ = self.ask("POST", "/v1/login", body=(
                '{"user":"%s","pin":"%s"}' % (name, PIN)))
            assert status == 200, (name, status)
            self.cookies[name] = headers["Set-Cookie"].split(";")[0]
        return self

    def __exit__(self, *what):
        return self.office.__exit__(*what)

    def ask(self, method, path, body=None, visitor="nobody", headers=None):
        """(status, headers, body) by TCP."""
        headers = dict(headers or {})
        if visitor in self.cookies:
            headers["Cookie"] = self.cookies[visitor]
        elif visitor in self.tokens:
            headers["Authorization"] = "Bearer " + self.tokens[visitor]
        elif visitor == "forger":
            headers["Authorization"] = "Bearer " + "x" * 43
            headers["Cookie"] = "kiosk_session=" + "x" * 43
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        if self.elsewhere:
            headers.setdefault("Host", "kiosk.example:8443")
        connection = self.connection()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            if answer.headers.get("Content-Type") == "text/event-stream":
                return answer.status, answer.headers, ""
            return answer.status, answer.headers, answer.read().decode(errors="replace")
        finally:
            connection.close()


VISITORS = ("nobody", "forger", "reader", "issuer", "binh", "lan", "hoa", "an")

# The status for each of VISITORS, in that order. "+": let in, whatever the
# queue then says to it (2xx, or a refusal that is none of the door's). Where
# another machine's visitors get others, these follow.
LOOK = ("+ + + + + + + +", "401 401 + 403 + + + +")
ROUTES = (
    ("GET", "/", None, "+ + + + + + + +"),
    ("GET", "/words.js", None, "+ + + + + + + +"),
    ("GET", "/draw.js", None, "+ + + + + + + +"),
    ("GET", "/app.js", None, "+ + + + + + + +"),
    ("GET", "/sign-in.js", None, "+ + + + + + + +"),
    ("GET", "/style.css", None, "+ + + + + + + +"),
    ("GET", "/icon.svg", None, "+ + + + + + + +"),
    ("GET", "/overview", None, "+ + + + + + + +"),
    ("GET", "/overview.js", None, "+ + + + + + + +"),
    ("GET", "/overview-words.js", None, "+ + + + + + + +"),
    ("GET", "/common.js", None, "+ + + + + + + +"),
    ("GET", "/plot.js", None, "+ + + + + + + +"),
    ("GET", "/overview.css", None, "+ + + + + + + +"),
    ("GET", "/v1/log", None, "401 401 403 403 403 403 403 +"),
    ("GET", "/v1/users", None, "401 401 403 403 403 403 403 +"),
    ("GET", "/v1/config/check", None, "401 401 403 403 403 403 403 +"),
    ("GET", "/v1/board.png", None, "401 401 403 403 403 403 + +"),
    ("GET", "/phone.js", None, "+ + + + + + + +"),
    ("GET", "/phone.css", None, "+ + + + + + + +"),
    # Off, as this office has it; tests/e2e/test_phone.py has it on.
    ("GET", "/t/A001-x", None, "404 404 404 404 404 404 404 404"),
    ("GET", "/t/A001-x/ticket", None, "404 404 404 404 404 404 404 404"),
    ("GET", "/healthz", None, *LOOK),
    ("GET", "/metrics", None, *LOOK),
    ("GET", "/v1/state", None, *LOOK),
    ("GET", "/v1/stream", None, *LOOK),
    ("GET", "/v1/tickets", None, "401 401 403 403 + + + +"),
    ("GET", "/v1/me", None, "401 401 403 403 + + + +"),
    ("GET", "/v1/report", None, "401 401 403 403 403 403 + +"),
    ("POST", "/v1/tickets", '{"service":"land"}',
     "401 401 403 + 403 403 403 403"),
    ("POST", "/v1/tickets/A001/restore", None,
     "401 401 403 403 403 + + +"),
    ("POST", "/v1/tickets/A001/cancel", None, "401 401 403 403 403 + + +"),
    ("POST", "/v1/tickets/A001/reprint", None, "401 401 403 403 403 + + +"),
    ("POST", "/v1/tickets/C001/cancel", None, "401 401 403 403 + 403 + +"),
    *(("POST", f"/v1/counters/1/{verb}", body, "401 401 403 403 403 + + +")
      for verb, body in (("open", None), ("pause", None), ("close", None),
                         ("call", None), ("recall", None), ("finish", None),
                         ("no-show", None), ("return", None),
                         ("transfer", '{"service":"notary"}'))),
    ("POST", "/v1/counters/1/rate", '{"stars":5}', "401 401 403 + 403 + + +"),
    ("POST", "/v1/printer/test", None, "401 401 403 403 403 403 + +"),
    ("GET", "/v1/nothing", None, "404 404 404 404 404 404 404 404"),
    ("GET", "/v1/counters/1/call", None, "404 404 404 404 404 404 404 404"),
)


def every_visitor_gets_what_the_table_says_at_every_route():
    for elsewhere in (False, True):
        with Locked(elsewhere) as kiosk:
            for method, path, body, here, *away in ROUTES:
                wanted = away[0] if elsewhere and away else here
                for visitor, want in zip(VISITORS, wanted.split()):
                    at_route(kiosk, method, path, body, visitor, want)


def at_route(kiosk, method, path, body, visitor, want):
    status, _, text = kiosk.ask(method, path, body, visitor)
    good = status not in (401, 403) if want == "+" else status == int(want)
    assert good, (kiosk.elsewhere, method, path, visitor, status, text)
    if status in (401, 403):
        assert '"message":{"vi":' in text, text


def the_table_has_every_route_of_the_server():
    with open("firmware/console/api.c", encoding="utf-8") as file:
        source = re.sub(r'",\s+"', '", "', file.read())
    routes = set(re.findall(r'\{"(GET|POST)", "(/[^"]*)"', source))
    assert len(routes) > 20, routes
    table = {(method, re.sub(r"/(1|[A-C]001|A001-x)(/|$)", r"/*\2", path))
             for method, path, *_ in ROUTES}
    # Those two are looked at below.
    table |= {("POST", "/v1/login"), ("POST", "/v1/logout")}
    missing = routes - table
    assert not missing, missing


def the_socket_is_open_to_whom_its_mode_lets_in():
    with Locked() as kiosk:
        client = kiosk.office.client()
        assert client.post("/v1/tickets", {"service": "land"})[0] == 201
        assert client.post("/v1/counters/1/call")[0] == 200
        status, me = client.get("/v1/me")
        assert status == 200 and me["user"] is None, me


def without_users_and_devices_this_machine_is_open_and_the_log_says_so():
    port = free_port()
    with Office(listen=f"127.0.0.1:{port}") as office:
        office.start()
        assert "no users are configured" in office.said(), office.said()
        connection = http.client.HTTPConnection("127.0.0.1", port, 30)
        for path, body, want in (("/v1/tickets", '{"service":"land"}', 201),
                                 ("/v1/counters/1/call", None, 200)):
            connection.request("POST", path, body,
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            assert answer.status == want, (path, answer.read())
            answer.read()
        connection.close()


def another_site_s_page_cannot_use_the_session():
    with Locked() as kiosk:
        for headers in ({"Origin": "http://evil.example"},
                        {"Origin": "null"},
                        {"Host": "evil.example"},
                        {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site"}):
            status, _, text = kiosk.ask("POST", "/v1/counters/1/call",
                                        visitor="lan", headers=headers)
            assert status == 403, (headers, status, text)
        own = {"Origin": f"http://127.0.0.1:{kiosk.port}",
               "Sec-Fetch-Site": "same-origin"}
        assert kiosk.ask("POST", "/v1/counters/1/call", visitor="lan",
                         headers=own)[0] == 204


def tickets_are_issued_while_sign_ins_are_computed():
    with Locked() as kiosk:
        stop = threading.Event()
        counts = {"busy": 0, "right": 0}

        def storm():
            while not stop.is_set():
                status, _, _ = kiosk.ask(
                    "POST", "/v1/login",
                    '{"user":"lan","pin":"%s"}' % PIN)
                counts["right" if status == 200 else "busy"] += 1

        threads = [threading.Thread(target=storm) for _ in range(4)]
        for thread in threads:
            thread.start()
        client = kiosk.office.client()
        try:
            wait_for(lambda: counts["right"] >= 4, "sign-ins")
            for _ in range(50):
                assert client.post("/v1/tickets",
                                   {"service": "land"})[0] == 201
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert kiosk.office.stop() == 0


def a_stop_in_the_middle_of_a_sign_in_is_clean():
    with Locked() as kiosk:
        body = b'{"user":"lan","pin":"%s"}' % PIN.encode()
        with socket.create_connection(("127.0.0.1", kiosk.port)) as sock:
            sock.sendall(b"POST /v1/login HTTP/1.1\r\nHost: localhost\r\n"
                         b"Content-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            assert kiosk.office.stop() == 0


def the_page_runs_nothing_but_its_own_files():
    with Locked() as kiosk:
        _, headers, page = kiosk.ask("GET", "/")
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';"), policy
        assert "unsafe" not in policy and "*" not in policy, policy
        for part in ("form-action 'none'", "frame-ancestors 'none'",
                     "base-uri 'none'", "script-src 'self'"):
            assert part in policy, policy
        scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", page, re.S)
        assert scripts and all(not text and 'src="/' in attributes
                               for attributes, text in scripts), scripts
        assert not re.search(r"<style|\bstyle=|\bon[a-z]+=|javascript:|//",
                             page), page


def secrets_are_in_no_log_and_no_answer():
    with Locked() as kiosk:
        for body in ('{"user":"lan","pin":"nothing-of-it"}',
                     '{"user":"nothing-of-it","pin":"1"}',
                     '{"user":"lan","pin":["nothing-of-it"]}'):
            _, _, text = kiosk.ask("POST", "/v1/login", body)
            assert "nothing-of-it" not in text, text
        said = kiosk.office.said()
        # Nor in what admins look at.
        for path, word in (("/v1/log", "an signed in"),
                           ("/v1/users", '"supervisor"'),
                           ("/v1/config/check", '"ok":true')):
            status, _, text = kiosk.ask("GET", path, visitor="an")
            assert status == 200 and word in text, (path, text)
            assert "$argon2id$" not in text and "sha256:" not in text, text
            said += text
        for secret in ("nothing-of-it", PIN, *kiosk.tokens.values(),
                       *(c.split("=")[1] for c in kiosk.cookies.values())):
            assert secret not in said, said


def kioskctl_pin_reads_once_from_a_pipe():
    for text in (PIN, PIN + "\n", PIN + "\r\n", PIN + "\nmore\n"):
        done = ctl("pin", "lan", text=text)
        assert done.returncode == 0 and not done.stderr, done
        assert re.fullmatch(
            r'name = "lan"; pin = "\$argon2id\$v=19\$m=9216,t=4,p=1\$'
            r'[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}";\n', done.stdout), done
    for text in ("", "123\n", "7" * 65 + "\n", "12\t34\n"):
        done = ctl("pin", "lan", text=text)
        assert done.returncode == 1 and not done.stdout, done
        assert "4 to 64" in done.stderr, done


def on_a_terminal(*keys):
    """(exit status, what the terminal showed) of kioskctl pin."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(os.path.join(BIN, "kioskctl"), ["kioskctl", "pin", "lan"])
    shown = b""
    keys = list(keys)
    end = time.monotonic() + 60
    prompts = 0
    try:
        while True:
            if time.monotonic() > end:
                os.kill(pid, signal.SIGKILL)
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                data = os.read(terminal, 4096)
            except OSError:  # it has ended
                break
            if not data:
                break
            shown += data
            # Typed only once it asks, so that the echo is off.
            if keys and shown.count(b": ") > prompts:
                prompts = shown.count(b": ")
                os.write(terminal, keys.pop(0))
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), \
            shown.decode()
    finally:
        os.close(terminal)


def kioskctl_pin_asks_twice_on_a_terminal_and_shows_nothing():
    status, shown = on_a_terminal(b"135790\n", b"135790\n")
    assert status == 0 and "$argon2id$" in shown, shown
    assert "135790" not in shown, shown
    status, shown = on_a_terminal(b"135790\n", b"135791\n")
    assert status == 1 and "differ" in shown, shown
    assert "$argon2id$" not in shown, shown
    status, shown = on_a_terminal(b"1357\x03")
    assert status == 1 and "stopped" in shown, (status, shown)


def a_torn_hash_is_noted():
    text = CONFIG + 'users = ( { name = "lan"; pin = "$argon2id$v=19$m=92"; ' \
        'role = "staff"; } );\n'
    with Office(config=text) as office:
        check = office.run("kioskctl", "config", "check", office.config)
        assert check.returncode == 0, check
        assert "nobody can sign in" in check.stdout, check


TESTS = [
    every_visitor_gets_what_the_table_says_at_every_route,
    the_table_has_every_route_of_the_server,
    the_socket_is_open_to_whom_its_mode_lets_in,
    without_users_and_devices_this_machine_is_open_and_the_log_says_so,
    another_site_s_page_cannot_use_the_session,
    tickets_are_issued_while_sign_ins_are_computed,
    a_stop_in_the_middle_of_a_sign_in_is_clean,
    the_page_runs_nothing_but_its_own_files,
    secrets_are_in_no_log_and_no_answer,
    kioskctl_pin_reads_once_from_a_pipe,
    kioskctl_pin_asks_twice_on_a_terminal_and_shows_nothing,
    a_torn_hash_is_noted,
]

if __name__ == "__main__":
    main(TESTS)
