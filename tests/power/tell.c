/* SPDX-License-Identifier: MIT */
#include "tests/power/tell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static int line_fd = -1;

int tell_open(void)
{
	struct termios raw;

	line_fd = open("/dev/ttyS0", O_RDWR | O_NOCTTY);
	if (line_fd < 0 || tcgetattr(line_fd, &raw) != 0)
		return -errno;
	cfmakeraw(&raw);
	return tcsetattr(line_fd, TCSANOW, &raw) == 0 ? 0 : -errno;
}

void tell(const char *format, ...)
{
	char line[TELL_MAX];
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (n < 0)
		return;
	if ((size_t)n > sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n] = '\n';
	if (write(line_fd, line, (size_t)n + 1) != n + 1)
		fprintf(stderr, "the line to the host: cut short\n");
}

bool tell_hear(char *line, size_t size)
{
	size_t n = 0;
	char c;

	while (read(line_fd, &c, 1) == 1) {
		if (c == '\n') {
			line[n] = '\0';
			return true;
		}
		if (n + 1 < size)
			line[n++] = c;
	}
	return false;
}
