#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What `make install` puts where, and what systemd says of the units: nothing to
complain of, and a sandbox that scores under 2.0."""
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import BIN, Office, main, wait_for  # noqa: E402

UNITS = ("kioskd", "kiosk-display", "kiosk-sync")
PROGRAMS = UNITS + ("kiosk-report", "kioskctl")
INSTALL = "firmware/system/install"


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=120, check=False,
                          **more)


class Tree:
    """A machine's root with the kiosk installed. Use as a context manager."""

    def __init__(self, prefix="/usr", systemd="252"):
        self.root = tempfile.mkdtemp(prefix="kiosk-root-")
        self.prefix = prefix
        self.env = dict(os.environ, SYSTEMD=systemd)

    def __enter__(self):
        self.install()
        return self

    def __exit__(self, kind, value, trace):
        shutil.rmtree(self.root)

    def install(self, *arguments):
        done = run(INSTALL, *(arguments or (BIN,)), self.prefix, self.root,
                   env=self.env)
        assert done.returncode == 0, done

    def path(self, *parts):
        return os.path.join(self.root, *(p.strip("/") for p in parts))

    def unit(self, name):
        return self.path(self.prefix, "lib/systemd/system", name + ".service")

    def files(self):
        return sorted(os.path.join(where, name)
                      for where, _, names in os.walk(self.root)
                      for name in names)


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def programs_units_rules_and_the_configuration_are_installed():
    with Tree() as tree:
        for name in PROGRAMS:
            assert mode(tree.path("usr/bin", name)) == 0o755, name
        for name in UNITS:
            with open(tree.unit(name), encoding="utf-8") as file:
                text = file.read()
            assert f"\nExecStart=/usr/bin/{name}" in text, text
            assert "@PREFIX@" not in text, text
        for name in ("sysusers.d/kiosk.conf", "tmpfiles.d/kiosk.conf",
                     "udev/rules.d/60-kiosk.rules"):
            assert mode(tree.path("usr/lib", name)) == 0o644, name
        assert mode(tree.path("etc/kiosk")) == 0o750
        for name in ("kiosk.conf", "display.env"):
            assert mode(tree.path("etc/kiosk", name)) == 0o640, name
        check = run(tree.path("usr/bin/kioskctl"), "config", "check",
                    tree.path("etc/kiosk/kiosk.conf"))
        assert check.returncode == 0, check


def what_the_technician_wrote_survives_an_install_and_an_uninstall():
    with Tree() as tree:
        conf = tree.path("etc/kiosk/kiosk.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write("mine")
        tree.install()
        tree.install("--remove")
        with open(conf, encoding="utf-8") as file:
            assert file.read() == "mine"
        left = [os.path.relpath(path, tree.root) for path in tree.files()]
        assert left == ["etc/kiosk/display.env", "etc/kiosk/kiosk.conf"], left


def the_back_off_grows_where_systemd_can():
    with Tree(systemd="252") as old, Tree(systemd="257") as new:
        for name in UNITS:
            drop_in = "{}.d/back-off.conf"
            assert not os.path.exists(drop_in.format(old.unit(name)))
            with open(drop_in.format(new.unit(name)),
                      encoding="utf-8") as file:
                assert "RestartSteps=" in file.read()


def systemd_finds_no_fault():
    with Tree() as tree:
        for name in UNITS:
            with open(tree.unit(name), encoding="utf-8") as file:
                text = file.read()
            # It looks whether the program is there and can be run.
            copy = tree.path(name + ".service")
            with open(copy, "w", encoding="utf-8") as file:
                file.write(text.replace("=/usr/bin/",
                                        f"={tree.root}/usr/bin/"))
            done = run("systemd-analyze", "verify", "--man=no", copy)
            ours = [line for line in done.stderr.splitlines() if name in line]
            assert done.returncode == 0 and not ours, done


def the_sandbox_of_each_scores_under_two():
    with Tree() as tree:
        for name in UNITS:
            done = run("systemd-analyze", "security", "--offline=true",
                       "--no-pager", "--threshold=19", tree.unit(name),
                       env=dict(os.environ, LC_ALL="C"))
            score = re.search(r"Overall exposure level for .*: ([0-9.]+)",
                              done.stdout)
            assert score, done
            print(f"# {name}: {score.group(1)}")
            assert done.returncode == 0 and float(score.group(1)) < 2, \
                done.stdout


def each_exception_is_explained():
    """A line that opens the sandbox stands below a comment."""
    opens = re.compile(r"^(DeviceAllow=|SupplementaryGroups=|"
                       r"RestrictAddressFamilies=|ExecPaths=|"
                       r"SystemCallFilter=[a-z])")
    for name in UNITS:
        with open(f"firmware/system/{name}.service",
                  encoding="utf-8") as file:
            lines = file.read().splitlines()
        block = False  # since a comment, without an empty line
        for line in lines:
            block = line.startswith("#") or (block and line != "")
            assert block or not opens.match(line), (name, line)


def nobody_elses_eyes_reach_the_state():
    """With the units' UMask=0027 no file is for others."""
    with Office(printer="file") as office:
        before = os.umask(0o027)
        try:
            office.start()
            client = office.client()
            for _ in range(3):
                assert client.post("/v1/tickets", {"service": "land"})[0] == 201
            assert office.sync().returncode == 0
            wait_for(lambda: os.path.isdir(office.slips)
                     and os.listdir(office.slips), "a slip")
        finally:
            os.umask(before)
        seen = set()
        for where, _, names in os.walk(office.dir):
            for name in names:
                path = os.path.join(where, name)
                if path in (office.config, office.log):
                    continue  # the test's own
                seen.add(name)
                allowed = 0o660 if name == "kiosk.sock" else 0o640
                assert mode(path) & ~allowed == 0, (path, oct(mode(path)))
        assert {"journal.db", "central.db", "central.json"} <= seen, seen


main([programs_units_rules_and_the_configuration_are_installed,
      what_the_technician_wrote_survives_an_install_and_an_uninstall,
      the_back_off_grows_where_systemd_can,
      systemd_finds_no_fault,
      the_sandbox_of_each_scores_under_two,
      each_exception_is_explained,
      nobody_elses_eyes_reach_the_state])
