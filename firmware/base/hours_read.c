/* SPDX-License-Identifier: MIT */
/* What a person writes about hours and dates, and why it does not fit. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/hours.h"

#define WEEK 7
#define DAY_MIN 1440
#define DAY_S 86400
#define DATE_LEN 10
#define MISPLACED                                                       \
	"does not belong here: write ',' between weekdays and between " \
	"sessions, ';' before the next weekdays"
#define WEEKDAYS "write Mon, Tue, Wed, Thu, Fri, Sat, Sun, or T2 to T7 and CN"

/* What a word processor makes of a '-'. */
static const char long_dash[] = "–";

struct scan {
	const char *text, *at;
	struct hours_mistake *mistake;
};

/* ---- words ---- */

static void skip_blanks(struct scan *scan)
{
	scan->at += strspn(scan->at, " \t");
}

/* The length of the word at the cursor; 0 at the end. */
static size_t word_length(const struct scan *scan)
{
	size_t n = strcspn(scan->at, " \t,;-");
	const char *dash = memmem(scan->at, n, long_dash, strlen(long_dash));

	if (dash != NULL && dash > scan->at)
		n = (size_t)(dash - scan->at);
	return n == 0 && *scan->at != '\0' ? 1 : n;
}

/* -EINVAL, for the piece that starts there. */
static int wrong(struct scan *scan, const char *at, size_t length,
		 const char *why)
{
	if (scan->mistake != NULL)
		*scan->mistake = (struct hours_mistake){
		    .at = (size_t)(at - scan->text),
		    .length = length,
		    .why = why,
		};
	return -EINVAL;
}

static int wrong_word(struct scan *scan, const char *why)
{
	return wrong(scan, scan->at, word_length(scan), why);
}

static bool take_dash(struct scan *scan)
{
	skip_blanks(scan);
	if (*scan->at == '-')
		scan->at++;
	else if (strncmp(scan->at, long_dash, strlen(long_dash)) == 0)
		scan->at += strlen(long_dash);
	else
		return false;
	skip_blanks(scan);
	return true;
}

static bool take_char(struct scan *scan, char c)
{
	skip_blanks(scan);
	if (*scan->at != c)
		return false;
	scan->at++;
	skip_blanks(scan);
	return true;
}

/* 0 for Monday, -1 where the word is none. */
static int weekday(const char *word, size_t length)
{
	static const char *const names[WEEK][2] = {
	    {"Mon", "T2"}, {"Tue", "T3"}, {"Wed", "T4"}, {"Thu", "T5"},
	    {"Fri", "T6"}, {"Sat", "T7"}, {"Sun", "CN"},
	};

	for (int i = 0; i < WEEK; i++) {
		for (int k = 0; k < 2; k++) {
			const char *name = names[i][k];

			if (strlen(name) == length &&
			    strncasecmp(word, name, length) == 0)
				return i;
		}
	}
	return -1;
}

/* ---- sessions ---- */

int hours_minutes(const char *text)
{
	int hour, minute;

	for (int i = 0; i < 5; i++) {
		if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return -1;
	}
	hour = (text[0] - '0') * 10 + text[1] - '0';
	minute = (text[3] - '0') * 10 + text[4] - '0';
	if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
		return -1;
	return hour * 60 + minute;
}

static int take_time(struct scan *scan, int *minutes)
{
	*minutes = hours_minutes(scan->at);
	if (*scan->at == '\0')
		return wrong_word(scan, "lacks a time of day at the end: "
					"write sessions as 07:30-11:30");
	/* 07:300 is none either. */
	if (*minutes < 0 || (scan->at[5] >= '0' && scan->at[5] <= '9'))
		return wrong_word(scan, "is no time of day: write 00:00 to "
					"24:00, two digits each");
	scan->at += 5;
	return 0;
}

static int take_session(struct scan *scan, struct hours_session *out)
{
	const char *start = scan->at;
	int from, until, r;

	r = take_time(scan, &from);
	if (r < 0)
		return r;
	if (!take_dash(scan))
		return wrong(scan, start, 5,
			     "has no end: write sessions as 07:30-11:30");
	r = take_time(scan, &until);
	if (r < 0)
		return r;
	if (until <= from)
		return wrong(scan, start, (size_t)(scan->at - start),
			     "does not end after it begins: write the earlier "
			     "time first, and 24:00 for the end of the day");
	out->from_min = (int16_t)from;
	out->until_min = (int16_t)until;
	return 0;
}

/* Why it does not go in, or NULL. Keeps the day sorted, and touching sessions
 * one. */
static const char *day_add(struct hours_day *day, struct hours_session add)
{
	struct hours_session *sessions = day->sessions;
	size_t i = 0;
	bool joins_before, joins_next;

	while (i < day->n && sessions[i].from_min < add.from_min)
		i++;
	if ((i > 0 && sessions[i - 1].until_min > add.from_min) ||
	    (i < day->n && sessions[i].from_min < add.until_min))
		return "overlaps another session of the same day: let one end "
		       "before the next begins";
	joins_before = i > 0 && sessions[i - 1].until_min == add.from_min;
	joins_next = i < day->n && sessions[i].from_min == add.until_min;
	if (joins_before && joins_next) {
		sessions[i - 1].until_min = sessions[i].until_min;
		memmove(&sessions[i], &sessions[i + 1],
			(day->n - i - 1) * sizeof(*sessions));
		day->n--;
	} else if (joins_before) {
		sessions[i - 1].until_min = add.until_min;
	} else if (joins_next) {
		sessions[i].from_min = add.from_min;
	} else if (day->n == HOURS_MAX_SESSIONS) {
		return "is one session too many: keep to 8 a day";
	} else {
		memmove(&sessions[i + 1], &sessions[i],
			(day->n - i) * sizeof(*sessions));
		sessions[i] = add;
		day->n++;
	}
	return NULL;
}

static int take_sessions(struct scan *scan, unsigned days, struct hours *out)
{
	do {
		const char *start = scan->at, *why = NULL;
		struct hours_session session = {0};
		int r;

		if (weekday(start, word_length(scan)) >= 0)
			return wrong_word(scan, MISPLACED);
		r = take_session(scan, &session);
		if (r < 0)
			return r;
		for (size_t i = 0; i < WEEK && why == NULL; i++) {
			if ((days & 1U << i) != 0)
				why = day_add(&out->days[i], session);
		}
		if (why != NULL)
			return wrong(scan, start, (size_t)(scan->at - start),
				     why);
	} while (take_char(scan, ','));
	return 0;
}

/* ---- weekdays ---- */

static int take_weekday(struct scan *scan, int *out)
{
	size_t length = word_length(scan);

	*out = weekday(scan->at, length);
	if (*out < 0)
		return wrong_word(scan,
				  length == 0
				      ? "lacks a weekday at the end: " WEEKDAYS
				      : "is no weekday: " WEEKDAYS);
	scan->at += length;
	return 0;
}

/* "Mon-Wed,Fri": a bit for each. */
static int take_weekdays(struct scan *scan, unsigned *days)
{
	*days = 0;
	do {
		int first, last, r = take_weekday(scan, &first);

		if (r < 0)
			return r;
		last = first;
		if (take_dash(scan))
			r = take_weekday(scan, &last);
		if (r < 0)
			return r;
		for (int day = first; day != last; day = (day + 1) % WEEK)
			*days |= 1U << day;
		*days |= 1U << last;
	} while (take_char(scan, ','));
	return 0;
}

static int take_group(struct scan *scan, struct hours *out)
{
	unsigned days = (1U << WEEK) - 1;
	const char *start = scan->at;
	int r;

	if (scan->text[strspn(scan->text, " \t")] == '\0')
		return wrong_word(scan, "says nothing: write hours, or leave "
					"the setting out for open at any hour");
	if (*start == '\0')
		return wrong_word(scan, "ends in a ';': write hours behind it, "
					"or remove it");
	if (*start == ';')
		return wrong_word(scan, "has no hours in front: write them, or "
					"remove it");
	if (*start < '0' || *start > '9') {
		r = take_weekdays(scan, &days);
		if (r < 0)
			return r;
		if (*scan->at == '\0' || *scan->at == ';')
			return wrong(scan, start, (size_t)(scan->at - start),
				     "has no hours: write them behind, or "
				     "leave out the days that are closed");
	}
	r = take_sessions(scan, days, out);
	if (r < 0)
		return r;
	if (*scan->at != '\0' && *scan->at != ';')
		return wrong_word(scan, MISPLACED);
	return 0;
}

/* Open at any hour has one form only, so that nobody closes at midnight who
 * does not close. */
static bool is_any_hour(const struct hours *hours)
{
	for (size_t i = 0; i < WEEK; i++) {
		const struct hours_day *day = &hours->days[i];

		if (day->n != 1 || day->sessions[0].from_min != 0 ||
		    day->sessions[0].until_min != DAY_MIN)
			return false;
	}
	return true;
}

int hours_read(const char *text, struct hours *out,
	       struct hours_mistake *mistake)
{
	struct scan scan = {.text = text, .at = text, .mistake = mistake};
	int r;

	*out = (struct hours){0};
	do {
		skip_blanks(&scan);
		r = take_group(&scan, out);
	} while (r == 0 && take_char(&scan, ';'));
	if (r < 0 || is_any_hour(out))
		*out = (struct hours){0};
	return r;
}

int hours_parse(const char *text, struct hours *out, const char **why)
{
	struct hours_mistake mistake = {0};
	int r = hours_read(text, out, &mistake);

	if (why != NULL)
		*why = mistake.why;
	return r;
}

int hours_window(const char *text, int64_t wall_ms, int64_t *from_ms,
		 int64_t *until_ms)
{
	struct scan scan = {.text = text, .at = text};
	struct hours_session session;
	int64_t date;

	skip_blanks(&scan);
	if (take_session(&scan, &session) < 0)
		return -EINVAL;
	skip_blanks(&scan);
	if (*scan.at != '\0')
		return -EINVAL;
	date = clock_date(wall_ms);
	*from_ms = clock_at_ms(date, session.from_min);
	*until_ms = clock_at_ms(date, session.until_min);
	return 0;
}

/* ---- closed dates ---- */

/* "YYYY-MM-DD" as days since 1970-01-01; -1 where there is no such date. */
static int32_t date_at(const char *text)
{
	int n[3] = {0};
	struct tm tm = {0};
	int64_t days;

	for (int i = 0, field = 0; i < DATE_LEN; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return -1;
			field++;
			continue;
		}
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n[field] = n[field] * 10 + text[i] - '0';
	}
	tm.tm_year = n[0] - 1900;
	tm.tm_mon = n[1] - 1;
	tm.tm_mday = n[2];
	days = timegm(&tm) / DAY_S;
	/* timegm() makes 1 March of 29 February. */
	if (n[0] < 1970 || tm.tm_mon != n[1] - 1 || tm.tm_mday != n[2])
		return -1;
	return (int32_t)days;
}

static int take_date(struct scan *scan, int32_t *date)
{
	size_t length = strcspn(scan->at, " \t.");

	*date = length == DATE_LEN ? date_at(scan->at) : -1;
	if (*date < 0)
		return wrong(scan, scan->at, length,
			     "is no date: write year, month and day as "
			     "2027-02-05, a range as 2027-02-08..2027-02-12");
	scan->at += length;
	skip_blanks(scan);
	return 0;
}

static int take_dates(struct scan *scan, struct hours_dates *out)
{
	int r;

	skip_blanks(scan);
	r = take_date(scan, &out->first);
	if (r < 0)
		return r;
	out->last = out->first;
	if (strncmp(scan->at, "..", 2) == 0) {
		scan->at += 2;
		skip_blanks(scan);
		r = take_date(scan, &out->last);
		if (r < 0)
			return r;
	}
	if (*scan->at != '\0')
		return wrong(scan, scan->at, strlen(scan->at),
			     "does not belong here: write one date, or "
			     "2027-02-08..2027-02-12");
	if (out->last < out->first)
		return wrong(scan, scan->text, 0,
			     "ends before it begins: write the earlier date "
			     "first");
	return 0;
}

int hours_close(struct hours_closed *closed, const char *text,
		struct hours_mistake *mistake)
{
	struct scan scan = {.text = text, .at = text, .mistake = mistake};
	struct hours_dates *ranges = closed->ranges, add;
	size_t i = 0;
	int r = take_dates(&scan, &add);

	if (r < 0)
		return r;
	while (i < closed->n && ranges[i].first <= add.first)
		i++;
	if ((i > 0 && ranges[i - 1].last >= add.first) ||
	    (i < closed->n && ranges[i].first <= add.last))
		return wrong(&scan, text, 0,
			     "stands here already, or a part of it: remove "
			     "one");
	if (closed->n == HOURS_MAX_CLOSED) {
		(void)wrong(&scan, text, 0,
			    "finds no room: join dates that "
			    "follow one another to ranges");
		return -ENOSPC;
	}
	memmove(&ranges[i + 1], &ranges[i],
		(closed->n - i) * sizeof(ranges[0]));
	ranges[i] = add;
	closed->n++;
	return 0;
}
