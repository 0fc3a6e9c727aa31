/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/secret.h"

#define SALT "c2FsdHNhbHRzYWx0c2FsdA"
#define HASH "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"

static const struct {
	const char *name, *text;
	bool wanted;
} hashes[] = {
    {"ours", "$argon2id$v=19$m=9216,t=4,p=1$" SALT "$" HASH, true},
    {"the dearest", "$argon2id$v=19$m=65536,t=16,p=16$" SALT "$" HASH, true},
    {"too much memory", "$argon2id$v=19$m=65537,t=1,p=1$" SALT "$" HASH, false},
    {"too many passes", "$argon2id$v=19$m=8,t=17,p=1$" SALT "$" HASH, false},
    {"no passes", "$argon2id$v=19$m=8,t=0,p=1$" SALT "$" HASH, false},
    {"a number without end",
     "$argon2id$v=19$m=99999999999999999999,t=1,p=1$" SALT "$" HASH, false},
    {"an older version", "$argon2id$v=16$m=8,t=1,p=1$" SALT "$" HASH, false},
    {"another Argon2", "$argon2i$v=19$m=8,t=1,p=1$" SALT "$" HASH, false},
    {"cut in the salt", "$argon2id$v=19$m=8,t=1,p=1$c2Fs", false},
    {"cut in the hash", "$argon2id$v=19$m=8,t=1,p=1$" SALT "$aGFz", false},
    {"a tail", "$argon2id$v=19$m=8,t=1,p=1$" SALT "$" HASH "$", false},
    {"a sign", "$argon2id$v=19$m=+8,t=1,p=1$" SALT "$" HASH, false},
    {"longer than any",
     "$argon2id$v=19$m=8,t=1,p=1$" SALT "$" HASH HASH HASH HASH, false},
    {"the prefix", "$argon2id$", false},
    {"nothing", "", false},
};

static void tells_a_whole_hash_that_does_not_cost_too_much(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (secret_pin_hash_fits(hashes[i].text) != hashes[i].wanted)
			fail_msg("%s", hashes[i].name);
	}
}

static void only_the_pin_itself_matches_its_hash(void **state)
{
	char hash[SECRET_PIN_HASH_SIZE], again[SECRET_PIN_HASH_SIZE];

	(void)state;
	assert_int_equal(secret_pin_hash("135790", hash), 0);
	assert_true(secret_pin_hash_fits(hash));
	assert_true(secret_pin_matches(hash, "135790"));
	assert_false(secret_pin_matches(hash, "135791"));
	assert_false(secret_pin_matches(hash, "13579"));
	assert_false(secret_pin_matches(hash, ""));
	/* Each has a salt of its own. */
	assert_int_equal(secret_pin_hash("135790", again), 0);
	assert_string_not_equal(hash, again);
}

static void a_hash_costs_what_the_issue_allows(void **state)
{
	char hash[SECRET_PIN_HASH_SIZE];

	(void)state;
	assert_int_equal(secret_pin_hash("0000", hash), 0);
	assert_non_null(strstr(hash, "$argon2id$v=19$m=9216,t=4,p=1$"));
}

static void nothing_matches_what_is_no_hash(void **state)
{
	(void)state;
	assert_false(secret_pin_matches("$argon2id$x", "1234"));
	assert_false(secret_pin_matches("", ""));
}

static void a_pin_has_4_to_64_bytes_without_control_characters(void **state)
{
	char longest[SECRET_PIN_MAX + 2];

	(void)state;
	memset(longest, '7', sizeof(longest));
	longest[SECRET_PIN_MAX + 1] = '\0';
	assert_false(secret_pin_fits(longest));
	assert_true(secret_pin_fits(longest + 1));
	assert_true(secret_pin_fits("1234"));
	assert_true(secret_pin_fits("mật khẩu"));
	assert_false(secret_pin_fits("123"));
	assert_false(secret_pin_fits(""));
	assert_false(secret_pin_fits("123\t4"));
	assert_false(secret_pin_fits("1234\x7f"));
}

static void tokens_differ_and_fit_a_header(void **state)
{
	char a[SECRET_TOKEN_SIZE], b[SECRET_TOKEN_SIZE];

	(void)state;
	assert_true(secret_token(a));
	assert_true(secret_token(b));
	assert_int_equal(strlen(a), 43);
	assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789-_"),
			 43);
	assert_string_not_equal(a, b);
}

static void a_token_s_hash_is_sha256_in_hex(void **state)
{
	/* FIPS 180-4's "abc" */
	static const char text[] = "sha256:ba7816bf8f01cfea414140de5dae2223b003"
				   "61a396177a9cb410ff61f20015ad";
	uint8_t hash[SECRET_HASH_SIZE], parsed[SECRET_HASH_SIZE];
	char written[SECRET_HASH_TEXT_SIZE];

	(void)state;
	secret_token_hash("abc", hash);
	secret_hash_text(hash, written);
	assert_string_equal(written, text);
	assert_true(secret_hash_parse(text, parsed));
	assert_true(secret_hash_same(hash, parsed));
	parsed[31] ^= 1;
	assert_false(secret_hash_same(hash, parsed));
}

static void what_is_no_hash_of_a_token_is_told(void **state)
{
	uint8_t hash[SECRET_HASH_SIZE];

	(void)state;
	assert_false(secret_hash_parse("0123456789abcdef", hash));
	assert_false(secret_hash_parse("sha256:", hash));
	assert_false(secret_hash_parse(
	    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20"
	    "015ag",
	    hash));
	assert_false(secret_hash_parse(
	    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20"
	    "015ad00",
	    hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_a_whole_hash_that_does_not_cost_too_much),
	    cmocka_unit_test(only_the_pin_itself_matches_its_hash),
	    cmocka_unit_test(a_hash_costs_what_the_issue_allows),
	    cmocka_unit_test(nothing_matches_what_is_no_hash),
	    cmocka_unit_test(
		a_pin_has_4_to_64_bytes_without_control_characters),
	    cmocka_unit_test(tokens_differ_and_fit_a_header),
	    cmocka_unit_test(a_token_s_hash_is_sha256_in_hex),
	    cmocka_unit_test(what_is_no_hash_of_a_token_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
