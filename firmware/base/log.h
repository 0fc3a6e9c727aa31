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

/* program must outlive all logging (a literal). */
void log_start(const char *program);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
