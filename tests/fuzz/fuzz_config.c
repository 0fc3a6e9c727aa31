/* SPDX-License-Identifier: MIT */
/* kiosk.conf: the input is the file. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	return 0;
}

/* Each names the file and a line, but for the one that counts the rest. */
static void check_lines(const char *text, const char *path)
{
	while (*text) {
		const char *end = strchr(text, '\n');
		char line[4096];
		size_t n = strlen(path);

		FUZZ_CHECK(end && (size_t)(end - text) < sizeof(line),
			   "a line without its end: %s", text);
		memcpy(line, text, (size_t)(end - text));
		line[end - text] = '\0';
		text = end + 1;
		FUZZ_CHECK(fuzz_is_line(line), "%s", line);
		FUZZ_CHECK(strncmp(line, path, n) == 0 && line[n] == ':', "%s",
			   line);
		if (strstr(line, "more: mend these first"))
			continue;
		FUZZ_CHECK(isdigit((unsigned char)line[n + 1]), "%s", line);
		FUZZ_CHECK(strtoul(line + n + 1, NULL, 10) > 0, "%s", line);
	}
}

static void check_text(const struct text *text)
{
	FUZZ_CHECK(text->vi && utf8_valid(text->vi, strlen(text->vi)), "vi");
	FUZZ_CHECK(!text->en || utf8_valid(text->en, strlen(text->en)), "en");
}

static void check_hours(const struct hours *hours)
{
	for (int day = 0; day < 7; day++) {
		int until = -1;

		FUZZ_CHECK(hours->days[day].n <= HOURS_MAX_SESSIONS, "%d", day);
		for (int i = 0; i < hours->days[day].n; i++) {
			const struct hours_session *session =
			    &hours->days[day].sessions[i];

			FUZZ_CHECK(session->from_min > until &&
				       session->from_min < session->until_min &&
				       session->until_min <= 1440,
				   "%d-%d", session->from_min,
				   session->until_min);
			until = session->until_min;
		}
	}
}

static void check_office(const struct config *config)
{
	FUZZ_CHECK(config->n_services >= 1 &&
		       config->n_services <= CONFIG_MAX_SERVICES,
		   "%zu services", config->n_services);
	FUZZ_CHECK(config->n_counters >= 1 &&
		       config->n_counters <= CONFIG_MAX_COUNTERS,
		   "%zu counters", config->n_counters);
	check_text(&config->office.name);
	for (size_t i = 0; i < config->n_services; i++) {
		const struct config_service *service = &config->services[i];

		check_text(&service->name);
		check_hours(&service->hours);
		FUZZ_CHECK(strlen(service->id) >= 1 &&
			       strlen(service->id) <= 32,
			   "id %s", service->id);
		FUZZ_CHECK(strlen(service->prefix) >= 1 &&
			       strlen(service->prefix) <= 3,
			   "prefix %s", service->prefix);
		FUZZ_CHECK(service->daily_cap >= 0, "cap");
	}
	for (size_t i = 0; i < config->n_counters; i++) {
		const struct config_counter *counter = &config->counters[i];

		check_text(&counter->name);
		FUZZ_CHECK(counter->id >= 1 && counter->id <= 99, "id %d",
			   counter->id);
		FUZZ_CHECK(counter->n_services >= 1 &&
			       counter->n_services <= config->n_services,
			   "%zu services of counter %d", counter->n_services,
			   counter->id);
		for (size_t k = 0; k < counter->n_services; k++)
			FUZZ_CHECK(counter->services[k] < config->n_services,
				   "service %zu", counter->services[k]);
	}
}

static void check_action(const struct config *config,
			 const struct config_action *action)
{
	FUZZ_CHECK(action->service < config->n_services, "service");
	FUZZ_CHECK(action->counter < config->n_counters, "counter");
	FUZZ_CHECK(action->class >= 0 && action->class < TICKET_CLASSES,
		   "class");
	FUZZ_CHECK(action->kind != CONFIG_ACTION_RATE ||
		       (action->stars >= 1 && action->stars <= 5),
		   "%d stars", action->stars);
}

static void check_rest(const struct config *config)
{
	for (size_t i = 0; i < config->n_buttons; i++) {
		check_action(config, &config->buttons[i].press);
		check_action(config, &config->buttons[i].hold);
	}
	for (size_t i = 0; i < config->n_lamps; i++)
		FUZZ_CHECK(config->lamps[i].shows == CONFIG_LAMP_FAULT ||
			       config->lamps[i].index < CONFIG_MAX_SERVICES,
			   "lamp");
	for (size_t i = 0; i < config->n_keypads; i++)
		FUZZ_CHECK(config->keypads[i].counter < config->n_counters,
			   "keypad");
	for (size_t i = 0; i < config->n_users; i++)
		for (size_t k = 0; k < config->users[i].n_counters; k++)
			FUZZ_CHECK(config->users[i].counters[k] <
				       config->n_counters,
				   "user");
	for (size_t i = 0; i < config->n_notices; i++)
		check_text(&config->notices[i]);
	check_text(&config->display.announce);
	check_hours(&config->display.quiet);
	FUZZ_CHECK(config->printer.width_dots % 8 == 0 &&
		       config->printer.width_dots >= 256 &&
		       config->printer.width_dots <= 832,
		   "%d dots", config->printer.width_dots);
	FUZZ_CHECK(config->central.every_s >= 1, "every_s");
}

static int load(const char *path, char **said, struct config **config)
{
	size_t length;
	FILE *to = open_memstream(said, &length);
	int r;

	FUZZ_CHECK(to, "no memory");
	r = config_load(path, to, to, config);
	FUZZ_CHECK(fclose(to) == 0, "no memory");
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	struct config *config;
	char *said;
	int r = load(path, &said, &config);

	FUZZ_CHECK(r == 0 || r == -EINVAL, "%d: %s", r, said);
	FUZZ_CHECK((r == 0) == (config != NULL), "%d", r);
	check_lines(said, path);
	if (config) {
		check_office(config);
		check_rest(config);
	} else {
		FUZZ_CHECK(*said, "refused without a word");
	}
	config_free(config);
	free(said);
	return 0;
}
