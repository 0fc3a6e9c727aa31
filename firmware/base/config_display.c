/* SPDX-License-Identifier: MIT */
/* display, notices. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/secret.h"

#define MAX_NOTICES 50
#define MAX_NOTICE 400   /* characters */
#define MAX_ANNOUNCE 200 /* characters */

/* ---- display ---- */

static void check_placeholders(struct reader *reader, const setting *at,
			       const char *text)
{
	struct quote quote;
	char piece[40];

	for (const char *c = text; (c = strpbrk(c, "{}")) != NULL; c++) {
		size_t n = strcspn(c + 1, "{}");

		if (strncmp(c, "{ticket}", 8) == 0 ||
		    strncmp(c, "{counter}", 9) == 0) {
			c = strchr(c, '}');
			continue;
		}
		(void)snprintf(piece, sizeof(piece), "%.*s", (int)n + 2, c);
		reader_mistake(reader, at,
			       "%s means nothing here: write {ticket} or "
			       "{counter}",
			       quote_string(&quote, piece));
		return;
	}
}

static void read_announce(struct reader *reader, const setting *group,
			  struct config_display *display)
{
	const setting *at = reader_member(group, "announce");

	if (at == NULL) {
		display->announce.vi =
		    reader_dup(reader, "Mời số {ticket} đến quầy số {counter}");
		display->announce.en =
		    reader_dup(reader, "Number {ticket}, please go to counter "
				       "{counter}");
		return;
	}
	reader_text(reader, at, MAX_ANNOUNCE, &display->announce);
	if (display->announce.vi != NULL)
		check_placeholders(reader, reader_member(at, "vi"),
				   display->announce.vi);
	if (display->announce.en != NULL)
		check_placeholders(reader, reader_member(at, "en"),
				   display->announce.en);
}

static void read_voice(struct reader *reader, const setting *group,
		       struct config_display *display)
{
	struct quote quote;

	display->voice = reader_copy(reader, group, "voice", "espeak");
	if (display->voice != NULL && display->voice[0] != '/' &&
	    strcmp(display->voice, "espeak") != 0 &&
	    strcmp(display->voice, "none") != 0)
		reader_mistake(reader, reader_member(group, "voice"),
			       "%s is no voice: write \"espeak\", \"none\" or "
			       "the path of a folder of clips",
			       quote_string(&quote, display->voice));
}

/* How it speaks. */
static void read_manner(struct reader *reader, const setting *group,
			struct config_display *display)
{
	static const char *const accents[] = {[CONFIG_ACCENT_NORTH] = "north",
					      [CONFIG_ACCENT_CENTRAL] =
						  "central",
					      [CONFIG_ACCENT_SOUTH] = "south",
					      NULL};
	static const char *const readings[] = {"digits", "words", NULL};
	int reading = 0, accent = CONFIG_ACCENT_NORTH;

	reader_choice(reader, group, "read_numbers", readings, &reading);
	display->read_numbers = reader_dup(reader, readings[reading]);
	reader_choice(reader, group, "accent", accents, &accent);
	display->accent = (enum config_accent)accent;
	display->times = 1;
	reader_int(reader, group, "times", 1, 3, &display->times);
	display->volume = 100;
	reader_int(reader, group, "volume", 0, 100, &display->volume);
	read_announce(reader, group, display);
}

static void read_quiet(struct reader *reader, const setting *group,
		       struct config_display *display)
{
	char *value = reader_copy(reader, group, "quiet", "");
	struct hours_mistake mistake;

	if (value != NULL && *value != '\0' &&
	    hours_read(value, &display->quiet, &mistake) < 0)
		reader_hours_mistake(reader, reader_member(group, "quiet"),
				     value, &mistake);
	free(value);
}

/* How it reaches a kiosk on another machine. */
static void read_way(struct reader *reader, const setting *group,
		     struct config_display *display)
{
	const setting *at = reader_member(group, "token");
	uint8_t hash[SECRET_HASH_SIZE];

	display->certificate = reader_copy(reader, group, "certificate", "");
	display->token = reader_secret(reader, group, "token", "");
	if (display->token == NULL || *display->token == '\0' ||
	    !reader_token_fits(reader, at, display->token))
		return;
	if (secret_hash_parse(display->token, hash))
		reader_mistake(reader, at,
			       "the value is a token's hash, which belongs in "
			       "the kiosk's devices: write the token itself, "
			       "the first line of kioskctl token NAME");
}

static void read_folder(struct reader *reader, const setting *group,
			const char *name, char **out)
{
	struct quote quote;

	*out = reader_copy(reader, group, name, "");
	if (*out != NULL && **out != '\0' && **out != '/')
		reader_mistake(reader, reader_member(group, name),
			       "%s is no folder: write its whole path, such as "
			       "\"/etc/kiosk/%s\"",
			       quote_string(&quote, *out), name);
}

void section_display(struct reader *reader, const setting *root,
		     struct config_display *display)
{
	static const char *const names[] = {"font",         "theme",
					    "hold_s",       "voice",
					    "read_numbers", "announce",
					    "accent",       "times",
					    "volume",       "quiet",
					    "ask_class",    "procedures",
					    "pictures",     "token",
					    "certificate",  NULL};
	static const char *const themes[] = {[CONFIG_THEME_DARK] = "dark",
					     [CONFIG_THEME_LIGHT] = "light",
					     [CONFIG_THEME_CONTRAST] =
						 "contrast",
					     NULL};
	const setting *group = reader_group(reader, root, "display");
	int theme = CONFIG_THEME_DARK;

	reader_known(reader, group, names);
	display->font = reader_copy(reader, group, "font", "Noto Sans");
	if (display->font != NULL && display->font[0] == '\0')
		reader_mistake(reader, reader_member(group, "font"),
			       "\"\" is no font: write \"Noto Sans\", or the "
			       "path of a font's file");
	reader_choice(reader, group, "theme", themes, &theme);
	display->theme = (enum config_theme)theme;
	reader_bool(reader, group, "ask_class", &display->ask_class);
	read_folder(reader, group, "procedures", &display->procedures);
	read_folder(reader, group, "pictures", &display->pictures);
	display->hold_s = 8;
	reader_int(reader, group, "hold_s", 2, 60, &display->hold_s);
	read_voice(reader, group, display);
	read_manner(reader, group, display);
	read_quiet(reader, group, display);
	read_way(reader, group, display);
}

/* ---- notices ---- */

void section_notices(struct reader *reader, const setting *root,
		     struct config *config)
{
	const setting *list = reader_list(reader, root, "notices", MAX_NOTICES);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->notices = reader_array(reader, n, sizeof(struct text));
	if (config->notices == NULL)
		return;
	config->n_notices = n;
	for (size_t i = 0; i < n; i++)
		reader_text(reader, config_setting_get_elem(list, (unsigned)i),
			    MAX_NOTICE, &config->notices[i]);
}
