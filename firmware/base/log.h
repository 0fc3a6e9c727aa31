/* SPDX-License-Identifier: MIT */
/*
 * One line a message on stderr, so that systemd's journal or a terminal can
 * have it. Under systemd (JOURNAL_STREAM names stderr) each line starts with
 * the "<priority>" prefix of sd-daemon(3); elsewhere with "program: ".
 * Control characters become '?', and a line is cut at 2 kB. errno is kept.
 * The process that never calls log_start() logs with the name "kiosk".
 */
#ifndef KIOSK_LOG_H
#define KIOSK_LOG_H

#include <stddef.h>
#include <stdint.h>

/* program must outlive all logging (a literal). */
void log_start(const char *program);

/*
 * From now on the last LOG_KEPT lines are kept as well, for log_kept(). Then
 * only one thread may log.
 */
#define LOG_KEPT 200
void log_keep(void);

struct log_entry {
	int64_t at_ms; /* wall time */
	int priority;  /* of sd-daemon(3): 3 error, 4 warning, 6 info */
	char *text;    /* without the program's name; NULL: out of memory */
};

/* The index-th of them, the oldest first; NULL where there are no more. Until
 * the next line is logged. */
const struct log_entry *log_kept(size_t index);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
