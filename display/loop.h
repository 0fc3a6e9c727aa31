/* SPDX-License-Identifier: MIT */
/*
 * libcurl inside sd-event: curl says which descriptors and which time it
 * waits for, the loop tells it when. Nothing here knows the kiosk.
 */
#ifndef KIOSK_LOOP_H
#define KIOSK_LOOP_H

#include <curl/curl.h>
#include <systemd/sd-event.h>

struct loop;

/* A transfer ended; easy is the caller's again and may be freed. */
typedef void loop_done_fn(void *arg, CURL *easy, CURLcode result);

/* Keeps event alive. -ENOMEM, or the errno of sd-event. */
int loop_new(sd_event *event, loop_done_fn *fn, void *arg, struct loop **out)
    __attribute__((warn_unused_result));

/* Transfers under way must have been removed. */
void loop_free(struct loop *loop);

/* 0 or -ENOMEM. Safe inside loop_done_fn; not inside curl's own callbacks. */
int loop_add(struct loop *loop, CURL *easy) __attribute__((warn_unused_result));
void loop_remove(struct loop *loop, CURL *easy);

#endif
