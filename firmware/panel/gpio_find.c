/* SPDX-License-Identifier: MIT */
#include "panel/gpio_find.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "panel/denied.h"

#define MAX_MATCHES 8

struct match {
	char path[GPIO_PATH_SIZE];
	dev_t device;
};

struct search {
	const char *name;
	gpio_label_fn *label;
	struct match matches[MAX_MATCHES];
	size_t n;
	bool exact;             /* found by its name: no label counts */
	const char *denied;     /* the first that may not be opened */
	bool there_is_any_chip; /* that could be looked at */
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* "/dev/gpiochip4" may be a link to /dev/gpiochip0, for old programs' sake. */
static bool known(const struct search *search, dev_t device)
{
	for (size_t i = 0; i < search->n; i++) {
		if (search->matches[i].device == device)
			return true;
	}
	return false;
}

static void add(struct search *search, const char *path)
{
	struct match *match = &search->matches[search->n];
	struct stat status;

	if (search->n == MAX_MATCHES || stat(path, &status) != 0)
		return;
	/* A regular file stands for a chip in tests: they have no device. */
	match->device =
	    S_ISCHR(status.st_mode) ? status.st_rdev : (dev_t)status.st_ino;
	if (known(search, match->device))
		return;
	snprintf(match->path, sizeof(match->path), "%s", path);
	search->n++;
}

static void look_at(struct search *search, const char *path)
{
	char label[GPIO_LABEL_SIZE] = "";
	int rc = search->label(path, label);

	if (rc == -EACCES || rc == -EPERM) {
		if (!search->denied)
			search->denied = path;
		if (strcmp(base_name(path), search->name) == 0)
			search->denied = path;
		return;
	}
	if (rc != 0)
		return;
	search->there_is_any_chip = true;
	if (strcmp(base_name(path), search->name) == 0) {
		search->n = 0;
		add(search, path);
		search->exact = true;
	} else if (!search->exact && strcmp(label, search->name) == 0) {
		add(search, path);
	}
}

void gpio_explain_denied(struct gpio_problem *problem, const char *path)
{
	explain_denied(problem->text, sizeof(problem->text), path, "gpio");
}

static int several(const struct search *search, struct gpio_problem *problem)
{
	char all[120] = "";
	size_t length = 0;

	for (size_t i = 0; i < search->n && length < sizeof(all); i++)
		length += (size_t)snprintf(all + length, sizeof(all) - length,
					   "%s%s", i ? ", " : "",
					   base_name(search->matches[i].path));
	snprintf(problem->text, sizeof(problem->text),
		 "%.100s: %zu chips have this label (%s): write the one's name "
		 "or "
		 "its path for chip",
		 search->name, search->n, all);
	return -ENOTUNIQ;
}

static int by_path(const char *name, gpio_label_fn *label,
		   char path[GPIO_PATH_SIZE], struct gpio_problem *problem)
{
	char text[GPIO_LABEL_SIZE];
	int rc = label(name, text);

	if (rc == 0 && strlen(name) < GPIO_PATH_SIZE) {
		memcpy(path, name, strlen(name) + 1);
		return 0;
	}
	if (rc == -EACCES || rc == -EPERM)
		gpio_explain_denied(problem, name);
	else if (access(name, F_OK) != 0)
		snprintf(problem->text, sizeof(problem->text),
			 "%.200s: there is no such device", name);
	else
		snprintf(problem->text, sizeof(problem->text),
			 "%.200s: is no GPIO chip: write a label that "
			 "gpiodetect "
			 "shows, or its /dev/gpiochipN",
			 name);
	return rc == -EACCES || rc == -EPERM ? -EACCES : -ENODEV;
}

int gpio_find(const char *dir, const char *name, gpio_label_fn *label,
	      char path[GPIO_PATH_SIZE], struct gpio_problem *problem)
{
	struct search search = {.name = name, .label = label};
	char pattern[GPIO_PATH_SIZE];
	glob_t paths;
	int rc = 0;

	if (name[0] == '/')
		return by_path(name, label, path, problem);
	snprintf(pattern, sizeof(pattern), "%s/gpiochip*", dir);
	if (glob(pattern, 0, NULL, &paths) != 0)
		memset(&paths, 0, sizeof(paths));
	for (size_t i = 0; i < paths.gl_pathc; i++)
		look_at(&search, paths.gl_pathv[i]);
	if (search.n == 1) {
		memcpy(path, search.matches[0].path, GPIO_PATH_SIZE);
	} else if (search.n > 1) {
		rc = several(&search, problem);
	} else if (search.denied) {
		gpio_explain_denied(problem, search.denied);
		rc = -EACCES;
	} else {
		snprintf(problem->text, sizeof(problem->text),
			 "%.200s: no such GPIO chip on this machine%s", name,
			 search.there_is_any_chip
			     ? ": gpiodetect shows those that are here"
			     : ", nor any other");
		rc = -ENODEV;
	}
	globfree(&paths);
	return rc;
}
