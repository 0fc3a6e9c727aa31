/* SPDX-License-Identifier: MIT */
#include "panel/desk.h"

#include <errno.h>
#include <inttypes.h>
#include <regex.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "panel/appointment.h"
#include "panel/evdev.h"
#include "panel/keypad.h"
#include "panel/scanner.h"

#define ALREADY_USED "already_used" /* that slip had its number today */
#define KEY_SIZE 65

/* A keypad, or a code a scanner takes: whose answer an answer is. */
struct asker {
	struct desk *desk;
	char actor[32];
	int service; /* that a number was asked for of; QUEUE_NONE: of none */
};

struct accept {
	const struct config_scan *config;
	regex_t regex;
	bool compiled;
	struct asker asker;
};

struct desk {
	struct kiosk *kiosk;
	const struct config *config;
	struct desk_hooks hooks;
	struct evdev *evdev;
	const char **paths; /* the keypads', then the scanners' */
	struct keypad *keypads;
	struct asker *askers; /* one a keypad */
	struct scanner *scanners;
	struct accept **accepts; /* one row a scanner */
};

/* ---- keypads ---- */

static void on_answer(void *arg, const struct kiosk_answer *answer)
{
	const struct asker *asker = arg;
	struct desk *desk = asker->desk;
	const char *why = kiosk_refused(answer);

	/* The citizen stands there and waits for something to happen. */
	if (answer->result == KIOSK_DONE && answer->repeated &&
	    asker->service != QUEUE_NONE)
		desk->hooks.refused(desk->hooks.arg, asker->service,
				    ALREADY_USED);
	if (!why)
		return;
	log_info("%s: refused: %s", asker->actor, why);
	if (asker->service != QUEUE_NONE)
		desk->hooks.refused(desk->hooks.arg, asker->service, why);
}

/* How well a ticket of that number and service suits the counter: one that
 * waits for it, one it may call back, none. */
static int suits(const struct queue *queue, int counter, int service,
		 uint32_t number)
{
	const struct queue_ticket *ticket = queue_find(queue, service, number);

	if (!ticket)
		return 0;
	if (ticket->for_counter != QUEUE_NONE)
		return ticket->for_counter == counter &&
			       ticket->state == QUEUE_WAITING
			   ? 3
			   : 0;
	return ticket->state == QUEUE_WAITING ? 2 : 1;
}

/*
 * Staff type the number alone. It is of one of the counter's services: the one
 * where such a ticket waits, the earlier in the counter's order where several
 * do, or any that was transferred here.
 */
static int service_of(const struct desk *desk, int counter, uint32_t number)
{
	const struct config_counter *config = &desk->config->counters[counter];
	const struct queue *queue = kiosk_queue(desk->kiosk);
	int best = (int)config->services[0], best_suits = 0;

	for (size_t i = 0; i < config->n_services; i++) {
		int service = (int)config->services[i];
		int well = suits(queue, counter, service, number);

		if (well > best_suits) {
			best = service;
			best_suits = well;
		}
	}
	for (int i = 0; i < (int)desk->config->n_services; i++) {
		if (suits(queue, counter, i, number) == 3 && best_suits < 2)
			return i;
	}
	return best;
}

static bool to_command(const struct desk *desk, int counter,
		       enum keypad_wish wish, uint32_t number,
		       struct queue_command *command)
{
	*command =
	    (struct queue_command){.service = QUEUE_NONE, .counter = counter};
	switch (wish) {
	case KEYPAD_NOTHING:
		return false;
	case KEYPAD_NEXT:
		command->verb = QUEUE_CALL_NEXT;
		return true;
	case KEYPAD_NUMBER:
		command->verb = QUEUE_CALL_TICKET;
		command->service = service_of(desk, counter, number);
		command->number = number;
		return true;
	case KEYPAD_RECALL:
		command->verb = QUEUE_RECALL;
		return true;
	case KEYPAD_NO_SHOW:
		command->verb = QUEUE_MISS;
		return true;
	case KEYPAD_FINISH:
		command->verb = QUEUE_FINISH;
		return true;
	case KEYPAD_PAUSE:
		command->verb =
		    queue_counter(kiosk_queue(desk->kiosk), counter).state ==
			    QUEUE_COUNTER_IS_OPEN
			? QUEUE_PAUSE
			: QUEUE_OPEN;
		return true;
	}
	return false;
}

static void feed_keypad(struct desk *desk, size_t index,
			const struct input_event *event)
{
	int counter = (int)desk->config->keypads[index].counter;
	struct kiosk_command command = {.actor = desk->askers[index].actor};
	uint32_t number;
	enum keypad_wish wish =
	    keypad_feed(&desk->keypads[index], event, &number);

	if (to_command(desk, counter, wish, number, &command.queue))
		kiosk_submit(desk->kiosk, &command, on_answer,
			     &desk->askers[index]);
}

/* ---- scanners ---- */

/*
 * One slip, one number a day: its code is the command's idempotency key. Not
 * the code itself, which may tell who it is and would be copied to the central
 * log.
 */
static void make_key(const struct desk *desk, const char *code,
		     char key[KEY_SIZE])
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char hex[2 * crypto_hash_sha256_BYTES + 1];

	(void)crypto_hash_sha256(hash, (const unsigned char *)code,
				 strlen(code));
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	snprintf(key, KEY_SIZE, "scan:%s:%.32s",
		 queue_day(kiosk_queue(desk->kiosk)), hex);
}

/* Whether the code is such a slip's, and then for when. */
static bool matches(const struct accept *accept, const char *code,
		    struct queue_command *command)
{
	regmatch_t groups[CONFIG_SCAN_GROUPS + 1];

	return accept->compiled &&
	       regexec(&accept->regex, code, CONFIG_SCAN_GROUPS + 1, groups,
		       0) == 0 &&
	       groups[0].rm_so == 0 &&
	       (size_t)groups[0].rm_eo == strlen(code) &&
	       appointment_window(accept->config, code, groups, clock_wall_ms(),
				  &command->from_ms, &command->until_ms) == 0;
}

static void take_code(struct desk *desk, struct accept *accept,
		      const char *code, const struct queue_command *issue)
{
	struct kiosk_command command = {
	    .queue = *issue,
	    .actor = accept->asker.actor,
	};
	const char *why = "";
	char key[KEY_SIZE];

	if (!desk->hooks.may_issue(desk->hooks.arg, &why)) {
		log_info("%s: refused: %s", accept->asker.actor, why);
		desk->hooks.refused(desk->hooks.arg, accept->asker.service,
				    why);
		return;
	}
	make_key(desk, code, key);
	command.key = key;
	kiosk_submit(desk->kiosk, &command, on_answer, &accept->asker);
}

static void feed_scanner(struct desk *desk, size_t index,
			 const struct input_event *event)
{
	const struct config_scanner *config = &desk->config->scanners[index];
	const char *code = scanner_feed(&desk->scanners[index], event);

	if (!code)
		return;
	for (size_t i = 0; i < config->n_accepts; i++) {
		struct accept *accept = &desk->accepts[index][i];
		struct queue_command issue = {.verb = QUEUE_ISSUE,
					      .service = accept->asker.service,
					      .class = TICKET_APPOINTMENT,
					      .counter = QUEUE_NONE};

		if (matches(accept, code, &issue)) {
			take_code(desk, accept, code, &issue);
			return;
		}
	}
	log_info("scanner %zu: a code of %zu characters that fits no pattern, "
		 "or whose date or time is none",
		 index + 1, strlen(code));
}

/* ---- the whole ---- */

void desk_feed(struct desk *desk, size_t index, const struct input_event *event)
{
	if (index < desk->config->n_keypads)
		feed_keypad(desk, index, event);
	else
		feed_scanner(desk, index - desk->config->n_keypads, event);
}

static void on_event(void *arg, size_t index, const struct input_event *event)
{
	desk_feed(arg, index, event);
}

static void on_changed(void *arg)
{
	struct desk *desk = arg;

	desk->hooks.changed(desk->hooks.arg);
}

static void add_keypads(struct desk *desk)
{
	for (size_t i = 0; i < desk->config->n_keypads; i++) {
		const struct config_keypad *config = &desk->config->keypads[i];
		struct asker *asker = &desk->askers[i];

		desk->paths[i] = config->device;
		desk->keypads[i].keys = config->keys;
		asker->desk = desk;
		asker->service = QUEUE_NONE;
		snprintf(asker->actor, sizeof(asker->actor), "keypad:%d",
			 desk->config->counters[config->counter].id);
	}
}

static int add_scanner(struct desk *desk, size_t index)
{
	const struct config_scanner *config = &desk->config->scanners[index];
	struct accept *accepts =
	    calloc(config->n_accepts + 1, sizeof(struct accept));

	if (!accepts)
		return -ENOMEM;
	desk->accepts[index] = accepts;
	desk->paths[desk->config->n_keypads + index] = config->device;
	for (size_t i = 0; i < config->n_accepts; i++) {
		/* The configuration's check has compiled it before. */
		accepts[i].compiled =
		    regcomp(&accepts[i].regex, config->accepts[i].pattern,
			    REG_EXTENDED) == 0;
		accepts[i].config = &config->accepts[i];
		accepts[i].asker.desk = desk;
		accepts[i].asker.service = (int)config->accepts[i].service;
		snprintf(accepts[i].asker.actor, sizeof(accepts[i].asker.actor),
			 "scanner:%zu", index + 1);
	}
	return 0;
}

static int make_room(struct desk *desk)
{
	size_t n_keypads = desk->config->n_keypads;
	size_t n_scanners = desk->config->n_scanners;

	desk->paths = calloc(n_keypads + n_scanners + 1, sizeof(char *));
	desk->keypads = calloc(n_keypads + 1, sizeof(*desk->keypads));
	desk->askers = calloc(n_keypads + 1, sizeof(*desk->askers));
	desk->scanners = calloc(n_scanners + 1, sizeof(*desk->scanners));
	desk->accepts = calloc(n_scanners + 1, sizeof(struct accept *));
	return desk->paths && desk->keypads && desk->askers && desk->scanners &&
		       desk->accepts
		   ? 0
		   : -ENOMEM;
}

static int start(struct desk *desk, sd_event *event, const char *dir)
{
	const struct evdev_hooks hooks = {.arg = desk,
					  .event = on_event,
					  .changed = on_changed};
	size_t n = desk->config->n_keypads + desk->config->n_scanners;
	int rc = sodium_init() < 0 ? -EIO : make_room(desk);

	if (rc == 0)
		add_keypads(desk);
	for (size_t i = 0; i < desk->config->n_scanners && rc == 0; i++)
		rc = add_scanner(desk, i);
	if (rc == 0 && n > 0)
		rc =
		    evdev_new(event, dir, desk->paths, n, &hooks, &desk->evdev);
	return rc;
}

int desk_new(sd_event *event, struct kiosk *kiosk, const char *dir,
	     const struct desk_hooks *hooks, struct desk **out)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	int rc;

	*out = NULL;
	if (!desk)
		return -ENOMEM;
	*desk = (struct desk){.kiosk = kiosk,
			      .config = kiosk_config(kiosk),
			      .hooks = *hooks};
	rc = start(desk, event, dir);
	if (rc != 0) {
		desk_free(desk);
		return rc;
	}
	*out = desk;
	return 0;
}

static void free_accepts(const struct desk *desk, size_t index)
{
	struct accept *accepts = desk->accepts[index];

	for (size_t i = 0;
	     accepts && i < desk->config->scanners[index].n_accepts; i++) {
		if (accepts[i].compiled)
			regfree(&accepts[i].regex);
	}
	free(accepts);
}

void desk_free(struct desk *desk)
{
	if (!desk)
		return;
	evdev_free(desk->evdev);
	for (size_t i = 0; desk->accepts && i < desk->config->n_scanners; i++)
		free_accepts(desk, i);
	free(desk->accepts);
	free(desk->scanners);
	free(desk->askers);
	free(desk->keypads);
	free(desk->paths);
	free(desk);
}

size_t desk_faults(const struct desk *desk, struct kiosk_panel_fault *faults,
		   size_t n, size_t max)
{
	size_t n_keypads = desk->config->n_keypads;

	for (size_t i = 0; i < n_keypads + desk->config->n_scanners; i++) {
		const char *fault = evdev_fault(desk->evdev, i);

		if (!fault)
			continue;
		if (n < max) {
			snprintf(faults[n].what, sizeof(faults[n].what), "%s",
				 i < n_keypads ? "keypad" : "scanner");
			snprintf(faults[n].id, sizeof(faults[n].id), "%s",
				 desk->paths[i]);
			snprintf(faults[n].fault, sizeof(faults[n].fault), "%s",
				 fault);
		}
		n++;
	}
	return n;
}

size_t desk_devices(const struct desk *desk)
{
	size_t n = desk->config->n_keypads + desk->config->n_scanners;
	size_t in_use = 0;

	for (size_t i = 0; i < n; i++)
		in_use += evdev_fault(desk->evdev, i) == NULL;
	return in_use;
}
