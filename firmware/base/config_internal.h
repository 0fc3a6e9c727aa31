/* SPDX-License-Identifier: MIT */
/*
 * The inside of config_load(), in the order of the work:
 *   config_scan.c    the bytes, before libconfig has them
 *   config_reader.c  one setting: its type and its range
 *   config_report.c  the mistakes and their lines
 *   config_office.c, config_queue.c, config_panel.c, config_keypads.c,
 *   config_printer.c, config_display.c, config_console.c
 *                    the sections
 * Nobody else includes this.
 */
#ifndef KIOSK_CONFIG_INTERNAL_H
#define KIOSK_CONFIG_INTERNAL_H

#include <libconfig.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/config.h"

#define CONFIG_MAX_NAME 100 /* characters */

typedef config_setting_t setting;

/* ---- mistakes ---- */

struct report_line {
	unsigned line; /* 0: of no line */
	size_t order;  /* of reporting, within a line */
	char *text;
};

#define REPORT_MAX 100

struct report {
	struct report_line lines[REPORT_MAX];
	size_t n;
	size_t n_more; /* that found no room */
};

/* Writes the lines in the order of the file. */
void report_write(struct report *report, const char *path, FILE *to);
void report_free(struct report *report);

struct reader {
	const char *path;
	struct report mistakes, notes;
	bool no_memory;
	bool bad_bytes; /* reported by the scan, so not again by string */

	/*
	 * The lines of all scalar elements of lists, in the order of the file:
	 * for a text libconfig has the line of what follows it.
	 */
	unsigned *element_lines;
	size_t n_elements;
};

/* Hands element_lines out to the elements below root. */
void reader_place_elements(struct reader *reader, setting *root);

/* A mistake in a line, of what (a setting's path, or ""). */
void reader_mistake_in(struct reader *reader, unsigned line, const char *what,
		       const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A mistake of a setting: its line and path are put in front. */
void reader_mistake(struct reader *reader, const setting *at,
		    const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As reader_mistake(), for what is understood but not acted on. */
void reader_note(struct reader *reader, const setting *at, const char *format,
		 ...) __attribute__((format(printf, 3, 4)));

/* group (line and path in front) lacks name; mend begins with a verb. */
void reader_missing(struct reader *reader, const setting *group,
		    const char *name, const char *mend);

/* A mistake of hours or dates, in the text that a setting is. */
void reader_hours_mistake(struct reader *reader, const setting *at,
			  const char *value,
			  const struct hours_mistake *mistake);

/* A setting's value as a message quotes it: short, on one line. */
struct quote {
	char text[96];
};
const char *quote_setting(struct quote *quote, const setting *of);
const char *quote_string(struct quote *quote, const char *value);

/* ---- reading ---- */

/*
 * group may be NULL in all of these, and then nothing is set. names: NULL at
 * the end.
 */
const setting *reader_member(const setting *group, const char *name);

/* Names each member of group that names does not hold. */
void reader_known(struct reader *reader, const setting *group,
		  const char *const names[]);

/* The group of that name; NULL where there is none, or none that is a group. */
const setting *reader_group(struct reader *reader, const setting *parent,
			    const char *name);

/*
 * The list or array of that name, of at most max elements; NULL where there is
 * none or it is a mistake.
 */
const setting *reader_list(struct reader *reader, const setting *parent,
			   const char *name, size_t max);

/* Element i as a group with these settings in it; NULL where it is none. */
const setting *reader_element(struct reader *reader, const setting *list,
			      size_t i, const char *const names[]);

/*
 * The string that a setting is: UTF-8, no control characters. NULL where it is
 * not (reported) or where the setting is NULL (not reported).
 */
const char *reader_string(struct reader *reader, const setting *at);

/* The whole number that a setting is. False where it is not; *out stays. */
bool reader_number(struct reader *reader, const setting *at, int low, int high,
		   int *out);

/* group.name of each type; where it is absent, *out stays as it is. */
void reader_int(struct reader *reader, const setting *group, const char *name,
		int low, int high, int *out);
void reader_bool(struct reader *reader, const setting *group, const char *name,
		 bool *out);

/* *out: the index in names. */
void reader_choice(struct reader *reader, const setting *group,
		   const char *name, const char *const names[], int *out);

/* strdup()ed, or of the fallback where absent. NULL after a mistake. */
char *reader_copy(struct reader *reader, const setting *group, const char *name,
		  const char *fallback);

/* As reader_copy(), but whatever it is, it is meant to be a secret, and what is
 * said of it may end in a log. */
char *reader_secret(struct reader *reader, const setting *group,
		    const char *name, const char *fallback);

/* Whether a token's length and signs are those of one; at: its place. */
bool reader_token_fits(struct reader *reader, const setting *at,
		       const char *token);

/* A word made of some characters only. */
struct word_rule {
	const char *characters;
	size_t max;
	const char *says; /* "1 to 32 of a-z, …": completes "write " */
};
extern const struct word_rule word_id, word_kiosk, word_prefix, word_outcome,
    word_user;

/* The required word group.name: strdup()ed; NULL after a mistake. */
char *reader_word(struct reader *reader, const setting *group, const char *name,
		  const struct word_rule *rule);
bool word_fits(const char *word, const struct word_rule *rule);

/* The text { vi = …; en = …; } that a setting is, of at most max characters. */
void reader_text(struct reader *reader, const setting *at, size_t max,
		 struct text *out);

/* strdup() and calloc() that note a failure in reader->no_memory. */
char *reader_dup(struct reader *reader, const char *string);
void *reader_array(struct reader *reader, size_t n, size_t size);

/*
 * The known name most like word, or NULL where none is like it. names: NULL at
 * the end.
 */
const char *nearest_name(const char *word, const char *const names[]);

/* ---- the steps ---- */

/*
 * Looks over the bytes: UTF-8, control characters, and all of the grammar, so
 * that each mistake of it has its line, its value and its mend, where libconfig
 * only has "syntax error". False where libconfig cannot read it.
 */
bool scan_bytes(struct reader *reader, const char *bytes, size_t length);

void section_office(struct reader *reader, const setting *root,
		    struct config_office *office);
void section_services(struct reader *reader, const setting *root,
		      struct config *config);
void section_counters(struct reader *reader, const setting *root,
		      struct config *config);
void section_queue(struct reader *reader, const setting *root,
		   struct config_queue *queue);
void section_buttons(struct reader *reader, const setting *root,
		     struct config *config);
void section_lamps(struct reader *reader, const setting *root,
		   struct config *config);
void section_gpio_lines(struct reader *reader, const setting *root,
			const struct config *config);
void section_keypads(struct reader *reader, const setting *root,
		     struct config *config);
void section_scanners(struct reader *reader, const setting *root,
		      struct config *config);
void section_printer(struct reader *reader, const setting *root,
		     struct config_printer *printer);
void section_display(struct reader *reader, const setting *root,
		     struct config_display *display);
void section_notices(struct reader *reader, const setting *root,
		     struct config *config);
void section_console(struct reader *reader, const setting *root,
		     struct config_console *console);
void section_phone(struct reader *reader, const setting *root,
		   const struct config *config);
void section_users(struct reader *reader, const setting *root,
		   struct config *config);
void section_devices(struct reader *reader, const setting *root,
		     struct config *config);
void section_central(struct reader *reader, const setting *root,
		     struct config_central *central);

/* The service of that id or the counter of that number; -1 for none. */
int find_service(const struct config *config, const char *id);
int find_counter(const struct config *config, int id);

/* "land", "civil": what a message offers instead. Cut short where too long. */
void list_services(const struct config *config, char *out, size_t size);
void list_counters(const struct config *config, char *out, size_t size);

/* The counter that a setting (a number) names; -1 after a mistake. */
int reader_counter(struct reader *reader, const setting *at,
		   const struct config *config);

/* An address and a port: "127.0.0.1:80" or "[::1]:80". */
enum address_kind { ADDRESS_BAD, ADDRESS_LOOPBACK, ADDRESS_OTHER };
enum address_kind address_kind(const char *address);

#endif
