/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

/* A pipe takes up to PIPE_BUF (4096) bytes in one piece, so lines of several
 * processes never mix; systemd's own limit is far above. */
#define LINE_SIZE 2048

static struct {
	bool on;
	size_t n; /* in all */
	struct log_entry entries[LOG_KEPT];
} kept;

static const char *program_name = "kiosk";
static bool to_journal;

/*
 * systemd.exec(5): JOURNAL_STREAM holds device and inode of the stream, and
 * it is inherited, so a program whose stderr was redirected sees it too.
 */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;
	char *end;

	if (stream == NULL || fstat(STDERR_FILENO, &st) < 0)
		return false;
	device = strtoull(stream, &end, 10);
	if (*end != ':')
		return false;
	inode = strtoull(end + 1, &end, 10);
	return *end == '\0' && device == st.st_dev && inode == st.st_ino;
}

void log_start(const char *program)
{
	program_name = program;
	to_journal = stderr_is_journal();
}

static void write_line(const char *line, size_t length)
{
	ssize_t n;

	do
		n = write(STDERR_FILENO, line, length);
	while (n < 0 && errno == EINTR);
	/* Where stderr cannot take it, there is nobody left to tell. */
}

void log_keep(void)
{
	kept.on = true;
}

static void keep(int priority, const char *text)
{
	struct log_entry *entry = &kept.entries[kept.n++ % LOG_KEPT];

	free(entry->text);
	*entry = (struct log_entry){
	    .at_ms = clock_wall_ms(),
	    .priority = priority,
	    .text = strdup(text),
	};
}

const struct log_entry *log_kept(size_t index)
{
	size_t first = kept.n > LOG_KEPT ? kept.n - LOG_KEPT : 0;

	if (index >= kept.n - first)
		return NULL;
	return &kept.entries[(first + index) % LOG_KEPT];
}

__attribute__((format(printf, 2, 0))) static void
log_line(int priority, const char *format, va_list arguments)
{
	static const char cut_mark[] = "…";
	/* Beyond room: the mark and the newline, or what shows where to cut. */
	char line[LINE_SIZE + 8];
	const size_t room = LINE_SIZE;
	int saved_errno = errno;
	size_t start, length;
	int n;

	n = to_journal ? snprintf(line, room, "<%d>", priority)
		       : snprintf(line, room, "%.64s: ", program_name);
	start = n > 0 ? (size_t)n : 0;

	errno = saved_errno; /* for %m */
	n = vsnprintf(line + start, sizeof(line) - start, format, arguments);
	if (n < 0)
		n = snprintf(line + start, room - start, "%.200s", format);
	length = start + (n > 0 ? (size_t)n : 0);
	if (length > room) {
		length = utf8_prefix(line, room);
		memcpy(line + length, cut_mark, sizeof(cut_mark) - 1);
		length += sizeof(cut_mark) - 1;
	}
	while (length > start && line[length - 1] == '\n')
		length--;
	line[length] = '\0';
	/* What a message quotes may come from anywhere; a line stays one line,
	 * and no terminal acts on it. */
	utf8_make_printable(line);
	if (kept.on)
		keep(priority, line + start);
	line[length++] = '\n';
	write_line(line, length);
	errno = saved_errno;
}

/* The priorities of sd-daemon(3). */
void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(3, format, arguments);
	va_end(arguments);
}

void log_warning(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(4, format, arguments);
	va_end(arguments);
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line(6, format, arguments);
	va_end(arguments);
}
