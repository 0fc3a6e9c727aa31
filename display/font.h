/* SPDX-License-Identifier: MIT */
/*
 * From the name of a font to its files. Only this file asks fontconfig.
 */
#ifndef KIOSK_FONT_H
#define KIOSK_FONT_H

#include <stdbool.h>
#include <stddef.h>

enum font_weight { FONT_REGULAR, FONT_BOLD };
#define FONT_WEIGHTS 2

struct font_files {
	char *path[FONT_WEIGHTS];
	long face[FONT_WEIGHTS]; /* index in the file */
	bool bold_is_regular;    /* no bold face: it is thickened when drawn */
};

/*
 * name: a family ("Noto Sans") or a path to a file (it has a slash). Where the
 * family is not installed, the nearest font with Vietnamese letters is taken
 * and note says so in one line (else note is ""). -ENOENT where there is no
 * font at all or no such file, with note saying what to do.
 */
int font_find(const char *name, struct font_files *out, char *note,
	      size_t note_size) __attribute__((warn_unused_result));

void font_files_clear(struct font_files *files);

#endif
