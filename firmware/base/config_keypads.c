/* SPDX-License-Identifier: MIT */
/* keypads, scanners. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/keys.h"

#define MAX_KEYPADS 32
#define MAX_SCANNERS 8
#define MAX_ACCEPTS 32
#define MAX_PATTERN 200

static char *read_device(struct reader *reader, const setting *group)
{
	const setting *at = reader_member(group, "device");
	char *device = reader_copy(reader, group, "device", NULL);
	struct quote quote;

	if (at == NULL)
		reader_missing(reader, group, "device",
			       "add device = \"/dev/input/by-path/…\";");
	else if (device != NULL && device[0] != '/')
		reader_mistake(reader, at,
			       "%s is no path: write one of "
			       "/dev/input/by-path/",
			       quote_string(&quote, device));
	return device;
}

/* Against the devices before it: two that read one keyboard share its keys. */
static void check_device(struct reader *reader, const setting *group,
			 const char *device, const char *other, int other_line)
{
	struct quote quote;

	if (device == NULL || other == NULL || strcmp(device, other) != 0)
		return;
	reader_mistake(reader, reader_member(group, "device"),
		       "%s is taken (line %d): give each counter and each "
		       "scanner a device of its own",
		       quote_string(&quote, device), other_line);
}

/* ---- keypads ---- */

static const char *const verbs[] = {
    [CONFIG_KEY_NEXT] = "next",       [CONFIG_KEY_RECALL] = "recall",
    [CONFIG_KEY_NO_SHOW] = "no_show", [CONFIG_KEY_FINISH] = "finish",
    [CONFIG_KEY_PAUSE] = "pause",     [CONFIG_KEY_VERBS] = NULL,
};

static void check_key(struct reader *reader, const setting *at, int verb,
		      const struct config_keypad *keypad)
{
	for (int i = 0; i < verb; i++) {
		if (keypad->keys[verb] == KEYS_NONE ||
		    keypad->keys[i] != keypad->keys[verb])
			continue;
		reader_mistake(reader, at,
			       "\"%s\" is the key for \"%s\": give each a key "
			       "of its own, or \"\" for none",
			       keys_name(keypad->keys[verb]), verbs[i]);
		return;
	}
}

static void read_keys(struct reader *reader, const setting *group,
		      struct config_keypad *keypad)
{
	static const char *const usual[] = {
	    [CONFIG_KEY_NEXT] = "enter", [CONFIG_KEY_RECALL] = "+",
	    [CONFIG_KEY_NO_SHOW] = "-",  [CONFIG_KEY_FINISH] = "*",
	    [CONFIG_KEY_PAUSE] = "/",
	};
	const setting *keys = reader_group(reader, group, "keys");

	reader_known(reader, keys, verbs);
	for (int verb = 0; verb < CONFIG_KEY_VERBS; verb++) {
		const setting *at = reader_member(keys, verbs[verb]);
		const char *name = reader_string(reader, at);
		struct quote quote;
		int key;

		keypad->keys[verb] = keys_from_name(usual[verb]);
		if (name == NULL)
			continue;
		key = name[0] == '\0' ? KEYS_NONE : keys_from_name(name);
		if (key < KEYS_NONE)
			reader_mistake(reader, at,
				       "%s is no key: write one of %s, or \"\" "
				       "for none",
				       quote_string(&quote, name), keys_all);
		else
			keypad->keys[verb] = key;
	}
	for (int verb = 0; verb < CONFIG_KEY_VERBS; verb++) {
		const setting *at = reader_member(keys, verbs[verb]);

		check_key(reader, at != NULL ? at : group, verb, keypad);
	}
}

static void read_keypad(struct reader *reader, const setting *group,
			const struct config *config,
			struct config_keypad *keypad)
{
	const setting *at = reader_member(group, "counter");
	int counter = -1;

	keypad->line = (int)config_setting_source_line(group);
	keypad->device = read_device(reader, group);
	if (at == NULL)
		reader_missing(reader, group, "counter",
			       "add counter = 1; with the counter's number");
	else
		counter = reader_counter(reader, at, config);
	if (counter >= 0)
		keypad->counter = (size_t)counter;
	read_keys(reader, group, keypad);
}

void section_keypads(struct reader *reader, const setting *root,
		     struct config *config)
{
	static const char *const names[] = {"device", "counter", "keys", NULL};
	const setting *list = reader_list(reader, root, "keypads", MAX_KEYPADS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->keypads = reader_array(reader, n, sizeof(struct config_keypad));
	if (config->keypads == NULL)
		return;
	config->n_keypads = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);
		struct config_keypad *keypad = &config->keypads[i];

		if (group == NULL)
			continue;
		read_keypad(reader, group, config, keypad);
		for (size_t k = 0; k < i; k++)
			check_device(reader, group, keypad->device,
				     config->keypads[k].device,
				     config->keypads[k].line);
	}
}

/* ---- scanners ---- */

/* How many groups the pattern has; -1 where there is none to look at. */
static int read_pattern(struct reader *reader, const setting *group,
			struct config_scan *scan)
{
	const setting *at = reader_member(group, "pattern");
	struct quote quote;
	char why[100];
	regex_t regex;
	int n_groups, rc;

	scan->pattern = reader_copy(reader, group, "pattern", NULL);
	if (at == NULL)
		reader_missing(reader, group, "pattern",
			       "add pattern = \"LH-[0-9]{6}\"; as the codes on "
			       "the slips look");
	if (scan->pattern == NULL)
		return -1;
	if (scan->pattern[0] == '\0' || strlen(scan->pattern) > MAX_PATTERN) {
		reader_mistake(reader, at,
			       "%s is no pattern: write 1 to %d characters",
			       quote_string(&quote, scan->pattern),
			       MAX_PATTERN);
		return -1;
	}
	rc = regcomp(&regex, scan->pattern, REG_EXTENDED);
	if (rc == 0) {
		n_groups = (int)regex.re_nsub;
		regfree(&regex);
		return n_groups;
	}
	(void)regerror(rc, &regex, why, sizeof(why));
	reader_mistake(reader, at,
		       "%s is no regular expression (%s): see man 7 regex",
		       quote_string(&quote, scan->pattern), why);
	return -1;
}

/* Where in the code the appointment's time stands. */
static void read_groups(struct reader *reader, const setting *group,
			int n_groups, struct config_scan *scan)
{
	const struct {
		const char *name;
		int *number;
	} times[] = {{"date", &scan->date},
		     {"from", &scan->from},
		     {"until", &scan->until}};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		reader_int(reader, group, times[i].name, 1, CONFIG_SCAN_GROUPS,
			   times[i].number);
		if (n_groups >= 0 && *times[i].number > n_groups)
			reader_mistake(reader,
				       reader_member(group, times[i].name),
				       "the pattern has %d groups in brackets: "
				       "put "
				       "brackets round its \"%s\", or write "
				       "which group that is",
				       n_groups, times[i].name);
	}
	if (scan->until > 0 && scan->from == 0)
		reader_mistake(reader, reader_member(group, "until"),
			       "an end without a beginning: add from = 1; with "
			       "the group that holds it");
}

static void read_scan(struct reader *reader, const setting *group,
		      const struct config *config, struct config_scan *scan)
{
	const setting *at = reader_member(group, "service");
	const char *id = reader_string(reader, at);
	int service = id != NULL ? find_service(config, id) : -1;
	struct quote quote;
	char all[300];

	read_groups(reader, group, read_pattern(reader, group, scan), scan);
	if (at == NULL)
		reader_missing(reader, group, "service",
			       "add service = \"…\"; with the service's id");
	if (id == NULL)
		return;
	list_services(config, all, sizeof(all));
	if (service < 0)
		reader_mistake(reader, at,
			       "%s is no service: write the id of one (%s)",
			       quote_string(&quote, id), all);
	else
		scan->service = (size_t)service;
}

static void read_accepts(struct reader *reader, const setting *group,
			 const struct config *config,
			 struct config_scanner *scanner)
{
	static const char *const names[] = {"pattern", "service", "date",
					    "from",    "until",   NULL};
	const setting *list =
	    reader_list(reader, group, "accepts", MAX_ACCEPTS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	if (n == 0 && (list != NULL || reader_member(group, "accepts") == NULL))
		reader_missing(reader, group, "accepts",
			       "add accepts = ( { pattern = \"…\"; service = "
			       "\"…\"; } );");
	scanner->accepts = reader_array(reader, n, sizeof(struct config_scan));
	if (scanner->accepts == NULL)
		return;
	scanner->n_accepts = n;
	for (size_t i = 0; i < n; i++) {
		const setting *at = reader_element(reader, list, i, names);

		if (at != NULL)
			read_scan(reader, at, config, &scanner->accepts[i]);
	}
}

void section_scanners(struct reader *reader, const setting *root,
		      struct config *config)
{
	static const char *const names[] = {"device", "accepts", NULL};
	const setting *list =
	    reader_list(reader, root, "scanners", MAX_SCANNERS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->scanners =
	    reader_array(reader, n, sizeof(struct config_scanner));
	if (config->scanners == NULL)
		return;
	config->n_scanners = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);
		struct config_scanner *scanner = &config->scanners[i];

		if (group == NULL)
			continue;
		scanner->line = (int)config_setting_source_line(group);
		scanner->device = read_device(reader, group);
		read_accepts(reader, group, config, scanner);
		for (size_t k = 0; k < config->n_keypads; k++)
			check_device(reader, group, scanner->device,
				     config->keypads[k].device,
				     config->keypads[k].line);
		for (size_t k = 0; k < i; k++)
			check_device(reader, group, scanner->device,
				     config->scanners[k].device,
				     config->scanners[k].line);
	}
}
