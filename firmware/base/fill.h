/* SPDX-License-Identifier: MIT */
/* A pattern in which {ticket} and its like are filled in. */
#ifndef KIOSK_FILL_H
#define KIOSK_FILL_H

#include <stddef.h>

struct fill {
	const char *name;  /* "{ticket}" */
	const char *value; /* NULL: nothing */
};

/* malloc()ed; NULL: out of memory. What is no name stays as it is. */
char *fill_in(const char *pattern, const struct fill *fills, size_t n)
    __attribute__((warn_unused_result));

#endif
