/* SPDX-License-Identifier: MIT */
#include "panel/hotplug.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define MOMENT_US (HOTPLUG_SETTLE_MS * 1000ULL)
#define OF_DIR                                                             \
	(IN_CREATE | IN_ATTRIB | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | \
	 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
/* Of a directory above one that is not there. */
#define OF_PARENT \
	(IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct watch {
	struct hotplug *hotplug;
	char *dir, *prefix;
	char *watched; /* dir, or the nearest above it that is there */
	sd_event_source *source;
};

struct hotplug {
	sd_event *event;
	hotplug_fn *fn;
	void *arg;
	struct watch **watches;
	size_t n;
	sd_event_source *timer;
	bool due;
};

static void arm(struct hotplug *hotplug)
{
	uint64_t now_us;

	/* Not put off again: a directory that never rests must not starve it.
	 */
	if (hotplug->due ||
	    sd_event_now(hotplug->event, CLOCK_MONOTONIC, &now_us) < 0)
		return;
	hotplug->due = true;
	sd_event_source_set_time(hotplug->timer, now_us + MOMENT_US);
	sd_event_source_set_enabled(hotplug->timer, SD_EVENT_ONESHOT);
}

static int on_change(sd_event_source *source, const struct inotify_event *event,
		     void *userdata)
{
	struct watch *watch = userdata;
	bool is_dir = watch->watched && strcmp(watch->watched, watch->dir) == 0;

	(void)source;
	if (is_dir && event->len > 0 &&
	    strncmp(event->name, watch->prefix, strlen(watch->prefix)) != 0)
		return 0;
	if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) {
		watch->source = sd_event_source_disable_unref(watch->source);
		free(watch->watched);
		watch->watched = NULL;
	}
	arm(watch->hotplug);
	return 0;
}

/* path, or the nearest directory above it that is there. */
static char *nearest(const char *path)
{
	char *at = strdup(path);
	struct stat status;

	while (at && stat(at, &status) != 0) {
		char *slash = strrchr(at, '/');

		if (!slash)
			break;
		slash[slash == at] = '\0'; /* "/dev/x" -> "/dev", "/x" -> "/" */
		if (slash == at)
			break;
	}
	return at;
}

static int follow(struct watch *watch)
{
	/* A directory that came while we set the watch above it was missed: so
	 * until nothing nearer is found. */
	for (int tries = 0; tries < 8; tries++) {
		char *at = nearest(watch->dir);
		int rc;

		if (!at)
			return -ENOMEM;
		if (watch->watched && strcmp(at, watch->watched) == 0) {
			free(at);
			return 0;
		}
		watch->source = sd_event_source_disable_unref(watch->source);
		free(watch->watched);
		watch->watched = at;
		rc = sd_event_add_inotify(watch->hotplug->event, &watch->source,
					  at,
					  strcmp(at, watch->dir) == 0
					      ? OF_DIR
					      : OF_PARENT,
					  on_change, watch);
		if (rc < 0) {
			free(watch->watched);
			watch->watched = NULL;
			if (rc != -ENOENT && rc != -ENOTDIR)
				return rc;
		}
	}
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct hotplug *hotplug = userdata;

	(void)source;
	(void)usec;
	hotplug->due = false;
	for (size_t i = 0; i < hotplug->n; i++)
		(void)follow(hotplug->watches[i]); /* tried again next time */
	hotplug->fn(hotplug->arg);
	return 0;
}

int hotplug_new(sd_event *event, hotplug_fn *fn, void *arg,
		struct hotplug **out)
{
	struct hotplug *hotplug = calloc(1, sizeof(*hotplug));
	int rc;

	*out = NULL;
	if (!hotplug)
		return -ENOMEM;
	*hotplug = (struct hotplug){.event = sd_event_ref(event),
				    .fn = fn,
				    .arg = arg};
	rc = sd_event_add_time(event, &hotplug->timer, CLOCK_MONOTONIC,
			       UINT64_MAX, 10000, on_timer, hotplug);
	if (rc >= 0)
		rc = sd_event_source_set_enabled(hotplug->timer, SD_EVENT_OFF);
	if (rc < 0) {
		hotplug_free(hotplug);
		return rc;
	}
	*out = hotplug;
	return 0;
}

static void free_watch(struct watch *watch)
{
	if (!watch)
		return;
	sd_event_source_disable_unref(watch->source);
	free(watch->watched);
	free(watch->dir);
	free(watch->prefix);
	free(watch);
}

void hotplug_free(struct hotplug *hotplug)
{
	if (!hotplug)
		return;
	for (size_t i = 0; i < hotplug->n; i++)
		free_watch(hotplug->watches[i]);
	free(hotplug->watches);
	sd_event_source_disable_unref(hotplug->timer);
	sd_event_unref(hotplug->event);
	free(hotplug);
}

int hotplug_watch(struct hotplug *hotplug, const char *dir, const char *prefix)
{
	struct watch **grown;
	struct watch *watch;
	int rc;

	for (size_t i = 0; i < hotplug->n; i++) {
		watch = hotplug->watches[i];
		if (strcmp(watch->dir, dir) == 0 &&
		    strcmp(watch->prefix, prefix) == 0)
			return 0;
	}
	grown = reallocarray(hotplug->watches, hotplug->n + 1,
			     sizeof(struct watch *));
	if (!grown)
		return -ENOMEM;
	hotplug->watches = grown;
	watch = calloc(1, sizeof(*watch));
	if (!watch)
		return -ENOMEM;
	*watch = (struct watch){.hotplug = hotplug,
				.dir = strdup(dir),
				.prefix = strdup(prefix)};
	rc = watch->dir && watch->prefix ? follow(watch) : -ENOMEM;
	if (rc != 0) {
		free_watch(watch);
		return rc;
	}
	hotplug->watches[hotplug->n++] = watch;
	return 0;
}
