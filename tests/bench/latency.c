/* SPDX-License-Identifier: MIT */
/* How long a press takes to be durable, against what the disk and SQLite take
 * at the least. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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

/*
 * The floor behind a bare socket: what any daemon pays that does nothing else,
 * for the waking of two processes is the kernel's and the processor's.
 */
struct next_door {
	pid_t pid;
	int fd;
};

static _Noreturn void serve_next_door(int fd, const char *file)
{
	struct floor *floor;
	char key[CLIENT_KEY_SIZE];
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	floor = floor_open(file);
	while ((n = recv(fd, key, sizeof(key), 0)) > 0) {
		(void)floor_insert(floor, n == sizeof(key) ? key : NULL);
		if (send(fd, "durable", 7, MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

static void next_door_open(struct next_door *door, const char *file)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0 ||
	    (door->pid = fork()) < 0)
		die("the floor next door: %s", strerror(errno));
	if (door->pid == 0)
		serve_next_door(pair[1], file);
	close(pair[1]);
	door->fd = pair[0];
}

static double next_door_insert(struct next_door *door, const char *key)
{
	double begin = now_us();
	char answer[8];

	if (send(door->fd, key ? key : "?", key ? CLIENT_KEY_SIZE : 1,
		 MSG_NOSIGNAL) < 0 ||
	    recv(door->fd, answer, sizeof(answer), 0) <= 0)
		die("the floor next door: %s", strerror(errno));
	return now_us() - begin;
}

static void next_door_close(struct next_door *door)
{
	kill(door->pid, SIGKILL);
	waitpid(door->pid, NULL, 0);
	close(door->fd);
}

struct rivals {
	struct client client;
	struct floor *floor;
	struct inside *inside;
	struct next_door door;
};

static void measure(struct rivals *rivals, size_t count, bool keyed)
{
	struct samples over_http = {0}, bare = {0}, within = {0};
	struct samples health = {0}, behind = {0};
	char key[CLIENT_KEY_SIZE];

	for (size_t done = 0; done < count; done += BLOCK) {
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&over_http,
				    client_issue(&rivals->client,
						 next_key(keyed, key)));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&bare, floor_insert(rivals->floor,
							next_key(keyed, key)));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&within,
				    inside_issue(rivals->inside,
						 next_key(keyed, key)));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&behind,
				    next_door_insert(&rivals->door,
						     next_key(keyed, key)));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&health, client_health(&rivals->client));
	}
	add(keyed ? "issue with a key, over the socket, p50"
		  : "issue to durable, over the socket, p50",
	    &over_http, &bare, 0.50, 1.25);
	add("  p99", &over_http, &bare, 0.99, 1.5);
	add("  without HTTP (kiosk.h in process), p50", &within, &bare, 0.50,
	    0);
	add("  without HTTP, p99", &within, &bare, 0.99, 0);
	add("  HTTP without the journal (GET /healthz), p50", &health, &bare,
	    0.50, 0);
	add("  the floor behind a bare socket, p50", &behind, &bare, 0.50, 0);
	add("  the floor behind a bare socket, p99", &behind, &bare, 0.99, 0);
	samples_free(&behind);
	samples_free(&health);
	samples_free(&over_http);
	samples_free(&bare);
	samples_free(&within);
}

void bench_latency(const struct bench *bench)
{
	size_t count = bench_count(bench, 2000, 300);
	static struct rivals rivals;
	struct office office, other;
	char file[192];

	office_make(&office, bench, "issue", false);
	office_start(&office, bench);
	client_open(&rivals.client, office.socket);
	office_make(&other, bench, "inside", false);
	rivals.inside = inside_open(&other);
	snprintf(file, sizeof(file), "%s/door.db", bench->data);
	next_door_open(&rivals.door, file);
	snprintf(file, sizeof(file), "%s/floor.db", bench->data);
	rivals.floor = floor_open(file);

	for (size_t i = 0; i < bench_warm_up(bench); i++) {
		(void)client_issue(&rivals.client, NULL);
		(void)floor_insert(rivals.floor, NULL);
		(void)inside_issue(rivals.inside, NULL);
		(void)next_door_insert(&rivals.door, NULL);
	}
	measure(&rivals, count, false);
	measure(&rivals, count, true);

	floor_close(rivals.floor);
	inside_close(rivals.inside);
	next_door_close(&rivals.door);
	client_close(&rivals.client);
	office_stop(&office);
}
