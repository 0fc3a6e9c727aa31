/* SPDX-License-Identifier: MIT */
/* The staff's page: the files in page/, compiled in. */
#ifndef KIOSK_ASSETS_H
#define KIOSK_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const char *type; /* Content-Type */
	const void *data; /* lasts as long as the program */
	size_t length;
};

/* The file at that path ("/app.js"). False: there is none. */
bool asset_find(const char *path, struct asset *asset);

#endif
