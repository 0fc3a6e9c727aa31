/* SPDX-License-Identifier: MIT */
/*
 * An appointment's time, read out of the code on its slip. Pure. Which groups
 * of the pattern hold it, the configuration says (struct config_scan).
 *
 * A date is "20261124", "2026-11-24", or day first as people write it,
 * "24112026", "24/11/2026": no eight digits are both, since a year begins with
 * 20. A time is "0900", "09:00", "9:00" or "9h00"; 24:00 ends a day.
 */
#ifndef KIOSK_APPOINTMENT_H
#define KIOSK_APPOINTMENT_H

#include <regex.h>
#include <stdint.h>

#include "base/config.h"

/*
 * groups: what the pattern found in code, CONFIG_SCAN_GROUPS + 1 of them. The
 * window goes to *from_ms and *until_ms, wall time; both 0 where the code says
 * no time. Without a date it is that of now_ms; without a time all of that day;
 * without an end it is its beginning. 0; -EINVAL where what stands in a group
 * is no such date or time, or the end comes before the beginning.
 */
int appointment_window(const struct config_scan *scan, const char *code,
		       const regmatch_t groups[], int64_t now_ms,
		       int64_t *from_ms, int64_t *until_ms)
    __attribute__((warn_unused_result));

#endif
