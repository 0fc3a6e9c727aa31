/* SPDX-License-Identifier: MIT */
/*
 * A kiosk.conf for the tests of config_load(): written into a folder of its
 * own, loaded, and what was said of it. For a group's setup and teardown, and
 * all static, since each test is a program of its own.
 */
#ifndef KIOSK_TESTS_CONFIG_FILE_H
#define KIOSK_TESTS_CONFIG_FILE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"

/* DESIGN.md "Configuration", every setting at least once. */
#define GOOD_CONFIG                                                                       \
	"office = { kiosk = \"tan-tru-01\";\n"                                            \
	"  name = { vi = \"Bộ phận Một cửa\"; en = \"One-stop office\"; };\n"     \
	"  timezone = \"Asia/Ho_Chi_Minh\"; day_starts = \"05:00\";\n"                    \
	"  languages = [ \"vi\", \"en\" ]; closed_days = [ \"2027-02-05\", "              \
	"\"2027-02-08..2027-02-12\" ]; };\n"                                              \
	"services = (\n"                                                                  \
	"  { id = \"land\"; name = { vi = \"Đất đai\"; en = \"Land\"; }; "            \
	"prefix = \"A\"; daily_cap = 0; hours = \"07:30-11:30, "                          \
	"13:30-17:00\";\n"                                                                \
	"    typical_minutes = 8; outcomes = [ \"accepted\", \"supplement\", "            \
	"\"returned_result\" ]; },\n"                                                     \
	"  { id = \"civil\"; name = { vi = \"Hộ tịch\"; }; prefix = \"HT\"; "         \
	"daily_cap = 120; } );\n"                                                         \
	"counters = ( { id = 1; name = { vi = \"Quầy 1\"; en = \"Counter "              \
	"1\"; }; services = [ \"land\", \"civil\" ]; prefer = \"oldest\"; "               \
	"},\n"                                                                            \
	"  { id = 7; name = { vi = \"Quầy 7\"; }; services = ( \"civil\" ); "           \
	"prefer = \"order\"; } );\n"                                                      \
	"queue = { policy = \"strict\"; priority_ratio = 3; rates = { normal "            \
	"= 2; priority = 5; appointment = 3; }; "                                         \
	"restore_after = 4; recall_limit = 0; last_call = \"stop\"; "                     \
	"priority_for = { vi = \"Người già\"; en = \"The old\"; }; };\n"              \
	"buttons = ( { id = \"land\"; chip = \"pinctrl-bcm2711\"; line = 17; "            \
	"active = \"low\"; bias = \"pull-up\"; debounce_ms = 20;\n"                       \
	"    press = \"issue land\"; hold = \"issue land priority\"; },\n"                \
	"  { id = \"q7-next\"; chip = \"pinctrl-bcm2711\"; line = 18; "                   \
	"press = \"call 7\"; hold = \"recall 7\"; hold_ms = 900; repeat_ms = "            \
	"0; },\n"                                                                         \
	"  { id = \"q7-gone\"; chip = \"gpiochip1\"; line = 17; active = "                \
	"\"high\"; press = \"no-show 7\"; hold = \"finish 7\"; } );\n"                    \
	"lamps = ( { id = \"land\"; chip = \"pinctrl-bcm2711\"; line = 22; "              \
	"active = \"high\"; shows = \"service civil\"; },\n"                              \
	"  { id = \"q7\"; chip = \"pinctrl-bcm2711\"; line = 23; active = "               \
	"\"low\"; shows = \"counter 7\"; },\n"                                            \
	"  { id = \"fault\"; chip = \"/dev/gpiochip0\"; line = 23; shows = "              \
	"\"fault\"; } );\n"                                                               \
	"keypads = ( { device = \"/dev/input/by-path/x-kbd\"; counter = 7; "              \
	"keys = { finish = \"f1\"; pause = \"\"; }; } );\n"                               \
	"scanners = ( { device = \"/dev/input/by-path/y-kbd\"; accepts = ( "              \
	"{ pattern = \"LH-[0-9]{6}\"; service = \"civil\"; }, "                           \
	"{ pattern = \"HT-([0-9]+)-([0-9]+)-([0-9]+)\"; service = \"civil\"; "            \
	"date = 1; from = 2; until = 3; } ); } );\n"                                      \
	"printer = { device = \"tcp:127.0.0.1:9100\"; width_dots = 384; cut "             \
	"= false; when_out = \"issue\"; };\n"                                             \
	"display = { font = \"Noto Sans\"; voice = \"espeak\"; read_numbers "             \
	"= \"words\";\n"                                                                  \
	"  announce = { vi = \"Mời số {ticket} đến quầy số {counter}\"; en = " \
	"\"Number {ticket} to {counter}\"; }; };\n"                                       \
	"notices = ( { vi = \"a\"; en = \"A\"; }, { vi = \"b\"; } );\n"                   \
	"console = { listen = \"[::1]:8081\"; certificate = \"\"; key = "                 \
	"\"\"; session_minutes = 60; };\n"                                                \
	"users = ( { name = \"lan\"; pin = \"$argon2id$v=19$m=1,t=1$a$b\"; "              \
	"role = \"supervisor\"; counters = [ 1, 7 ]; } );\n"                              \
	"devices = ( { name = \"board-2\"; token = \"k3JdP0cQz8\"; may = [ "              \
	"\"read\" ]; } );\n"                                                              \
	"central = { url = \"postgresql://kiosk@db/mc\"; every_s = 10; "                  \
	"retain_days = 90; };\n"

/* No more than is needed, in 3 lines: what a test adds begins at line 4. */
#define SMALL_OFFICE "office = { kiosk = \"x\"; name = { vi = \"X\"; }; };\n"
#define SMALL_SERVICES                                                         \
	"services = ( { id = \"land\"; name = { vi = \"Đất\"; }; prefix = " \
	"\"A\"; } );\n"
#define SMALL_COUNTERS                                                        \
	"counters = ( { id = 1; name = { vi = \"Quầy 1\"; }; services = [ " \
	"\"land\" ]; } );\n"
#define SMALL_CONFIG SMALL_OFFICE SMALL_SERVICES SMALL_COUNTERS

static char config_folder[256], config_path[300];

static inline const char *config_file_path(void)
{
	return config_path;
}

static inline int config_file_make(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	(void)snprintf(config_folder, sizeof(config_folder),
		       "%s/kiosk-config-XXXXXX", base != NULL ? base : "/tmp");
	if (mkdtemp(config_folder) == NULL)
		return -1;
	(void)snprintf(config_path, sizeof(config_path), "%s/kiosk.conf",
		       config_folder);
	return 0;
}

static inline int config_file_remove(void **state)
{
	(void)state;
	(void)unlink(config_path);
	return rmdir(config_folder);
}

static inline void config_file_write(const char *bytes, size_t length)
{
	FILE *file;

	/* ext4 flushes a file that is truncated and written again. */
	(void)unlink(config_path);
	file = fopen(config_path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

/* What config_load() says, errors or notes; the caller frees it. */
static inline char *load_saying(const char *path, bool want_notes, int expected,
				struct config **out)
{
	char *errors = NULL, *notes = NULL;
	size_t n_errors = 0, n_notes = 0;
	FILE *to_errors = open_memstream(&errors, &n_errors);
	FILE *to_notes = open_memstream(&notes, &n_notes);
	int r;

	assert_non_null(to_errors);
	assert_non_null(to_notes);
	r = config_load(path, to_errors, to_notes, out);
	(void)fclose(to_errors);
	(void)fclose(to_notes);
	if (expected <= 0 && r != expected)
		fail_msg("%d (%s) instead of %d: %s", r, strerror(-r), expected,
			 errors);
	/* Both or neither. */
	assert_int_equal(r == 0, *out != NULL);
	assert_int_equal(r == 0, n_errors == 0);
	free(want_notes ? errors : notes);
	return want_notes ? notes : errors;
}

/* expected: what config_load() must return; 1: anything. */
static inline char *load_path_expecting(const char *path, int expected,
					struct config **out)
{
	return load_saying(path, false, expected, out);
}

static inline char *load_path(const char *path, struct config **out)
{
	return load_saying(path, false, 1, out);
}

static inline char *load_text(const char *bytes, size_t length, int expected,
			      struct config **out)
{
	config_file_write(bytes, length);
	return load_saying(config_path, false, expected, out);
}

static inline char *load_notes(const char *text, struct config **out)
{
	config_file_write(text, strlen(text));
	return load_saying(config_path, true, 0, out);
}

#endif
