/* SPDX-License-Identifier: MIT */
#include "base/when.h"

#include <stdio.h>
#include <time.h>

static void local_time(int64_t ms, struct tm *tm)
{
	time_t s = (time_t)(ms / 1000);

	*tm = (struct tm){0};
	(void)localtime_r(&s, tm); /* fails beyond the years that int holds */
}

void when_text(char out[WHEN_SIZE], int64_t at_ms, int64_t now_ms,
	       enum language language)
{
	static const char *const vi[7] = {"Chủ nhật", "thứ Hai", "thứ Ba",
					  "thứ Tư",   "thứ Năm", "thứ Sáu",
					  "thứ Bảy"};
	static const char *const en[7] = {"Sunday",    "Monday",   "Tuesday",
					  "Wednesday", "Thursday", "Friday",
					  "Saturday"};
	struct tm at, now;

	local_time(at_ms, &at);
	local_time(now_ms, &now);
	if (at.tm_year == now.tm_year && at.tm_yday == now.tm_yday)
		(void)snprintf(out, WHEN_SIZE, "%02d:%02d", at.tm_hour,
			       at.tm_min);
	else
		(void)snprintf(out, WHEN_SIZE,
			       language == LANGUAGE_VI
				   ? "%02d:%02d %s, %d/%d"
				   : "%02d:%02d on %s, %d/%d",
			       at.tm_hour, at.tm_min,
			       language == LANGUAGE_VI ? vi[at.tm_wday % 7]
						       : en[at.tm_wday % 7],
			       at.tm_mday, at.tm_mon + 1);
}
