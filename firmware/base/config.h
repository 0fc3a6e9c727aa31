/* SPDX-License-Identifier: MIT */
/*
 * kiosk.conf: read once at start, then constant. Every mistake is reported by
 * file, line, value and mend, and all of them in one go, not only the first.
 *
 * Each main() hands its rooms only the section they need; no room keeps a
 * pointer to struct config itself.
 */
#ifndef KIOSK_CONFIG_H
#define KIOSK_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/hours.h"
#include "base/text.h"
#include "base/ticket.h"

#define CONFIG_MAX_SERVICES 32
#define CONFIG_MAX_COUNTERS 32
#define CONFIG_MAX_BUTTONS 64
#define CONFIG_MAX_LAMPS 64

struct config_office {
	char *kiosk; /* [a-z0-9-], 1..64: names this kiosk at the central log */
	struct text name;
	char *timezone;     /* IANA name; default "Asia/Ho_Chi_Minh" */
	int day_starts_min; /* minutes after midnight; "05:00" */
	enum language languages[2];
	size_t n_languages;         /* 1 or 2, the first is shown first */
	struct hours_closed closed; /* dates without reception; may be none */
};

struct config_service {
	char *id; /* [a-z0-9_-], 1..32 */
	struct text name;
	char *prefix;        /* 1..3 of A-Z; unique */
	int daily_cap;       /* tickets a day; 0: no cap */
	struct hours hours;  /* no session: at any hour */
	int typical_minutes; /* at the counter, 0..480; 0: not known */
	char **outcomes;     /* [a-z0-9_]; may be empty */
	size_t n_outcomes;
	int line; /* in the file, for later messages; likewise below */
};

enum config_prefer { CONFIG_PREFER_OLDEST, CONFIG_PREFER_ORDER };

struct config_counter {
	int id; /* 1..99, unique */
	struct text name;
	size_t services[CONFIG_MAX_SERVICES]; /* indices, in order */
	size_t n_services;                    /* at least 1 */
	enum config_prefer prefer;
	int line;
};

enum config_policy {
	CONFIG_POLICY_RATIO,
	CONFIG_POLICY_STRICT,
	CONFIG_POLICY_ACCUMULATE
};

/* What becomes of a ticket that may not be served before reception closes. */
enum config_last_call {
	CONFIG_LAST_CALL_OFF,  /* issued as any other */
	CONFIG_LAST_CALL_WARN, /* issued with a warning; the default */
	CONFIG_LAST_CALL_STOP  /* refused */
};

struct config_queue {
	enum config_policy policy;
	int priority_ratio;        /* priority calls to one normal, 1..100 */
	int rates[TICKET_CLASSES]; /* for "accumulate": what a minute of
				      waiting counts, 1..100; default 1 normal,
				      4 priority, 2 appointment */
	int restore_after; /* a restored no-show waits after so many of its
			      line and class, 0..100; 0, the default: at its
			      arrival order */
	int recall_limit;  /* recalls before no-show is suggested, 0..20;
			      default 3; 0: it never is */
	enum config_last_call last_call;
	struct text priority_for; /* the office's list of who has priority */
};

enum config_action_kind {
	CONFIG_ACTION_NONE,
	CONFIG_ACTION_ISSUE,   /* "issue SERVICE [CLASS]" */
	CONFIG_ACTION_CALL,    /* "call N" */
	CONFIG_ACTION_RECALL,  /* "recall N" */
	CONFIG_ACTION_NO_SHOW, /* "no-show N" */
	CONFIG_ACTION_FINISH,  /* "finish N" */
	CONFIG_ACTION_RATE,    /* "rate N STARS" */
	CONFIG_ACTION_REPRINT  /* "reprint": the slip issued last */
};

/* What a press does. */
struct config_action {
	enum config_action_kind kind;
	size_t service; /* index, for issue */
	int class;      /* enum queue_class, for issue */
	size_t counter; /* index, for the others */
	int stars;      /* 1..5, for rate */
};

enum config_bias {
	CONFIG_BIAS_AS_IS,
	CONFIG_BIAS_PULL_UP,
	CONFIG_BIAS_PULL_DOWN,
	CONFIG_BIAS_DISABLED
};

struct config_button {
	char *id;
	char *chip; /* label, gpiochipN, or path */
	unsigned line_offset;
	bool active_low;
	enum config_bias bias;
	int debounce_ms; /* 0..500; default 20 */
	int hold_ms;     /* 300..10000; default 1200 */
	int repeat_ms;   /* 0..60000; default 1500. A second press of this
			    button sooner than that does nothing */
	struct config_action press, hold;
	int line;
};

enum config_lamp_kind {
	CONFIG_LAMP_SERVICE,
	CONFIG_LAMP_COUNTER,
	CONFIG_LAMP_FAULT
};

struct config_lamp {
	char *id;
	char *chip;
	unsigned line_offset;
	bool active_low;
	enum config_lamp_kind shows; /* "service X", "counter N", "fault" */
	size_t index;                /* of the service or the counter */
	int line;
};

/* What a key of a keypad does at its counter. */
enum config_key_verb {
	CONFIG_KEY_NEXT, /* or, after digits, that number */
	CONFIG_KEY_RECALL,
	CONFIG_KEY_NO_SHOW,
	CONFIG_KEY_FINISH,
	CONFIG_KEY_PAUSE /* or open */
};
#define CONFIG_KEY_VERBS 5

struct config_keypad {
	char *device;
	size_t counter;             /* index */
	int keys[CONFIG_KEY_VERBS]; /* base/keys.h; KEYS_NONE: no key */
	int line;
};

#define CONFIG_SCAN_GROUPS 9

/* A code on an appointment's slip, and what it gets. */
struct config_scan {
	char *pattern; /* an extended regular expression, of the whole code */
	size_t service;
	/* Which group of the pattern, 1..CONFIG_SCAN_GROUPS, holds the date,
	 * the time it begins, and ends; 0: the code does not say that. */
	int date, from, until;
};

struct config_scanner {
	char *device;
	struct config_scan *accepts;
	size_t n_accepts; /* at least 1 */
	int line;
};

enum config_flow { CONFIG_FLOW_NONE, CONFIG_FLOW_RTSCTS, CONFIG_FLOW_XONXOFF };

/* With a slip that the paper was too short for, once there is paper. */
enum config_paper_out { CONFIG_PAPER_OUT_REPRINT, CONFIG_PAPER_OUT_STAFF };
/* A press while there is no paper, or no printer to be had. */
enum config_when_out { CONFIG_WHEN_OUT_REFUSE, CONFIG_WHEN_OUT_ISSUE };

/* What a line of the slip shows. */
enum config_slip_field {
	CONFIG_SLIP_OFFICE,
	CONFIG_SLIP_SERVICE,
	CONFIG_SLIP_CODE,
	CONFIG_SLIP_CLASS, /* nothing for a normal ticket */
	CONFIG_SLIP_AHEAD,
	CONFIG_SLIP_WAIT,      /* nothing where it is not known */
	CONFIG_SLIP_LAST_CALL, /* nothing where it is early enough */
	CONFIG_SLIP_TIME,
	CONFIG_SLIP_SESSION,
	CONFIG_SLIP_QR, /* nothing with qr = "none" */
	CONFIG_SLIP_NOTICE,
	CONFIG_SLIP_RULE,
	CONFIG_SLIP_TEXT,
};
#define CONFIG_SLIP_FIELDS 13
#define CONFIG_MAX_SLIP_LINES 32

enum config_align {
	CONFIG_ALIGN_CENTER,
	CONFIG_ALIGN_LEFT,
	CONFIG_ALIGN_RIGHT
};

struct config_slip_line {
	enum config_slip_field field;
	struct text text; /* CONFIG_SLIP_TEXT */
	/*
	 * In dots of a 203 dpi head (8 to the mm); -1: as in the slip that is
	 * built in. size: 16..300, of which a capital has 0.7; second: that of
	 * the second language, 0: it is left out; space: above it, 0..400.
	 */
	int size, second, space;
	int bold; /* 0, 1; -1 likewise */
	enum config_align align;
};

struct config_printer {
	char *device;   /* path, "tcp:HOST:PORT", "file:DIR" or "none" */
	int width_dots; /* 384 or 576 (any multiple of 8, 256..832) */
	bool cut;
	int baud;              /* of a serial line: 1200..115200 */
	enum config_flow flow; /* likewise */
	bool status;           /* it may be asked how it is */
	enum config_paper_out paper_out;
	enum config_when_out when_out;
	int dpi;   /* 180 or 203 */
	bool crop; /* it centres narrow pictures: white sides are not sent */
	/* "none", "ticket" (its code), or a text with {ticket}, {kiosk},
	 * {service} in it. */
	char *qr;
	bool buzzer, drawer;           /* sounded, or opened, with each slip */
	struct config_slip_line *slip; /* NULL: the slip that is built in */
	size_t n_slip;
	int line;
};

enum config_accent {
	CONFIG_ACCENT_NORTH,
	CONFIG_ACCENT_CENTRAL,
	CONFIG_ACCENT_SOUTH
};

enum config_theme {
	CONFIG_THEME_DARK,
	CONFIG_THEME_LIGHT,
	CONFIG_THEME_CONTRAST
};

struct config_display {
	char *font; /* a family that fontconfig knows, or a path to a file */
	enum config_theme theme;
	bool ask_class;     /* the touch panel asks who has priority */
	char *procedures;   /* folder of posted texts; "": none */
	char *pictures;     /* folder of pictures for the board; "": none */
	int hold_s;         /* how long a call keeps the board's stage, 2..60 */
	char *voice;        /* "espeak", "none" or a folder of clips */
	char *read_numbers; /* "digits" or "words" */
	enum config_accent accent; /* of the Vietnamese voice and its numbers */
	int times;                 /* each call is said so often, 1..3 */
	int volume;                /* percent, 0..100 */
	struct hours
	    quiet; /* sessions without a voice; none: it always speaks */
	struct text announce;
	/* For a kiosk on another machine: */
	char *token;       /* this device's, as it is shown; "" for none */
	char *certificate; /* what is trusted, a PEM file; "": the system's */
};

struct config_console {
	char *listen;      /* "127.0.0.1:8080"; "" for no TCP */
	char *certificate; /* "" for none */
	char *key;
	int session_minutes; /* 1..1440 */
	bool phone;          /* citizens see their tickets at /t/TOKEN */
	int line;
};

enum config_role {
	CONFIG_ROLE_STAFF,
	CONFIG_ROLE_SUPERVISOR,
	CONFIG_ROLE_ADMIN
};

struct config_user {
	char *name;
	char *pin; /* its hash, "$argon2id$…", see base/secret.h */
	enum config_role role;
	size_t counters[CONFIG_MAX_COUNTERS]; /* indices */
	size_t n_counters;
	int line;
};

struct config_device {
	char *name;
	char *token; /* as it is shown, or its hash, see base/secret.h */
	bool may_read, may_issue;
	int line;
};

/* What the central log acknowledged may be gone after a fail-over, and is then
 * sent again: this long it must be there to send. */
#define CENTRAL_RETAIN_LEAST 90

struct config_central {
	char *url;   /* "sqlite:/path", "postgresql://…" or "" for none */
	int every_s; /* 1..86400 */
	/* The journal's rows are pruned here once the central log has had them
	 * for so many days; CENTRAL_RETAIN_LEAST..36500. 0: never. */
	int retain_days;
	int line;
};

struct config {
	char *path;
	struct config_office office;
	struct config_service *services;
	size_t n_services; /* at least 1 */
	struct config_counter *counters;
	size_t n_counters; /* at least 1 */
	struct config_queue queue;
	struct config_button *buttons;
	size_t n_buttons;
	struct config_lamp *lamps;
	size_t n_lamps;
	struct config_keypad *keypads;
	size_t n_keypads;
	struct config_scanner *scanners;
	size_t n_scanners;
	struct config_printer printer;
	struct config_display display;
	struct text *notices;
	size_t n_notices;
	struct config_console console;
	struct config_user *users;
	size_t n_users;
	struct config_device *devices;
	size_t n_devices;
	struct config_central central;
};

/*
 * Reads and checks path. On success 0 and *out is the caller's
 * (config_free()). On failure -EINVAL (or the errno of opening the file),
 * *out is NULL, and each mistake has been written to errors as one line:
 *   kiosk.conf:12: services[1].prefix: "A" is taken by "land" (line 9): give
 *   each service a prefix of its own
 * Settings that are understood but that this version does not act on yet are
 * written to notes (may be NULL) in the same form, and are no mistake.
 */
int config_load(const char *path, FILE *errors, FILE *notes,
		struct config **out) __attribute__((warn_unused_result));

void config_free(struct config *config);

/*
 * Exchanges users and devices of the two, from being a file that was read anew.
 * kept, which is the caller's (free()), has for each user of before the index
 * among those of now, or CONFIG_NOBODY for one who is gone or of whom anything
 * changed. False: out of memory, and nothing was exchanged.
 */
#define CONFIG_NOBODY ((size_t)-1)
bool config_take_people(struct config *into, struct config *from, size_t **kept)
    __attribute__((warn_unused_result));

#endif
