/* SPDX-License-Identifier: MIT */
/* Every word that a screen shows and that is not the office's own. */
#ifndef KIOSK_WORDS_H
#define KIOSK_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum words {
	WORDS_NOW_SERVING,
	WORDS_LAST_CALLED,
	WORDS_CALLED_BEFORE,
	WORDS_JUST_CALLED,
	WORDS_COUNTERS,
	WORDS_COUNTER_PAUSED,
	WORDS_COUNTER_CLOSED,
	WORDS_WAITING,
	WORDS_PRIORITY,
	WORDS_SERVING_PRIORITY,
	WORDS_APPOINTMENT,
	WORDS_WELCOME,
	WORDS_TAKE_A_NUMBER,
	WORDS_CONNECTING,
	WORDS_NO_CONTACT,
	WORDS_NUMBERS_OLD,
	WORDS_CHOOSE,
	WORDS_WHICH_CLASS,
	WORDS_CLASS_NORMAL,
	WORDS_BACK,
	WORDS_CLOSED,
	WORDS_CAP_REACHED,
	WORDS_NO_TIME_LEFT,
	WORDS_LAST_CALL,
	WORDS_LAST_CALL_BRIEF,
	WORDS_NEXT_PAGE,
	WORDS_ONE_MOMENT,
	WORDS_YOUR_NUMBER,
	WORDS_TAKE_SLIP,
	WORDS_REMEMBER,
	WORDS_SLIP_OR_REMEMBER,
	WORDS_TOUCH_TO_GO_BACK,
	WORDS_REFUSED,
	WORDS_NO_ANSWER,
	WORDS_NO_ANSWER_MEND,
	WORDS_UNREACHABLE,
	WORDS_UNREACHABLE_MEND,
	WORDS_NO_PAPER,
	WORDS_TOO_SOON,
	WORDS_CODE_USED,
	WORDS_PROCEDURES,
	WORDS_CHOOSE_TO_READ,
	WORDS_TOUCH_TO_READ,
	WORDS_NOTHING_POSTED,
	WORDS_PAGE_BEFORE,
	WORDS_PAGE_AFTER,
	WORDS_KEEP_BY_PHONE,
	WORDS_SERVING,
	WORDS_WAIT_FOR_CALL,
	WORDS_THIS_COUNTER_CLOSED,
	WORDS_THIS_COUNTER_PAUSED,
	WORDS_WATCH_THE_BOARD,
	WORDS_NO_SUCH_COUNTER,
	WORDS_RATE_TITLE,
	WORDS_STARS_1,
	WORDS_STARS_2,
	WORDS_STARS_3,
	WORDS_STARS_4,
	WORDS_STARS_5,
	WORDS_WHY_TITLE,
	WORDS_WHY_WAIT,
	WORDS_WHY_ATTITUDE,
	WORDS_WHY_GUIDANCE,
	WORDS_WHY_PROCEDURE,
	WORDS_WHY_OTHER,
	WORDS_SEND,
	WORDS_SENDING,
	WORDS_THANKS,
	WORDS_NOT_RATED,
	WORDS_COUNT
};

const char *words(enum words which, enum language language);

/* "Thứ Ba, 24/11/2026"; "Tuesday, 24 November 2026"; in the process's zone. */
void words_date(enum language language, int64_t wall_ms, char *out,
		size_t size);

/* "09:41" */
#define WORDS_CLOCK_SIZE 6
void words_clock(int64_t wall_ms, char out[WORDS_CLOCK_SIZE]);

/* "Gọi lần 2", "Second call" */
void words_again(enum language language, int calls, char *out, size_t size);

/* "Trước bạn còn 7 người", "7 people ahead of you" */
void words_ahead(enum language language, int ahead, char *out, size_t size);

/*
 * "khoảng 10–15 phút", "about 10–15 min": whole minutes, so that the range
 * holds what it was made of; from 20 minutes on in fives, from 2 hours on in
 * hours. "" where nothing is known.
 */
void words_wait(enum language language, int low_s, int high_s, char *out,
		size_t size);

/* "Mở cửa lúc 13:30", "Opens at 13:30" */
void words_opens(enum language language, const char *when, char *out,
		 size_t size);

/* "Ưu tiên phục vụ: người cao tuổi, …", "Served first: elderly people, …" */
void words_priority_for(enum language language, const char *whom, char *out,
			size_t size);

/* "Quầy 3" for a counter that has no name. */
void words_counter(enum language language, int id, char *out, size_t size);

/* "Phiếu A025", "Ticket A025" */
void words_ticket(enum language language, const char *code, char *out,
		  size_t size);

/* "Số liệu lúc 09:41", "As of 09:41" */
void words_as_of(enum language language, const char *clock, char *out,
		 size_t size);

#endif
