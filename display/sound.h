/* SPDX-License-Identifier: MIT */
/*
 * The loudspeaker: SDL's audio queue. Opened when something is first played
 * and again after it was lost, so a television that is switched on late is no
 * matter.
 */
#ifndef KIOSK_SOUND_H
#define KIOSK_SOUND_H

#include <stdbool.h>

#include "display/pcm.h"

struct sound;

/* NULL: out of memory. */
struct sound *sound_new(void);
void sound_free(struct sound *sound); /* stops at once */

/* -EIO with *why (static until the next call): there is no device. */
int sound_play(struct sound *sound, const struct pcm *pcm, const char **why)
    __attribute__((warn_unused_result));

bool sound_playing(const struct sound *sound);

void sound_stop(struct sound *sound);

#endif
