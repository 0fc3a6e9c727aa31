/* SPDX-License-Identifier: MIT */
#include "printer/device_watch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

struct device_watch {
	sd_event *event;
	sd_event_source *source;
	char *path, *folder;
	device_watch_fn *fn;
	void *arg;
};

/* What the deepest folder on the way that there is is called: "/" at least. */
static size_t folder_length(const char *path)
{
	size_t best = 1;

	for (size_t i = 1; path[i]; i++) {
		char folder[4096];
		struct stat st;

		if (path[i] != '/' || i >= sizeof(folder))
			continue;
		memcpy(folder, path, i);
		folder[i] = '\0';
		if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
			break;
		best = i;
	}
	return best;
}

/* Whether name is the next part of the path below the folder. */
static bool on_the_way(const struct device_watch *watch, const char *name)
{
	const char *rest = watch->path + strlen(watch->folder);
	size_t length;

	while (*rest == '/')
		rest++;
	length = strcspn(rest, "/");
	return strlen(name) == length && strncmp(name, rest, length) == 0;
}

static int on_change(sd_event_source *source,
		     const struct inotify_event *change, void *arg);

/* Watches the deepest folder that there is, where it is not so already. */
static int follow(struct device_watch *watch)
{
	size_t length = folder_length(watch->path);

	if (watch->source && strlen(watch->folder) == length)
		return 0;
	char *folder = strndup(watch->path, length);
	if (!folder)
		return -ENOMEM;
	free(watch->folder);
	watch->folder = folder;
	watch->source = sd_event_source_disable_unref(watch->source);
	int status = sd_event_add_inotify(watch->event, &watch->source, folder,
					  IN_CREATE | IN_ATTRIB | IN_MOVED_TO |
					      IN_DELETE_SELF | IN_MOVE_SELF,
					  on_change, watch);
	return status < 0 ? status : 0;
}

static int on_change(sd_event_source *source,
		     const struct inotify_event *change, void *arg)
{
	struct device_watch *watch = arg;
	bool ours = change->len > 0 && on_the_way(watch, change->name);
	bool gone = (change->mask & (IN_DELETE_SELF | IN_MOVE_SELF |
				     IN_IGNORED | IN_Q_OVERFLOW)) != 0;

	(void)source;
	if (gone) {
		/* A folder of the same name may have taken its place. */
		watch->source = sd_event_source_disable_unref(watch->source);
	}
	if (!ours && !gone)
		return 0;
	/* Where it fails, the back-off finds the printer all the same. */
	(void)follow(watch);
	watch->fn(watch->arg);
	return 0;
}

int device_watch_new(sd_event *event, const char *path, device_watch_fn *fn,
		     void *arg, struct device_watch **out)
{
	struct device_watch *watch = calloc(1, sizeof(*watch));

	*out = NULL;
	if (!watch)
		return -ENOMEM;
	watch->event = sd_event_ref(event);
	watch->fn = fn;
	watch->arg = arg;
	watch->path = strdup(path);
	int status = watch->path ? follow(watch) : -ENOMEM;
	if (status != 0) {
		device_watch_free(watch);
		return status;
	}
	*out = watch;
	return 0;
}

void device_watch_free(struct device_watch *watch)
{
	if (!watch)
		return;
	sd_event_source_disable_unref(watch->source);
	sd_event_unref(watch->event);
	free(watch->path);
	free(watch->folder);
	free(watch);
}
