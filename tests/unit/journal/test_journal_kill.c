/* SPDX-License-Identifier: MIT */
/* A kioskd that is killed at any moment has lost nothing it acknowledged. */
#include "scratch.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define KILLS 30

struct told {
	int64_t seq;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
};

static void child(struct scratch *scratch, int to)
{
	struct journal_problem problem;
	struct journal *journal;
	int64_t number = 1;

	if (journal_open(scratch->state, NOW_MS, &journal, &problem) != 0)
		_exit(1);
	for (;;) {
		struct told told[3];
		size_t n = 1 + (size_t)number % 3;

		for (size_t i = 0; i < n; i++) {
			struct journal_row row = scratch_row(number++, NULL);

			if (journal_append(journal, &row) != 0)
				_exit(2);
			told[i].seq = row.seq;
			memcpy(told[i].chain, row.chain, sizeof(row.chain));
		}
		if (journal_commit(journal) != 0)
			_exit(3);
		if (write(to, told, n * sizeof(told[0])) < 0)
			_exit(4);
	}
}

static int take_told(void *arg, const struct journal_row *row)
{
	const struct told *told = arg;

	assert_int_equal(row->seq, told->seq);
	assert_memory_equal(row->chain, told->chain, JOURNAL_CHAIN_SIZE);
	return 0;
}

static void read_all(int from, struct told *last, int64_t *n)
{
	struct told told;

	while (read(from, &told, sizeof(told)) == (ssize_t)sizeof(told)) {
		*last = told;
		++*n;
	}
}

static void kill_loses_nothing_acknowledged(void **state)
{
	struct scratch *scratch = *state;
	unsigned seed = (unsigned)time(NULL);
	struct told last = {0};
	int64_t told = 0;

	if (getenv("SEED"))
		seed = (unsigned)strtoul(getenv("SEED"), NULL, 10);
	print_message("SEED=%u\n", seed);
	for (int i = 0; i < KILLS; i++) {
		struct timespec nap = {.tv_nsec =
					   rand_r(&seed) % 40 * 1000 * 1000L +
					   rand_r(&seed) % 1000 * 1000L};
		struct pollfd writing = {.events = POLLIN};
		struct journal *journal;
		int pipe_fds[2], status;
		pid_t pid;

		assert_int_equal(pipe(pipe_fds), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			close(pipe_fds[0]);
			child(scratch, pipe_fds[1]);
		}
		close(pipe_fds[1]);
		writing.fd = pipe_fds[0];
		/* Half of the kills meet the opening, half the writing. */
		if (i % 2)
			(void)poll(&writing, 1, 10000);
		nanosleep(&nap, NULL);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		read_all(pipe_fds[0], &last, &told);
		close(pipe_fds[0]);
		if (last.seq == 0)
			continue;
		/* Through a reader first: the WAL as the kill left it. */
		journal = scratch_read(scratch);
		assert_true(scratch_head(journal) >= last.seq);
		assert_int_equal(journal_each(journal, last.seq - 1, 1,
					      take_told, &last),
				 0);
		journal_close(journal);
		journal = scratch_open(scratch);
		assert_true(scratch_head(journal) >= last.seq);
		journal_close(journal);
	}
	scratch_verify(scratch, -1);
	assert_true(told > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    SCRATCH_TEST(kill_loses_nothing_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
