/* SPDX-License-Identifier: MIT */
/* The JSON body of a request. */
#ifndef KIOSK_BODY_H
#define KIOSK_BODY_H

#include <jansson.h>

#include "console/http.h"

/*
 * The object that the body is, the caller's; or NULL, and the request has been
 * refused. Where the body may be left out, example is NULL and the object is
 * empty; else it shows what is wanted.
 */
json_t *body_object(struct http_request *request, const char *example);

#endif
