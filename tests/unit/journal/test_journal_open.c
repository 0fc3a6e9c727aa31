/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include <signal.h>
#include <sys/wait.h>

/* A refusal: the code, what the line must say, and nothing of the file
 * changed. */
static void refused(struct scratch *scratch, int want, const char *says)
{
	static char before[65536], after[65536];
	size_t n_before = 0, n_after = 0;
	struct journal_problem problem;
	struct journal *journal;
	struct stat status;
	int rc;

	if (stat(scratch->file, &status) == 0 && S_ISREG(status.st_mode))
		n_before = scratch_load(scratch->file, before, sizeof(before));
	rc = journal_open(scratch->state, NOW_MS, &journal, &problem);
	if (rc != want)
		fail_msg("%d, not %d: %s", rc, want, problem.text);
	assert_null(journal);
	if (!strstr(problem.text, says))
		fail_msg("\"%s\" is not in: %s", says, problem.text);
	assert_null(strchr(problem.text, '\n'));
	if (n_before > 0)
		n_after = scratch_load(scratch->file, after, sizeof(after));
	assert_int_equal(n_before, n_after);
	assert_memory_equal(before, after, n_before);
}

static void missing_directory_is_made(void **state)
{
	struct scratch *scratch = *state;
	struct stat status;
	mode_t mask = umask(077);

	journal_close(scratch_open(scratch));
	umask(mask);
	assert_int_equal(stat(scratch->file, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_int_equal(stat(scratch->state, &status), 0);
	assert_int_equal(status.st_mode & 0777 & ~0750u, 0);
}

static void nothing_but_the_journal_and_the_lock_is_left(void **state)
{
	struct scratch *scratch = *state;
	char path[256];

	scratch_fill(scratch, 2);
	snprintf(path, sizeof(path), "%s-wal", scratch->file);
	assert_int_not_equal(access(path, F_OK), 0);
	snprintf(path, sizeof(path), "%s.new", scratch->file);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void directory_without_a_parent_is_refused(void **state)
{
	struct scratch *scratch = *state;

	snprintf(scratch->state, sizeof(scratch->state), "%s/a/b",
		 scratch->dir);
	refused(scratch, -ENOENT, "make the directory above it");
}

static void file_in_the_directorys_place_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_save(scratch->state, "x", 1);
	refused(scratch, -ENOTDIR, scratch->state);
}

static void text_file_is_refused(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	scratch_save(scratch->file, "numbers\n", 8);
	refused(scratch, -EBADMSG, "not a kiosk's journal");
	memset(scratch->text, 'x', 20000);
	scratch_save(scratch->file, scratch->text, 20000);
	refused(scratch, -EBADMSG, "not a kiosk's journal");
}

static void other_sqlite_file_is_refused(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	scratch_sql(scratch->file, "CREATE TABLE events (seq); "
				   "PRAGMA user_version = 1;");
	refused(scratch, -EBADMSG, "not a kiosk's journal");
}

static void empty_file_is_refused(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	scratch_save(scratch->file, "", 0);
	refused(scratch, -EBADMSG, "empty");
}

static void directory_in_the_files_place_is_refused(void **state)
{
	struct scratch *scratch = *state;

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	assert_int_equal(mkdir(scratch->file, 0755), 0);
	refused(scratch, -EBADMSG, "not a file");
}

static void log_without_its_file_is_refused(void **state)
{
	struct scratch *scratch = *state;
	char wal[256], left[8];

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	snprintf(wal, sizeof(wal), "%s-wal", scratch->file);
	scratch_save(wal, "frames", 6);
	refused(scratch, -EBADMSG, "missing, but its journal.db-wal");
	scratch_save(scratch->file, "", 0);
	refused(scratch, -EBADMSG, "empty, but its journal.db-wal");
	assert_int_equal(scratch_load(wal, left, sizeof(left)), 6);
}

static void newer_schema_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 2);
	scratch_sql(scratch->file, "PRAGMA user_version = 999");
	refused(scratch, -EPROTO, "install the newer program");
}

/* Copies file and WAL as they are while a connection holds them open: what a
 * power cut leaves. */
static void cut_power(struct scratch *scratch, const char *sql)
{
	static char file[65536], wal[65536];
	size_t n_file, n_wal;
	char path[256];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s-wal", scratch->file);
	assert_int_equal(sqlite3_open(scratch->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	n_file = scratch_load(scratch->file, file, sizeof(file));
	n_wal = scratch_load(path, wal, sizeof(wal));
	sqlite3_close(db);
	assert_true(n_wal > 0);
	scratch_save(scratch->file, file, n_file);
	scratch_save(path, wal, n_wal);
}

static void newer_schema_in_the_wal_is_refused_and_left_there(void **state)
{
	struct scratch *scratch = *state;
	static char before[65536], after[65536];
	char wal[256];
	size_t n;

	snprintf(wal, sizeof(wal), "%s-wal", scratch->file);
	scratch_fill(scratch, 2);
	cut_power(scratch, "PRAGMA user_version = 999");
	n = scratch_load(wal, before, sizeof(before));
	refused(scratch, -EPROTO, "install the newer program");
	assert_int_equal(scratch_load(wal, after, sizeof(after)), n);
	assert_memory_equal(before, after, n);
}

static void journal_without_rows_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 2);
	scratch_sql(scratch->file, "DELETE FROM events");
	refused(scratch, -EBADMSG, "holds no rows");
}

static void journal_without_its_id_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 2);
	scratch_sql(scratch->file, "UPDATE meta SET value = 'me'");
	refused(scratch, -EBADMSG, "id");
}

static void journal_without_its_table_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 2);
	scratch_sql(scratch->file, "DROP TABLE events");
	refused(scratch, -EBADMSG, "damaged");
}

/* Byte 47 of the header: which SQLite is new enough for the file. */
static void file_of_an_unknown_format_is_refused(void **state)
{
	static char bytes[262144];
	struct scratch *scratch = *state;
	size_t n;

	scratch_fill(scratch, 20);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	bytes[47] = 0x0a;
	scratch_save(scratch->file, bytes, n);
	refused(scratch, -EBADMSG, "damaged");
}

static void broken_end_of_the_chain_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 700);
	scratch_sql(scratch->file,
		    "UPDATE events SET number = 1 WHERE seq = 690");
	refused(scratch, -EBADMSG, "row 690");
}

/* n rows, the day's first, n more. */
static void fill_with_day(struct scratch *scratch, int64_t n)
{
	struct journal *journal = scratch_open(scratch);
	struct journal_row day = {.at_ms = NOW_MS,
				  .day = "2026-11-26",
				  .kind = "day_opened",
				  .actor = "kioskd",
				  .detail = "{}"};

	for (int64_t i = 0; i < n; i++)
		scratch_append(journal, i + 1, NULL);
	assert_int_equal(journal_append(journal, &day), 0);
	for (int64_t i = 0; i < n; i++)
		scratch_append(journal, i + 1, NULL);
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
}

/* Else replay would pass a row over, and its number be given out again. */
static void a_changed_row_of_the_day_is_refused(void **state)
{
	struct scratch *scratch = *state;

	fill_with_day(scratch, 500);
	scratch_sql(scratch->file,
		    "UPDATE events SET number = 1 WHERE seq = 20");
	journal_close(scratch_open(scratch));
	scratch_sql(scratch->file,
		    "UPDATE events SET day = '2026-11-25' WHERE seq = 502");
	refused(scratch, -EBADMSG, "row 502");
}

/* The index entry of the day's first row, 502, names row 600. */
static void an_index_that_names_another_row_is_refused(void **state)
{
	static const char entry[] = "\x03\x21\x02"
				    "day_opened\x01\xf6";
	static char bytes[262144];
	struct scratch *scratch = *state;
	char *at;
	size_t n;

	fill_with_day(scratch, 500);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	assert_true(n < sizeof(bytes));
	at = memmem(bytes, n, entry, sizeof(entry) - 1);
	assert_non_null(at);
	at[sizeof(entry) - 3] = 0x02;
	at[sizeof(entry) - 2] = 0x58;
	scratch_save(scratch->file, bytes, n);
	refused(scratch, -EBADMSG, "unreadable");
}

static void journal_in_another_journal_mode_is_set_right(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal;
	char wal[256];

	snprintf(wal, sizeof(wal), "%s-wal", scratch->file);
	scratch_fill(scratch, 2);
	scratch_sql(scratch->file, "PRAGMA journal_mode = DELETE");
	journal = scratch_open(scratch);
	scratch_append(journal, 2, NULL);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(access(wal, F_OK), 0);
	journal_close(journal);
	scratch_verify(scratch, 3);
}

static void leftovers_of_a_making_cut_off_are_no_hindrance(void **state)
{
	struct scratch *scratch = *state;
	char path[256];

	assert_int_equal(mkdir(scratch->state, 0755), 0);
	snprintf(path, sizeof(path), "%s.new", scratch->file);
	scratch_save(path, "half", 4);
	snprintf(path, sizeof(path), "%s.new-wal", scratch->file);
	scratch_save(path, "half", 4);
	journal_close(scratch_open(scratch));
	scratch_verify(scratch, 1);
}

/* Cut to any length, it is refused, or what is left of it holds. */
static void truncated_file_is_refused_or_whole(void **state)
{
	struct scratch *scratch = *state;
	static char bytes[262144];
	size_t n, refusals = 0;

	scratch_fill(scratch, 900);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	assert_true(n > 100000 && n < sizeof(bytes));
	for (size_t cut = 0; cut < n; cut += cut < 200 ? 7 : 997) {
		struct journal_problem problem;
		struct journal *journal;
		int rc;

		scratch_save(scratch->file, bytes, cut);
		rc = journal_open(scratch->state, NOW_MS, &journal, &problem);
		if (rc == 0) {
			journal_close(journal);
			scratch_verify(scratch, -1);
		} else {
			assert_int_equal(rc, -EBADMSG);
			refusals++;
		}
	}
	/* The header knows how long the file is, so there is no other. */
	assert_true(refusals > 100);
}

/* A byte changed anywhere: no crash, and never a wrong row taken for right. */
static void damaged_pages_never_crash(void **state)
{
	struct scratch *scratch = *state;
	static char bytes[262144];
	unsigned seed = 1;
	size_t n;

	scratch_fill(scratch, 300);
	n = scratch_load(scratch->file, bytes, sizeof(bytes));
	for (int i = 0; i < 400; i++) {
		size_t at = (size_t)rand_r(&seed) % n;
		struct journal_problem problem;
		struct journal *journal;
		char was = bytes[at];
		int64_t rows;

		bytes[at] = (char)(was ^ (1 << rand_r(&seed) % 8));
		scratch_save(scratch->file, bytes, n);
		if (journal_open(scratch->state, NOW_MS, &journal, &problem) ==
		    0) {
			(void)!journal_verify(journal, &rows, &problem);
			journal_close(journal);
		}
		bytes[at] = was;
	}
}

static void second_kioskd_is_refused_and_told_the_first_ones_pid(void **state)
{
	struct scratch *scratch = *state;
	char says[64], byte;
	int ready[2];
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct journal_problem problem;
		struct journal *journal;

		if (journal_open(scratch->state, NOW_MS, &journal, &problem) !=
			0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	snprintf(says, sizeof(says),
		 "is held by another kioskd (pid %ld): stop it", (long)child);
	refused(scratch, -EBUSY, says);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	journal_close(scratch_open(scratch));
}

static void lock_goes_with_the_journal(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);

	refused(scratch, -EBUSY, "is held by another kioskd");
	journal_close(journal);
	journal_close(scratch_open(scratch));
}

/* Runs act as somebody without rights, where we are root; what it returns. */
static int as_nobody(int (*act)(struct scratch *scratch),
		     struct scratch *scratch)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 &&
		    (setgid(65534) != 0 || setuid(65534) != 0))
			_exit(100);
		_exit(act(scratch));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int cannot_open(struct scratch *scratch)
{
	struct journal_problem problem;
	struct journal *journal;

	if (journal_open(scratch->state, NOW_MS, &journal, &problem) != -EACCES)
		return 1;
	return strstr(problem.text, "runs as") ? 0 : 2;
}

static int cannot_read(struct scratch *scratch)
{
	struct journal_problem problem;
	struct journal *journal;

	return journal_open_reader(scratch->file, &journal, &problem) == -EACCES
		   ? 0
		   : 1;
}

static int reads(struct scratch *scratch)
{
	struct journal_problem problem;
	struct journal *journal;
	int64_t rows = 0;

	if (journal_open_reader(scratch->file, &journal, &problem) != 0)
		return 101;
	if (journal_verify(journal, &rows, &problem) != 0)
		return 102;
	journal_close(journal);
	return (int)rows;
}

static void directory_without_permission_is_refused(void **state)
{
	struct scratch *scratch = *state;

	scratch_fill(scratch, 3);
	assert_int_equal(chmod(scratch->dir, 0755), 0);
	assert_int_equal(chmod(scratch->file, 0600), 0);
	assert_int_equal(chmod(scratch->state, 0500), 0);
	assert_int_equal(as_nobody(cannot_open, scratch), 0);
	assert_int_equal(chmod(scratch->state, 0), 0);
	assert_int_equal(as_nobody(cannot_read, scratch), 0);
	assert_int_equal(chmod(scratch->state, 0700), 0);
}

static void read_only_file_is_refused(void **state)
{
	struct scratch *scratch = *state;
	char lock[256];

	scratch_fill(scratch, 3);
	snprintf(lock, sizeof(lock), "%s/lock", scratch->state);
	assert_int_equal(chmod(scratch->dir, 0755), 0);
	assert_int_equal(chmod(scratch->state, 0777), 0);
	assert_int_equal(chmod(lock, 0666), 0);
	assert_int_equal(chmod(scratch->file, 0444), 0);
	assert_int_equal(as_nobody(cannot_open, scratch), 0);
}

/* The name is one that a URI cannot hold as it is. */
static void reader_works_where_it_may_not_write(void **state)
{
	struct scratch *scratch = *state;

	snprintf(scratch->state, sizeof(scratch->state), "%s/a b%%20?#đ",
		 scratch->dir);
	snprintf(scratch->file, sizeof(scratch->file), "%s/journal.db",
		 scratch->state);
	scratch_fill(scratch, 3);
	assert_int_equal(chmod(scratch->dir, 0755), 0);
	assert_int_equal(chmod(scratch->file, 0444), 0);
	assert_int_equal(chmod(scratch->state, 0555), 0);
	assert_int_equal(as_nobody(reads, scratch), 3);
	assert_int_equal(chmod(scratch->state, 0755), 0);
}

static void reader_without_rights_sees_what_the_writer_commits(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal = scratch_open(scratch);
	char path[256];

	if (geteuid() != 0) {
		journal_close(journal);
		skip();
	}
	scratch_append(journal, 1, NULL);
	assert_int_equal(journal_commit(journal), 0);
	assert_int_equal(chmod(scratch->dir, 0755), 0);
	assert_int_equal(chmod(scratch->state, 0755), 0);
	assert_int_equal(chmod(scratch->file, 0644), 0);
	snprintf(path, sizeof(path), "%s-wal", scratch->file);
	assert_int_equal(chmod(path, 0644), 0);
	snprintf(path, sizeof(path), "%s-shm", scratch->file);
	assert_int_equal(chmod(path, 0644), 0);
	for (int rows = 2; rows < 10; rows++) {
		assert_int_equal(as_nobody(reads, scratch), rows);
		scratch_append(journal, rows, NULL);
		assert_int_equal(journal_commit(journal), 0);
	}
	journal_close(journal);
}

static void reader_names_what_is_not_there(void **state)
{
	struct scratch *scratch = *state;
	struct journal_problem problem;
	struct journal *journal;

	assert_int_equal(journal_open_reader(scratch->file, &journal, &problem),
			 -ENOENT);
	assert_non_null(strstr(problem.text, scratch->file));
	assert_int_equal(journal_open_reader(scratch->dir, &journal, &problem),
			 -EBADMSG);
	scratch_save(scratch->state, "text", 4);
	assert_int_equal(journal_open_reader(scratch->state, &journal,
					     &problem),
			 -EBADMSG);
	assert_non_null(strstr(problem.text, "not a kiosk's journal"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(missing_directory_is_made),
	    SCRATCH_TEST(nothing_but_the_journal_and_the_lock_is_left),
	    SCRATCH_TEST(directory_without_a_parent_is_refused),
	    SCRATCH_TEST(file_in_the_directorys_place_is_refused),
	    SCRATCH_TEST(text_file_is_refused),
	    SCRATCH_TEST(other_sqlite_file_is_refused),
	    SCRATCH_TEST(empty_file_is_refused),
	    SCRATCH_TEST(directory_in_the_files_place_is_refused),
	    SCRATCH_TEST(log_without_its_file_is_refused),
	    SCRATCH_TEST(newer_schema_is_refused),
	    SCRATCH_TEST(newer_schema_in_the_wal_is_refused_and_left_there),
	    SCRATCH_TEST(journal_without_rows_is_refused),
	    SCRATCH_TEST(journal_without_its_id_is_refused),
	    SCRATCH_TEST(journal_without_its_table_is_refused),
	    SCRATCH_TEST(file_of_an_unknown_format_is_refused),
	    SCRATCH_TEST(broken_end_of_the_chain_is_refused),
	    SCRATCH_TEST(a_changed_row_of_the_day_is_refused),
	    SCRATCH_TEST(an_index_that_names_another_row_is_refused),
	    SCRATCH_TEST(journal_in_another_journal_mode_is_set_right),
	    SCRATCH_TEST(leftovers_of_a_making_cut_off_are_no_hindrance),
	    SCRATCH_TEST(truncated_file_is_refused_or_whole),
	    SCRATCH_TEST(damaged_pages_never_crash),
	    SCRATCH_TEST(second_kioskd_is_refused_and_told_the_first_ones_pid),
	    SCRATCH_TEST(lock_goes_with_the_journal),
	    SCRATCH_TEST(directory_without_permission_is_refused),
	    SCRATCH_TEST(read_only_file_is_refused),
	    SCRATCH_TEST(reader_works_where_it_may_not_write),
	    SCRATCH_TEST(reader_without_rights_sees_what_the_writer_commits),
	    SCRATCH_TEST(reader_names_what_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
