/* SPDX-License-Identifier: MIT */
#include "panel/scanner.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

/* Plain and with shift. */
static const char letters[][2] = {
    [KEY_1] = "1!",          [KEY_2] = "2@",           [KEY_3] = "3#",
    [KEY_4] = "4$",          [KEY_5] = "5%",           [KEY_6] = "6^",
    [KEY_7] = "7&",          [KEY_8] = "8*",           [KEY_9] = "9(",
    [KEY_0] = "0)",          [KEY_MINUS] = "-_",       [KEY_EQUAL] = "=+",
    [KEY_Q] = "qQ",          [KEY_W] = "wW",           [KEY_E] = "eE",
    [KEY_R] = "rR",          [KEY_T] = "tT",           [KEY_Y] = "yY",
    [KEY_U] = "uU",          [KEY_I] = "iI",           [KEY_O] = "oO",
    [KEY_P] = "pP",          [KEY_LEFTBRACE] = "[{",   [KEY_RIGHTBRACE] = "]}",
    [KEY_A] = "aA",          [KEY_S] = "sS",           [KEY_D] = "dD",
    [KEY_F] = "fF",          [KEY_G] = "gG",           [KEY_H] = "hH",
    [KEY_J] = "jJ",          [KEY_K] = "kK",           [KEY_L] = "lL",
    [KEY_SEMICOLON] = ";:",  [KEY_APOSTROPHE] = "'\"", [KEY_GRAVE] = "`~",
    [KEY_BACKSLASH] = "\\|", [KEY_Z] = "zZ",           [KEY_X] = "xX",
    [KEY_C] = "cC",          [KEY_V] = "vV",           [KEY_B] = "bB",
    [KEY_N] = "nN",          [KEY_M] = "mM",           [KEY_COMMA] = ",<",
    [KEY_DOT] = ".>",        [KEY_SLASH] = "/?",       [KEY_SPACE] = "  ",
    [KEY_KPASTERISK] = "**", [KEY_KPMINUS] = "--",     [KEY_KPPLUS] = "++",
    [KEY_KPDOT] = "..",      [KEY_KPSLASH] = "//",     [KEY_KP0] = "00",
    [KEY_KP1] = "11",        [KEY_KP2] = "22",         [KEY_KP3] = "33",
    [KEY_KP4] = "44",        [KEY_KP5] = "55",         [KEY_KP6] = "66",
    [KEY_KP7] = "77",        [KEY_KP8] = "88",         [KEY_KP9] = "99",
};

static void begin_line(struct scanner *scanner)
{
	scanner->length = 0;
	scanner->torn = false;
}

static const char *end_line(struct scanner *scanner)
{
	bool whole = !scanner->torn && scanner->length > 0;

	scanner->text[scanner->length] = '\0';
	begin_line(scanner);
	return whole ? scanner->text : NULL;
}

static void add(struct scanner *scanner, uint16_t code)
{
	char letter;

	if (code >= N_ELEMENTS(letters) || letters[code][0] == '\0')
		return;
	letter = letters[code][scanner->left_shift || scanner->right_shift];
	if (scanner->length == SCANNER_MAX)
		scanner->torn = true;
	else
		scanner->text[scanner->length++] = letter;
}

static const char *take_key(struct scanner *scanner,
			    const struct input_event *event)
{
	int64_t at_ms = (int64_t)event->input_event_sec * 1000 +
			event->input_event_usec / 1000;

	if (event->code == KEY_LEFTSHIFT)
		scanner->left_shift = event->value != 0;
	else if (event->code == KEY_RIGHTSHIFT)
		scanner->right_shift = event->value != 0;
	if (event->value != 1)
		return NULL;
	if (at_ms - scanner->last_ms >= SCANNER_PAUSE_MS)
		begin_line(scanner);
	scanner->last_ms = at_ms;
	if (event->code == KEY_ENTER || event->code == KEY_KPENTER ||
	    event->code == KEY_TAB)
		return end_line(scanner);
	add(scanner, event->code);
	return NULL;
}

const char *scanner_feed(struct scanner *scanner,
			 const struct input_event *event)
{
	if (event->type == EV_SYN && event->code == SYN_DROPPED) {
		scanner->dropped = scanner->torn = true;
		scanner->left_shift = scanner->right_shift = false;
	} else if (event->type == EV_SYN && event->code == SYN_REPORT) {
		scanner->dropped = false;
	} else if (event->type == EV_KEY && !scanner->dropped) {
		return take_key(scanner, event);
	}
	return NULL;
}
