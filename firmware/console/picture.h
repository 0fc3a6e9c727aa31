/* SPDX-License-Identifier: MIT */
/*
 * A picture of what the board shows now, for the supervisor's page: made by
 * kiosk-display --snapshot, a child process that looks by the Unix socket as
 * the board does. One at a time and kept for some seconds, so that however many
 * ask, the kiosk draws one.
 */
#ifndef KIOSK_PICTURE_H
#define KIOSK_PICTURE_H

#include <systemd/sd-event.h>

#include "console/http.h"

struct picture;

/* What it is made with. All is copied. */
struct picture_setting {
	const char *program; /* kiosk-display's path */
	const char *config;
	const char *socket;
	const char *directory; /* where the file may stand for a moment */
};

/* SIGCHLD must be blocked. event must outlive it. -ENOMEM. */
int picture_new(sd_event *event, const struct picture_setting *setting,
		struct picture **out) __attribute__((warn_unused_result));
/* After all its requests have ended. */
void picture_free(struct picture *picture);

/* Answers with a PNG once there is one, or 503. */
void picture_show(struct picture *picture, struct http_request *request);

#endif
