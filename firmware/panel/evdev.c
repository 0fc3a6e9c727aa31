/* SPDX-License-Identifier: MIT */
#include "panel/evdev.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <libevdev/libevdev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/turn.h"
#include "panel/denied.h"
#include "panel/hotplug.h"

#define PROBLEM_SIZE 400
#define PATH_SIZE 256

struct device;

struct node {
	struct device *device;
	struct libevdev *dev; /* NULL: not open */
	dev_t id;
	sd_event_source *source;
};

struct device {
	struct evdev *evdev;
	size_t index;
	struct node nodes[EVDEV_NODES]; /* the first is the one configured */
	const char *fault;
	char told[PROBLEM_SIZE]; /* the problem as it was last logged */
};

struct evdev {
	sd_event *event;
	const char *dir;
	const char *const *paths;
	struct evdev_hooks hooks;
	struct device *devices;
	size_t n;
	struct hotplug *hotplug;
};

/* ---- closing ---- */

static void close_node(struct node *node)
{
	int fd;

	node->source = sd_event_source_disable_unref(node->source);
	if (!node->dev)
		return;
	fd = libevdev_get_fd(node->dev);
	libevdev_free(node->dev);
	node->dev = NULL;
	if (fd >= 0)
		close(fd); /* which ends the grab */
}

static void close_device(struct device *device)
{
	for (size_t i = 0; i < EVDEV_NODES; i++)
		close_node(&device->nodes[i]);
}

/* ---- reading ---- */

static void tell(struct device *device, const struct input_event *event)
{
	struct evdev *evdev = device->evdev;

	evdev->hooks.event(evdev->hooks.arg, device->index, event);
}

/* Events were lost, or come no more: what was being typed is forgotten. */
static void tell_dropped(struct device *device)
{
	static const struct input_event dropped = {.type = EV_SYN,
						   .code = SYN_DROPPED};
	static const struct input_event report = {.type = EV_SYN,
						  .code = SYN_REPORT};

	tell(device, &dropped);
	tell(device, &report);
}

/* The kernel lost events. What libevdev makes up for them, the parsers do not
 * want. */
static int resync(struct node *node)
{
	struct input_event event;
	int rc;

	do
		rc = libevdev_next_event(node->dev, LIBEVDEV_READ_FLAG_SYNC,
					 &event);
	while (rc == LIBEVDEV_READ_STATUS_SYNC);
	tell_dropped(node->device);
	return rc == -EAGAIN ? 0 : rc;
}

static int read_node(struct node *node)
{
	struct input_event event;
	int rc = 0;

	while (rc >= 0) {
		rc = libevdev_next_event(node->dev, LIBEVDEV_READ_FLAG_NORMAL,
					 &event);
		if (rc == LIBEVDEV_READ_STATUS_SYNC)
			rc = resync(node);
		else if (rc == LIBEVDEV_READ_STATUS_SUCCESS)
			tell(node->device, &event);
	}
	return rc == -EAGAIN ? 0 : rc;
}

static int on_input(sd_event_source *source, int fd, uint32_t revents,
		    void *userdata)
{
	struct node *node = userdata;
	struct device *device = node->device;
	struct evdev *evdev = device->evdev;
	int rc = read_node(node);

	turn_is("keypad");
	(void)source;
	(void)fd;
	if (rc == 0 && (revents & (EPOLLHUP | EPOLLERR)))
		rc = -ENODEV;
	if (rc == 0)
		return 0;
	/* All its nodes went, or soon will. */
	close_device(device);
	tell_dropped(device);
	device->fault = "missing";
	log_error("%s: %s: out of use until it is back",
		  evdev->paths[device->index],
		  rc == -ENODEV ? "unplugged" : strerror(-rc));
	evdev->hooks.changed(evdev->hooks.arg);
	return 0;
}

/* ---- opening ---- */

/* A descriptor of the event node, or a negative errno. */
static int open_path(const char *path)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && S_ISCHR(status.st_mode))
		return fd;
	close(fd);
	return -ENOTTY;
}

/* 0; -EBUSY: another program has grabbed it; another negative errno. */
static int open_node(struct node *node, const char *path)
{
	struct stat status;
	int fd = open_path(path);
	int rc;

	if (fd < 0)
		return fd;
	rc = libevdev_new_from_fd(fd, &node->dev);
	if (rc != 0) {
		node->dev = NULL;
		close(fd);
		return -ENOTTY;
	}
	rc = fstat(fd, &status) == 0 ? 0 : -errno;
	node->id = status.st_rdev;
	if (rc == 0 && !libevdev_has_event_type(node->dev, EV_KEY))
		rc = -ENOTTY;
	if (rc == 0)
		rc = libevdev_grab(node->dev, LIBEVDEV_GRAB);
	if (rc == 0)
		rc = sd_event_add_io(node->device->evdev->event, &node->source,
				     fd, EPOLLIN, on_input, node);
	if (rc < 0) {
		close_node(node);
		return rc;
	}
	return 0;
}

/* "usb-0000:01:00.0-1.2/input0": the plug, without which of its inputs. */
static size_t plug_length(const char *phys)
{
	const char *slash = phys ? strrchr(phys, '/') : NULL;

	return slash ? (size_t)(slash - phys) : 0;
}

/* Whether any device has that node open. */
static bool is_open(const struct evdev *evdev, dev_t id)
{
	for (size_t i = 0; i < evdev->n; i++) {
		for (size_t k = 0; k < EVDEV_NODES; k++) {
			const struct node *node = &evdev->devices[i].nodes[k];

			if (node->dev && node->id == id)
				return true;
		}
	}
	return false;
}

/* Whether another device is configured by a path that leads to that node. */
static bool is_anothers(const struct device *device, dev_t id)
{
	const struct evdev *evdev = device->evdev;
	struct stat status;

	for (size_t i = 0; i < evdev->n; i++) {
		if (i != device->index && stat(evdev->paths[i], &status) == 0 &&
		    status.st_rdev == id)
			return true;
	}
	return false;
}

static bool is_sibling(const struct device *device, const char *path)
{
	const char *phys = libevdev_get_phys(device->nodes[0].dev);
	size_t length = plug_length(phys);
	struct libevdev *dev = NULL;
	int fd = open_path(path);
	bool same = false;

	if (fd < 0)
		return false;
	if (length > 0 && libevdev_new_from_fd(fd, &dev) == 0) {
		const char *other = libevdev_get_phys(dev);

		same = plug_length(other) == length &&
		       memcmp(phys, other, length) == 0 &&
		       libevdev_has_event_type(dev, EV_KEY);
		libevdev_free(dev);
	}
	close(fd);
	return same;
}

static struct node *free_node(struct device *device)
{
	for (size_t i = 1; i < EVDEV_NODES; i++) {
		if (!device->nodes[i].dev)
			return &device->nodes[i];
	}
	return NULL;
}

/* The device's other nodes, as far as they are there by now. */
static void add_siblings(struct device *device)
{
	char pattern[PATH_SIZE];
	glob_t paths;

	snprintf(pattern, sizeof(pattern), "%s/event*", device->evdev->dir);
	if (glob(pattern, 0, NULL, &paths) != 0)
		return;
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		struct node *node = free_node(device);
		struct stat status;

		if (!node)
			break;
		if (stat(paths.gl_pathv[i], &status) != 0 ||
		    is_open(device->evdev, status.st_rdev) ||
		    is_anothers(device, status.st_rdev) ||
		    !is_sibling(device, paths.gl_pathv[i]))
			continue;
		if (open_node(node, paths.gl_pathv[i]) != 0)
			log_warning("%s: %s belongs to it and cannot be used",
				    device->evdev->paths[device->index],
				    paths.gl_pathv[i]);
	}
	globfree(&paths);
}

static const char *explain(char text[PROBLEM_SIZE], const char *path, int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
		explain_denied(text, PROBLEM_SIZE, path, "input");
		return "denied";
	case -EBUSY:
		snprintf(text, PROBLEM_SIZE,
			 "%s: another program has it for itself: end that "
			 "(fuser -v shows whose it is)",
			 path);
		return "busy";
	case -ENOTTY:
		snprintf(text, PROBLEM_SIZE,
			 "%s: is no keyboard, but a file or another device: "
			 "write one of /dev/input/by-path/…-event-kbd",
			 path);
		return "unusable";
	case -ENOENT:
	case -ENODEV:
	case -ENXIO:
		snprintf(text, PROBLEM_SIZE, "%s: is not plugged in", path);
		return "missing";
	default:
		snprintf(text, PROBLEM_SIZE, "%s: %s", path, strerror(-error));
		return "unusable";
	}
}

/* Whether it came into use. */
static bool open_device(struct device *device)
{
	const char *path = device->evdev->paths[device->index];
	char text[PROBLEM_SIZE] = "";
	int rc = open_node(&device->nodes[0], path);

	if (rc != 0) {
		device->fault = explain(text, path, rc);
		if (strcmp(text, device->told) != 0) /* said once */
			log_warning("%s", text);
		memcpy(device->told, text, sizeof(text));
		return false;
	}
	device->fault = NULL;
	device->told[0] = '\0';
	add_siblings(device);
	log_info("%s: in use: %s", path,
		 libevdev_get_name(device->nodes[0].dev));
	return true;
}

static void on_hotplug(void *arg)
{
	struct evdev *evdev = arg;
	bool changed = false;

	for (size_t i = 0; i < evdev->n; i++) {
		struct device *device = &evdev->devices[i];
		const char *before = device->fault;

		if (device->nodes[0].dev)
			add_siblings(device);
		else
			(void)open_device(device);
		changed |= device->fault != before;
	}
	if (changed)
		evdev->hooks.changed(evdev->hooks.arg);
}

/* ---- the whole ---- */

static int watch(struct evdev *evdev)
{
	int rc = hotplug_watch(evdev->hotplug, evdev->dir, "event");

	for (size_t i = 0; i < evdev->n && rc == 0; i++) {
		char dir[PATH_SIZE];
		char *slash;

		snprintf(dir, sizeof(dir), "%s", evdev->paths[i]);
		slash = strrchr(dir, '/');
		if (!slash || slash == dir)
			continue;
		*slash = '\0';
		rc = hotplug_watch(evdev->hotplug, dir, "");
	}
	return rc;
}

int evdev_new(sd_event *event, const char *dir, const char *const paths[],
	      size_t n, const struct evdev_hooks *hooks, struct evdev **out)
{
	struct evdev *evdev = calloc(1, sizeof(*evdev));
	int rc;

	*out = NULL;
	if (!evdev)
		return -ENOMEM;
	*evdev = (struct evdev){.event = sd_event_ref(event),
				.dir = dir,
				.paths = paths,
				.hooks = *hooks,
				.devices = calloc(n + 1, sizeof(struct device)),
				.n = n};
	rc = evdev->devices ? 0 : -ENOMEM;
	if (rc == 0)
		rc = hotplug_new(event, on_hotplug, evdev, &evdev->hotplug);
	if (rc != 0) {
		evdev_free(evdev);
		return rc;
	}
	/* Before they are opened, so that none can come in between. */
	rc = watch(evdev);
	if (rc != 0)
		log_warning("%s cannot be watched: %s: what is plugged in "
			    "later is not noticed",
			    dir, strerror(-rc));
	for (size_t i = 0; i < n; i++) {
		struct device *device = &evdev->devices[i];

		device->evdev = evdev;
		device->index = i;
		for (size_t k = 0; k < EVDEV_NODES; k++)
			device->nodes[k].device = device;
		(void)open_device(device);
	}
	*out = evdev;
	return 0;
}

void evdev_free(struct evdev *evdev)
{
	if (!evdev)
		return;
	for (size_t i = 0; i < evdev->n && evdev->devices; i++)
		close_device(&evdev->devices[i]);
	hotplug_free(evdev->hotplug);
	sd_event_unref(evdev->event);
	free(evdev->devices);
	free(evdev);
}

const char *evdev_fault(const struct evdev *evdev, size_t index)
{
	return evdev->devices[index].fault;
}
