#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Clients that mean harm, or are broken: they get a refusal or are hung up on,
and everybody else is served as before."""
import os
import random
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import Office, main, together, wait_for  # noqa: E402
from test_access import free_port  # noqa: E402

LATE_S = 40  # LINKS_LATE_MS in console/links.h

HEAD = b"POST /v1/tickets HTTP/1.1\r\nHost: localhost\r\n" \
    b"Content-Type: application/json\r\n"
BODIES = (b'{"service":"land","class":"normal"}', b'{"expect":"A001"}',
          b'{"stars":5,"ticket":"A001","reasons":["wait"]}',
          b'{"user":"lan","pin":"135790"}', b'{"counter":2}',
          b'{"outcome":"accepted"}', b'{"service":"land","window":"09:00-09:30"}')
PATHS = (b"/v1/tickets", b"/v1/counters/1/call", b"/v1/counters/1/rate",
         b"/v1/login", b"/v1/counters/1/transfer", b"/v1/counters/1/finish",
         b"/v1/tickets/A001/restore", b"/v1/report?day=2026-11-24")


def connect(port):
    sock = socket.create_connection(("127.0.0.1", port), 30)
    sock.settimeout(30)
    return sock


def hung_up(sock):
    sock.settimeout(0.01)
    try:
        return sock.recv(4096) == b""
    except socket.timeout:
        return False
    except OSError:
        return True


def dribble(port, start, drop):
    """How long it took until the kiosk had enough of it."""
    with connect(port) as sock:
        sock.sendall(start)
        began = time.monotonic()
        while not hung_up(sock):
            if time.monotonic() - began > 10 * LATE_S:
                raise AssertionError("nobody minds a client that dribbles")
            try:
                sock.sendall(drop)
            except OSError:
                break
            time.sleep(0.5)
        return time.monotonic() - began


def who_dribbles_or_never_reads_is_cut_off_and_holds_nobody_up():
    port = free_port()
    with Office(listen=f"127.0.0.1:{port}") as office:
        office.start()
        client = office.client()
        deaf = follow_and_never_read(port)
        wait_for(lambda: "\nkiosk_streams 1\n" in client.get("/metrics")[1],
                 "one that follows")
        took = []
        for start, drop in ((b"GET /v1/st", b"a"),
                            (HEAD + b"X-Long: ", b"a"),
                            (HEAD + b"Content-Length: 9999\r\n\r\n{", b" ")):
            took.append((start, drop))
        times = []
        together([lambda s=s, d=d: times.append(dribble(port, s, d))
                  for s, d in took] +
                 [lambda: serve(client, times, len(took))])
        assert len(times) == len(took)
        # Not before its time either: a slow line is no attack.
        assert all(t > LATE_S - 2 for t in times), times
        # Nor is anything kept for one that follows the state and never reads.
        wait_for(lambda: "\nkiosk_streams 0\n" in client.get("/metrics")[1],
                 "the deaf one to be dropped", 10 * LATE_S)
        deaf.close()


def follow_and_never_read(port):
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    sock.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return sock


def serve(client, times, n):
    """Others are served meanwhile, and the state changes and changes."""
    until = time.monotonic() + 10 * LATE_S
    while len(times) < n and time.monotonic() < until:
        assert client.post("/v1/tickets", {"service": "land"})[0] == 201
        time.sleep(0.1)


def mutate(dice, text):
    """The text, spoilt."""
    text = bytearray(text)
    for _ in range(dice.randint(1, 6)):
        at = dice.randint(0, len(text))
        kind = dice.randint(0, 4)
        if kind == 0:
            text[at:at] = bytes([dice.randint(0, 255)])
        elif kind == 1 and text:
            del text[at % len(text)]
        elif kind == 2:
            text[at:at] = dice.choice((
                b'"', b"{", b"[" * 40, b"\\u0000", b"\xff\xfe", b"1e999",
                b"-0", b"null", b"\x00", b'"service":"land",', b"\r\n", b"%00",
                b"../", b"9" * 40))
        elif kind == 3 and text:
            text[at % len(text)] ^= 1 << dice.randint(0, 7)
        else:
            text = text[:at]
    return bytes(text)


def raw(port, data):
    """The first line of the answer; b"" where there was none."""
    with connect(port) as sock:
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
            return sock.recv(4096).split(b"\r\n")[0]
        except OSError:
            return b""


def spoilt_requests_are_refused_and_leave_no_mark():
    seed = int(os.environ.get("KIOSK_SEED", time.time_ns() & 0xffffff))
    print(f"# KIOSK_SEED={seed}")
    dice = random.Random(seed)
    port = free_port()
    with Office(listen=f"127.0.0.1:{port}") as office:
        office.start()
        client = office.client()
        client.post("/v1/counters/1/open")
        for turn in range(600):
            body = mutate(dice, dice.choice(BODIES))
            line = b"POST " + dice.choice(PATHS) + b" HTTP/1.1\r\n"
            if turn % 3 == 0:
                line = mutate(dice, line)
            answer = raw(port, line + b"Host: localhost\r\nContent-Type: "
                         b"application/json\r\nConnection: close\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body) + body)
            # Whatever it was, it is no fault of the kiosk's.
            assert b" 500 " not in answer, (line, body, answer)
            assert office.daemon.poll() is None, (line, body)
        assert client.get("/healthz")[0] == 200
        assert client.post("/v1/tickets", {"service": "notary"})[0] == 201
        assert office.stop() == 0


def a_flood_of_connections_leaves_room():
    port = free_port()
    with Office(listen=f"127.0.0.1:{port}") as office:
        office.start()
        socks = []
        try:
            for _ in range(600):
                socks.append(connect(port))
                if len(socks) % 100 == 0:
                    assert raw(port, b"GET /healthz HTTP/1.1\r\n"
                               b"Host: localhost\r\nConnection: close\r\n"
                               b"\r\n") == b"HTTP/1.1 200 OK"
            client = office.client()
            assert client.post("/v1/tickets", {"service": "land"})[0] == 201
        finally:
            for sock in socks:
                sock.close()
        wait_for(lambda: office.client().get("/healthz")[0] == 200, "an answer")


TESTS = [
    who_dribbles_or_never_reads_is_cut_off_and_holds_nobody_up,
    spoilt_requests_are_refused_and_leave_no_mark,
    a_flood_of_connections_leaves_room,
]

if __name__ == "__main__":
    main(TESTS)
