/* SPDX-License-Identifier: MIT */
/*
 * The real kiosk-sync, from a journal to an SQLite file and to a real
 * PostgreSQL server, with what goes wrong on the way. KIOSK_BIN names the
 * directory of the program (build).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/support/postgres.h"
#include "tests/unit/support/rows.h"

#define ROWS 2000
#define SECRET "s3cr3t%40x" /* "s3cr3t@x" */

/* An office of one test: a directory with a journal and a kiosk.conf. */
struct office {
	bool postgres;
	char dir[200];
	char config[PATH_MAX];
	char central[PATH_MAX]; /* the SQLite file */
	char url[PATH_MAX + 8];
	char database[20];
	char said[4096]; /* what kiosk-sync last wrote to stderr */
};

static struct postgres *server;
static char program[PATH_MAX];

/* ---- an office ---- */

static void write_config(struct office *office, const char *url, int every_s)
{
	FILE *file = fopen(office->config, "w");

	assert_non_null(file);
	fprintf(file,
		"office = { kiosk = \"k-01\"; name = { vi = \"Thử\"; }; };\n"
		"services = ( { id = \"land\"; name = { vi = \"Đất đai\"; }; "
		"prefix = \"A\"; } );\n"
		"counters = ( { id = 1; name = { vi = \"Quầy 1\"; }; "
		"services = [ \"land\" ]; } );\n"
		"printer = { device = \"none\"; };\n"
		"central = { url = \"%s\"; every_s = %d; };\n",
		url, every_s);
	assert_int_equal(fclose(file), 0);
}

static void in_dir(const struct office *office, const char *name,
		   char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", office->dir, name);
}

static void sql_on_server(const char *database, const char *sql)
{
	char *answer = postgres_ask(server, database, sql);

	assert_non_null(answer);
	free(answer);
}

static int run_program(struct office *office, const char *first,
		       const char *second);

static int set_up(void **state, bool postgres)
{
	static int n;
	struct office *office = calloc(1, sizeof(*office));
	char sql[80];

	assert_non_null(office);
	office->postgres = postgres;
	rows_dir(office->dir, sizeof(office->dir));
	in_dir(office, "kiosk.conf", office->config);
	in_dir(office, "central.db", office->central);
	snprintf(office->url, sizeof(office->url), "sqlite:%s",
		 office->central);
	if (postgres) {
		snprintf(office->database, sizeof(office->database),
			 "central_%d", n++);
		snprintf(sql, sizeof(sql), "CREATE DATABASE %s",
			 office->database);
		sql_on_server("postgres", sql);
		postgres_url(server, office->database, office->url,
			     sizeof(office->url));
		assert_int_equal(run_program(office, "--install-central",
					     office->url),
				 0);
	}
	write_config(office, office->url, 1);
	*state = office;
	return 0;
}

static int with_sqlite(void **state)
{
	return set_up(state, false);
}

static int with_postgres(void **state)
{
	return set_up(state, true);
}

static int tear_down(void **state)
{
	struct office *office = *state;

	rows_dir_end(office->dir);
	free(office);
	return 0;
}

/* ---- the program ---- */

static pid_t spawn(const struct office *office, char *const argv[])
{
	char path[PATH_MAX];
	pid_t pid;
	int fd;

	/* Here, since it may be killed before it has opened anything. */
	in_dir(office, "stderr", path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (dup2(fd, 2) < 0)
			_exit(126);
		execv(program, argv);
		_exit(127);
	}
	close(fd);
	return pid;
}

static pid_t spawn_service(struct office *office, bool once)
{
	char *const argv[] = {program,
			      "--config",
			      office->config,
			      "--state-dir",
			      office->dir,
			      once ? "--once" : NULL,
			      NULL};

	return spawn(office, argv);
}

/* The exit status; -1 where a signal ended it. What it said is kept. */
static int reap(struct office *office, pid_t pid)
{
	char path[PATH_MAX];
	size_t n;
	FILE *file;
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	in_dir(office, "stderr", path);
	file = fopen(path, "r");
	assert_non_null(file);
	n = fread(office->said, 1, sizeof(office->said) - 1, file);
	office->said[n] = '\0';
	fclose(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int run_program(struct office *office, const char *first,
		       const char *second)
{
	char *const argv[] = {program, (char *)(uintptr_t)first,
			      (char *)(uintptr_t)second, NULL};

	return reap(office, spawn(office, argv));
}

static int sync_once(struct office *office)
{
	return reap(office, spawn_service(office, true));
}

static void assert_syncs(struct office *office)
{
	int status = sync_once(office);

	if (status != 0)
		fail_msg("exit %d: %s", status, office->said);
}

/* Refused, in one line with all these words. */
static void assert_says(struct office *office, int status, ...)
{
	const char *word;
	va_list words;

	if (status != 1)
		fail_msg("exit %d: %s", status, office->said);
	if (strchr(office->said, '\n') !=
	    office->said + strlen(office->said) - 1)
		fail_msg("not one line: %s", office->said);
	va_start(words, status);
	while ((word = va_arg(words, const char *)))
		if (!strstr(office->said, word))
			fail_msg("no \"%s\" in: %s", word, office->said);
	va_end(words);
}

static void nap_us(long us)
{
	const struct timespec pause = {.tv_sec = us / 1000000,
				       .tv_nsec = us % 1000000 * 1000};

	nanosleep(&pause, NULL);
}

static void nap(long ms)
{
	nap_us(ms * 1000);
}

/* ---- what is where ---- */

static char *ask_central(const struct office *office, const char *sql)
{
	char *answer = office->postgres
			   ? postgres_ask(server, office->database, sql)
			   : rows_ask(office->central, sql);

	assert_non_null(answer);
	return answer;
}

static void assert_central_count(const struct office *office, int count)
{
	char *answer = ask_central(office, "SELECT count(*) FROM events");

	assert_int_equal(strtol(answer, NULL, 10), count);
	free(answer);
}

/* The central log holds the journal's rows, each once and unchanged. */
static void assert_equal_logs(const struct office *office, int rows)
{
	static const char sql[] =
	    "SELECT seq, at_ms, day, kind, service, number, class, counter, "
	    "actor, detail, key, %s FROM events ORDER BY seq";
	char query[300], path[PATH_MAX];
	char *ours, *theirs;

	in_dir(office, "journal.db", path);
	snprintf(query, sizeof(query), sql, "lower(hex(chain))");
	ours = rows_ask(path, query);
	assert_non_null(ours);
	if (office->postgres)
		snprintf(query, sizeof(query), sql, "encode(chain, 'hex')");
	theirs = ask_central(office, query);
	assert_string_equal(ours, theirs);
	free(ours);
	free(theirs);
	assert_central_count(office, rows);
}

static void assert_status(const struct office *office, const char *want)
{
	char path[PATH_MAX], have[1000] = "";
	FILE *file;

	in_dir(office, "central.json", path);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(have, sizeof(have), file));
	fclose(file);
	if (!strstr(have, want))
		fail_msg("no %s in %s", want, have);
}

/* The central view shows it as well. */
static void assert_fault(const struct office *office, const char *want)
{
	char *answer = ask_central(office, "SELECT kind, seq, claimed_seq "
					   "FROM faults");

	assert_string_equal(answer, want);
	free(answer);
}

static void copy_file(const char *from, const char *to)
{
	char buffer[65536];
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	size_t n;

	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		assert_int_equal(fwrite(buffer, 1, n, out), n);
	fclose(in);
	assert_int_equal(fclose(out), 0);
}

/* ---- the tests ---- */

static void a_journal_is_copied_and_a_second_run_adds_nothing(void **state)
{
	struct office *office = *state;

	rows_journal(office->dir, ROWS);
	assert_syncs(office);
	assert_equal_logs(office, ROWS);
	assert_status(office, "{\"state\":\"ok\",\"synced_seq\":2000,"
			      "\"error\":null");
	assert_syncs(office);
	assert_equal_logs(office, ROWS);
	rows_journal_more(office->dir, 3);
	assert_syncs(office);
	assert_equal_logs(office, ROWS + 3);
}

/*
 * Each round gives the program more to do, and kills it within a time that
 * shrinks when it was done before and grows when it was not: so the kills fall
 * all over its work, on a fast machine and on a slow one.
 */
static void killed_at_any_moment_it_goes_on(void **state)
{
	struct office *office = *state;
	unsigned seed = (unsigned)getpid();
	int killed = 0, rows = ROWS;
	long within_us = 60000;

	print_message("# seed %u\n", seed);
	srand(seed);
	rows_journal(office->dir, rows);
	for (int i = 0; i < 100 && killed < 8; i++) {
		pid_t pid = spawn_service(office, true);

		nap_us(rand() % within_us);
		kill(pid, SIGKILL);
		if (reap(office, pid) == -1) {
			killed++;
			within_us = within_us < 500000 ? within_us * 2 : 500000;
		} else {
			within_us = within_us / 2 + 1;
			rows_journal_more(office->dir, 100);
			rows += 100;
		}
	}
	assert_int_equal(killed, 8);
	assert_syncs(office);
	assert_equal_logs(office, rows);
}

/* Holds what an append must lock. */
static void hold_sqlite(struct office *office, sqlite3 **db)
{
	assert_int_equal(sqlite3_open(office->central, db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(*db, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
}

static PGconn *hold_postgres(struct office *office)
{
	PGconn *conn = PQconnectdb(office->url);

	PQclear(PQexec(conn, "BEGIN"));
	PQclear(PQexec(conn, "SELECT 1 FROM journals FOR UPDATE"));
	assert_int_equal(PQtransactionStatus(conn), PQTRANS_INTRANS);
	return conn;
}

static void killed_in_mid_batch_it_goes_on(void **state)
{
	struct office *office = *state;
	sqlite3 *db = NULL;
	PGconn *conn = NULL;
	pid_t pid;

	rows_journal(office->dir, 700);
	assert_syncs(office);
	rows_journal_more(office->dir, 700);
	if (office->postgres)
		conn = hold_postgres(office);
	else
		hold_sqlite(office, &db);
	pid = spawn_service(office, true);
	nap(300);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_int_equal(reap(office, pid), -1);
	sqlite3_close(db);
	PQfinish(conn);
	assert_syncs(office);
	assert_equal_logs(office, 1400);
}

static void an_old_copy_of_the_journal_is_a_fork(void **state)
{
	struct office *office = *state;
	char journal[PATH_MAX], saved[PATH_MAX];

	in_dir(office, "journal.db", journal);
	in_dir(office, "saved.db", saved);
	rows_journal(office->dir, 50);
	copy_file(journal, saved);
	rows_journal_more(office->dir, 20);
	assert_syncs(office);
	copy_file(saved, journal);
	assert_says(office, sync_once(office), "fork", "70", "50", NULL);
	assert_status(office, "\"state\":\"error\"");
	assert_fault(office, "fork|70|50\n");
	assert_central_count(office, 70);
}

static void another_history_is_a_fork(void **state)
{
	struct office *office = *state;
	char journal[PATH_MAX], saved[PATH_MAX];

	in_dir(office, "journal.db", journal);
	in_dir(office, "saved.db", saved);
	rows_journal(office->dir, 50);
	copy_file(journal, saved);
	rows_journal_more(office->dir, 5);
	assert_syncs(office);
	copy_file(saved, journal);
	rows_journal_other(office->dir, 30);
	assert_says(office, sync_once(office), "fork", "55", NULL);
	assert_status(office, "\"state\":\"error\"");
	assert_fault(office, "fork|55|55\n");
	assert_central_count(office, 55);
}

static void a_doctored_row_is_named_and_nothing_is_sent(void **state)
{
	struct office *office = *state;
	char journal[PATH_MAX];
	char *done;

	in_dir(office, "journal.db", journal);
	rows_journal(office->dir, 100);
	done =
	    rows_ask(journal, "UPDATE events SET actor = 'x' WHERE seq = 57");
	assert_non_null(done);
	free(done);
	assert_says(office, sync_once(office), "journal.db", "row 57", NULL);
	assert_status(office, "\"state\":\"error\"");
	assert_central_count(office, 0);
}

static void a_missing_journal_is_told(void **state)
{
	struct office *office = *state;

	assert_says(office, sync_once(office), "journal.db", "start kioskd",
		    NULL);
}

static void an_empty_url_is_off(void **state)
{
	struct office *office = *state;
	char once[] = "--once", config[] = "--config",
	     elsewhere[] = "--state-dir=/nowhere";
	char *const argv[] = {program,        once,      config,
			      office->config, elsewhere, NULL};

	write_config(office, "", 1);
	assert_int_equal(sync_once(office), 0);
	assert_status(office, "{\"state\":\"off\"");
	assert_says(office, reap(office, spawn(office, argv)),
		    "/nowhere/central.json", "give --state-dir", NULL);
}

static void a_url_of_another_kind_is_refused(void **state)
{
	struct office *office = *state;

	write_config(office, "mysql://u:" SECRET "@h/d", 1);
	assert_int_equal(sync_once(office), 1);
	assert_null(strstr(office->said, SECRET));
}

static void wrong_usage_ends_with_2(void **state)
{
	struct office *office = *state;

	assert_int_equal(run_program(office, "--nonsense", NULL), 2);
	assert_non_null(strstr(office->said, "--nonsense"));
	assert_int_equal(run_program(office, "--config", NULL), 2);
	assert_int_equal(run_program(office, "--check-central", "file:x"), 2);
	assert_non_null(strstr(office->said, "sqlite:/path"));
	assert_int_equal(run_program(office, "--version", NULL), 0);
}

static void wait_until_synced(struct office *office, int rows)
{
	char want[60], path[PATH_MAX], have[1000];
	int64_t until_ms = clock_mono_ms() + 20000;

	snprintf(want, sizeof(want), "\"ok\",\"synced_seq\":%d,", rows);
	in_dir(office, "central.json", path);
	while (clock_mono_ms() < until_ms) {
		FILE *file = fopen(path, "r");
		bool there = file && fgets(have, sizeof(have), file) &&
			     strstr(have, want);

		if (file)
			fclose(file);
		if (there)
			return;
		nap(50);
	}
	fail_msg("never came to row %d; last: %s", rows, have);
}

static void the_service_waits_for_the_journal_and_follows_it(void **state)
{
	struct office *office = *state;
	pid_t pid = spawn_service(office, false);
	char path[PATH_MAX];

	in_dir(office, "central.json", path);
	for (int i = 0; i < 400 && access(path, F_OK) < 0; i++)
		nap(50);
	rows_journal(office->dir, 10);
	wait_until_synced(office, 10);
	rows_journal_more(office->dir, 600);
	wait_until_synced(office, 610);
	kill(pid, SIGTERM);
	assert_int_equal(reap(office, pid), 0);
	assert_equal_logs(office, 610);
	/* A line each for the wait and for being in step, none a round. */
	assert_non_null(strstr(office->said, "start kioskd"));
	assert_ptr_equal(strstr(office->said, "has all rows"),
			 strrchr(office->said, ':') + 2);
}

static void the_service_outlives_the_server(void **state)
{
	struct office *office = *state;
	pid_t pid;

	rows_journal(office->dir, 10);
	pid = spawn_service(office, false);
	wait_until_synced(office, 10);
	assert_int_equal(postgres_down(server), 0);
	rows_journal_more(office->dir, 10);
	nap(2500);
	assert_status(office, "\"state\":\"error\"");
	assert_int_equal(postgres_up(server), 0);
	wait_until_synced(office, 20);
	kill(pid, SIGTERM);
	assert_int_equal(reap(office, pid), 0);
	assert_equal_logs(office, 20);
}

static void a_server_that_is_down_is_told(void **state)
{
	struct office *office = *state;

	rows_journal(office->dir, 10);
	assert_int_equal(postgres_down(server), 0);
	assert_says(office, sync_once(office), office->database,
		    "see that the server runs", NULL);
	assert_int_equal(postgres_up(server), 0);
	assert_syncs(office);
}

static void a_wrong_password_is_told_but_not_shown(void **state)
{
	struct office *office = *state;
	char url[PATH_MAX];

	rows_journal(office->dir, 10);
	sql_on_server("postgres", "DROP ROLE IF EXISTS kiosk");
	sql_on_server("postgres", "CREATE ROLE kiosk LOGIN PASSWORD 'other'");
	postgres_tcp_url(server, "kiosk", SECRET, office->database, url,
			 sizeof(url));
	write_config(office, url, 1);
	assert_says(office, sync_once(office), "kiosk:***@127.0.0.1",
		    "password", "central.url", NULL);
	assert_null(strstr(office->said, "s3cr3t"));
	assert_status(office, "kiosk:***@127.0.0.1");
	sql_on_server("postgres", "DROP ROLE kiosk");
}

static void a_kiosk_without_rights_is_told(void **state)
{
	struct office *office = *state;
	char url[PATH_MAX];

	rows_journal(office->dir, 10);
	sql_on_server("postgres", "DROP ROLE IF EXISTS guest");
	sql_on_server("postgres",
		      "CREATE ROLE guest LOGIN PASSWORD 's3cr3t@x'");
	postgres_tcp_url(server, "guest", SECRET, office->database, url,
			 sizeof(url));
	write_config(office, url, 1);
	assert_says(office, sync_once(office), "permission denied",
		    "kiosk_sender", NULL);
	assert_central_count(office, 0);
	/* May call, but is not that kiosk. */
	sql_on_server(office->database, "GRANT kiosk_sender TO guest");
	assert_says(office, sync_once(office), "permission denied", "guest",
		    "k-01", NULL);
	assert_central_count(office, 0);
	sql_on_server(office->database, "INSERT INTO kiosks (kiosk, role) "
					"VALUES ('k-01', 'guest')");
	assert_syncs(office);
	assert_equal_logs(office, 10);
	sql_on_server(office->database, "DROP ROLE guest");
}

static void a_missing_database_is_told(void **state)
{
	struct office *office = *state;
	char url[PATH_MAX];

	rows_journal(office->dir, 10);
	postgres_url(server, "nowhere", url, sizeof(url));
	write_config(office, url, 1);
	assert_says(office, sync_once(office), "nowhere", "createdb", NULL);
	assert_int_equal(run_program(office, "--install-central", url), 1);
	assert_non_null(strstr(office->said, "createdb"));
	assert_int_equal(run_program(office, "--install-central", "gopher:x"),
			 2);
}

static void a_missing_schema_is_told(void **state)
{
	struct office *office = *state;
	char url[PATH_MAX];

	rows_journal(office->dir, 10);
	postgres_url(server, "template1", url, sizeof(url));
	write_config(office, url, 1);
	assert_says(office, sync_once(office), "kiosk-sync --install-central",
		    NULL);
}

static void installing_is_safe_to_repeat(void **state)
{
	struct office *office = *state;

	rows_journal(office->dir, 10);
	assert_syncs(office);
	assert_int_equal(run_program(office, "--install-central", office->url),
			 0);
	assert_equal_logs(office, 10);
	sql_on_server(office->database,
		      "UPDATE central_schema SET version = 999");
	assert_int_equal(run_program(office, "--install-central", office->url),
			 1);
	assert_non_null(strstr(office->said, "newer"));
}

/* A server that takes connections and never says a word. */
static int black_hole(char url[PATH_MAX])
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr =
					  htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size),
			 0);
	snprintf(url, PATH_MAX, "postgresql://k:p@127.0.0.1:%d/d",
		 ntohs(address.sin_port));
	return fd;
}

static void sigterm_ends_a_wait_for_the_network(void **state)
{
	struct office *office = *state;
	char url[PATH_MAX];
	int fd = black_hole(url);
	int64_t begun_ms;
	pid_t pid;

	rows_journal(office->dir, 10);
	write_config(office, url, 1);
	pid = spawn_service(office, false);
	nap(1300);
	begun_ms = clock_mono_ms();
	kill(pid, SIGTERM);
	assert_int_equal(reap(office, pid), 0);
	assert_true(clock_mono_ms() - begun_ms < 1000);
	close(fd);
}

/* Begun before all other tests, since it takes its ten seconds. */
static struct {
	void *office;
	int fd;
	int64_t begun_ms;
	pid_t pid;
} silent;

static void begin_silent(void)
{
	char url[PATH_MAX];

	set_up(&silent.office, false);
	silent.fd = black_hole(url);
	rows_journal(((struct office *)silent.office)->dir, 10);
	write_config(silent.office, url, 1);
	silent.begun_ms = clock_mono_ms();
	silent.pid = spawn_service(silent.office, true);
}

static void a_silent_server_is_given_up_after_ten_seconds(void **state)
{
	int64_t took_ms;

	(void)state;
	/* Still at it, unless the tests before took long. */
	if (clock_mono_ms() - silent.begun_ms < 9000)
		assert_int_equal(waitpid(silent.pid, NULL, WNOHANG), 0);
	assert_says(silent.office, reap(silent.office, silent.pid),
		    "no connection in time", NULL);
	took_ms = clock_mono_ms() - silent.begun_ms;
	assert_true(took_ms >= 9000);
	tear_down(&silent.office);
	close(silent.fd);
}

static int start(void **state)
{
	const char *bin = getenv("KIOSK_BIN");

	(void)state;
	snprintf(program, sizeof(program), "%s/kiosk-sync",
		 bin ? bin : "build");
	if (access(program, X_OK) < 0) {
		fprintf(stderr,
			"%s: %s: run make first; KIOSK_BIN names another "
			"directory\n",
			program, strerror(errno));
		return -1;
	}
	server = postgres_start();
	if (!server)
		return -1;
	begin_silent();
	return 0;
}

static int end(void **state)
{
	(void)state;
	postgres_end(server);
	return 0;
}

#define SQLITE(test)                                                 \
	{                                                            \
		"sqlite: " #test, test, with_sqlite, tear_down, NULL \
	}
#define POSTGRES(test)                                                   \
	{                                                                \
		"postgres: " #test, test, with_postgres, tear_down, NULL \
	}
#define BOTH(test) SQLITE(test), POSTGRES(test)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_journal_is_copied_and_a_second_run_adds_nothing),
	    BOTH(killed_at_any_moment_it_goes_on),
	    BOTH(killed_in_mid_batch_it_goes_on),
	    BOTH(an_old_copy_of_the_journal_is_a_fork),
	    BOTH(another_history_is_a_fork),
	    BOTH(a_doctored_row_is_named_and_nothing_is_sent),
	    BOTH(the_service_waits_for_the_journal_and_follows_it),
	    SQLITE(a_missing_journal_is_told),
	    SQLITE(an_empty_url_is_off),
	    SQLITE(a_url_of_another_kind_is_refused),
	    SQLITE(wrong_usage_ends_with_2),
	    POSTGRES(the_service_outlives_the_server),
	    POSTGRES(a_server_that_is_down_is_told),
	    POSTGRES(a_wrong_password_is_told_but_not_shown),
	    POSTGRES(a_kiosk_without_rights_is_told),
	    POSTGRES(a_missing_database_is_told),
	    POSTGRES(a_missing_schema_is_told),
	    POSTGRES(installing_is_safe_to_repeat),
	    SQLITE(sigterm_ends_a_wait_for_the_network),
	    cmocka_unit_test(a_silent_server_is_given_up_after_ten_seconds),
	};

	return cmocka_run_group_tests(tests, start, end);
}
