/* SPDX-License-Identifier: MIT */
/*
 * What the fuzz targets share. A target is one fuzz_<name>.c with libFuzzer's
 * LLVMFuzzerTestOneInput(); what must hold of any input is said by
 * FUZZ_CHECK(), and a sanitizer says the rest. See test-fuzz for how they run.
 */
#ifndef KIOSK_TEST_FUZZ_H
#define KIOSK_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold: says so and aborts, as a crash does. */
#define FUZZ_CHECK(holds, ...)                                              \
	do {                                                                \
		if (!(holds))                                               \
			fuzz_fail(__FILE__, __LINE__, #holds, __VA_ARGS__); \
	} while (0)
_Noreturn void fuzz_fail(const char *file, int line, const char *what,
			 const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Once, from LLVMFuzzerInitialize(): Vietnam's zone, and the product's log to
 * nowhere, while what fuzz_fail() says is still seen.
 */
void fuzz_start(void);

/* A directory of the process's own, removed with all in it when it ends. */
const char *fuzz_directory(void);
/* Empties it. */
void fuzz_clear_directory(void);

/* The bytes as a file, under a name that stays the same; rewritten by the next
 * call. */
const char *fuzz_file(const void *bytes, size_t size);

/* UTF-8, and no control character: what may be shown on one line. */
bool fuzz_is_line(const char *text);

/* An input, taken apart from its front. What is missing is zero, or empty. */
struct fuzz_input {
	const uint8_t *at;
	size_t left;
};
uint8_t fuzz_byte(struct fuzz_input *input);
int64_t fuzz_number(struct fuzz_input *input, unsigned bytes);
/* Up to the next zero byte, or the end: malloc()ed. */
char *fuzz_text(struct fuzz_input *input);

#endif
