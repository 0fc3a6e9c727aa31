/* SPDX-License-Identifier: MIT */
/* The requests that change something: request -> command -> answer. */
#ifndef KIOSK_COMMAND_H
#define KIOSK_COMMAND_H

#include "console/api.h"

/* Fields of a command's JSON body. */
#define FIELD_SERVICE 0x01u
#define FIELD_CLASS 0x02u
#define FIELD_EXPECT 0x04u
#define FIELD_TICKET 0x08u
#define FIELD_OUTCOME 0x10u
#define FIELD_STARS 0x20u
#define FIELD_COUNTER 0x40u
#define FIELD_WINDOW 0x80u
#define FIELD_REASONS 0x100u

struct command_spec {
	enum queue_verb verb;
	unsigned fields; /* that it may have */
	unsigned needs;  /* of these, the ones that must be there */
};

/*
 * Reads the body, submits the command and answers when the kiosk has. counter
 * is an index or QUEUE_NONE; service and number name a ticket, or are
 * QUEUE_NONE and 0.
 */
void command_run(struct api *api, struct http_request *request,
		 const struct visitor *visitor, const struct command_spec *spec,
		 int counter, int service, uint32_t number);

/* The ticket's service (index) and number. -ENOENT: there can be no such
 * code here. */
int command_find_code(const struct config *config, const char *code,
		      int *service, uint32_t *number)
    __attribute__((warn_unused_result));

#endif
