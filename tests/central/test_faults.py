#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Each fault on its own, against a real server, and what kiosk-sync says of it."""
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../e2e"))
import kiosk  # pylint: disable=wrong-import-position
from office import BIN, Kiosk, assert_equal_logs
from servers import Bouncer, Postgres, Proxy, wait_until

SERVER = None


def install(server, check=True):
    done = subprocess.run(
        [os.path.join(BIN, "kiosk-sync"), "--install-central", server.url()],
        check=False, stdin=subprocess.DEVNULL, text=True,
        stderr=subprocess.PIPE)
    assert not check or done.returncode == 0, done.stderr
    return done


def enrol(name, password=None):
    SERVER.sql(f"SELECT kiosk_enrol('{name}', NULL, NULL, NULL)")
    if password:
        SERVER.sql(f"ALTER ROLE \"{name}\" PASSWORD '{password}'")


def one_kiosk(name, rows=700):
    enrol(name)
    one = Kiosk(name, SERVER.url(name))
    one.rows(rows)
    return one


def backends(name):
    return [int(pid) for pid in SERVER.sql(
        "SELECT pid FROM pg_stat_activity WHERE usename = "
        f"'{name}'").split()]


def a_backend_killed_in_mid_batch_leaves_nothing_half():
    with one_kiosk("b-1") as one:
        one.syncs()
        one.rows(400)
        # Holds what the append must lock, so that it is in mid-batch.
        holder = subprocess.Popen(
            ["psql", "-Xq", "-h", SERVER.dir, "-p", str(SERVER.port), "-U",
             "postgres", "central"], stdin=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        holder.stdin.write("BEGIN; SELECT 1 FROM journals FOR UPDATE;\n")
        holder.stdin.flush()
        wait_until(lambda: SERVER.sql(
            "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in "
            "transaction'"), "the lock")
        process = one.start()
        wait_until(lambda: backends("b-1"), "the append")
        time.sleep(0.2)
        SERVER.kill_backend(backends("b-1")[0])
        _, said = process.communicate(timeout=60)
        holder.communicate()
        assert process.returncode == 1 and "network" in said, said
        wait_until(SERVER.ready, "the server to start anew")
        one.syncs()
        assert_equal_logs(SERVER, one)


def a_server_that_lost_the_last_rows_gets_them_again():
    """A fail-over to a standby that lagged: the head goes back."""
    with one_kiosk("b-2") as one:
        one.syncs()
        SERVER.stop(signal.SIGINT)
        shutil.copytree(SERVER.data, SERVER.data + ".old")
        SERVER.start()
        one.rows(900)
        one.syncs()
        SERVER.stop()
        shutil.rmtree(SERVER.data)
        os.rename(SERVER.data + ".old", SERVER.data)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", str(SERVER.user["user"]),
                            SERVER.data], check=True)
        SERVER.start()
        one.syncs()
        assert_equal_logs(SERVER, one)


def the_first_of_several_hosts_that_takes_writes_is_used():
    with one_kiosk("b-3") as one:
        one.use(f"postgresql://b-3@127.0.0.1:1,127.0.0.1:{SERVER.port}/central"
                "?target_session_attrs=read-write")
        one.syncs()
        assert_equal_logs(SERVER, one)


def a_read_only_server_is_told_and_survived():
    with one_kiosk("b-4") as one:
        SERVER.sql('ALTER ROLE "b-4" SET default_transaction_read_only = on')
        one.fails("read-only", "target_session_attrs")
        assert one.health()["state"] == "error"
        SERVER.sql('ALTER ROLE "b-4" RESET default_transaction_read_only')
        one.syncs()
        assert_equal_logs(SERVER, one)


def a_statement_timeout_is_told_and_survived():
    with one_kiosk("b-5") as one:
        SERVER.sql('ALTER ROLE "b-5" SET statement_timeout = 1')
        one.fails("statement_timeout")
        SERVER.sql('ALTER ROLE "b-5" RESET statement_timeout')
        one.syncs()
        assert_equal_logs(SERVER, one)


def too_many_connections_are_told_and_survived():
    with one_kiosk("b-6") as one:
        SERVER.sql('ALTER ROLE "b-6" CONNECTION LIMIT 0')
        one.fails("too many connections", "more connections")
        SERVER.sql('ALTER ROLE "b-6" CONNECTION LIMIT -1')
        one.syncs()


def a_changed_password_is_told_but_not_shown():
    enrol("b-7", "first-word")
    SERVER.hba("local all all trust",
               "host all +kiosk_sender 127.0.0.1/32 scram-sha-256",
               "host all all 127.0.0.1/32 trust")
    try:
        with Kiosk("b-7", SERVER.url("b-7", "first-word")) as one:
            one.rows(10)
            one.syncs()
            SERVER.sql("ALTER ROLE \"b-7\" PASSWORD 'second-word'")
            said = one.fails("password", "central.url")
            assert "first-word" not in said
            one.use(SERVER.url("b-7", "second-word"))
            one.syncs()
    finally:
        SERVER.hba("local all all trust", "host all all 127.0.0.1/32 trust")


def an_older_schema_is_told_and_brought_up_to_date():
    with one_kiosk("b-8") as one:
        SERVER.sql("DROP FUNCTION kiosk_hello")
        one.fails("kiosk-sync --install-central")
        install(SERVER)
        one.syncs()
        assert_equal_logs(SERVER, one)


def a_newer_schema_is_refused_by_the_installer_and_served():
    with one_kiosk("b-9") as one:
        SERVER.sql("UPDATE central_schema SET version = 99")
        done = install(SERVER, check=False)
        assert done.returncode == 1 and "newer" in done.stderr, done.stderr
        one.syncs()
        SERVER.sql("UPDATE central_schema SET version = 3")


def certificates(directory):
    """A CA, and a server's certificate: good, of yesterday, of another name."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], check=True, cwd=directory,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.crt", "-subj", "/CN=Test CA", "-days", "2")
    for name, subject, days in (("good", "db.test", "2"),
                                ("expired", "db.test", "-1"),
                                ("other", "elsewhere.test", "2"),
                                ("b-10", "b-10", "2")):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={subject}")
        # x509 takes no negative days; the CA's command does take dates.
        if days == "-1":
            with open(os.path.join(directory, "ca.cnf"), "w",
                      encoding="utf-8") as file:
                file.write("[ca]\ndefault_ca=c\n[c]\ndatabase=index\n"
                           "new_certs_dir=.\nserial=serial\n"
                           "default_md=sha256\npolicy=p\n[p]\n"
                           "commonName=supplied\n")
            for name2, text in (("index", ""), ("serial", "77\n")):
                with open(os.path.join(directory, name2), "w",
                          encoding="utf-8") as file:
                    file.write(text)
            openssl("ca", "-batch", "-config", "ca.cnf", "-in", f"{name}.csr",
                    "-out", f"{name}.crt", "-cert", "ca.crt", "-keyfile",
                    "ca.key", "-startdate", "200101000000Z", "-enddate",
                    "200102000000Z", "-notext")
        else:
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt",
                    "-CAkey", "ca.key", "-set_serial", "7", "-days", days,
                    "-out", f"{name}.crt")
        os.chmod(os.path.join(directory, f"{name}.key"), 0o600)
        # The kiosk's own stays with who runs kiosk-sync here.
        if os.getuid() == 0 and name in ("good", "expired", "other"):
            os.chown(os.path.join(directory, f"{name}.key"),
                     SERVER.user["user"], SERVER.user["group"])


def use_certificate(name):
    SERVER.sql(f"ALTER SYSTEM SET ssl_cert_file = '{SERVER.dir}/{name}.crt'")
    SERVER.sql(f"ALTER SYSTEM SET ssl_key_file = '{SERVER.dir}/{name}.key'")
    SERVER.sql(f"ALTER SYSTEM SET ssl_ca_file = '{SERVER.dir}/ca.crt'")
    SERVER.sql("ALTER SYSTEM SET ssl = on")
    SERVER.sql("SELECT pg_reload_conf()")
    time.sleep(0.3)


def tls_is_verified_to_the_host_s_name():
    certificates(SERVER.dir)
    root = os.path.join(SERVER.dir, "ca.crt")
    with one_kiosk("b-10", 10) as one:
        # Another name for 127.0.0.1, so it is no local host; and no word of
        # TLS in the url but where the certificate authority is.
        def url(host, more=""):
            return (f"postgresql://b-10@{host}:{SERVER.port}/central"
                    f"?hostaddr=127.0.0.1{more}")
        one.use(url("db.test"))
        one.fails("SSL", "ssl = on", "sslmode=disable")
        use_certificate("good")
        one.fails("certificate verify failed", "sslrootcert")
        one.use(url("db.test", f"&sslrootcert={root}"))
        one.syncs()
        used = SERVER.sql("SELECT count(*) FROM journals WHERE kiosk = 'b-10'")
        assert used == "1\n", used
        use_certificate("other")
        one.fails("elsewhere.test", "db.test")
        # A certificate instead of a password, whose name is the role.
        use_certificate("good")
        SERVER.hba("local all all trust",
                   "hostssl all +kiosk_sender 127.0.0.1/32 cert",
                   "host all all 127.0.0.1/32 trust")
        own = (f"&sslrootcert={root}&sslcert={SERVER.dir}/{{0}}.crt"
               f"&sslkey={SERVER.dir}/{{0}}.key")
        one.rows(5)
        one.use(url("db.test", own.format("b-10")))
        one.syncs()
        one.use(url("db.test", own.format("other")))
        one.fails("authentication failed")
        SERVER.hba("local all all trust", "host all all 127.0.0.1/32 trust")
        one.use(url("db.test", f"&sslrootcert={root}"))
        use_certificate("expired")
        one.fails("certificate verify failed", "not expired")
        use_certificate("good")
        one.rows(5)
        one.syncs()
        assert_equal_logs(SERVER, one)
    SERVER.sql("ALTER SYSTEM RESET ssl")
    SERVER.sql("SELECT pg_reload_conf()")


def a_link_that_is_cut_delayed_or_black_holed_is_survived():
    with one_kiosk("b-11") as one:
        proxy = Proxy(SERVER.port)
        try:
            one.use(SERVER.url("b-11", port=proxy.port))
            for after in (60, 2000, 20000):
                proxy.cut_after = after
                one.fails("network")
            proxy.delay_s = 0.1
            one.syncs()
            one.rows(400)
            proxy.hole = True
            process = one.start()
            time.sleep(0.5)
            assert process.poll() is None
            proxy.cut()
            _, said = process.communicate(timeout=60)
            assert process.returncode == 1, said
            proxy.calm()
            one.syncs()
        finally:
            proxy.end()
        assert_equal_logs(SERVER, one)


def two_senders_of_one_journal_add_each_row_once():
    with one_kiosk("b-12", 3000) as one:
        processes = [one.start() for _ in range(4)]
        for process in processes:
            process.communicate(timeout=90)
        one.syncs()
        assert_equal_logs(SERVER, one)


def through_pgbouncer_in_transaction_mode_each_is_itself():
    for name in ("b-13", "b-14"):
        enrol(name)
    bouncer = Bouncer(SERVER, ["b-13", "b-14"], pool=1).start()
    try:
        with Kiosk("b-13", SERVER.url("b-13", port=bouncer.port)) as one, \
                Kiosk("b-14", SERVER.url("b-14", port=bouncer.port)) as two:
            one.rows(1200)
            two.rows(1200)
            for process in [one.start(), two.start()]:
                process.communicate(timeout=90)
            one.syncs()
            two.syncs()
            assert_equal_logs(SERVER, one)
            assert_equal_logs(SERVER, two)
            two.use(SERVER.url("b-13", port=bouncer.port))
            two.rows(1)
            two.fails("permission denied", "b-13", "b-14")
    finally:
        bouncer.end()


def a_full_disk_is_told_and_survived():
    small = Postgres("shared_buffers = 16MB", "min_wal_size = 32MB",
                     "max_wal_size = 48MB", "fsync = off",
                     full_disk=os.path.join(BIN, "central", "full-disk.so"))
    try:
        small.start()
        small.sql("CREATE DATABASE central", "postgres")
        install(small)
        with Kiosk("full", small.url()) as one:
            one.rows(300)
            one.syncs()
            with open(small.full, "wb"):
                pass
            for _ in range(20):
                one.rows(1500)
                status, said = one.sync()
                if status:
                    break
            assert status == 1, "the disk did not fill"
            assert "disk" in said or "network" in said, said
            os.unlink(small.full)
            if small.process.poll() is not None:
                small.process = None
                small.start()
            kiosk.wait_for(lambda: one.sync()[0] == 0, "room again", 60)
            assert_equal_logs(small, one)
    finally:
        small.end()


def audit(server=None):
    done = subprocess.run(
        [os.path.join(BIN, "kiosk-sync"), "--check-central",
         (server or SERVER).url()], check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout + done.stderr


def an_owner_who_may_make_no_roles_can_install():
    SERVER.sql("CREATE ROLE plain LOGIN")
    SERVER.sql("CREATE DATABASE owned OWNER plain", "postgres")
    plain = SERVER.url("plain", database="owned")

    def run(url):
        subprocess.run([os.path.join(BIN, "kiosk-sync"), "--install-central",
                        url], check=True, stderr=subprocess.DEVNULL)
    # As on a server where nobody has made the roles yet.
    for name in ("kiosk_sender", "kiosk_carrier", "kiosk_reader"):
        SERVER.sql(f"ALTER ROLE {name} RENAME TO {name}_away")
    run(plain)
    with Kiosk("b-16", plain) as one:
        one.rows(50)
        one.syncs()
        for name in ("kiosk_sender", "kiosk_carrier", "kiosk_reader"):
            SERVER.sql(f"ALTER ROLE {name}_away RENAME TO {name}")
        enrol("b-16")
        one.use(SERVER.url("b-16", database="owned"))
        one.rows(50)
        one.fails("permission denied", "kiosk_sender")
        # A superuser grants what the roles need.
        run(SERVER.url(database="owned"))
        one.syncs()
        count = SERVER.sql("SELECT count(*) FROM events", "owned")
        assert count == "100\n", count


def whoever_doctors_the_central_log_is_found_out():
    with one_kiosk("b-15", 6500) as one:
        one.syncs()
        status, said = audit()
        assert status == 0 and " 0 faults" in said, said
        # Somebody with all rights at the centre, who recomputes the chain
        # from there on, but has no kiosk's key.
        SERVER.sql("UPDATE events SET actor = 'me' "
                   "WHERE kiosk = 'b-15' AND seq = 6400")
        status, said = audit()
        assert status == 1, said
        assert "b-15" in said and "row 6400" in said, said
        SERVER.sql("""DO $$ DECLARE e events; last bytea; BEGIN
            SELECT chain INTO last FROM events
                WHERE kiosk = 'b-15' AND seq = 6399;
            FOR e IN SELECT * FROM events WHERE kiosk = 'b-15'
                AND seq > 6399 ORDER BY seq LOOP
                last := sha256(last || convert_to(kiosk_line(e.seq, e.at_ms,
                    e.day, e.kind, e.service, e.number, e.class, e.counter,
                    e.actor, e.detail, e.key), 'UTF8'));
                UPDATE events SET chain = last
                    WHERE kiosk = 'b-15' AND seq = e.seq;
            END LOOP;
            UPDATE journals SET chain = last WHERE kiosk = 'b-15';
            END $$""")
        status, said = audit()
        assert status == 1 and "not what the kiosk signed" in said, said
        SERVER.sql("UPDATE checkpoints SET chain = (SELECT chain FROM "
                   "journals WHERE kiosk = 'b-15') WHERE kiosk = 'b-15'")
        status, said = audit()
        assert status == 1 and "signature" in said, said
        SERVER.sql("DELETE FROM events WHERE kiosk = 'b-15' AND seq > 6399")
        status, said = audit()
        assert status == 1 and "end at 6399" in said, said


def main():
    global SERVER  # pylint: disable=global-statement
    SERVER = Postgres("fsync = off", "shared_buffers = 32MB").start()
    try:
        SERVER.sql("CREATE DATABASE central", "postgres")
        install(SERVER)
        kiosk.main([
            a_backend_killed_in_mid_batch_leaves_nothing_half,
            a_server_that_lost_the_last_rows_gets_them_again,
            the_first_of_several_hosts_that_takes_writes_is_used,
            a_read_only_server_is_told_and_survived,
            a_statement_timeout_is_told_and_survived,
            too_many_connections_are_told_and_survived,
            a_changed_password_is_told_but_not_shown,
            an_older_schema_is_told_and_brought_up_to_date,
            a_newer_schema_is_refused_by_the_installer_and_served,
            tls_is_verified_to_the_host_s_name,
            a_link_that_is_cut_delayed_or_black_holed_is_survived,
            two_senders_of_one_journal_add_each_row_once,
            through_pgbouncer_in_transaction_mode_each_is_itself,
            a_full_disk_is_told_and_survived,
            an_owner_who_may_make_no_roles_can_install,
            whoever_doctors_the_central_log_is_found_out,
        ])
    finally:
        SERVER.end()


if __name__ == "__main__":
    main()
