/* SPDX-License-Identifier: MIT */
/* How long a press takes to be durable, against what the disk and SQLite take
 * at the least. */
#include <stdio.h>

#include "bench.h"
#include "client.h"
#include "floor.h"
#include "inside.h"
#include "office.h"
#include "stats.h"
#include "table.h"

#define BLOCK 25

static void add(const char *what, struct samples *measured,
		struct samples *floor, double share, double aim)
{
	table_add(&(struct figure){
	    .what = what,
	    .unit = "us",
	    .measured = samples_at(measured, share),
	    .floor = samples_at(floor, share),
	    .kind = aim > 0 ? AIM_RATIO_MOST : AIM_NONE,
	    .aim = aim,
	});
}

static const char *next_key(bool keyed, char key[CLIENT_KEY_SIZE])
{
	if (keyed)
		client_make_key(key);
	return keyed ? key : NULL;
}

static void measure(struct client *client, struct floor *floor,
		    struct inside *inside, size_t count, bool keyed)
{
	struct samples over_http = {0}, bare = {0}, within = {0};
	char key[CLIENT_KEY_SIZE];

	for (size_t done = 0; done < count; done += BLOCK) {
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&over_http,
				    client_issue(client, next_key(keyed, key)));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&bare,
				    floor_insert(floor, next_key(keyed, key)));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&within,
				    inside_issue(inside, next_key(keyed, key)));
	}
	add(keyed ? "issue with a key, over the socket, p50"
		  : "issue to durable, over the socket, p50",
	    &over_http, &bare, 0.50, 1.25);
	add("  p99", &over_http, &bare, 0.99, 1.5);
	add("  without HTTP (kiosk.h in process), p50", &within, &bare, 0.50,
	    0);
	add("  without HTTP, p99", &within, &bare, 0.99, 0);
	samples_free(&over_http);
	samples_free(&bare);
	samples_free(&within);
}

void bench_latency(const struct bench *bench)
{
	size_t count = bench_count(bench, 2000, 300);
	static struct client client;
	struct office office, other;
	struct inside *inside;
	struct floor *floor;
	char file[192];

	office_make(&office, bench, "issue", false);
	office_start(&office, bench);
	client_open(&client, office.socket);
	office_make(&other, bench, "inside", false);
	inside = inside_open(&other);
	snprintf(file, sizeof(file), "%s/floor.db", bench->data);
	floor = floor_open(file);

	measure(&client, floor, inside, count, false);
	measure(&client, floor, inside, count, true);

	floor_close(floor);
	inside_close(inside);
	client_close(&client);
	office_stop(&office);
}
