/* SPDX-License-Identifier: MIT */
/* config_load() as its callers see it: what a good file gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/config.h"
#include "base/keys.h"
#include "base/ticket.h"
#include "tests/unit/base/config_file.h"

/* ---- good files ---- */

static void takes_every_setting(void **state)
{
	struct config *config = NULL;
	char *said = load_text(GOOD_CONFIG, strlen(GOOD_CONFIG), 0, &config);

	(void)state;
	assert_string_equal(said, "");
	assert_string_equal(config->path, config_file_path());
	assert_string_equal(config->office.kiosk, "tan-tru-01");
	assert_string_equal(config->office.name.vi, "Bộ phận Một cửa");
	assert_string_equal(config->office.name.en, "One-stop office");
	assert_string_equal(config->office.timezone, "Asia/Ho_Chi_Minh");
	assert_int_equal(config->office.day_starts_min, 300);
	assert_int_equal(config->office.n_languages, 2);
	assert_int_equal(config->office.closed.n, 2);

	assert_int_equal(config->n_services, 2);
	assert_string_equal(config->services[0].id, "land");
	assert_string_equal(config->services[0].prefix, "A");
	assert_int_equal(config->services[0].hours.days[6].n, 2);
	assert_int_equal(config->services[0]
			     .hours.days[6]
			     .sessions[1]
			     .until_min,
			 17 * 60);
	assert_true(hours_always(&config->services[1].hours));
	assert_int_equal(config->services[0].typical_minutes, 8);
	assert_int_equal(config->services[0].n_outcomes, 3);
	assert_string_equal(config->services[0].outcomes[2], "returned_result");
	assert_int_equal(config->services[0].line, 6);
	assert_string_equal(config->services[1].prefix, "HT");
	assert_null(config->services[1].name.en);
	assert_int_equal(config->services[1].daily_cap, 120);

	assert_int_equal(config->n_counters, 2);
	assert_int_equal(config->counters[0].id, 1);
	assert_int_equal(config->counters[0].n_services, 2);
	assert_int_equal(config->counters[0].services[1], 1);
	assert_int_equal(config->counters[1].prefer, CONFIG_PREFER_ORDER);
	assert_int_equal(config->queue.policy, CONFIG_POLICY_STRICT);
	assert_int_equal(config->queue.priority_ratio, 3);
	assert_int_equal(config->queue.rates[TICKET_NORMAL], 2);
	assert_int_equal(config->queue.rates[TICKET_PRIORITY], 5);
	assert_int_equal(config->queue.rates[TICKET_APPOINTMENT], 3);
	assert_int_equal(config->queue.restore_after, 4);
	assert_int_equal(config->queue.recall_limit, 0);
	assert_int_equal(config->queue.last_call, CONFIG_LAST_CALL_STOP);
	assert_string_equal(config->queue.priority_for.vi, "Người già");
	assert_string_equal(config->queue.priority_for.en, "The old");
	config_free(config);
	free(said);
}

static void takes_every_setting_of_the_hardware(void **state)
{
	struct config *config = NULL;
	char *said = load_text(GOOD_CONFIG, strlen(GOOD_CONFIG), 0, &config);
	const struct config_button *button = config->buttons;

	(void)state;
	assert_int_equal(config->n_buttons, 3);
	assert_string_equal(button[0].chip, "pinctrl-bcm2711");
	assert_int_equal(button[0].line_offset, 17);
	assert_true(button[0].active_low);
	assert_int_equal(button[0].bias, CONFIG_BIAS_PULL_UP);
	assert_int_equal(button[0].press.kind, CONFIG_ACTION_ISSUE);
	assert_int_equal(button[0].press.class, TICKET_NORMAL);
	assert_int_equal(button[0].hold.class, TICKET_PRIORITY);
	assert_int_equal(button[1].press.kind, CONFIG_ACTION_CALL);
	assert_int_equal(button[1].press.counter, 1);
	assert_int_equal(button[1].hold.kind, CONFIG_ACTION_RECALL);
	assert_int_equal(button[1].hold_ms, 900);
	assert_int_equal(button[1].repeat_ms, 0);
	assert_int_equal(button[2].press.kind, CONFIG_ACTION_NO_SHOW);
	assert_int_equal(button[2].hold.kind, CONFIG_ACTION_FINISH);
	assert_int_equal(button[2].bias, CONFIG_BIAS_PULL_DOWN);

	assert_int_equal(config->n_lamps, 3);
	assert_int_equal(config->lamps[0].shows, CONFIG_LAMP_SERVICE);
	assert_int_equal(config->lamps[0].index, 1);
	assert_int_equal(config->lamps[1].shows, CONFIG_LAMP_COUNTER);
	assert_int_equal(config->lamps[1].index, 1);
	assert_true(config->lamps[1].active_low);
	assert_int_equal(config->lamps[2].shows, CONFIG_LAMP_FAULT);

	assert_int_equal(config->n_keypads, 1);
	assert_int_equal(config->keypads[0].counter, 1);
	assert_string_equal(keys_name(config->keypads[0].keys[CONFIG_KEY_NEXT]),
			    "enter");
	assert_string_equal(keys_name(
				config->keypads[0].keys[CONFIG_KEY_FINISH]),
			    "f1");
	assert_int_equal(config->keypads[0].keys[CONFIG_KEY_PAUSE], KEYS_NONE);
	assert_int_equal(config->n_scanners, 1);
	assert_int_equal(config->scanners[0].n_accepts, 2);
	assert_string_equal(config->scanners[0].accepts[0].pattern,
			    "LH-[0-9]{6}");
	assert_int_equal(config->scanners[0].accepts[0].service, 1);
	assert_int_equal(config->scanners[0].accepts[0].from, 0);
	assert_int_equal(config->scanners[0].accepts[1].date, 1);
	assert_int_equal(config->scanners[0].accepts[1].from, 2);
	assert_int_equal(config->scanners[0].accepts[1].until, 3);
	assert_string_equal(config->printer.device, "tcp:127.0.0.1:9100");
	assert_int_equal(config->printer.width_dots, 384);
	assert_false(config->printer.cut);
	assert_int_equal(config->printer.when_out, CONFIG_WHEN_OUT_ISSUE);
	config_free(config);
	free(said);
}

static void takes_every_setting_of_the_outside(void **state)
{
	struct config *config = NULL;
	char *said = load_text(GOOD_CONFIG, strlen(GOOD_CONFIG), 0, &config);

	(void)state;
	assert_string_equal(config->display.font, "Noto Sans");
	assert_string_equal(config->display.voice, "espeak");
	assert_string_equal(config->display.read_numbers, "words");
	assert_string_equal(config->display.announce.vi,
			    "Mời số {ticket} đến quầy số {counter}");
	assert_int_equal(config->n_notices, 2);
	assert_string_equal(config->notices[1].vi, "b");
	assert_string_equal(config->console.listen, "[::1]:8081");
	assert_int_equal(config->console.session_minutes, 60);
	assert_int_equal(config->n_users, 1);
	assert_int_equal(config->users[0].role, CONFIG_ROLE_SUPERVISOR);
	assert_int_equal(config->users[0].n_counters, 2);
	assert_int_equal(config->users[0].counters[1], 1);
	assert_int_equal(config->n_devices, 1);
	assert_true(config->devices[0].may_read);
	assert_false(config->devices[0].may_issue);
	assert_string_equal(config->central.url, "postgresql://kiosk@db/mc");
	assert_int_equal(config->central.every_s, 10);
	assert_int_equal(config->central.retain_days, 90);
	config_free(config);
	free(said);
}

static void needs_little(void **state)
{
	struct config *config = NULL;
	char *said = load_text(SMALL_CONFIG, strlen(SMALL_CONFIG), 0, &config);

	(void)state;
	assert_string_equal(said, "");
	assert_string_equal(config->office.timezone, "Asia/Ho_Chi_Minh");
	assert_int_equal(config->office.day_starts_min, 300);
	assert_int_equal(config->office.languages[0], LANGUAGE_VI);
	assert_int_equal(config->queue.priority_ratio, 2);
	assert_string_equal(config->printer.device, "none");
	assert_int_equal(config->printer.width_dots, 576);
	assert_int_equal(config->printer.when_out, CONFIG_WHEN_OUT_REFUSE);
	assert_true(config->printer.cut);
	assert_string_equal(config->display.voice, "espeak");
	assert_string_equal(config->display.read_numbers, "digits");
	assert_non_null(config->display.announce.en);
	assert_string_equal(config->console.listen, "127.0.0.1:8080");
	assert_string_equal(config->console.certificate, "");
	assert_string_equal(config->central.url, "");
	assert_int_equal(config->central.every_s, 30);
	assert_int_equal(config->central.retain_days, 0);
	assert_int_equal(config->n_buttons + config->n_lamps +
			     config->n_keypads + config->n_notices +
			     config->n_users + config->n_devices,
			 0);
	config_free(config);
	free(said);
}

static void takes_what_other_systems_write(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
	    {"a byte order mark", "\xef\xbb\xbf" SMALL_CONFIG},
	    {"lines ended by CR LF",
	     "# x\r\n\r\n" SMALL_CONFIG "\r\nqueue = {\r\n};\r\n"},
	    {"every kind of comment",
	     "# 1 \"\n// 2 {\n/* 3 \" { \n */" SMALL_CONFIG "# end"},
	    {"colons for '='", SMALL_CONFIG "queue : { priority_ratio : 5; };"},
	    {"commas between settings", SMALL_CONFIG
	     "queue = { policy = \"ratio\", priority_ratio = 5 },"},
	    {"no ';' before a '}' and at the end",
	     SMALL_CONFIG "queue = { priority_ratio = 5 }"},
	    {"a text in pieces",
	     SMALL_CONFIG "queue = { policy = \"ra\" /* x */ \"tio\"; };"},
	    {"a hexadecimal and a long number",
	     SMALL_CONFIG "central = { every_s = 0x1e; };\n"
			  "queue = { priority_ratio = 5L; };"},
	    {"empty lists of both kinds",
	     SMALL_CONFIG "buttons = ( );\nlamps = [ ];"},
	    {"signs that look like others in texts",
	     SMALL_CONFIG "notices = ( { vi = \"a # b // c /* { ( \\\" ;\"; } "
			  ");"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config *config = NULL;
		char *said =
		    load_text(rows[i].text, strlen(rows[i].text), 0, &config);

		if (said[0] != '\0')
			fail_msg("%s: %s", rows[i].name, said);
		config_free(config);
		free(said);
	}
}

static void takes_the_shipped_files(void **state)
{
	struct config *config = NULL;
	char *said;

	(void)state;
	said = load_path("firmware/system/kiosk.conf", &config);
	assert_string_equal(said, "");
	config_free(config);
	free(said);

	/* The port alone is no valid address before make run fills it in. */
	said = load_path("firmware/system/demo.conf", &config);
	assert_non_null(strstr(said, "console.listen: \"127.0.0.1:@PORT@\""));
	assert_ptr_equal(strchr(said, '\n'), strrchr(said, '\n'));
	free(said);
}

static void notes_a_service_that_no_counter_serves(void **state)
{
	static const char text[] =
	    "office = { kiosk = \"x\"; name = { vi = \"x\"; }; };\n"
	    "services = ( { id = \"a\"; name = { vi = \"a\"; }; prefix = "
	    "\"A\"; },\n"
	    "  { id = \"b\"; name = { vi = \"b\"; }; prefix = \"B\"; } );\n"
	    "counters = ( { id = 1; name = { vi = \"1\"; }; "
	    "services = [ \"a\" ]; } );\n";
	struct config *config = NULL;
	char *notes = load_notes(text, &config);

	(void)state;
	assert_non_null(strstr(notes, ":3: services[1]: no counter serves "
				      "\"b\""));
	config_free(config);
	free(notes);
}

/* ---- files that cannot be read ---- */

static void says_why_a_file_cannot_be_read(void **state)
{
	struct config *config = (struct config *)1;
	char *said;

	(void)state;
	said = load_path_expecting("/nowhere/kiosk.conf", -ENOENT, &config);
	assert_string_equal(said, "/nowhere/kiosk.conf: cannot be read: No "
				  "such file or directory: give the path of a "
				  "kiosk.conf\n");
	assert_null(config);
	free(said);
	said = load_path_expecting("/", -EISDIR, &config);
	assert_non_null(strstr(said, "/: cannot be read: Is a directory"));
	free(said);
}

static void bounds_the_size_of_the_file(void **state)
{
	const size_t mib = 1024 * 1024;
	struct config *config = NULL;
	char *text = malloc(mib + 2), *said;
	size_t used = strlen(SMALL_CONFIG);

	(void)state;
	assert_non_null(text);
	memcpy(text, SMALL_CONFIG, used);
	memset(text + used, '\n', mib + 2 - used);
	said = load_text(text, mib, 0, &config);
	assert_string_equal(said, "");
	config_free(config);
	free(said);
	said = load_text(text, mib + 1, -EFBIG, &config);
	assert_non_null(strstr(said, "1 MiB"));
	free(said);
	free(text);
}

static void reads_a_pipe(void **state)
{
	struct config *config = NULL;
	char path[64];
	int ends[2];
	char *said;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], SMALL_CONFIG, strlen(SMALL_CONFIG)),
			 (ssize_t)strlen(SMALL_CONFIG));
	close(ends[1]);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	said = load_path(path, &config);
	close(ends[0]);
	assert_string_equal(said, "");
	config_free(config);
	free(said);
}

static void keeps_the_process_s_zone(void **state)
{
	struct config *config = NULL;
	char *said;

	(void)state;
	setenv("TZ", "Europe/Berlin", 1);
	said = load_text(GOOD_CONFIG, strlen(GOOD_CONFIG), 0, &config);
	assert_string_equal(getenv("TZ"), "Europe/Berlin");
	config_free(config);
	free(said);
}

static void frees_nothing(void **state)
{
	(void)state;
	config_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_every_setting),
	    cmocka_unit_test(takes_every_setting_of_the_hardware),
	    cmocka_unit_test(takes_every_setting_of_the_outside),
	    cmocka_unit_test(needs_little),
	    cmocka_unit_test(takes_what_other_systems_write),
	    cmocka_unit_test(takes_the_shipped_files),
	    cmocka_unit_test(notes_a_service_that_no_counter_serves),
	    cmocka_unit_test(says_why_a_file_cannot_be_read),
	    cmocka_unit_test(bounds_the_size_of_the_file),
	    cmocka_unit_test(reads_a_pipe),
	    cmocka_unit_test(keeps_the_process_s_zone),
	    cmocka_unit_test(frees_nothing),
	};

	return cmocka_run_group_tests(tests, config_file_make,
				      config_file_remove);
}
