/* SPDX-License-Identifier: MIT */
/* A time, said as people say it, in the process's zone. */
#ifndef KIOSK_WHEN_H
#define KIOSK_WHEN_H

#include <stdint.h>

#include "base/text.h"

#define WHEN_SIZE 64

/*
 * "13:30" on the local date of now_ms, else "07:30 thứ Hai, 30/11" or "07:30 on
 * Monday, 30/11".
 */
void when_text(char out[WHEN_SIZE], int64_t at_ms, int64_t now_ms,
	       enum language language);

#endif
