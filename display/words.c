/* SPDX-License-Identifier: MIT */
#include "display/words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const texts[WORDS_COUNT][2] = {
    [WORDS_NOW_SERVING] = {"Mời số", "Now serving"},
    [WORDS_LAST_CALLED] = {"Số vừa gọi", "Last called"},
    [WORDS_CALLED_BEFORE] = {"Các số đã gọi", "Numbers called"},
    [WORDS_JUST_CALLED] = {"Vừa gọi", "Just called"},
    [WORDS_COUNTERS] = {"Các quầy", "Counters"},
    [WORDS_COUNTER_PAUSED] = {"Tạm dừng", "Paused"},
    [WORDS_COUNTER_CLOSED] = {"Đóng", "Closed"},
    [WORDS_WAITING] = {"Đang chờ", "Waiting"},
    [WORDS_PRIORITY] = {"Ưu tiên", "Priority"},
    [WORDS_SERVING_PRIORITY] = {"Đang phục vụ đối tượng ưu tiên",
				"Serving a priority citizen"},
    [WORDS_APPOINTMENT] = {"Hẹn trước", "Appointment"},
    [WORDS_WELCOME] = {"Kính chào quý khách", "Welcome"},
    [WORDS_TAKE_A_NUMBER] = {"Mời lấy số thứ tự và chờ gọi số",
			     "Please take a number and wait for your call"},
    [WORDS_CONNECTING] = {"Đang kết nối với máy lấy số…",
			  "Connecting to the kiosk…"},
    [WORDS_NO_CONTACT] = {"Mất kết nối với máy lấy số",
			  "No contact with the kiosk"},
    [WORDS_NUMBERS_OLD] = {"Số trên màn hình có thể không còn đúng.",
			   "The numbers on this screen may be out of date."},
    [WORDS_CHOOSE] = {"Mời chọn lĩnh vực để lấy số",
		      "Touch a service to take a number"},
    [WORDS_WHICH_CLASS] = {"Bạn có thuộc diện ưu tiên không?",
			   "Are you entitled to priority?"},
    [WORDS_CLASS_NORMAL] = {"Không, lấy số thường", "No, a normal number"},
    [WORDS_BACK] = {"Quay lại", "Back"},
    [WORDS_CLOSED] = {"Tạm ngừng cấp số", "Closed now"},
    [WORDS_CAP_REACHED] = {"Đã hết số hôm nay", "No more numbers today"},
    [WORDS_NO_TIME_LEFT] = {"Ngừng cấp số: người chờ đã đủ đến hết giờ",
			    "Closed: those waiting take all the time left"},
    [WORDS_LAST_CALL] = {"Có thể không kịp phục vụ trong hôm nay",
			 "You may not be served today"},
    [WORDS_LAST_CALL_BRIEF] = {"Có thể không kịp hôm nay",
			       "May be too late today"},
    [WORDS_NEXT_PAGE] = {"Xem thêm", "More"},
    [WORDS_ONE_MOMENT] = {"Đang lấy số…", "One moment…"},
    [WORDS_YOUR_NUMBER] = {"Số của bạn", "Your number"},
    [WORDS_TAKE_SLIP] = {"Vui lòng lấy phiếu và chờ gọi số",
			 "Please take your slip and wait for your call"},
    [WORDS_REMEMBER] = {"Vui lòng nhớ số của bạn và chờ gọi số",
			"Please remember your number and wait for your call"},
    [WORDS_SLIP_OR_REMEMBER] =
	{"Vui lòng lấy phiếu nếu có, nhớ số và chờ gọi số",
	 "Take your slip if there is one, and remember your number"},
    [WORDS_TOUCH_TO_GO_BACK] = {"Chạm vào màn hình để quay lại",
				"Touch the screen to go back"},
    [WORDS_REFUSED] = {"Chưa lấy được số", "No number was issued"},
    [WORDS_NO_ANSWER] = {"Máy lấy số không trả lời",
			 "The kiosk does not answer"},
    [WORDS_NO_ANSWER_MEND] = {"Vui lòng hỏi cán bộ hoặc thử lại sau.",
			      "Please ask the staff, or try again later."},
    [WORDS_UNREACHABLE] = {"Tạm thời chưa lấy được số",
			   "Numbers cannot be issued right now"},
    [WORDS_UNREACHABLE_MEND] =
	{"Màn hình mất kết nối với máy lấy số. Vui lòng hỏi cán bộ.",
	 "The screen has lost contact with the kiosk. Please ask the staff."},
    [WORDS_NO_PAPER] = {"Máy in hết giấy, vui lòng báo cán bộ",
			"The printer is out of paper: please tell the staff"},
    [WORDS_TOO_SOON] = {"Bạn vừa lấy số, vui lòng chờ giây lát",
			"You have just taken a number: please wait a moment"},
    [WORDS_CODE_USED] = {"Mã này đã lấy số hôm nay",
			 "This code has its number of today"},
    [WORDS_PROCEDURES] = {"Thủ tục niêm yết", "Posted procedures"},
    [WORDS_CHOOSE_TO_READ] = {"Mời chọn lĩnh vực để đọc thủ tục",
			      "Touch a service to read its procedures"},
    [WORDS_TOUCH_TO_READ] = {"Chạm để đọc", "Touch to read"},
    [WORDS_NOTHING_POSTED] = {"Chưa có niêm yết", "Nothing posted yet"},
    [WORDS_PAGE_BEFORE] = {"Trang trước", "Page before"},
    [WORDS_PAGE_AFTER] = {"Trang sau", "Next page"},
    [WORDS_KEEP_BY_PHONE] =
	{"Nhớ số, hoặc quét mã bằng điện thoại, và chờ gọi số",
	 "Remember your number, or scan the code, and wait for your call"},
    [WORDS_SERVING] = {"Đang phục vụ số", "Serving number"},
    [WORDS_WAIT_FOR_CALL] = {"Mời chờ gọi số", "Please wait for your call"},
    [WORDS_THIS_COUNTER_CLOSED] = {"Quầy đóng", "This counter is closed"},
    [WORDS_THIS_COUNTER_PAUSED] = {"Quầy tạm dừng", "This counter is paused"},
    [WORDS_WATCH_THE_BOARD] = {"Mời theo dõi bảng gọi số",
			       "Please watch the board"},
    [WORDS_NO_SUCH_COUNTER] = {"Máy lấy số không có quầy này",
			       "The kiosk has no such counter"},
    [WORDS_RATE_TITLE] = {"Bạn có hài lòng với cách phục vụ không?",
			  "How were you served?"},
    [WORDS_STARS_1] = {"Rất không hài lòng", "Very bad"},
    [WORDS_STARS_2] = {"Không hài lòng", "Bad"},
    [WORDS_STARS_3] = {"Bình thường", "Fair"},
    [WORDS_STARS_4] = {"Hài lòng", "Good"},
    [WORDS_STARS_5] = {"Rất hài lòng", "Very good"},
    [WORDS_WHY_TITLE] = {"Điều gì làm bạn chưa hài lòng?",
			 "What was not good?"},
    [WORDS_WHY_WAIT] = {"Chờ đợi lâu", "The wait was long"},
    [WORDS_WHY_ATTITUDE] = {"Thái độ phục vụ", "The manner of the staff"},
    [WORDS_WHY_GUIDANCE] = {"Hướng dẫn chưa rõ", "The guidance was unclear"},
    [WORDS_WHY_PROCEDURE] = {"Thủ tục phức tạp", "Too many papers or visits"},
    [WORDS_WHY_OTHER] = {"Lý do khác", "Another reason"},
    [WORDS_SEND] = {"Gửi đánh giá", "Send"},
    [WORDS_SENDING] = {"Đang gửi…", "Sending…"},
    [WORDS_THANKS] = {"Cảm ơn bạn đã đánh giá", "Thank you for your rating"},
    [WORDS_NOT_RATED] = {"Chưa ghi được đánh giá",
			 "The rating could not be recorded"},
};

const char *words(enum words which, enum language language)
{
	return texts[which][language == LANGUAGE_EN];
}

static void local(int64_t wall_ms, struct tm *tm)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	if (!localtime_r(&seconds, tm)) /* a year that int cannot hold */
		memset(tm, 0, sizeof(*tm));
}

void words_date(enum language language, int64_t wall_ms, char *out, size_t size)
{
	static const char *const days[2][7] = {
	    {"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu",
	     "Thứ Bảy"},
	    {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	     "Saturday"},
	};
	static const char *const months[12] = {
	    "January",   "February", "March",    "April",
	    "May",       "June",     "July",     "August",
	    "September", "October",  "November", "December",
	};
	struct tm tm;
	local(wall_ms, &tm);
	const char *day = days[language == LANGUAGE_EN][tm.tm_wday];
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "%s, %02d/%02d/%d", day, tm.tm_mday,
			 tm.tm_mon + 1, tm.tm_year + 1900);
		break;
	case LANGUAGE_EN:
		snprintf(out, size, "%s, %d %s %d", day, tm.tm_mday,
			 months[tm.tm_mon], tm.tm_year + 1900);
		break;
	}
}

void words_clock(int64_t wall_ms, char out[WORDS_CLOCK_SIZE])
{
	struct tm tm;
	local(wall_ms, &tm);
	snprintf(out, WORDS_CLOCK_SIZE, "%02u:%02u", (unsigned)tm.tm_hour % 24,
		 (unsigned)tm.tm_min % 60);
}

void words_again(enum language language, int calls, char *out, size_t size)
{
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "Gọi lần %d", calls);
		break;
	case LANGUAGE_EN:
		if (calls == 2)
			snprintf(out, size, "Second call");
		else if (calls == 3)
			snprintf(out, size, "Third call");
		else
			snprintf(out, size, "Call %d", calls);
		break;
	}
}

void words_ahead(enum language language, int ahead, char *out, size_t size)
{
	switch (language) {
	case LANGUAGE_VI:
		if (ahead == 0)
			snprintf(out, size, "Bạn là người tiếp theo");
		else
			snprintf(out, size, "Trước bạn còn %d người", ahead);
		break;
	case LANGUAGE_EN:
		if (ahead == 0)
			snprintf(out, size, "You are next");
		else if (ahead == 1)
			snprintf(out, size, "1 person ahead of you");
		else
			snprintf(out, size, "%d people ahead of you", ahead);
		break;
	}
}

static bool in_hours(int *low_s, int *high_s)
{
	if (*high_s < 7200)
		return false;
	*low_s = *low_s / 3600;
	*high_s = (*high_s + 3599) / 3600;
	return true;
}

static void in_minutes(int *low_s, int *high_s)
{
	int low = *low_s / 60, high = (*high_s + 59) / 60;
	*high_s = high < 20 ? high : (high + 4) / 5 * 5;
	*low_s = low < 20 ? low : low / 5 * 5;
}

void words_wait(enum language language, int low_s, int high_s, char *out,
		size_t size)
{
	out[0] = '\0';
	if (high_s <= 0)
		return;
	bool hours = in_hours(&low_s, &high_s);
	if (!hours)
		in_minutes(&low_s, &high_s);
	char range[32];
	if (low_s < high_s && low_s > 0)
		snprintf(range, sizeof(range), "%d–%d", low_s, high_s);
	else
		snprintf(range, sizeof(range), "%d", high_s);
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "%s %s %s", low_s == 0 ? "dưới" : "khoảng",
			 range, hours ? "giờ" : "phút");
		break;
	case LANGUAGE_EN:
		snprintf(out, size, "%s %s %s", low_s == 0 ? "under" : "about",
			 range, hours ? "h" : "min");
		break;
	}
}

void words_opens(enum language language, const char *when, char *out,
		 size_t size)
{
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "Mở cửa lúc %s", when);
		break;
	case LANGUAGE_EN:
		snprintf(out, size, "Opens at %s", when);
		break;
	}
}

void words_counter(enum language language, int id, char *out, size_t size)
{
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "Quầy %d", id);
		break;
	case LANGUAGE_EN:
		snprintf(out, size, "Counter %d", id);
		break;
	}
}

void words_as_of(enum language language, const char *clock, char *out,
		 size_t size)
{
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "Số liệu lúc %s", clock);
		break;
	case LANGUAGE_EN:
		snprintf(out, size, "As of %s", clock);
		break;
	}
}

void words_ticket(enum language language, const char *code, char *out,
		  size_t size)
{
	switch (language) {
	case LANGUAGE_VI:
		snprintf(out, size, "Phiếu %s", code);
		break;
	case LANGUAGE_EN:
		snprintf(out, size, "Ticket %s", code);
		break;
	}
}

void words_priority_for(enum language language, const char *whom, char *out,
			size_t size)
{
	static const char *const first[2] = {"Ưu tiên phục vụ: ",
					     "Served first: "};
	/* A list that began a sentence goes on in the middle of one. */
	bool begins =
	    *whom >= 'A' && *whom <= 'Z' && !(whom[1] >= 'A' && whom[1] <= 'Z');
	snprintf(out, size, "%s%c%s", first[language == LANGUAGE_EN],
		 begins ? *whom - 'A' + 'a' : *whom, *whom ? whom + 1 : "");
}
