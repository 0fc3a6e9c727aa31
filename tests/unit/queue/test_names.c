/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* The contract's order and words, written down a second time. */
static const char kinds[] =
    "journal_opened day_opened issued called recalled finished no_show "
    "transferred returned restored cancelled expired counter_opened "
    "counter_paused counter_closed rated printed print_failed config_loaded "
    "clock_stepped clock_synced printer_changed button_fault button_ok "
    "numbers_raised ";
static const char ticket_states[] =
    "waiting called served no_show cancelled expired ";
static const char counter_states[] = "closed open paused ";
static const char refusals[] =
    "ok unknown_service unknown_counter unknown_ticket conflict "
    "no_ticket_at_counter ticket_at_counter wrong_state not_served_here "
    "cap_reached queue_full no_day nothing_to_rate bad_stars "
    "already_there not_served service_closed last_call ";
static const char clocks[] = "doubted trusted running set ";

static void add_word(char words[500], const char *word)
{
	size_t length = strlen(words);

	snprintf(words + length, 500 - length, "%s ", word);
}

static void names_are_the_contracts(void **state)
{
	char words[5][500] = {""};

	(void)state;
	for (unsigned int i = 0; i < QUEUE_KINDS; i++)
		add_word(words[0], queue_kind_name(i));
	for (unsigned int i = 0; i < QUEUE_TICKET_STATES; i++)
		add_word(words[1], queue_ticket_state_name(i));
	for (unsigned int i = 0; i < 3; i++)
		add_word(words[2], queue_counter_state_name(i));
	for (unsigned int i = 0; i < QUEUE_REFUSALS; i++)
		add_word(words[3], queue_refusal_name(i));
	for (unsigned int i = 0; i < QUEUE_CLOCKS; i++)
		add_word(words[4], queue_clock_name(i));
	assert_string_equal(words[0], kinds);
	assert_string_equal(words[1], ticket_states);
	assert_string_equal(words[2], counter_states);
	assert_string_equal(words[3], refusals);
	assert_string_equal(words[4], clocks);
}

static void names_lead_back_to_their_values(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < QUEUE_KINDS; i++)
		assert_int_equal(queue_kind_from(queue_kind_name(i)), i);
	for (unsigned int i = 0; i < QUEUE_CLOCKS; i++)
		assert_int_equal(queue_clock_from(queue_clock_name(i)), i);
}

static void an_unknown_name_is_refused(void **state)
{
	static const char *const names[] = {"", "Issued", "issue", "issued ",
					    "?"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(queue_kind_from(names[i]), -EINVAL);
		assert_int_equal(queue_clock_from(names[i]), -EINVAL);
	}
}

static void a_value_out_of_range_has_no_name(void **state)
{
	(void)state;
	assert_string_equal(queue_kind_name(QUEUE_KINDS), "?");
	assert_string_equal(queue_ticket_state_name(QUEUE_TICKET_STATES), "?");
	assert_string_equal(queue_counter_state_name(3), "?");
	assert_string_equal(queue_refusal_name(QUEUE_REFUSALS), "?");
	assert_string_equal(queue_clock_name(QUEUE_CLOCKS), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_the_contracts),
	    cmocka_unit_test(names_lead_back_to_their_values),
	    cmocka_unit_test(an_unknown_name_is_refused),
	    cmocka_unit_test(a_value_out_of_range_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
