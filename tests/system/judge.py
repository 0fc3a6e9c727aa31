#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Inside tests/system/boot-units, as root under the systemd that was booted
there: what the units are allowed, what they are not, and what systemd does when
one of them falls over."""
import json
import os
import pwd
import re
import signal
import subprocess
import time
import traceback

UNITS = ("kioskd", "kiosk-sync", "kiosk-display")
SYSTEM = "/etc/systemd/system"
CONFIG = """
office = { kiosk = "boot-01"; name = { vi = "UBND xã"; }; };
services = ( { id = "land"; name = { vi = "Đất đai"; }; prefix = "A"; } );
counters = ( { id = 1; name = { vi = "Quầy 1"; }; services = [ "land" ]; } );
printer = { device = "file:/var/lib/kiosk/slips"; };
console = { listen = "127.0.0.1:8080"; };
central = { url = "sqlite:/var/lib/kiosk/central.db"; every_s = 1; };
"""


def run(*command, ok=True):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=60, check=False)
    assert not ok or done.returncode == 0, done
    return done


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


def show(unit, name):
    return run("systemctl", "show", "-P", name, unit).stdout.strip()


def pid_of(unit):
    return int(show(unit, "MainPID"))


def active(unit):
    return show(unit, "ActiveState") == "active"


def serves():
    done = run("kioskctl", "--json", "issue", "land", ok=False)
    return done.returncode == 0 and json.loads(done.stdout)


def drop_in(unit, text):
    os.makedirs(f"{SYSTEM}/{unit}.service.d", exist_ok=True)
    with open(f"{SYSTEM}/{unit}.service.d/test.conf", "w",
              encoding="utf-8") as file:
        file.write(text)


def the_three_start_in_their_sandboxes():
    with open("/etc/kiosk/kiosk.conf", "w", encoding="utf-8") as file:
        file.write(CONFIG)
    drop_in("kioskd", "[Service]\nWatchdogSec=4\n")
    drop_in("kiosk-sync", "[Service]\nWatchdogSec=4\n")
    drop_in("kiosk-display", "[Service]\nWatchdogSec=4\nEnvironment="
            "SDL_VIDEODRIVER=offscreen SDL_AUDIODRIVER=dummy\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", *UNITS)
    for unit in UNITS:
        assert active(unit), run("systemctl", "status", unit, ok=False)
    assert serves()["ticket"] == "A001"


def each_runs_without_root_capabilities_and_new_privileges():
    kiosk = pwd.getpwnam("kiosk")
    assert kiosk.pw_shell.endswith("nologin"), kiosk
    for unit in UNITS:
        with open(f"/proc/{pid_of(unit)}/status", encoding="utf-8") as file:
            status = dict(line.rstrip().split(":\t", 1) for line in file
                          if ":\t" in line)
        assert set(status["Uid"].split()) == {str(kiosk.pw_uid)}, status
        for word in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(status[word], 16) == 0, (unit, word, status[word])
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", unit


def nothing_can_be_written_but_the_state_and_the_socket():
    may = {"kioskd": {"/var/lib/kiosk", "/run/kiosk"},
           "kiosk-sync": {"/var/lib/kiosk"}, "kiosk-display": set()}
    for unit in UNITS:
        writable = set()
        with open(f"/proc/{pid_of(unit)}/mountinfo",
                  encoding="utf-8") as file:
            for line in file:
                fields = line.split()
                if "rw" in fields[5].split(","):
                    writable.add(fields[4])
        rest = {at for at in writable - may[unit]
                if not re.match(r"/(proc|dev|tmp|var/tmp)(/|$)", at)}
        assert may[unit] <= writable and not rest, (unit, writable)


def what_is_not_needed_is_refused():
    """A program in the place of each: what it tries."""
    os.mknod("/dev/forbidden", 0o666 | 0o020000, os.makedev(1, 4))
    os.chmod("/dev/forbidden", 0o666)
    for unit in UNITS:
        with open(f"/usr/lib/systemd/system/{unit}.service",
                  encoding="utf-8") as file:
            text = file.read()
        text = re.sub(r"(?m)^(ExecStart|Restart|RestartSec|WatchdogSec|"
                      r"Type|ExecPaths)=.*\n", "", text)
        text = text.replace("[Service]\n", "[Service]\nType=oneshot\n"
                            "ExecPaths=/usr\n"
                            f"ExecStart=/usr/bin/python3 "
                            f"/checkout/tests/system/probe.py {unit}\n"
                            "StandardOutput=file:/out/probe.log\n"
                            "StandardError=file:/out/probe.log\n")
        with open(f"{SYSTEM}/probe.service", "w", encoding="utf-8") as file:
            file.write(text)
        run("systemctl", "daemon-reload")
        done = run("systemctl", "start", "probe.service", ok=False)
        with open("/out/probe.log", encoding="utf-8") as file:
            assert done.returncode == 0, (unit, done, file.read())


def comes_back(unit, fall):
    others = {other: pid_of(other) for other in UNITS if other != unit}
    before = pid_of(unit)
    restarts = int(show(unit, "NRestarts"))
    fall(before)
    if unit != "kioskd":
        assert serves()
    wait_for(lambda: pid_of(unit) not in (0, before) and active(unit),
             f"{unit} to be started again")
    assert int(show(unit, "NRestarts")) == restarts + 1
    assert {other: pid_of(other) for other in others} == others, \
        "another fell over, too"
    wait_for(serves, "numbers to be given")


def each_is_started_again_after_a_kill_and_the_others_stay():
    for unit in UNITS:
        comes_back(unit, lambda pid: os.kill(pid, signal.SIGKILL))


def the_watchdog_bites_who_hangs():
    for unit in UNITS:
        comes_back(unit, lambda pid: os.kill(pid, signal.SIGSTOP))


def systemd_never_gives_up():
    """More often than StartLimitBurst= would let it."""
    drop_in("kiosk-sync", "[Service]\nRestartSec=100ms\n")
    run("systemctl", "daemon-reload")
    for _ in range(8):
        comes_back("kiosk-sync", lambda pid: os.kill(pid, signal.SIGKILL))


def numbers_have_run_on_and_the_journal_is_whole():
    last = serves()["number"]
    out = run("kioskctl", "--json", "waiting").stdout
    assert len(json.loads(out)["tickets"]) == last, out
    assert run("kioskctl", "journal", "verify",
               "/var/lib/kiosk/journal.db").returncode == 0
    for where, _, names in os.walk("/var/lib/kiosk"):
        for name in names:
            mode = os.stat(os.path.join(where, name)).st_mode & 0o7777
            assert mode & ~0o640 == 0, (name, oct(mode))


TESTS = (the_three_start_in_their_sandboxes,
         each_runs_without_root_capabilities_and_new_privileges,
         nothing_can_be_written_but_the_state_and_the_socket,
         what_is_not_needed_is_refused,
         each_is_started_again_after_a_kill_and_the_others_stay,
         the_watchdog_bites_who_hangs,
         systemd_never_gives_up,
         numbers_have_run_on_and_the_journal_is_whole)
print(f"1..{len(TESTS)}", flush=True)
failed = 0
for number, test in enumerate(TESTS, 1):
    result = "ok"
    try:
        test()
    except Exception:  # pylint: disable=broad-except
        failed += 1
        result = "not ok"
        for line in traceback.format_exc().splitlines():
            print("# " + line)
    print(f"{result} {number} - {test.__name__.replace('_', ' ')}", flush=True)
with open("/out/result.new", "w", encoding="ascii") as file:
    file.write("1" if failed else "0")
os.rename("/out/result.new", "/out/result")
