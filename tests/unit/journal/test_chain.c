/* SPDX-License-Identifier: MIT */
#include "scratch.h"

#include "journal/chain.h"

/*
 * Computed once by other means, Python's hashlib:
 * sha256(previous + b"\x1f".join(("" if f is None else str(f)).encode() …)).
 */
static const struct {
	const char *name;
	struct journal_row row;
	const char *hex;
} vectors[] = {
    {"the first row",
     {.seq = 1,
      .at_ms = 1795651200000,
      .kind = "journal_opened",
      .actor = "kioskd",
      .detail = "{\"journal\":\"0123456789abcdef0123456789abcdef\","
		"\"schema\":1}"},
     "1e9198b91bb5f7500e754f7e35ff24e4c14481f3652d3bf7661c56e6bee721f4"},
    {"all fields but counter",
     {.seq = 2,
      .at_ms = 1795651200123,
      .day = "2026-11-24",
      .kind = "issued",
      .service = "land",
      .number = 25,
      .has_number = true,
      .class = "priority",
      .actor = "button:land",
      .detail = "{\"ticket\":\"A025\",\"ahead\":7}",
      .key = "k-1"},
     "5a9d8987607ac19a5d472b37da9127a5e9d22344fdebcd54cefca1ee70bb46d9"},
    {"a negative time, Vietnamese, a counter",
     {.seq = 3,
      .at_ms = -5,
      .day = "2026-11-24",
      .kind = "called",
      .service = "đất",
      .counter = 12,
      .has_counter = true,
      .actor = "web"},
     "5e86ae25736c3c36d5149bd973c63a666827d53e059fe00eb78edb5ed4cd88ff"},
};

static void chain_is_what_others_compute(void **state)
{
	uint8_t chain[JOURNAL_CHAIN_SIZE] = {0};
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		chain_next(chain, &vectors[i].row, chain);
		chain_hex(chain, hex);
		if (strcmp(hex, vectors[i].hex) != 0)
			fail_msg("%s: %s", vectors[i].name, hex);
	}
}

static void a_number_that_is_null_counts_as_nothing(void **state)
{
	struct journal_row with = {.kind = "x", .number = 7}, without = with;
	uint8_t zeros[JOURNAL_CHAIN_SIZE] = {0}, a[JOURNAL_CHAIN_SIZE],
		b[JOURNAL_CHAIN_SIZE];

	(void)state;
	without.number = 0;
	chain_next(zeros, &with, a);
	chain_next(zeros, &without, b);
	assert_memory_equal(a, b, sizeof(a));
	with.has_number = true;
	chain_next(zeros, &with, a);
	assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(chain_is_what_others_compute),
	    cmocka_unit_test(a_number_that_is_null_counts_as_nothing),
	};

	(void)scratch_setup;
	(void)scratch_teardown;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
