/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "console/session.h"

#define LASTS_MS 1000

static int make(void **state)
{
	*state = sessions_new(LASTS_MS);
	return *state ? 0 : -1;
}

static int end(void **state)
{
	sessions_free(*state);
	return 0;
}

static void a_session_is_found_by_its_token_alone(void **state)
{
	char token[SECRET_TOKEN_SIZE], other[SECRET_TOKEN_SIZE];
	struct session found;

	assert_true(session_open(*state, 3, 10, token));
	assert_true(session_find(*state, token, 10, &found));
	assert_int_equal(found.user, 3);
	assert_int_equal(found.ends_ms, 10 + LASTS_MS);
	memcpy(other, token, sizeof(other));
	other[0] = other[0] == 'A' ? 'B' : 'A';
	assert_false(session_find(*state, other, 10, &found));
	assert_false(session_find(*state, "", 10, &found));
}

static void a_session_ends_after_its_time_however_much_it_is_used(void **state)
{
	char token[SECRET_TOKEN_SIZE];
	struct session found;

	assert_true(session_open(*state, 0, 10, token));
	for (int64_t now_ms = 10; now_ms < 10 + LASTS_MS; now_ms++)
		assert_true(session_find(*state, token, now_ms, &found));
	assert_false(session_find(*state, token, 10 + LASTS_MS, &found));
}

static void a_closed_session_is_gone_and_no_other(void **state)
{
	char a[SECRET_TOKEN_SIZE], b[SECRET_TOKEN_SIZE];
	struct session found;

	assert_true(session_open(*state, 0, 0, a));
	assert_true(session_open(*state, 0, 0, b));
	session_close(*state, a);
	session_close(*state, a);
	session_close(*state, "");
	assert_false(session_find(*state, a, 0, &found));
	assert_true(session_find(*state, b, 0, &found));
}

static void a_user_s_ninth_session_ends_the_user_s_first(void **state)
{
	char first[SECRET_TOKEN_SIZE], other[SECRET_TOKEN_SIZE];
	char token[SECRET_TOKEN_SIZE];
	struct session found;

	assert_true(session_open(*state, 1, 0, other));
	assert_true(session_open(*state, 0, 1, first));
	for (int i = 2; i <= SESSIONS_A_USER; i++)
		assert_true(session_open(*state, 0, i, token));
	assert_true(session_find(*state, first, 20, &found));
	assert_true(session_open(*state, 0, 20, token));
	assert_false(session_find(*state, first, 20, &found));
	assert_true(session_find(*state, token, 20, &found));
	assert_true(session_find(*state, other, 20, &found));
}

static void the_first_of_all_makes_room_when_there_is_none(void **state)
{
	char tokens[SESSIONS_MAX + 1][SECRET_TOKEN_SIZE];
	struct session found;

	for (size_t i = 0; i <= SESSIONS_MAX; i++)
		assert_true(session_open(*state, i, (int64_t)i, tokens[i]));
	for (size_t i = 0; i <= SESSIONS_MAX; i++) {
		assert_int_equal(session_find(*state, tokens[i], SESSIONS_MAX,
					      &found),
				 i > 0);
	}
}

static void the_room_of_ended_sessions_is_taken_first(void **state)
{
	char token[SECRET_TOKEN_SIZE], live[SECRET_TOKEN_SIZE];
	struct session found;

	for (size_t i = 0; i < SESSIONS_MAX - 1; i++)
		assert_true(session_open(*state, i, 0, token));
	assert_true(session_open(*state, 999, 500, live));
	for (size_t i = 0; i < SESSIONS_MAX - 1; i++)
		assert_true(session_open(*state, i, LASTS_MS, token));
	assert_true(session_find(*state, live, LASTS_MS, &found));
}

static void a_session_lives_until_its_end_or_its_closing(void **state)
{
	char token[SECRET_TOKEN_SIZE], other[SECRET_TOKEN_SIZE];
	struct session found, second;

	assert_true(session_open(*state, 0, 10, token));
	assert_true(session_open(*state, 0, 10, other));
	assert_true(session_find(*state, token, 10, &found));
	assert_true(session_find(*state, other, 10, &second));
	assert_true(found.id != 0 && found.id != second.id);
	assert_true(session_lives(*state, found.id, 10));
	assert_false(session_lives(*state, found.id, 10 + LASTS_MS));
	session_close(*state, token);
	assert_false(session_lives(*state, found.id, 10));
	assert_true(session_lives(*state, second.id, 10));
}

static void sessions_follow_their_users_to_other_places(void **state)
{
	static const size_t kept[] = {1, CONFIG_NOBODY, 0};
	char tokens[4][SECRET_TOKEN_SIZE];
	struct session found;

	for (size_t i = 0; i < 4; i++)
		assert_true(session_open(*state, i, 10, tokens[i]));
	sessions_move(*state, kept, 3);
	assert_true(session_find(*state, tokens[0], 10, &found));
	assert_int_equal(found.user, 1);
	assert_true(session_find(*state, tokens[2], 10, &found));
	assert_int_equal(found.user, 0);
	assert_false(session_find(*state, tokens[1], 10, &found));
	/* Of a user that there was not. */
	assert_false(session_find(*state, tokens[3], 10, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)
	    TEST(a_session_is_found_by_its_token_alone),
	    TEST(a_session_ends_after_its_time_however_much_it_is_used),
	    TEST(a_closed_session_is_gone_and_no_other),
	    TEST(a_user_s_ninth_session_ends_the_user_s_first),
	    TEST(the_first_of_all_makes_room_when_there_is_none),
	    TEST(the_room_of_ended_sessions_is_taken_first),
	    TEST(a_session_lives_until_its_end_or_its_closing),
	    TEST(sessions_follow_their_users_to_other_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
