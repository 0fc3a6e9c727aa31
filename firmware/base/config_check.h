/* SPDX-License-Identifier: MIT */
/*
 * Whether a kiosk.conf would be taken, as JSON: what GET /v1/config/check and
 * `kioskctl config check --json` answer.
 */
#ifndef KIOSK_CONFIG_CHECK_H
#define KIOSK_CONFIG_CHECK_H

#include <jansson.h>
#include <stdbool.h>

/*
 * {"file":path,"ok":true,"mistakes":[],"notes":["…"]}, each mistake and note
 * one line of config_load(). *ok says the same as "ok". The caller owns the
 * result (json_decref()); NULL, and *ok false, when out of memory.
 */
json_t *config_check(const char *path, bool *ok)
    __attribute__((warn_unused_result));

#endif
