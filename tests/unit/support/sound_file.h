/* SPDX-License-Identifier: MIT */
/* WAV files of one tone, for tests of the voice. */
#ifndef KIOSK_TESTS_SOUND_FILE_H
#define KIOSK_TESTS_SOUND_FILE_H

#include <stddef.h>
#include <stdint.h>

#define SOUND_HEADER 44

/* Writes a WAV of n frames to bytes (room: 44 + n * channels * 2); how long it
 * is. Every sample has this value. */
size_t sound_wav(uint8_t *bytes, int channels, int rate, size_t n,
		 int16_t value);

/* The same as a file, at 22050 Hz and in one channel. */
void sound_file(const char *path, size_t n, int16_t value);

#endif
