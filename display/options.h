/* SPDX-License-Identifier: MIT */
/* The command line of kiosk-display. */
#ifndef KIOSK_OPTIONS_H
#define KIOSK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "display/view.h"

#define OPTIONS_VIEWS 4

enum options_voice {
	OPTIONS_VOICE_NOTHING,
	OPTIONS_VOICE_SAY,
	OPTIONS_VOICE_LIST
};

struct options {
	const char *config, *socket, *url; /* url NULL: the socket */
	struct view_wish views[OPTIONS_VIEWS];
	size_t n_views;
	int w, h;             /* 0: not given */
	const char *snapshot; /* NULL: show it on a screen */
	int after_ms;
	bool mute;
	enum options_voice voice_verb;
	const char *say; /* of OPTIONS_VOICE_SAY */
};

enum options_what {
	OPTIONS_RUN,
	OPTIONS_HELP,
	OPTIONS_VERSION,
	OPTIONS_WRONG /* problem says what, in one line */
};

#define OPTIONS_PROBLEM_SIZE 240

/* The strings are argv's. */
enum options_what options_read(int argc, char **argv, struct options *out,
			       char problem[OPTIONS_PROBLEM_SIZE]);

/* What --help prints. */
extern const char options_help[];

#endif
