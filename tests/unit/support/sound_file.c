/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/sound_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put(uint8_t *at, uint32_t value, int n)
{
	for (int i = 0; i < n; i++, value >>= 8)
		at[i] = (uint8_t)value;
}

size_t sound_wav(uint8_t *bytes, int channels, int rate, size_t n,
		 int16_t value)
{
	size_t data = n * (size_t)channels * 2;
	memset(bytes, 0, SOUND_HEADER);
	memcpy(bytes, "RIFF", 4);
	put(bytes + 4, (uint32_t)(data + 36), 4);
	memcpy(bytes + 8, "WAVEfmt ", 8);
	put(bytes + 16, 16, 4);
	put(bytes + 20, 1, 2);
	put(bytes + 22, (uint32_t)channels, 2);
	put(bytes + 24, (uint32_t)rate, 4);
	put(bytes + 28, (uint32_t)(rate * channels * 2), 4);
	put(bytes + 32, (uint32_t)channels * 2, 2);
	put(bytes + 34, 16, 2);
	memcpy(bytes + 36, "data", 4);
	put(bytes + 40, (uint32_t)data, 4);
	for (size_t i = 0; i < data; i += 2)
		put(bytes + SOUND_HEADER + i, (uint16_t)value, 2);
	return SOUND_HEADER + data;
}

void sound_file(const char *path, size_t n, int16_t value)
{
	uint8_t *bytes = malloc(SOUND_HEADER + n * 2);
	FILE *file = fopen(path, "we");
	assert_non_null(bytes);
	assert_non_null(file);
	size_t length = sound_wav(bytes, 1, 22050, n, value);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	free(bytes);
}
