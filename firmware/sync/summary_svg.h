/* SPDX-License-Identifier: MIT */
/* Plots for a page, as SVG in it: no script, prints in black and white too.
 * Pure. */
#ifndef KIOSK_SUMMARY_SVG_H
#define KIOSK_SUMMARY_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* text with &, <, > and quotes made harmless for HTML. */
void summary_escape(FILE *to, const char *text);

/* 12 345, by a narrow space that does not break. */
void summary_number(FILE *to, int64_t number);

#define SUMMARY_LAYERS 3

/* A bar: its layers lie on one another, the first at the bottom. */
struct summary_bar {
	char label[24];
	int64_t layers[SUMMARY_LAYERS];
	int share; /* percent, a dot on the right scale; -1: none */
};

/*
 * Bars from left to right; where they are too many for their labels, only some
 * have one. title: for those who hear the page. n 0 draws nothing.
 */
void summary_bars(FILE *to, const char *title, const struct summary_bar *bars,
		  size_t n);

#endif
