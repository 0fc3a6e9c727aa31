/* SPDX-License-Identifier: MIT */
/* Which font files to use. fontconfig is asked once, then let go of. */
#ifndef KIOSK_PRINTER_FONTS_FIND_H
#define KIOSK_PRINTER_FONTS_FIND_H

struct font_file {
	char *path; /* malloc()ed */
	int index;  /* of the face in the file, as FT_New_Face() takes it */
};

/*
 * family: as slip_fonts_open() takes it. A path gives that file, and for bold
 * the file beside it that is named alike ("X-Regular.ttf": "X-Bold.ttf"), else
 * the same file. *substitute: the family that was taken instead, malloc()ed,
 * or NULL. -ENOENT, -ENOMEM.
 */
int fonts_find(const char *family, struct font_file *regular,
	       struct font_file *bold, char **substitute)
    __attribute__((warn_unused_result));

#endif
