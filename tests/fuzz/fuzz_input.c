/* SPDX-License-Identifier: MIT */
/*
 * What fingers and wires say: the input is a row of records of four bytes,
 * (what, code, value, milliseconds since the one before). Bits 0 to 2 of what
 * choose who gets it: the keypad or the scanner of an office (as evdev gives
 * it), a button's edge or its deadline, or the touch screen.
 *
 * Whatever comes: no two actions of a press, none of a hasty one, no ticket at
 * two counters, no number left out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ticket.h"
#include "display/touch.h"
#include "panel/button.h"
#include "panel/desk.h"
#include "panel/keypad.h"
#include "panel/scanner.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/office.h"

#define RECORDS_MOST 400
#define LONG_DAY 1000

static struct fuzz_office office;
static struct desk *desk;
static unsigned inputs;

/* One input's own. */
static struct {
	int64_t now_ms;
	struct keypad keypad;
	struct scanner scanner;
	struct button button;
	bool level;
	int64_t acted_ns;
	bool acted;
	struct touch touch;
} one;

static void on_refused(void *arg, int service, const char *why)
{
	(void)arg;
	FUZZ_CHECK(service >= 0 && service < 2 && why && *why, "%d", service);
}

static bool may_issue(void *arg, const char **why)
{
	(void)arg;
	(void)why;
	return true;
}

static void on_changed(void *arg)
{
	(void)arg;
}

static void open_desk(void)
{
	const struct desk_hooks hooks = {.refused = on_refused,
					 .may_issue = may_issue,
					 .changed = on_changed};

	fuzz_office_open(&office);
	FUZZ_CHECK(desk_new(office.event, office.kiosk, fuzz_directory(),
			    &hooks, &desk) == 0,
		   "no desk");
}

static void close_desk(void)
{
	kiosk_stop(office.kiosk);
	desk_free(desk);
	fuzz_office_close(&office);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_start();
	open_desk();
	return 0;
}

/* ---- keypad and scanner ---- */

static void check_keypad(const struct input_event *event)
{
	uint32_t number = 0;
	enum keypad_wish wish = keypad_feed(&one.keypad, event, &number);

	FUZZ_CHECK(wish <= KEYPAD_PAUSE, "%d", (int)wish);
	FUZZ_CHECK(wish != KEYPAD_NUMBER ||
		       (number >= 1 && number <= TICKET_MAX_NUMBER),
		   "number %u", number);
	FUZZ_CHECK(wish == KEYPAD_NOTHING ||
		       (event->type == EV_KEY && event->value == 1),
		   "%d without a press", (int)wish);
}

static void check_scanner(const struct input_event *event)
{
	const char *line = scanner_feed(&one.scanner, event);
	size_t length = line ? strlen(line) : 1;

	FUZZ_CHECK(length >= 1 && length <= SCANNER_MAX, "%zu", length);
	for (; line && *line; line++)
		FUZZ_CHECK(*line >= ' ' && *line <= '~', "%x", *line);
}

/* The codes of keys are spread over two bytes; the rest is as it comes. */
static void feed(uint8_t what, uint8_t code, uint8_t value)
{
	static const uint16_t types[] = {EV_KEY, EV_SYN, EV_MSC, EV_REL};
	struct input_event event = {
	    .type = types[what >> 3 & 3],
	    .code = (uint16_t)(code | (what & 0x20 ? 0x100 : 0)),
	    .value = what & 0x40 ? (int8_t)value : value % 3,
	};

	event.input_event_sec = one.now_ms / 1000;
	event.input_event_usec = one.now_ms % 1000 * 1000;
	if (what & 1)
		check_scanner(&event);
	else
		check_keypad(&event);
	desk_feed(desk, what & 1, &event);
	if (what & 0x80)
		fuzz_office_run(&office, 20);
}

/* ---- buttons and touch ---- */

static void check_button(enum button_output output, int64_t now_ns)
{
	FUZZ_CHECK(output <= BUTTON_HOLD, "%d", (int)output);
	FUZZ_CHECK(*button_fault_name(button_fault(&one.button)), "no name");
	if (output == BUTTON_NOTHING)
		return;
	FUZZ_CHECK(output != BUTTON_HOLD || one.button.has_hold, "no hold");
	FUZZ_CHECK(!one.acted || now_ns >= one.acted_ns, "back in time");
	one.acted = true;
	one.acted_ns = now_ns;
}

static void press(uint8_t what, uint8_t value)
{
	int64_t now_ns = one.now_ms * 1000000, due;
	bool edge = (what & 1) == 0;

	if (edge)
		one.level = value & 1;
	due = button_deadline_ns(&one.button);
	if (!edge && due != INT64_MAX) {
		if (due > now_ns)
			one.now_ms = due / 1000000 + 1;
		now_ns = one.now_ms * 1000000;
	}
	check_button(edge ? button_edge(&one.button, one.level, now_ns)
			  : button_tick(&one.button, one.level, now_ns),
		     now_ns);
}

static void touch(uint8_t code, uint8_t value)
{
	const struct touch_input input = {.event = (enum touch_event)(
					      code % TOUCH_EVENTS),
					  .finger = value & 3,
					  .target = value & 4 ? TOUCH_NOTHING
							      : value >> 3};
	int target = touch_step(&one.touch, &input, one.now_ms);

	FUZZ_CHECK(target >= TOUCH_NOTHING && target < 32, "%d", target);
	FUZZ_CHECK(target == TOUCH_NOTHING || input.event == TOUCH_UP,
		   "acted at %d", (int)input.event);
	FUZZ_CHECK((int)one.touch.state < TOUCH_STATES, "no such state");
	if (target != TOUCH_NOTHING && code & 0x80)
		touch_asked(&one.touch, one.now_ms);
	if (code & 0x40)
		(void)touch_tell(&one.touch, one.now_ms);
	(void)touch_next_ms(&one.touch);
}

static void begin(uint8_t how)
{
	static const int debounces[] = {0, 20, 500, 5};

	memset(&one, 0, sizeof(one));
	one.now_ms = 1000000;
	one.keypad.keys = office.config->keypads[0].keys;
	one.button = (struct button){.debounce_ms = debounces[how & 3],
				     .hold_ms = 1200,
				     .repeat_ms = how & 4 ? 1500 : 0,
				     .has_hold = how & 8};
	touch_init(&one.touch, one.now_ms);
	if (how & 16)
		button_start_down(&one.button, one.now_ms * 1000000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	if (inputs++ == LONG_DAY) {
		close_desk();
		open_desk();
		inputs = 1;
	}
	begin(fuzz_byte(&input));
	for (int i = 0; i < RECORDS_MOST && input.left > 0; i++) {
		uint8_t what = fuzz_byte(&input), code = fuzz_byte(&input);
		uint8_t value = fuzz_byte(&input);
		uint8_t after = fuzz_byte(&input);

		/* Above 200: by the second. */
		one.now_ms += after > 200 ? (after - 200) * 1000 : after;
		if ((what & 6) < 4)
			feed(what, code, value);
		else if ((what & 6) == 4)
			press(what, value);
		else
			touch(code, value);
	}
	fuzz_office_run(&office, 100);
	fuzz_office_check(&office);
	fuzz_office_check_numbers(&office);
	return 0;
}
