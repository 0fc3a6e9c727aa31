/* SPDX-License-Identifier: MIT */
#include "panel/lamp.h"

bool lamp_wanted(const struct config_lamp *lamp, const struct queue *queue,
		 bool journal_ok, bool fault)
{
	struct queue_command issue = {
	    .verb = QUEUE_ISSUE,
	    .service = (int)lamp->index,
	    .counter = QUEUE_NONE,
	};
	struct queue_event events[QUEUE_MAX_EVENTS];
	enum queue_refusal why;

	switch (lamp->shows) {
	case CONFIG_LAMP_SERVICE:
		/* The rules themselves say whether a ticket can be had. */
		return journal_ok &&
		       queue_decide(queue, &issue, 0, events, &why) > 0;
	case CONFIG_LAMP_COUNTER:
		return queue_has_next(queue, (int)lamp->index);
	case CONFIG_LAMP_FAULT:
		return fault;
	}
	return false;
}
