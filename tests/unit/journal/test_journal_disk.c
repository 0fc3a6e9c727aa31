/* SPDX-License-Identifier: MIT */
/*
 * A small disk of our own: tmpfs, in a mount namespace of our own. Skipped for
 * whoever may not mount, even in a user namespace.
 */
#include "scratch.h"

#include <sched.h>
#include <sys/mount.h>

#define DISK_BYTES "size=512k"

static bool can_mount;

static void write_line(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, line, strlen(line)) < 0)
		can_mount = false;
	close(fd);
}

static int enter_namespace(void **state)
{
	unsigned uid = geteuid(), gid = getegid();
	char map[32];

	(void)state;
	can_mount = true;
	if (unshare(CLONE_NEWNS) != 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
			can_mount = false;
			return 0;
		}
		write_line("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		write_line("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		write_line("/proc/self/gid_map", map);
	}
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
		can_mount = false;
	return 0;
}

static int disk_setup(void **state)
{
	struct scratch *scratch;
	int rc = scratch_setup(state);

	if (rc != 0)
		return rc;
	scratch = *state;
	if (mkdir(scratch->state, 0755) != 0)
		return -1;
	if (can_mount &&
	    mount("tmpfs", scratch->state, "tmpfs", 0, DISK_BYTES) != 0)
		can_mount = false;
	return 0;
}

static int disk_teardown(void **state)
{
	struct scratch *scratch = *state;

	if (can_mount && umount2(scratch->state, MNT_DETACH) != 0)
		return -1;
	return scratch_teardown(state);
}

static void need_mount(void)
{
	if (!can_mount) {
		print_message("skipped: may not mount a tmpfs\n");
		skip();
	}
}

/* Takes all the room there is; ballast goes to a file of its own. */
static void fill_disk(struct scratch *scratch, const char *name)
{
	char path[256], block[4096] = {0};
	int fd;

	snprintf(path, sizeof(path), "%s/%s", scratch->state, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
}

static void empty_disk(struct scratch *scratch, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", scratch->state, name);
	assert_int_equal(unlink(path), 0);
}

static void remount(struct scratch *scratch, unsigned long flags)
{
	assert_int_equal(mount("none", scratch->state, "tmpfs",
			       MS_REMOUNT | flags, DISK_BYTES),
			 0);
}

static void full_disk_refuses_turns_until_there_is_room(void **state)
{
	struct scratch *scratch = *state;
	struct journal *journal;
	int64_t durable;
	int rc = 0;

	need_mount();
	journal = scratch_open(scratch);
	scratch_append(journal, 1, "first");
	assert_int_equal(journal_commit(journal), 0);
	fill_disk(scratch, "ballast");
	for (int i = 0; i < 2000 && rc == 0; i++) {
		struct journal_row row = scratch_row(i + 2, NULL);

		rc = journal_append(journal, &row);
		if (rc == 0)
			rc = journal_commit(journal);
	}
	assert_int_equal(rc, -ENOSPC);
	durable = scratch_head(journal);
	/* Again and again: each refused, none counted. */
	for (int i = 0; i < 5; i++) {
		struct journal_row row = scratch_row(i + 5000, "again");

		rc = journal_append(journal, &row);
		if (rc == 0)
			rc = journal_commit(journal);
		assert_int_equal(rc, -ENOSPC);
	}
	assert_int_equal(scratch_head(journal), durable);
	empty_disk(scratch, "ballast");
	scratch_append(journal, 9999, "again");
	assert_int_equal(journal_commit(journal), 0);
	journal_close(journal);
	scratch_verify(scratch, durable + 1);
}

static void journal_is_not_half_made_on_a_full_disk(void **state)
{
	struct scratch *scratch = *state;
	struct journal_problem problem;
	struct journal *journal;

	need_mount();
	fill_disk(scratch, "ballast");
	assert_int_equal(journal_open(scratch->state, NOW_MS, &journal,
				      &problem),
			 -ENOSPC);
	assert_null(journal);
	assert_non_null(strstr(problem.text, "free some space"));
	assert_int_not_equal(access(scratch->file, F_OK), 0);
	empty_disk(scratch, "ballast");
	journal_close(scratch_open(scratch));
	scratch_verify(scratch, 1);
}

static void read_only_file_system_is_named(void **state)
{
	struct scratch *scratch = *state;
	struct journal_problem problem;
	struct journal *journal;

	need_mount();
	scratch_fill(scratch, 3);
	remount(scratch, MS_RDONLY);
	assert_int_equal(journal_open(scratch->state, NOW_MS, &journal,
				      &problem),
			 -EROFS);
	assert_non_null(strstr(problem.text, scratch->state));
	assert_non_null(strstr(problem.text, "Read-only file system"));
	remount(scratch, 0);
}

static void reader_reads_a_read_only_file_system(void **state)
{
	struct scratch *scratch = *state;

	need_mount();
	scratch_fill(scratch, 3);
	remount(scratch, MS_RDONLY);
	scratch_verify(scratch, 3);
	remount(scratch, 0);
}

/* An image of a card that lost power: the WAL is there, its index is not. */
static void reader_does_not_pass_over_a_wal_that_it_cannot_read(void **state)
{
	struct scratch *scratch = *state;
	struct journal_problem problem;
	char wal[256], shm[256], copy[256], *bytes;
	struct journal *journal, *reader;
	size_t n;

	need_mount();
	snprintf(wal, sizeof(wal), "%s-wal", scratch->file);
	snprintf(shm, sizeof(shm), "%s-shm", scratch->file);
	snprintf(copy, sizeof(copy), "%s/copy", scratch->dir);
	journal = scratch_open(scratch);
	scratch_append(journal, 1, NULL);
	assert_int_equal(journal_commit(journal), 0);
	n = scratch_load(wal, scratch->text, sizeof(scratch->text));
	assert_true(n > 0);
	journal_close(journal);
	bytes = scratch->text;
	scratch_save(wal, bytes, n);
	(void)unlink(shm);
	remount(scratch, MS_RDONLY);
	assert_int_not_equal(journal_open_reader(scratch->file, &reader,
						 &problem),
			     0);
	assert_non_null(strstr(problem.text, "-wal"));
	remount(scratch, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		full_disk_refuses_turns_until_there_is_room, disk_setup,
		disk_teardown),
	    cmocka_unit_test_setup_teardown(
		journal_is_not_half_made_on_a_full_disk, disk_setup,
		disk_teardown),
	    cmocka_unit_test_setup_teardown(read_only_file_system_is_named,
					    disk_setup, disk_teardown),
	    cmocka_unit_test_setup_teardown(
		reader_reads_a_read_only_file_system, disk_setup,
		disk_teardown),
	    cmocka_unit_test_setup_teardown(
		reader_does_not_pass_over_a_wal_that_it_cannot_read, disk_setup,
		disk_teardown),
	};

	return cmocka_run_group_tests(tests, enter_namespace, NULL);
}
