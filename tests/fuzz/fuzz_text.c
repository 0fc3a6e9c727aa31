/* SPDX-License-Identifier: MIT */
/*
 * The small readers and writers of text on the ground floor: the first byte
 * chooses one, the rest is its text.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fill.h"
#include "base/hours.h"
#include "base/json.h"
#include "base/ticket.h"
#include "base/ticket_token.h"
#include "base/utf8.h"
#include "base/when.h"
#include "console/guard.h"
#include "journal/escape.h"
#include "sync/central_url.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	return 0;
}

static void utf8(const char *text, size_t length)
{
	ssize_t bad = utf8_first_bad(text, length);
	const char *cursor = text;
	char *copy = strdup(text);
	bool replaced = false;

	FUZZ_CHECK(copy, "no memory");
	FUZZ_CHECK(utf8_valid(text, length) == (bad < 0), "%zd", bad);
	for (uint32_t point; (point = utf8_next(&cursor)) != 0;) {
		FUZZ_CHECK(point <= 0x10ffff &&
			       (point < 0xd800 || point > 0xdfff),
			   "%x", point);
		replaced |= point == 0xfffd;
	}
	FUZZ_CHECK(cursor == text + length, "stopped early");
	FUZZ_CHECK(bad < 0 || replaced, "a bad byte was decoded");
	for (size_t max = 0; max <= length + 1 && max < 64; max++) {
		size_t n = utf8_prefix(text, max);

		FUZZ_CHECK(n <= max && n <= length, "%zu of %zu", n, max);
		FUZZ_CHECK(bad >= 0 || utf8_valid(text, n), "split at %zu", n);
	}
	utf8_make_printable(copy);
	FUZZ_CHECK(strlen(copy) == length && fuzz_is_line(copy), "%s", copy);
	free(copy);
}

static void hours(const char *text)
{
	struct hours_mistake mistake = {0};
	struct hours read;
	struct hours_now now;
	int64_t at_ms = 1795488060000;

	if (hours_read(text, &read, &mistake) < 0) {
		FUZZ_CHECK(mistake.why && *mistake.why, "without a word");
		FUZZ_CHECK(mistake.at + mistake.length <= strlen(text),
			   "%zu+%zu", mistake.at, mistake.length);
		return;
	}
	for (int i = 0; i < 40; i++) {
		int64_t after;

		hours_at(&read, NULL, at_ms, &now);
		FUZZ_CHECK(now.open || now.opens_ms == 0 ||
			       now.opens_ms > at_ms,
			   "opens in the past");
		FUZZ_CHECK(!now.open || now.closes_ms == 0 ||
			       now.closes_ms > at_ms,
			   "closed already");
		after = hours_after(&read, NULL, at_ms, 600000);
		FUZZ_CHECK(after >= at_ms + 600000, "too soon");
		at_ms += 3600000 * 5 + 60000;
	}
}

static void dates(const char *text, size_t length)
{
	struct hours_closed *closed = calloc(1, sizeof(*closed));
	char *copy = strdup(text), *rest = copy;

	FUZZ_CHECK(closed && copy, "no memory");
	while (rest) {
		const char *one = strsep(&rest, "\n");
		struct hours_mistake mistake = {0};
		size_t before = closed->n;
		int64_t from, until;

		FUZZ_CHECK(hours_close(closed, one, &mistake) == 0 ||
			       (closed->n == before && mistake.why),
			   "refused, and taken all the same");
		if (hours_window(one, 1795488060000, &from, &until) == 0)
			FUZZ_CHECK(from <= until, "a window backwards");
		FUZZ_CHECK(hours_minutes(one) >= -1 &&
			       hours_minutes(one) <= 1440,
			   "%s", one);
		(void)clock_is_day(one);
	}
	for (size_t i = 0; i < closed->n; i++) {
		const struct hours_dates *range = &closed->ranges[i];

		FUZZ_CHECK(range->first <= range->last, "backwards");
		FUZZ_CHECK(i == 0 || range[-1].last < range->first,
			   "out of order");
	}
	(void)length;
	free(copy);
	free(closed);
}

static void when(const char *text, size_t length)
{
	struct fuzz_input input = {(const uint8_t *)text, length};
	int64_t at_ms = fuzz_number(&input, 8), now_ms = fuzz_number(&input, 8);
	char out[WHEN_SIZE], day[CLOCK_DAY_LEN + 1];

	for (int language = LANGUAGE_VI; language <= LANGUAGE_EN; language++) {
		when_text(out, at_ms, now_ms, (enum language)language);
		FUZZ_CHECK(strlen(out) < sizeof(out) && fuzz_is_line(out), "%s",
			   out);
	}
	/* Years that a date's four digits can tell. */
	at_ms %= 200000000000000;
	if (at_ms < 0)
		return;
	clock_business_day(at_ms, 300, day);
	FUZZ_CHECK(clock_is_day(day), "%s", day);
	FUZZ_CHECK(clock_next_day_ms(at_ms, 300) > at_ms, "no next day");
}

static void code(const char *text)
{
	char again[TICKET_CODE_SIZE], of_token[TICKET_CODE_SIZE], prefix[4];
	uint32_t number = 0;
	int length = ticket_code_parse(text, &number);

	(void)ticket_class_from(text);
	(void)ticket_token_code(text, of_token);
	if (length < 0)
		return;
	FUZZ_CHECK(length >= 1 && length <= 3 && number >= 1 &&
		       number <= TICKET_MAX_NUMBER,
		   "%s", text);
#ifdef FUZZ_PLANTED
	/* Beyond the end, for some codes only: the search must come upon one.
	 */
	if (length == 2 && number > 200)
		FUZZ_CHECK(text[strlen(text) + 1] != 'x', "planted");
#endif
	memcpy(prefix, text, (size_t)length);
	prefix[length] = '\0';
	ticket_code(again, prefix, number);
	FUZZ_CHECK(strcmp(again, text) == 0, "%s, not %s", again, text);
}

static void fill(const char *text)
{
	const struct fill fills[] = {{"{ticket}", "A025"},
				     {"{kiosk}", "{ticket}"},
				     {"{none}", NULL}};
	char *filled = fill_in(text, fills, 3);

	FUZZ_CHECK(filled, "no memory");
	if (utf8_valid(text, strlen(text)))
		FUZZ_CHECK(utf8_valid(filled, strlen(filled)), "%s", filled);
	FUZZ_CHECK(strstr(text, "{") || strcmp(text, filled) == 0,
		   "changed without a name");
	free(filled);
}

static void json(const char *text, size_t length)
{
	struct json_problem problem = {0};
	json_t *object = json_parse_object(text, length, &problem), *again;
	char *written, *rewritten;

	if (!object) {
		FUZZ_CHECK(*problem.what && fuzz_is_line(problem.what), "%s",
			   problem.what);
		return;
	}
	written = json_to_string(object);
	FUZZ_CHECK(written, "%.*s", (int)length, text);
	again = json_parse_object(written, strlen(written), &problem);
	FUZZ_CHECK(again, "%s: %s", problem.what, written);
	/* The texts and not the values: of a fraction 15 digits are kept. */
	rewritten = json_to_string(again);
	FUZZ_CHECK(rewritten && strcmp(written, rewritten) == 0, "%s", written);
	json_decref(again);
	json_decref(object);
	free(written);
	free(rewritten);
}

/* What escape.c makes of a text is a JSON string that says the same. */
static void escape(const char *text, size_t length)
{
	char *out = malloc(ESCAPE_PIECE_MAX * length + 32), *to = out;
	const char *cursor = text;
	struct json_problem problem;
	json_t *object;
	size_t n;

	FUZZ_CHECK(out, "no memory");
	to = stpcpy(to, "{\"a\":\"");
	for (;;) {
		n = escape_plain(cursor);
		memcpy(to, cursor, n);
		to += n;
		cursor += n;
		n = escape_next(&cursor, to);
		if (n == 0)
			break;
		to += n;
	}
	stpcpy(to, "\"}");
	object = json_parse_object(out, strlen(out), &problem);
	FUZZ_CHECK(object, "%s: %s", problem.what, out);
	if (utf8_valid(text, length))
		FUZZ_CHECK(strcmp(json_string_value(
				      json_object_get(object, "a")),
				  text) == 0,
			   "%s", out);
	json_decref(object);
	free(out);
}

static void url(const char *text)
{
	char shown[120], line[160];

	central_url_mask(text, shown, sizeof(shown));
	FUZZ_CHECK(strlen(shown) < sizeof(shown), "%s", shown);
	central_url_scrub(text, text, line, sizeof(line));
	FUZZ_CHECK(strlen(line) < sizeof(line) && !strchr(line, '\n'), "%s",
		   line);
	(void)central_url_clear(text);
}

static void guard(const char *text)
{
	const char *host = strchr(text, '\n');

	(void)guard_host_is_loopback(text);
	(void)guard_site_fits(text);
	(void)guard_origin_fits(text, host ? host + 1 : NULL, false);
	(void)guard_origin_fits(text, host ? host + 1 : NULL, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t which = fuzz_byte(&input);
	const uint8_t *rest = input.at;
	size_t left = input.left;
	char *text = fuzz_text(&input);
	size_t length = strlen(text);

	switch (which % 10) {
	case 0:
		utf8(text, length);
		break;
	case 1:
		hours(text);
		break;
	case 2:
		dates(text, length);
		break;
	case 3:
		when((const char *)rest, left);
		break;
	case 4:
		code(text);
		break;
	case 5:
		fill(text);
		break;
	case 6:
		json((const char *)rest, left);
		break;
	case 7:
		escape(text, length);
		break;
	case 8:
		url(text);
		break;
	case 9:
		guard(text);
		break;
	}
	free(text);
	return 0;
}
