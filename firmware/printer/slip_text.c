/* SPDX-License-Identifier: MIT */
#include "printer/slip_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define LANGUAGES 2

const char *slip_text_class(enum ticket_class class, enum language language)
{
	static const char *const texts[TICKET_CLASSES][LANGUAGES] = {
	    [TICKET_NORMAL] = {"", ""},
	    [TICKET_PRIORITY] = {"ƯU TIÊN", "Priority"},
	    [TICKET_APPOINTMENT] = {"HẸN TRƯỚC", "Appointment"},
	};

	return texts[class][language];
}

const char *slip_text_copy(enum language language)
{
	static const char *const texts[LANGUAGES] = {
	    [LANGUAGE_VI] = "IN LẠI",
	    [LANGUAGE_EN] = "Reprint",
	};

	return texts[language];
}

void slip_text_ahead(char out[SLIP_TEXT_SIZE], uint32_t ahead,
		     enum language language)
{
	/*
	 * Not "you are next": a priority ticket taken later may be called
	 * first. Who waits now is all that is known.
	 */
	static const char *const none[LANGUAGES] = {
	    [LANGUAGE_VI] = "Không có người chờ trước",
	    [LANGUAGE_EN] = "Nobody is waiting before you",
	};
	static const char *const label[LANGUAGES] = {
	    [LANGUAGE_VI] = "Số người chờ trước:",
	    [LANGUAGE_EN] = "People waiting before you:",
	};

	if (ahead == 0)
		snprintf(out, SLIP_TEXT_SIZE, "%s", none[language]);
	else
		snprintf(out, SLIP_TEXT_SIZE, "%s %" PRIu32, label[language],
			 ahead);
}

void slip_text_wait(char out[SLIP_TEXT_SIZE], uint32_t low_s, uint32_t high_s,
		    enum language language)
{
	static const char *const label[LANGUAGES] = {
	    [LANGUAGE_VI] = "Dự kiến chờ:",
	    [LANGUAGE_EN] = "Expected wait:",
	};
	static const char *const minutes[LANGUAGES] = {
	    [LANGUAGE_VI] = "phút",
	    [LANGUAGE_EN] = "min",
	};
	uint32_t low = low_s / 60, high = (high_s + 59) / 60;

	out[0] = '\0';
	if (high == 0)
		return;
	if (low < high)
		snprintf(out, SLIP_TEXT_SIZE, "%s %" PRIu32 "–%" PRIu32 " %s",
			 label[language], low, high, minutes[language]);
	else
		snprintf(out, SLIP_TEXT_SIZE, "%s %" PRIu32 " %s",
			 label[language], high, minutes[language]);
}

const char *slip_text_last_call(enum language language)
{
	static const char *const texts[LANGUAGES] = {
	    [LANGUAGE_VI] = "Có thể không kịp giải quyết trong giờ hôm nay",
	    [LANGUAGE_EN] = "You may not be served before closing time",
	};

	return texts[language];
}

const char *slip_text_session(int64_t at_ms, enum language language)
{
	static const char *const texts[LANGUAGES][2] = {
	    [LANGUAGE_VI] = {"Buổi sáng", "Buổi chiều"},
	    [LANGUAGE_EN] = {"Morning session", "Afternoon session"},
	};
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm local;

	if (!localtime_r(&seconds, &local))
		return "";
	return texts[language][local.tm_hour >= 12];
}

void slip_text_time(char out[SLIP_TEXT_SIZE], int64_t at_ms,
		    enum language language)
{
	static const char *const days[LANGUAGES][7] = {
	    [LANGUAGE_VI] = {"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư",
			     "Thứ Năm", "Thứ Sáu", "Thứ Bảy"},
	    [LANGUAGE_EN] = {"Sunday", "Monday", "Tuesday", "Wednesday",
			     "Thursday", "Friday", "Saturday"},
	};
	time_t seconds = (time_t)(at_ms / 1000);
	struct tm local;

	if (!localtime_r(&seconds, &local)) {
		out[0] = '\0';
		return;
	}
	snprintf(out, SLIP_TEXT_SIZE, "%02d:%02d, %s %02d/%02d/%04d",
		 local.tm_hour, local.tm_min, days[language][local.tm_wday],
		 local.tm_mday, local.tm_mon + 1, local.tm_year + 1900);
}

const char *slip_text_notice(enum language language)
{
	static const char *const texts[LANGUAGES] = {
	    [LANGUAGE_VI] = "Vui lòng giữ phiếu và chờ gọi số",
	    [LANGUAGE_EN] = "Please keep this slip and wait for your number",
	};

	return texts[language];
}
