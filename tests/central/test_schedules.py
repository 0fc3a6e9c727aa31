#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Random fault schedules: kiosk-sync, a TCP proxy, pgbouncer in transaction
mode and PostgreSQL. Whatever happened on the way, at the end the central log
equals the journals, row for row.

    KIOSK_SCHEDULES=1000 KIOSK_SEED=7 tests/central/test_schedules.py
"""
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../e2e"))
import kiosk  # pylint: disable=wrong-import-position
from office import BIN, Kiosk, assert_equal_logs
from servers import Bouncer, Postgres, Proxy

SCHEDULES = int(os.environ.get("KIOSK_SCHEDULES", "60"))
SEED = int(os.environ.get("KIOSK_SEED", str(random.randrange(1 << 30))))


# pgbouncer keeps what a session was begun with.
NEW_SESSIONS = ("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE usename LIKE 'k-%'")


class Stage:
    """What the faults happen to, and how often each did."""

    def __init__(self):
        self.server = Postgres("fsync = off", "shared_buffers = 32MB").start()
        self.server.sql("CREATE DATABASE central", "postgres")
        subprocess.run([os.path.join(BIN, "kiosk-sync"), "--install-central",
                        self.server.url()], check=True,
                       stderr=subprocess.DEVNULL)
        names = [f"k-{i}" for i in range(SCHEDULES)]
        self.server.sql("".join(f"SELECT kiosk_enrol('{name}', NULL, NULL, "
                                "NULL);" for name in names))
        self.bouncer = Bouncer(self.server, names).start()
        self.proxy = Proxy(self.bouncer.port)
        self.name = None  # of the kiosk whose schedule it is
        self.counts = {}
        self.deaths = 0

    def end(self):
        self.proxy.end()
        self.bouncer.end()
        self.server.end()

    def calm(self):
        self.proxy.calm()
        self.server.sql(
            f'ALTER ROLE "{self.name}" RESET ALL;' + NEW_SESSIONS)


def later(seconds, act):
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


# Each fault is begun before a round of kiosk-sync; what it returns is called
# when that round is over.

def cut(stage, chance):
    stage.proxy.cut_after = int(10 ** chance.uniform(1, 5.5))


def cut_all(stage, chance):
    later(chance.uniform(0, 0.1), stage.proxy.cut)


def delay(stage, chance):
    stage.proxy.delay_s = chance.uniform(0, 0.05)


def black_hole(stage, chance):
    def begin():
        stage.proxy.hole = True

    def finish():
        stage.proxy.hole = False
        if chance.random() < 0.5:
            stage.proxy.cut()
    later(chance.uniform(0, 0.06), begin)
    later(chance.uniform(0.1, 0.5), finish)


def refuse(stage, _):
    stage.proxy.refuse = True


def bouncer_killed(stage, chance):
    def kill():
        stage.bouncer.stop()
        stage.bouncer.start()
    timer = later(chance.uniform(0, 0.08), kill)
    return timer.join


def server_killed(stage, chance):
    def kill():
        stage.server.stop(signal.SIGQUIT)
        stage.server.start()
    timer = later(chance.uniform(0, 0.08), kill)
    return timer.join


def backend_killed(stage, chance):
    """-9 in mid-batch: the server starts anew by itself."""
    time.sleep(chance.uniform(0, 0.02))
    pids = stage.server.sql(
        "SELECT pid FROM pg_stat_activity WHERE usename LIKE 'k-%' "
        "LIMIT 1").split()
    if pids:
        stage.server.kill_backend(int(pids[0]))
    return lambda: kiosk.wait_for(stage.server.ready, "the server")


def backend_terminated(stage, chance):
    later(chance.uniform(0, 0.08), lambda: stage.server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
        "usename LIKE 'k-%'", check=False))


def read_only(stage, _):
    stage.server.sql(f'ALTER ROLE "{stage.name}" SET '
                     "default_transaction_read_only = on;" + NEW_SESSIONS)


def statement_timeout(stage, chance):
    stage.server.sql(f'ALTER ROLE "{stage.name}" SET statement_timeout = '
                     f"{chance.choice([1, 3, 8, 20])};" + NEW_SESSIONS)


def kiosk_killed(_stage, _chance):
    """Done by run_schedule()."""


def sent_twice(_stage, _chance):
    """Two kiosk-syncs at once; likewise."""


def partition_missing(stage, _):
    stage.server.sql("DO $$ BEGIN EXECUTE format('DROP TABLE IF EXISTS %I', "
                     "(SELECT name FROM kiosk_partition(1))); END $$")


FAULTS = [cut] * 5 + [cut_all] * 3 + [delay] * 2 + [kiosk_killed] * 5 + \
    [sent_twice] * 3 + [black_hole, refuse, bouncer_killed, backend_terminated,
                        backend_terminated, statement_timeout, read_only,
                        partition_missing]
# Half a second each, so now and then.
SLOW = [server_killed, backend_killed]


def run_schedule(stage, number, chance):
    stage.name = f"k-{number}"
    url = stage.server.url(stage.name, port=stage.proxy.port)
    with Kiosk(stage.name, url) as one:
        one.rows(chance.randint(1, 5000))
        for _ in range(chance.randint(2, 5)):
            fault = chance.choice(SLOW if chance.random() < 0.08 else FAULTS)
            stage.counts[fault.__name__] = \
                stage.counts.get(fault.__name__, 0) + 1
            undo = fault(stage, chance)
            processes = [one.start()]
            if fault is sent_twice:
                processes.append(one.start())
            if fault is kiosk_killed or chance.random() < 0.2:
                time.sleep(chance.uniform(0, 0.08))
                if processes[0].poll() is None:
                    stage.deaths += 1
                processes[0].kill()
            for process in processes:
                process.communicate(timeout=90)
            if undo:
                undo()
            stage.calm()
            if chance.random() < 0.5:
                one.rows(chance.randint(1, 2500))
        stage.proxy.cut()
        # pgbouncer finds out that a server is gone when it next uses it.
        for attempt in range(20):
            status, said = one.sync()
            if status == 0:
                break
            assert attempt < 19, "never came to rest: " + said
            time.sleep(0.1)
        assert_equal_logs(stage.server, one)


def after_any_faults_the_central_log_equals_the_journals():
    print(f"# KIOSK_SCHEDULES={SCHEDULES} KIOSK_SEED={SEED}", flush=True)
    stage = Stage()
    began = time.monotonic()
    try:
        for number in range(SCHEDULES):
            try:
                run_schedule(stage, number, random.Random(SEED + number))
            except BaseException:
                print(f"# schedule {number}: KIOSK_SEED={SEED + number} "
                      "KIOSK_SCHEDULES=1 comes close to it")
                raise
        faults = int(stage.server.sql(
            "SELECT count(*) FROM faults").strip())
        assert faults == 0, stage.server.sql("SELECT * FROM faults")
        rows = stage.server.sql("SELECT count(*) FROM events").strip()
        print(f"# {SCHEDULES} schedules in {time.monotonic() - began:.0f} s, "
              f"{rows} rows; kiosk-sync was killed {stage.deaths} times; "
              f"faults: {stage.counts}")
    finally:
        stage.end()


if __name__ == "__main__":
    kiosk.main([after_any_faults_the_central_log_equals_the_journals])
