/* SPDX-License-Identifier: MIT */
#include "console/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "console/api.h"
#include "console/listen.h"
#include "console/tls.h"

#define COMMENT_EVERY_MS 15000

struct console {
	struct api api;
	struct tls *tls; /* or NULL */
	char *path;      /* of the Unix socket, to be unlinked; or NULL */
	int port;
};

static void on_change(void *arg, const struct queue_event *events,
		      size_t n_events)
{
	struct console *console = arg;

	(void)events;
	(void)n_events;
	board_change(console->api.board);
	streams_push(console->api.streams);
}

int console_new(sd_event *event, struct kiosk *kiosk, struct journal *journal,
		struct console **out)
{
	struct console *console = calloc(1, sizeof(*console));
	struct api *api;
	int rc;

	*out = NULL;
	if (!console)
		return -ENOMEM;
	api = &console->api;
	api->event = event;
	api->kiosk = kiosk;
	api->journal = journal;
	api->board = board_new(kiosk);
	api->access = access_new(kiosk_config(kiosk));
	rc = api->board && api->access ? 0 : -ENOMEM;
	if (rc == 0)
		rc =
		    streams_new(event, api->board, access_sessions(api->access),
				COMMENT_EVERY_MS, &api->streams);
	if (rc == 0)
		rc = login_new(event, kiosk_config(kiosk), api->access,
			       &api->login);
	if (rc == 0)
		rc = http_new(event, api_handle, api, &api->http);
	if (rc == 0)
		rc = kiosk_observe(kiosk, on_change, console);
	if (rc < 0) {
		console_free(console);
		return rc;
	}
	*out = console;
	return 0;
}

void console_set_slips(struct console *console, struct slips *slips)
{
	console->api.slips = slips;
}

int console_set_picture(struct console *console,
			const struct picture_setting *setting)
{
	return picture_new(console->api.event, setting, &console->api.picture);
}

void console_set_key(struct console *console, const struct ticket_key *key)
{
	console->api.phone.key = key;
}

void console_free(struct console *console)
{
	if (!console)
		return;
	if (console->path)
		(void)unlink(console->path);
	http_free(console->api.http);
	tls_free(console->tls);
	picture_free(console->api.picture);
	login_free(console->api.login);
	streams_free(console->api.streams);
	access_free(console->api.access);
	board_free(console->api.board);
	free(console->path);
	free(console);
}

static int serve(struct console *console, enum http_door door, int fd,
		 struct console_problem *problem)
{
	bool tls = door == HTTP_DOOR_TCP && console->tls;
	int rc = http_serve(console->api.http, door, fd, tls);

	if (rc < 0)
		(void)snprintf(problem->text, sizeof(problem->text),
			       "the HTTP server does not start: %s",
			       strerror(-rc));
	return rc;
}

int console_listen_unix(struct console *console, const char *path,
			struct console_problem *problem)
{
	int fd, rc;

	rc = listen_unix(path, &fd, problem);
	if (rc < 0)
		return rc;
	console->path = strdup(path);
	if (!console->path) {
		close(fd);
		(void)unlink(path);
		(void)snprintf(problem->text, sizeof(problem->text),
			       "out of memory");
		return -ENOMEM;
	}
	return serve(console, HTTP_DOOR_SOCKET, fd, problem);
}

int console_use_tls(struct console *console, const char *certificate,
		    const char *key, struct console_problem *problem)
{
	return tls_new(console->api.event, certificate, key, &console->tls,
		       problem);
}

int console_listen_tcp(struct console *console, const char *listen,
		       struct console_problem *problem)
{
	int fd, rc;

	rc = listen_tcp(listen, console->tls, &fd, &console->port, problem);
	if (rc < 0)
		return rc;
	rc = serve(console, HTTP_DOOR_TCP, fd, problem);
	if (rc < 0)
		console->port = 0;
	else if (access_is_open(kiosk_config(console->api.kiosk)))
		log_warning("no users are configured: on this machine the "
			    "staff's page asks for no sign-in; kioskctl pin "
			    "NAME makes a user's line");
	return rc;
}

void console_take_people(struct console *console, const size_t *kept, size_t n)
{
	access_take_people(console->api.access, kept, n);
	if (login_take_people(console->api.login) < 0)
		log_error("nobody can sign in: no thread to compare PINs on");
	streams_review(console->api.streams);
}

int console_port(const struct console *console)
{
	return console->port;
}
