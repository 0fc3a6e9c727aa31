/* SPDX-License-Identifier: MIT */
#include "console/people.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>

#include "base/log.h"
#include "base/turn.h"

/* An editor writes in several steps. */
#define SETTLE_US 500000u

struct people {
	char *path;
	struct config *config;
	struct console *console;
	sd_event_source *watch, *settle;
};

void people_reload(struct people *people)
{
	struct config *fresh;
	size_t *kept;

	if (config_load(people->path, stderr, NULL, &fresh) < 0) {
		log_warning("%s: users and devices stay as they were",
			    people->path);
		return;
	}
	if (fresh->n_users == 0 && people->config->n_users > 0) {
		log_warning("%s has no users any more, which would let "
			    "everyone at this machine in: that takes a restart",
			    people->path);
	} else if (!config_take_people(people->config, fresh, &kept)) {
		log_error("out of memory: users and devices stay as they were");
	} else {
		/* fresh has those of before now. */
		console_take_people(people->console, kept, fresh->n_users);
		log_info("%s was read anew: %zu users and %zu devices; its "
			 "other settings count at the next start",
			 people->path, people->config->n_users,
			 people->config->n_devices);
		free(kept);
	}
	config_free(fresh);
}

static int on_settled(sd_event_source *source, uint64_t at_us, void *arg)
{
	turn_is("kiosk.conf");
	(void)source;
	(void)at_us;
	people_reload(arg);
	return 0;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int on_change(sd_event_source *source, const struct inotify_event *event,
		     void *arg)
{
	struct people *people = arg;

	(void)source;
	if (event->len == 0 ||
	    strcmp(event->name, file_name(people->path)) != 0)
		return 0;
	(void)sd_event_source_set_time_relative(people->settle, SETTLE_US);
	(void)sd_event_source_set_enabled(people->settle, SD_EVENT_ONESHOT);
	return 0;
}

/* The directory, since editors put another file in the place of the first. */
static int watch(struct people *people, sd_event *event)
{
	char directory[PATH_MAX];
	size_t length = (size_t)(file_name(people->path) - people->path);
	int rc;

	if (length >= sizeof(directory))
		return -ENAMETOOLONG;
	memcpy(directory, people->path, length);
	directory[length] = '\0';
	rc = sd_event_add_time(event, &people->settle, CLOCK_MONOTONIC, 0, 0,
			       on_settled, people);
	if (rc >= 0)
		rc = sd_event_source_set_enabled(people->settle, SD_EVENT_OFF);
	if (rc >= 0)
		rc = sd_event_add_inotify(event, &people->watch,
					  length ? directory : ".",
					  IN_CLOSE_WRITE | IN_MOVED_TO,
					  on_change, people);
	return rc < 0 ? rc : 0;
}

int people_new(sd_event *event, const char *path, struct config *config,
	       struct console *console, struct people **out)
{
	struct people *people = calloc(1, sizeof(*people));
	int rc = -ENOMEM;

	*out = NULL;
	if (!people)
		return rc;
	people->config = config;
	people->console = console;
	people->path = strdup(path);
	if (people->path)
		rc = watch(people, event);
	if (rc < 0) {
		people_free(people);
		return rc;
	}
	*out = people;
	return 0;
}

void people_free(struct people *people)
{
	if (!people)
		return;
	sd_event_source_disable_unref(people->watch);
	sd_event_source_disable_unref(people->settle);
	free(people->path);
	free(people);
}
