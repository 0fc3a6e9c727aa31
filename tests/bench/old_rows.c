/* SPDX-License-Identifier: MIT */
/* Whether a kiosk slows down with the years: the same commands to a kioskd
 * with a long journal and to one with an empty journal. */
#include <stdio.h>

#include "bench.h"
#include "client.h"
#include "office.h"
#include "old_journal.h"
#include "stats.h"
#include "table.h"

#define BLOCK 25

static void block(struct client *client, bool keyed, struct samples *samples)
{
	char key[CLIENT_KEY_SIZE];

	for (size_t i = 0; i < BLOCK; i++) {
		if (keyed)
			client_make_key(key);
		samples_add(samples, client_issue(client, keyed ? key : NULL));
	}
}

static void measure(const struct bench *bench, struct client *old,
		    struct client *empty, bool keyed)
{
	size_t blocks = bench_count(bench, 4000, 300) / BLOCK;
	struct samples with_old = {0}, without = {0};
	char what[80];

	for (size_t i = 0; i < blocks; i++) {
		/* Neither is always the first behind the other's writes. */
		block(i % 2 ? old : empty, keyed, i % 2 ? &with_old : &without);
		block(i % 2 ? empty : old, keyed, i % 2 ? &without : &with_old);
	}
	snprintf(what, sizeof(what), "issue%s with %zu old rows, p50",
		 keyed ? " with a key," : "", old_journal_rows(bench));
	table_add(&(struct figure){
	    .what = what,
	    .unit = "us",
	    .measured = samples_at(&with_old, 0.5),
	    .floor = samples_at(&without, 0.5),
	    .kind = AIM_RATIO_MOST,
	    .aim = 1.1,
	});
	table_add(&(struct figure){
	    .what = "  p99",
	    .unit = "us",
	    .measured = samples_at(&with_old, 0.99),
	    .floor = samples_at(&without, 0.99),
	});
	samples_free(&with_old);
	samples_free(&without);
}

void bench_old_rows(const struct bench *bench)
{
	static struct client old, empty;
	struct office old_office, empty_office;

	office_make(&old_office, bench, "years", false);
	old_journal_give(bench, &old_office);
	office_make(&empty_office, bench, "empty", false);
	office_start(&old_office, bench);
	office_start(&empty_office, bench);
	client_open(&old, old_office.socket);
	client_open(&empty, empty_office.socket);

	for (size_t i = 0; i < bench_warm_up(bench); i++) {
		(void)client_issue(&old, NULL);
		(void)client_issue(&empty, NULL);
	}
	measure(bench, &old, &empty, false);
	measure(bench, &old, &empty, true);

	client_close(&old);
	client_close(&empty);
	office_stop(&old_office);
	office_stop(&empty_office);
	remove_tree(old_office.dir);
}
