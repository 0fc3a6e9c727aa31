#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A display on another machine: through TLS, with a token, trusting the kiosk's
own certificate; and what it says where one of them does not fit."""
import datetime
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import BIN, main, wait_for  # noqa: E402
from test_access import ctl  # noqa: E402
from test_tls import Secure  # noqa: E402


class Hall:
    """A kiosk, and the files of a display that looks at it."""

    def __init__(self, kiosk):
        self.kiosk = kiosk
        self.config = os.path.join(kiosk.office.dir, "display.conf")
        self.picture = os.path.join(kiosk.office.dir, "board.png")
        self.log = os.path.join(kiosk.office.dir, "display.log")

    def write(self, token=None, certificate=None):
        with open(self.kiosk.office.config, encoding="utf-8") as file:
            text = file.read()
        # Nothing of the kiosk's own locks is needed on a display.
        text = re.sub(r"(?m)^(console|users|devices) = .*\n", "", text)
        ways = f'token = "{token}"; ' if token else ""
        if certificate:
            ways += f'certificate = "{certificate}"; '
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text + "display = { voice = \"none\"; " + ways + "};\n")

    def command(self, name, *more):
        return [os.path.join(BIN, "kiosk-display"), "--config", self.config,
                "--url", f"https://{name}:{self.kiosk.port}", "--view",
                "board", *more]

    def snapshot(self, name="localhost"):
        """The status, and what was said."""
        done = subprocess.run(
            self.command(name, "--size", "800x480", "--snapshot",
                         self.picture),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=120, check=False, text=True)
        return done.returncode, done.stderr

    def refused(self, *words, name="localhost"):
        status, said = self.snapshot(name)
        assert status == 1, said
        assert said.count("\n") == 1, said
        for word in words:
            assert word in said, (word, said)


# libcurl finds it on this machine (RFC 6761), and the kiosk takes it for a name
# of the network.
ELSEWHERE = "kiosk.localhost"

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
           "-subj", "/CN=kiosk", "-keyout", "new.key")


def openssl(kiosk, *words):
    made = subprocess.run(["openssl", *words], cwd=kiosk.office.dir,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          check=False, text=True)
    assert made.returncode == 0, made.stderr


def put_new(kiosk):
    """new.key and new.crt become the kiosk's."""
    os.rename(os.path.join(kiosk.office.dir, "new.key"), kiosk.key)
    os.rename(os.path.join(kiosk.office.dir, "new.crt"), kiosk.crt)


def with_hall(test):
    def run():
        with Secure() as kiosk:
            kiosk.office.start()
            test(kiosk, Hall(kiosk))
    run.__name__ = test.__name__
    return run


@with_hall
def it_sees_the_board_with_its_token_and_the_certificate(kiosk, hall):
    hall.write(kiosk.reader, kiosk.crt)
    for name in ("localhost", "127.0.0.1"):
        status, said = hall.snapshot(name)
        assert status == 0, said
        with open(hall.picture, "rb") as file:
            assert file.read(8) == b"\x89PNG\r\n\x1a\n"
        os.unlink(hall.picture)


@with_hall
def without_trust_it_says_what_is_missing(kiosk, hall):
    hall.write(kiosk.reader)
    hall.refused("is not known here", "display.certificate")
    hall.write(kiosk.reader, kiosk.crt + ".gone")
    hall.refused("No such file", "copy the kiosk's kiosk.crt")
    with open(kiosk.crt + ".odd", "w", encoding="ascii") as file:
        file.write("hello\n")
    hall.write(kiosk.reader, kiosk.crt + ".odd")
    hall.refused("is no certificate")
    other = os.path.join(kiosk.office.dir, "other")
    os.mkdir(other)
    assert ctl("certificate", "new", other).returncode == 0
    hall.write(kiosk.reader, os.path.join(other, "kiosk.crt"))
    hall.refused("does not show the certificate", "other/kiosk.crt")


@with_hall
def a_name_that_is_not_the_kiosks_is_named(kiosk, hall):
    hall.write(kiosk.reader, kiosk.crt)
    hall.refused("is for other names", "kioskctl certificate new",
                 name=ELSEWHERE)


@with_hall
def an_expired_certificate_is_named_with_its_date(kiosk, hall):
    template = os.path.join(kiosk.office.dir, "openssl.cnf")
    with open(template, "w", encoding="ascii") as file:
        file.write("[ca]\ndefault_ca=d\n[d]\ndatabase=db\nserial=serial\n"
                   "new_certs_dir=.\ndefault_md=sha256\npolicy=p\n"
                   "x509_extensions=e\n[p]\ncommonName=supplied\n"
                   "[e]\nsubjectAltName=DNS:localhost\n")
    day = datetime.datetime.now(datetime.timezone.utc)
    stamp = "%Y%m%d%H%M%SZ"
    for file, text in (("db", ""), ("serial", "01")):
        with open(os.path.join(kiosk.office.dir, file), "w",
                  encoding="ascii") as made:
            made.write(text)
    openssl(kiosk, "req", "-new", *NEW_KEY, "-out", "new.csr")
    openssl(kiosk, "ca", "-batch", "-notext", "-selfsign", "-config", template,
            "-keyfile", "new.key", "-in", "new.csr", "-out", "new.crt",
            "-startdate", (day - datetime.timedelta(days=9)).strftime(stamp),
            "-enddate", (day - datetime.timedelta(days=3)).strftime(stamp))
    put_new(kiosk)
    wait_for(lambda: "has expired" in kiosk.office.said(), "kioskd's word")
    hall.write(kiosk.reader, kiosk.crt)
    hall.refused("has expired", (day - datetime.timedelta(days=3))
                 .strftime("%Y-"), "make another on the kiosk")


@with_hall
def a_token_that_does_not_fit_is_named(kiosk, hall):
    openssl(kiosk, "req", "-x509", *NEW_KEY, "-out", "new.crt", "-days", "9",
            "-addext", "subjectAltName=DNS:" + ELSEWHERE)
    put_new(kiosk)
    wait_for(lambda: "was read anew" in kiosk.office.said(), "kioskd's word")
    for token, *words in ((None, "wants a token", "kioskctl token"),
                          ("x" * 43, "does not know display.token"),
                          (kiosk.issuer, "may not look", '"read"')):
        hall.write(token, kiosk.crt)
        hall.refused(*words, name=ELSEWHERE)
    hall.write(kiosk.reader, kiosk.crt)
    status, words = hall.snapshot(ELSEWHERE)
    assert status == 0, words


@with_hall
def it_tries_again_until_all_is_well(kiosk, hall):
    hall.write(kiosk.reader, kiosk.crt + ".copy")
    with open(kiosk.crt + ".copy", "w", encoding="ascii") as file:
        file.write("hello\n")
    with open(hall.log, "wb") as log:
        display = subprocess.Popen(
            hall.command("localhost", "--size", "800x480", "--mute"),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=dict(os.environ, SDL_VIDEODRIVER="dummy"))
    try:
        wait_for(lambda: "is no certificate" in said(hall), "the complaint",
                 60)
        with open(kiosk.crt, encoding="ascii") as file:
            text = file.read()
        with open(kiosk.crt + ".new", "w", encoding="ascii") as file:
            file.write(text)
        os.rename(kiosk.crt + ".new", kiosk.crt + ".copy")
        wait_for(lambda: "hears the kiosk again" in said(hall), "the news",
                 60)
        # Once a fault, not once a try.
        assert said(hall).count("is no certificate") == 1, said(hall)
    finally:
        display.terminate()
        display.wait(30)


def said(hall):
    with open(hall.log, encoding="utf-8", errors="replace") as file:
        return file.read()


TESTS = [
    it_sees_the_board_with_its_token_and_the_certificate,
    without_trust_it_says_what_is_missing,
    a_name_that_is_not_the_kiosks_is_named,
    an_expired_certificate_is_named_with_its_date,
    a_token_that_does_not_fit_is_named,
    it_tries_again_until_all_is_well,
]

if __name__ == "__main__":
    main(TESTS)
