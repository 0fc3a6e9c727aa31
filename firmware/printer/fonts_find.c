/* SPDX-License-Identifier: MIT */
#include "printer/fonts_find.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define U8(text) ((const FcChar8 *)(text))

static FcPattern *pattern_new(const char *family, int weight)
{
	FcPattern *pattern = FcPatternCreate();

	if (!pattern)
		return NULL;
	if (FcPatternAddString(pattern, FC_FAMILY, U8(family)) &&
	    FcPatternAddString(pattern, FC_LANG, U8("vi")) &&
	    FcPatternAddInteger(pattern, FC_WEIGHT, weight) &&
	    FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN) &&
	    FcPatternAddInteger(pattern, FC_WIDTH, FC_WIDTH_NORMAL) &&
	    FcPatternAddBool(pattern, FC_SCALABLE, FcTrue) &&
	    FcPatternAddBool(pattern, FC_COLOR, FcFalse))
		return pattern;
	FcPatternDestroy(pattern);
	return NULL;
}

/* A font has its family's name in several languages; any will do. */
static bool is_of_family(const FcPattern *font, const char *family)
{
	FcChar8 *name;

	for (int i = 0;
	     FcPatternGetString(font, FC_FAMILY, i, &name) == FcResultMatch;
	     i++)
		if (FcStrCmpIgnoreCase(name, U8(family)) == 0)
			return true;
	return false;
}

static int take_file(const FcPattern *font, struct font_file *out)
{
	FcChar8 *path;

	if (FcPatternGetString(font, FC_FILE, 0, &path) != FcResultMatch)
		return -ENOENT;
	if (FcPatternGetInteger(font, FC_INDEX, 0, &out->index) !=
	    FcResultMatch)
		out->index = 0;
	out->path = strdup((const char *)path);
	return out->path ? 0 : -ENOMEM;
}

static int take_name(const FcPattern *font, const char *family,
		     char **substitute)
{
	FcChar8 *name;

	if (is_of_family(font, family) ||
	    FcPatternGetString(font, FC_FAMILY, 0, &name) != FcResultMatch)
		return 0;
	*substitute = strdup((const char *)name);
	return *substitute ? 0 : -ENOMEM;
}

/* substitute may be NULL: then it is not asked for. */
static int match(FcConfig *config, const char *family, int weight,
		 struct font_file *out, char **substitute)
{
	FcResult result;
	int status = -ENOMEM;
	FcPattern *pattern = pattern_new(family, weight);

	if (!pattern)
		return status;
	if (!FcConfigSubstitute(config, pattern, FcMatchPattern))
		goto free_pattern;
	FcDefaultSubstitute(pattern);
	FcPattern *font = FcFontMatch(config, pattern, &result);
	if (!font) {
		status = -ENOENT;
		goto free_pattern;
	}
	status = take_file(font, out);
	if (status == 0 && substitute)
		status = take_name(font, family, substitute);
	FcPatternDestroy(font);
free_pattern:
	FcPatternDestroy(pattern);
	return status;
}

static int find_family(const char *family, struct font_file *regular,
		       struct font_file *bold, char **substitute)
{
	FcConfig *config = FcInitLoadConfigAndFonts();

	if (!config)
		return -ENOENT;
	int status =
	    match(config, family, FC_WEIGHT_REGULAR, regular, substitute);
	if (status == 0)
		status = match(config, family, FC_WEIGHT_BOLD, bold, NULL);
	/*
	 * It maps an index of every font on the machine, which a daemon that
	 * uses two of them need not keep.
	 */
	FcConfigDestroy(config);
	FcFini();
	return status;
}

static int find_path(const char *path, struct font_file *regular,
		     struct font_file *bold)
{
	static const char word[] = "Regular";

	if (access(path, R_OK) != 0)
		return -ENOENT;
	regular->path = strdup(path);
	if (!regular->path)
		return -ENOMEM;

	const char *name = strrchr(path, '/') + 1;
	const char *at = strstr(name, word);
	if (at && asprintf(&bold->path, "%.*sBold%s", (int)(at - path), path,
			   at + strlen(word)) < 0) {
		bold->path = NULL;
		return -ENOMEM;
	}
	if (bold->path && access(bold->path, R_OK) == 0)
		return 0;
	free(bold->path);
	bold->path = strdup(path);
	return bold->path ? 0 : -ENOMEM;
}

int fonts_find(const char *family, struct font_file *regular,
	       struct font_file *bold, char **substitute)
{
	*regular = *bold = (struct font_file){0};
	*substitute = NULL;
	int status = strchr(family, '/')
			 ? find_path(family, regular, bold)
			 : find_family(family, regular, bold, substitute);
	if (status == 0)
		return 0;
	free(regular->path);
	free(bold->path);
	free(*substitute);
	*regular = *bold = (struct font_file){0};
	*substitute = NULL;
	return status;
}
