/* SPDX-License-Identifier: MIT */
/* The voice with a synthesiser and a loudspeaker that are files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "display/clips.h"
#include "display/pcm.h"
#include "display/synth.h"
#include "display/voice.h"
#include "display/voice_command.h"
#include "tests/unit/support/sound_file.h"

/* 09:41 in Vietnam, as the sample state. */
#define WALL INT64_C(1795488060000)

static char dir[64], program[100], said[100], clips[100], problem[400];
static struct config_display display;
static struct voice *voice;
static sd_event *event;
static int done;

static void path_of(char out[100], const char *name)
{
	snprintf(out, 100, "%s/%s", dir, name);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A synthesiser that notes what it was asked and answers with tone.wav. */
static void write_program(const char *body)
{
	char text[700];
	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >>%s/said\n%s\n",
		 dir, body);
	write_file(program, text);
	assert_int_equal(chmod(program, 0700), 0);
}

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

static int open_office(void **state)
{
	char tone[100];
	(void)state;
	snprintf(dir, sizeof(dir), "%s/kiosk-voice-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(dir))
		return -1;
	path_of(program, "synth");
	path_of(said, "said");
	path_of(clips, "clips.txt");
	path_of(tone, "tone.wav");
	sound_file(tone, 2205, 1000);
	setenv("SDL_AUDIODRIVER", "disk", 1);
	char sound[100];
	path_of(sound, "sound.raw");
	setenv("SDL_DISKAUDIOFILE", sound, 1);
	setenv("SDL_DISKAUDIODELAY", "1", 1);
	char cat[160];
	snprintf(cat, sizeof(cat), "cat %s", tone);
	write_program(cat);
	display = (struct config_display){
	    .voice = "espeak",
	    .read_numbers = "digits",
	    .times = 1,
	    .volume = 100,
	    .announce = {"Mời số {ticket} đến quầy {counter}",
			 "Number {ticket}, counter {counter}"},
	};
	done = 0;
	return sd_event_new(&event);
}

static int close_office(void **state)
{
	static const char *const files[] = {"synth",     "said",
					    "tone.wav",  "sound.raw",
					    "clips.txt", "a.wav"};
	(void)state;
	voice_free(voice);
	voice = NULL;
	event = sd_event_unref(event);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[100];
		path_of(path, files[i]);
		(void)unlink(path);
	}
	return rmdir(dir);
}

static void open_voice(void)
{
	const struct voice_options options = {
	    .display = &display,
	    .languages = {{LANGUAGE_VI, LANGUAGE_EN}, 2},
	    .program = program,
	};
	assert_true(voice_new(event, &options, on_done, NULL, &voice) >= 0);
}

static const struct model_call call = {.id = 1,
				       .ticket = "A025",
				       .counter = 3,
				       .calls = 1};

static void wait_till_done(int n)
{
	while (done < n)
		assert_true(sd_event_run(event, UINT64_MAX) >= 0);
}

static void was_said(const char *expected)
{
	char text[2000] = "";
	FILE *file = fopen(said, "re");
	if (file) {
		size_t n = fread(text, 1, sizeof(text) - 1, file);
		text[n] = '\0';
		fclose(file);
	}
	assert_string_equal(text, expected);
}

static size_t samples_played(void)
{
	struct stat about;
	char path[100];
	path_of(path, "sound.raw");
	return stat(path, &about) < 0 ? 0 : (size_t)about.st_size / 2;
}

#define VI(voice)                                                                  \
	"-v " voice " -s 140 --stdout -- Mời số A, không, hai, năm, đến " \
	"quầy ba.\n"
#define EN \
	"-v en -s 140 --stdout -- Number A, zero, two, five, counter three.\n"

static void a_call_is_spoken_in_both_languages(void **state)
{
	(void)state;
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	assert_true(voice_speaking(voice));
	wait_till_done(1);
	assert_false(voice_speaking(voice));
	was_said(VI("vi") EN);
	/* A chime of 1.2 s, two tones of 0.1 s. */
	assert_true(samples_played() > PCM_RATE * 13 / 10);
}

static void one_at_a_time(void **state)
{
	(void)state;
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	assert_false(voice_call(voice, &call, WALL));
	wait_till_done(1);
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(2);
	was_said(VI("vi") EN VI("vi") EN);
}

static void the_region_speaks_as_it_does(void **state)
{
	(void)state;
	display.accent = CONFIG_ACCENT_SOUTH;
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(1);
	was_said(VI("vi-vn-x-south") EN);
	assert_true(voice_manner(&display).region.le);
}

static void quiet_hours_are_quiet(void **state)
{
	(void)state;
	assert_int_equal(hours_read("09:00-10:00", &display.quiet, NULL), 0);
	open_voice();
	assert_false(voice_call(voice, &call, WALL));
	assert_true(voice_call(voice, &call, WALL + 3600000));
	wait_till_done(1);
}

static void without_a_synthesiser_there_is_no_voice_and_no_harm(void **state)
{
	(void)state;
	assert_int_equal(unlink(program), 0);
	open_voice();
	(void)voice_call(voice, &call, WALL);
	wait_till_done(1);
	assert_false(voice_speaking(voice));
	assert_true(voice_failed(voice));
	assert_int_equal(samples_played(), 0); /* no chime for nothing */
}

static void one_that_fails_costs_its_sentence_only(void **state)
{
	(void)state;
	char body[300];
	snprintf(body, sizeof(body),
		 "case \"$*\" in *Mời*) exit 1;; esac; cat %s/tone.wav", dir);
	write_program(body);
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(1);
	was_said(VI("vi") EN);
	assert_true(samples_played() > 0);
}

static void one_that_babbles_is_no_sound(void **state)
{
	(void)state;
	write_program("echo hello");
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(1);
	assert_int_equal(samples_played(), 0);
}

static int synth_r;

static void on_made(void *arg, int r, const uint8_t *wav, size_t length)
{
	(void)arg;
	(void)wav;
	(void)length;
	synth_r = r;
	done++;
}

static void one_that_hangs_is_killed(void **state)
{
	struct synth *synth;
	(void)state;
	write_program("exec sleep 1000");
	assert_int_equal(synth_new(event, program, 100, on_made, NULL, &synth),
			 0);
	assert_int_equal(synth_start(synth, "vi", "x"), 0);
	assert_int_equal(synth_start(synth, "vi", "x"), -EBUSY);
	wait_till_done(1);
	assert_int_equal(synth_r, -ETIMEDOUT);
	synth_free(synth);
}

static void without_a_loudspeaker_there_is_no_harm(void **state)
{
	(void)state;
	setenv("SDL_DISKAUDIOFILE", "/nonexistent/sound.raw", 1);
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(1);
	assert_true(voice_failed(voice));
}

/* ---- clips ---- */

static void make_pack(const char *manifest)
{
	char path[100];
	path_of(path, "a.wav");
	sound_file(path, 441, 500);
	write_file(clips, manifest);
	display.voice = dir;
}

#define VI_CLIPS                                                   \
	"# the office's own\n"                                     \
	"vi\tMời số\ta.wav\nvi\tA\ta.wav\nvi\tkhông\ta.wav\n" \
	"vi\thai\ta.wav\nvi\tnăm\ta.wav\nvi\tđến quầy\ta.wav\n"

static void a_whole_pack_needs_no_synthesiser(void **state)
{
	(void)state;
	make_pack(VI_CLIPS "vi\tba\ta.wav\n");
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(1);
	was_said(EN); /* English is not in the pack */
}

static void a_missing_clip_makes_the_whole_sentence_fall_back(void **state)
{
	(void)state;
	make_pack(VI_CLIPS);
	open_voice();
	assert_true(voice_call(voice, &call, WALL));
	wait_till_done(1);
	was_said(VI("vi") EN);
}

static void a_clip_that_is_no_wav_does_too(void **state)
{
	char path[100];
	(void)state;
	make_pack(VI_CLIPS "vi\tba\ttone.wav\n");
	path_of(path, "tone.wav");
	struct clips *pack;
	struct pcm pcm = {.n = 0};
	struct speech speech;
	const struct speech_manner manner = {.digits = true};
	write_file(path, "no sound");
	speech_make(&speech, LANGUAGE_VI, display.announce.vi, "A025", 3,
		    &manner);
	assert_int_equal(clips_open(dir, &pack, problem), 0);
	assert_int_equal(clips_say(pack, &speech, &pcm, problem), -ENOENT);
	assert_non_null(strstr(problem, "tone.wav: this is no WAV"));
	assert_int_equal(pcm.n, 0);
	pcm_free(&pcm);
	clips_free(pack);
}

static void a_manifest_names_its_mistakes(void **state)
{
	static const struct {
		const char *text, *problem;
	} rows[] = {
	    {"vi Mời số a.wav\n", "clips.txt:1: three fields"},
	    {"\n# x\nfr\tbon\ta.wav\n", "clips.txt:3: the language"},
	    {"vi\tA\t../a.wav\n", "clips.txt:1: the words"},
	    {"vi\t\ta.wav\n", "clips.txt:1: the words"},
	};
	struct clips *pack;
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		make_pack(rows[i].text);
		assert_int_equal(clips_open(dir, &pack, problem), -EINVAL);
		if (!strstr(problem, rows[i].problem))
			fail_msg("%s", problem);
	}
}

/* What it says to record is what any call needs. */
static void the_list_to_record_is_enough(void **state)
{
	static struct config_service services[2] = {{.prefix = "A"},
						    {.prefix = "BC"}};
	static struct config_counter counters[3] = {{.id = 1},
						    {.id = 21},
						    {.id = 99}};
	(void)state;
	for (int digits = 0; digits < 2; digits++) {
		struct config config = {.services = services,
					.n_services = 2,
					.counters = counters,
					.n_counters = 3,
					.display = display};
		config.display.read_numbers = digits ? "digits" : "words";
		const struct languages both = {{LANGUAGE_VI, LANGUAGE_EN}, 2};
		FILE *file = fopen(clips, "we");
		assert_non_null(file);
		assert_int_equal(voice_record_list(&config, &both, file), 0);
		assert_int_equal(fclose(file), 0);
		struct clips *pack;
		assert_int_equal(clips_open(dir, &pack, problem), 0);
		struct speech_manner manner = voice_manner(&config.display);
		for (int n = 1; n < 2000; n += 7) {
			char code[TICKET_CODE_SIZE];
			struct speech speech;
			struct pcm pcm = {.n = 0};
			ticket_code(code, services[n % 2].prefix, (uint32_t)n);
			speech_make(&speech, LANGUAGE_VI, display.announce.vi,
				    code, (unsigned)counters[n % 3].id,
				    &manner);
			for (size_t i = 0; i < speech.n; i++) {
				struct speech one = {.n = 1};
				one.pieces[0] = speech.pieces[i];
				/* Files are missing; words must not be. */
				assert_int_equal(clips_say(pack, &one, &pcm,
							   problem),
						 -ENOENT);
				assert_null(strstr(problem, "no clip says"));
			}
			pcm_free(&pcm);
		}
		clips_free(pack);
	}
}

static int block_children(void **state)
{
	sigset_t mask;
	(void)state;
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -1;
	return clock_set_zone("Asia/Ho_Chi_Minh");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_office, close_office)
	const struct CMUnitTest tests[] = {
	    TEST(a_call_is_spoken_in_both_languages),
	    TEST(one_at_a_time),
	    TEST(the_region_speaks_as_it_does),
	    TEST(quiet_hours_are_quiet),
	    TEST(without_a_synthesiser_there_is_no_voice_and_no_harm),
	    TEST(one_that_fails_costs_its_sentence_only),
	    TEST(one_that_babbles_is_no_sound),
	    TEST(one_that_hangs_is_killed),
	    TEST(without_a_loudspeaker_there_is_no_harm),
	    TEST(a_whole_pack_needs_no_synthesiser),
	    TEST(a_missing_clip_makes_the_whole_sentence_fall_back),
	    TEST(a_clip_that_is_no_wav_does_too),
	    TEST(a_manifest_names_its_mistakes),
	    TEST(the_list_to_record_is_enough),
	};
	return cmocka_run_group_tests(tests, block_children, NULL);
}
