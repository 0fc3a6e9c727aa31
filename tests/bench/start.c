/* SPDX-License-Identifier: MIT */
/* From the fork to READY. The floor is the same program with nothing to do. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "office.h"
#include "old_journal.h"
#include "stats.h"
#include "table.h"

#define TODAY_TICKETS 2500 /* four events each */

/* As after a boot: none of the journal is in memory. */
static void forget(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
		die("%s: %s", file, strerror(errno));
	close(fd);
}

static void start_and_stop(const struct bench *bench, struct office *office,
			   struct samples *samples)
{
	samples_add(samples, office_start(office, bench));
	office_stop(office);
}

void bench_start(const struct bench *bench)
{
	size_t count = bench_count(bench, 20, 5);
	struct samples warm = {0}, cold = {0}, empty = {0}, floor = {0};
	struct office full_office, empty_office;
	double bare;

	office_make(&full_office, bench, "full", false);
	old_journal_give(bench, &full_office);
	old_journal_add_today(&full_office, TODAY_TICKETS);
	office_make(&empty_office, bench, "new", false);
	for (size_t i = 0; i < count; i++) {
		samples_add(&floor, program_version(bench, "kioskd", NULL));
		start_and_stop(bench, &full_office, &warm);
		forget(full_office.journal);
		start_and_stop(bench, &full_office, &cold);
		start_and_stop(bench, &empty_office, &empty);
	}
	bare = samples_at(&floor, 0.5);
	table_add(&(struct figure){
	    .what = "start to READY, empty journal, median",
	    .unit = "ms",
	    .measured = samples_at(&empty, 0.5),
	    .floor = bare,
	});
	table_add(&(struct figure){
	    .what = "start to READY, 10000 today and old rows, median",
	    .unit = "ms",
	    .measured = samples_at(&warm, 0.5),
	    .floor = bare,
	    .kind = AIM_MOST,
	    .aim = 200,
	});
	table_add(&(struct figure){
	    .what = "  the slowest",
	    .unit = "ms",
	    .measured = samples_at(&warm, 1),
	});
	table_add(&(struct figure){
	    .what = "  journal not in the page cache, median",
	    .unit = "ms",
	    .measured = samples_at(&cold, 0.5),
	    .floor = bare,
	    .kind = AIM_MOST,
	    .aim = 200,
	});
	samples_free(&warm);
	samples_free(&cold);
	samples_free(&empty);
	samples_free(&floor);
	remove_tree(full_office.dir);
}
