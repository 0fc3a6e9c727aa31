/* SPDX-License-Identifier: MIT */
/*
 * The only place that reads a clock. Wall time is for people and for the
 * journal; everything that measures a duration uses monotonic time.
 * What is pure takes the time as a parameter.
 */
#ifndef KIOSK_CLOCK_H
#define KIOSK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_DAY_LEN 10 /* "2026-11-24" */

int64_t clock_wall_ms(void); /* CLOCK_REALTIME, ms since 1970 UTC */
int64_t clock_mono_ms(void); /* CLOCK_BOOTTIME: goes on through suspend */
int64_t clock_mono_us(void);

/* Whether the kernel holds the clock for synchronised: adjtimex(2). */
bool clock_synced(void);

/*
 * Whether a clock with a battery set the system's at boot, and still agrees
 * with it to within five seconds: directory is CLOCK_RTC_DIRECTORY. A Pi 5 has
 * such a clock and mostly no battery; it then tells a time since 1970.
 */
#define CLOCK_RTC_DIRECTORY "/sys/class/rtc"
bool clock_rtc_agrees(const char *directory, int64_t wall_ms);

/* Whether the system's time zone database has that zone (under TZDIR, or
 * /usr/share/zoneinfo). */
bool clock_zone_exists(const char *zone);

/*
 * Sets the process's time zone (an IANA name such as "Asia/Ho_Chi_Minh").
 * 0, or -ENOENT where the zone is not in the system's database; then the zone
 * is left as it was.
 */
int clock_set_zone(const char *zone);

/*
 * The business day that wall_ms falls in, in the process's zone, as
 * "YYYY-MM-DD". It is the local date, or the date before while the local time
 * of day is earlier than day_starts_min (minutes after midnight, 0..1439).
 * Business days follow one another also where the clocks change: a day begins
 * at the first instant at which the wall shows its start or later, and does
 * not begin a second time when the clocks go back over it.
 */
void clock_business_day(int64_t wall_ms, int day_starts_min,
			char day[CLOCK_DAY_LEN + 1]);

/* How far the wall is ahead of UTC at that instant, in the process's zone. */
int clock_utc_offset_s(int64_t wall_ms);

/* Whether text is a date of the calendar as clock_business_day() writes it. */
bool clock_is_day(const char *text);

/* The first instant (wall ms) after wall_ms that starts a business day. */
int64_t clock_next_day_ms(int64_t wall_ms, int day_starts_min);

/*
 * The local date that wall_ms falls in, as days since 1970-01-01 (a Thursday):
 * the business day that starts at midnight, so that a date does not come back
 * where the clocks go back over midnight.
 */
int64_t clock_date(int64_t wall_ms);

/*
 * The first instant (wall ms) at which the wall shows that minute (0..1440) of
 * that date, or later: where the clocks go forward over it, the instant of the
 * change; where they go back over it, the first of the two.
 */
int64_t clock_at_ms(int64_t date, int minute);

#endif
