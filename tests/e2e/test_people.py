#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Sessions and what hangs on them: streams that end with them, and users and
devices that follow kiosk.conf while kioskd runs."""
import os
import signal
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import main, wait_for  # noqa: E402
from test_access import PIN, Locked, device, user  # noqa: E402


class Stream:
    """/v1/stream, and whether the kiosk has ended it."""

    def __init__(self, kiosk, visitor):
        self.sock = socket.create_connection(("127.0.0.1", kiosk.port), 30)
        self.sock.sendall(
            f"GET /v1/stream HTTP/1.1\r\nHost: localhost:{kiosk.port}\r\n"
            f"Cookie: {kiosk.cookies[visitor]}\r\n\r\n".encode())
        self.text = b""
        self.over = False
        self.until(b"event: state")

    def until(self, what):
        wait_for(lambda: what in self.read() or self.over, what)
        assert what in self.text, self.text

    def read(self):
        self.sock.settimeout(0.05)
        try:
            more = self.sock.recv(65536)
            self.text += more
            # The last chunk of a body, or the end of the connection.
            self.over = self.over or not more or \
                self.text.endswith(b"\r\n0\r\n\r\n")
        except socket.timeout:
            pass
        except OSError:
            self.over = True
        return self.text

    def ended(self):
        self.read()
        return self.over

    def close(self):
        self.sock.close()


def write(kiosk, text):
    """As an editor does."""
    path = kiosk.office.config
    with open(path, encoding="utf-8") as file:
        before = file.read()
    at = before.index("users = (")
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(before[:at] + text)
    os.rename(path + ".new", path)


def said(kiosk, words):
    wait_for(lambda: words in kiosk.office.said(), words)


def me(kiosk, visitor):
    return kiosk.ask("GET", "/v1/me", visitor=visitor)[0]


def a_stream_ends_with_its_session():
    with Locked() as kiosk:
        hers, theirs = Stream(kiosk, "lan"), Stream(kiosk, "hoa")
        assert kiosk.ask("POST", "/v1/logout", visitor="lan")[0] == 204
        wait_for(hers.ended, "the stream's end")
        count = theirs.read().count(b"event: state")
        client = kiosk.office.client()
        assert client.post("/v1/counters/1/open")[0] == 200
        client.close()
        wait_for(lambda: theirs.read().count(b"event: state") > count,
                 "what others still hear")
        assert not theirs.over
        hers.close()
        theirs.close()


def a_new_pin_ends_that_users_sessions_and_no_others():
    with Locked() as kiosk:
        hers, theirs = Stream(kiosk, "lan"), Stream(kiosk, "hoa")
        lines = kiosk.text[kiosk.text.index("users = ("):]
        old = lines[lines.index('{ name = "lan"'):lines.index('{ name = "binh"')]
        write(kiosk, lines.replace(
            old, user("lan", "864208", "staff", "[ 1 ]") + ", "))
        said(kiosk, "4 users and 2 devices")
        wait_for(hers.ended, "the stream's end")
        assert not theirs.ended()
        assert [me(kiosk, v) for v in ("lan", "binh", "hoa", "an")] == \
            [401, 200, 200, 200]
        for pin, status in ((PIN, 401), ("864208", 200)):
            assert kiosk.ask("POST", "/v1/login", body=(
                '{"user":"lan","pin":"%s"}' % pin))[0] == status, pin
        hers.close()
        theirs.close()


def a_user_and_a_device_come_and_go():
    with Locked() as kiosk:
        line, token = device("new", ("read", "issue"))
        write(kiosk, f"""users = ( {user("moi", PIN, "staff", "[ 2 ]")} );
devices = ( {line} );\n""")
        said(kiosk, "1 users and 1 devices")
        assert [me(kiosk, v) for v in ("lan", "binh", "hoa", "an")] == [401] * 4
        status, headers, _ = kiosk.ask("POST", "/v1/login", body=(
            '{"user":"moi","pin":"%s"}' % PIN))
        assert status == 200
        kiosk.cookies["moi"] = headers["Set-Cookie"].split(";")[0]
        assert kiosk.ask("POST", "/v1/counters/2/open", visitor="moi")[0] == 200
        assert kiosk.ask("POST", "/v1/counters/1/open", visitor="moi")[0] == 403
        issue = '{"service":"land"}'
        assert kiosk.ask("POST", "/v1/tickets", issue, "issuer")[0] == 401
        kiosk.tokens["new"] = token
        assert kiosk.ask("POST", "/v1/tickets", issue, "new")[0] == 201


def a_file_with_a_mistake_changes_nothing():
    with Locked() as kiosk:
        write(kiosk, "users = ( { name = 5; } );\n")
        said(kiosk, "users and devices stay as they were")
        assert "users[0].name" in kiosk.office.said()
        assert me(kiosk, "lan") == 200


def a_file_without_users_opens_nothing():
    with Locked() as kiosk:
        write(kiosk, "")
        said(kiosk, "that takes a restart")
        assert me(kiosk, "nobody") == 401
        assert me(kiosk, "lan") == 200


def a_signal_reads_it_too():
    with Locked() as kiosk:
        kiosk.office.daemon.send_signal(signal.SIGHUP)
        said(kiosk, "4 users and 2 devices")
        assert me(kiosk, "lan") == 200


TESTS = [
    a_stream_ends_with_its_session,
    a_new_pin_ends_that_users_sessions_and_no_others,
    a_user_and_a_device_come_and_go,
    a_file_with_a_mistake_changes_nothing,
    a_file_without_users_opens_nothing,
    a_signal_reads_it_too,
]

if __name__ == "__main__":
    main(TESTS)
