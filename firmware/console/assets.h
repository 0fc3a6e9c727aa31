/* SPDX-License-Identifier: MIT */
/* The staff's page: the files in page/, compiled in. */
#ifndef KIOSK_ASSETS_H
#define KIOSK_ASSETS_H

#include <stddef.h>

struct asset {
	const char *path; /* "/app.js" */
	const char *type;
	const void *data;
	size_t length;
};

/* NULL where there is none at that path. */
const struct asset *asset_find(const char *path);

#endif
