/* SPDX-License-Identifier: MIT */
#include "sync/summary_svg.h"

#include <inttypes.h>
#include <string.h>

/* In SVG units; the page scales it to its width. */
#define WIDTH 720
#define HEIGHT 190
#define LEFT 46
#define RIGHT 34
#define TOP 12
#define BOTTOM 22
#define LABELS_MAX 16
#define GRIDLINES 4

void summary_escape(FILE *to, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", to);
			break;
		case '<':
			fputs("&lt;", to);
			break;
		case '>':
			fputs("&gt;", to);
			break;
		case '"':
			fputs("&quot;", to);
			break;
		case '\'':
			fputs("&#39;", to);
			break;
		default:
			putc(*text, to);
		}
	}
}

void summary_number(FILE *to, int64_t number)
{
	char digits[24];
	size_t length;

	snprintf(digits, sizeof(digits), "%" PRId64, number);
	length = strlen(digits);
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0)
			fputs("\u202f", to);
		putc(digits[i], to);
	}
}

/* The least of 1, 2, 5 times a power of ten, four of which hold the most. */
static int64_t step_for(int64_t most)
{
	static const int64_t steps[] = {1, 2, 5};
	int64_t ten = 1;

	for (;;) {
		for (size_t i = 0; i < 3; i++)
			if (steps[i] * ten * GRIDLINES >= most)
				return steps[i] * ten;
		if (ten > INT64_MAX / 50)
			return ten;
		ten *= 10;
	}
}

static int64_t height_of(const struct summary_bar *bar)
{
	int64_t sum = 0;

	for (size_t i = 0; i < SUMMARY_LAYERS; i++)
		sum += bar->layers[i];
	return sum;
}

static double y_of(double value, double top)
{
	return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
}

static void grid(FILE *to, int64_t step)
{
	double top = (double)(step * GRIDLINES);

	for (int i = 0; i <= GRIDLINES; i++) {
		double y = y_of((double)(step * i), top);

		fprintf(to,
			"<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
			"y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\" "
			"text-anchor=\"end\">",
			LEFT, WIDTH - RIGHT, y, y, LEFT - 5, y + 3);
		summary_number(to, step * i);
		fputs("</text>\n", to);
	}
}

static void bar(FILE *to, const struct summary_bar *bar, double x, double width,
		double top)
{
	int64_t below = 0;

	for (size_t i = 0; i < SUMMARY_LAYERS; i++) {
		double high = y_of((double)(below + bar->layers[i]), top);
		double low = y_of((double)below, top);

		below += bar->layers[i];
		if (bar->layers[i] > 0)
			fprintf(to,
				"<rect class=\"l%zu\" x=\"%.1f\" y=\"%.1f\" "
				"width=\"%.1f\" height=\"%.1f\"/>",
				i, x, high, width, low - high);
	}
}

static void label(FILE *to, const struct summary_bar *bar, double middle)
{
	fprintf(to, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", middle,
		HEIGHT - 7);
	summary_escape(to, bar->label);
	fputs("</text>\n", to);
}

static void shares(FILE *to, const struct summary_bar *bars, size_t n,
		   double slot)
{
	for (size_t i = 0; i < n; i++) {
		if (bars[i].share < 0)
			continue;
		fprintf(to, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\"/>",
			LEFT + ((double)i + 0.5) * slot,
			y_of((double)bars[i].share, 100.0));
	}
	fprintf(to,
		"<text x=\"%d\" y=\"%d\">100%%</text>"
		"<text x=\"%d\" y=\"%d\">0%%</text>\n",
		WIDTH - RIGHT + 4, TOP + 3, WIDTH - RIGHT + 4,
		HEIGHT - BOTTOM + 3);
}

void summary_bars(FILE *to, const char *title, const struct summary_bar *bars,
		  size_t n)
{
	double slot = (double)(WIDTH - LEFT - RIGHT) / (double)(n ? n : 1);
	size_t every = (n + LABELS_MAX - 1) / LABELS_MAX;
	int64_t most = 1, step;
	bool any_share = false;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		int64_t height = height_of(&bars[i]);

		most = height > most ? height : most;
		any_share |= bars[i].share >= 0;
	}
	step = step_for(most);
	fprintf(to, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
		WIDTH, HEIGHT);
	summary_escape(to, title);
	fputs("\">\n", to);
	grid(to, step);
	for (size_t i = 0; i < n; i++) {
		double x = LEFT + (double)i * slot;

		bar(to, &bars[i], x + slot * 0.14, slot * 0.72,
		    (double)(step * GRIDLINES));
		if (i % every == 0)
			label(to, &bars[i], x + slot / 2);
	}
	if (any_share)
		shares(to, bars, n, slot);
	fputs("</svg>\n", to);
}
