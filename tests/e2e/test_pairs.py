#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Three programs, and each falls over once, by a kill and by a hang: the other
two go on serving, the watchdog notices the hang, and all is well when it comes
back."""
import os
import signal
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from invariants import check_chain, check_keys, rows_of  # noqa: E402
from kiosk import BIN, Office, main, wait_for  # noqa: E402
from service_manager import Service  # noqa: E402


class House:
    """kioskd, kiosk-display and kiosk-sync, each run as its unit would."""

    def __init__(self):
        self.office = Office()
        here = ["--config", self.office.config]
        # All draw and none is seen: as on a card, with no monitor to look at.
        unseen = {"SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy"}
        self.kioskd = Service(
            [os.path.join(BIN, "kioskd"), *here, "--state-dir",
             self.office.dir, "--runtime-dir",
             os.path.join(self.office.dir, "run")])
        self.display = Service(
            [os.path.join(BIN, "kiosk-display"), *here, "--socket",
             self.office.socket, "--view", "board", "--mute"], env=unseen)
        self.sync = Service(
            [os.path.join(BIN, "kiosk-sync"), *here, "--state-dir",
             self.office.dir])
        self.services = (self.kioskd, self.display, self.sync)
        self.acknowledged = []

    def __enter__(self):
        for service in self.services:
            service.__enter__()
        self.serves()
        self.copies()
        return self

    def __exit__(self, kind, value, trace):
        for service in reversed(self.services):
            service.__exit__(kind, value, trace)
        self.office.__exit__(kind, value, trace)

    def serves(self):
        """A number is given out, called and finished."""
        client = self.office.client(timeout=60)
        status, ticket = client.post("/v1/tickets", {"service": "land"})
        assert status == 201, (status, ticket)
        self.acknowledged.append(ticket["ticket"])
        client.post("/v1/counters/1/open")
        status, called = client.post("/v1/counters/1/call")
        assert status == 200, (status, called)
        status, _ = client.post("/v1/counters/1/finish")
        assert status == 200, status
        client.close()

    def readers(self):
        """How many read the state stream now."""
        client = self.office.client(timeout=60)
        _, text = client.get("/metrics")
        client.close()
        for line in text.splitlines():
            if line.startswith("kiosk_streams "):
                return int(line.split()[1])
        raise AssertionError(text)

    def shows(self):
        """The display's loop turns, and kioskd has a reader."""
        self.display.fed()
        wait_for(lambda: self.readers() == 1, "the display to read", 60)

    def copies(self):
        """The central log has every row of the journal."""
        local = rows_of(self.office.journal)

        def equal():
            try:
                there = rows_of(self.office.central)
            except sqlite3.OperationalError:
                return False  # about to be made, or just written
            return len(there) >= len(local) and there[:len(local)] == local
        wait_for(equal, "the central log to be equal", 90)

    def whole(self):
        rows = rows_of(self.office.journal)
        check_chain(rows)
        check_keys(rows)
        issued = [f"A{r['number']:03}" for r in rows if r["kind"] == "issued"]
        assert issued == self.acknowledged, (issued, self.acknowledged)


def kioskd_falls(fall, rise):
    with House() as house:
        fall(house.kioskd)
        # The display says that there is no news, and lives; sync too.
        wait_for(lambda: "no news from the kiosk" in house.display.said(),
                 "the display to notice", 90)
        house.display.fed()
        house.copies()
        house.sync.fed()
        rise(house.kioskd)
        house.serves()
        wait_for(lambda: "hears the kiosk again" in house.display.said(),
                 "the display to hear again", 90)
        house.shows()
        house.copies()
        house.whole()


def display_falls(fall, rise):
    with House() as house:
        house.shows()
        fall(house.display)
        for _ in range(3):
            house.serves()
        house.kioskd.fed()
        house.copies()
        rise(house.display)
        house.shows()
        house.whole()


def sync_falls(fall, rise):
    with House() as house:
        fall(house.sync)
        for _ in range(3):
            house.serves()
        house.shows()
        house.kioskd.fed()
        rise(house.sync)
        house.copies()
        house.whole()


def kill(service):
    service.kill(signal.SIGKILL)


def start(service):
    service.start()


def hang(service):
    """As the watchdog sees it: nothing is fed any more."""
    service.fed()
    service.hold()
    assert service.starves(), "a program that stands still fed the watchdog"


def bite(service):
    """What systemd does then: SIGABRT, which a program that stands still gets
    as soon as it moves; and a new start."""
    service.process.send_signal(signal.SIGABRT)
    service.go_on()
    assert service.process.wait(60) != 0
    service.process = None
    service.start()


def go_on(service):
    service.go_on()
    service.fed()


def others_serve_while_kioskd_is_killed():
    kioskd_falls(kill, start)


def others_serve_while_kioskd_hangs_and_the_watchdog_bites():
    kioskd_falls(hang, bite)


def others_serve_while_the_display_is_killed():
    display_falls(kill, start)


def others_serve_while_the_display_hangs_and_the_watchdog_bites():
    display_falls(hang, bite)


def others_serve_while_sync_is_killed():
    sync_falls(kill, start)


def others_serve_while_sync_hangs_and_the_watchdog_bites():
    sync_falls(hang, bite)


def one_that_was_only_held_up_goes_on():
    sync_falls(hang, go_on)
    display_falls(hang, go_on)


main([others_serve_while_kioskd_is_killed,
      others_serve_while_kioskd_hangs_and_the_watchdog_bites,
      others_serve_while_the_display_is_killed,
      others_serve_while_the_display_hangs_and_the_watchdog_bites,
      others_serve_while_sync_is_killed,
      others_serve_while_sync_hangs_and_the_watchdog_bites,
      one_that_was_only_held_up_goes_on])
