/* SPDX-License-Identifier: MIT */
/*
 * GET /v1/report?day=2026-11-24: what a business day came to, by the rules of
 * journal/report.h. Without day: the one that is open. The object:
 *
 *	{"kiosk":"…","office":{"vi":"…"},"day":"2026-11-24","known":true,
 *	 "kept":true,"seq":5123,
 *	 "totals":{PART,"outcomes":{"accepted":97,…},"counters_open":4,
 *		"longest_queue":{"waiting":17,"at_ms":…|null,"at":"09:42"|null}},
 *	 "services":[{"service":"land","name":{"vi":"…"}|null,PART,
 *		"outcomes":{…}},…],
 *	 "hours":[{"hour":7,PART,"counters_open":3,"longest_queue":12},…],
 *	 "counters":[{"counter":1|null,"name":{"vi":"…"}|null,PART},…],
 *	 "classes":[{"class":"normal",PART},…]}
 *
 * PART is
 *
 *	"issued":…,"called":…,"served":…,"no_show":…,"cancelled":…,
 *	"expired":…,"open":…,
 *	"wait_s":{"p50":…,"p90":…,"max":…}|null,
 *	"service_s":{"p50":…,"p90":…,"max":…}|null,
 *	"ratings":{"count":…,"mean":4.25|null,"stars":[…,…,…,…,…]}
 *
 * issued = served + no_show + cancelled + expired + open. Times are in whole
 * seconds, null where there are none; stars[0] counts the ones with one star;
 * the mean is rounded to hundredths. seq: the last row counted. known false:
 * the journal holds no such day, and all counts are 0; with kept false because
 * its rows, or some, were pruned. Services come in the
 * configuration's order, then those it does not know, with name null; counters
 * by number, and the counter null has those who were never called. Hours are
 * the office's, 0 to 23; counters_open and longest_queue the most at one time.
 */
#ifndef KIOSK_REPORT_API_H
#define KIOSK_REPORT_API_H

#include <jansson.h>

#include "base/config.h"
#include "console/api.h"
#include "journal/report.h"

/*
 * Answers when the rows are counted: a few at each turn of the event loop, so
 * that a long day holds up nobody. day: its query, or NULL.
 */
void report_api_run(struct api *api, struct http_request *request,
		    const char *day);

/* The object above. kept: no rows of the day were pruned. NULL: out of memory.
 */
json_t *report_api_json(const struct config *config, const char *day, bool kept,
			const struct report_result *result);

#endif
