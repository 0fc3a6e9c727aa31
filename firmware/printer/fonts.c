/* SPDX-License-Identifier: MIT */
#include "printer/fonts.h"

#include <errno.h>
#include <ft2build.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_SIZES_H
#include FT_TRUETYPE_TABLES_H
#include <harfbuzz/hb-ft.h>
#include <harfbuzz/hb.h>

#include "printer/fonts_find.h"

/*
 * A slip uses about a dozen sizes; codes of other lengths bring a few more.
 * HarfBuzz keeps the advances of a size, so a size is worth keeping.
 */
#define MAX_SIZES 24
#define MAX_GLYPHS 512 /* a power of two; slots are twice as many */
#define MAX_GLYPH_BYTES (192 * 1024)
#define SLOTS (2 * MAX_GLYPHS)
#define FACES 2

#define LOAD_FLAGS (FT_LOAD_TARGET_MONO | FT_LOAD_NO_BITMAP)

struct size {
	struct font_style style;
	uint32_t id; /* never used again, so that kept glyphs cannot mix */
	uint64_t used;
	FT_Size size;
	hb_font_t *font;
};

struct kept_glyph {
	uint32_t size_id, glyph_id;
	struct glyph_picture picture;
	uint8_t *bits; /* owned; NULL with no glyph or an empty one */
	bool taken;
};

struct slip_fonts {
	FT_Library library;
	FT_Face faces[FACES]; /* by enum font_weight */
	hb_buffer_t *buffer;
	hb_language_t language;
	struct size sizes[MAX_SIZES];
	size_t n_sizes;
	uint32_t next_id;
	uint64_t clock; /* counts uses, to find the size used longest ago */
	struct kept_glyph *glyphs;
	size_t n_glyphs, glyph_bytes;
};

static void forget_glyphs(struct slip_fonts *fonts)
{
	for (size_t i = 0; i < SLOTS; i++)
		free(fonts->glyphs[i].bits);
	memset(fonts->glyphs, 0, SLOTS * sizeof(*fonts->glyphs));
	fonts->n_glyphs = 0;
	fonts->glyph_bytes = 0;
}

static void size_close(struct size *size)
{
	hb_font_destroy(size->font);
	FT_Done_Size(size->size);
	*size = (struct size){0};
}

void slip_fonts_close(struct slip_fonts *fonts)
{
	if (!fonts)
		return;
	if (fonts->glyphs)
		forget_glyphs(fonts);
	free(fonts->glyphs);
	for (size_t i = 0; i < fonts->n_sizes; i++)
		size_close(&fonts->sizes[i]);
	hb_buffer_destroy(fonts->buffer);
	for (size_t i = 0; i < FACES; i++)
		FT_Done_Face(fonts->faces[i]);
	FT_Done_FreeType(fonts->library);
	free(fonts);
}

/* FreeType's errors are of its own kind; only this one matters apart. */
static int errno_of(FT_Error error)
{
	if (error == FT_Err_Ok)
		return 0;
	return error == FT_Err_Out_Of_Memory ? -ENOMEM : -ENOENT;
}

static int open_face(struct slip_fonts *fonts, enum font_weight weight,
		     const struct font_file *file)
{
	FT_Face *face = &fonts->faces[weight];
	int status = errno_of(
	    FT_New_Face(fonts->library, file->path, file->index, face));

	if (status == 0 && !FT_IS_SCALABLE(*face))
		return -ENOENT;
	return status;
}

static int open_faces(struct slip_fonts *fonts, const char *family,
		      char **substitute)
{
	struct font_file regular, bold;
	int status = fonts_find(family, &regular, &bold, substitute);

	if (status != 0)
		return status;
	status = open_face(fonts, FONT_REGULAR, &regular);
	if (status == 0)
		status = open_face(fonts, FONT_BOLD, &bold);
	free(regular.path);
	free(bold.path);
	if (status == 0)
		return 0;
	for (size_t i = 0; i < FACES; i++) {
		FT_Done_Face(fonts->faces[i]);
		fonts->faces[i] = NULL;
	}
	free(*substitute);
	*substitute = NULL;
	return status;
}

/* A file that is missing, or no font, is replaced as a family would be. */
static int open_some_faces(struct slip_fonts *fonts, const char *family,
			   char **substitute)
{
	static const char fallback[] = "Noto Sans";
	int status = open_faces(fonts, family, substitute);

	if (status != -ENOENT || !strchr(family, '/'))
		return status;
	status = open_faces(fonts, fallback, substitute);
	if (status == 0 && !*substitute) {
		*substitute = strdup(fallback);
		if (!*substitute)
			return -ENOMEM;
	}
	return status;
}

int slip_fonts_open(const char *family, struct slip_fonts **out,
		    char **substitute)
{
	char *instead = NULL;
	int status = -ENOMEM;
	struct slip_fonts *fonts = calloc(1, sizeof(*fonts));

	*out = NULL;
	if (substitute)
		*substitute = NULL;
	if (!fonts)
		return -ENOMEM;
	fonts->glyphs = calloc(SLOTS, sizeof(*fonts->glyphs));
	fonts->buffer = hb_buffer_create();
	/*
	 * Always Vietnamese, also for English: names are Vietnamese in both,
	 * and a font may draw its stacked marks for this language alone.
	 */
	fonts->language = hb_language_from_string("vi", -1);
	if (!fonts->glyphs || !hb_buffer_allocation_successful(fonts->buffer))
		goto fail;
	status = errno_of(FT_Init_FreeType(&fonts->library));
	if (status == 0)
		status = open_some_faces(fonts, family, &instead);
	if (status != 0)
		goto fail;
	if (substitute)
		*substitute = instead;
	else
		free(instead);
	*out = fonts;
	return 0;

fail:
	free(instead);
	slip_fonts_close(fonts);
	return status;
}

static bool same_style(struct font_style a, struct font_style b)
{
	return a.weight == b.weight && a.em == b.em && a.em_width == b.em_width;
}

static int size_open(struct slip_fonts *fonts, struct font_style style,
		     struct size *size)
{
	FT_Face face = fonts->faces[style.weight];
	int status = errno_of(FT_New_Size(face, &size->size));

	if (status != 0)
		return status;
	status = errno_of(FT_Activate_Size(size->size));
	if (status == 0)
		status =
		    errno_of(FT_Set_Pixel_Sizes(face, (FT_UInt)style.em_width,
						(FT_UInt)style.em));
	if (status != 0) {
		FT_Done_Size(size->size);
		return status;
	}
	size->font = hb_ft_font_create_referenced(face);
	hb_ft_font_set_load_flags(size->font, LOAD_FLAGS);
	size->style = style;
	size->id = fonts->next_id++;
	return 0;
}

static struct size *least_used(struct slip_fonts *fonts)
{
	struct size *found = &fonts->sizes[0];

	for (size_t i = 1; i < fonts->n_sizes; i++)
		if (fonts->sizes[i].used < found->used)
			found = &fonts->sizes[i];
	return found;
}

/* Finds or opens the size, and makes it the one that its face draws in. */
static int use_size(struct slip_fonts *fonts, struct font_style style,
		    struct size **out)
{
	for (size_t i = 0; i < fonts->n_sizes; i++) {
		struct size *size = &fonts->sizes[i];
		if (!same_style(size->style, style))
			continue;
		size->used = ++fonts->clock;
		*out = size;
		return errno_of(FT_Activate_Size(size->size));
	}

	if (style.em < 4 || style.em > 512 || style.em_width < 4 ||
	    style.em_width > 512)
		return -EINVAL;
	struct size opened = {0};
	int status = size_open(fonts, style, &opened);
	if (status != 0)
		return status;
	struct size *place = fonts->sizes + fonts->n_sizes;
	if (fonts->n_sizes == MAX_SIZES) {
		place = least_used(fonts);
		size_close(place);
		/* FT_Done_Size() may have taken the face's active size. */
		status = errno_of(FT_Activate_Size(opened.size));
	} else {
		fonts->n_sizes++;
	}
	opened.used = ++fonts->clock;
	*place = opened;
	*out = place;
	return status;
}

static void fill_buffer(struct slip_fonts *fonts, const char *text)
{
	unsigned n;

	hb_buffer_reset(fonts->buffer);
	hb_buffer_add_utf8(fonts->buffer, text, -1, 0, -1);
	hb_buffer_set_direction(fonts->buffer, HB_DIRECTION_LTR);
	hb_buffer_set_script(fonts->buffer, HB_SCRIPT_LATIN);
	hb_buffer_set_language(fonts->buffer, fonts->language);

	hb_glyph_info_t *infos = hb_buffer_get_glyph_infos(fonts->buffer, &n);
	for (unsigned i = 0; i < n; i++)
		if (infos[i].codepoint < 0x20 || infos[i].codepoint == 0x7f)
			infos[i].codepoint = ' ';
}

static int whole_dots(int64_t in_64ths)
{
	return (int)((in_64ths + 32) >> 6);
}

static int take_run(hb_buffer_t *buffer, struct glyph_run *out)
{
	unsigned n;
	const hb_glyph_info_t *infos = hb_buffer_get_glyph_infos(buffer, &n);
	const hb_glyph_position_t *at =
	    hb_buffer_get_glyph_positions(buffer, NULL);
	int64_t pen = 0;

	out->n = n;
	out->glyphs = malloc((n ? n : 1) * sizeof(*out->glyphs));
	if (!out->glyphs)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++) {
		struct placed_glyph *glyph = &out->glyphs[i];
		glyph->id = infos[i].codepoint;
		glyph->cluster = infos[i].cluster;
		glyph->x = whole_dots(pen + at[i].x_offset);
		glyph->rise = whole_dots(at[i].y_offset);
		pen += at[i].x_advance;
		glyph->end = whole_dots(pen);
	}
	return 0;
}

int fonts_shape(struct slip_fonts *fonts, struct font_style style,
		const char *text, struct glyph_run *out)
{
	struct size *size;
	int status = use_size(fonts, style, &size);

	*out = (struct glyph_run){0};
	if (status != 0)
		return status == -ENOENT ? -EIO : status;
	fill_buffer(fonts, text);
	hb_shape(size->font, fonts->buffer, NULL, 0);
	if (!hb_buffer_allocation_successful(fonts->buffer))
		return -ENOMEM;
	return take_run(fonts->buffer, out);
}

void glyph_run_free(struct glyph_run *run)
{
	free(run->glyphs);
	*run = (struct glyph_run){0};
}

static struct kept_glyph *find_slot(struct slip_fonts *fonts, uint32_t size_id,
				    uint32_t glyph_id)
{
	uint32_t hash = (size_id * 0x9e3779b1u) ^ (glyph_id * 0x85ebca6bu);
	size_t at = (hash >> 16) ^ hash;

	/* Never more than half full, so there is always a free slot. */
	for (;; at++) {
		struct kept_glyph *slot = &fonts->glyphs[at % SLOTS];
		if (!slot->taken ||
		    (slot->size_id == size_id && slot->glyph_id == glyph_id))
			return slot;
	}
}

static int draw_glyph(FT_Face face, uint32_t id, struct kept_glyph *out)
{
	int status = errno_of(FT_Load_Glyph(face, id, LOAD_FLAGS));

	if (status == 0)
		status =
		    errno_of(FT_Render_Glyph(face->glyph, FT_RENDER_MODE_MONO));
	if (status != 0)
		return status;
	const FT_Bitmap *bitmap = &face->glyph->bitmap;
	if (bitmap->width == 0 || bitmap->rows == 0)
		return 0;
	if (bitmap->pixel_mode != FT_PIXEL_MODE_MONO || bitmap->pitch < 0)
		return -EIO;

	size_t bytes = (size_t)bitmap->rows * (size_t)bitmap->pitch;
	out->bits = malloc(bytes);
	if (!out->bits)
		return -ENOMEM;
	memcpy(out->bits, bitmap->buffer, bytes);
	out->picture = (struct glyph_picture){
	    .left = face->glyph->bitmap_left,
	    .top = -face->glyph->bitmap_top,
	    .width = (int)bitmap->width,
	    .height = (int)bitmap->rows,
	    .stride = (size_t)bitmap->pitch,
	    .bits = out->bits,
	};
	return 0;
}

int fonts_picture(struct slip_fonts *fonts, struct font_style style,
		  uint32_t id, struct glyph_picture *out)
{
	struct size *size;
	int status = use_size(fonts, style, &size);

	*out = (struct glyph_picture){0};
	if (status != 0)
		return status == -ENOENT ? -EIO : status;
	struct kept_glyph *slot = find_slot(fonts, size->id, id);
	if (slot->taken) {
		*out = slot->picture;
		return 0;
	}

	struct kept_glyph drawn = {.size_id = size->id,
				   .glyph_id = id,
				   .taken = true};
	status = draw_glyph(fonts->faces[style.weight], id, &drawn);
	if (status != 0)
		return status == -ENOENT ? -EIO : status;
	size_t bytes = (size_t)drawn.picture.height * drawn.picture.stride;
	if (fonts->n_glyphs >= MAX_GLYPHS ||
	    fonts->glyph_bytes + bytes > MAX_GLYPH_BYTES) {
		forget_glyphs(fonts);
		slot = find_slot(fonts, size->id, id);
	}
	*slot = drawn;
	fonts->n_glyphs++;
	fonts->glyph_bytes += bytes;
	*out = drawn.picture;
	return 0;
}

int fonts_capital_height(const struct slip_fonts *fonts,
			 enum font_weight weight)
{
	FT_Face face = fonts->faces[weight];
	const TT_OS2 *os2 = FT_Get_Sfnt_Table(face, FT_SFNT_OS2);
	int height = 0;

	/* Version 2 of the table brought the field. */
	if (os2 && os2->version != 0xffff && os2->version >= 2)
		height = os2->sCapHeight * 1000 / face->units_per_EM;
	return height >= 400 && height <= 1000 ? height : 700;
}

size_t fonts_kept(const struct slip_fonts *fonts, size_t *bytes)
{
	*bytes = fonts->glyph_bytes;
	return fonts->n_glyphs;
}
