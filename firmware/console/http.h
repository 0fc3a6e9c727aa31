/* SPDX-License-Identifier: MIT */
/*
 * The one libmicrohttpd adapter: HTTP inside the sd-event loop, without a
 * thread. A handler gets each request once its whole body is there, and either
 * answers at once (http_reply(), http_stream()) or later, from anywhere in the
 * loop; until then the connection sleeps and costs nothing.
 *
 * A request lives until its end function was called; then it must not be
 * touched any more.
 */
#ifndef KIOSK_HTTP_H
#define KIOSK_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>

#define HTTP_BODY_MAX 16384 /* bytes; a longer one is not kept */

struct http;
struct http_request;

/* By which way a request came in. */
enum http_door {
	HTTP_DOOR_SOCKET, /* the Unix socket: the file's mode let it in */
	HTTP_DOOR_TCP,
};
#define HTTP_DOORS 2

struct http_header {
	const char *name, *value;
};

struct http_reply {
	unsigned status;
	const char *type; /* Content-Type; NULL: no body */
	char *text;       /* malloc()ed: the reply takes it over; or … */
	const void *data; /* … something that lasts as long as the program */
	size_t length;    /* of either */
	const struct http_header *headers; /* more of them */
	size_t n_headers;
	bool last; /* close the connection afterwards */
};

typedef void http_handler_fn(void *arg, struct http_request *request);

/* Writes up to room bytes of a stream; 0: nothing now, see http_wake();
 * HTTP_STREAM_END: that was all. */
#define HTTP_STREAM_END ((size_t)-1)
typedef size_t http_read_fn(void *arg, char *to, size_t room);

/* The request is over: answered, or its client is gone. */
typedef void http_end_fn(void *arg);

/* event must outlive it. -ENOMEM. */
int http_new(sd_event *event, http_handler_fn *handler, void *arg,
	     struct http **out) __attribute__((warn_unused_result));

/* Ends all requests (their end functions are called) and closes the doors. */
void http_free(struct http *http);

/*
 * Serves a listening socket, which it takes over, also when it fails. One
 * socket a door. Beyond the limit that the process's descriptors allow, the
 * connection that has been idle for longest makes room for a new one. tls: a
 * struct tls is there (tls.h), whose certificate is shown.
 */
int http_serve(struct http *http, enum http_door door, int listen_fd, bool tls)
    __attribute__((warn_unused_result));

/* How many connections are open. */
size_t http_connections(const struct http *http);

/* For the handler, while it runs. */
enum http_door http_door(const struct http_request *request);
const char *http_method(const struct http_request *request);
const char *http_path(const struct http_request *request);
/* NULL where the request has none; "" for one without a value. */
const char *http_header(const struct http_request *request, const char *name);
const char *http_query(const struct http_request *request, const char *name);
const char *http_cookie(const struct http_request *request, const char *name);
/* Whether it came by TLS. */
bool http_secure(const struct http_request *request);
/* Where it comes from; NULL: not known. */
const struct sockaddr *http_peer(const struct http_request *request);
/* Not terminated by a NUL. NULL and 0 for none. */
const char *http_body(const struct http_request *request, size_t *length);
/* The body was longer than HTTP_BODY_MAX, and is not there. */
bool http_body_overflow(const struct http_request *request);

/* fn(arg) at the end of the request. Once a request. */
void http_at_end(struct http_request *request, http_end_fn *fn, void *arg);

/* Answers. Exactly one of these, once a request. */
void http_reply(struct http_request *request, const struct http_reply *reply);
void http_stream(struct http_request *request, const char *type,
		 http_read_fn *fn, void *arg);

/* A stream has something to send again. Never calls fn from inside. */
void http_wake(struct http_request *request);

/*
 * Whether the client of a sleeping request has hung up, which is else noticed
 * only at the next write. Wakes the request if so.
 */
bool http_hung_up(struct http_request *request);

#endif
