/* SPDX-License-Identifier: MIT */
/*
 * The voice: a chime, then the call in each language of the office, said so
 * many times; from recorded clips where the office has them all, else from
 * espeak-ng. One call at a time: who gives them (the stage) waits for
 * voice_speaking() to be false. Whatever is missing or hangs costs the voice
 * and nothing else, and is logged once.
 */
#ifndef KIOSK_VOICE_H
#define KIOSK_VOICE_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/config.h"
#include "display/board.h"
#include "display/speech.h"
#include "display/stage.h"

#define VOICE_MOST_MS 90000 /* what lasts longer is cut off */

struct voice;

struct voice_options {
	const struct config_display *display; /* outlives the voice */
	struct languages languages;
	const char *program; /* NULL: espeak-ng */
};

/* done is called after each call that was begun, when it is over. -ENOMEM or
 * the errno of sd-event. */
int voice_new(sd_event *event, const struct voice_options *options,
	      void (*done)(void *arg), void *arg, struct voice **out)
    __attribute__((warn_unused_result));
void voice_free(struct voice *voice);

/* Begins to call; nothing in quiet hours, or while another is spoken. True
 * where it has begun. */
bool voice_call(struct voice *voice, const struct model_call *call,
		int64_t wall_ms);

/* Begins to say a text in the office's first language, once. */
bool voice_say(struct voice *voice, const char *text);

bool voice_speaking(const struct voice *voice);

/* Whether anything went wrong since the start (it has been logged). */
bool voice_failed(const struct voice *voice);

/* How the office reads numbers, and in which region's words. */
struct speech_manner voice_manner(const struct config_display *display);

#endif
