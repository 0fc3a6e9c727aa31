/* SPDX-License-Identifier: MIT */
/*
 * The HTTP API (DESIGN.md "HTTP API") and the staff's page, by libmicrohttpd
 * inside the event loop. access.h says who may do what.
 */
#ifndef KIOSK_CONSOLE_H
#define KIOSK_CONSOLE_H

#include <stddef.h>
#include <systemd/sd-event.h>

#include "base/ticket_token.h"
#include "console/picture.h"
#include "journal/journal.h"
#include "kiosk.h"
#include "slips.h"

struct console;

struct console_problem {
	char text[300]; /* one line: what is wrong, and the mend */
};

/* kiosk and journal, which is only read here, must outlive the console.
 * Observes the kiosk by itself. */
int console_new(sd_event *event, struct kiosk *kiosk, struct journal *journal,
		struct console **out) __attribute__((warn_unused_result));
void console_free(struct console *console);

/* From then on it tells what became of slips, and prints them anew. slips must
 * outlive it. */
void console_set_slips(struct console *console, struct slips *slips);

/* From then on supervisors may have a picture of the board. -ENOMEM. */
int console_set_picture(struct console *console,
			const struct picture_setting *setting)
    __attribute__((warn_unused_result));

/* From then on citizens see their tickets by its tokens. key must outlive it.
 */
void console_set_key(struct console *console, const struct ticket_key *key);

/*
 * Listens on a Unix socket, mode 0660, replacing a dead one; every route is
 * open there. -EADDRINUSE where a live server answers on it.
 */
int console_listen_unix(struct console *console, const char *path,
			struct console_problem *problem)
    __attribute__((warn_unused_result));

/*
 * Before console_listen_tcp(): TLS with that certificate and key, PEM files
 * which are read again when they change.
 */
int console_use_tls(struct console *console, const char *certificate,
		    const char *key, struct console_problem *problem)
    __attribute__((warn_unused_result));

/*
 * Listens on "ADDRESS:PORT" or "[ADDRESS]:PORT". Without TLS only loopback
 * addresses are taken; others: -EACCES. Port 0: any, see
 * console_port().
 */
int console_listen_tcp(struct console *console, const char *listen,
		       struct console_problem *problem)
    __attribute__((warn_unused_result));

/* The configuration has other users and devices: see config_take_people(). */
void console_take_people(struct console *console, const size_t *kept, size_t n);

/* The TCP port, or 0. */
int console_port(const struct console *console);

#endif
