/* SPDX-License-Identifier: MIT */
#include "console/report_api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/turn.h"
#include "console/messages.h"

/* Rows that are read at one turn of the loop: some milliseconds on a Pi. */
#define SLICE_ROWS 500

/* ---- the object ---- */

static json_t *times(const struct report_times *times)
{
	if (!times->any)
		return json_null();
	return json_pack("{s:I, s:I, s:I}", "p50", (json_int_t)times->p50_s,
			 "p90", (json_int_t)times->p90_s, "max",
			 (json_int_t)times->max_s);
}

static json_t *ratings(const uint32_t stars[5])
{
	int64_t count = 0, sum = 0, hundredths;
	json_t *mean;

	for (int i = 0; i < 5; i++) {
		count += stars[i];
		sum += (i + 1) * (int64_t)stars[i];
	}
	if (count > 0) {
		/* Rounded as whole numbers, half up, as the central log does.
		 */
		hundredths = (200 * sum + count) / (2 * count);
		mean = json_real((double)hundredths / 100);
	} else {
		mean = json_null();
	}
	return json_pack("{s:I, s:o, s:[I, I, I, I, I]}", "count",
			 (json_int_t)count, "mean", mean, "stars",
			 (json_int_t)stars[0], (json_int_t)stars[1],
			 (json_int_t)stars[2], (json_int_t)stars[3],
			 (json_int_t)stars[4]);
}

/* head, what every part has, and tail, which are taken over. NULL: out of
 * memory. */
static json_t *with_part(json_t *head, const struct report_part *part,
			 json_t *tail)
{
	json_t *counts =
	    json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}",
		      "issued", (json_int_t)part->issued, "called",
		      (json_int_t)part->called, "served",
		      (json_int_t)part->served, "no_show",
		      (json_int_t)part->no_show, "cancelled",
		      (json_int_t)part->cancelled, "expired",
		      (json_int_t)part->expired, "open", (json_int_t)part->open,
		      "wait_s", times(&part->wait), "service_s",
		      times(&part->service), "ratings", ratings(part->stars));

	if (!head || !counts || !tail ||
	    json_object_update(head, counts) != 0 ||
	    json_object_update(head, tail) != 0) {
		json_decref(head);
		head = NULL;
	}
	json_decref(counts);
	json_decref(tail);
	return head;
}

/* Of one service, or of all for NULL. */
static json_t *outcomes(const struct report_result *result, const char *service)
{
	json_t *object = json_object();
	bool fine = object;

	for (size_t i = 0; i < result->n_outcomes; i++) {
		const struct report_outcome *outcome = &result->outcomes[i];
		json_int_t before =
		    json_integer_value(json_object_get(object, outcome->name));

		if (service && strcmp(service, outcome->service) != 0)
			continue;
		fine = fine &&
		       json_object_set_new(object, outcome->name,
					   json_integer(before +
							outcome->tickets)) == 0;
	}
	if (fine)
		return object;
	json_decref(object);
	return NULL;
}

/* When, by the clock on the office's wall too. */
static json_t *longest_queue(const struct report_part *day)
{
	int64_t at_ms = day->waiting_at_ms;
	int64_t minute = (at_ms / 1000 + clock_utc_offset_s(at_ms)) / 60;
	char at[8];

	if (day->waiting == 0)
		return json_pack("{s:i, s:n, s:n}", "waiting", 0, "at_ms",
				 "at");
	minute = (minute % 1440 + 1440) % 1440;
	(void)snprintf(at, sizeof(at), "%02d:%02d", (int)(minute / 60),
		       (int)(minute % 60));
	return json_pack("{s:I, s:I, s:s}", "waiting", (json_int_t)day->waiting,
			 "at_ms", (json_int_t)at_ms, "at", at);
}

static json_t *totals(const struct report_result *result)
{
	const struct report_part *day = result->by[REPORT_DAY].parts;

	return with_part(json_object(), day,
			 json_pack("{s:o, s:I, s:o}", "outcomes",
				   outcomes(result, NULL), "counters_open",
				   (json_int_t)day->counters_open,
				   "longest_queue", longest_queue(day)));
}

static json_t *name_of(const struct text *name)
{
	return name ? json_from_text(name) : json_null();
}

static json_t *of_service(const struct report_result *result,
			  const struct text *name,
			  const struct report_part *part)
{
	return with_part(json_pack("{s:s, s:o}", "service", part->name, "name",
				   name_of(name)),
			 part,
			 json_pack("{s:o}", "outcomes",
				   outcomes(result, part->name)));
}

static json_t *of_counter(const struct text *name,
			  const struct report_part *part)
{
	return with_part(json_pack("{s:o, s:o}", "counter",
				   part->has_number ? json_integer(part->number)
						    : json_null(),
				   "name", name_of(name)),
			 part, json_object());
}

static json_t *of_hour(const struct report_part *part)
{
	return with_part(json_pack("{s:I}", "hour", (json_int_t)part->number),
			 part,
			 json_pack("{s:I, s:I}", "counters_open",
				   (json_int_t)part->counters_open,
				   "longest_queue", (json_int_t)part->waiting));
}

static json_t *of_class(const struct report_part *part)
{
	return with_part(json_pack("{s:s?}", "class", part->name), part,
			 json_object());
}

static bool append(json_t *array, json_t *value)
{
	return array && json_array_append_new(array, value) == 0;
}

/* array, or NULL where not all went well. */
static json_t *whole(json_t *array, bool fine)
{
	if (fine)
		return array;
	json_decref(array);
	return NULL;
}

static const struct config_service *
configured_service(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_services; i++) {
		if (strcmp(config->services[i].id, id) == 0)
			return &config->services[i];
	}
	return NULL;
}

/* In the configuration's order, then those it does not know. */
static json_t *services(const struct config *config,
			const struct report_result *result)
{
	const struct report_part *parts = result->by[REPORT_BY_SERVICE].parts;
	size_t n = result->by[REPORT_BY_SERVICE].n;
	json_t *array = json_array();
	bool fine = array;

	for (size_t s = 0; s < config->n_services; s++) {
		const struct config_service *service = &config->services[s];

		for (size_t i = 0; i < n; i++) {
			if (strcmp(parts[i].name, service->id) == 0)
				fine = fine &&
				       append(array,
					      of_service(result, &service->name,
							 &parts[i]));
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (!configured_service(config, parts[i].name))
			fine = fine && append(array, of_service(result, NULL,
								&parts[i]));
	}
	return whole(array, fine);
}

static const struct text *counter_name(const struct config *config,
				       const struct report_part *part)
{
	for (size_t i = 0; part->has_number && i < config->n_counters; i++) {
		if (config->counters[i].id == part->number)
			return &config->counters[i].name;
	}
	return NULL;
}

static json_t *counters(const struct config *config,
			const struct report_result *result)
{
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < result->by[REPORT_BY_COUNTER].n; i++) {
		const struct report_part *part =
		    &result->by[REPORT_BY_COUNTER].parts[i];

		fine =
		    fine &&
		    append(array, of_counter(counter_name(config, part), part));
	}
	return whole(array, fine);
}

/* Of hours or classes. */
static json_t *others(const struct report_result *result, enum report_by by,
		      json_t *(*object)(const struct report_part *part))
{
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < result->by[by].n; i++)
		fine = fine && append(array, object(&result->by[by].parts[i]));
	return whole(array, fine);
}

json_t *report_api_json(const struct config *config, const char *day, bool kept,
			const struct report_result *result)
{
	return json_pack("{s:s, s:o, s:s, s:b, s:b, s:I, s:o, s:o, s:o, s:o, "
			 "s:o}",
			 "kiosk", config->office.kiosk, "office",
			 json_from_text(&config->office.name), "day", day,
			 "known", result->known, "kept", kept, "seq",
			 (json_int_t)result->last_seq, "totals", totals(result),
			 "services", services(config, result), "hours",
			 others(result, REPORT_BY_HOUR, of_hour), "counters",
			 counters(config, result), "classes",
			 others(result, REPORT_BY_CLASS, of_class));
}

/* ---- the reading ---- */

/* A report that is being counted. */
struct under_way {
	struct api *api;
	struct http_request *request;
	sd_event_source *slice;
	char day[CLOCK_DAY_LEN + 1];
	struct day_report *report;
	struct journal_run *runs;
	size_t n_runs, run; /* the one that is being read */
	int64_t next_seq;   /* of it */
	bool kept;          /* none of its rows was pruned */
	/* Rows are never changed, so up to here they are the day as it was
	 * asked for, whatever is added meanwhile. */
	int64_t last_seq;
};

static void on_end(void *arg)
{
	struct under_way *at = arg;

	sd_event_source_disable_unref(at->slice);
	day_report_free(at->report);
	free(at->runs);
	free(at);
}

static int add_row(void *arg, const struct journal_row *row)
{
	struct under_way *at = arg;

	at->next_seq = row->seq + 1;
	return day_report_add(at->report, row);
}

/* 1 once all rows are counted, 0 while some are left, or a negative errno. */
static int read_slice(struct under_way *at)
{
	int64_t last_seq = at->last_seq;
	int64_t rows = SLICE_ROWS;

	if (at->run == at->n_runs)
		return 1;
	if (at->next_seq < at->runs[at->run].first_seq)
		at->next_seq = at->runs[at->run].first_seq;
	if (last_seq > at->runs[at->run].last_seq)
		last_seq = at->runs[at->run].last_seq;
	if (rows > last_seq - at->next_seq + 1)
		rows = last_seq - at->next_seq + 1;
	if (rows <= 0) {
		at->run++;
		return 0;
	}
	return journal_each(at->api->journal, at->next_seq - 1, rows, add_row,
			    at);
}

static void refuse_reading(struct under_way *at, int error)
{
	refuse(at->request,
	       error == -ENOMEM ? REFUSE_MEMORY : REFUSE_UNREADABLE, NULL);
}

/* Whole, or none of it: where some of the day's rows are gone, it says so. */
static int look_what_is_kept(struct under_way *at)
{
	struct journal_anchor anchor;
	int rc = journal_anchor(at->api->journal, &anchor);

	at->kept = strcmp(at->day, anchor.day) > 0;
	return rc;
}

/* Pruning may have overtaken the reading. */
static int begin_anew_where_not_kept(struct under_way *at)
{
	int rc = look_what_is_kept(at);

	if (rc != 0 || at->kept)
		return rc;
	day_report_free(at->report);
	at->report = NULL;
	return day_report_new(at->day, &at->report);
}

static void answer(struct under_way *at)
{
	const struct report_result *result;
	int rc = begin_anew_where_not_kept(at);

	if (rc == 0)
		rc = day_report_finish(at->report, &result);
	if (rc == 0)
		reply_json(at->request, 200,
			   report_api_json(kiosk_config(at->api->kiosk),
					   at->day, at->kept, result));
	else
		refuse_reading(at, rc);
}

static int on_slice(sd_event_source *source, void *userdata)
{
	struct under_way *at = userdata;
	int rc = read_slice(at);

	turn_is("report");
	/* Only then, since the answer may end the request and free *at. */
	if (rc != 0)
		sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (rc > 0)
		answer(at);
	else if (rc < 0)
		refuse_reading(at, rc);
	return 0;
}

static int start(struct under_way *at)
{
	int rc = day_report_new(at->day, &at->report);

	at->last_seq = kiosk_seq(at->api->kiosk);
	if (rc == 0)
		rc = look_what_is_kept(at);
	if (rc == 0 && at->kept)
		rc = journal_day_runs(at->api->journal, at->day, &at->runs,
				      &at->n_runs);
	if (rc == 0)
		rc = sd_event_add_defer(at->api->event, &at->slice, on_slice,
					at);
	/* Whatever else is due goes first. */
	if (rc >= 0)
		rc = sd_event_source_set_priority(at->slice,
						  SD_EVENT_PRIORITY_IDLE);
	if (rc >= 0)
		rc = sd_event_source_set_enabled(at->slice, SD_EVENT_ON);
	return rc;
}

void report_api_run(struct api *api, struct http_request *request,
		    const char *day)
{
	const char *args[] = {day};
	struct under_way *at;
	int rc;

	if (!day)
		day = queue_day(kiosk_queue(api->kiosk));
	if (!clock_is_day(day)) {
		refuse(request, REFUSE_BAD_DAY, args);
		return;
	}
	at = calloc(1, sizeof(*at));
	if (!at) {
		refuse(request, REFUSE_MEMORY, NULL);
		return;
	}
	at->api = api;
	at->request = request;
	memcpy(at->day, day, sizeof(at->day));
	http_at_end(request, on_end, at);
	rc = start(at);
	if (rc < 0)
		refuse_reading(at, rc);
}
