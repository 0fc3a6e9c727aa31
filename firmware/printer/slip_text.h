/* SPDX-License-Identifier: MIT */
/* What a slip says, in either language. Pure, but for the time zone. */
#ifndef KIOSK_PRINTER_SLIP_TEXT_H
#define KIOSK_PRINTER_SLIP_TEXT_H

#include <stddef.h>

#include "printer/slip.h"

#define SLIP_TEXT_SIZE 96 /* for any text made here */

/* "ƯU TIÊN"; "" for a normal ticket. */
const char *slip_text_class(enum ticket_class class, enum language language);

/* On a slip that has been printed before. */
const char *slip_text_copy(enum language language);

/* Those who wait for the same service and came before. */
void slip_text_ahead(char out[SLIP_TEXT_SIZE], uint32_t ahead,
		     enum language language);

/* "Dự kiến chờ 10–15 phút"; "" where high_s is 0. */
void slip_text_wait(char out[SLIP_TEXT_SIZE], uint32_t low_s, uint32_t high_s,
		    enum language language);

const char *slip_text_last_call(enum language language);

/* "Buổi sáng", "Buổi chiều", in the process's time zone. */
const char *slip_text_session(int64_t at_ms, enum language language);

/* "08:15, Thứ Ba 24/11/2026", in the process's time zone. */
void slip_text_time(char out[SLIP_TEXT_SIZE], int64_t at_ms,
		    enum language language);

const char *slip_text_notice(enum language language);

#endif
