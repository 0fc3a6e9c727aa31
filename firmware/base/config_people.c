/* SPDX-License-Identifier: MIT */
/* Users and devices of a file that was read anew. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

/* Counters are known by their ids: the other file may have them in another
 * order, or others. */
static void move_counters(struct config_user *user, const struct config *from,
			  const struct config *to)
{
	size_t n = 0;

	for (size_t i = 0; i < user->n_counters; i++) {
		int id = from->counters[user->counters[i]].id;

		for (size_t k = 0; k < to->n_counters; k++) {
			if (to->counters[k].id == id)
				user->counters[n++] = k;
		}
	}
	user->n_counters = n;
}

static bool same_user(const struct config_user *a, const struct config_user *b)
{
	if (strcmp(a->name, b->name) != 0 || strcmp(a->pin, b->pin) != 0 ||
	    a->role != b->role || a->n_counters != b->n_counters)
		return false;
	return a->n_counters == 0 ||
	       memcmp(a->counters, b->counters,
		      a->n_counters * sizeof(a->counters[0])) == 0;
}

static size_t find_same(const struct config *config,
			const struct config_user *user)
{
	for (size_t i = 0; i < config->n_users; i++) {
		if (same_user(&config->users[i], user))
			return i;
	}
	return CONFIG_NOBODY;
}

bool config_take_people(struct config *into, struct config *from, size_t **kept)
{
	struct config_device *devices = into->devices;
	struct config_user *users = into->users;
	size_t n_users = into->n_users, n_devices = into->n_devices;
	size_t *map = calloc(n_users ? n_users : 1, sizeof(*map));

	*kept = map;
	if (!map)
		return false;
	for (size_t i = 0; i < from->n_users; i++)
		move_counters(&from->users[i], from, into);
	for (size_t i = 0; i < n_users; i++)
		map[i] = find_same(from, &users[i]);
	into->users = from->users;
	into->n_users = from->n_users;
	into->devices = from->devices;
	into->n_devices = from->n_devices;
	from->users = users;
	from->n_users = n_users;
	from->devices = devices;
	from->n_devices = n_devices;
	return true;
}
