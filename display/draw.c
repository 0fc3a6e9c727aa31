/* SPDX-License-Identifier: MIT */
#include "display/draw.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display/type.h"

#define KEPT_MAX 192 /* texts: a board has about 80 */

/* A text as it was set once, rendered. */
struct kept {
	uint64_t hash; /* of all that decides how it looks */
	char *text;
	struct type_wish wish;
	draw_colour colour;
	SDL_Surface *lines[TYPE_LINES];
	int n_lines, size;
	bool cut;
	size_t bytes;
	uint64_t used; /* when it was last drawn, in texts drawn */
};

struct draw {
	struct type *type;
	SDL_Surface *surface;
	struct box all;
	struct kept kept[KEPT_MAX];
	size_t max_bytes;
	uint64_t clock;
	struct draw_counts counts;
};

static void forget(struct draw *draw, struct kept *kept)
{
	for (int i = 0; i < kept->n_lines; i++)
		SDL_FreeSurface(kept->lines[i]);
	if (kept->text) {
		draw->counts.kept--;
		draw->counts.kept_bytes -= kept->bytes;
	}
	free(kept->text);
	memset(kept, 0, sizeof(*kept));
}

int draw_new(const struct font_files *files, struct draw **out,
	     const char **why)
{
	*out = NULL;
	*why = "out of memory";
	struct draw *draw = calloc(1, sizeof(*draw));
	if (!draw)
		return -ENOMEM;
	int r = type_new(files, &draw->type, why);
	if (r < 0) {
		free(draw);
		return r;
	}
	*out = draw;
	return 0;
}

void draw_free(struct draw *draw)
{
	if (!draw)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		forget(draw, &draw->kept[i]);
	type_free(draw->type);
	free(draw);
}

void draw_target(struct draw *draw, SDL_Surface *surface)
{
	draw->surface = surface;
	draw->all = (struct box){0, 0, surface->w, surface->h};
	/* A board's texts together cover about as many pixels as it has. */
	draw->max_bytes = (size_t)surface->w * (size_t)surface->h * 4;
}

struct draw_counts draw_counts(const struct draw *draw)
{
	return draw->counts;
}

/* ---- pixels ---- */

static uint32_t *row_of(const struct draw *draw, int y)
{
	char *pixels = draw->surface->pixels;
	return (uint32_t *)(void *)(pixels +
				    (ptrdiff_t)y * draw->surface->pitch);
}

/* part: 0..256 of b over a. Two channels at once. */
static uint32_t mix(uint32_t a, uint32_t b, uint32_t part)
{
	uint32_t rest = 256 - part;
	uint32_t red_blue =
	    (((a & 0xFF00FF) * rest + (b & 0xFF00FF) * part) >> 8) & 0xFF00FF;
	uint32_t green =
	    (((a & 0x00FF00) * rest + (b & 0x00FF00) * part) >> 8) & 0x00FF00;
	return 0xFF000000 | red_blue | green;
}

/* coverage 0..1 of a pixel that is known to be inside. */
static void touch_pixel(uint32_t *pixel, draw_colour colour, float coverage)
{
	if (coverage <= 0)
		return;
	uint32_t part = coverage >= 1 ? 256 : (uint32_t)(coverage * 256);
	*pixel = mix(*pixel, colour, part);
}

static void span(uint32_t *row, int from, int to, draw_colour colour)
{
	for (int x = from; x < to; x++)
		row[x] = 0xFF000000 | colour;
}

void draw_fill(struct draw *draw, struct box box, draw_colour colour)
{
	box = box_common(box, draw->all);
	for (int y = box.y; y < box.y + box.h; y++)
		span(row_of(draw, y), box.x, box.x + box.w, colour);
}

void draw_veil(struct draw *draw, struct box box, draw_colour colour,
	       uint8_t alpha)
{
	box = box_common(box, draw->all);
	uint32_t part = (uint32_t)alpha * 256 / 255;
	for (int y = box.y; y < box.y + box.h; y++) {
		uint32_t *row = row_of(draw, y);
		for (int x = box.x; x < box.x + box.w; x++)
			row[x] = mix(row[x], colour, part);
	}
}

/* How far (x, y), the middle of a pixel, is inside a corner's circle. */
static float corner_coverage(float dx, float dy, float radius)
{
	return radius - sqrtf(dx * dx + dy * dy) + 0.5F;
}

void draw_card(struct draw *draw, struct box box, int radius, draw_colour top,
	       draw_colour bottom)
{
	struct box seen = box_common(box, draw->all);
	radius = box_min(radius, box_min(box.w, box.h) / 2);
	float r = (float)radius;
	for (int y = seen.y; y < seen.y + seen.h; y++) {
		uint32_t *row = row_of(draw, y);
		uint32_t part =
		    box.h > 1 ? (uint32_t)((y - box.y) * 256 / (box.h - 1)) : 0;
		draw_colour colour = mix(top, bottom, part) & 0xFFFFFF;
		int into = box_min(y - box.y, box.y + box.h - 1 - y);
		int left = seen.x, right = seen.x + seen.w;
		if (into < radius) {
			float dy = r - (float)into - 0.5F;
			for (int i = 0; i < radius; i++) {
				float c =
				    corner_coverage(r - (float)i - 0.5F, dy, r);
				int x0 = box.x + i, x1 = box.x + box.w - 1 - i;
				if (x0 >= seen.x && x0 < seen.x + seen.w)
					touch_pixel(&row[x0], colour, c);
				if (x1 >= seen.x && x1 < seen.x + seen.w)
					touch_pixel(&row[x1], colour, c);
			}
			left = box_max(left, box.x + radius);
			right = box_min(right, box.x + box.w - radius);
		}
		span(row, left, right, colour);
	}
}

void draw_line(struct draw *draw, float x0, float y0, float x1, float y1,
	       float width, draw_colour colour)
{
	float r = width / 2;
	float dx = x1 - x0, dy = y1 - y0;
	float length2 = dx * dx + dy * dy;
	struct box box = {(int)(fminf(x0, x1) - r) - 1,
			  (int)(fminf(y0, y1) - r) - 1,
			  (int)(fabsf(dx) + width) + 4,
			  (int)(fabsf(dy) + width) + 4};
	box = box_common(box, draw->all);
	for (int y = box.y; y < box.y + box.h; y++) {
		uint32_t *row = row_of(draw, y);
		for (int x = box.x; x < box.x + box.w; x++) {
			float px = (float)x + 0.5F - x0;
			float py = (float)y + 0.5F - y0;
			float t =
			    length2 > 0 ? (px * dx + py * dy) / length2 : 0;
			t = fmaxf(0, fminf(1, t));
			px -= t * dx;
			py -= t * dy;
			touch_pixel(&row[x], colour,
				    r - sqrtf(px * px + py * py) + 0.5F);
		}
	}
}

void draw_arrow(struct draw *draw, struct box box, draw_colour colour)
{
	float size = (float)box_min(box.w, box.h);
	float width = size * 0.14F;
	float x = (float)box.x + (float)box.w / 2;
	float y = (float)box.y + (float)box.h / 2;
	float reach = size / 2 - width / 2, wing = size * 0.27F;
	draw_line(draw, x - reach, y, x + reach, y, width, colour);
	draw_line(draw, x + reach - wing, y - wing, x + reach, y, width,
		  colour);
	draw_line(draw, x + reach - wing, y + wing, x + reach, y, width,
		  colour);
}

/*
 * How far (x, y) lies outside of the star of radius 1 around the origin, up
 * being positive. It is folded into half a point (five axes of symmetry), whose
 * edge is one line.
 */
static float outside_star(float x, float y)
{
	const float c1 = 0.809016994F, s1 = 0.587785252F; /* 36 degrees */
	const float inner = 0.43F; /* of the dents; a drawn star has 0.38 */
	x = fabsf(x);
	for (int i = 0; i < 2; i++) {
		float side = i == 0 ? 1.0F : -1.0F;
		float d = fmaxf(side * c1 * x - s1 * y, 0) * 2;
		x -= d * side * c1;
		y += d * s1;
	}
	x = fabsf(x);
	y -= 1;
	float bx = inner * s1, by = inner * c1 - 1;
	float t = (x * bx + y * by) / (bx * bx + by * by);
	t = fmaxf(0, fminf(1, t));
	float dx = x - bx * t, dy = y - by * t;
	float distance = sqrtf(dx * dx + dy * dy);
	return y * bx - x * by > 0 ? distance : -distance;
}

void draw_star(struct draw *draw, struct box box, draw_colour colour)
{
	float radius = (float)box_min(box.w, box.h) / 2;
	float cx = (float)box.x + (float)box.w / 2;
	float cy = (float)box.y + (float)box.h / 2 + radius * 0.05F;
	struct box seen = box_common(box, draw->all);
	for (int y = seen.y; y < seen.y + seen.h; y++) {
		uint32_t *row = row_of(draw, y);
		for (int x = seen.x; x < seen.x + seen.w; x++) {
			float out =
			    outside_star(((float)x + 0.5F - cx) / radius,
					 (cy - (float)y - 0.5F) / radius);
			touch_pixel(&row[x], colour, 0.5F - out * radius);
		}
	}
}

void draw_picture(struct draw *draw, struct box box, SDL_Surface *picture)
{
	struct box at = box_middle(box, picture->w, picture->h);
	struct box seen = box_common(at, box);
	SDL_Rect from = {seen.x - at.x, seen.y - at.y, seen.w, seen.h};
	SDL_Rect to = {seen.x, seen.y, 0, 0};
	/* Fails for a lost surface only; the next frame says so. */
	(void)SDL_BlitSurface(picture, &from, draw->surface, &to);
}

/* ---- text ---- */

/* FNV-1a, a step. */
static uint64_t hash_more(uint64_t hash, uint32_t value)
{
	return (hash ^ value) * 0x100000001B3;
}

static bool same_wish(const struct type_wish *a, const struct type_wish *b)
{
	return a->weight == b->weight && a->size == b->size &&
	       a->min_size == b->min_size && a->w == b->w && a->h == b->h &&
	       a->max_lines == b->max_lines && a->capitals == b->capitals;
}

static uint64_t hash_of(const char *text, const struct type_wish *wish,
			draw_colour colour)
{
	const int parts[] = {(int)wish->weight, wish->size, wish->min_size,
			     wish->w,           wish->h,    wish->max_lines,
			     wish->capitals,    (int)colour};
	uint64_t hash = 0xCBF29CE484222325;
	for (const char *c = text; *c; c++)
		hash = hash_more(hash, (unsigned char)*c);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		hash = hash_more(hash, (uint32_t)parts[i]);
	return hash;
}

/* A free place, after the bytes too are few enough; else the oldest. */
static struct kept *make_room(struct draw *draw)
{
	for (;;) {
		struct kept *oldest = NULL;
		for (size_t i = 0; i < KEPT_MAX; i++) {
			struct kept *kept = &draw->kept[i];
			if (!kept->text) {
				if (draw->counts.kept_bytes <= draw->max_bytes)
					return kept;
			} else if (!oldest || kept->used < oldest->used) {
				oldest = kept;
			}
		}
		if (!oldest)
			return &draw->kept[0];
		forget(draw, oldest);
	}
}

static bool render(struct draw *draw, struct kept *kept)
{
	struct type_setting setting;
	type_set(draw->type, kept->text, &kept->wish, &setting);
	SDL_Color colour = {(uint8_t)(kept->colour >> 16),
			    (uint8_t)(kept->colour >> 8), (uint8_t)kept->colour,
			    255};
	kept->size = setting.size;
	kept->cut = setting.cut;
	for (int i = 0; i < setting.n_lines; i++) {
		SDL_Surface *line =
		    type_render(draw->type, kept->wish.weight, setting.size,
				setting.lines[i], colour);
		if (!line)
			return false;
		kept->lines[kept->n_lines++] = line;
		kept->bytes += (size_t)line->h * (size_t)line->pitch;
	}
	return true;
}

/* NULL: out of memory, or SDL_ttf would not. */
static struct kept *look_up(struct draw *draw, const char *text,
			    const struct type_wish *wish, draw_colour colour)
{
	uint64_t hash = hash_of(text, wish, colour);
	for (size_t i = 0; i < KEPT_MAX; i++) {
		struct kept *kept = &draw->kept[i];
		if (kept->text && kept->hash == hash &&
		    kept->colour == colour && same_wish(&kept->wish, wish) &&
		    strcmp(kept->text, text) == 0)
			return kept;
	}
	struct kept *kept = make_room(draw);
	kept->text = strdup(text);
	if (!kept->text)
		return NULL;
	kept->hash = hash;
	kept->wish = *wish;
	kept->colour = colour;
	bool done = render(draw, kept);
	draw->counts.kept++;
	draw->counts.kept_bytes += kept->bytes;
	draw->counts.rendered++;
	if (!done) {
		forget(draw, kept);
		return NULL;
	}
	return kept;
}

static struct type_wish wish_for(struct box box, const struct draw_style *style,
				 const struct type *type)
{
	struct type_wish wish = {
	    .weight = style->weight,
	    .size = style->size,
	    .min_size = style->min_size ? style->min_size
					: box_max(1, style->size * 7 / 10),
	    .w = box.w,
	    .h = box.h,
	    .max_lines = style->max_lines ? style->max_lines : 1,
	    .capitals = style->capitals,
	};
	if (style->capitals) {
		wish.size = type_size_for(type, style->weight, wish.size);
		wish.min_size =
		    type_size_for(type, style->weight, wish.min_size);
	}
	return wish;
}

/* Where the lines come to stand. top_skip: how much of the first line's
 * surface lies above the block. */
struct placing {
	struct box block;
	int top_skip, pitch;
};

static struct placing place(const struct draw *draw, struct box box,
			    const struct draw_style *style,
			    const struct kept *kept)
{
	const struct type *type = draw->type;
	enum font_weight weight = style->weight;
	int ascent = type_ascent(type, weight, kept->size);
	int capitals = type_capitals(type, weight, kept->size);
	int height = style->capitals
			 ? capitals
			 : ascent + type_descent(type, weight, kept->size);
	struct placing placing = {
	    .top_skip = style->capitals ? ascent - capitals : 0,
	    .pitch = type_pitch(type, weight, kept->size),
	};
	int width = 0;
	for (int i = 0; i < kept->n_lines; i++)
		width = box_max(width, kept->lines[i]->w);
	height += (kept->n_lines - 1) * placing.pitch;
	placing.block = (struct box){box.x, box.y, width, height};
	if (style->align == DRAW_CENTRE)
		placing.block.x += (box.w - width) / 2;
	else if (style->align == DRAW_RIGHT)
		placing.block.x += box.w - width;
	if (style->valign == DRAW_MIDDLE)
		placing.block.y += (box.h - height) / 2;
	else if (style->valign == DRAW_BOTTOM)
		placing.block.y += box.h - height;
	return placing;
}

static struct box set_text(struct draw *draw, struct box box, const char *text,
			   const struct draw_style *style, bool visible)
{
	struct box nothing = {box.x, box.y, 0, 0};
	if (!*text || box_empty(box))
		return nothing;
	struct type_wish wish = wish_for(box, style, draw->type);
	struct kept *kept = look_up(draw, text, &wish, style->colour);
	if (!kept || kept->n_lines == 0)
		return nothing;
	kept->used = ++draw->clock;
	struct placing placing = place(draw, box, style, kept);
	if (!visible)
		return placing.block;
	draw->counts.cut += kept->cut;
	draw->counts.outside += !box_inside(placing.block, box);
	for (int i = 0; i < kept->n_lines; i++) {
		int slack = placing.block.w - kept->lines[i]->w;
		SDL_Rect to = {placing.block.x,
			       placing.block.y - placing.top_skip +
				   i * placing.pitch,
			       0, 0};
		if (style->align == DRAW_CENTRE)
			to.x += slack / 2;
		else if (style->align == DRAW_RIGHT)
			to.x += slack;
		/* Fails for a lost surface only; the next frame says so. */
		(void)SDL_BlitSurface(kept->lines[i], NULL, draw->surface, &to);
	}
	return placing.block;
}

struct box draw_text(struct draw *draw, struct box box, const char *text,
		     const struct draw_style *style)
{
	return set_text(draw, box, text, style, true);
}

struct box draw_measure(struct draw *draw, struct box box, const char *text,
			const struct draw_style *style)
{
	return set_text(draw, box, text, style, false);
}

int draw_fit(struct draw *draw, struct box box, const char *text,
	     const struct draw_style *style)
{
	if (!*text)
		return 100;
	if (box_empty(box))
		return 0;
	struct type_wish wish = wish_for(box, style, draw->type);
	struct kept *kept = look_up(draw, text, &wish, style->colour);
	return kept && !kept->cut ? kept->size * 100 / wish.size : 0;
}
