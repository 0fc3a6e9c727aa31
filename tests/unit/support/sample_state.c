/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/sample_state.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct sample_state sample_morning = {
    .seq = 100,
    .n_services = 5,
    .n_counters = 4,
    .n_calls = 8,
    .n_notices = 1,
};

static const char *const names[][2] = {
    {"Đất đai – Môi trường", "Land and environment"},
    {"Hộ tịch – Chứng thực", "Civil status and certification"},
    {"Đăng ký kinh doanh", "Business registration"},
    {"Lao động – Thương binh – Xã hội", "Labour and social affairs"},
    {"Xây dựng – Đô thị", "Construction"},
};
static const char *const long_names[][2] = {
    {"Đăng ký biến động quyền sử dụng đất, quyền sở hữu nhà ở và tài sản khác "
     "gắn liền với đất",
     "Registration of changes to land use rights, house ownership and other "
     "assets attached to land"},
    {"Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở "
     "sản xuất, kinh doanh",
     "Food safety certificates for producers and traders"},
    {"Hộ tịch", "Civil status"},
};
static const int waiting[] = {7, 12, 3, 0, 112, 1203};

static const struct {
	const char *ticket;
	int counter;
} calls[] = {
    {"B031", 2}, {"A025", 1}, {"C007", 3}, {"A024", 1},
    {"B030", 2}, {"D004", 4}, {"A023", 1}, {"B029", 2},
};

static json_t *pair(const char *vi, const char *en)
{
	return json_pack("{s:s, s:s}", "vi", vi, "en", en);
}

/* The first two have a wait, the third is at its last call, the last opens
 * again, the one before has given out its numbers. */
static void add_offer(json_t *service, size_t i, bool closed)
{
	json_t *wait = i < 2 ? json_pack("{s:i, s:i}", "low", 600, "high", 900)
			     : json_null();
	const char *why = closed ? "service_closed" : NULL;
	json_object_set_new(service, "wait_s", wait);
	json_object_set_new(service, "last_call", json_boolean(i == 2));
	if (i == 3) {
		why = "cap_reached";
		json_object_set_new(service, "open", json_false());
	}
	json_object_set_new(service, "why",
			    why ? json_string(why) : json_null());
	json_object_set_new(service, "opens",
			    closed ? pair("13:30", "13:30") : json_null());
}

static json_t *service(const struct sample_state *sample, size_t i)
{
	char id[40], prefix[4];
	snprintf(id, sizeof(id), "service-%zu", i);
	if (i < 26)
		snprintf(prefix, sizeof(prefix), "%c", (char)('A' + i));
	else
		snprintf(prefix, sizeof(prefix), "A%c", (char)('A' + i % 26));
	const char *const *name =
	    sample->long_names ? long_names[i % 3] : names[i % 5];
	bool closed =
	    sample->last_service_closed && i == sample->n_services - 1;
	json_t *out = json_pack("{s:s, s:o, s:s, s:b, s:i}", "id", id, "name",
				pair(name[0], name[1]), "prefix", prefix,
				"open", !closed, "waiting", waiting[i % 6]);
	if (sample->waits)
		add_offer(out, i, closed);
	return out;
}

static json_t *counter(const struct sample_state *sample, size_t i)
{
	int id = (int)i + 1;
	char vi[100], en[100];
	snprintf(vi, sizeof(vi),
		 sample->long_names ? "Quầy tiếp nhận và trả kết quả hồ sơ đất "
				      "đai, xây dựng số %d"
				    : "Quầy %d",
		 id);
	snprintf(en, sizeof(en),
		 sample->long_names ? "Land and construction reception %d"
				    : "Counter %d",
		 id);
	json_t *serving = json_null();
	for (size_t k = 0; k < sample->n_calls && json_is_null(serving); k++)
		if (calls[k].counter == id && id <= 3)
			serving = json_pack("{s:s, s:s, s:i}", "ticket",
					    calls[k].ticket, "class",
					    id == 2 ? "priority" : "normal",
					    "calls", 1);
	const char *state =
	    sample->counter_state ? sample->counter_state : "open";
	if (strcmp(state, "open") != 0 || sample->nobody_there) {
		json_decref(serving);
		serving = json_null();
	}
	json_t *rate = json_null();
	if (sample->to_rate && id == 1)
		rate = json_pack("{s:s, s:I}", "ticket", sample->to_rate,
				 "finished_at_ms",
				 (json_int_t)(SAMPLE_WALL_MS - 3000));
	return json_pack("{s:i, s:o, s:s, s:o, s:o, s:[s, s]}", "id", id,
			 "name", pair(vi, en), "state", state, "serving",
			 serving, "to_rate", rate, "services", "service-0",
			 "service-1");
}

char *sample_state(const struct sample_state *sample)
{
	json_t *root = json_pack(
	    "{s:s, s:o, s:I, s:s, s:I, s:[], s:[], s:[], s:[], s:{s:s}}",
	    "kiosk", "tan-tru-01", "office",
	    sample->long_names
		? pair("Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục "
		       "hành chính phường Nguyễn Thị Minh Khai, Thành phố Hồ "
		       "Chí Minh",
		       "Public Service Centre of Nguyen Thi Minh Khai Ward, Ho "
		       "Chi Minh City")
		: pair("Trung tâm Phục vụ hành chính công xã Tân Trụ",
		       "Tan Tru Commune Public Service Centre"),
	    "seq", (json_int_t)sample->seq, "day", "2026-11-24", "at_ms",
	    (json_int_t)SAMPLE_WALL_MS, "services", "counters", "calls",
	    "notices", "health", "printer",
	    sample->printer ? sample->printer : "ok");
	json_object_set_new(root, "priority_for",
			    pair("Người cao tuổi, người khuyết tật, phụ nữ "
				 "mang thai, thương binh",
				 "Elderly people, people with disabilities, "
				 "pregnant women, war invalids"));
	for (size_t i = 0; i < sample->n_services; i++)
		json_array_append_new(json_object_get(root, "services"),
				      service(sample, i));
	for (size_t i = 0; i < sample->n_counters; i++)
		json_array_append_new(json_object_get(root, "counters"),
				      counter(sample, i));
	for (size_t i = 0; i < sample->n_calls; i++)
		json_array_append_new(json_object_get(root, "calls"),
				      json_pack("{s:I, s:s, s:i, s:I, s:i}",
						"id", (json_int_t)(90 - i),
						"ticket", calls[i].ticket,
						"counter", calls[i].counter,
						"at_ms",
						(json_int_t)(SAMPLE_WALL_MS -
							     (json_int_t)i),
						"calls", 1));
	for (size_t i = 0; i < sample->n_notices; i++)
		json_array_append_new(
		    json_object_get(root, "notices"),
		    pair(i % 2 ? "Thông báo thứ hai."
			       : "Lệ phí chứng thực bản sao: 2.000 đồng/trang. "
				 "Giờ làm việc: 7:30–11:30 và 13:30–17:00.",
			 i % 2 ? "A second notice."
			       : "Certified copies: 2,000 dong a page. Hours: "
				 "7:30–11:30 and 13:30–17:00."));
	char *text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}
