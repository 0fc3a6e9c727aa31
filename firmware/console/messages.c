/* SPDX-License-Identifier: MIT */
#include "console/messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/ticket.h"
#include "base/utf8.h"
#include "base/when.h"

#define MESSAGE_SIZE 700
#define ARG_SHOWN 200 /* bytes of it */
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* "{0}" is a gap for the first argument, and so on. */
struct message {
	unsigned status;
	const char *code;
	const char *vi, *en;
};

static const struct message messages[] = {
    [REFUSE_NOT_FOUND] = {404, "not_found", "Không có địa chỉ này.",
			  "There is nothing at this address."},
    [REFUSE_METHOD] = {404, "not_found", "Địa chỉ này chỉ nhận {0}.",
		       "This address takes {0} only."},
    [REFUSE_HOST] =
	{403, "forbidden",
	 "Máy lấy số chỉ trả lời chính máy này: hãy mở bằng 127.0.0.1 hoặc "
	 "localhost, không phải \"{0}\".",
	 "The kiosk answers this machine only: open it as 127.0.0.1 or "
	 "localhost, not as \"{0}\"."},
    [REFUSE_ORIGIN] =
	{403, "forbidden",
	 "Yêu cầu đến từ một trang khác ({0}) nên bị từ chối.",
	 "The request comes from another site's page ({0}), so it is refused."},
    [REFUSE_SIGN_IN] = {401, "not_signed_in", "Hãy đăng nhập trước.",
			"Sign in first."},
    [REFUSE_TOKEN] =
	{401, "no_token",
	 "Thiết bị cần mã của nó: Authorization: Bearer, theo sau là mã.",
	 "A device needs its token here: send Authorization: Bearer and the "
	 "token."},
    [REFUSE_DENIED] = {403, "forbidden", "Bạn không có quyền làm việc này.",
		       "You may not do this."},
    [REFUSE_NOT_YOURS] = {403, "forbidden",
			  "Việc này không thuộc quầy của bạn.",
			  "This does not belong to a counter of yours."},
    [REFUSE_BAD_LOGIN] = {401, "wrong_name_or_pin", "Sai tên hoặc mã PIN.",
			  "The name or the PIN is wrong."},
    [REFUSE_NO_USERS] = {401, "no_users",
			 "Máy này chưa có người dùng nên không có đăng nhập.",
			 "This kiosk has no users, so nobody signs in."},
    [REFUSE_LOCKED] = {429, "too_many_tries",
		       "Sai nhiều lần quá; hãy thử lại sau {0} giây.",
		       "Too many wrong tries; try again in {0} seconds."},
    [REFUSE_BUSY] = {503, "busy",
		     "Đang có quá nhiều người đăng nhập; hãy thử lại.",
		     "Too many are signing in just now; try again."},
    [REFUSE_TOO_LARGE] = {413, "body_too_large",
			  "Nội dung gửi lên dài quá 16 KiB.",
			  "The body is longer than 16 KiB."},
    [REFUSE_CONTENT_TYPE] =
	{415, "wrong_content_type",
	 "Nội dung gửi lên phải là JSON: Content-Type: application/json.",
	 "The body must be JSON: send Content-Type: application/json."},
    [REFUSE_EMPTY] = {400, "bad_request", "Thiếu nội dung JSON, ví dụ {0}.",
		      "A JSON body is needed, such as {0}."},
    [REFUSE_BAD_JSON] = {400, "bad_request",
			 "JSON sai ở dòng {0}, cột {1}: {2}.",
			 "Bad JSON at line {0}, column {1}: {2}."},
    [REFUSE_BAD_KEY] =
	{400, "bad_idempotency_key",
	 "Idempotency-Key phải gồm 1 đến 64 ký tự ASCII in được.",
	 "Idempotency-Key must be 1 to 64 printable ASCII characters."},
    [REFUSE_KEY_REUSED] = {422, "idempotency_key_reused",
			   "Idempotency-Key này đã dùng cho một lệnh khác.",
			   "This Idempotency-Key belongs to another command."},
    [REFUSE_UNKNOWN_FIELD] = {422, "unknown_field",
			      "Không có mục \"{0}\"; ở đây chỉ có: {1}.",
			      "There is no field \"{0}\" here, only: {1}."},
    [REFUSE_MISSING_FIELD] = {422, "missing_field", "Thiếu mục \"{0}\".",
			      "The field \"{0}\" is missing."},
    [REFUSE_WRONG_TYPE] = {422, "wrong_type", "Mục \"{0}\" phải là {1}.",
			   "The field \"{0}\" must be {2}."},
    [REFUSE_BAD_CLASS] =
	{422, "bad_class",
	 "Không có loại phiếu \"{0}\"; chỉ có: normal, priority, appointment.",
	 "There is no class \"{0}\", only: normal, priority, appointment."},
    [REFUSE_BAD_STARS] = {422, "bad_stars", "Mục \"stars\" phải từ 1 đến 5.",
			  "The field \"stars\" must be 1 to 5."},
    [REFUSE_BAD_REASON] = {422, "bad_reason",
			   "Không có lý do \"{0}\"; chỉ có: {1}.",
			   "There is no reason \"{0}\", only: {1}."},
    [REFUSE_NO_REASONS] =
	{422, "no_reasons",
	 "Lý do (\"reasons\") chỉ hỏi khi từ 3 sao trở xuống.",
	 "Reasons (\"reasons\") go with 3 stars and fewer."},
    [REFUSE_BAD_OUTCOME] =
	{422, "bad_outcome",
	 "Lĩnh vực này không có kết quả \"{0}\"; chỉ có: {1}.",
	 "This service has no outcome \"{0}\", only: {1}."},
    [REFUSE_BAD_STATE] =
	{422, "bad_state",
	 "Không có trạng thái \"{0}\"; chỉ có: waiting, called, served, "
	 "no_show, cancelled, expired.",
	 "There is no state \"{0}\", only: waiting, called, served, no_show, "
	 "cancelled, expired."},
    [REFUSE_BAD_DAY] =
	{422, "bad_day",
	 "\"{0}\" không phải là một ngày; hãy viết năm-tháng-ngày, ví dụ "
	 "2026-11-24.",
	 "\"{0}\" is no day; write year-month-day, such as 2026-11-24."},
    [REFUSE_SERVICE] = {404, "unknown_service",
			"Không có lĩnh vực \"{0}\"; chỉ có: {1}.",
			"There is no service \"{0}\", only: {1}."},
    [REFUSE_COUNTER] = {404, "unknown_counter",
			"Không có quầy \"{0}\"; chỉ có: {1}.",
			"There is no counter \"{0}\", only: {1}."},
    [REFUSE_TICKET] = {404, "unknown_ticket", "Hôm nay không có phiếu \"{0}\".",
		       "There is no ticket \"{0}\" today."},
    [REFUSE_TARGET] =
	{422, "bad_target",
	 "Hãy cho đúng một trong hai mục \"service\" và \"counter\".",
	 "Give one of the fields \"service\" and \"counter\", and not both."},
    [REFUSE_BAD_WINDOW] =
	{422, "bad_window",
	 "\"{0}\" không phải là khoảng giờ hẹn; ví dụ \"09:00-09:30\".",
	 "\"{0}\" is no appointment's time; write it as \"09:00-09:30\"."},
    [REFUSE_NO_WINDOW] =
	{422, "bad_window",
	 "Mục \"window\" chỉ dành cho phiếu loại appointment, không phải "
	 "{0}.",
	 "The field \"window\" goes with the class appointment, not with {0}."},
    [REFUSE_TOO_OFTEN] = {429, "too_often",
			  "Đang có quá nhiều người xem; thử lại sau {0} giây.",
			  "Too many are looking; try again in {0} seconds."},
    [REFUSE_NO_SLIP] = {404, "no_ticket",
			"Phiếu này không còn hiệu lực. Mỗi phiếu chỉ xem được "
			"trong ngày.",
			"This slip is not valid any more. A slip can be looked "
			"up on its day only."},
    [REFUSE_NO_PICTURE] = {503, "no_picture",
			   "Không vẽ được hình của bảng; xem nhật ký.",
			   "There is no picture of the board; see the log."},
    [REFUSE_TOO_MANY_STREAMS] =
	{429, "too_many_streams",
	 "Quá nhiều màn hình đang theo dõi; hãy đóng bớt.",
	 "Too many screens follow the state; close some."},
    [REFUSE_PRINTER] = {409, "no_printer", "Ki-ốt này không có máy in phiếu.",
			"This kiosk has no slip printer."},
    [REFUSE_JOURNAL] =
	{503, "journal_unavailable",
	 "Không ghi được nhật ký nên lệnh không được thực hiện; hãy báo kỹ "
	 "thuật.",
	 "The journal takes nothing, so nothing was done; tell the "
	 "technician."},
    [REFUSE_UNREADABLE] = {503, "journal_unavailable",
			   "Không đọc được nhật ký; hãy báo kỹ thuật.",
			   "The journal cannot be read; tell the technician."},
    [REFUSE_MEMORY] = {503, "out_of_memory", "Máy lấy số hết bộ nhớ.",
		       "The kiosk is out of memory."},
};

/* The code is queue_refusal_name()'s. */
static const struct message queue_messages[] = {
    [QUEUE_OK] = {503, NULL, "Lệnh bị từ chối.", "The command was refused."},
    [QUEUE_UNKNOWN_SERVICE] = {404, NULL, "Không có lĩnh vực này.",
			       "There is no such service."},
    [QUEUE_UNKNOWN_COUNTER] = {404, NULL, "Không có quầy này.",
			       "There is no such counter."},
    [QUEUE_UNKNOWN_TICKET] = {404, NULL, "Hôm nay không có phiếu này.",
			      "There is no such ticket today."},
    [QUEUE_CONFLICT] =
	{409, NULL, "Quầy đã có thay đổi, hãy xem lại rồi bấm lại.",
	 "Things changed at the counter; look again, and press again."},
    [QUEUE_NOBODY_AT_COUNTER] = {409, NULL, "Không có ai ở quầy.",
				 "Nobody is at the counter."},
    [QUEUE_TICKET_AT_COUNTER] =
	{409, NULL, "Quầy còn người, hãy kết thúc trước.",
	 "Someone is still at the counter; finish first."},
    [QUEUE_WRONG_STATE] = {409, NULL,
			   "Trạng thái của phiếu không cho phép việc này.",
			   "The ticket is not in a state for that."},
    [QUEUE_NOT_SERVED_HERE] =
	{409, NULL, "Quầy này không làm lĩnh vực của phiếu đó.",
	 "This counter does not serve that ticket's service."},
    [QUEUE_CAP_REACHED] = {409, NULL, "Lĩnh vực này đã hết số hôm nay.",
			   "This service has no more numbers today."},
    [QUEUE_FULL] = {503, NULL, "Máy lấy số đã hết số hôm nay.",
		    "The kiosk has no more numbers today."},
    [QUEUE_NO_DAY] = {503, NULL, "Chưa mở ngày làm việc.",
		      "No business day is open yet."},
    [QUEUE_NOTHING_TO_RATE] = {409, NULL, "Không có lượt nào để đánh giá.",
			       "There is nothing to rate."},
    [QUEUE_BAD_STARS] = {422, NULL, "Số sao phải từ 1 đến 5.",
			 "The stars must be 1 to 5."},
    [QUEUE_ALREADY_THERE] =
	{409, NULL, "Phiếu đang ở chính nơi này; muốn gọi lại sau thì trả về.",
	 "The ticket is there already; to call it later, return it."},
    [QUEUE_NOT_SERVED] = {409, NULL, "Không có quầy nào làm lĩnh vực này.",
			  "No counter serves this service."},
    [QUEUE_CLOSED] = {409, NULL, "Hiện không trong giờ tiếp nhận.",
		      "There is no reception now."},
    [QUEUE_TOO_LATE] =
	{409, NULL,
	 "Số người đang chờ đã đủ đến hết giờ hôm nay nên không lấy thêm số.",
	 "Those who wait now take all the time left today, so no more numbers "
	 "are given out."},
};
_Static_assert(N_ELEMENTS(queue_messages) == QUEUE_REFUSALS,
	       "a message for each refusal");

/* As QUEUE_CLOSED, where it is known until when: {0} in vi, {1} in en. */
static const struct message closed_until =
    {409, NULL, "Chưa đến giờ tiếp nhận; mở cửa lúc {0}.",
     "There is no reception now; it opens at {1}."};

/* As QUEUE_WRONG_STATE, of a ticket that is known: {0} is its code, {1} and
 * {2} what became of it. */
static const struct message wrong_state_of =
    {409, NULL, "Không làm được: phiếu {0} {1}.",
     "That cannot be done: ticket {0} {2}."};

static const struct {
	const char *vi, *en;
} ticket_states[] = {
    [QUEUE_WAITING] = {"đang chờ", "waits"},
    [QUEUE_AT_COUNTER] = {"đang ở quầy", "is at counter"},
    [QUEUE_SERVED] = {"đã xong", "is done"},
    [QUEUE_MISSED] = {"đã báo vắng", "did not come"},
    [QUEUE_GONE] = {"đã huỷ", "was cancelled"},
    [QUEUE_STALE] = {"đã hết hạn khi hết ngày", "expired with its day"},
};
_Static_assert(N_ELEMENTS(ticket_states) == QUEUE_TICKET_STATES,
	       "words for each state");

static const struct http_header headers[] = {
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
};
#define N_HEADERS N_ELEMENTS(headers)

/* As much of text as is meant to be shown, and all of it good UTF-8. */
static size_t shown(const char *text)
{
	size_t length = strnlen(text, ARG_SHOWN);
	ssize_t bad = utf8_first_bad(text, length);

	return bad >= 0 ? (size_t)bad : length;
}

static void fill(char to[MESSAGE_SIZE], const char *form,
		 const char *const args[])
{
	size_t at = 0;

	while (*form && at < MESSAGE_SIZE - ARG_SHOWN - 1) {
		size_t plain = strcspn(form, "{");

		if (plain > MESSAGE_SIZE - ARG_SHOWN - 1 - at)
			break; /* a message of ours that is too long */
		memcpy(to + at, form, plain);
		at += plain;
		form += plain;
		if (*form) {
			const char *arg = args[form[1] - '0'];
			size_t length = shown(arg);

			memcpy(to + at, arg, length);
			at += length;
			form += 3;
		}
	}
	to[at] = '\0';
}

/* extra: one more header, or NULL. */
static void send_text(struct http_request *request, unsigned status, char *text,
		      const struct http_header *extra)
{
	struct http_header all[N_HEADERS + 1];
	struct http_reply reply = {
	    .status = status,
	    .type = text ? "application/json" : NULL,
	    .text = text,
	    .length = text ? strlen(text) : 0,
	    .headers = all,
	    .n_headers = N_HEADERS,
	    .last = status == 413,
	};

	memcpy(all, headers, sizeof(headers));
	if (extra)
		all[reply.n_headers++] = *extra;
	http_reply(request, &reply);
}

/* When there is no memory for anything better. */
static void send_no_memory(struct http_request *request)
{
	static const char text[] = "{\"error\":\"out_of_memory\",\"message\":{"
				   "\"vi\":\"Máy lấy số hết bộ nhớ.\","
				   "\"en\":\"The kiosk is out of memory.\"}}";
	struct http_reply reply = {
	    .status = 503,
	    .type = "application/json",
	    .data = text,
	    .length = sizeof(text) - 1,
	    .headers = headers,
	    .n_headers = N_ELEMENTS(headers),
	};

	http_reply(request, &reply);
}

static void send_refusal(struct http_request *request,
			 const struct message *message, const char *code,
			 const char *const args[], json_t *extras,
			 const struct http_header *header)
{
	char vi[MESSAGE_SIZE], en[MESSAGE_SIZE];
	char *text = NULL;
	json_t *body;

	fill(vi, message->vi, args);
	fill(en, message->en, args);
	body = json_pack("{s:s, s:{s:s, s:s}}", "error", code, "message", "vi",
			 vi, "en", en);
	if (body && (!extras || json_object_update(body, extras) == 0))
		text = json_to_string(body);
	json_decref(body);
	json_decref(extras);
	if (text)
		send_text(request, message->status, text, header);
	else
		send_no_memory(request);
}

void refuse(struct http_request *request, enum refusal why,
	    const char *const args[])
{
	static const struct http_header how = {"WWW-Authenticate",
					       "Bearer realm=\"kiosk\""};
	const struct message *message = &messages[why];

	/* RFC 9110 15.5.2: a 401 says how. */
	send_refusal(request, message, message->code, args, NULL,
		     message->status == 401 ? &how : NULL);
}

void refuse_for_now(struct http_request *request, enum refusal why,
		    int64_t wait_s)
{
	const struct message *message = &messages[why];
	char text[24];
	const char *args[] = {text};
	struct http_header header = {"Retry-After", text};

	(void)snprintf(text, sizeof(text), "%" PRId64, wait_s);
	send_refusal(request, message, message->code, args,
		     json_pack("{s:I}", "retry_after_s", (json_int_t)wait_s),
		     &header);
}

void refuse_by_queue(struct http_request *request, enum queue_refusal why,
		     json_t *extras)
{
	send_refusal(request, &queue_messages[why], queue_refusal_name(why),
		     NULL, extras, NULL);
}

void refuse_wrong_state(struct http_request *request,
			const struct config *config,
			const struct queue_ticket *ticket)
{
	char code[TICKET_CODE_SIZE], vi[64], en[64], where[16] = "";
	const char *args[] = {code, vi, en};

	ticket_code(code, config->services[ticket->service].prefix,
		    ticket->number);
	if (ticket->state == QUEUE_AT_COUNTER && ticket->counter != QUEUE_NONE)
		(void)snprintf(where, sizeof(where), " %d",
			       config->counters[ticket->counter].id);
	(void)snprintf(vi, sizeof(vi), "%s%s", ticket_states[ticket->state].vi,
		       where);
	(void)snprintf(en, sizeof(en), "%s%s", ticket_states[ticket->state].en,
		       where);
	send_refusal(request, &wrong_state_of,
		     queue_refusal_name(QUEUE_WRONG_STATE), args, NULL, NULL);
}

void refuse_closed(struct http_request *request, int64_t opens_ms,
		   int64_t now_ms)
{
	char vi[WHEN_SIZE], en[WHEN_SIZE];
	const char *args[] = {vi, en};

	if (opens_ms == 0) {
		refuse_by_queue(request, QUEUE_CLOSED,
				json_pack("{s:n}", "opens_at_ms"));
		return;
	}
	when_text(vi, opens_ms, now_ms, LANGUAGE_VI);
	when_text(en, opens_ms, now_ms, LANGUAGE_EN);
	send_refusal(request, &closed_until, queue_refusal_name(QUEUE_CLOSED),
		     args,
		     json_pack("{s:I}", "opens_at_ms", (json_int_t)opens_ms),
		     NULL);
}

void reply_json_with(struct http_request *request, unsigned status,
		     json_t *value, const struct http_header *header)
{
	char *text = value ? json_to_string(value) : NULL;

	json_decref(value);
	if (text)
		send_text(request, status, text, header);
	else
		send_no_memory(request);
}

void reply_json(struct http_request *request, unsigned status, json_t *value)
{
	reply_json_with(request, status, value, NULL);
}

void reply_nothing(struct http_request *request,
		   const struct http_header *header)
{
	send_text(request, 204, NULL, header);
}
