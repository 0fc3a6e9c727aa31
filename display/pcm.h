/* SPDX-License-Identifier: MIT */
/*
 * Sound in memory: one channel of 16-bit samples at PCM_RATE, which is what
 * espeak-ng makes. Any WAV of 16-bit PCM can be added. No device here.
 */
#ifndef KIOSK_PCM_H
#define KIOSK_PCM_H

#include <stddef.h>
#include <stdint.h>

#define PCM_RATE 22050
#define PCM_MOST ((size_t)PCM_RATE * 120) /* samples: two minutes */

struct pcm {
	int16_t *samples;
	size_t n, room;
};

/* Zeroed is empty. */
void pcm_free(struct pcm *pcm);

/* In all of these -ENOMEM, or -EFBIG where it would be longer than PCM_MOST;
 * then nothing was added. */
int pcm_add_silence(struct pcm *pcm, int ms)
    __attribute__((warn_unused_result));

/* Two notes, a third apart, that fade: "something is said now". */
int pcm_add_chime(struct pcm *pcm) __attribute__((warn_unused_result));

/* Its own samples from..from+n once more. */
int pcm_add_copy(struct pcm *pcm, size_t from, size_t n)
    __attribute__((warn_unused_result));

/* -EINVAL where bytes are no such WAV. A length in the header that runs past
 * the end (espeak-ng writes before it knows) counts up to the end. */
int pcm_add_wav(struct pcm *pcm, const uint8_t *bytes, size_t length)
    __attribute__((warn_unused_result));

/* percent: 0..100 */
void pcm_volume(struct pcm *pcm, int percent);

#endif
