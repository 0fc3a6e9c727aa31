/* SPDX-License-Identifier: MIT */
#include "panel/front.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "panel/desk.h"
#include "panel/lamp.h"
#include "panel/panel.h"

#define PRINTER_OUT "printer_out" /* no slip, so no number */
#define TOO_SOON "too_soon"       /* the same button, pressed again at once */

/* Whose answer an answer is. */
struct asker {
	struct front *front;
	const struct config_button *button;
	int service; /* that a number was asked for of; QUEUE_NONE: of none */
};

struct front {
	sd_event *event;
	struct kiosk *kiosk;
	struct slips *slips; /* or NULL */
	const struct config *config;
	struct panel *panel;
	struct desk *desk;
	char input_dir[64];
	struct asker *askers; /* one a button */
	sd_event_source *refused_timer;
	int64_t refused_until_ms[CONFIG_MAX_SERVICES]; /* monotonic */
	/* The last number whose slip is not out yet; 0: none. */
	uint32_t printing[CONFIG_MAX_SERVICES];
	struct kiosk_panel report;
};

/* ---- lamps ---- */

static bool printer_out(const struct front *front)
{
	enum kiosk_printer printer = kiosk_health(front->kiosk)->printer;

	return printer != KIOSK_PRINTER_NONE && !kiosk_printer_prints(printer);
}

static bool refuses_without_paper(const struct front *front)
{
	return printer_out(front) &&
	       front->config->printer.when_out == CONFIG_WHEN_OUT_REFUSE;
}

static bool offered(const struct front *front, int service)
{
	struct kiosk_offer offer;

	if (!kiosk_health(front->kiosk)->journal_ok ||
	    refuses_without_paper(front))
		return false;
	kiosk_offer(front->kiosk, service, TICKET_NORMAL, clock_wall_ms(),
		    &offer);
	return offer.open;
}

static bool issues(const struct config_action *action, size_t service)
{
	return action->kind == CONFIG_ACTION_ISSUE &&
	       action->service == service;
}

static bool refused(const struct front *front, size_t service)
{
	if (front->refused_until_ms[service] > clock_mono_ms())
		return true;
	for (size_t i = 0; i < front->config->n_buttons; i++) {
		const struct config_button *button = &front->config->buttons[i];

		if ((issues(&button->press, service) ||
		     issues(&button->hold, service)) &&
		    panel_button_fault(front->panel, i) != BUTTON_FINE)
			return true;
	}
	return false;
}

static void set_lamps(struct front *front)
{
	const struct kiosk_health *health = kiosk_health(front->kiosk);
	struct lamp_view view = {
	    .fault = !health->journal_ok || printer_out(front) ||
		     front->report.fault,
	};

	for (size_t i = 0; i < front->config->n_lamps; i++) {
		const struct config_lamp *lamp = &front->config->lamps[i];

		if (lamp->shows == CONFIG_LAMP_SERVICE) {
			view.offered = offered(front, (int)lamp->index);
			view.printing = front->printing[lamp->index] != 0 &&
					!printer_out(front);
			view.refused = refused(front, lamp->index);
		} else if (lamp->shows == CONFIG_LAMP_COUNTER) {
			view.awaited = queue_has_next(kiosk_queue(front->kiosk),
						      (int)lamp->index);
		}
		panel_light(front->panel, i, lamp_wanted(lamp->shows, &view));
	}
}

/* ---- what is wrong ---- */

static void report_faults(struct front *front)
{
	struct panel_fault faults[KIOSK_PANEL_FAULTS];
	struct kiosk_panel *report = &front->report;
	size_t n = panel_faults(front->panel, faults, KIOSK_PANEL_FAULTS);
	size_t n_lasting = 0;

	for (size_t i = 0; i < n && i < KIOSK_PANEL_FAULTS; i++) {
		struct kiosk_panel_fault *to = &report->faults[i];

		n_lasting += faults[i].lasting;
		snprintf(to->what, sizeof(to->what), "%s", faults[i].what);
		snprintf(to->id, sizeof(to->id), "%s", faults[i].id);
		snprintf(to->fault, sizeof(to->fault), "%s", faults[i].fault);
	}
	n_lasting += n > KIOSK_PANEL_FAULTS;
	report->n_faults =
	    desk_faults(front->desk, report->faults, n, KIOSK_PANEL_FAULTS);
	report->fault = n_lasting + (report->n_faults - n) > 0;
	if (report->n_faults > KIOSK_PANEL_FAULTS)
		report->n_faults = KIOSK_PANEL_FAULTS;
	/* Which tells us, as an observer: the lamps follow there. */
	kiosk_report_panel(front->kiosk, report);
}

static int on_refused_over(sd_event_source *source, uint64_t usec,
			   void *userdata)
{
	(void)source;
	(void)usec;
	set_lamps(userdata);
	return 0;
}

/* A press that got no number: the lamp says so, and a screen can say why. */
static void note_refused(struct front *front, int service, const char *why)
{
	uint64_t now_us;

	front->refused_until_ms[service] = clock_mono_ms() + FRONT_REFUSED_MS;
	front->report.refused_at_ms = clock_wall_ms();
	front->report.refused_service = service;
	snprintf(front->report.refused_why, sizeof(front->report.refused_why),
		 "%s", why);
	/* An earlier one's time is over by then, too. */
	if (sd_event_now(front->event, CLOCK_MONOTONIC, &now_us) >= 0) {
		sd_event_source_set_time(front->refused_timer,
					 now_us +
					     (FRONT_REFUSED_MS + 5) * 1000ULL);
		sd_event_source_set_enabled(front->refused_timer,
					    SD_EVENT_ONESHOT);
	}
	kiosk_report_panel(front->kiosk, &front->report);
}

/* ---- what a button asks for ---- */

static void on_answer(void *arg, const struct kiosk_answer *answer)
{
	const struct asker *asker = arg;
	const char *why = kiosk_refused(answer);

	if (!why)
		return;
	log_info("button \"%s\": refused: %s", asker->button->id, why);
	if (asker->service != QUEUE_NONE)
		note_refused(asker->front, asker->service, why);
}

static bool to_command(const struct config_action *action,
		       struct queue_command *command)
{
	*command = (struct queue_command){
	    .service = QUEUE_NONE,
	    .counter = (int)action->counter,
	};
	switch (action->kind) {
	case CONFIG_ACTION_NONE:
	case CONFIG_ACTION_REPRINT: /* no command of the queue's */
		return false;
	case CONFIG_ACTION_ISSUE:
		command->verb = QUEUE_ISSUE;
		command->service = (int)action->service;
		command->class = (enum ticket_class)action->class;
		command->counter = QUEUE_NONE;
		return true;
	case CONFIG_ACTION_CALL:
		command->verb = QUEUE_CALL_NEXT;
		return true;
	case CONFIG_ACTION_RECALL:
		command->verb = QUEUE_RECALL;
		return true;
	case CONFIG_ACTION_NO_SHOW:
		command->verb = QUEUE_MISS;
		return true;
	case CONFIG_ACTION_FINISH:
		command->verb = QUEUE_FINISH;
		return true;
	case CONFIG_ACTION_RATE:
		command->verb = QUEUE_RATE;
		command->stars = (uint8_t)action->stars;
		return true;
	}
	return false;
}

static void on_action(void *arg, const struct config_button *button,
		      const struct config_action *action)
{
	struct front *front = arg;
	struct asker *asker = &front->askers[button - front->config->buttons];
	struct kiosk_command command = {0};
	char actor[64];

	snprintf(actor, sizeof(actor), "button:%.32s", button->id);
	if (action->kind == CONFIG_ACTION_REPRINT && front->slips &&
	    slips_reprint_last(front->slips, actor) != 0)
		log_info("button \"%s\": there is no slip to print",
			 button->id);
	if (!to_command(action, &command.queue))
		return;
	if (command.queue.verb == QUEUE_ISSUE && refuses_without_paper(front)) {
		log_info("button \"%s\": refused: " PRINTER_OUT, button->id);
		note_refused(front, command.queue.service, PRINTER_OUT);
		return;
	}
	asker->service = command.queue.service;
	command.actor = actor;
	kiosk_submit(front->kiosk, &command, on_answer, asker);
}

static void on_fault(void *arg, size_t index, enum button_fault fault)
{
	struct front *front = arg;
	const struct config_button *button = &front->config->buttons[index];

	if (fault == BUTTON_FINE)
		log_info("button \"%s\": fine again", button->id);
	else if (fault == BUTTON_HASTY)
		log_info("button \"%s\": pressed again within %d ms: no number",
			 button->id, button->repeat_ms);
	else
		log_warning("button \"%s\" (%s line %u): %s: it does nothing "
			    "until that is over",
			    button->id, button->chip, button->line_offset,
			    button_fault_name(fault));
	kiosk_note_button(front->kiosk, button->id,
			  fault == BUTTON_FINE ? NULL
					       : button_fault_name(fault));
	if (fault == BUTTON_HASTY && button->press.kind == CONFIG_ACTION_ISSUE)
		note_refused(front, (int)button->press.service, TOO_SOON);
	report_faults(front);
}

static void on_changed(void *arg)
{
	report_faults(arg);
}

/* ---- what the desk asks for ---- */

static bool may_issue(void *arg, const char **why)
{
	*why = PRINTER_OUT;
	return !refuses_without_paper(arg);
}

static void on_desk_refused(void *arg, int service, const char *why)
{
	note_refused(arg, service, why);
}

/* ---- what the kiosk tells ---- */

static void follow_slip(struct front *front, const struct queue_event *event)
{
	uint32_t *printing = &front->printing[event->service];

	if (event->kind == QUEUE_ISSUED)
		*printing = event->number;
	else if (event->number == *printing)
		*printing = 0;
}

static void on_events(void *arg, const struct queue_event *events,
		      size_t n_events)
{
	struct front *front = arg;

	for (size_t i = 0; i < n_events; i++) {
		if (events[i].kind == QUEUE_ISSUED ||
		    events[i].kind == QUEUE_PRINTED ||
		    events[i].kind == QUEUE_PRINT_FAILED)
			follow_slip(front, &events[i]);
	}
	if (kiosk_health(front->kiosk)->printer == KIOSK_PRINTER_NONE)
		memset(front->printing, 0, sizeof(front->printing));
	set_lamps(front);
}

/* ---- the whole ---- */

static int make_askers(struct front *front)
{
	size_t n = front->config->n_buttons;

	front->askers = calloc(n + 1, sizeof(*front->askers));
	if (!front->askers)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		front->askers[i] =
		    (struct asker){front, &front->config->buttons[i],
				   QUEUE_NONE};
	return 0;
}

static int start(struct front *front, const struct gpio_ops *ops,
		 const char *dev)
{
	const struct config *config = front->config;
	const struct panel_hooks hooks = {
	    .arg = front,
	    .action = on_action,
	    .fault = on_fault,
	    .changed = on_changed,
	};
	const struct desk_hooks desk_hooks = {
	    .arg = front,
	    .refused = on_desk_refused,
	    .may_issue = may_issue,
	    .changed = on_changed,
	};
	int rc = make_askers(front);

	snprintf(front->input_dir, sizeof(front->input_dir), "%s/input", dev);
	if (rc == 0)
		rc = sd_event_add_time(front->event, &front->refused_timer,
				       CLOCK_MONOTONIC, UINT64_MAX, 10000,
				       on_refused_over, front);
	if (rc >= 0)
		rc = sd_event_source_set_enabled(front->refused_timer,
						 SD_EVENT_OFF);
	if (rc >= 0)
		rc = panel_new(front->event, ops, dev, config->buttons,
			       config->n_buttons, config->lamps,
			       config->n_lamps, &hooks, &front->panel);
	if (rc == 0)
		rc = desk_new(front->event, front->kiosk, front->input_dir,
			      &desk_hooks, &front->desk);
	if (rc == 0)
		rc = kiosk_observe(front->kiosk, on_events, front);
	if (rc < 0)
		return rc;
	front->report.used = config->n_buttons + config->n_lamps +
				 config->n_keypads + config->n_scanners >
			     0;
	report_faults(front);
	set_lamps(front);
	return 0;
}

int front_new(sd_event *event, struct kiosk *kiosk, struct slips *slips,
	      const struct gpio_ops *ops, const char *dev, struct front **out)
{
	struct front *front = calloc(1, sizeof(*front));
	int rc;

	*out = NULL;
	if (!front)
		return -ENOMEM;
	front->event = sd_event_ref(event);
	front->kiosk = kiosk;
	front->slips = slips;
	front->config = kiosk_config(kiosk);
	rc = start(front, ops, dev);
	if (rc != 0) {
		front_free(front);
		return rc;
	}
	*out = front;
	return 0;
}

void front_free(struct front *front)
{
	if (!front)
		return;
	desk_free(front->desk);
	panel_free(front->panel);
	sd_event_source_disable_unref(front->refused_timer);
	sd_event_unref(front->event);
	free(front->askers);
	free(front);
}

size_t front_buttons(const struct front *front)
{
	return panel_buttons_open(front->panel);
}

size_t front_lamps(const struct front *front)
{
	return panel_lamps_open(front->panel);
}

size_t front_keypads(const struct front *front)
{
	return desk_devices(front->desk);
}
