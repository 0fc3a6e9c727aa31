/* SPDX-License-Identifier: MIT */
/* Every right x every visitor, and the answer each must get. What the routes
 * ask for, tests/e2e/test_access.py looks at from outside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "console/access.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

static struct config_user users[] = {
    {.name = "lan",
     .role = CONFIG_ROLE_STAFF,
     .counters = {0},
     .n_counters = 1},
    {.name = "hoa", .role = CONFIG_ROLE_SUPERVISOR},
    {.name = "an", .role = CONFIG_ROLE_ADMIN},
};
static struct config_device devices[] = {
    {.name = "board", .may_read = true},
    {.name = "panel", .may_issue = true},
    {.name = "nothing"},
};
static struct config_counter counters[] = {
    {.id = 1, .services = {0, 2}, .n_services = 2},
    {.id = 2, .services = {1}, .n_services = 1},
};

static const struct config locked = {.users = users,
				     .n_users = N_ELEMENTS(users),
				     .devices = devices,
				     .n_devices = N_ELEMENTS(devices),
				     .counters = counters,
				     .n_counters = N_ELEMENTS(counters)};
static const struct config only_users = {.users = users, .n_users = 3};
static const struct config only_devices = {.devices = devices, .n_devices = 3};
static const struct config open_house = {0};

/* In the order of enum access_right: anyone, look, issue, staff, counter, rate,
 * ticket, office. G granted, S sign in, T token, D denied. */
static const struct {
	const char *name;
	const struct config *config;
	struct visitor visitor;
	const char *wanted;
} rows[] = {
    {"the socket", &locked, {.socket = true}, "GGGGGGGG"},
    {"nobody, here", &locked, {.here = true}, "GGTSSSSS"},
    {"nobody, elsewhere", &locked, {0}, "GTTSSSSS"},
    {"staff", &locked, {.user = &users[0]}, "GGDGGGGD"},
    {"staff, here", &locked, {.here = true, .user = &users[0]}, "GGDGGGGD"},
    {"a supervisor", &locked, {.user = &users[1]}, "GGDGGGGG"},
    {"an admin", &locked, {.user = &users[2]}, "GGDGGGGG"},
    {"a device that reads", &locked, {.device = &devices[0]}, "GGDDDDDD"},
    {"a device that issues", &locked, {.device = &devices[1]}, "GDGDDGDD"},
    {"that too, here",
     &locked,
     {.here = true, .device = &devices[1]},
     "GGGDDGDD"},
    {"a device that may nothing", &locked, {.device = &devices[2]}, "GDDDDDDD"},
    {"staff at a device",
     &locked,
     {.user = &users[0], .device = &devices[1]},
     "GGGGGGGD"},
    {"no devices, here", &only_users, {.here = true}, "GGTSSSSS"},
    {"no users, here", &only_devices, {.here = true}, "GGTGGGGG"},
    {"no users, elsewhere", &only_devices, {0}, "GTTSSSSS"},
    {"neither, here", &open_house, {.here = true}, "GGGGGGGG"},
    {"neither, elsewhere", &open_house, {0}, "GTTSSSSS"},
};

static void each_visitor_may_what_the_design_says(void **state)
{
	static const char letters[] = {[ACCESS_GRANTED] = 'G',
				       [ACCESS_SIGN_IN] = 'S',
				       [ACCESS_TOKEN] = 'T',
				       [ACCESS_DENIED] = 'D'};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++) {
		for (int right = ACCESS_ANYONE; right <= ACCESS_OFFICE;
		     right++) {
			char got =
			    letters[access_decide(rows[i].config,
						  &rows[i].visitor,
						  (enum access_right)right)];

			if (got != rows[i].wanted[right])
				fail_msg("%s, right %d: %c", rows[i].name,
					 right, got);
		}
	}
}

static void staff_act_at_their_own_counters(void **state)
{
	struct visitor lan = {.user = &users[0]}, hoa = {.user = &users[1]};
	struct visitor tablet = {.user = &users[0], .device = &devices[1]};
	struct visitor socket = {.socket = true, .user = &users[0]};

	(void)state;
	assert_int_equal(access_at_counter(&lan, ACCESS_COUNTER, 0),
			 ACCESS_GRANTED);
	assert_int_equal(access_at_counter(&lan, ACCESS_COUNTER, 1),
			 ACCESS_DENIED);
	assert_int_equal(access_at_counter(&lan, ACCESS_RATE, 1),
			 ACCESS_DENIED);
	assert_int_equal(access_at_counter(&hoa, ACCESS_COUNTER, 1),
			 ACCESS_GRANTED);
	assert_int_equal(access_at_counter(&socket, ACCESS_COUNTER, 1),
			 ACCESS_GRANTED);
	/* A device's token is good for rating anywhere, and for no more. */
	assert_int_equal(access_at_counter(&tablet, ACCESS_RATE, 1),
			 ACCESS_GRANTED);
	assert_int_equal(access_at_counter(&tablet, ACCESS_COUNTER, 1),
			 ACCESS_DENIED);
}

static const struct {
	const char *name;
	int service;
	struct queue_ticket ticket; /* number 0: there is none */
	bool wanted;
} tickets[] = {
    {"of her service", 0, {0, 1, 0, QUEUE_NONE, .counter = QUEUE_NONE}, true},
    {"of another service",
     1,
     {1, 1, 1, QUEUE_NONE, .counter = QUEUE_NONE},
     false},
    {"transferred to her service",
     1,
     {1, 1, 2, QUEUE_NONE, .counter = QUEUE_NONE},
     true},
    {"transferred away",
     0,
     {0, 1, 1, QUEUE_NONE, .counter = QUEUE_NONE},
     false},
    {"transferred away from her", 0, {0, 1, 1, QUEUE_NONE, .counter = 0}, true},
    {"transferred to her", 1, {1, 1, 1, 0, .counter = QUEUE_NONE}, true},
    {"transferred to another counter",
     0,
     {0, 1, 0, 1, .counter = QUEUE_NONE},
     false},
    {"of another service, missed at hers",
     1,
     {1, 1, 1, QUEUE_NONE, .counter = 0},
     true},
    {"none, of her service", 2, {0}, true},
    {"none, of another", 1, {0}, false},
};

static void staff_restore_and_cancel_what_is_theirs(void **state)
{
	struct visitor lan = {.user = &users[0]}, hoa = {.user = &users[1]};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(tickets); i++) {
		const struct queue_ticket *ticket =
		    tickets[i].ticket.number ? &tickets[i].ticket : NULL;

		if ((access_at_ticket(&locked, &lan, tickets[i].service,
				      ticket) == ACCESS_GRANTED) !=
		    tickets[i].wanted)
			fail_msg("%s", tickets[i].name);
		assert_int_equal(access_at_ticket(&locked, &hoa,
						  tickets[i].service, ticket),
				 ACCESS_GRANTED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_visitor_may_what_the_design_says),
	    cmocka_unit_test(staff_act_at_their_own_counters),
	    cmocka_unit_test(staff_restore_and_cancel_what_is_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
