/* SPDX-License-Identifier: MIT */
#include "display/voice.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "display/clips.h"
#include "display/pcm.h"
#include "display/sound.h"
#include "display/synth.h"

#define SENTENCES 2 /* one in each language */
#define LOOK_MS 100
#define BETWEEN_MS 600
#define PROBLEM_SIZE 400

enum voice_state { VOICE_SILENT, VOICE_MAKING, VOICE_PLAYING };

struct voice {
	sd_event *event;
	struct voice_options options;
	void (*done)(void *arg);
	void *arg;
	struct clips *clips; /* NULL: none */
	struct synth *synth;
	struct sound *sound;
	sd_event_source *timer;
	enum voice_state state;
	int64_t since_ms;
	struct speech sentences[SENTENCES];
	size_t n, next; /* of them; which is made next */
	int times;
	struct pcm pcm;
	size_t spoken_from; /* where in pcm the chime has ended */
	char problem[PROBLEM_SIZE];
};

static void complain(struct voice *voice, const char *problem)
{
	if (strcmp(problem, voice->problem) == 0)
		return;
	snprintf(voice->problem, sizeof(voice->problem), "%s", problem);
	log_error("the voice: %s", problem);
}

/* The voice of espeak-ng that speaks as the region does. */
static const char *synth_voice(const struct voice *voice,
			       enum language language)
{
	if (language == LANGUAGE_EN)
		return "en";
	switch (voice->options.display->accent) {
	case CONFIG_ACCENT_NORTH:
		break;
	case CONFIG_ACCENT_CENTRAL:
		return "vi-vn-x-central";
	case CONFIG_ACCENT_SOUTH:
		return "vi-vn-x-south";
	}
	return "vi";
}

struct speech_manner voice_manner(const struct config_display *display)
{
	bool north = display->accent == CONFIG_ACCENT_NORTH;
	return (struct speech_manner){
	    .digits = strcmp(display->read_numbers, "digits") == 0,
	    .region = {.le = !north, .ngan = !north},
	};
}

static int look_again(struct voice *voice)
{
	int r = sd_event_source_set_time_relative(voice->timer,
						  (uint64_t)LOOK_MS * 1000);
	if (r >= 0)
		r = sd_event_source_set_enabled(voice->timer, SD_EVENT_ONESHOT);
	return r;
}

static void end(struct voice *voice)
{
	voice->state = VOICE_SILENT;
	pcm_free(&voice->pcm);
	(void)sd_event_source_set_enabled(voice->timer, SD_EVENT_OFF);
	voice->done(voice->arg);
}

/* What was said once more, so often. */
static int repeat(struct voice *voice)
{
	size_t from = voice->spoken_from, n = voice->pcm.n - from;
	int r = 0;
	for (int i = 1; r == 0 && i < voice->times; i++) {
		struct pcm *pcm = &voice->pcm;
		size_t to;
		r = pcm_add_silence(pcm, BETWEEN_MS);
		to = pcm->n;
		if (r == 0)
			r = pcm_add_copy(pcm, from, n);
		if (r < 0)
			pcm->n = to;
	}
	return r;
}

static void play(struct voice *voice)
{
	const char *why;
	if (voice->pcm.n == voice->spoken_from) {
		end(voice); /* a chime that says nothing only startles */
		return;
	}
	if (repeat(voice) < 0)
		complain(voice, "a call is too long: it is said less often");
	pcm_volume(&voice->pcm, voice->options.display->volume);
	if (sound_play(voice->sound, &voice->pcm, &why) < 0) {
		char problem[PROBLEM_SIZE];
		snprintf(problem, sizeof(problem), "no loudspeaker: %s", why);
		complain(voice, problem);
		end(voice);
		return;
	}
	voice->state = VOICE_PLAYING;
	if (look_again(voice) < 0) {
		sound_stop(voice->sound);
		end(voice);
	}
}

/* One sentence after the other, till one is on its way from the child. */
static void make_next(struct voice *voice)
{
	while (voice->next < voice->n) {
		const struct speech *speech = &voice->sentences[voice->next++];
		char problem[CLIPS_PROBLEM_SIZE], text[SPEECH_TEXT_SIZE];
		if (voice->clips) {
			if (clips_say(voice->clips, speech, &voice->pcm,
				      problem) == 0)
				continue;
			complain(voice, problem);
		}
		speech_text(speech, text);
		int r = synth_start(voice->synth,
				    synth_voice(voice, speech->language), text);
		if (r == 0)
			return; /* on_made() goes on */
		snprintf(problem, sizeof(problem),
			 "espeak-ng cannot be started: %s", strerror(-r));
		complain(voice, problem);
	}
	play(voice);
}

static void on_made(void *arg, int r, const uint8_t *wav, size_t length)
{
	struct voice *voice = arg;
	char problem[PROBLEM_SIZE];
	if (voice->state != VOICE_MAKING)
		return;
	if (r == 0)
		r = pcm_add_wav(&voice->pcm, wav, length);
	if (r == 0)
		r = pcm_add_silence(&voice->pcm, BETWEEN_MS / 2);
	if (r < 0) {
		snprintf(problem, sizeof(problem), "espeak-ng: %s",
			 r == -EPIPE    ? "it fails"
			 : r == -EINVAL ? "it makes no sound"
					: strerror(-r));
		complain(voice, problem);
	}
	make_next(voice);
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	struct voice *voice = arg;
	bool late = clock_mono_ms() - voice->since_ms > VOICE_MOST_MS;
	if (late)
		sound_stop(voice->sound);
	if (late || !sound_playing(voice->sound) || look_again(voice) < 0)
		end(voice);
	return 0;
}

static bool begin(struct voice *voice, bool chime, int times)
{
	int r = 0;
	voice->next = 0;
	voice->times = times;
	voice->since_ms = clock_mono_ms();
	if (chime)
		r = pcm_add_chime(&voice->pcm);
	voice->spoken_from = voice->pcm.n;
	if (r < 0 || voice->n == 0) {
		pcm_free(&voice->pcm);
		return false;
	}
	voice->state = VOICE_MAKING;
	make_next(voice);
	return true;
}

static bool quiet_at(const struct config_display *display, int64_t wall_ms)
{
	struct hours_now now;
	if (hours_always(&display->quiet))
		return false; /* none are set */
	hours_at(&display->quiet, NULL, wall_ms, &now);
	return now.open;
}

bool voice_call(struct voice *voice, const struct model_call *call,
		int64_t wall_ms)
{
	const struct config_display *display = voice->options.display;
	struct speech_manner manner = voice_manner(display);
	const struct languages *languages = &voice->options.languages;
	if (voice->state != VOICE_SILENT)
		return false;
	if (quiet_at(display, wall_ms))
		return false;
	voice->n = 0;
	for (size_t i = 0; i < languages->n && i < SENTENCES; i++) {
		enum language language = languages->shown[i];
		const char *template = text_in(&display->announce, language);
		speech_make(&voice->sentences[voice->n++], language, template,
			    call->ticket, (unsigned)call->counter, &manner);
	}
	return begin(voice, true, display->times);
}

bool voice_say(struct voice *voice, const char *text)
{
	struct speech_manner manner = voice_manner(voice->options.display);
	if (voice->state != VOICE_SILENT)
		return false;
	voice->n = 1;
	speech_make(&voice->sentences[0], voice->options.languages.shown[0],
		    text, "", 0, &manner);
	return begin(voice, false, 1);
}

bool voice_speaking(const struct voice *voice)
{
	return voice->state != VOICE_SILENT;
}

bool voice_failed(const struct voice *voice)
{
	return voice->problem[0] != '\0';
}

static void open_clips(struct voice *voice)
{
	char problem[CLIPS_PROBLEM_SIZE];
	const char *folder = voice->options.display->voice;
	if (folder[0] == '/' && clips_open(folder, &voice->clips, problem) < 0)
		complain(voice, problem); /* espeak-ng speaks */
}

int voice_new(sd_event *event, const struct voice_options *options,
	      void (*done)(void *arg), void *arg, struct voice **out)
{
	*out = NULL;
	struct voice *voice = calloc(1, sizeof(*voice));
	if (!voice)
		return -ENOMEM;
	voice->event = sd_event_ref(event);
	voice->options = *options;
	voice->done = done;
	voice->arg = arg;
	voice->sound = sound_new();
	int r = voice->sound ? 0 : -ENOMEM;
	if (r == 0)
		r = synth_new(event, options->program, 0, on_made, voice,
			      &voice->synth);
	if (r == 0)
		r = sd_event_add_time_relative(event, &voice->timer,
					       CLOCK_MONOTONIC, 0, 20000,
					       on_time, voice);
	if (r >= 0)
		r = sd_event_source_set_enabled(voice->timer, SD_EVENT_OFF);
	if (r < 0) {
		voice_free(voice);
		return r;
	}
	open_clips(voice);
	*out = voice;
	return 0;
}

void voice_free(struct voice *voice)
{
	if (!voice)
		return;
	synth_free(voice->synth);
	sound_free(voice->sound);
	clips_free(voice->clips);
	pcm_free(&voice->pcm);
	sd_event_source_disable_unref(voice->timer);
	sd_event_unref(voice->event);
	free(voice);
}
