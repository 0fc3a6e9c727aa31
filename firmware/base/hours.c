/* SPDX-License-Identifier: MIT */
#include "base/hours.h"

#include <stdlib.h>

#include "base/clock.h"

#define WEEK 7
#define DAY_MIN 1440

/* The sessions of the dates from date to last, one after another. */
struct walk {
	const struct hours *hours;
	const struct hours_closed *closed;
	int64_t date, last;
	size_t next; /* of the date's sessions */
};

struct stretch {
	int64_t date, from_ms, until_ms;
};

/* What a day has where none has a session. */
static const struct hours_day any_hour = {.sessions = {{0, DAY_MIN}}, .n = 1};

bool hours_always(const struct hours *hours)
{
	for (size_t i = 0; i < WEEK; i++) {
		if (hours->days[i].n > 0)
			return false;
	}
	return true;
}

static int by_date(const void *key, const void *member)
{
	const int64_t *date = key;
	const struct hours_dates *range = member;

	if (*date < range->first)
		return -1;
	return *date > range->last;
}

static bool is_closed(const struct hours_closed *closed, int64_t date)
{
	return closed != NULL &&
	       bsearch(&date, closed->ranges, closed->n,
		       sizeof(closed->ranges[0]), by_date) != NULL;
}

static const struct hours_day *day_of(const struct hours *hours, int64_t date)
{
	int64_t weekday = (date + 3) % WEEK; /* 1970-01-01 was a Thursday */

	if (hours_always(hours))
		return &any_hour;
	return &hours->days[weekday < 0 ? weekday + WEEK : weekday];
}

static struct walk walk_from(const struct hours *hours,
			     const struct hours_closed *closed, int64_t wall_ms)
{
	int64_t date = clock_date(wall_ms);

	return (struct walk){
	    .hours = hours,
	    .closed = closed,
	    .date = date,
	    .last = date + HOURS_HORIZON_DAYS,
	};
}

static bool walk_next(struct walk *walk, struct stretch *out)
{
	for (; walk->date <= walk->last; walk->date++, walk->next = 0) {
		const struct hours_day *day = day_of(walk->hours, walk->date);

		if (is_closed(walk->closed, walk->date))
			continue;
		while (walk->next < day->n) {
			const struct hours_session *session =
			    &day->sessions[walk->next++];

			out->date = walk->date;
			out->from_ms =
			    clock_at_ms(walk->date, session->from_min);
			out->until_ms =
			    clock_at_ms(walk->date, session->until_min);
			if (out->from_ms < out->until_ms)
				return true;
		}
	}
	return false;
}

void hours_at(const struct hours *hours, const struct hours_closed *closed,
	      int64_t wall_ms, struct hours_now *out)
{
	struct walk walk = walk_from(hours, closed, wall_ms);
	const int64_t today = walk.date;
	struct stretch at;

	*out = (struct hours_now){0};
	while (walk_next(&walk, &at)) {
		if (at.until_ms <= wall_ms)
			continue;
		if (at.from_ms <= wall_ms) {
			out->open = true;
			out->closes_ms = at.until_ms;
		} else if (!out->open && out->opens_ms == 0) {
			out->opens_ms = at.from_ms;
		}
		if (at.date != today)
			break;
		out->left_ms +=
		    at.until_ms - (at.from_ms > wall_ms ? at.from_ms : wall_ms);
	}
	if (out->open && hours_always(hours)) {
		out->closes_ms = 0;
		out->left_ms = INT64_MAX;
	}
}

int64_t hours_after(const struct hours *hours,
		    const struct hours_closed *closed, int64_t wall_ms,
		    int64_t working_ms)
{
	struct walk walk = walk_from(hours, closed, wall_ms);
	int64_t left_ms = working_ms > 0 ? working_ms : 0;
	struct stretch at;

	if (hours_always(hours) && (closed == NULL || closed->n == 0))
		return wall_ms > INT64_MAX - left_ms ? INT64_MAX
						     : wall_ms + left_ms;
	while (walk_next(&walk, &at)) {
		int64_t from_ms = at.from_ms > wall_ms ? at.from_ms : wall_ms;

		if (at.until_ms <= wall_ms)
			continue;
		if (left_ms <= at.until_ms - from_ms)
			return from_ms + left_ms;
		left_ms -= at.until_ms - from_ms;
	}
	return INT64_MAX;
}
