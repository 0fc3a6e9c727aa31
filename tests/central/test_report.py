#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""kiosk-report and the Grafana dashboard over both engines: the same answers,
on a page that holds together."""
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../e2e"))
import kiosk  # pylint: disable=wrong-import-position
from office import BIN, Kiosk
from servers import Postgres

PLACES = (("tan-tru-01", "Tân Trụ", "Tây Ninh"),
          ("duc-hoa-01", "Đức Hoà", "Tây Ninh"),
          ("ba-dinh-01", "Ba Đình", "Hà Nội"))
VOID = {"meta", "br", "line", "rect", "circle"}


class Fixture:
    """Three offices of three days, in a server and in a file."""

    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="kiosk-")
        self.file = os.path.join(self.dir.name, "central.db")
        self.server = Postgres("fsync = off").start()
        self.server.sql("CREATE DATABASE central", "postgres")
        self.urls = ("sqlite:" + self.file, self.server.url())
        subprocess.run([os.path.join(BIN, "kiosk-sync"), "--install-central",
                        self.server.url()], check=True,
                       stderr=subprocess.DEVNULL)
        for number, (name, commune, province) in enumerate(PLACES):
            with Kiosk(name, self.urls[0]) as one:
                subprocess.run(
                    [os.path.join(BIN, "central", "make-days"), one.dir,
                     str(number), "3", str(40 + 30 * number)], check=True)
                for url in self.urls:
                    one.use(url)
                    one.syncs()
            self.sql(f"UPDATE kiosks SET public_name = 'UBND <{commune}> & "
                     f"\"xã\"', commune = '{commune}', "
                     f"province = '{province}' WHERE kiosk = '{name}'")
        # One fell silent, one lacks rows, one forked, one never came.
        self.sql("UPDATE journals SET last_contact = last_contact - 360000000 "
                 "WHERE kiosk = 'duc-hoa-01'")
        self.sql("UPDATE journals SET local_seq = seq + 12 "
                 "WHERE kiosk = 'tan-tru-01'")
        self.sql("INSERT INTO kiosks (kiosk, province) "
                 "VALUES ('moi-01', 'Hà Nội')")
        self.server.sql("INSERT INTO faults SELECT kiosk, journal, 'fork', "
                        "seq, chain, 5, chain, 'x', 1, 1, 1 FROM journals "
                        "WHERE kiosk = 'ba-dinh-01'")
        self.file_sql("INSERT INTO faults SELECT kiosk, journal, 'fork', seq, "
                      "chain, 5, chain, 1, 1, 1, NULL FROM journals "
                      "WHERE kiosk = 'ba-dinh-01'")

    def file_sql(self, text):
        import sqlite3  # pylint: disable=import-outside-toplevel
        with sqlite3.connect(self.file) as db:
            return db.execute(text).fetchall()

    def sql(self, text):
        self.server.sql(text)
        self.file_sql(text)

    def page(self, url, *more):
        done = subprocess.run(
            [os.path.join(BIN, "kiosk-report"), "--central", url, "--from",
             "2026-11-20", "--until", "2026-11-24", *more], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stderr == "", done.stderr
        # The moment it was written.
        return re.sub(r"kiosk-report [^<]*", "", done.stdout)


FIXTURE = None


class Balance(html.parser.HTMLParser):
    """Every tag that is opened is closed, in order."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.text = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        assert not any(name in ("src", "href") or name.startswith("on")
                       for name, _ in attrs), attrs

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.open)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_data(self, data):
        self.text.append(data)


def words_of(page):
    parser = Balance()
    parser.feed(page)
    parser.close()
    assert parser.open == [], parser.open
    return " ".join("".join(parser.text).split())


SCOPES = ((), ("--province", "Tây Ninh"), ("--commune", "Ba Đình"),
          ("--kiosk", "tan-tru-01"))


def both_engines_give_the_same_page():
    for scope in SCOPES:
        one, other = (FIXTURE.page(url, *scope) for url in FIXTURE.urls)
        if one != other:
            for a, b in zip(one.splitlines(), other.splitlines()):
                assert a == b, f"{scope}: {a}\nbecame {b}"
        assert one == other, scope


def the_page_holds_together_and_needs_nothing_else():
    for scope in SCOPES:
        page = FIXTURE.page(FIXTURE.urls[0], *scope)
        assert "<script" not in page and "http" not in page
        assert "UBND <" not in page
        words_of(page)


def the_figures_are_those_of_the_rows():
    for scope, where in zip(SCOPES, ("", "Tây Ninh", "Ba Đình", "tan-tru-01")):
        names = [name for name, commune, province in PLACES
                 if where in ("", name, commune, province)]
        issued = FIXTURE.file_sql(
            "SELECT count(*) FROM events WHERE kind = 'issued' AND kiosk IN "
            f"({', '.join(repr(name) for name in names)})")[0][0]
        page = FIXTURE.page(FIXTURE.urls[1], *scope)
        assert f"<b>{issued}</b>lượt lấy số" in page, (issued, scope)
        assert f"<b>{len(names)}</b>ki-ốt" in page, scope


def who_is_silent_behind_or_forked_is_named():
    words = words_of(FIXTURE.page(FIXTURE.urls[1]))
    at_fault = words[words.index("Ki-ốt im lặng"):]
    for commune in ("Tân Trụ", "Đức Hoà", "Ba Đình"):
        assert f'UBND <{commune}> & "xã"' in at_fault, at_fault
    assert "moi-01" in at_fault and "never" in at_fault, at_fault
    assert "fork" in at_fault and "4 ngày" in at_fault, at_fault
    missing = at_fault[at_fault.index("What is missing"):]
    assert "Tân Trụ" in missing and "not sent" in missing, missing
    assert "Ba Đình" not in missing, missing
    calm = words_of(FIXTURE.page(FIXTURE.urls[1], "--kiosk", "ba-dinh-01"))
    assert "No row is missing" in calm, calm


def a_name_is_only_a_name():
    for scope in (("--province", "x' OR '1'='1"), ("--kiosk", "'; DROP --")):
        for url in FIXTURE.urls:
            page = FIXTURE.page(url, *scope)
            assert "<b>0</b>ki-ốt" in page, scope


def a_reader_s_role_is_enough():
    FIXTURE.server.sql("CREATE ROLE leader LOGIN; "
                       "GRANT kiosk_reader TO leader")
    assert FIXTURE.page(FIXTURE.server.url("leader")) == \
        FIXTURE.page(FIXTURE.urls[1])


def the_last_days_are_vietnam_s_wherever_the_server_stands():
    def today():
        return time.strftime("%d/%m/%Y", time.gmtime(time.time() + 7 * 3600))

    for zone in ("Etc/GMT+12", "Etc/GMT-14"):
        before = today()
        done = subprocess.run(
            [os.path.join(BIN, "kiosk-report"), "--central", FIXTURE.urls[0]],
            check=True, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "TZ": zone})
        assert any(day in done.stdout for day in (before, today())), zone


def wrong_usage_ends_with_2():
    for words in (("--from", "2026-02-30"), ("--nonsense",), ("word",),
                  ("--out",),
                  ("--from", "2026-11-24", "--until", "2026-11-01")):
        done = subprocess.run([os.path.join(BIN, "kiosk-report"), *words],
                              check=False, stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2 and "--help" in done.stderr, done.stderr
    done = subprocess.run([os.path.join(BIN, "kiosk-report"),
                           "--central", "file:/x.db"],
                          check=False, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and "sqlite:/path" in done.stderr, done


def every_query_of_the_dashboard_runs():
    with open("firmware/sync/central/grafana.json", encoding="utf-8") as file:
        board = json.load(file)
    queries = [(panel["title"], target["rawSql"])
               for panel in board["panels"] for target in panel["targets"]]
    queries += [(one["name"], one["query"])
                for one in board["templating"]["list"]
                if one["type"] == "query"]
    assert len(queries) > 10
    for title, sql in queries:
        for word, value in (("$__timeFrom()", "'2026-11-20T00:00:00Z'"),
                            ("$__timeTo()", "'2026-11-24T23:00:00Z'"),
                            ("${province:sqlstring}",
                             "'Tây Ninh', 'Hà Nội'")):
            sql = sql.replace(word, value)
        assert "$" not in sql, f"{title}: {sql}"
        out = FIXTURE.server.sql("SET ROLE kiosk_reader; " + sql)
        assert out.strip(), f"{title}: no row"


def main():
    global FIXTURE  # pylint: disable=global-statement
    FIXTURE = Fixture()
    try:
        kiosk.main([both_engines_give_the_same_page,
                    the_page_holds_together_and_needs_nothing_else,
                    the_figures_are_those_of_the_rows,
                    who_is_silent_behind_or_forked_is_named,
                    a_name_is_only_a_name,
                    a_reader_s_role_is_enough,
                    the_last_days_are_vietnam_s_wherever_the_server_stands,
                    wrong_usage_ends_with_2,
                    every_query_of_the_dashboard_runs])
    finally:
        FIXTURE.server.end()
        FIXTURE.dir.cleanup()


if __name__ == "__main__":
    main()
