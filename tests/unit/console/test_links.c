/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "console/links.h"

#define MANY (LINKS_AN_ADDRESS + 2)

/* Ends of connections, and what the kiosk has of them. */
static struct line {
	int client, server;
	struct link *link;
} lines[MANY];

static struct links links;

static struct sockaddr_in from(const char *address)
{
	struct sockaddr_in peer = {.sin_family = AF_INET};

	assert_int_equal(inet_pton(AF_INET, address, &peer.sin_addr), 1);
	return peer;
}

static void open_line(struct line *line, const char *address, int64_t now_ms)
{
	struct sockaddr_in peer = {0};
	int fds[2];

	if (address)
		peer = from(address);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	*line = (struct line){.client = fds[0], .server = fds[1]};
	line->link =
	    links_open(&links, line->server,
		       address ? (struct sockaddr *)&peer : NULL, now_ms);
	assert_non_null(line->link);
}

static bool is_cut(const struct line *line)
{
	char byte;

	return recv(line->client, &byte, 1, MSG_DONTWAIT) == 0;
}

static int tidy(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		if (!lines[i].link)
			continue;
		links_close(&links, lines[i].link);
		close(lines[i].client);
		close(lines[i].server);
		lines[i] = (struct line){0};
	}
	return links.n == 0 && !links.first && !links.oldest ? 0 : -1;
}

static void room_is_made_by_the_longest_idle_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		open_line(&lines[i], NULL, (int64_t)i);
	link_busy(lines[0].link);
	links_make_room(&links);
	assert_false(is_cut(&lines[0]));
	assert_true(is_cut(&lines[1]));
	assert_false(is_cut(&lines[2]));
	link_idle(lines[0].link, 9);
	links_make_room(&links);
	assert_true(is_cut(&lines[2]));
	links_make_room(&links);
	assert_true(is_cut(&lines[0]));
	links_make_room(&links); /* there is none left */
}

static void who_takes_too_long_is_hung_up_on(void **state)
{
	(void)state;
	open_line(&lines[0], NULL, 0);
	open_line(&lines[1], NULL, 0);
	open_line(&lines[2], NULL, 1);
	link_busy(lines[1].link);
	links_cut_late(&links, LINKS_LATE_MS - 1);
	assert_false(is_cut(&lines[0]));
	links_cut_late(&links, LINKS_LATE_MS);
	assert_true(is_cut(&lines[0]));
	/* It waits for us. */
	assert_false(is_cut(&lines[1]));
	assert_false(is_cut(&lines[2]));
	/* Its next request has the whole time again. */
	link_idle(lines[2].link, LINKS_LATE_MS);
	links_cut_late(&links, 2 * LINKS_LATE_MS - 1);
	assert_false(is_cut(&lines[2]));
}

static void one_address_has_a_share_and_no_more(void **state)
{
	(void)state;
	open_line(&lines[0], "192.0.2.2", 0);
	for (size_t i = 1; i <= LINKS_AN_ADDRESS; i++)
		open_line(&lines[i], "192.0.2.1", (int64_t)i);
	for (size_t i = 0; i <= LINKS_AN_ADDRESS; i++)
		assert_false(is_cut(&lines[i]));
	open_line(&lines[MANY - 1], "192.0.2.1", MANY);
	assert_false(is_cut(&lines[0]));
	assert_true(is_cut(&lines[1]));
	assert_false(is_cut(&lines[2]));
	assert_false(is_cut(&lines[MANY - 1]));
}

static void the_new_one_goes_where_the_others_are_at_work(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINKS_AN_ADDRESS; i++) {
		open_line(&lines[i], "192.0.2.1", 0);
		link_busy(lines[i].link);
	}
	open_line(&lines[MANY - 1], "192.0.2.1", 1);
	assert_true(is_cut(&lines[MANY - 1]));
	assert_false(is_cut(&lines[0]));
}

static void this_machine_may_have_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		open_line(&lines[i], i % 2 ? "127.0.0.1" : NULL, 0);
	for (size_t i = 0; i < MANY; i++)
		assert_false(is_cut(&lines[i]));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tidy)
	const struct CMUnitTest tests[] = {
	    TEST(room_is_made_by_the_longest_idle_one),
	    TEST(who_takes_too_long_is_hung_up_on),
	    TEST(one_address_has_a_share_and_no_more),
	    TEST(the_new_one_goes_where_the_others_are_at_work),
	    TEST(this_machine_may_have_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
