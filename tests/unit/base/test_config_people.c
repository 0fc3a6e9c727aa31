/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/config.h"

/* A configuration with counters of those ids and nobody yet. */
static struct config *make(int first, int second)
{
	struct config *config = calloc(1, sizeof(*config));

	assert_non_null(config);
	config->counters = calloc(2, sizeof(*config->counters));
	config->users = calloc(4, sizeof(*config->users));
	config->devices = calloc(1, sizeof(*config->devices));
	assert_true(config->counters && config->users && config->devices);
	config->counters[0].id = first;
	config->counters[1].id = second;
	config->n_counters = 2;
	return config;
}

static void add(struct config *config, const char *name, const char *pin,
		enum config_role role, size_t counter)
{
	struct config_user *user = &config->users[config->n_users++];

	user->name = strdup(name);
	user->pin = strdup(pin);
	user->role = role;
	user->counters[0] = counter;
	user->n_counters = 1;
}

static void who_is_as_before_is_kept_and_nobody_else(void **state)
{
	struct config *running = make(1, 2), *fresh = make(1, 2);
	size_t *kept;

	(void)state;
	add(running, "same", "p", CONFIG_ROLE_STAFF, 0);
	add(running, "gone", "p", CONFIG_ROLE_STAFF, 0);
	add(running, "pin", "p", CONFIG_ROLE_STAFF, 0);
	add(running, "role", "p", CONFIG_ROLE_STAFF, 0);
	add(fresh, "role", "p", CONFIG_ROLE_ADMIN, 0);
	add(fresh, "pin", "q", CONFIG_ROLE_STAFF, 0);
	add(fresh, "same", "p", CONFIG_ROLE_STAFF, 0);
	assert_true(config_take_people(running, fresh, &kept));
	assert_int_equal(running->n_users, 3);
	assert_string_equal(running->users[kept[0]].name, "same");
	for (size_t i = 1; i < 4; i++)
		assert_true(kept[i] == CONFIG_NOBODY);
	assert_int_equal(fresh->n_users, 4);
	free(kept);
	config_free(running);
	config_free(fresh);
}

static void counters_are_known_by_their_ids(void **state)
{
	struct config *running = make(1, 2), *fresh = make(9, 1);
	size_t *kept;

	(void)state;
	add(running, "one", "p", CONFIG_ROLE_STAFF, 0);
	add(fresh, "one", "p", CONFIG_ROLE_STAFF, 1);
	/* At a counter that is not there before the next start. */
	add(fresh, "nine", "p", CONFIG_ROLE_STAFF, 0);
	assert_true(config_take_people(running, fresh, &kept));
	assert_int_equal(kept[0], 0);
	assert_int_equal(running->users[0].n_counters, 1);
	assert_int_equal(running->users[0].counters[0], 0);
	assert_int_equal(running->users[1].n_counters, 0);
	free(kept);
	config_free(running);
	config_free(fresh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_is_as_before_is_kept_and_nobody_else),
	    cmocka_unit_test(counters_are_known_by_their_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
