# SPDX-License-Identifier: MIT
"""The invariants of the design, asked of a journal by nothing but SQL rows and
SHA-256: no code of the kiosk's own takes part."""
import hashlib
import json
import sqlite3

COLUMNS = ("seq", "at_ms", "day", "kind", "service", "number", "class",
           "counter", "actor", "detail", "key")


def rows_of(path, table="events"):
    """The journal's rows as dictionaries, chain included, in order."""
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in database.execute(
            f"SELECT {', '.join(COLUMNS)}, chain FROM {table} ORDER BY seq")]
    finally:
        database.close()


def check_chain(rows):
    previous = bytes(32)
    for expected, row in enumerate(rows, 1):
        assert row["seq"] == expected, f"seq {row['seq']}, not {expected}"
        fields = "\x1f".join("" if row[c] is None else str(row[c])
                             for c in COLUMNS)
        previous = hashlib.sha256(previous + fields.encode()).digest()
        assert row["chain"] == previous, f"chain of row {row['seq']}"


def check_numbers(rows):
    """Invariants 2 and 3: no code twice in a day, no gap, from 1."""
    last = {}
    for row in rows:
        if row["kind"] != "issued":
            continue
        of = (row["day"], row["service"])
        assert row["number"] == last.get(of, 0) + 1, \
            f"row {row['seq']}: {row['service']} {row['number']} " \
            f"after {last.get(of, 0)}"
        last[of] = row["number"]


def check_calls(rows):
    """Invariant 4 and the states of the contract."""
    state = {}   # ticket -> state
    at = {}      # counter -> ticket
    order = {}   # (lane, class) -> waiting tickets by arrival
    lane = {}    # ticket -> the service, or the counter, it waits for
    issued = {}  # ticket -> its row
    for row in rows:
        kind = row["kind"]
        ticket = (row["day"], row["service"], row["number"])
        counter = row["counter"]
        where = f"row {row['seq']} ({kind} {ticket} at {counter})"
        if kind == "day_opened":
            assert all(s not in ("waiting", "called")
                       for s in state.values()), where
            at.clear()
        elif kind == "issued":
            assert ticket not in state, where
            state[ticket] = "waiting"
            issued[ticket] = row
            lane[ticket] = row["service"]
            put_in_line(order, lane, issued, ticket)
        elif kind == "called":
            assert state.get(ticket) == "waiting", where
            assert counter not in at, where
            state[ticket] = "called"
            at[counter] = ticket
            yield row, order[(lane[ticket], issued[ticket]["class"])]
            for line in order.values():
                if ticket in line:
                    line.remove(ticket)
        elif kind in ("finished", "no_show", "returned", "transferred"):
            assert state.get(ticket) == "called", where
            assert at.pop(counter) == ticket, where
            state[ticket] = {"finished": "served", "no_show": "no_show",
                             "returned": "waiting",
                             "transferred": "waiting"}[kind]
            if kind == "transferred":
                detail = json.loads(row["detail"])
                lane[ticket] = detail.get("to_service",
                                          detail.get("to_counter"))
                assert lane[ticket] is not None, where
            if state[ticket] == "waiting":
                put_in_line(order, lane, issued, ticket)
        elif kind == "recalled":
            assert at.get(counter) == ticket, where
        elif kind == "restored":
            assert state.get(ticket) == "no_show", where
            state[ticket] = "waiting"
            put_in_line(order, lane, issued, ticket)
        elif kind in ("cancelled", "expired"):
            assert state.get(ticket) in ("waiting", "called"), where
            state[ticket] = kind
            for line in order.values():
                if ticket in line:
                    line.remove(ticket)


def put_in_line(order, lane, issued, ticket):
    """A returned, restored or transferred ticket keeps its arrival."""
    line = order.setdefault((lane[ticket], issued[ticket]["class"]), [])
    line.append(ticket)
    line.sort(key=lambda t: issued[t]["seq"])


def check_order(rows):
    """Invariant 5: within a line and class, the order of arrival. Only for
    journals in which no ticket was called by its code."""
    for row, line in check_calls(rows):
        ticket = (row["day"], row["service"], row["number"])
        assert line[0] == ticket, \
            f"row {row['seq']}: {ticket} was called before {line[0]}"


def check_keys(rows):
    """Invariant 6: one key, one act."""
    keys = [row["key"] for row in rows if row["key"]]
    assert len(keys) == len(set(keys)), "a key twice"


def check_all(rows):
    check_chain(rows)
    check_numbers(rows)
    check_order(rows)
    check_keys(rows)


def check_central(rows, path, kiosk):
    """Invariant 8: each row once, unchanged, in order."""
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    copies = [dict(row) for row in database.execute(
        f"SELECT kiosk, journal, {', '.join(COLUMNS)}, chain, received_at "
        "FROM events ORDER BY seq")]
    database.close()
    assert len(copies) == len(rows), f"{len(copies)} of {len(rows)} rows"
    for copy, row in zip(copies, rows):
        assert copy["kiosk"] == kiosk
        assert copy["received_at"] > 0
        for column in (*COLUMNS, "chain"):
            assert copy[column] == row[column], \
                f"row {row['seq']}: {column} differs at the central log"
