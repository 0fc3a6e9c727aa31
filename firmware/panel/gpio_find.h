/* SPDX-License-Identifier: MIT */
/* Which /dev/gpiochipN a configuration means. Knows no library: each back end
 * gives a function that reads a chip's label. */
#ifndef KIOSK_GPIO_FIND_H
#define KIOSK_GPIO_FIND_H

#include <stddef.h>

#include "panel/gpio.h"

#define GPIO_PATH_SIZE 256
#define GPIO_LABEL_SIZE 64

/* 0, or a negative errno where path is no chip or cannot be opened. */
typedef int gpio_label_fn(const char *path, char label[GPIO_LABEL_SIZE]);

/*
 * name: a path, "gpiochip0", or a label. dir: where the chips are, "/dev". A
 * chip of that name goes before one of that label. Two links to one device are
 * one chip. 0 and path; -ENODEV, -ENOTUNIQ (two chips with that label),
 * -EACCES, and problem says it whole, the group that is missing included.
 */
int gpio_find(const char *dir, const char *name, gpio_label_fn *label,
	      char path[GPIO_PATH_SIZE], struct gpio_problem *problem)
    __attribute__((warn_unused_result));

/* What is in the way of opening path: who may, and how to become one of them.
 */
void gpio_explain_denied(struct gpio_problem *problem, const char *path);

#endif
