#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A busy morning through the real programs: 200 tickets from 8 clients at once
and 4 counters calling, held against every invariant of the design."""
import glob
import json
import os
import random
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import check_all, check_central, rows_of  # noqa: E402
from kiosk import Office, main, together, wait_for  # noqa: E402

SERVICES = ("land", "civil", "notary")
TICKETS = 200
# What each counter serves: a clerk passes on only what comes back to it.
SERVED = {1: ("land", "civil"), 2: ("land", "civil"),
          3: ("civil", "notary"), 4: ("notary", "land")}


def a_busy_morning_keeps_every_invariant():
    seed = int(os.environ.get("KIOSK_SEED", time.time_ns() % 1000000))
    print(f"# KIOSK_SEED={seed}")
    with Office(printer="file") as office:
        office.start()
        told = []  # what clients were told: (code, seq)
        lock = threading.Lock()
        done = threading.Event()

        def citizen(which):
            rng = random.Random(seed + which)
            client = office.client()
            for _ in range(TICKETS // 8):
                key = str(uuid.uuid4())
                body = {"service": rng.choice(SERVICES),
                        "class": rng.choice(["normal"] * 4 + ["priority"])}
                status, answer = client.post("/v1/tickets", body, key)
                assert status == 201, (status, answer)
                if rng.random() < 0.3:  # the answer got lost: ask again
                    again = client.post("/v1/tickets", body, key)
                    assert again == (201, answer), (again, answer)
                with lock:
                    told.append((answer["ticket"], answer["seq"]))

        def clerk(counter):
            rng = random.Random(seed + 100 + counter)
            client = office.client()
            base = f"/v1/counters/{counter}"
            assert client.post(base + "/open")[0] == 200
            serving = None
            idle = 0
            while True:
                finished = done.is_set()
                key = str(uuid.uuid4())
                body = {"expect": serving}
                status, answer = client.post(base + "/call", body, key)
                # a double click: the second must change nothing
                again, _ = client.post(base + "/call", body, str(uuid.uuid4()))
                if status == 204:
                    serving = None
                    idle = idle + 1 if finished else 0
                    if idle > 2:
                        return
                    time.sleep(0.002)
                    # the second click expected nobody there, and may be right
                    if again == 200:
                        serving = client.get("/v1/state")[1]["counters"][
                            counter - 1]["serving"]["ticket"]
                    continue
                assert status == 200, (status, answer)
                assert again == 409, again
                serving = answer["ticket"]
                act = rng.random()
                if act < 0.2:
                    status, _ = client.post(base + "/recall",
                                            {"expect": serving})
                elif act < 0.3:
                    status, _ = client.post(base + "/no-show",
                                            {"expect": serving})
                    if rng.random() < 0.5:
                        assert client.post(
                            f"/v1/tickets/{serving}/restore")[0] == 200
                    serving = None
                elif act < 0.4:
                    status, _ = client.post(base + "/return",
                                            {"expect": serving})
                    serving = None
                elif act < 0.6:
                    status, _ = client.post(base + "/finish",
                                            {"expect": serving})
                    serving = None
                elif act < 0.7:
                    for service in SERVED[counter]:
                        status, answer = client.post(
                            base + "/transfer",
                            {"service": service, "expect": serving})
                        if status == 200:
                            break
                        assert answer["error"] == "already_there", answer
                    assert answer["to"] == service, answer
                    serving = None
                assert status == 200, status

        def citizens():
            together([lambda w=w: citizen(w) for w in range(8)])
            done.set()

        together([citizens] + [lambda c=c: clerk(c) for c in (1, 2, 3, 4)])

        client = office.client()
        status, waiting = client.get("/v1/tickets?state=waiting")
        assert status == 200 and waiting["tickets"] == [], waiting
        state = client.get("/v1/state")[1]
        wait_for(lambda: sum(r["kind"] == "printed"
                             for r in rows_of(office.journal)) == TICKETS,
                 "all slips to be journalled as printed")
        assert office.stop() == 0

        rows = rows_of(office.journal)
        check_all(rows)
        issued = {(r["service"], r["number"]): r for r in rows
                  if r["kind"] == "issued"}
        assert len(issued) == TICKETS, len(issued)
        assert any(r["kind"] == "transferred" for r in rows)
        by_seq = {r["seq"]: r for r in rows}
        assert len({code for code, _ in told}) == TICKETS
        for code, seq in told:
            row = by_seq[seq]
            assert json.loads(row["detail"])["ticket"] == code, (code, seq)
        for service in state["services"]:
            assert service["waiting"] == 0
        slips = {os.path.basename(p)[:-7]
                 for p in glob.glob(office.slips + "/*.escpos")}
        assert slips == {code for code, _ in told}

        sync = office.sync()
        assert sync.returncode == 0, sync.stderr
        check_central(rows, office.central, "test-01")
        again = office.sync()
        assert again.returncode == 0, again.stderr
        check_central(rows, office.central, "test-01")
        verify = office.run("kioskctl", "journal", "verify", office.journal)
        assert verify.returncode == 0, verify.stderr


def a_restart_changes_nothing_that_was_told():
    with Office() as office:
        office.start()
        client = office.client()
        for service in ("land", "land", "civil", "land"):
            assert client.post("/v1/tickets", {"service": service})[0] == 201
        assert client.post("/v1/counters/1/call")[1]["ticket"] == "A001"
        key = "one-and-only"
        first = client.post("/v1/tickets", {"service": "land"}, key)
        call_key = "call-once"
        call = client.post("/v1/counters/2/call", {"expect": None}, call_key)
        before = client.get("/v1/state")[1]
        assert office.stop() == 0
        office.start()
        client = office.client()
        after = client.get("/v1/state")[1]
        for part in ("day", "services", "counters", "calls"):
            assert before[part] == after[part], part
        # invariant 6 across the restart
        assert client.post("/v1/tickets", {"service": "land"}, key) == first
        assert client.post("/v1/counters/2/call", {"expect": None},
                           call_key) == call
        assert client.post("/v1/tickets",
                           {"service": "civil"}, key)[0] == 422
        status, answer = client.post("/v1/tickets", {"service": "land"})
        assert (status, answer["ticket"]) == (201, "A005"), answer
        check_all(rows_of(office.journal))


def the_stream_tells_each_change():
    with Office() as office:
        office.start()
        client = office.client()
        client.connection.request("GET", "/v1/stream")
        stream = client.connection.getresponse()
        assert stream.status == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")

        def event():
            lines = {}
            while True:
                line = stream.readline().decode().rstrip("\n")
                if not line and "data" in lines:
                    return lines
                if line and not line.startswith(":"):
                    name, value = line.split(":", 1)
                    lines[name] = value.strip()

        first = event()
        assert first["event"] == "state"
        state = json.loads(first["data"])
        assert int(first["id"]) == state["seq"]
        assert state == dict(office.client().get("/v1/state")[1],
                             at_ms=state["at_ms"])
        office.client().post("/v1/tickets", {"service": "land"})
        state = json.loads(event()["data"])
        assert state["services"][0]["last"] == "A001"
        assert state["services"][0]["waiting"] == 1
        office.client().post("/v1/counters/1/call")
        state = json.loads(event()["data"])
        assert state["counters"][0]["serving"]["ticket"] == "A001"
        assert state["calls"][0]["ticket"] == "A001"


def kioskctl_does_what_staff_do():
    with Office() as office:
        office.start()
        for arguments, status, words in (
                (("issue", "land"), 0, "A001"),
                (("issue", "land", "--class", "priority"), 0, "A002"),
                (("issue", "nowhere"), 1, "unknown_service"),
                (("call", "1"), 0, "A002"),
                (("recall", "1"), 0, "A002"),
                (("no-show", "1"), 0, "A002"),
                (("restore", "A002"), 0, "A002"),
                (("restore", "A002"), 1, "wrong_state"),
                (("call", "1"), 0, "A002"),
                (("finish", "1", "--outcome", "accepted"), 0, "A002"),
                (("finish", "1"), 1, "no_ticket_at_counter"),
                (("pause", "1"), 0, "paused"),
                (("open", "1"), 0, "open"),
                (("waiting",), 0, "A001"),
                (("state",), 0, "land"),
                (("close", "1"), 0, "closed"),
                (("dance",), 2, "dance"),
                (("call",), 2, ""),
                (("call", "x"), 2, "x")):
            done = office.ctl(*arguments)
            assert done.returncode == status, (arguments, done)
            assert words in done.stdout + done.stderr, (arguments, done)
            if status:
                assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        answer = json.loads(office.ctl("--json", "issue", "civil").stdout)
        assert answer["ticket"] == "B001" and answer["seq"] > 0, answer


if __name__ == "__main__":
    main([a_busy_morning_keeps_every_invariant,
          a_restart_changes_nothing_that_was_told,
          the_stream_tells_each_change,
          kioskctl_does_what_staff_do])
