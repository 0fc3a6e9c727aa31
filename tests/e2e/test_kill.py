#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Invariant 1: kioskd is killed at 50 random moments in the middle of issuing,
and nothing that it had acknowledged is lost, and no code is given out twice."""
import json
import os
import random
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import check_chain, check_keys, check_numbers, rows_of  # noqa: E402
from kiosk import Office, main  # noqa: E402

KILLS = int(os.environ.get("KIOSK_KILLS", "50"))


def nothing_acknowledged_is_lost_by_a_kill():
    seed = int(os.environ.get("KIOSK_SEED", time.time_ns() % 1000000))
    print(f"# KIOSK_SEED={seed}, {KILLS} kills")
    rng = random.Random(seed)
    told = {}      # code -> seq, of all answers that arrived
    promised = {}  # key -> code
    unanswered = []
    lock = threading.Lock()

    def citizen(office, over):
        client = office.client(timeout=5)
        while not over.is_set():
            key = str(uuid.uuid4())
            try:
                status, answer = client.post("/v1/tickets",
                                             {"service": "land"}, key)
            except OSError:
                with lock:
                    unanswered.append(key)
                return
            except Exception:  # the answer was cut off in the middle
                with lock:
                    unanswered.append(key)
                return
            assert status == 201, (status, answer)
            with lock:
                assert answer["ticket"] not in told, answer
                told[answer["ticket"]] = answer["seq"]
                promised[key] = answer["ticket"]
            # Or a fast disk would use up the day's numbers.
            time.sleep(0.004)

    with Office() as office:
        for _ in range(KILLS):
            office.start()
            over = threading.Event()
            threads = [threading.Thread(target=citizen, args=(office, over))
                       for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0.0, 0.08))
            office.kill()
            over.set()
            for thread in threads:
                thread.join()
        office.start()
        client = office.client()
        # Who got no answer asks again with the same key, and gets one place.
        for key in unanswered:
            status, answer = client.post("/v1/tickets", {"service": "land"},
                                         key)
            assert status == 201, (status, answer)
            assert answer["ticket"] not in told, answer
            told[answer["ticket"]] = answer["seq"]
        for key in list(promised)[-20:]:
            assert client.post("/v1/tickets", {"service": "land"},
                               key)[1]["ticket"] == promised[key]
        waiting = {t["ticket"] for t in client.get(
            "/v1/tickets?state=waiting")[1]["tickets"]}
        assert office.stop() == 0
        rows = rows_of(office.journal)
        check_chain(rows)
        check_numbers(rows)
        check_keys(rows)
        issued = {json.loads(r["detail"])["ticket"]: r["seq"] for r in rows
                  if r["kind"] == "issued"}
        lost = {code for code, seq in told.items() if issued.get(code) != seq}
        assert not lost, f"acknowledged and lost: {sorted(lost)}"
        assert waiting == set(issued), waiting ^ set(issued)
        print(f"# {len(told)} tickets, {len(unanswered)} cut off in mid-air")
        assert len(told) > KILLS, "the kills came too early to mean anything"


if __name__ == "__main__":
    main([nothing_acknowledged_is_lost_by_a_kill])
