/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "display/pcm.h"
#include "tests/unit/support/sound_file.h"

#define FRAMES 2205 /* a tenth of a second */
#define ROOM (SOUND_HEADER + FRAMES * 4)

static struct pcm pcm;
static uint8_t wav[ROOM];

static int empty(void **state)
{
	(void)state;
	pcm_free(&pcm);
	return 0;
}

static void a_wav_of_our_own_kind_is_taken_as_it_is(void **state)
{
	(void)state;
	size_t n = sound_wav(wav, 1, PCM_RATE, FRAMES, -1234);
	assert_int_equal(pcm_add_wav(&pcm, wav, n), 0);
	assert_int_equal(pcm.n, FRAMES);
	assert_int_equal(pcm.samples[0], -1234);
	assert_int_equal(pcm.samples[FRAMES - 1], -1234);
	assert_int_equal(pcm_add_wav(&pcm, wav, n), 0);
	assert_int_equal(pcm.n, 2 * FRAMES);
}

static void other_rates_and_channels_are_made_ours(void **state)
{
	static const struct {
		int channels, rate;
	} rows[] = {{2, 22050}, {1, 44100}, {2, 48000}, {1, 8000}};
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		pcm_free(&pcm);
		size_t n = sound_wav(wav, rows[i].channels, rows[i].rate,
				     FRAMES, 1000);
		assert_int_equal(pcm_add_wav(&pcm, wav, n), 0);
		int expected = FRAMES * PCM_RATE / rows[i].rate;
		assert_in_range(pcm.n, (unsigned)expected - 40,
				(unsigned)expected + 40);
		assert_in_range(pcm.samples[pcm.n / 2], 960, 1040);
	}
}

static void a_length_that_is_a_guess_counts_to_the_end(void **state)
{
	(void)state;
	size_t n = sound_wav(wav, 1, PCM_RATE, FRAMES, 7);
	memset(wav + 40, 0x7F, 4); /* as espeak-ng writes it */
	assert_int_equal(pcm_add_wav(&pcm, wav, n), 0);
	assert_int_equal(pcm.n, FRAMES);
}

static void what_is_no_such_wav_is_refused(void **state)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t byte;
	} rows[] = {
	    {"no RIFF", 0, 'X'},    {"no WAVE", 8, 'X'},
	    {"compressed", 20, 85}, {"no channel", 22, 0},
	    {"8 channels", 22, 8},  {"24 bits", 34, 24},
	    {"no format", 12, 'x'}, {"no data", 36, 'x'},
	    {"no rate", 25, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = sound_wav(wav, 1, PCM_RATE, FRAMES, 7);
		wav[rows[i].at] = rows[i].byte;
		if (pcm_add_wav(&pcm, wav, n) != -EINVAL || pcm.n != 0)
			fail_msg("%s", rows[i].name);
	}
}

static void a_wav_cut_anywhere_is_no_crash(void **state)
{
	(void)state;
	(void)sound_wav(wav, 2, 44100, 60, 7);
	for (size_t n = 0; n < SOUND_HEADER + 240; n++) {
		uint8_t *exact = malloc(n ? n : 1); /* for the sanitizer */
		memcpy(exact, wav, n);
		int r = pcm_add_wav(&pcm, exact, n);
		assert_true(r == 0 || r == -EINVAL);
		free(exact);
	}
}

static void it_never_grows_beyond_its_bound(void **state)
{
	(void)state;
	int r = 0;
	for (int i = 0; r == 0 && i < 100; i++)
		r = pcm_add_silence(&pcm, 10000);
	assert_int_equal(r, -EFBIG);
	assert_true(pcm.n <= PCM_MOST);
}

static void a_copy_is_the_same_again(void **state)
{
	(void)state;
	assert_int_equal(pcm_add_chime(&pcm), 0);
	size_t n = pcm.n;
	assert_true(n > PCM_RATE / 2);
	assert_int_equal(pcm_add_copy(&pcm, 100, n - 100), 0);
	assert_memory_equal(pcm.samples + 100, pcm.samples + n,
			    (n - 100) * sizeof(int16_t));
}

static void the_chime_is_neither_silent_nor_clipped(void **state)
{
	(void)state;
	int most = 0;
	assert_int_equal(pcm_add_chime(&pcm), 0);
	for (size_t i = 0; i < pcm.n; i++)
		most = abs(pcm.samples[i]) > most ? abs(pcm.samples[i]) : most;
	assert_in_range(most, 6000, 32000);
	assert_in_range(abs(pcm.samples[pcm.n - 1]), 0, 600); /* faded */
	pcm_volume(&pcm, 0);
	for (size_t i = 0; i < pcm.n; i++)
		assert_int_equal(pcm.samples[i], 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_teardown(f, empty)
	const struct CMUnitTest tests[] = {
	    TEST(a_wav_of_our_own_kind_is_taken_as_it_is),
	    TEST(other_rates_and_channels_are_made_ours),
	    TEST(a_length_that_is_a_guess_counts_to_the_end),
	    TEST(what_is_no_such_wav_is_refused),
	    TEST(a_wav_cut_anywhere_is_no_crash),
	    TEST(it_never_grows_beyond_its_bound),
	    TEST(a_copy_is_the_same_again),
	    TEST(the_chime_is_neither_silent_nor_clipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
