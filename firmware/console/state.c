/* SPDX-License-Identifier: MIT */
#include "console/state.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/when.h"

/*
 * jansson's json_pack() and json_…_new() take NULL for a value as a failure of
 * the whole, and let go of the others; so one check at the end is enough.
 */

static const char *service_id(const struct kiosk *kiosk, int service)
{
	return kiosk_config(kiosk)->services[service].id;
}

static json_t *counter_id(const struct kiosk *kiosk, int counter)
{
	if (counter == QUEUE_NONE)
		return json_null();
	return json_integer(kiosk_config(kiosk)->counters[counter].id);
}

json_t *state_code(const struct kiosk *kiosk, int service, uint32_t number)
{
	char code[TICKET_CODE_SIZE];

	if (service == QUEUE_NONE || number == 0)
		return json_null();
	ticket_code(code, kiosk_config(kiosk)->services[service].prefix,
		    number);
	return json_string(code);
}

/* Takes value over, also when it fails. */
static bool append(json_t *array, json_t *value)
{
	return array && json_array_append_new(array, value) == 0;
}

static bool set(json_t *object, const char *key, json_t *value)
{
	return object && json_object_set_new(object, key, value) == 0;
}

/* array, or NULL where not all went well. */
static json_t *whole(json_t *value, bool fine)
{
	if (fine)
		return value;
	json_decref(value);
	return NULL;
}

static json_t *waiting_by_class(const struct queue *queue, int service,
				size_t *total)
{
	json_t *object = json_object();
	bool fine = object;

	*total = 0;
	for (int class = 0; class < TICKET_CLASSES; class ++) {
		size_t n =
		    queue_waiting(queue, service, (enum ticket_class) class);

		*total += n;
		fine = fine &&
		       set(object, ticket_class_name((enum ticket_class) class),
			   json_integer((json_int_t)n));
	}
	return whole(object, fine);
}

/* {"low":…,"high":…}, or null where nothing is known. */
static json_t *wait_json(uint32_t low_s, uint32_t high_s)
{
	if (high_s == 0)
		return json_null();
	return json_pack("{s:I, s:I}", "low", (json_int_t)low_s, "high",
			 (json_int_t)high_s);
}

/* A time, or null for 0. */
static json_t *time_or_null(int64_t ms)
{
	return ms == 0 ? json_null() : json_integer(ms);
}

/* When the service opens next, in words of the office's time. */
static json_t *opening(int64_t opens_ms, int64_t at_ms)
{
	char vi[WHEN_SIZE], en[WHEN_SIZE];

	if (opens_ms == 0)
		return json_null();
	when_text(vi, opens_ms, at_ms, LANGUAGE_VI);
	when_text(en, opens_ms, at_ms, LANGUAGE_EN);
	return json_pack("{s:s, s:s}", "vi", vi, "en", en);
}

/* What someone who asks for a number now would get. */
static bool set_offer(json_t *object, const struct kiosk_offer *offer,
		      int64_t at_ms)
{
	return set(object, "open", json_boolean(offer->open)) &&
	       set(object, "why",
		   offer->open ? json_null()
			       : json_string(queue_refusal_name(offer->why))) &&
	       set(object, "opens_at_ms",
		   time_or_null(offer->hours.opens_ms)) &&
	       set(object, "opens", opening(offer->hours.opens_ms, at_ms)) &&
	       set(object, "closes_at_ms",
		   time_or_null(offer->hours.closes_ms)) &&
	       set(object, "last_call", json_boolean(offer->last_call)) &&
	       set(object, "wait_s",
		   wait_json(offer->wait_low_s, offer->wait_high_s));
}

static json_t *outcomes(const struct config_service *service)
{
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < service->n_outcomes; i++)
		fine = fine && append(array, json_string(service->outcomes[i]));
	return whole(array, fine);
}

static json_t *services(const struct kiosk *kiosk, int64_t at_ms)
{
	const struct config *config = kiosk_config(kiosk);
	const struct queue *queue = kiosk_queue(kiosk);
	json_t *array = json_array();
	bool fine = array;

	for (int i = 0; i < (int)config->n_services; i++) {
		const struct config_service *service = &config->services[i];
		struct kiosk_offer offer;
		size_t waiting;
		json_t *by_class = waiting_by_class(queue, i, &waiting);
		json_t *one =
		    json_pack("{s:s, s:o, s:s, s:I, s:o, s:o, s:o}", "id",
			      service->id, "name",
			      json_from_text(&service->name), "prefix",
			      service->prefix, "waiting", (json_int_t)waiting,
			      "waiting_by_class", by_class, "last",
			      state_code(kiosk, i, queue_last(queue, i)),
			      "outcomes", outcomes(service));

		kiosk_offer(kiosk, i, TICKET_NORMAL, at_ms, &offer);
		fine = fine &
		       append(array, whole(one, set_offer(one, &offer, at_ms)));
	}
	return whole(array, fine);
}

static json_t *serving(const struct kiosk *kiosk, int counter,
		       const struct queue_ticket *ticket)
{
	if (!ticket)
		return json_null();
	return json_pack("{s:o, s:s, s:s, s:I, s:I, s:I, s:b}", "ticket",
			 state_code(kiosk, ticket->service, ticket->number),
			 "service", service_id(kiosk, ticket->service), "class",
			 ticket_class_name(ticket->class), "called_at_ms",
			 (json_int_t)ticket->called_at_ms, "calls",
			 (json_int_t)ticket->calls, "recalls",
			 (json_int_t)ticket->recalls, "suggest_no_show",
			 queue_suggests_no_show(kiosk_queue(kiosk), counter));
}

/* Whom the counter's screen may ask for a rating. */
static json_t *to_rate(const struct kiosk *kiosk,
		       const struct queue_counter *now)
{
	if (!now->rateable)
		return json_null();
	return json_pack("{s:o, s:I}", "ticket",
			 state_code(kiosk, now->rateable->service,
				    now->rateable->number),
			 "finished_at_ms", (json_int_t)now->rateable_ms);
}

static json_t *served_there(const struct kiosk *kiosk,
			    const struct config_counter *counter)
{
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < counter->n_services; i++)
		fine =
		    fine &&
		    append(array,
			   json_string(
			       service_id(kiosk, (int)counter->services[i])));
	return whole(array, fine);
}

static size_t waiting_for(const struct queue *queue, int counter)
{
	size_t total = 0;

	for (int class = 0; class < TICKET_CLASSES; class ++)
		total += queue_waiting_for(queue, counter,
					   (enum ticket_class) class);
	return total;
}

static json_t *counters(const struct kiosk *kiosk)
{
	const struct config *config = kiosk_config(kiosk);
	json_t *array = json_array();
	bool fine = array;

	for (int i = 0; i < (int)config->n_counters; i++) {
		const struct config_counter *counter = &config->counters[i];
		struct queue_counter now = queue_counter(kiosk_queue(kiosk), i);

		fine =
		    fine &
		    append(array,
			   json_pack("{s:i, s:o, s:s, s:o, s:I, s:o, s:o}",
				     "id", counter->id, "name",
				     json_from_text(&counter->name), "state",
				     queue_counter_state_name(now.state),
				     "serving", serving(kiosk, i, now.serving),
				     "waiting",
				     (json_int_t)waiting_for(kiosk_queue(kiosk),
							     i),
				     "services", served_there(kiosk, counter),
				     "to_rate", to_rate(kiosk, &now)));
	}
	return whole(array, fine);
}

static json_t *calls(const struct kiosk *kiosk)
{
	struct queue_call list[QUEUE_CALLS];
	size_t n = queue_calls(kiosk_queue(kiosk), list);
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < n; i++) {
		const struct queue_call *call = &list[i];

		fine =
		    fine &
		    append(array,
			   json_pack("{s:I, s:o, s:s, s:s, s:o, s:I, s:I}",
				     "id", (json_int_t)call->id, "ticket",
				     state_code(kiosk, call->service,
						call->number),
				     "service",
				     service_id(kiosk, call->service), "class",
				     ticket_class_name(call->class), "counter",
				     counter_id(kiosk, call->counter), "at_ms",
				     (json_int_t)call->at_ms, "calls",
				     (json_int_t)call->calls));
	}
	return whole(array, fine);
}

static json_t *notices(const struct config *config)
{
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < config->n_notices; i++)
		fine =
		    fine && append(array, json_from_text(&config->notices[i]));
	return whole(array, fine);
}

static const char *central_word(enum kiosk_central central)
{
	switch (central) {
	case KIOSK_CENTRAL_OFF:
		return "off";
	case KIOSK_CENTRAL_OK:
		return "ok";
	case KIOSK_CENTRAL_BEHIND:
		return "behind";
	case KIOSK_CENTRAL_ERROR:
		return "error";
	}
	return "off";
}

/* A commit takes some milliseconds; on a card that is about to die, seconds. */
#define SLOW_COMMIT_US 1000000

static const char *journal_word(const struct kiosk *kiosk)
{
	if (!kiosk_health(kiosk)->journal_ok)
		return "unavailable";
	return kiosk_counts(kiosk).last_commit_us >= SLOW_COMMIT_US ? "slow"
								    : "ok";
}

static const char *panel_word(const struct kiosk_panel *panel)
{
	if (!panel->used)
		return "none";
	return panel->fault ? "fault" : "ok";
}

static json_t *panel_faults(const struct kiosk_panel *panel)
{
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < panel->n_faults && fine; i++)
		fine = append(array, json_pack("{s:s, s:s, s:s}", "what",
					       panel->faults[i].what, "id",
					       panel->faults[i].id, "fault",
					       panel->faults[i].fault));
	return whole(array, fine);
}

/* The press that got no number last: for a screen that says why. */
static json_t *panel_refused(const struct kiosk *kiosk,
			     const struct kiosk_panel *panel)
{
	if (panel->refused_at_ms == 0)
		return json_null();
	return json_pack("{s:s, s:s, s:I}", "service",
			 service_id(kiosk, panel->refused_service), "error",
			 panel->refused_why, "at_ms",
			 (json_int_t)panel->refused_at_ms);
}

static json_t *panel(const struct kiosk *kiosk)
{
	const struct kiosk_panel *now = &kiosk_health(kiosk)->panel;

	return json_pack("{s:s, s:o, s:o}", "state", panel_word(now), "faults",
			 panel_faults(now), "refused",
			 panel_refused(kiosk, now));
}

/* {"error", "file" or "seq", "message"} */
static bool add_fault(json_t *array, const char *error, const char *file,
		      int64_t seq, const char *vi, const char *en)
{
	return append(array,
		      json_pack("{s:s, s:s*, s:o*, s:{s:s, s:s}}", "error",
				error, "file", *file ? file : NULL, "seq",
				seq > 0 ? json_integer(seq) : NULL, "message",
				"vi", vi, "en", en));
}

/* What befell the journal and is past: numbers are given out all the same. */
static json_t *journal_faults(const struct kiosk_health *now)
{
	json_t *array = json_array();
	bool fine = array;

	if (now->lost_seq > 0)
		fine = fine &&
		       add_fault(
			   array, "rows_lost", "", now->lost_seq,
			   "Nhật ký bị mất các dòng cuối, số chạy tiếp từ số "
			   "an toàn. Ai cầm phiếu mà máy không biết thì mời "
			   "lấy số mới. Kỹ thuật: kioskctl journal check.",
			   "The journal lost its last rows; numbers go on from "
			   "a safe one. Ask people whose slip the kiosk does "
			   "not know to take a new number. Technician: "
			   "kioskctl journal check.");
	if (now->was_moved)
		fine = fine &&
		       add_fault(
			   array, "file_moved", "", 0,
			   "Tệp nhật ký bị xóa hoặc bị thay khi máy đang chạy, "
			   "máy đã tự ghi lại đủ. Kỹ thuật: xem ai đụng vào "
			   "thư mục dữ liệu.",
			   "The journal's file was deleted or replaced while "
			   "the kiosk ran; it has written all of it back. "
			   "Technician: find out who touches the state "
			   "directory.");
	if (*now->aside)
		fine = fine &&
		       add_fault(array, "set_aside", now->aside, 0,
				 "Một nhật ký hỏng đã được cất riêng, máy vẫn "
				 "chạy tiếp. Kỹ thuật: chép tệp ấy đi nơi khác "
				 "để kiểm tra, rồi xóa khỏi thư mục dữ liệu.",
				 "A damaged journal is set aside; the kiosk "
				 "goes on. Technician: copy that file away for "
				 "inspection, then remove it from the state "
				 "directory.");
	return whole(array, fine);
}

static json_t *health(const struct kiosk *kiosk)
{
	const struct kiosk_health *now = kiosk_health(kiosk);
	int64_t lag = now->central == KIOSK_CENTRAL_OFF
			  ? 0
			  : kiosk_seq(kiosk) - now->central_synced_seq;

	return json_pack("{s:s, s:s, s:s, s:{s:s, s:I, s:I, s:o}, s:o, s:o}",
			 "printer", kiosk_printer_name(now->printer), "clock",
			 now->clock_synced ? "synced" : "unsynced", "journal",
			 journal_word(kiosk), "central", "state",
			 central_word(now->central), "synced_seq",
			 (json_int_t)now->central_synced_seq, "lag",
			 (json_int_t)(lag > 0 ? lag : 0), "error",
			 *now->central_error ? json_string(now->central_error)
					     : json_null(),
			 "panel", panel(kiosk), "journal_faults",
			 journal_faults(now));
}

json_t *state_board(const struct kiosk *kiosk, int64_t at_ms)
{
	const struct config *config = kiosk_config(kiosk);

	return json_pack("{s:s, s:o, s:o, s:I, s:s, s:I, s:i, s:o, s:o, s:o, "
			 "s:o, s:o}",
			 "kiosk", config->office.kiosk, "office",
			 json_from_text(&config->office.name), "priority_for",
			 json_from_text(&config->queue.priority_for), "seq",
			 (json_int_t)kiosk_seq(kiosk), "day",
			 queue_day(kiosk_queue(kiosk)), "at_ms",
			 (json_int_t)at_ms, "utc_offset_s",
			 clock_utc_offset_s(at_ms), "services",
			 services(kiosk, at_ms), "counters", counters(kiosk),
			 "calls", calls(kiosk), "notices", notices(config),
			 "health", health(kiosk));
}

/* What became of its slip, where that is known. */
static bool set_slip(json_t *row, const struct slips *slips,
		     const struct queue_ticket *ticket)
{
	enum slip_fate fate =
	    slips ? slips_fate(slips, ticket->service, ticket->number)
		  : SLIP_NONE;

	return fate == SLIP_NONE ||
	       set(row, "slip", json_string(slips_fate_name(fate)));
}

static json_t *ticket_row(const struct kiosk *kiosk, const struct slips *slips,
			  const struct queue_ticket *ticket, int64_t at_ms)
{
	uint32_t low_s, high_s;
	json_t *row =
	    json_pack("{s:o, s:s, s:s, s:s, s:I, s:o, s:I}", "ticket",
		      state_code(kiosk, ticket->service, ticket->number),
		      "service", service_id(kiosk, ticket->service), "class",
		      ticket_class_name(ticket->class), "state",
		      queue_ticket_state_name(ticket->state), "issued_at_ms",
		      (json_int_t)ticket->issued_at_ms, "counter",
		      counter_id(kiosk, ticket->counter), "calls",
		      (json_int_t)ticket->calls);
	bool fine = row;

	if (ticket->state == QUEUE_WAITING) {
		(void)kiosk_wait_of(kiosk, ticket, at_ms, &low_s, &high_s);
		fine = fine && set(row, "wait_s", wait_json(low_s, high_s));
	}
	/* Transferred: where to. */
	if (ticket->for_counter != QUEUE_NONE)
		fine = fine && set(row, "to_counter",
				   counter_id(kiosk, ticket->for_counter));
	else if (ticket->queue != ticket->service)
		fine =
		    fine && set(row, "to",
				json_string(service_id(kiosk, ticket->queue)));
	fine = fine && set_slip(row, slips, ticket);
	return whole(row, fine);
}

json_t *state_tickets(const struct kiosk *kiosk, const struct slips *slips,
		      unsigned states, int64_t at_ms)
{
	const struct queue *queue = kiosk_queue(kiosk);
	size_t n = queue_tickets(queue);
	json_t *array = json_array();
	bool fine = array;

	for (size_t i = 0; i < n && fine; i++) {
		const struct queue_ticket *ticket = queue_ticket_at(queue, i);

		if (states & (1u << ticket->state))
			fine = append(array,
				      ticket_row(kiosk, slips, ticket, at_ms));
	}
	return json_pack("{s:o}", "tickets", whole(array, fine));
}

/* The state that an event leaves its ticket in. */
static const char *state_after(enum queue_kind kind)
{
	static const enum queue_ticket_state after[QUEUE_KINDS] = {
	    [QUEUE_ISSUED] = QUEUE_WAITING,
	    [QUEUE_CALLED] = QUEUE_AT_COUNTER,
	    [QUEUE_RECALLED] = QUEUE_AT_COUNTER,
	    [QUEUE_FINISHED] = QUEUE_SERVED,
	    [QUEUE_NO_SHOW] = QUEUE_MISSED,
	    [QUEUE_TRANSFERRED] = QUEUE_WAITING,
	    [QUEUE_RETURNED] = QUEUE_WAITING,
	    [QUEUE_RESTORED] = QUEUE_WAITING,
	    [QUEUE_CANCELLED] = QUEUE_GONE,
	    [QUEUE_EXPIRED] = QUEUE_STALE,
	};

	return queue_ticket_state_name(after[kind]);
}

/* Where the event sent the ticket, if it is known here still. */
static bool set_target(const struct kiosk *kiosk, json_t *object,
		       const struct queue_event *event)
{
	if (event->kind != QUEUE_TRANSFERRED)
		return true;
	if (event->to_counter != QUEUE_NONE)
		return set(object, "to_counter",
			   counter_id(kiosk, event->to_counter));
	return event->to_service == QUEUE_NONE ||
	       set(object, "to",
		   json_string(service_id(kiosk, event->to_service)));
}

static json_t *issued(const struct kiosk *kiosk,
		      const struct queue_event *event)
{
	return json_pack("{s:o, s:s, s:s, s:I, s:I, s:o, s:b, s:I, s:I}",
			 "ticket",
			 state_code(kiosk, event->service, event->number),
			 "service", service_id(kiosk, event->service), "class",
			 ticket_class_name((enum ticket_class)event->class),
			 "number", (json_int_t)event->number, "ahead",
			 (json_int_t)event->ahead, "wait_s",
			 wait_json(event->wait_low_s, event->wait_high_s),
			 "last_call", event->last_call, "issued_at_ms",
			 (json_int_t)event->at_ms, "seq",
			 (json_int_t)event->seq);
}

json_t *state_answer(const struct kiosk *kiosk,
		     const struct kiosk_answer *answer)
{
	const struct queue_event *event = &answer->event;
	const struct queue_ticket *ticket = &answer->ticket;
	bool called =
	    event->kind == QUEUE_CALLED || event->kind == QUEUE_RECALLED;
	bool known = answer->has_ticket;
	json_t *object;
	bool fine;

	if (event->kind == QUEUE_ISSUED)
		return issued(kiosk, event);
	/* A repeated answer from another day: today's number is another's. */
	if (known && answer->repeated && ticket->issued_at_ms > event->at_ms)
		known = false;
	object =
	    json_pack("{s:o, s:s, s:I, s:s, s:I}", "ticket",
		      state_code(kiosk, event->service, event->number),
		      "service", service_id(kiosk, event->service), "number",
		      (json_int_t)event->number, "state",
		      state_after(event->kind), "seq", (json_int_t)event->seq);
	fine = set(object, "counter",
		   counter_id(kiosk, event->counter == QUEUE_NONE && known
					 ? ticket->counter
					 : event->counter));
	fine = fine && set_target(kiosk, object, event);
	if (known)
		fine =
		    fine && set(object, "class",
				json_string(ticket_class_name(ticket->class)));
	fine = fine && set(object, "calls",
			   known ? json_integer(ticket->calls) : json_null());
	fine = fine &&
	       set(object, "issued_at_ms",
		   known ? json_integer(ticket->issued_at_ms) : json_null());
	if (called)
		fine = fine &&
		       set(object, "called_at_ms", json_integer(event->at_ms));
	else
		fine = fine && set(object, "called_at_ms",
				   known && ticket->called_at_ms > 0
				       ? json_integer(ticket->called_at_ms)
				       : json_null());
	return whole(object, fine);
}

json_t *state_health(const struct kiosk *kiosk, int64_t at_ms)
{
	const struct kiosk_health *now = kiosk_health(kiosk);

	return json_pack("{s:b, s:s, s:s, s:I, s:I, s:s, s:s}", "ok",
			 now->journal_ok, "kiosk",
			 kiosk_config(kiosk)->office.kiosk, "version",
			 KIOSK_VERSION, "seq", (json_int_t)kiosk_seq(kiosk),
			 "at_ms", (json_int_t)at_ms, "journal",
			 journal_word(kiosk), "printer",
			 kiosk_printer_name(now->printer));
}
