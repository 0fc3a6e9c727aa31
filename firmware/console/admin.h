/* SPDX-License-Identifier: MIT */
/* What an admin looks at from afar: the log, who may sign in, and whether
 * kiosk.conf as it lies there now would be taken. Nothing here changes
 * anything, and no secret nor its hash leaves by it. */
#ifndef KIOSK_ADMIN_H
#define KIOSK_ADMIN_H

#include "base/config.h"
#include "console/access.h"
#include "console/http.h"

/* {"lines":[{"at_ms","level":"error|warning|info","text"}]}, the oldest first;
 * the last LOG_KEPT of them. */
void admin_log(struct http_request *request);

/* {"users":[{"name","role","counters":[1],"sessions":0}],
 *  "devices":[{"name","may":["read"]}]} */
void admin_users(const struct config *config, struct access *access,
		 struct http_request *request);

/* {"file","ok","mistakes":[line],"notes":[line]} */
void admin_config(const struct config *config, struct http_request *request);

#endif
