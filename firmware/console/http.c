/* SPDX-License-Identifier: MIT */
#include "console/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/turn.h"
#include "console/links.h"
#include "console/tls.h"

/* Headers, and a piece of body or reply, must fit in here. */
#define CONNECTION_MEMORY 16384u
#define CONNECTIONS_MAX 1280u
#define CONNECTIONS_SPARE 64u /* between evicting and not accepting */
#define DESCRIPTORS_KEPT 100u /* for journal, GPIO, printer, … */
#define IDLE_S 30u
/* A state of most offices in one piece: each piece is a TLS record and a write.
 */
#define STREAM_BLOCK 8192
#define STREAM_SEND_BUFFER 32768
#define BUSY_RUNS 8

/*
 * A body that is too long is still read up to here (nothing of it is kept),
 * because a client that is cut off in the middle of writing sees a broken pipe
 * and not the answer. links.c ends what takes too long.
 */
#define SWALLOW_MAX (8u * 1024u * 1024u)

struct door;

struct door {
	struct http *http;
	enum http_door name;
	bool tls;
	struct MHD_Daemon *daemon;
	sd_event_source *io;
	struct links links;
	size_t comfortable;
	struct http_request *asleep; /* suspended requests */
};

struct http {
	sd_event *event;
	http_handler_fn *handler;
	void *arg;
	struct door doors[HTTP_DOORS];
	sd_event_source *prompt; /* run the doors now: answers go first */
	sd_event_source *soon;   /* run the doors in their turn */
	sd_event_source *timer;  /* libmicrohttpd's timeouts */
	uint64_t timer_due_us;   /* UINT64_MAX: off */
};

struct http_request {
	struct door *door;
	struct MHD_Connection *connection;
	struct link *link;
	const char *method, *path; /* only while the handler runs */
	char *body;
	size_t length;   /* of the body, with what was not kept */
	bool dispatched; /* the handler has had it */
	bool in_handler;
	bool asleep; /* suspended, in the door's list */
	bool broken; /* there will be no answer: hang up */
	struct http_request *previous, *next;
	struct MHD_Response *response; /* made and not queued yet */
	unsigned status;
	http_read_fn *read;
	void *read_arg;
	http_end_fn *end;
	void *end_arg;
};

static void sleep_now(struct http_request *request)
{
	struct door *door = request->door;

	MHD_suspend_connection(request->connection);
	request->asleep = true;
	request->previous = NULL;
	request->next = door->asleep;
	if (door->asleep)
		door->asleep->previous = request;
	door->asleep = request;
}

static void wake_now(struct http_request *request, sd_event_source *by)
{
	struct door *door = request->door;

	if (!request->asleep)
		return;
	request->asleep = false;
	if (request->previous)
		request->previous->next = request->next;
	else
		door->asleep = request->next;
	if (request->next)
		request->next->previous = request->previous;
	MHD_resume_connection(request->connection);
	(void)sd_event_source_set_enabled(by, SD_EVENT_ONESHOT);
}

static int descriptor(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
				    MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

static const struct sockaddr *peer_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
				    MHD_CONNECTION_INFO_CLIENT_ADDRESS);

	return info ? info->client_addr : NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection,
			  void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct door *door = cls;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		links_close(&door->links, *context);
		*context = NULL;
		return;
	}
	if (door->links.n >= door->comfortable)
		links_make_room(&door->links);
	*context =
	    links_open(&door->links, descriptor(connection),
		       door->name == HTTP_DOOR_TCP ? peer_of(connection) : NULL,
		       clock_mono_ms());
}

static struct link *link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
				    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static bool collect(struct http_request *request, const char *bytes,
		    size_t length)
{
	size_t before = request->length;

	if (length > SWALLOW_MAX - before)
		return false;
	request->length += length;
	if (request->length > HTTP_BODY_MAX) {
		free(request->body);
		request->body = NULL;
		return true;
	}
	if (!request->body)
		request->body = malloc(HTTP_BODY_MAX);
	if (!request->body)
		return false;
	memcpy(request->body + before, bytes, length);
	return true;
}

/* The body's announced length; 0 where none is announced. */
static size_t announced(struct MHD_Connection *connection)
{
	const char *text =
	    MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
					MHD_HTTP_HEADER_CONTENT_LENGTH);
	unsigned long long length;

	if (!text)
		return 0;
	errno = 0;
	length = strtoull(text, NULL, 10);
	return errno || length > SIZE_MAX ? SIZE_MAX : (size_t)length;
}

static enum MHD_Result queue(struct http_request *request)
{
	struct MHD_Response *response = request->response;
	enum MHD_Result result;

	request->response = NULL;
	result =
	    MHD_queue_response(request->connection, request->status, response);
	MHD_destroy_response(response);
	return result;
}

/* After the handler has had it: answer, or wait for the answer. */
static enum MHD_Result carry_on(struct http_request *request)
{
	if (request->broken)
		return MHD_NO;
	if (request->response)
		return queue(request);
	sleep_now(request);
	return MHD_YES;
}

static enum MHD_Result dispatch(struct http_request *request,
				const char *method, const char *path)
{
	struct http *http = request->door->http;

	request->dispatched = true;
	request->method = method;
	request->path = path;
	link_busy(request->link);
	request->in_handler = true;
	http->handler(http->arg, request);
	request->in_handler = false;
	request->method = NULL;
	request->path = NULL;
	free(request->body);
	request->body = NULL;
	return carry_on(request);
}

static enum MHD_Result begin(struct door *door,
			     struct MHD_Connection *connection,
			     const char *method, const char *path,
			     void **context)
{
	struct http_request *request = calloc(1, sizeof(*request));
	size_t length = announced(connection);

	if (!request)
		return MHD_NO;
	*context = request;
	request->door = door;
	request->connection = connection;
	request->link = link_of(connection);
	if (length <= SWALLOW_MAX)
		return MHD_YES;
	request->length = length;
	return dispatch(request, method, path);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection,
				  const char *path, const char *method,
				  const char *version, const char *upload,
				  size_t *upload_size, void **context)
{
	struct http_request *request = *context;

	(void)version;
	if (!request)
		return begin(cls, connection, method, path, context);
	if (*upload_size > 0) {
		if (!collect(request, upload, *upload_size))
			return MHD_NO;
		*upload_size = 0;
		return MHD_YES;
	}
	if (!request->dispatched)
		return dispatch(request, method, path);
	return carry_on(request);
}

static void on_completed(void *cls, struct MHD_Connection *connection,
			 void **context, enum MHD_RequestTerminationCode code)
{
	struct http_request *request = *context;

	(void)cls;
	(void)connection;
	(void)code;
	if (!request)
		return;
	*context = NULL;
	link_idle(request->link, clock_mono_ms());
	if (request->end)
		request->end(request->end_arg);
	if (request->response)
		MHD_destroy_response(request->response);
	free(request->body);
	free(request);
}

static ssize_t on_read(void *cls, uint64_t at, char *to, size_t room)
{
	struct http_request *request = cls;
	size_t n;

	(void)at;
	if (request->broken)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = request->read(request->read_arg, to, room);
	if (n == HTTP_STREAM_END)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0)
		sleep_now(request);
	return (ssize_t)n;
}

static void set_timer(struct http *http, uint64_t wait_ms)
{
	uint64_t now, due;

	if (sd_event_now(http->event, CLOCK_MONOTONIC, &now) < 0)
		return;
	due = now + wait_ms * 1000;
	/*
	 * Each request moves the deadline on. The timer stays where it is and
	 * looks again when it goes off: that saves a system call a request.
	 */
	if (due >= http->timer_due_us)
		return;
	http->timer_due_us = due;
	(void)sd_event_source_set_time(http->timer, due);
	(void)sd_event_source_set_enabled(http->timer, SD_EVENT_ONESHOT);
}

static void run(struct door *door)
{
	MHD_UNSIGNED_LONG_LONG wait_ms = 0;
	enum MHD_Result waits = MHD_NO;

	if (!door->daemon)
		return;
	/* Who dribbles comes by here with each drop; who is silent, IDLE_S
	 * ends. */
	links_cut_late(&door->links, clock_mono_ms());
	/* A woken connection takes two runs: one to fill, one to write. */
	for (int i = 0; i < BUSY_RUNS; i++) {
		if (MHD_run(door->daemon) != MHD_YES)
			return;
		waits = MHD_get_timeout(door->daemon, &wait_ms);
		if (waits != MHD_YES || wait_ms > 0)
			break;
	}
	if (waits != MHD_YES)
		return;
	if (wait_ms == 0)
		(void)sd_event_source_set_enabled(door->http->soon,
						  SD_EVENT_ONESHOT);
	else
		set_timer(door->http, wait_ms);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	turn_is("connections");
	(void)source;
	(void)fd;
	(void)events;
	run(arg);
	return 0;
}

static void run_all(struct http *http)
{
	for (size_t i = 0; i < HTTP_DOORS; i++)
		run(&http->doors[i]);
}

static int on_soon(sd_event_source *source, void *arg)
{
	turn_is("connections");
	(void)source;
	run_all(arg);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t at_us, void *arg)
{
	struct http *http = arg;

	(void)source;
	(void)at_us;
	http->timer_due_us = UINT64_MAX;
	run_all(http);
	return 0;
}

int http_new(sd_event *event, http_handler_fn *handler, void *arg,
	     struct http **out)
{
	struct http *http = calloc(1, sizeof(*http));
	int r;

	*out = NULL;
	if (!http)
		return -ENOMEM;
	http->event = sd_event_ref(event);
	http->handler = handler;
	http->arg = arg;
	http->timer_due_us = UINT64_MAX;
	for (size_t i = 0; i < HTTP_DOORS; i++) {
		http->doors[i].http = http;
		http->doors[i].name = (enum http_door)i;
	}
	r = sd_event_add_defer(event, &http->soon, on_soon, http);
	if (r < 0)
		goto fail;
	r = sd_event_source_set_enabled(http->soon, SD_EVENT_OFF);
	if (r < 0)
		goto fail;
	r = sd_event_add_defer(event, &http->prompt, on_soon, http);
	if (r < 0)
		goto fail;
	r = sd_event_source_set_enabled(http->prompt, SD_EVENT_OFF);
	if (r < 0)
		goto fail;
	/*
	 * Before streams are written to. It runs once a commit at most, so it
	 * can't keep anything else from its turn, as `soon` could.
	 */
	r = sd_event_source_set_priority(http->prompt,
					 SD_EVENT_PRIORITY_NORMAL - 1);
	if (r < 0)
		goto fail;
	r = sd_event_add_time(event, &http->timer, CLOCK_MONOTONIC, 0, 100000,
			      on_timer, http);
	if (r < 0)
		goto fail;
	r = sd_event_source_set_enabled(http->timer, SD_EVENT_OFF);
	if (r < 0)
		goto fail;
	*out = http;
	return 0;

fail:
	http_free(http);
	return r;
}

void http_free(struct http *http)
{
	if (!http)
		return;
	for (size_t i = 0; i < HTTP_DOORS; i++) {
		struct door *door = &http->doors[i];

		if (!door->daemon)
			continue;
		/* libmicrohttpd panics when it is stopped over a sleeper. */
		while (door->asleep)
			wake_now(door->asleep, http->soon);
		sd_event_source_disable_unref(door->io);
		MHD_stop_daemon(door->daemon);
	}
	sd_event_source_disable_unref(http->prompt);
	sd_event_source_disable_unref(http->soon);
	sd_event_source_disable_unref(http->timer);
	sd_event_unref(http->event);
	free(http);
}

/* What the process's descriptors allow each of the doors. */
static unsigned connection_limit(void)
{
	struct rlimit limit;
	rlim_t each;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return CONNECTIONS_MAX;
	if (limit.rlim_cur < 2 * DESCRIPTORS_KEPT)
		return DESCRIPTORS_KEPT / 4;
	each = (limit.rlim_cur - DESCRIPTORS_KEPT) / HTTP_DOORS;
	return each < CONNECTIONS_MAX ? (unsigned)each : CONNECTIONS_MAX;
}

int http_serve(struct http *http, enum http_door name, int listen_fd, bool tls)
{
	const struct MHD_OptionItem secure[] = {
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES},
	    {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)tls_retrieve},
	    {MHD_OPTION_END, 0, NULL},
	};
	const struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
	struct door *door = &http->doors[name];
	const union MHD_DaemonInfo *info;
	unsigned limit = connection_limit();
	int r;

	if (door->daemon) {
		close(listen_fd);
		return -EEXIST;
	}
	door->tls = tls;
	door->comfortable =
	    limit > 2 * CONNECTIONS_SPARE ? limit - CONNECTIONS_SPARE : limit;
	door->daemon =
	    MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME |
				 (tls ? MHD_USE_TLS : 0u),
			     0, NULL, NULL, on_request, door,
			     MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listen_fd,
			     MHD_OPTION_CONNECTION_LIMIT, limit,
			     MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
			     MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			     (size_t)CONNECTION_MEMORY,
			     MHD_OPTION_NOTIFY_CONNECTION, on_connection, door,
			     MHD_OPTION_NOTIFY_COMPLETED, on_completed, door,
			     MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
			     tls ? secure : plain, MHD_OPTION_END);
	if (!door->daemon) {
		/* It does not say why, and does not close the socket. */
		close(listen_fd);
		return -EIO;
	}
	info = MHD_get_daemon_info(door->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	r = info ? sd_event_add_io(http->event, &door->io, info->epoll_fd,
				   EPOLLIN, on_io, door)
		 : -EIO;
	if (r < 0) {
		MHD_stop_daemon(door->daemon);
		door->daemon = NULL;
		return r;
	}
	run(door);
	return 0;
}

size_t http_connections(const struct http *http)
{
	size_t n = 0;

	for (size_t i = 0; i < HTTP_DOORS; i++)
		n += http->doors[i].links.n;
	return n;
}

enum http_door http_door(const struct http_request *request)
{
	return request->door->name;
}

const char *http_method(const struct http_request *request)
{
	return request->method;
}

const char *http_path(const struct http_request *request)
{
	return request->path;
}

static const char *look_up(const struct http_request *request,
			   enum MHD_ValueKind kind, const char *name)
{
	const char *value = NULL;
	size_t size;

	if (MHD_lookup_connection_value_n(request->connection, kind, name,
					  strlen(name), &value,
					  &size) != MHD_YES)
		return NULL;
	return value ? value : "";
}

const char *http_header(const struct http_request *request, const char *name)
{
	return look_up(request, MHD_HEADER_KIND, name);
}

const char *http_query(const struct http_request *request, const char *name)
{
	return look_up(request, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_cookie(const struct http_request *request, const char *name)
{
	return look_up(request, MHD_COOKIE_KIND, name);
}

bool http_secure(const struct http_request *request)
{
	return request->door->tls;
}

const struct sockaddr *http_peer(const struct http_request *request)
{
	return peer_of(request->connection);
}

const char *http_body(const struct http_request *request, size_t *length)
{
	*length = request->body ? request->length : 0;
	return request->body;
}

bool http_body_overflow(const struct http_request *request)
{
	return request->length > HTTP_BODY_MAX;
}

void http_at_end(struct http_request *request, http_end_fn *fn, void *arg)
{
	request->end = fn;
	request->end_arg = arg;
}

static bool add_header(struct MHD_Response *response, const char *name,
		       const char *value)
{
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

static struct MHD_Response *make_response(const struct http_reply *reply)
{
	struct MHD_Response *response;
	bool fine = true;

	/* libmicrohttpd only reads what is persistent. */
	response =
	    reply->text
		? MHD_create_response_from_buffer(reply->length, reply->text,
						  MHD_RESPMEM_MUST_FREE)
		: MHD_create_response_from_buffer(reply->length,
						  (void *)(uintptr_t)
						      reply->data,
						  MHD_RESPMEM_PERSISTENT);
	if (!response) {
		free(reply->text);
		return NULL;
	}
	if (reply->type)
		fine = add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				  reply->type);
	if (reply->last)
		fine = fine && add_header(response, MHD_HTTP_HEADER_CONNECTION,
					  "close");
	for (size_t i = 0; i < reply->n_headers; i++)
		fine = fine && add_header(response, reply->headers[i].name,
					  reply->headers[i].value);
	if (!fine) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

static void answer(struct http_request *request, unsigned status,
		   struct MHD_Response *response)
{
	struct http *http = request->door->http;

	if (!response) {
		/* Out of memory: all that is left to do is to hang up. */
		log_error("out of memory: an HTTP request goes unanswered");
		request->broken = true;
		wake_now(request, http->prompt);
		return;
	}
	request->response = response;
	request->status = status;
	if (!request->read)
		link_idle(request->link, clock_mono_ms());
	if (!request->in_handler)
		wake_now(request, http->prompt);
}

void http_reply(struct http_request *request, const struct http_reply *reply)
{
	answer(request, reply->status, make_response(reply));
}

void http_stream(struct http_request *request, const char *type,
		 http_read_fn *fn, void *arg)
{
	struct MHD_Response *response;
	int size = STREAM_SEND_BUFFER;

	request->read = fn;
	request->read_arg = arg;
	/* What the kernel holds for a slow reader is old news to it. */
	(void)setsockopt(descriptor(request->connection), SOL_SOCKET, SO_SNDBUF,
			 &size, sizeof(size));
	response =
	    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK,
					      on_read, request, NULL);
	if (response &&
	    (!add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type) ||
	     !add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL,
			 "no-store"))) {
		MHD_destroy_response(response);
		response = NULL;
	}
	answer(request, MHD_HTTP_OK, response);
}

void http_wake(struct http_request *request)
{
	wake_now(request, request->door->http->soon);
}

bool http_hung_up(struct http_request *request)
{
	struct pollfd at = {.fd = descriptor(request->connection),
			    .events = POLLRDHUP};

	if (!request->asleep || poll(&at, 1, 0) < 1)
		return false;
	request->broken = true;
	wake_now(request, request->door->http->soon);
	return true;
}
