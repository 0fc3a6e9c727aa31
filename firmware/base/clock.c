/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define DAY_S 86400
#define RTC_OFF_S 5
#define RTC_DEVICES 8
/* 0000-01-02 and 9999-12-30: what a day's name can hold, and a neighbour. */
#define OLDEST_S (-62167132800LL)
#define NEWEST_S 253402128000LL

static int64_t read_ms(clockid_t id)
{
	struct timespec now = {0};

	(void)clock_gettime(id, &now); /* fails for unknown clocks only */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
	return read_ms(CLOCK_BOOTTIME);
}

int64_t clock_mono_us(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool clock_synced(void)
{
	struct timex timex = {0};
	int state = adjtimex(&timex);

	return state >= 0 && state != TIME_ERROR &&
	       (timex.status & STA_UNSYNC) == 0;
}

/* A number from one of the kernel's small files, or -1. */
static int64_t number_in(const char *directory, const char *device,
			 const char *file)
{
	char path[PATH_MAX], text[24] = "";
	int n =
	    snprintf(path, sizeof(path), "%s/%s/%s", directory, device, file);
	FILE *in = n > 0 && (size_t)n < sizeof(path) ? fopen(path, "re") : NULL;
	bool read = in && fgets(text, sizeof(text), in);

	if (in)
		fclose(in);
	return read && isdigit((unsigned char)text[0]) ? strtoll(text, NULL, 10)
						       : -1;
}

bool clock_rtc_agrees(const char *directory, int64_t wall_ms)
{
	bool agrees = false;

	for (int i = 0; i < RTC_DEVICES && !agrees; i++) {
		char device[16];
		int64_t off_s;

		(void)snprintf(device, sizeof(device), "rtc%d", i);
		if (number_in(directory, device, "hctosys") != 1)
			continue;
		off_s = number_in(directory, device, "since_epoch") -
			wall_ms / 1000;
		agrees = off_s >= -RTC_OFF_S && off_s <= RTC_OFF_S;
	}
	return agrees;
}

bool clock_zone_exists(const char *zone)
{
	const char *directory = getenv("TZDIR");
	char path[PATH_MAX];
	struct stat st;
	int n;

	if (directory == NULL || directory[0] == '\0')
		directory = "/usr/share/zoneinfo";
	if (zone[0] == '\0' || zone[0] == '/' || strstr(zone, "..") != NULL)
		return false;
	for (const char *c = zone; *c != '\0'; c++) {
		if (!isalnum((unsigned char)*c) && strchr("_+-/", *c) == NULL)
			return false;
	}
	n = snprintf(path, sizeof(path), "%s/%s", directory, zone);
	return n > 0 && (size_t)n < sizeof(path) && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode) && access(path, R_OK) == 0;
}

int clock_set_zone(const char *zone)
{
	if (!clock_zone_exists(zone))
		return -ENOENT;
	if (setenv("TZ", zone, 1) < 0)
		return -errno;
	tzset();
	return 0;
}

/*
 * Seconds since 1970 as the wall shows them: the UTC count plus the zone's
 * offset of that instant. Days of this count are civil days.
 */
static int64_t local_s(int64_t utc_s)
{
	time_t t = (time_t)utc_s;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return utc_s;
	return utc_s + tm.tm_gmtoff;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* The first instant of (low, high] with another offset than low, of which
 * high is one. */
static int64_t offset_change(int64_t low, int64_t high)
{
	int64_t offset = local_s(low) - low;

	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (local_s(middle) - middle == offset)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/*
 * The first instant at which the wall shows local_target or later. Walks the
 * stretches of constant offset around it: where the clocks go forward over
 * local_target, that is the instant of the change; where they go back over it,
 * the first of the two.
 */
static int64_t first_instant(int64_t local_target)
{
	const int64_t step = 3600; /* no zone changes twice within one */
	int64_t start = local_target - 16 * step; /* offsets lie within 16 h */
	const int64_t last = local_target + 16 * step;
	int64_t around = local_s(start) - start;

	/* Nearly always; no zone goes forward and back within 32 hours. */
	if (local_s(last) - last == around)
		return local_target - around;
	while (start < last) {
		int64_t offset = local_s(start) - start;
		int64_t end = start + step;
		int64_t instant = local_target - offset;

		if (local_s(end) - end != offset)
			end = offset_change(start, end);
		if (instant < start)
			instant = start;
		if (instant < end)
			return instant;
		start = end;
	}
	return last;
}

static int64_t day_start(int64_t day, int day_starts_min)
{
	return first_instant(day * DAY_S + (int64_t)day_starts_min * 60);
}

/* The business day as a count of civil days since 1970-01-01. */
static int64_t business_day(int64_t utc_s, int day_starts_min)
{
	int64_t local = local_s(utc_s);
	int64_t day = floor_div(local - (int64_t)day_starts_min * 60, DAY_S);
	int64_t before = utc_s - DAY_S;

	/*
	 * Where the clocks went back lately, the wall may show the end of a
	 * day that was over before: a day that has begun never un-begins.
	 */
	if (local_s(before) - before > local - utc_s &&
	    day_start(day + 1, day_starts_min) <= utc_s)
		day++;
	return day;
}

static int64_t seconds_of(int64_t wall_ms)
{
	int64_t s = floor_div(wall_ms, 1000);

	if (s < OLDEST_S)
		return OLDEST_S;
	return s > NEWEST_S ? NEWEST_S : s;
}

void clock_business_day(int64_t wall_ms, int day_starts_min,
			char day[CLOCK_DAY_LEN + 1])
{
	time_t noon =
	    (time_t)(business_day(seconds_of(wall_ms), day_starts_min) * DAY_S +
		     DAY_S / 2);
	struct tm tm = {0};
	char text[40];

	(void)gmtime_r(&noon, &tm);
	(void)snprintf(text, sizeof(text), "%04d-%02d-%02d",
		       (tm.tm_year + 1900) % 10000, tm.tm_mon + 1, tm.tm_mday);
	memcpy(day, text, CLOCK_DAY_LEN);
	day[CLOCK_DAY_LEN] = '\0';
}

int64_t clock_next_day_ms(int64_t wall_ms, int day_starts_min)
{
	int64_t today = business_day(seconds_of(wall_ms), day_starts_min);

	return day_start(today + 1, day_starts_min) * 1000;
}

int64_t clock_date(int64_t wall_ms)
{
	return business_day(seconds_of(wall_ms), 0);
}

int64_t clock_at_ms(int64_t date, int minute)
{
	return day_start(date, minute) * 1000;
}

int clock_utc_offset_s(int64_t wall_ms)
{
	int64_t s = seconds_of(wall_ms);

	return (int)(local_s(s) - s);
}

bool clock_is_day(const char *text)
{
	static const char shape[] = "dddd-dd-dd";
	struct tm tm = {0};
	int month, day;

	/* strptime() would take "2026-2-3" and blanks, too. */
	for (size_t i = 0; i < sizeof(shape); i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == 'd' ? !digit : text[i] != shape[i])
			return false;
	}
	tm.tm_year = (int)strtol(text, NULL, 10) - 1900;
	tm.tm_mon = month = (int)strtol(text + 5, NULL, 10) - 1;
	tm.tm_mday = day = (int)strtol(text + 8, NULL, 10);
	/* Makes a 30th of February the 2nd of March. */
	(void)timegm(&tm);
	return tm.tm_mon == month && tm.tm_mday == day;
}
