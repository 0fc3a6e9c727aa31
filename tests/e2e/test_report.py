#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The day's figures through the real programs: the API, kioskctl and the
central log's views say what the journal's rows come to."""
import collections
import json
import os
import random
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import rows_of  # noqa: E402
from kiosk import Office, main  # noqa: E402

SERVICES = ("land", "civil", "notary")
COUNTS = ("issued", "called", "served", "no_show", "cancelled", "expired",
          "open")


def serve_some(office, rng, steps):
    """Random work of citizens and clerks; refusals are part of it."""
    client = office.client()
    for counter in (1, 2, 3, 4):
        assert client.post(f"/v1/counters/{counter}/open")[0] == 200
    codes = []
    for _ in range(steps):
        counter = f"/v1/counters/{rng.choice((1, 2, 3, 4))}"
        act = rng.random()
        if act < 0.35:
            answer = client.post("/v1/tickets", {
                "service": rng.choice(SERVICES),
                "class": rng.choice(("normal", "normal", "priority"))})[1]
            codes.append(answer["ticket"])
        elif act < 0.65:
            client.post(counter + "/call")
        elif act < 0.75:
            client.post(counter + "/finish", {"outcome": "accepted"})
        elif act < 0.83:
            client.post(counter + "/rate", {"stars": rng.randint(1, 5)})
        elif act < 0.88:
            client.post(counter + "/no-show")
        elif act < 0.92:
            client.post(counter + "/return")
        elif act < 0.95 and codes:
            client.post(f"/v1/tickets/{rng.choice(codes)}/restore")
        elif act < 0.97 and codes:
            client.post(f"/v1/tickets/{rng.choice(codes)}/cancel")
        else:
            client.post(counter + "/pause")


def count_rows(rows):
    """The counts of the whole day and by service, by a plain loop."""
    tickets = {}
    last = {"finished": "served", "no_show": "no_show",
            "cancelled": "cancelled", "expired": "expired"}
    for row in rows:
        ticket = (row["service"], row["number"])
        if row["kind"] == "issued":
            tickets[ticket] = {"issued_at": row["at_ms"], "state": "open"}
        elif row["kind"] in ("called", "recalled", "returned", "transferred",
                             "restored", *last):
            tickets[ticket]["state"] = last.get(row["kind"], "open")
            if row["kind"] == "called":
                tickets[ticket].setdefault("called_at", row["at_ms"])
    counts = {key: collections.Counter()
              for key in (None, *{service for service, _ in tickets})}
    for (service, _), ticket in tickets.items():
        for key in (None, service):
            counts[key].update(("issued", ticket["state"]))
            counts[key].update(["called"] if "called_at" in ticket else [])
    waits = sorted((t["called_at"] - t["issued_at"]) // 1000
                   for t in tickets.values() if "called_at" in t)
    return counts, waits


def check_part(part, counts, what):
    for name in COUNTS:
        assert part[name] == counts[name], (what, name, part, counts)
    assert part["issued"] == sum(part[n] for n in COUNTS[2:]), part


def view(office, name, day):
    database = sqlite3.connect(office.central)
    database.row_factory = sqlite3.Row
    rows = [dict(row) for row in database.execute(
        f"SELECT * FROM {name} WHERE kiosk = 'test-01' AND day = ?", (day,))]
    database.close()
    return rows


def check_view_row(row, part):
    for name in COUNTS:
        assert row[name] == part[name], (name, row, part)
    for times in ("wait", "service"):
        for rank in ("p50", "p90", "max"):
            want = part[times + "_s"] and part[times + "_s"][rank]
            assert row[f"{times}_{rank}_s"] == want, (times, row, part)
    ratings = part["ratings"]
    assert row["ratings"] == ratings["count"], (row, part)
    assert row["stars_mean"] == ratings["mean"], (row, part)
    assert [row[f"stars_{n}"] for n in range(1, 6)] == ratings["stars"]


def the_day_s_figures_are_what_the_journal_says():
    seed = int(os.environ.get("KIOSK_SEED", time.time_ns() % 1000000))
    print(f"# KIOSK_SEED={seed}")
    with Office() as office:
        office.start()
        serve_some(office, random.Random(seed), 400)
        office.stop()
        office.start()
        client = office.client()
        status, report = client.get("/v1/report")
        assert status == 200 and report["known"], report
        day = report["day"]
        assert client.get("/v1/report?day=" + day) == (200, report)

        rows = [r for r in rows_of(office.journal) if r["service"]]
        counts, waits = count_rows(rows)
        check_part(report["totals"], counts[None], "totals")
        for part in report["services"]:
            check_part(part, counts[part["service"]], part["service"])
        if waits:
            assert report["totals"]["wait_s"] == {
                "p50": waits[-(-len(waits) // 2) - 1],
                "p90": waits[-(-9 * len(waits) // 10) - 1],
                "max": waits[-1]}, (report["totals"], waits)

        shown = office.ctl("report")
        assert shown.returncode == 0, shown
        total = [line.split() for line in shown.stdout.splitlines()
                 if line.startswith("Cả ngày")][0]
        numbers = total[total.index("day") + 1:]
        assert numbers[:6] == [str(report["totals"][n]) for n in COUNTS
                               if n != "called"], shown.stdout
        assert json.loads(office.ctl("report", day, "--json").stdout) == report

        assert office.sync().returncode == 0
        check_view_row(view(office, "report_day", day)[0], report["totals"])
        for name, parts, key in (("report_service", "services", "service"),
                                 ("report_hour", "hours", "hour"),
                                 ("report_counter", "counters", "counter"),
                                 ("report_class", "classes", "class")):
            found = {row[key]: row for row in view(office, name, day)}
            assert set(found) == {p[key] for p in report[parts]}, found
            for part in report[parts]:
                check_view_row(found[part[key]], part)


def a_day_that_is_none_is_refused_and_one_not_held_is_said():
    with Office() as office:
        office.start()
        status, answer = office.client().get("/v1/report?day=2026-02-30")
        assert (status, answer["error"]) == (422, "bad_day"), answer
        status, answer = office.client().get("/v1/report?day=2019-01-01")
        assert status == 200 and answer["known"] is False, answer
        assert answer["totals"]["issued"] == 0, answer
        wrong = office.ctl("report", "2026-02-30")
        assert wrong.returncode == 2 and "2026-02-30" in wrong.stderr, wrong
        absent = office.ctl("report", "2019-01-01")
        assert absent.returncode == 0, absent
        assert "holds no such day" in absent.stdout, absent


if __name__ == "__main__":
    main([the_day_s_figures_are_what_the_journal_says,
          a_day_that_is_none_is_refused_and_one_not_held_is_said])
