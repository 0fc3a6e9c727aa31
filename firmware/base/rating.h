/* SPDX-License-Identifier: MIT */
/* What a citizen says of a service: stars, and why not more of them. */
#ifndef KIOSK_RATING_H
#define KIOSK_RATING_H

#define RATING_STARS 5
#define RATING_ASK_WHY 3 /* so many stars and fewer: reasons are asked */

/* A set of them is their bits, 1 << reason. */
enum rating_reason {
	RATING_WAIT,      /* waited too long */
	RATING_ATTITUDE,  /* the staff's manner */
	RATING_GUIDANCE,  /* unclear or wrong guidance */
	RATING_PROCEDURE, /* too many papers, too many visits */
	RATING_OTHER
};
#define RATING_REASONS 5

/* "wait", "attitude", …: in the API and in the journal */
const char *rating_reason_name(enum rating_reason reason);

/* -EINVAL: there is none of that name. */
int rating_reason_from(const char *name);

#endif
