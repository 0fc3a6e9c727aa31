/* SPDX-License-Identifier: MIT */
#include "printer/device_stream.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define WHY_SIZE 512
#define POLL_US 20000

enum stream_state {
	STREAM_CLOSED,
	STREAM_CONNECTING,
	STREAM_IDLE,
	STREAM_WRITING,
	STREAM_DRAINING, /* all written, not all taken yet */
};

struct stream {
	struct device device;
	const struct stream_kind *kind;
	sd_event *event;
	char *name;
	void *where; /* the kind's own */
	struct device_owner owner;
	struct device_retry retry;
	int stall_ms, lasting_ms;

	enum stream_state state;
	int fd;
	sd_event_source *io;
	sd_event_source *stall; /* fires when nothing has moved for too long */
	sd_event_source *poll;  /* for what the descriptor cannot tell */
	bool ready;             /* as the owner was last told */
	int64_t opened_ms;

	const struct device_job *job;
	size_t sent;
	int unsent; /* bytes that the kernel still held when last asked */
};

/* ---- opening and losing ---- */

static void set_events(struct stream *stream, uint32_t events)
{
	(void)sd_event_source_set_io_events(stream->io,
					    stream->kind->idle_events | events);
}

static void disarm(sd_event_source *timer)
{
	(void)sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

static void arm_stall(struct stream *stream)
{
	device_timer_arm(stream->stall, (uint64_t)stream->stall_ms * 1000);
}

static void stream_close(struct stream *stream)
{
	stream->io = sd_event_source_disable_unref(stream->io);
	if (stream->stall)
		disarm(stream->stall);
	if (stream->poll)
		disarm(stream->poll);
	if (stream->fd >= 0) {
		/* Else closing a serial line waits for it to be sent. */
		(void)tcflush(stream->fd, TCOFLUSH);
		(void)close(stream->fd);
	}
	stream->fd = -1;
	stream->state = STREAM_CLOSED;
}

static void tell_done(struct stream *stream, enum device_result result,
		      const char *why)
{
	stream->job = NULL;
	stream->owner.done(stream->owner.arg, result, why);
}

static bool lasted(const struct stream *stream)
{
	return clock_mono_ms() - stream->opened_ms >= stream->lasting_ms;
}

/* what happened, in words; error: an errno to explain it, or 0. */
static void stream_lose(struct stream *stream, const char *what, int error)
{
	char why[WHY_SIZE];
	bool midway = stream->job && stream->sent > 0;

	(void)snprintf(why, sizeof(why), "%s: %s%s%s%s", stream->name,
		       what ? what : "", what && error ? ": " : "",
		       error ? strerror(error) : "",
		       midway ? " in mid-slip" : "");
	if (stream->fd >= 0 && stream->state != STREAM_CONNECTING &&
	    lasted(stream))
		device_retry_worked(&stream->retry);
	stream_close(stream);
	device_retry_later(&stream->retry);
	/* Told each time, so that the owner can say the latest reason. */
	stream->ready = false;
	stream->owner.state(stream->owner.arg, false, why);
	if (stream->job)
		tell_done(stream, midway ? DEVICE_BROKEN : DEVICE_UNTOUCHED,
			  why);
}

static void write_some(struct stream *stream);

static void stream_start_job(struct stream *stream)
{
	stream->sent = 0;
	stream->state = STREAM_WRITING;
	arm_stall(stream);
	write_some(stream);
}

static void stream_opened(struct stream *stream)
{
	stream->state = STREAM_IDLE;
	stream->opened_ms = clock_mono_ms();
	disarm(stream->stall);
	set_events(stream, 0);
	if (!stream->ready) {
		stream->ready = true;
		stream->owner.state(stream->owner.arg, true, NULL);
	}
	if (stream->job && stream->state == STREAM_IDLE)
		stream_start_job(stream);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *arg);

static void stream_open(struct stream *stream)
{
	bool connecting = false;

	device_retry_begun(&stream->retry);
	int fd = stream->kind->open(stream->where, &connecting);

	if (fd == -ENOTTY) {
		stream_lose(stream, "is not a character device", 0);
		return;
	}
	if (fd < 0) {
		stream_lose(stream, NULL, -fd);
		return;
	}
	stream->fd = fd;
	int status = sd_event_add_io(stream->event, &stream->io, stream->fd,
				     connecting ? EPOLLOUT : 0, on_io, stream);
	if (status < 0) {
		/* /dev/null and its like */
		stream_lose(stream, "cannot be waited for", -status);
	} else if (connecting) {
		stream->state = STREAM_CONNECTING;
		arm_stall(stream);
	} else {
		stream_opened(stream);
	}
}

static int on_try(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	(void)us;
	if (stream->state == STREAM_CLOSED)
		stream_open(stream);
	return 0;
}

/* ---- sending ---- */

static void job_taken(struct stream *stream)
{
	stream->state = STREAM_IDLE;
	disarm(stream->stall);
	disarm(stream->poll);
	set_events(stream, 0);
	device_retry_worked(&stream->retry);
	tell_done(stream, DEVICE_SENT, NULL);
}

/*
 * What is in the kernel's buffer is not in the printer's yet: a socket's bytes
 * may be lost with the printer, and nobody would know. (SIOCOUTQ, tcp(7), is
 * the same request.) A device that cannot say how much it holds back has taken
 * what it took.
 */
static bool all_taken(struct stream *stream)
{
	int unsent;

	if (ioctl(stream->fd, TIOCOUTQ, &unsent) != 0)
		return true;
	if (unsent < stream->unsent)
		arm_stall(stream);
	stream->unsent = unsent;
	return unsent <= 0;
}

static void drain(struct stream *stream)
{
	stream->state = STREAM_DRAINING;
	set_events(stream, 0);
	if (all_taken(stream))
		job_taken(stream);
	else
		device_timer_arm(stream->poll, POLL_US);
}

static void write_some(struct stream *stream)
{
	const struct device_job *job = stream->job;
	size_t before = stream->sent;

	while (stream->sent < job->length) {
		ssize_t n =
		    stream->kind->write(stream->fd, job->bytes + stream->sent,
					job->length - stream->sent);
		if (n > 0) {
			stream->sent += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0 || errno == EAGAIN)
			break;
		if (errno == ENODEV || errno == EPIPE || errno == ECONNRESET)
			stream_lose(stream, stream->kind->gone, 0);
		else
			stream_lose(stream, NULL, errno);
		return;
	}
	if (stream->sent > before)
		arm_stall(stream);
	if (stream->sent == job->length) {
		stream->unsent = INT32_MAX;
		drain(stream);
	} else if (stream->sent > before) {
		set_events(stream, EPOLLOUT);
	} else {
		/*
		 * usblp says that it can be written to while it is out of
		 * paper, and then takes nothing: asking it at once again would
		 * be a busy loop.
		 */
		set_events(stream, 0);
		device_timer_arm(stream->poll, POLL_US);
	}
}

static int on_poll(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	(void)us;
	if (stream->state == STREAM_WRITING)
		write_some(stream);
	else if (stream->state == STREAM_DRAINING)
		drain(stream);
	return 0;
}

static int on_stall(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;
	char what[80];

	(void)source;
	(void)us;
	(void)snprintf(what, sizeof(what), "%s for %d s",
		       stream->state == STREAM_CONNECTING ? "no answer"
							  : "takes no bytes",
		       (stream->stall_ms + 999) / 1000);
	stream_lose(stream, what, 0);
	return 0;
}

/* ---- what the descriptor tells ---- */

static int socket_error(int fd)
{
	int error = 0;
	socklen_t length = sizeof(error);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		return 0; /* no socket: the kind's word for it has to do */
	return error;
}

static void hung_up(struct stream *stream, int error)
{
	/* The last bytes may have been taken just before. */
	if (stream->state == STREAM_DRAINING && !error && all_taken(stream))
		job_taken(stream);
	/*
	 * Many network printers close a connection that has been idle for a
	 * while. That is no fault: it is opened again in silence.
	 */
	if (stream->state == STREAM_IDLE && stream->kind->reopens &&
	    lasted(stream)) {
		stream_close(stream);
		stream_open(stream);
		return;
	}
	if (error && error != ECONNRESET && error != EPIPE)
		stream_lose(stream, NULL, error);
	else
		stream_lose(stream, stream->kind->gone, 0);
}

/*
 * What the printer says is not listened to yet. 1 while it is there, 0 when it
 * has hung up, or a negative errno.
 */
static int discard_input(struct stream *stream)
{
	uint8_t bytes[256];
	ssize_t n = read(stream->fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 1 : -errno;
	return n > 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	if (stream->state == STREAM_CONNECTING) {
		int error = socket_error(fd);
		if (error)
			stream_lose(stream, NULL, error);
		else
			stream_opened(stream);
		return 0;
	}
	if (events & (EPOLLERR | EPOLLHUP)) {
		hung_up(stream, socket_error(fd));
		return 0;
	}
	int there = events & EPOLLIN ? discard_input(stream) : 1;
	if (there <= 0) {
		hung_up(stream, -there);
		return 0;
	}
	if ((events & EPOLLOUT) && stream->state == STREAM_WRITING)
		write_some(stream);
	return 0;
}

/* ---- the device's functions ---- */

static void stream_send(struct device *device, const struct device_job *job)
{
	struct stream *stream = (struct stream *)device;

	assert(!stream->job);
	stream->job = job;
	stream->sent = 0;
	/* Else it is being opened again in silence, and the job waits. */
	if (stream->state == STREAM_IDLE)
		stream_start_job(stream);
}

static void stream_hurry(struct device *device)
{
	struct stream *stream = (struct stream *)device;

	if (stream->state == STREAM_CLOSED)
		device_retry_hurry(&stream->retry);
}

static void stream_free(struct device *device)
{
	struct stream *stream = (struct stream *)device;

	stream_close(stream);
	sd_event_source_disable_unref(stream->stall);
	sd_event_source_disable_unref(stream->poll);
	device_retry_free(&stream->retry);
	sd_event_unref(stream->event);
	free(stream->name);
	free(stream->where);
	free(stream);
}

static const struct device_ops stream_ops = {
    .free = stream_free,
    .send = stream_send,
    .hurry = stream_hurry,
};

static int add_timer(struct stream *stream, sd_event_source **timer,
		     uint64_t accuracy_us, sd_event_time_handler_t handler)
{
	int status =
	    sd_event_add_time_relative(stream->event, timer, CLOCK_BOOTTIME, 0,
				       accuracy_us, handler, stream);

	if (status >= 0)
		status = sd_event_source_set_enabled(*timer, SD_EVENT_OFF);
	return status < 0 ? status : 0;
}

int stream_new(sd_event *event, const char *name,
	       const struct stream_kind *kind, void *where,
	       const struct device_times *times,
	       const struct device_owner *owner, struct device **out)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	*out = NULL;
	if (!stream) {
		free(where);
		return -ENOMEM;
	}
	stream->device.ops = &stream_ops;
	stream->kind = kind;
	stream->where = where;
	stream->event = sd_event_ref(event);
	stream->owner = *owner;
	stream->stall_ms = times->stall_ms;
	stream->lasting_ms = times->lasting_ms;
	stream->fd = -1;
	stream->name = strdup(name);
	int status = stream->name ? 0 : -ENOMEM;
	if (status == 0)
		status = add_timer(stream, &stream->stall, 0, on_stall);
	if (status == 0)
		status = add_timer(stream, &stream->poll, 1000, on_poll);
	if (status == 0)
		status = device_retry_new(&stream->retry, event, times, on_try,
					  stream);
	if (status != 0) {
		stream_free(&stream->device);
		return status;
	}
	*out = &stream->device;
	return 0;
}
