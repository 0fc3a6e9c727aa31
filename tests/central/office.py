# SPDX-License-Identifier: MIT
"""A kiosk of these tests: a journal, a kiosk.conf and the real kiosk-sync; and
what the central log must hold at the end."""
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile

BIN = os.environ.get("KIOSK_BIN", "build")
FIELDS = ("seq", "at_ms", "day", "kind", "service", "number", "class",
          "counter", "actor", "detail", "key")
CONFIG = """office = { kiosk = "%s"; name = { vi = "Thử"; }; };
services = ( { id = "land"; name = { vi = "Đất đai"; }; prefix = "A"; } );
counters = ( { id = 1; name = { vi = "Quầy 1"; }; services = [ "land" ]; } );
printer = { device = "none"; };
central = { url = "%s"; every_s = %d; };
"""


class Kiosk:
    def __init__(self, name, url, every_s=1):
        self.name = name
        self.dir = tempfile.mkdtemp(prefix="kiosk-")
        self.journal = os.path.join(self.dir, "journal.db")
        self.config = os.path.join(self.dir, "kiosk.conf")
        self.use(url, every_s)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        shutil.rmtree(self.dir, ignore_errors=True)

    def use(self, url, every_s=1):
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(CONFIG % (self.name, url, every_s))

    def rows(self, n):
        """n more rows."""
        subprocess.run([os.path.join(BIN, "central", "make-rows"), self.dir,
                        str(n)], check=True, stdin=subprocess.DEVNULL)

    def start(self, once=True, env=None):
        return subprocess.Popen(
            [os.path.join(BIN, "kiosk-sync"), "--config", self.config,
             "--state-dir", self.dir, *(["--once"] if once else [])],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env=env)

    def sync(self, env=None, timeout=90):
        """(exit status, what it said)"""
        process = self.start(env=env)
        _, said = process.communicate(timeout=timeout)
        return process.returncode, said

    def syncs(self):
        status, said = self.sync()
        assert status == 0, f"kiosk-sync ended with {status}: {said}"

    def fails(self, *words):
        status, said = self.sync()
        assert status == 1, f"kiosk-sync ended with {status}: {said}"
        assert said.count("\n") == 1, "not one line: " + said
        for word in words:
            assert word in said, f'no "{word}" in: {said}'
        return said

    def health(self):
        with open(os.path.join(self.dir, "central.json"),
                  encoding="utf-8") as file:
            return json.load(file)

    def held(self):
        """The journal's rows, as psql -At shows them."""
        db = sqlite3.connect(self.journal)
        rows = db.execute(
            f"SELECT {', '.join(FIELDS)}, lower(hex(chain)) FROM events "
            "ORDER BY seq").fetchall()
        db.close()
        return rows


def central_rows(server, kiosk):
    out = server.sql(
        f"SELECT json_build_array({', '.join(FIELDS)}, encode(chain, 'hex')) "
        f"FROM events WHERE kiosk = '{kiosk}' ORDER BY journal, seq")
    return [tuple(json.loads(line)) for line in out.splitlines()]


def assert_equal_logs(server, kiosk):
    """Row for row; and the chain, by SHA-256 alone."""
    ours, theirs = kiosk.held(), central_rows(server, kiosk.name)
    for one, other in zip(ours, theirs):
        assert one == other, f"{kiosk.name}: {one} became {other}"
    assert len(ours) == len(theirs), (
        f"{kiosk.name}: {len(ours)} rows, the central log has {len(theirs)}")
    chain = bytes(32)
    for row in theirs:
        text = "\x1f".join("" if value is None else str(value)
                           for value in row[:-1])
        chain = hashlib.sha256(chain + text.encode()).digest()
        assert chain.hex() == row[-1], f"{kiosk.name}: row {row[0]}'s chain"
