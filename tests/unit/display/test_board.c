/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "display/board.h"
#include "tests/unit/support/sample_state.h"

static const struct moment start = {SAMPLE_WALL_MS, 60000};
static struct model model;
static struct board_view view;

static int fresh_model(void **state)
{
	(void)state;
	model_init(&model, start);
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

static void take_json(const char *json)
{
	char problem[MODEL_PROBLEM_SIZE];
	assert_int_equal(model_take(&model, json, strlen(json),
				    MODEL_FROM_STREAM, problem),
			 0);
}

static void take(const struct sample_state *sample)
{
	char *json = sample_state(sample);
	take_json(json);
	free(json);
}

static void the_newest_call_is_on_the_stage(void **state)
{
	(void)state;
	take(&sample_morning);
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_int_equal(view.mood, BOARD_CALLING);
	assert_string_equal(view.stage.code, "B031");
	assert_string_equal(view.stage.counter.vi, "Quầy 2");
	assert_string_equal(view.stage.counter.en, "Counter 2");
	assert_int_equal(view.stage.class, TICKET_PRIORITY);
	assert_int_equal(view.stage_label, WORDS_NOW_SERVING);
	assert_string_equal(view.stage_service.vi, "Hộ tịch – Chứng thực");
	assert_false(view.stale);
	assert_string_equal(view.header.clock, "09:41");
	assert_string_equal(view.header.date[0], "Thứ Ba, 24/11/2026");
}

static void the_calls_before_follow_in_order(void **state)
{
	static const char *const codes[] = {"A025", "C007", "A024", "B030",
					    "D004", "A023", "B029"};
	(void)state;
	take(&sample_morning);
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_int_equal(view.n_rows, 7);
	for (size_t i = 0; i < 7; i++)
		assert_string_equal(view.rows[i].code, codes[i]);
	assert_string_equal(view.rows[1].counter.vi, "Quầy 3");
	assert_int_equal(view.rows[0].class, TICKET_NORMAL);
}

#define CALLS(calls)                                                       \
	"{\"seq\":1,\"services\":[],\"counters\":[{\"id\":1,\"serving\":{" \
	"\"ticket\":\"A002\",\"class\":\"normal\"}}],\"calls\":[" calls "]}"

static void a_ticket_called_again_is_one_line(void **state)
{
	(void)state;
	take_json(
	    CALLS("{\"id\":9,\"ticket\":\"A002\",\"counter\":1,\"calls\":2},"
		  "{\"id\":8,\"ticket\":\"A001\",\"counter\":2,\"calls\":1},"
		  "{\"id\":7,\"ticket\":\"A002\",\"counter\":1,\"calls\":1},"
		  "{\"id\":6,\"ticket\":\"A001\",\"counter\":2,\"calls\":1}"));
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_string_equal(view.stage.code, "A002");
	assert_int_equal(view.stage.calls, 2);
	assert_int_equal(view.n_rows, 1);
	assert_string_equal(view.rows[0].code, "A001");
}

static void a_counter_without_name_has_its_number(void **state)
{
	(void)state;
	take_json(CALLS("{\"id\":2,\"ticket\":\"A002\",\"counter\":1},"
			"{\"id\":1,\"ticket\":\"A001\",\"counter\":17}"));
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_string_equal(view.stage.counter.vi, "Quầy 1");
	assert_string_equal(view.rows[0].counter.vi, "Quầy 17");
	assert_string_equal(view.rows[0].counter.en, "Counter 17");
	assert_string_equal(view.stage_service.vi, "");
}

/* Three calls more than the morning has; the first of them has the stage. */
static void call_three(void)
{
	static const char *const codes[] = {"D040", "A025", "C041"};
	struct model_call calls[3];
	for (int i = 0; i < 3; i++) {
		calls[i] = (struct model_call){.id = 103 - i,
					       .counter = i + 1,
					       .at_ms = SAMPLE_WALL_MS,
					       .calls = i == 1 ? 2 : 1};
		memcpy(calls[i].ticket, codes[i], 5);
	}
	stage_take(&model.stage, calls, 3, SAMPLE_WALL_MS);
	assert_true(
	    stage_step(&model.stage, STAGE_HOLD_MS, false, start.mono_ms));
}

static void those_that_queue_stand_first_in_their_order(void **state)
{
	static const char *const codes[] = {"A025", "D040", "B031", "C007",
					    "A024", "B030", "D004"};
	(void)state;
	take(&sample_morning);
	call_three();
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_string_equal(view.stage.code, "C041");
	assert_int_equal(view.n_rows, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(view.rows[i].code, codes[i]);
		assert_int_equal(view.rows[i].queued, i < 2);
	}
	assert_int_equal(view.n_more, 0);
}

static void a_new_call_slides_in_and_is_lit_for_its_hold(void **state)
{
	static const struct board_room room = {8, 8, 0};
	(void)state;
	take(&sample_morning);
	board_compose(&model, start, &room, &view);
	assert_false(view.lit); /* nothing new at the start */
	assert_int_equal(view.slide, 0);
	call_three();
	int last = 1001;
	for (int64_t ms = 0; ms <= BOARD_SLIDE_MS; ms += 40) {
		struct moment now = {start.wall_ms + ms, start.mono_ms + ms};
		board_compose(&model, now, &room, &view);
		assert_true(view.lit);
		assert_true(view.slide < last); /* one way, no flashing */
		last = view.slide;
		if (ms < BOARD_SLIDE_MS)
			assert_int_equal(board_next_ms(&model, now, &room),
					 now.mono_ms + BOARD_FRAME_MS);
	}
	assert_int_equal(view.slide, 0);
	struct moment later = {start.wall_ms + STAGE_HOLD_MS,
			       start.mono_ms + STAGE_HOLD_MS};
	model_heard(&model, later);
	board_compose(&model, later, &room, &view);
	assert_false(view.lit);
}

static void every_counter_has_its_turn(void **state)
{
	struct sample_state sample = sample_morning;
	bool seen[33] = {false};
	(void)state;
	sample.n_counters = 32;
	take(&sample);
	for (int64_t page = 0; page < 3; page++) {
		struct moment now = {start.wall_ms, BOARD_PAGE_MS * page};
		board_compose(&model, now, &(struct board_room){8, 14, 0},
			      &view);
		assert_int_equal(view.n_desk_pages, 3);
		for (size_t i = 0; i < view.n_desks; i++)
			seen[view.desks[i].id] = true;
		if (page == 0)
			assert_string_equal(view.desks[1].code, "B031");
	}
	for (int id = 1; id <= 32; id++)
		assert_true(seen[id]);
}

static void a_ticket_that_left_is_no_longer_asked_for(void **state)
{
	(void)state;
	take_json(CALLS("{\"ticket\":\"A009\",\"counter\":1}"));
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_int_equal(view.stage_label, WORDS_LAST_CALLED);
}

static void a_calls_own_class_wins(void **state)
{
	(void)state;
	take_json(CALLS("{\"id\":2,\"ticket\":\"A002\",\"counter\":1,"
			"\"class\":\"appointment\"},"
			"{\"id\":1,\"ticket\":\"A001\",\"counter\":1,"
			"\"class\":\"priority\"}"));
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_int_equal(view.stage.class, TICKET_APPOINTMENT);
	assert_int_equal(view.rows[0].class, TICKET_PRIORITY);
}

static void a_day_without_calls_is_idle(void **state)
{
	(void)state;
	struct sample_state sample = sample_morning;
	sample.n_calls = 0;
	take(&sample);
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_int_equal(view.mood, BOARD_IDLE);
	assert_int_equal(view.n_cells, 5);
	assert_int_equal(view.cells[1].waiting, 12);
}

static void before_the_first_state_it_connects(void **state)
{
	(void)state;
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	assert_int_equal(view.mood, BOARD_CONNECTING);
	assert_int_equal(view.n_cells, 0);
	assert_string_equal(view.header.clock, "09:41");
}

static void silence_makes_it_stale_and_says_since_when(void **state)
{
	(void)state;
	take(&sample_morning);
	struct moment later = {start.wall_ms + 180000, start.mono_ms + 180000};
	board_compose(&model, later, &(struct board_room){8, 8, 0}, &view);
	assert_true(view.stale);
	assert_string_equal(view.header.clock, "09:44");
	assert_string_equal(view.as_of, "09:41");
}

static void services_come_in_pages(void **state)
{
	(void)state;
	struct sample_state sample = sample_morning;
	sample.n_services = 11;
	take(&sample);
	bool seen[11] = {false};
	for (int64_t page = 0; page < 3; page++) {
		struct moment now = {start.wall_ms, BOARD_PAGE_MS * page + 100};
		board_compose(&model, now, &(struct board_room){4, 8, 0},
			      &view);
		assert_int_equal(view.n_pages, 3);
		assert_int_equal(view.page, page);
		assert_int_equal(view.n_cells, page < 2 ? 4 : 3);
		for (size_t i = 0; i < view.n_cells; i++)
			seen[view.cells[i].prefix[0] - 'A'] = true;
	}
	for (size_t i = 0; i < 11; i++)
		assert_true(seen[i]); /* none is left out */
}

/* And whom the office serves first, as the last of them. */
static void notices_take_turns(void **state)
{
	(void)state;
	struct sample_state sample = sample_morning;
	sample.n_notices = 2;
	take(&sample);
	struct moment now = {start.wall_ms, BOARD_PAGE_MS * 6};
	static const char *const shown[] = {
	    "Lệ phí chứng thực bản sao: 2.000 đồng/trang. Giờ làm việc: "
	    "7:30–11:30 và 13:30–17:00.",
	    "Thông báo thứ hai.",
	    "Ưu tiên phục vụ: người cao tuổi, người khuyết tật, phụ nữ mang "
	    "thai, thương binh",
	};
	for (size_t i = 0; i < 6; i++) {
		board_compose(&model, now, &(struct board_room){8, 8, 0},
			      &view);
		assert_string_equal(view.notice.vi, shown[i % 3]);
		now.mono_ms += BOARD_PAGE_MS;
	}
}

static void pictures_take_turns(void **state)
{
	(void)state;
	take(&sample_morning);
	struct moment now = {start.wall_ms, BOARD_PAGE_MS * 6};
	for (size_t i = 0; i < 6; i++) {
		board_compose(&model, now, &(struct board_room){8, 8, 3},
			      &view);
		assert_int_equal(view.n_pictures, 3);
		assert_int_equal(view.picture, i % 3);
		now.mono_ms += BOARD_PAGE_MS;
	}
}

/* What the same state and minute look like is the same, byte for byte. */
static void the_same_again_is_the_same_picture(void **state)
{
	(void)state;
	static struct board_view other;
	take(&sample_morning);
	board_compose(&model, start, &(struct board_room){8, 8, 0}, &view);
	struct moment now = {start.wall_ms + 19000, start.mono_ms + 2000};
	take(&sample_morning);
	memset(&other, 0xA5, sizeof(other));
	board_compose(&model, now, &(struct board_room){8, 8, 0}, &other);
	assert_memory_equal(&view, &other, sizeof(view));
}

static void it_sleeps_until_the_picture_changes(void **state)
{
	static const struct {
		const char *name;
		int64_t wall_into_minute, silent;
		size_t n_notices, a_page;
		int64_t sleeps_ms;
	} rows[] = {
	    {"until silence", 1000, 0, 1, 8, 5000},
	    {"until the minute", 58000, 0, 1, 8, 2000},
	    {"stale: until the minute", 30000, 5000, 1, 8, 30000},
	    {"stale: until the next notice", 1000, 6000, 2, 8, 9000},
	    {"stale: until the next page", 1000, 6000, 1, 3, 9000},
	};
	(void)state;
	int64_t minute = SAMPLE_WALL_MS / 60000 * 60000;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct moment heard = {minute, 60000};
		struct moment now = {minute + rows[i].wall_into_minute,
				     60000 + rows[i].silent};
		struct sample_state sample = sample_morning;
		sample.n_notices = rows[i].n_notices - 1;
		model_init(&model, heard);
		take(&sample);
		int64_t next =
		    board_next_ms(&model, now,
				  &(struct board_room){rows[i].a_page, 8, 0});
		if (next - now.mono_ms != rows[i].sleeps_ms)
			fail_msg("%s: %lld ms", rows[i].name,
				 (long long)(next - now.mono_ms));
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup(f, fresh_model)
	const struct CMUnitTest tests[] = {
	    TEST(the_newest_call_is_on_the_stage),
	    TEST(the_calls_before_follow_in_order),
	    TEST(a_ticket_called_again_is_one_line),
	    TEST(a_counter_without_name_has_its_number),
	    TEST(those_that_queue_stand_first_in_their_order),
	    TEST(a_new_call_slides_in_and_is_lit_for_its_hold),
	    TEST(every_counter_has_its_turn),
	    TEST(a_ticket_that_left_is_no_longer_asked_for),
	    TEST(a_calls_own_class_wins),
	    TEST(a_day_without_calls_is_idle),
	    TEST(before_the_first_state_it_connects),
	    TEST(silence_makes_it_stale_and_says_since_when),
	    TEST(services_come_in_pages),
	    TEST(notices_take_turns),
	    TEST(pictures_take_turns),
	    TEST(the_same_again_is_the_same_picture),
	    TEST(it_sleeps_until_the_picture_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
