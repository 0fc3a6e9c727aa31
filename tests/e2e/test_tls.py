#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The kiosk on the LAN: the certificate that kioskctl makes, what the TLS door
takes and refuses, who may look from elsewhere, and a certificate's renewal."""
import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kiosk import CONFIG, Office, main, wait_for  # noqa: E402
from test_access import PIN, ctl, device, free_port, user  # noqa: E402

# A name of another machine: who uses it is not on this one.
ELSEWHERE = "kiosk.example:8443"


class Secure:
    """An office that listens with TLS."""

    def __init__(self):
        self.port = free_port()
        self.office = Office(listen=f"127.0.0.1:{self.port}")
        self.crt = os.path.join(self.office.dir, "kiosk.crt")
        self.key = os.path.join(self.office.dir, "kiosk.key")
        made = ctl("certificate", "new", self.office.dir)
        assert made.returncode == 0, made
        self.line = made.stdout.splitlines()[-1]
        reader, self.reader = device("reader", ("read",))
        issuer, self.issuer = device("issuer", ("issue",))
        with open(self.office.config, encoding="utf-8") as file:
            text = file.read()
        text = text.replace("console = {", "console = { " + self.line)
        text += f"""users = ( {user("lan", PIN, "staff", "[ 1 ]")} );
devices = ( {reader}, {issuer} );\n"""
        with open(self.office.config, "w", encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        self.office.__enter__()
        return self

    def __exit__(self, *what):
        return self.office.__exit__(*what)

    def context(self):
        return ssl.create_default_context(cafile=self.crt)

    def connect(self, name="localhost", context=None):
        raw = socket.create_connection(("127.0.0.1", self.port), 30)
        try:
            return (context or self.context()).wrap_socket(
                raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=30, context=self.context())
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def shown(self):
        with self.connect(context=no_questions()) as sock:
            return sock.getpeercert(binary_form=True)


def no_questions():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def der(path):
    with open(path, encoding="ascii") as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def a_client_that_has_the_certificate_trusts_the_kiosk():
    with Secure() as kiosk:
        kiosk.office.start()
        for name in ("localhost", "127.0.0.1", socket.gethostname()):
            with kiosk.connect(name) as sock:
                assert sock.version() == "TLSv1.3", sock.version()
        try:
            kiosk.connect("kiosk.example").close()
            raise AssertionError("trusted under a name that is not its own")
        except ssl.SSLCertVerificationError:
            pass
        assert f"https://127.0.0.1:{kiosk.port}" in kiosk.office.said()
        assert stat.S_IMODE(os.stat(kiosk.key).st_mode) == 0o600


def old_versions_and_weak_ciphers_are_refused():
    with Secure() as kiosk:
        kiosk.office.start()
        versions = ssl.TLSVersion
        for version, taken in ((versions.TLSv1, False),
                               (versions.TLSv1_1, False),
                               (versions.TLSv1_2, True),
                               (versions.TLSv1_3, True)):
            context = no_questions()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.minimum_version = version
                context.maximum_version = version
            assert shakes_hands(kiosk, context) == taken, version
        for cipher in ("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384",
                       "AES128-GCM-SHA256", "AES256-SHA", "aNULL", "eNULL"):
            context = no_questions()
            context.set_ciphers(cipher + ":@SECLEVEL=0")
            context.maximum_version = versions.TLSv1_2
            assert not shakes_hands(kiosk, context), cipher
        # The kiosk lives on.
        assert kiosk.ask("GET", "/healthz")[0] == 200


def openssl_is_hung_up_on_by_the_kiosk_and_not_by_itself():
    with Secure() as kiosk:
        kiosk.office.start()
        for options in (("-tls1",), ("-tls1_1",),
                        ("-tls1_2", "-cipher", "kRSA:aNULL:eNULL:3DES")):
            options = [o if o[0] == "-" else o + ":@SECLEVEL=0"
                       for o in options]
            if "-cipher" not in options:
                options += ["-cipher", "ALL:@SECLEVEL=0"]
            said = s_client(kiosk, *options)
            assert "Cipher is (NONE)" in said, (options, said)
            assert re.search(r"written [1-9]\d+ bytes", said), said
        said = s_client(kiosk, "-tls1_3")
        assert "New, TLSv1.3" in said, said
        # It may not be talked into renegotiating in the old way.
        said = s_client(kiosk, "-tls1_2")
        for words in ("New, TLSv1.2, Cipher is ECDHE-ECDSA-",
                      "Secure Renegotiation IS supported",
                      "Compression: NONE", "Verify return code: 0 (ok)"):
            assert words in said, (words, said)


def s_client(kiosk, *options):
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{kiosk.port}",
         "-servername", "localhost", "-verify_hostname", "localhost",
         "-CAfile", kiosk.crt, *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=60, check=False, text=True)
    return done.stdout


def shakes_hands(kiosk, context):
    try:
        kiosk.connect(context=context).close()
        return True
    except (ssl.SSLError, ConnectionError):
        return False


def plain_http_gets_nothing_at_the_door_of_tls():
    with Secure() as kiosk:
        kiosk.office.start()
        with socket.create_connection(("127.0.0.1", kiosk.port), 30) as sock:
            sock.sendall(b"GET /v1/state HTTP/1.1\r\nHost: localhost\r\n\r\n")
            data = b""
            with contextlib.suppress(ConnectionError):
                while more := sock.recv(4096):
                    data += more
        assert b"HTTP/" not in data and b"kiosk" not in data, data


def the_cookie_is_for_tls_alone_and_works_from_elsewhere():
    with Secure() as kiosk:
        kiosk.office.start()
        status, headers, _ = kiosk.ask(
            "POST", "/v1/login", {"user": "lan", "pin": PIN},
            Host=ELSEWHERE, Origin="https://" + ELSEWHERE)
        cookie = headers["Set-Cookie"]
        assert status == 200 and "; Secure" in cookie, cookie
        cookie = cookie.split(";")[0]
        assert kiosk.ask("POST", "/v1/counters/1/open", Host=ELSEWHERE,
                         Origin="https://" + ELSEWHERE,
                         Cookie=cookie)[0] == 200
        # The same page by plain HTTP is another origin.
        assert kiosk.ask("POST", "/v1/counters/1/open", Host=ELSEWHERE,
                         Origin="http://" + ELSEWHERE,
                         Cookie=cookie)[0] == 403
        assert kiosk.ask("GET", "/v1/state", Host=ELSEWHERE,
                         Cookie=cookie)[0] == 200


def elsewhere_the_board_needs_a_token():
    with Secure() as kiosk:
        kiosk.office.start()
        for path in ("/v1/state", "/healthz", "/metrics"):
            assert kiosk.ask("GET", path)[0] == 200, path
            for token, want in ((None, 401), ("x" * 43, 401),
                                (kiosk.issuer, 403), (kiosk.reader, 200)):
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                status, _, text = kiosk.ask("GET", path, Host=ELSEWHERE,
                                            **headers)
                assert status == want, (path, token, status, text)
        assert kiosk.ask("GET", "/", Host=ELSEWHERE)[0] == 200
        assert kiosk.ask("POST", "/v1/tickets", {"service": "land"},
                         Host=ELSEWHERE,
                         Authorization=f"Bearer {kiosk.issuer}")[0] == 201


def a_new_certificate_is_shown_without_a_restart():
    with Secure() as kiosk:
        kiosk.office.start()
        before = der(kiosk.crt)
        assert kiosk.shown() == before
        kept = http.client.HTTPSConnection(
            "127.0.0.1", kiosk.port, timeout=30, context=kiosk.context())
        kept.request("GET", "/healthz")
        kept.getresponse().read()
        os.unlink(kiosk.crt)
        os.unlink(kiosk.key)
        assert ctl("certificate", "new", kiosk.office.dir).returncode == 0
        after = der(kiosk.crt)
        assert after != before
        wait_for(lambda: kiosk.shown() == after, "the new certificate")
        # Whoever was connected still is.
        kept.request("GET", "/healthz")
        assert kept.getresponse().status == 200
        kept.close()
        assert "was read anew" in kiosk.office.said()
        # Half of a pair is not taken.
        with open(kiosk.crt + ".new", "wb") as file:
            file.write(ssl.DER_cert_to_PEM_cert(before).encode())
        os.rename(kiosk.crt + ".new", kiosk.crt)
        wait_for(lambda: "the certificate of before stays"
                 in kiosk.office.said(), "a word in the log")
        assert kiosk.shown() == after


def what_cannot_be_used_is_named_at_the_start():
    def console_line(kiosk):
        with open(kiosk.office.config, encoding="utf-8") as file:
            lines = file.read().split("\n")
        return next(i + 1 for i, line in enumerate(lines)
                    if line.startswith("console"))

    def swapped(kiosk):
        os.rename(kiosk.crt, kiosk.crt + ".other")
        os.unlink(kiosk.key)
        assert ctl("certificate", "new", kiosk.office.dir).returncode == 0
        os.rename(kiosk.crt + ".other", kiosk.crt)

    def write(path, text):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    for spoil, *words in (
            (lambda kiosk: os.unlink(kiosk.crt), "console.certificate",
             "No such file", "kioskctl certificate new"),
            (lambda kiosk: os.unlink(kiosk.key), "console.key",
             "No such file"),
            (lambda kiosk: write(kiosk.crt, "hello\n"), "console.certificate",
             "is no certificate", "kioskctl certificate new"),
            (lambda kiosk: write(kiosk.key, "hello\n"), "console.key",
             "is no private key", "kioskctl certificate new"),
            (swapped, "is not the key of", "kiosk.crt")):
        with Secure() as kiosk:
            spoil(kiosk)
            kiosk.office.spawn()
            assert kiosk.office.daemon.wait(30) == 1, kiosk.office.said()
            for word in (f"{kiosk.office.config}:{console_line(kiosk)}: ",
                         *words):
                assert word in kiosk.office.said(), kiosk.office.said()
            kiosk.office.daemon = None


def the_lan_without_a_certificate_is_refused_with_the_mend():
    with Office(listen="0.0.0.0:8080") as office:
        check = office.run("kioskctl", "config", "check", office.config)
        assert check.returncode == 1, check
        assert "kioskctl certificate new" in check.stderr, check
        office.spawn()
        assert office.daemon.wait(30) == 1, office.said()
        office.daemon = None


def kioskctl_replaces_no_certificate():
    with Secure() as kiosk:
        before = der(kiosk.crt)
        made = ctl("certificate", "new", kiosk.office.dir)
        assert made.returncode == 1 and not made.stdout, made
        assert "remove it first" in made.stderr, made
        os.unlink(kiosk.crt)
        made = ctl("certificate", "new", kiosk.office.dir)
        assert made.returncode == 1 and "kiosk.key" in made.stderr, made
        assert not os.path.exists(kiosk.crt) and before
    assert ctl("certificate", "new", "/nowhere").returncode == 1


def the_printed_line_is_good_from_any_directory():
    with tempfile.TemporaryDirectory() as folder:
        made = ctl("certificate", "new", os.path.relpath(folder))
        whole = os.path.realpath(folder)
        assert made.stdout.splitlines()[-1] == (
            f'certificate = "{whole}/kiosk.crt"; key = "{whole}/kiosk.key";'
        ), made


TESTS = [
    a_client_that_has_the_certificate_trusts_the_kiosk,
    old_versions_and_weak_ciphers_are_refused,
    openssl_is_hung_up_on_by_the_kiosk_and_not_by_itself,
    plain_http_gets_nothing_at_the_door_of_tls,
    the_cookie_is_for_tls_alone_and_works_from_elsewhere,
    elsewhere_the_board_needs_a_token,
    a_new_certificate_is_shown_without_a_restart,
    what_cannot_be_used_is_named_at_the_start,
    the_lan_without_a_certificate_is_refused_with_the_mend,
    kioskctl_replaces_no_certificate,
    the_printed_line_is_good_from_any_directory,
]

if __name__ == "__main__":
    main(TESTS)
