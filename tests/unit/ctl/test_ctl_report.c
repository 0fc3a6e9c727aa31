/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ctl/ctl_report.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* issued 12 = served 8 + no_show 1 + cancelled 0 + expired 0 + open 3 */
#define PART                                                      \
	"\"issued\":12,\"called\":10,\"served\":8,\"no_show\":1," \
	"\"cancelled\":0,\"expired\":0,\"open\":3,"               \
	"\"wait_s\":{\"p50\":29,\"p90\":30,\"max\":6029},"        \
	"\"service_s\":{\"p50\":0,\"p90\":89,\"max\":90},"        \
	"\"ratings\":{\"count\":4,\"mean\":4.25,\"stars\":[0,0,1,1,2]}"
#define NOTHING                                                 \
	"\"issued\":1,\"called\":0,\"served\":0,\"no_show\":0," \
	"\"cancelled\":0,\"expired\":0,\"open\":1,"             \
	"\"wait_s\":null,\"service_s\":null,"                   \
	"\"ratings\":{\"count\":0,\"mean\":null,\"stars\":[0,0,0,0,0]}"
#define HEAD                                                                    \
	"{\"kiosk\":\"k-01\",\"office\":{\"vi\":\"Xã Tân Trụ\"},\"seq\":9," \
	"\"day\":\"2026-11-24\","

/* What the report prints, to be freed. */
static char *print(const char *json)
{
	json_t *object = json_loads(json, 0, NULL);
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(object);
	assert_non_null(to);
	ctl_report_format(object, to);
	assert_int_equal(fclose(to), 0);
	json_decref(object);
	return text;
}

static void a_day_is_a_page(void **state)
{
	char *text = print(
	    HEAD
	    "\"known\":true,\"totals\":{" PART
	    ",\"outcomes\":{\"accepted\":6,\"supplement\":2},"
	    "\"counters_open\":3,\"longest_queue\":{\"waiting\":7,\"at_ms\":1,"
	    "\"at\":\"09:42\"}},"
	    "\"services\":[{\"service\":\"land\",\"name\":{\"vi\":\"Đất "
	    "đai\"}," PART "},{\"service\":\"gone\",\"name\":null," NOTHING
	    "}],"
	    "\"hours\":[{\"hour\":7," PART
	    ",\"counters_open\":3,\"longest_queue\":12}],"
	    "\"counters\":[{\"counter\":1,\"name\":{\"vi\":\"Quầy 1\"}," PART
	    "},{\"counter\":12,\"name\":null," NOTHING
	    "},{\"counter\":null,\"name\":null," NOTHING "}],"
	    "\"classes\":[{\"class\":\"normal\"," PART
	    "},{\"class\":\"vip\"," NOTHING "}]}");

	(void)state;
	assert_string_equal(
	    text,
	    "k-01 · Xã Tân Trụ\n"
	    "Ngày · day 2026-11-24\n"
	    "\n"
	    "                      cấp xong vắng  hủy  hết  còn"
	    "     chờ (phút)     làm (phút)\n"
	    "                     iss. done miss canc exp. open"
	    "     wait (min)    serve (min)\n"
	    "                                                  "
	    "  50%  90%  max  50%  90%  max\n"
	    "Cả ngày · all day      12    8    1    0    0    3"
	    "   <1    1  100    0    1    2\n"
	    "\n"
	    "Lĩnh vực · service\n"
	    "Đất đai                12    8    1    0    0    3"
	    "   <1    1  100    0    1    2\n"
	    "gone                    1    0    0    0    0    1"
	    "    -    -    -    -    -    -\n"
	    "\n"
	    "Giờ·hour  quầy hàng   quầy mở · counters open; hàng chờ dài "
	    "nhất · longest queue\n"
	    "07:00        3   12    12    8    1    0    0    3"
	    "   <1    1  100    0    1    2\n"
	    "\n"
	    "Quầy · counter\n"
	    "Quầy 1                 12    8    1    0    0    3"
	    "   <1    1  100    0    1    2\n"
	    "12                      1    0    0    0    0    1"
	    "    -    -    -    -    -    -\n"
	    "chưa gọi · none yet     1    0    0    0    0    1"
	    "    -    -    -    -    -    -\n"
	    "\n"
	    "Loại · class\n"
	    "thường · normal        12    8    1    0    0    3"
	    "   <1    1  100    0    1    2\n"
	    "vip                     1    0    0    0    0    1"
	    "    -    -    -    -    -    -\n"
	    "\n"
	    "Quầy mở nhiều nhất · most counters open: 3\n"
	    "Hàng chờ dài nhất · longest queue: 7 (09:42)\n"
	    "Kết quả · outcomes: accepted 6, supplement 2\n"
	    "Đánh giá · ratings: 4.25★ (4): 5★ 2, 4★ 1, 3★ 1, 2★ 0, 1★ 0\n");
	free(text);
}

static void a_day_without_rows_is_said(void **state)
{
	char *text = print(HEAD "\"known\":false,\"totals\":{" NOTHING "}}");

	(void)state;
	assert_string_equal(text, "k-01 · Xã Tân Trụ\n"
				  "Ngày · day 2026-11-24\n"
				  "Nhật ký không có ngày này. / "
				  "The journal holds no such day.\n");
	free(text);
}

static void a_day_that_was_pruned_is_said(void **state)
{
	char *text = print(HEAD "\"known\":false,\"kept\":false,"
				"\"totals\":{" NOTHING "}}");

	(void)state;
	assert_non_null(strstr(text, "This day is not kept here any more"));
	free(text);
}

/* In columns of a terminal: marks that stand apart take none. */
static size_t columns(const char *line)
{
	const char *end = line + strcspn(line, "\n");
	size_t n = 0;

	while (line < end) {
		uint32_t c = utf8_next(&line);

		n += c < 0x300 || c >= 0x370;
	}
	return n;
}

static void no_line_is_wider_than_the_page(void **state)
{
	char *text = print(
	    HEAD
	    "\"known\":true,\"totals\":{" PART
	    ",\"outcomes\":{\"accepted\":100000,\"supplement\":100000,"
	    "\"returned_result\":100000,\"sent_to_the_district\":100000,"
	    "\"withdrawn\":1},\"counters_open\":3,"
	    "\"longest_queue\":{\"waiting\":0,\"at_ms\":null,\"at\":null}},"
	    "\"services\":[{\"service\":\"a\",\"name\":{\"vi\":\"Đăng ký kinh "
	    "doanh hộ cá thể\"}," PART "},{\"service\":\"b\",\"name\":{\"vi\":"
	    "\"Đăng ký kinh doanh x\"}," PART
	    "},{\"service\":\"c\",\"name\":{\"vi\":"
	    /* "Chứng thực hợp …", its marks apart; the second is too wide */
	    "\"Chu\u031b\u0301ng thu\u031b\u0323c ho\u031b\u0323p xxxx\"}," PART
	    "},{\"service\":\"d\",\"name\":{\"vi\":"
	    "\"Chu\u031b\u0301ng thu\u031b\u0323c ho\u031b\u0323p "
	    "xxxxx\"}," PART "}]}");

	(void)state;
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		if (columns(line) > 80)
			fail_msg("%.*s", (int)strcspn(line, "\n"), line);
	}
	assert_non_null(strstr(text, "\nĐăng ký kinh doanh… "));
	assert_null(strstr(text, "Đăng ký kinh doanh x"));
	assert_non_null(strstr(text, "p xxxx    12"));
	assert_non_null(strstr(text, "p xxx…    12"));
	assert_non_null(strstr(text, "returned_result 100000,\n"
				     "  sent_to_the_district 100000, "
				     "withdrawn 1\n"));
	assert_non_null(strstr(text, "longest queue: 0\n"));
	free(text);
}

static void an_answer_of_other_shape_does_no_harm(void **state)
{
	static const char *const shapes[] = {
	    "{}",
	    "{\"known\":true}",
	    "{\"known\":true,\"totals\":7,\"services\":{},\"hours\":[null,3,"
	    "{}],\"counters\":[{\"counter\":\"x\"}],\"classes\":[[]]}",
	    "{\"known\":true,\"totals\":{\"outcomes\":[1],\"ratings\":{"
	    "\"count\":1,\"stars\":null},\"longest_queue\":{\"waiting\":2}}}",
	};

	(void)state;
	for (size_t i = 0; i < N_ELEMENTS(shapes); i++)
		free(print(shapes[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_day_is_a_page),
	    cmocka_unit_test(a_day_without_rows_is_said),
	    cmocka_unit_test(a_day_that_was_pruned_is_said),
	    cmocka_unit_test(no_line_is_wider_than_the_page),
	    cmocka_unit_test(an_answer_of_other_shape_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
