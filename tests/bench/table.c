/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdbool.h>
#include <stdio.h>

#include "bench.h"

static int met, missed;

static void number(char *text, size_t size, double value, const char *unit)
{
	int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;

	snprintf(text, size, "%.*f %s", decimals, value, unit);
}

static bool reached(const struct figure *figure, double ratio)
{
	switch (figure->kind) {
	case AIM_NONE:
		return true;
	case AIM_RATIO_MOST:
		return ratio <= figure->aim;
	case AIM_RATIO_LEAST:
		return ratio >= figure->aim;
	case AIM_MOST:
		return figure->measured < figure->aim;
	}
	return true;
}

static void describe_aim(char *text, size_t size, const struct figure *figure)
{
	switch (figure->kind) {
	case AIM_NONE:
		snprintf(text, size, "-");
		return;
	case AIM_RATIO_MOST:
		snprintf(text, size, "<= %gx", figure->aim);
		return;
	case AIM_RATIO_LEAST:
		snprintf(text, size, ">= %gx", figure->aim);
		return;
	case AIM_MOST:
		snprintf(text, size, "< %g %s", figure->aim, figure->unit);
		return;
	}
}

static void line(const char *what, const char *measured, const char *floor,
		 const char *ratio, const char *aim, const char *is_met)
{
	printf("%-50s %12s %12s %7s %11s  %s\n", what, measured, floor, ratio,
	       aim, is_met);
	fflush(stdout);
}

void table_head(void)
{
	line("what", "measured", "floor", "ratio", "aim", "met");
}

void table_add(const struct figure *figure)
{
	char measured[32], floor[32] = "-", ratio[16] = "-", aim[32];
	double times = 0;
	bool good;

	number(measured, sizeof(measured), figure->measured, figure->unit);
	if (figure->floor > 0) {
		times = figure->measured / figure->floor;
		number(floor, sizeof(floor), figure->floor, figure->unit);
		snprintf(ratio, sizeof(ratio), "%.2f", times);
	}
	describe_aim(aim, sizeof(aim), figure);
	good = reached(figure, times);
	if (figure->kind != AIM_NONE) {
		met += good;
		missed += !good;
	}
	line(figure->what, measured, floor, ratio, aim,
	     figure->kind == AIM_NONE ? ""
	     : good                   ? "yes"
				      : "NO");
}

void table_foot(void)
{
	printf("\n%d aims met, %d missed\n", met, missed);
}
