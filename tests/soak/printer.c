/* SPDX-License-Identifier: MIT */
/*
 * A receipt printer for the soak: says its device on stdout, then takes a line
 * "FAULT LASTS_MS" a fault (enum bad_fault) from stdin, and ends with it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "tests/unit/support/bad_printer.h"

/* In the middle of a slip, once it has been begun. */
#define AT_BYTE 5000

static int on_line(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	char text[64], *end;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	long fault, lasts_ms;

	(void)events;
	if (n <= 0)
		return sd_event_exit(sd_event_source_get_event(source), 0);
	text[n] = '\0';
	fault = strtol(text, &end, 10);
	lasts_ms = strtol(end, NULL, 10);
	if (fault > BAD_NOTHING && fault < BAD_FAULTS && lasts_ms > 0)
		bad_printer_fault(arg, (enum bad_fault)fault, AT_BYTE,
				  (int)lasts_ms);
	return 0;
}

int main(void)
{
	sd_event *event = NULL;
	struct bad_printer *bad;
	int r = sd_event_new(&event);

	bad = r < 0 ? NULL
		    : bad_printer_new(event, BAD_TCP, "127.0.0.1:0", BAD_ALL);
	if (!bad) {
		fprintf(stderr, "printer: %s\n", strerror(errno));
		return 1;
	}
	printf("%s\n", bad_printer_device(bad));
	fflush(stdout);
	r = sd_event_add_io(event, NULL, STDIN_FILENO, EPOLLIN, on_line, bad);
	if (r >= 0)
		r = sd_event_loop(event);
	bad_printer_free(bad);
	sd_event_unref(event);
	return r < 0;
}
