/* SPDX-License-Identifier: MIT */
/*
 * The calendar of reception: on which weekdays and at which hours a service
 * takes people, and on which dates nobody does. Reads no clock; local time is
 * the process's zone (clock_set_zone()).
 *
 * A session is one stretch of time, from the first instant at which the wall
 * shows its begin (or later) to the first at which it shows its end. So where
 * the clocks go back, what has closed does not open a second time; where they
 * go forward over all of a session, it does not take place.
 */
#ifndef KIOSK_HOURS_H
#define KIOSK_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOURS_MAX_SESSIONS 8 /* a day */
#define HOURS_MAX_CLOSED 200 /* ranges of dates */
#define HOURS_HORIZON_DAYS 60

struct hours_session {
	int16_t from_min, until_min; /* after midnight; 0 <= from < until <=
					1440 */
};

struct hours_day {
	struct hours_session sessions[HOURS_MAX_SESSIONS]; /* by time, apart */
	uint8_t n;
};

/* Zeroed, that is without a session: open at any hour. */
struct hours {
	struct hours_day days[7]; /* Monday first */
};

/* Inclusive; days since 1970-01-01, as clock_date(). */
struct hours_dates {
	int32_t first, last;
};

/* Zeroed: no closed day. */
struct hours_closed {
	struct hours_dates ranges[HOURS_MAX_CLOSED]; /* by time, apart */
	size_t n;
};

struct hours_now {
	bool open;         /* reception is on */
	int64_t opens_ms;  /* when closed: wall ms of the next opening, or 0
			      where none is within HOURS_HORIZON_DAYS dates;
			      when open: 0 */
	int64_t closes_ms; /* when open: the end of this session, or 0 where
			      open at any hour; when closed: 0 */
	int64_t left_ms;   /* reception time left on this local date, breaks
			      not counted; INT64_MAX where open at any hour */
};

/* Why a text does not fit: "\"Sta\" is no weekday: write …". */
struct hours_mistake {
	size_t at, length; /* of the piece; length 0: all of the text */
	const char *why;   /* follows the piece; static */
};

/*
 * Reads "07:30-11:30, 13:30-17:00" (each day of the week), or with weekdays
 * "Mon-Fri 07:30-11:30, 13:30-17:00; Sat 08:00-11:30". Weekdays are Mon to Sun
 * or T2 to T7 and CN, large or small; "Mon,Wed", "Fri-Mon" and what is made of
 * both. Sessions that touch become one; 00:00-24:00 on all seven days is open
 * at any hour. 0 or -EINVAL with *out zeroed and *mistake (may be NULL) filled.
 */
int hours_read(const char *text, struct hours *out,
	       struct hours_mistake *mistake);

/* As hours_read(), with the mistake's why alone (may be NULL). */
int hours_parse(const char *text, struct hours *out, const char **why);

/* Whether there is no session: open at any hour, but for closed dates. */
bool hours_always(const struct hours *hours);

/*
 * Adds "2027-02-05" or "2027-02-08..2027-02-12". 0; -EINVAL where it is no
 * date, ends before it begins, or lies on a range that is there already;
 * -ENOSPC where HOURS_MAX_CLOSED are there. mistake may be NULL.
 */
int hours_close(struct hours_closed *closed, const char *text,
		struct hours_mistake *mistake);

/* closed may be NULL in both. */
void hours_at(const struct hours *hours, const struct hours_closed *closed,
	      int64_t wall_ms, struct hours_now *out);

/*
 * The wall time at which working_ms (below 0: as 0) of reception time have
 * passed since wall_ms, counted from the next opening where it is closed.
 * INT64_MAX where that is not within HOURS_HORIZON_DAYS dates. Open at any
 * hour and no closed dates: wall_ms + working_ms.
 */
int64_t hours_after(const struct hours *hours,
		    const struct hours_closed *closed, int64_t wall_ms,
		    int64_t working_ms);

/*
 * An appointment's window, "09:00-09:30", on the local date of wall_ms. 0, or
 * -EINVAL where it is none. Empty (*from_ms == *until_ms) where the clocks go
 * forward over all of it.
 */
int hours_window(const char *text, int64_t wall_ms, int64_t *from_ms,
		 int64_t *until_ms);

/* Minutes after midnight, 0..1440, of the "HH:MM" that text begins with; -1
 * where it is none. */
int hours_minutes(const char *text);

#endif
