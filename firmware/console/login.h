/* SPDX-License-Identifier: MIT */
/* POST /v1/login, POST /v1/logout, GET /v1/me. */
#ifndef KIOSK_LOGIN_H
#define KIOSK_LOGIN_H

#include <systemd/sd-event.h>

#include "base/config.h"
#include "console/access.h"
#include "console/http.h"

struct login;

/* All three must outlive it. */
int login_new(sd_event *event, const struct config *config,
	      struct access *access, struct login **out)
    __attribute__((warn_unused_result));

/* After all its requests have ended. */
void login_free(struct login *login);

/* The configuration has other users now. A negative errno: nobody can sign in.
 */
int login_take_people(struct login *login) __attribute__((warn_unused_result));

/* Answers once the PIN has been compared, which takes some tenths of a second
 * on another thread. */
void login_in(struct login *login, struct http_request *request,
	      const struct visitor *visitor);

/* Also where nobody is signed in. */
void login_out(struct login *login, struct http_request *request);

/* Who the visitor is and which counters it may act at. */
void login_me(struct login *login, struct http_request *request,
	      const struct visitor *visitor);

#endif
