#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The office's own rules through the real programs: hours, appointments, the
wait, a no-show that comes back, and nobody who answers."""
import datetime
import json
import os
import sys
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import rows_of  # noqa: E402
from kiosk import Office, main  # noqa: E402

ZONE = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")
CONFIG = """
office = {{ kiosk = "e2e-02"; name = {{ vi = "Xã Tân Trụ"; }};
           timezone = "Asia/Ho_Chi_Minh"; }};
services = (
  {{ id = "land"; name = {{ vi = "Đất đai"; en = "Land"; }}; prefix = "A";
    typical_minutes = 10; hours = "{hours}"; }},
  {{ id = "civil"; name = {{ vi = "Hộ tịch"; }}; prefix = "B"; }} );
counters = (
  {{ id = 1; name = {{ vi = "Quầy 1"; }}; services = [ "land", "civil" ]; }} );
queue = {{ {queue} }};
printer = {{ device = "%(printer)s"; }};
console = {{ listen = "%(listen)s"; }};
central = {{ url = "%(central)s"; }};
"""


def office_with(hours="00:00-24:00", queue=""):
    return Office(central="", config=CONFIG.format(hours=hours, queue=queue))


def now():
    return datetime.datetime.now(ZONE)


def a_closed_service_says_when_it_opens():
    opens = (now() + datetime.timedelta(days=2)).replace(
        hour=8, minute=15, second=0, microsecond=0)
    with office_with(opens.strftime("%a") + " 08:15-11:30") as office:
        office.start()
        client = office.client()
        status, answer = client.post("/v1/tickets", {"service": "land"})
        assert status == 409, answer
        assert answer["error"] == "service_closed", answer
        assert answer["opens_at_ms"] == opens.timestamp() * 1000, answer
        for language in ("vi", "en"):
            assert "08:15" in answer["message"][language], answer
            assert f"{opens.day}/{opens.month}" in answer["message"][language]
        land, civil = client.get("/v1/state")[1]["services"]
        assert not land["open"] and land["why"] == "service_closed", land
        assert land["opens_at_ms"] == answer["opens_at_ms"]
        assert "08:15" in land["opens"]["vi"], land
        assert civil["open"] and civil["why"] is None, civil
        assert civil["opens_at_ms"] is None and civil["opens"] is None
        assert client.post("/v1/tickets", {"service": "civil"})[0] == 201
        said = office.ctl("state").stdout
        assert "opens at 08:15 on" in said, said
        kinds = [row["kind"] for row in rows_of(office.journal)]
        assert kinds.count("issued") == 1, kinds


def an_appointment_is_one_while_it_is_on_time():
    other = "20:00-20:30" if now().hour < 12 else "01:00-01:30"
    with office_with() as office:
        office.start()
        client = office.client()

        def take(body, key=None):
            return client.post("/v1/tickets", dict(body, service="land"), key)

        asked = {"class": "appointment"}
        assert take(asked)[1]["class"] == "appointment"
        on_time = take(dict(asked, window="00:00-24:00"))
        assert on_time[1]["class"] == "appointment", on_time
        late = take(dict(asked, window=other), "late-1")
        assert late[0] == 201 and late[1]["class"] == "normal", late
        # The same request again is the same ticket, though it is normal now.
        assert take(dict(asked, window=other), "late-1") == late
        for body in (dict(asked, window="9 o'clock"), {"window": other}):
            status, answer = take(body)
            assert status == 422, answer
            assert answer["error"] == "bad_window", answer
        done = office.ctl("issue", "land", "--class", "appointment",
                          "--window", other)
        assert done.returncode == 0 and "normal" in done.stdout, done
        shown = [json.loads(row["detail"]).get("window_ms")
                 for row in rows_of(office.journal)
                 if row["kind"] == "issued"]
        assert [bool(window) for window in shown] == [
            False, True, True, True], shown
        assert shown[1][1] - shown[1][0] == 24 * 3600 * 1000, shown


def the_wait_is_told_as_a_range_or_not_at_all():
    with office_with() as office:
        office.start()
        client = office.client()
        first = client.post("/v1/tickets", {"service": "land"})[1]
        assert first["wait_s"] is None, first  # no counter is open
        client.post("/v1/counters/1/open")
        for _ in range(5):
            client.post("/v1/tickets", {"service": "land"})
        status, last = client.post("/v1/tickets", {"service": "land"}, "k1")
        # Six wait, ten minutes each, one counter.
        wait = last["wait_s"]
        assert wait["low"] <= 3600 <= wait["high"], last
        assert 0 < wait["low"] and wait["high"] < 3 * 3600, last
        # What is not known of the other service is not told.
        civil = client.post("/v1/tickets", {"service": "civil"})[1]
        assert civil["wait_s"] is not None, civil  # only land is ahead
        later = client.post("/v1/tickets", {"service": "land"})[1]
        assert later["wait_s"] is None, later  # civil's time is not known
        waiting = client.get("/v1/tickets?state=waiting")[1]["tickets"]
        assert waiting[0]["wait_s"] == {"low": 0, "high": 60}, waiting[0]
        assert waiting[3]["wait_s"]["high"] > 60, waiting[3]
        office.stop()
        office.start()
        assert office.client().post(
            "/v1/tickets", {"service": "land"}, "k1") == (201, last)


def who_came_back_waits_where_the_office_says():
    with office_with(queue="restore_after = 2;") as office:
        office.start()
        client = office.client()
        for _ in range(5):
            client.post("/v1/tickets", {"service": "land"})
        client.post("/v1/counters/1/call")
        client.post("/v1/counters/1/no-show")
        assert client.post("/v1/tickets/A001/restore")[0] == 200
        office.stop()  # and a restart remembers it
        office.start()
        client = office.client()
        order = [client.post("/v1/counters/1/call")[1]["ticket"]
                 for _ in range(5)]
        assert order == ["A002", "A003", "A001", "A004", "A005"], order


def who_does_not_answer_is_only_suggested_as_a_no_show():
    with office_with(queue="recall_limit = 2;") as office:
        office.start()
        client = office.client()

        def serving():
            return client.get("/v1/state")[1]["counters"][0]["serving"]

        client.post("/v1/tickets", {"service": "land"})
        client.post("/v1/counters/1/call")
        client.post("/v1/counters/1/recall")
        assert not serving()["suggest_no_show"], serving()
        client.post("/v1/counters/1/recall")
        assert serving()["suggest_no_show"], serving()
        assert serving()["recalls"] == 2 and serving()["calls"] == 3
        assert "no-show?" in office.ctl("state").stdout


def nobody_is_let_wait_for_a_closed_door():
    end = now() + datetime.timedelta(minutes=30)
    if end.date() != now().date():  # the last half hour before midnight
        print("# too near midnight")
        return
    with office_with(hours=f"00:00-{end.strftime('%H:%M')}",
                     queue='last_call = "stop";') as office:
        office.start()
        client = office.client()
        client.post("/v1/counters/1/open")
        answers = [client.post("/v1/tickets", {"service": "land"})
                   for _ in range(8)]
        assert answers[0][0] == 201 and not answers[0][1]["last_call"]
        assert answers[-1][0] == 409, answers[-1]
        assert answers[-1][1]["error"] == "last_call", answers[-1]
        land = client.get("/v1/state")[1]["services"][0]
        assert not land["open"] and land["why"] == "last_call", land
        assert land["closes_at_ms"] is not None, land


if __name__ == "__main__":
    main([a_closed_service_says_when_it_opens,
          an_appointment_is_one_while_it_is_on_time,
          the_wait_is_told_as_a_range_or_not_at_all,
          who_came_back_waits_where_the_office_says,
          who_does_not_answer_is_only_suggested_as_a_no_show,
          nobody_is_let_wait_for_a_closed_door])
