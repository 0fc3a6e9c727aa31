/* SPDX-License-Identifier: MIT */
/* office. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config_internal.h"

void reader_hours_mistake(struct reader *reader, const setting *at,
			  const char *value,
			  const struct hours_mistake *mistake)
{
	struct quote quote;
	char *piece = mistake->length > 0
			  ? strndup(value + mistake->at, mistake->length)
			  : strdup(value);

	if (piece == NULL) {
		reader->no_memory = true;
		return;
	}
	reader_mistake(reader, at, "%s %s", quote_string(&quote, piece),
		       mistake->why);
	free(piece);
}

static void read_day_starts(struct reader *reader, const setting *group,
			    struct config_office *office)
{
	const setting *at = reader_member(group, "day_starts");
	const char *value = reader_string(reader, at);
	struct quote quote;
	int minutes;

	office->day_starts_min = 5 * 60;
	if (value == NULL)
		return;
	minutes = strlen(value) == 5 ? hours_minutes(value) : -1;
	if (minutes < 0 || minutes >= 24 * 60) {
		reader_mistake(reader, at,
			       "%s is no time of day: write one from \"00:00\" "
			       "to \"23:59\"",
			       quote_string(&quote, value));
		return;
	}
	office->day_starts_min = minutes;
}

static void read_timezone(struct reader *reader, const setting *root,
			  const setting *group, struct config_office *office)
{
	const setting *at = reader_member(group, "timezone");
	struct quote quote;

	office->timezone =
	    reader_copy(reader, group, "timezone", "Asia/Ho_Chi_Minh");
	if (office->timezone == NULL || clock_zone_exists(office->timezone))
		return;
	reader_mistake(reader, at != NULL ? at : root,
		       "%s is not in this system's list of time zones: see "
		       "timedatectl list-timezones, or install tzdata",
		       quote_string(&quote, office->timezone));
}

static void read_languages(struct reader *reader, const setting *group,
			   struct config_office *office)
{
	const setting *list = reader_list(reader, group, "languages", 2);
	int n = list != NULL ? config_setting_length(list) : 0;
	struct quote quote;

	office->languages[0] = LANGUAGE_VI;
	office->languages[1] = LANGUAGE_EN;
	office->n_languages = 2;
	if (list == NULL)
		return;
	if (n == 0) {
		reader_mistake(reader, list,
			       "no language: write \"vi\", \"en\" or both");
		return;
	}
	for (int i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(list, (unsigned)i);
		const char *value = reader_string(reader, at);

		if (value == NULL)
			continue;
		if (strcmp(value, "vi") != 0 && strcmp(value, "en") != 0) {
			reader_mistake(reader, at,
				       "%s is no language here: write \"vi\" "
				       "or \"en\"",
				       quote_string(&quote, value));
			continue;
		}
		office->languages[i] =
		    value[0] == 'v' ? LANGUAGE_VI : LANGUAGE_EN;
		if (i == 1 && office->languages[0] == office->languages[1])
			reader_mistake(reader, at,
				       "%s stands here twice: remove one",
				       quote_string(&quote, value));
	}
	office->n_languages = (size_t)n;
}

static void read_closed_days(struct reader *reader, const setting *group,
			     struct config_office *office)
{
	const setting *list =
	    reader_list(reader, group, "closed_days", HOURS_MAX_CLOSED);
	int n = list != NULL ? config_setting_length(list) : 0;
	struct hours_mistake mistake;

	for (int i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(list, (unsigned)i);
		const char *value = reader_string(reader, at);

		if (value != NULL &&
		    hours_close(&office->closed, value, &mistake) < 0)
			reader_hours_mistake(reader, at, value, &mistake);
	}
}

void section_office(struct reader *reader, const setting *root,
		    struct config_office *office)
{
	static const char *const names[] = {"kiosk",     "name",
					    "timezone",  "day_starts",
					    "languages", "closed_days",
					    NULL};
	const setting *group = reader_group(reader, root, "office");
	const setting *name = reader_member(group, "name");

	if (reader_member(root, "office") == NULL)
		reader_missing(reader, root, "office",
			       "add office = { kiosk = \"…\"; name = { … }; "
			       "};");
	reader_known(reader, group, names);
	if (group != NULL) {
		office->kiosk =
		    reader_word(reader, group, "kiosk", &word_kiosk);
		if (name == NULL)
			reader_missing(reader, group, "name",
				       "add name = { vi = \"…\"; en = \"…\"; "
				       "};");
		else
			reader_text(reader, name, CONFIG_MAX_NAME,
				    &office->name);
	}
	read_timezone(reader, root, group, office);
	read_day_starts(reader, group, office);
	read_languages(reader, group, office);
	read_closed_days(reader, group, office);
}
