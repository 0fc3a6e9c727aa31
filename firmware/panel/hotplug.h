/* SPDX-License-Identifier: MIT */
/*
 * Device files that come and go, by inotify in the event loop: a call some
 * moments after a watched directory changed. A directory that is not there yet
 * (/dev/input/by-path without a keyboard) is waited for. What changed, the
 * caller finds out by looking. Owns its watches and one timer, which runs only
 * after a change.
 */
#ifndef KIOSK_HOTPLUG_H
#define KIOSK_HOTPLUG_H

#include <systemd/sd-event.h>

/* From a change to the call: udev makes nodes, rights and links one by one. */
#define HOTPLUG_SETTLE_MS 100

struct hotplug;
typedef void hotplug_fn(void *arg);

/* -ENOMEM and the like. event is kept; fn comes from the loop alone. */
int hotplug_new(sd_event *event, hotplug_fn *fn, void *arg,
		struct hotplug **out) __attribute__((warn_unused_result));
void hotplug_free(struct hotplug *hotplug);

/*
 * Watches dir (copied, as is prefix) for names that begin with prefix ("": all
 * of them). The same twice is one. -ENOMEM, -ENOSPC (inotify's limit), ….
 */
int hotplug_watch(struct hotplug *hotplug, const char *dir, const char *prefix)
    __attribute__((warn_unused_result));

#endif
