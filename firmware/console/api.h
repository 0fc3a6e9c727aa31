/* SPDX-License-Identifier: MIT */
/* The routes of the API (DESIGN.md "HTTP API") and who answers them. */
#ifndef KIOSK_API_H
#define KIOSK_API_H

#include "console/access.h"
#include "console/admin.h"
#include "console/board.h"
#include "console/http.h"
#include "console/login.h"
#include "console/phone.h"
#include "console/picture.h"
#include "console/stream.h"
#include "journal/journal.h"
#include "kiosk.h"
#include "slips.h"

/* What the routes need. All of it outlives the requests. */
struct api {
	sd_event *event;
	struct journal *journal;
	struct kiosk *kiosk;
	struct board *board;
	struct streams *streams;
	struct access *access;
	struct login *login;
	struct http *http;
	struct phone phone;
	struct picture *picture; /* NULL: none can be made */
	struct slips *slips;     /* NULL: nothing is known of slips */
};

/* An http_handler_fn; arg is the struct api. */
void api_handle(void *arg, struct http_request *request);

#endif
