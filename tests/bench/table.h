/* SPDX-License-Identifier: MIT */
/* The table: a line a figure, printed as soon as it is known. */
#ifndef KIOSK_BENCH_TABLE_H
#define KIOSK_BENCH_TABLE_H

enum aim {
	AIM_NONE,
	AIM_RATIO_MOST, /* measured / floor <= aim */
	AIM_RATIO_LEAST,
	AIM_MOST, /* measured < aim, in the figure's unit */
};

struct figure {
	const char *what;
	const char *unit;
	double measured;
	double floor; /* 0: there is none */
	enum aim kind;
	double aim;
};

void table_head(void);
void table_add(const struct figure *figure);
void table_foot(void); /* how many aims were met */

#endif
