/* SPDX-License-Identifier: MIT */
#include "display/font.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

void font_files_clear(struct font_files *files)
{
	for (int i = 0; i < FONT_WEIGHTS; i++)
		free(files->path[i]);
	memset(files, 0, sizeof(*files));
}

static int from_path(const char *path, struct font_files *out, char *note,
		     size_t note_size)
{
	if (access(path, R_OK) != 0) {
		snprintf(note, note_size,
			 "display.font: \"%s\": %s: name a font file that can "
			 "be read, or a family such as \"Noto Sans\"",
			 path, strerror(errno));
		return -ENOENT;
	}
	int faces = 0;
	FcPattern *found =
	    FcFreeTypeQuery((const FcChar8 *)path, 0, NULL, &faces);
	if (!found) {
		snprintf(note, note_size,
			 "display.font: \"%s\": no font file: name a .ttf or "
			 ".otf file, or a family such as \"Noto Sans\"",
			 path);
		return -ENOENT;
	}
	FcPatternDestroy(found);
	for (int i = 0; i < FONT_WEIGHTS; i++) {
		out->path[i] = strdup(path);
		if (!out->path[i])
			return -ENOMEM;
	}
	out->bold_is_regular = true;
	return 0;
}

static bool has_family(const FcPattern *match, const char *family)
{
	FcChar8 *found;
	for (int i = 0;
	     FcPatternGetString(match, FC_FAMILY, i, &found) == FcResultMatch;
	     i++)
		if (strcasecmp((const char *)found, family) == 0)
			return true;
	return false;
}

/* The best match for a family in a weight, with Vietnamese letters. */
static FcPattern *match(FcConfig *config, const char *family, int weight)
{
	FcPattern *wanted = FcPatternCreate();
	if (!wanted)
		return NULL;
	FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)family);
	FcPatternAddString(wanted, FC_LANG, (const FcChar8 *)"vi");
	FcPatternAddInteger(wanted, FC_WEIGHT, weight);
	FcPatternAddInteger(wanted, FC_SLANT, FC_SLANT_ROMAN);
	FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
	FcConfigSubstitute(config, wanted, FcMatchPattern);
	FcDefaultSubstitute(wanted);
	FcResult result;
	FcPattern *found = FcFontMatch(config, wanted, &result);
	FcPatternDestroy(wanted);
	return found;
}

static int take(const FcPattern *found, enum font_weight weight,
		struct font_files *out)
{
	FcChar8 *path;
	int face = 0;
	if (FcPatternGetString(found, FC_FILE, 0, &path) != FcResultMatch)
		return -ENOENT;
	(void)FcPatternGetInteger(found, FC_INDEX, 0, &face);
	out->path[weight] = strdup((const char *)path);
	out->face[weight] = face;
	return out->path[weight] ? 0 : -ENOMEM;
}

static int from_family(FcConfig *config, const char *family,
		       struct font_files *out, char *note, size_t note_size)
{
	static const int weights[FONT_WEIGHTS] = {
	    [FONT_REGULAR] = FC_WEIGHT_REGULAR,
	    [FONT_BOLD] = FC_WEIGHT_BOLD,
	};
	int r = 0;
	for (int i = 0; r == 0 && i < FONT_WEIGHTS; i++) {
		FcPattern *found = match(config, family, weights[i]);
		r = found ? take(found, (enum font_weight)i, out) : -ENOENT;
		FcChar8 *name;
		if (r == 0 && i == FONT_REGULAR && !has_family(found, family) &&
		    FcPatternGetString(found, FC_FAMILY, 0, &name) ==
			FcResultMatch)
			snprintf(note, note_size,
				 "display.font: \"%s\" is not installed: using "
				 "\"%s\"; install fonts-noto-core or name "
				 "another family",
				 family, (const char *)name);
		if (found)
			FcPatternDestroy(found);
	}
	if (r == -ENOENT)
		snprintf(note, note_size,
			 "display.font: \"%s\": no font is installed: install "
			 "fonts-noto-core",
			 family);
	if (r == 0)
		out->bold_is_regular =
		    strcmp(out->path[FONT_REGULAR], out->path[FONT_BOLD]) ==
			0 &&
		    out->face[FONT_REGULAR] == out->face[FONT_BOLD];
	return r;
}

int font_find(const char *name, struct font_files *out, char *note,
	      size_t note_size)
{
	memset(out, 0, sizeof(*out));
	note[0] = '\0';
	int r;
	if (strchr(name, '/')) {
		r = from_path(name, out, note, note_size);
	} else {
		/* A configuration of our own, so that all of it goes again. */
		FcConfig *config = FcInitLoadConfigAndFonts();
		r = config ? from_family(config, name, out, note, note_size)
			   : -ENOMEM;
		if (config)
			FcConfigDestroy(config);
	}
	if (r < 0)
		font_files_clear(out);
	return r;
}
