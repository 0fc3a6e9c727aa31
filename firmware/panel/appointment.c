/* SPDX-License-Identifier: MIT */
#include "panel/appointment.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

#define DAY_MIN (24 * 60)
#define DAY_S 86400

/* A piece of the code. */
struct piece {
	const char *at;
	size_t length;
};

static struct piece piece_of(const char *code, const regmatch_t *group)
{
	if (group->rm_so < 0) /* of an alternative that was not taken */
		return (struct piece){code, 0};
	return (struct piece){code + group->rm_so,
			      (size_t)(group->rm_eo - group->rm_so)};
}

/* Digits at that place of a text, as a number; -1 where one is none. */
static int digits(const char *text, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + text[i] - '0';
	}
	return value;
}

/* ---- the date ---- */

/* Days since 1970-01-01; -1 where there is no such date. */
static int64_t date_of(int year, int month, int day)
{
	struct tm tm = {.tm_year = year - 1900,
			.tm_mon = month - 1,
			.tm_mday = day};
	int64_t days;

	if (year < 2000 || year > 2099 || month < 1 || month > 12 || day < 1 ||
	    day > 31)
		return -1;
	days = timegm(&tm) / DAY_S;
	/* timegm() makes 1 March of 29 February. */
	return tm.tm_mday == day ? days : -1;
}

/* Leaves out what stands between the digits. False where these are not 8. */
static bool eight_digits(struct piece piece, char out[8])
{
	size_t n = 0;

	for (size_t i = 0; i < piece.length; i++) {
		if (memchr("-/.", piece.at[i], 3))
			continue;
		if (n == 8)
			return false;
		out[n++] = piece.at[i];
	}
	return n == 8;
}

static int read_date(struct piece piece, int64_t *date)
{
	char text[8];

	if (!eight_digits(piece, text) || digits(text, 8) < 0)
		return -EINVAL;
	*date =
	    date_of(digits(text, 4), digits(text + 4, 2), digits(text + 6, 2));
	if (*date < 0)
		*date = date_of(digits(text + 4, 4), digits(text + 2, 2),
				digits(text, 2));
	return *date < 0 ? -EINVAL : 0;
}

/* ---- the time ---- */

/* "9" or "09", perhaps ':' or 'h', "00"; without that sign, two and two. */
static int read_time(struct piece piece, int *minute)
{
	const char *text = piece.at;
	size_t n = piece.length;
	int hours, minutes;

	if (n < 4 || n > 5)
		return -EINVAL;
	minutes = digits(text + n - 2, 2);
	n -= 2;
	if (memchr(":hH", text[n - 1], 3))
		n--;
	else if (n != 2)
		return -EINVAL;
	hours = digits(text, n);
	if (hours < 0 || minutes < 0 || minutes > 59 ||
	    hours * 60 + minutes > DAY_MIN)
		return -EINVAL;
	*minute = hours * 60 + minutes;
	return 0;
}

/* ---- the whole ---- */

int appointment_window(const struct config_scan *scan, const char *code,
		       const regmatch_t groups[], int64_t now_ms,
		       int64_t *from_ms, int64_t *until_ms)
{
	int from = 0, until = DAY_MIN, rc = 0;
	int64_t date;

	*from_ms = *until_ms = 0;
	if (scan->date == 0 && scan->from == 0)
		return 0;
	date = clock_date(now_ms);
	if (scan->date > 0)
		rc = read_date(piece_of(code, &groups[scan->date]), &date);
	if (rc == 0 && scan->from > 0) {
		rc = read_time(piece_of(code, &groups[scan->from]), &from);
		until = from;
	}
	if (rc == 0 && scan->until > 0)
		rc = read_time(piece_of(code, &groups[scan->until]), &until);
	if (rc != 0 || until < from)
		return -EINVAL;
	*from_ms = clock_at_ms(date, from);
	*until_ms = clock_at_ms(date, until);
	return 0;
}
