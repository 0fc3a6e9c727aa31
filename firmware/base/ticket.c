/* SPDX-License-Identifier: MIT */
#include "base/ticket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PREFIX_MAX 3
#define DIGITS_MIN 3
#define DIGITS_MAX 5

static const char *const class_names[TICKET_CLASSES] = {
    [TICKET_NORMAL] = "normal",
    [TICKET_PRIORITY] = "priority",
    [TICKET_APPOINTMENT] = "appointment",
};

const char *ticket_class_name(enum ticket_class class)
{
	return class_names[class];
}

int ticket_class_from(const char *name)
{
	for (int i = 0; i < TICKET_CLASSES; i++) {
		if (strcmp(class_names[i], name) == 0)
			return i;
	}
	return -EINVAL;
}

void ticket_code(char code[TICKET_CODE_SIZE], const char *prefix,
		 uint32_t number)
{
	(void)snprintf(code, TICKET_CODE_SIZE, "%.3s%03u", prefix,
		       (unsigned)number);
}

int ticket_code_parse(const char *code, uint32_t *number)
{
	int letters = 0, digits = 0;
	uint32_t n = 0;

	while (letters <= PREFIX_MAX && code[letters] >= 'A' &&
	       code[letters] <= 'Z')
		letters++;
	if (letters < 1 || letters > PREFIX_MAX)
		return -EINVAL;
	for (const char *c = code + letters; *c != '\0'; c++) {
		if (*c < '0' || *c > '9' || ++digits > DIGITS_MAX)
			return -EINVAL;
		n = n * 10 + (uint32_t)(*c - '0');
	}
	/* "A0025" is no code: each number has one spelling. */
	if (digits < DIGITS_MIN || n == 0 ||
	    (digits > DIGITS_MIN && code[letters] == '0'))
		return -EINVAL;
	*number = n;
	return letters;
}
