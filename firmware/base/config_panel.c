/* SPDX-License-Identifier: MIT */
/* buttons, lamps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/ticket.h"

#define MAX_LINE 1023 /* of a chip: far above any that is sold */

static const char *const levels[] = {"high", "low", NULL};

/* ---- what a press does ---- */

#define ACTION_WORDS 3

/* "issue land priority" in words; returns how many, or -1 for too many. */
static int split_words(char *text, char *words[ACTION_WORDS])
{
	char *rest = text, *word;
	int n = 0;

	while ((word = strsep(&rest, " ")) != NULL) {
		if (word[0] == '\0')
			continue;
		if (n == ACTION_WORDS)
			return -1;
		words[n++] = word;
	}
	return n;
}

static bool parse_counter(struct reader *reader, const setting *at,
			  const char *word, const struct config *config,
			  size_t *index)
{
	struct quote quote;
	char all[200], *end;
	long id = strtol(word, &end, 10);
	int counter = -1;

	if (*end == '\0' && end > word && id >= 1 && id <= 99)
		counter = find_counter(config, (int)id);
	if (counter < 0) {
		list_counters(config, all, sizeof(all));
		reader_mistake(reader, at,
			       "%s is no counter: write the number of one (%s)",
			       quote_string(&quote, word), all);
		return false;
	}
	*index = (size_t)counter;
	return true;
}

static bool parse_service(struct reader *reader, const setting *at,
			  const char *word, const struct config *config,
			  size_t *index)
{
	int service = find_service(config, word);
	struct quote quote;
	char all[300];

	if (service < 0) {
		list_services(config, all, sizeof(all));
		reader_mistake(reader, at,
			       "%s is no service: write the id of one (%s)",
			       quote_string(&quote, word), all);
		return false;
	}
	*index = (size_t)service;
	return true;
}

static void parse_issue(struct reader *reader, const setting *at,
			char *const words[], int n, const struct config *config,
			struct config_action *action)
{
	int class = TICKET_NORMAL;
	struct quote quote;

	if (n < 2) {
		reader_mistake(reader, at,
			       "\"issue\" lacks its service: write \"issue "
			       "SERVICE\" or \"issue SERVICE priority\"");
		return;
	}
	if (!parse_service(reader, at, words[1], config, &action->service))
		return;
	if (n == 3)
		class = ticket_class_from(words[2]);
	if (class < 0) {
		reader_mistake(reader, at,
			       "%s is no class: write normal, priority or "
			       "appointment",
			       quote_string(&quote, words[2]));
		return;
	}
	action->class = class;
	action->kind = CONFIG_ACTION_ISSUE;
}

static void parse_rate(struct reader *reader, const setting *at,
		       char *const words[], int n, const struct config *config,
		       struct config_action *action)
{
	const char *stars = n == 3 ? words[2] : "";

	if (strlen(stars) != 1 || *stars < '1' || *stars > '5') {
		reader_mistake(reader, at,
			       "\"rate\" needs its counter and its stars: "
			       "write \"rate N 1\" to \"rate N 5\"");
		return;
	}
	if (!parse_counter(reader, at, words[1], config, &action->counter))
		return;
	action->stars = *stars - '0';
	action->kind = CONFIG_ACTION_RATE;
}

static void parse_action(struct reader *reader, const setting *at,
			 const char *value, char *copy,
			 const struct config *config,
			 struct config_action *action)
{
	static const struct {
		const char *verb;
		enum config_action_kind kind;
	} verbs[] = {
	    {"call", CONFIG_ACTION_CALL},
	    {"recall", CONFIG_ACTION_RECALL},
	    {"no-show", CONFIG_ACTION_NO_SHOW},
	    {"finish", CONFIG_ACTION_FINISH},
	};
	char *words[ACTION_WORDS];
	int n = split_words(copy, words);
	struct quote quote;

	if (n > 0 && strcmp(words[0], "issue") == 0) {
		parse_issue(reader, at, words, n, config, action);
		return;
	}
	if (n > 0 && strcmp(words[0], "rate") == 0) {
		parse_rate(reader, at, words, n, config, action);
		return;
	}
	if (n == 1 && strcmp(words[0], "reprint") == 0) {
		action->kind = CONFIG_ACTION_REPRINT;
		return;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (n != 2 || strcmp(words[0], verbs[i].verb) != 0)
			continue;
		if (parse_counter(reader, at, words[1], config,
				  &action->counter))
			action->kind = verbs[i].kind;
		return;
	}
	reader_mistake(reader, at,
		       "%s is no action: write \"issue SERVICE\", \"issue "
		       "SERVICE priority\", \"call N\", \"recall N\", "
		       "\"no-show N\", \"finish N\", \"rate N STARS\" or "
		       "\"reprint\"",
		       quote_string(&quote, value));
}

static void read_action(struct reader *reader, const setting *group,
			const char *name, const struct config *config,
			struct config_action *action)
{
	const setting *at = reader_member(group, name);
	const char *value = reader_string(reader, at);
	char *copy = value != NULL ? reader_dup(reader, value) : NULL;

	if (copy == NULL)
		return;
	parse_action(reader, at, value, copy, config, action);
	free(copy);
}

/* ---- buttons and lamps ---- */

static void read_chip(struct reader *reader, const setting *group, char **out)
{
	const setting *at = reader_member(group, "chip");

	if (at == NULL)
		reader_missing(reader, group, "chip",
			       "add chip = \"pinctrl-bcm2711\"; with the "
			       "chip's "
			       "label, as gpiodetect shows it");
	*out = reader_copy(reader, group, "chip", NULL);
	if (*out != NULL && (*out)[0] == '\0')
		reader_mistake(reader, at,
			       "\"\" is no chip: write its label, as "
			       "gpiodetect shows it");
}

static void read_line(struct reader *reader, const setting *group,
		      unsigned *out)
{
	const setting *at = reader_member(group, "line");
	int line = 0;

	if (at == NULL)
		reader_missing(reader, group, "line",
			       "add line = 17; with the GPIO line's number");
	else if (reader_number(reader, at, 0, MAX_LINE, &line))
		*out = (unsigned)line;
}

/* Against the ids before it in its list. */
static void check_id(struct reader *reader, const setting *list, size_t index,
		     const char *id)
{
	const setting *group = config_setting_get_elem(list, (unsigned)index);

	for (unsigned i = 0; i < index && id != NULL; i++) {
		const setting *other = config_setting_get_elem(list, i);
		const char *name;
		struct quote quote;

		if (!config_setting_is_group(other) ||
		    !config_setting_lookup_string(other, "id", &name) ||
		    strcmp(name, id) != 0)
			continue;
		reader_mistake(reader, reader_member(group, "id"),
			       "%s is taken (line %u): give each its own",
			       quote_string(&quote, id),
			       config_setting_source_line(other));
		return;
	}
}

static void read_button(struct reader *reader, const setting *group,
			const struct config *config,
			struct config_button *button)
{
	static const char *const biases[] = {[CONFIG_BIAS_AS_IS] = "as-is",
					     [CONFIG_BIAS_PULL_UP] = "pull-up",
					     [CONFIG_BIAS_PULL_DOWN] =
						 "pull-down",
					     [CONFIG_BIAS_DISABLED] =
						 "disabled",
					     NULL};
	int low = 1, bias;

	button->line = (int)config_setting_source_line(group);
	button->debounce_ms = 20;
	button->hold_ms = 1200;
	button->repeat_ms = 1500;
	button->id = reader_word(reader, group, "id", &word_id);
	read_chip(reader, group, &button->chip);
	read_line(reader, group, &button->line_offset);
	reader_choice(reader, group, "active", levels, &low);
	button->active_low = low != 0;
	/* An open button must not float: it would press itself. */
	bias = low ? CONFIG_BIAS_PULL_UP : CONFIG_BIAS_PULL_DOWN;
	reader_choice(reader, group, "bias", biases, &bias);
	button->bias = (enum config_bias)bias;
	reader_int(reader, group, "debounce_ms", 0, 500, &button->debounce_ms);
	reader_int(reader, group, "hold_ms", 300, 10000, &button->hold_ms);
	reader_int(reader, group, "repeat_ms", 0, 60000, &button->repeat_ms);
	if (reader_member(group, "press") == NULL)
		reader_missing(reader, group, "press",
			       "add press = \"issue SERVICE\"; or \"call N\"");
	read_action(reader, group, "press", config, &button->press);
	read_action(reader, group, "hold", config, &button->hold);
}

void section_buttons(struct reader *reader, const setting *root,
		     struct config *config)
{
	static const char *const names[] = {"id",      "chip",
					    "line",    "active",
					    "bias",    "debounce_ms",
					    "hold_ms", "repeat_ms",
					    "press",   "hold",
					    NULL};
	const setting *list =
	    reader_list(reader, root, "buttons", CONFIG_MAX_BUTTONS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->buttons = reader_array(reader, n, sizeof(struct config_button));
	if (config->buttons == NULL)
		return;
	config->n_buttons = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);

		if (group == NULL)
			continue;
		read_button(reader, group, config, &config->buttons[i]);
		check_id(reader, list, i, config->buttons[i].id);
	}
}

static void read_shows(struct reader *reader, const setting *group,
		       const struct config *config, struct config_lamp *lamp)
{
	const setting *at = reader_member(group, "shows");
	const char *value = reader_string(reader, at);
	struct quote quote;

	if (at == NULL)
		reader_missing(reader, group, "shows",
			       "add shows = \"service ID\"; or \"counter N\" "
			       "or "
			       "\"fault\"");
	if (value == NULL)
		return;
	if (strcmp(value, "fault") == 0) {
		lamp->shows = CONFIG_LAMP_FAULT;
	} else if (strncmp(value, "service ", 8) == 0) {
		lamp->shows = CONFIG_LAMP_SERVICE;
		(void)parse_service(reader, at, value + 8, config,
				    &lamp->index);
	} else if (strncmp(value, "counter ", 8) == 0) {
		lamp->shows = CONFIG_LAMP_COUNTER;
		(void)parse_counter(reader, at, value + 8, config,
				    &lamp->index);
	} else {
		reader_mistake(reader, at,
			       "%s cannot be shown: write \"service ID\", "
			       "\"counter N\" or \"fault\"",
			       quote_string(&quote, value));
	}
}

void section_lamps(struct reader *reader, const setting *root,
		   struct config *config)
{
	static const char *const names[] = {"id",     "chip",  "line",
					    "active", "shows", NULL};
	const setting *list =
	    reader_list(reader, root, "lamps", CONFIG_MAX_LAMPS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->lamps = reader_array(reader, n, sizeof(struct config_lamp));
	if (config->lamps == NULL)
		return;
	config->n_lamps = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);
		struct config_lamp *lamp = &config->lamps[i];
		int low = 0;

		if (group == NULL)
			continue;
		lamp->line = (int)config_setting_source_line(group);
		lamp->id = reader_word(reader, group, "id", &word_id);
		check_id(reader, list, i, lamp->id);
		read_chip(reader, group, &lamp->chip);
		read_line(reader, group, &lamp->line_offset);
		reader_choice(reader, group, "active", levels, &low);
		lamp->active_low = low != 0;
		read_shows(reader, group, config, lamp);
	}
}

/* ---- each line once ---- */

struct gpio_use {
	const setting *at; /* the "line" of a button or a lamp */
	const char *chip, *kind, *id;
	unsigned offset;
	int line; /* in the file */
};

/* "/dev/gpiochip0" and "gpiochip0" are one chip; a label may be it too, but
 * only the machine knows. */
static const char *chip_name(const char *chip)
{
	return strncmp(chip, "/dev/", 5) == 0 ? chip + 5 : chip;
}

static size_t list_uses(const setting *root, const struct config *config,
			struct gpio_use *uses)
{
	const setting *buttons = reader_member(root, "buttons");
	const setting *lamps = reader_member(root, "lamps");
	size_t n = 0;

	for (size_t i = 0; i < config->n_buttons; i++) {
		const struct config_button *button = &config->buttons[i];

		if (button->chip == NULL)
			continue;
		uses[n++] = (struct gpio_use){
		    reader_member(config_setting_get_elem(buttons, (unsigned)i),
				  "line"),
		    chip_name(button->chip),
		    "button",
		    button->id,
		    button->line_offset,
		    button->line,
		};
	}
	for (size_t i = 0; i < config->n_lamps; i++) {
		const struct config_lamp *lamp = &config->lamps[i];

		if (lamp->chip == NULL)
			continue;
		uses[n++] = (struct gpio_use){
		    reader_member(config_setting_get_elem(lamps, (unsigned)i),
				  "line"),
		    chip_name(lamp->chip),
		    "lamp",
		    lamp->id,
		    lamp->line_offset,
		    lamp->line,
		};
	}
	return n;
}

void section_gpio_lines(struct reader *reader, const setting *root,
			const struct config *config)
{
	struct gpio_use uses[CONFIG_MAX_BUTTONS + CONFIG_MAX_LAMPS];
	size_t n = list_uses(root, config, uses);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (uses[i].at == NULL || uses[k].at == NULL ||
			    config_setting_type(uses[i].at) !=
				CONFIG_TYPE_INT ||
			    uses[i].offset != uses[k].offset ||
			    strcmp(uses[i].chip, uses[k].chip) != 0)
				continue;
			reader_mistake(reader, uses[i].at,
				       "%u of %s is taken by the %s \"%s\" "
				       "(line %d): wire each to a line of its "
				       "own",
				       uses[i].offset, uses[i].chip,
				       uses[k].kind,
				       uses[k].id != NULL ? uses[k].id : "",
				       uses[k].line);
			break;
		}
	}
}
