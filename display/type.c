/* SPDX-License-Identifier: MIT */
#include "display/type.h"

#include <SDL_ttf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Widths are measured once at this size and scaled: opening a font at every
 * size that is tried would throw its glyphs away each time.
 */
#define MEASURE_SIZE 128

#define ELLIPSIS "…"

struct face {
	TTF_Font *measure; /* always at MEASURE_SIZE */
	TTF_Font *render;  /* at the size of what was rendered last */
	int render_size;
	int ascent, descent, capitals; /* at MEASURE_SIZE */
};

struct type {
	struct face faces[FONT_WEIGHTS];
	bool started;
};

static TTF_Font *open_font(const struct font_files *files, int weight)
{
	TTF_Font *font = TTF_OpenFontIndex(files->path[weight], MEASURE_SIZE,
					   files->face[weight]);
	if (!font)
		return NULL;
	/* Crisp horizontal strokes, and widths that scale. */
	TTF_SetFontHinting(font, TTF_HINTING_LIGHT);
	if (weight == FONT_BOLD && files->bold_is_regular)
		TTF_SetFontStyle(font, TTF_STYLE_BOLD);
	return font;
}

static int open_face(struct face *face, const struct font_files *files,
		     int weight)
{
	face->measure = open_font(files, weight);
	face->render = open_font(files, weight);
	if (!face->measure || !face->render)
		return -EIO;
	face->render_size = MEASURE_SIZE;
	face->ascent = TTF_FontAscent(face->measure);
	face->descent = -TTF_FontDescent(face->measure);
	int top;
	if (TTF_GlyphMetrics32(face->measure, '0', NULL, NULL, NULL, &top,
			       NULL) < 0 ||
	    top <= 0)
		top = face->ascent * 2 / 3;
	face->capitals = top;
	return 0;
}

int type_new(const struct font_files *files, struct type **out,
	     const char **why)
{
	struct type *type = calloc(1, sizeof(*type));
	*out = NULL;
	*why = "out of memory";
	if (!type)
		return -ENOMEM;
	int r = TTF_Init() < 0 ? -EIO : 0;
	type->started = r == 0;
	for (int i = 0; r == 0 && i < FONT_WEIGHTS; i++)
		r = open_face(&type->faces[i], files, i);
	if (r < 0) {
		*why = TTF_GetError();
		type_free(type);
		return r;
	}
	*out = type;
	return 0;
}

void type_free(struct type *type)
{
	if (!type)
		return;
	for (int i = 0; i < FONT_WEIGHTS; i++) {
		if (type->faces[i].measure)
			TTF_CloseFont(type->faces[i].measure);
		if (type->faces[i].render)
			TTF_CloseFont(type->faces[i].render);
	}
	if (type->started)
		TTF_Quit(); /* counts its callers */
	free(type);
}

static int scaled(int at_measure, int size)
{
	return (at_measure * size + MEASURE_SIZE - 1) / MEASURE_SIZE;
}

int type_ascent(const struct type *type, enum font_weight weight, int size)
{
	return scaled(type->faces[weight].ascent, size);
}

int type_descent(const struct type *type, enum font_weight weight, int size)
{
	return scaled(type->faces[weight].descent, size);
}

int type_pitch(const struct type *type, enum font_weight weight, int size)
{
	/* Less than the sum loses the mark on a capital below a "ộ". */
	return scaled(type->faces[weight].ascent + type->faces[weight].descent,
		      size * 95 / 100);
}

int type_capitals(const struct type *type, enum font_weight weight, int size)
{
	return scaled(type->faces[weight].capitals, size);
}

int type_size_for(const struct type *type, enum font_weight weight,
		  int capitals)
{
	int size = capitals * MEASURE_SIZE / type->faces[weight].capitals;
	return size < 1 ? 1 : size;
}

static TTF_Font *font_at(struct type *type, enum font_weight weight, int size)
{
	struct face *face = &type->faces[weight];
	if (face->render_size != size) {
		if (TTF_SetFontSize(face->render, size) < 0)
			return NULL;
		face->render_size = size;
	}
	return face->render;
}

SDL_Surface *type_render(struct type *type, enum font_weight weight, int size,
			 const char *line, SDL_Color colour)
{
	TTF_Font *font = font_at(type, weight, size);
	return font ? TTF_RenderUTF8_Blended(font, line, colour) : NULL;
}

/* ---- breaking ---- */

struct word {
	const char *at;
	size_t length;
	int width; /* at MEASURE_SIZE */
};

#define WORDS 96 /* what follows them is one last word */

struct words_of {
	struct word words[WORDS];
	size_t n;
	int space; /* at MEASURE_SIZE */
};

static int width_of(TTF_Font *font, const char *text, size_t length)
{
	char copy[TYPE_LINE_SIZE];
	if (length >= sizeof(copy))
		length = sizeof(copy) - 1;
	memcpy(copy, text, length);
	copy[length] = '\0';
	int width = 0;
	if (length == 0 || TTF_SizeUTF8(font, copy, &width, NULL) < 0)
		return 0;
	return width;
}

/* The length of a dash that stands alone: it stays with the word before it,
 * since no line begins with one. */
static size_t lone_dash(const char *text)
{
	size_t spaces = strspn(text, " ");
	const char *dash = text + spaces;
	size_t n = strncmp(dash, "–", 3) == 0 || strncmp(dash, "—", 3) == 0
		       ? 3
		       : strspn(dash, "-/&");
	if (spaces == 0 || n == 0 || (dash[n] != ' ' && dash[n] != '\0'))
		return 0;
	return spaces + n;
}

static void split(TTF_Font *font, const char *text, struct words_of *out)
{
	out->n = 0;
	out->space = width_of(font, " ", 1);
	for (;;) {
		text += strspn(text, " ");
		if (!*text)
			return;
		struct word *word = &out->words[out->n++];
		word->at = text;
		word->length =
		    out->n == WORDS ? strlen(text) : strcspn(text, " ");
		word->length += lone_dash(text + word->length);
		word->width = width_of(font, text, word->length);
		text += word->length;
		if (out->n == WORDS)
			return;
	}
}

/* The first words that fit width, at least one; *used: their width. */
static size_t fill_line(const struct words_of *words, size_t from, int width,
			int *used)
{
	size_t n = 1;
	*used = words->words[from].width;
	while (from + n < words->n) {
		int more = *used + words->space + words->words[from + n].width;
		if (more > width)
			break;
		*used = more;
		n++;
	}
	return n;
}

/* How many lines that wide it takes; TYPE_LINES + 1: more, or too long a
 * word. */
static int count_lines(const struct words_of *words, int width)
{
	int lines = 0;
	for (size_t i = 0; i < words->n;) {
		int used;
		if (lines == TYPE_LINES)
			return TYPE_LINES + 1;
		i += fill_line(words, i, width, &used);
		if (used > width)
			return TYPE_LINES + 1;
		lines++;
	}
	return lines;
}

/* The narrowest width that takes no more lines: lines of even length. */
static int balance(const struct words_of *words, int lines, int width)
{
	int low = 0, high = width;
	while (high - low > 1) {
		int middle = low + (high - low) / 2;
		if (count_lines(words, middle) <= lines)
			high = middle;
		else
			low = middle;
	}
	return high;
}

/* Words joined by one space, as much as a line holds. */
static void join(const struct words_of *words, size_t from, size_t n,
		 char line[TYPE_LINE_SIZE])
{
	size_t length = 0;
	for (size_t i = from; i < from + n; i++) {
		const struct word *word = &words->words[i];
		size_t space = i > from;
		if (length + space + word->length >= TYPE_LINE_SIZE)
			break;
		if (space)
			line[length++] = ' ';
		memcpy(line + length, word->at, word->length);
		length += word->length;
	}
	line[length] = '\0';
}

static void fill(const struct words_of *words, int width,
		 struct type_setting *out)
{
	out->n_lines = 0;
	for (size_t i = 0; i < words->n && out->n_lines < TYPE_LINES;) {
		int used;
		size_t n = fill_line(words, i, width, &used);
		join(words, i, n, out->lines[out->n_lines++]);
		i += n;
	}
}

/* Takes whole characters off the end until it and an ellipsis fit. */
static void cut_line(TTF_Font *font, char line[TYPE_LINE_SIZE], int w)
{
	size_t length = strlen(line);
	if (length > TYPE_LINE_SIZE - sizeof(ELLIPSIS))
		length = TYPE_LINE_SIZE - sizeof(ELLIPSIS);
	for (;;) {
		while (length > 0 && (line[length] & 0xC0) == 0x80)
			length--;
		while (length > 0 && line[length - 1] == ' ')
			length--;
		memcpy(line + length, ELLIPSIS, sizeof(ELLIPSIS));
		if (length == 0 || width_of(font, line, strlen(line)) <= w)
			return;
		length--;
	}
}

/* As much as there is room for, the last line cut. */
static void cut(struct type *type, const struct words_of *words,
		const struct type_wish *wish, int allowed,
		struct type_setting *out)
{
	TTF_Font *font = font_at(type, wish->weight, out->size);
	int width = wish->w * MEASURE_SIZE / out->size;
	size_t i = 0;
	out->n_lines = 0;
	out->cut = true;
	while (i < words->n && out->n_lines < allowed) {
		int used;
		char *line = out->lines[out->n_lines++];
		size_t n = fill_line(words, i, width, &used);
		bool last = out->n_lines == allowed || used > width;
		join(words, i, last ? words->n - i : n, line);
		if (last && font)
			cut_line(font, line, wish->w);
		if (last)
			return;
		i += n;
	}
}

/* How many lines of that size the room has; 0: not one. */
static int lines_that_fit(const struct type *type, const struct type_wish *wish,
			  int size)
{
	if (wish->capitals)
		return type_capitals(type, wish->weight, size) <= wish->h;
	int one = type_ascent(type, wish->weight, size) +
		  type_descent(type, wish->weight, size);
	if (one > wish->h)
		return 0;
	int lines = 1 + (wish->h - one) / type_pitch(type, wish->weight, size);
	return lines < wish->max_lines ? lines : wish->max_lines;
}

/* Whether the lines as they will be drawn are as narrow as was reckoned. */
static bool narrow_enough(struct type *type, const struct type_wish *wish,
			  const struct type_setting *setting)
{
	TTF_Font *font = font_at(type, wish->weight, setting->size);
	for (int i = 0; font && i < setting->n_lines; i++)
		if (width_of(font, setting->lines[i],
			     strlen(setting->lines[i])) > wish->w)
			return false;
	return true;
}

void type_set(struct type *type, const char *text, const struct type_wish *wish,
	      struct type_setting *out)
{
	struct words_of words;
	split(type->faces[wish->weight].measure, text, &words);
	out->cut = false;
	out->n_lines = 0;
	out->size = wish->size;
	if (words.n == 0)
		return;
	for (;;) {
		int allowed = lines_that_fit(type, wish, out->size);
		int width = wish->w * MEASURE_SIZE / out->size;
		int lines = count_lines(&words, width);
		if (lines <= allowed) {
			fill(&words, balance(&words, lines, width), out);
			if (narrow_enough(type, wish, out))
				return;
		}
		if (out->size <= wish->min_size)
			break;
		int step = out->size / 24;
		out->size -= step > 1 ? step : 1;
		if (out->size < wish->min_size)
			out->size = wish->min_size;
	}
	int allowed = lines_that_fit(type, wish, out->size);
	cut(type, &words, wish, allowed > 1 ? allowed : 1, out);
}
