/* SPDX-License-Identifier: MIT */
#include "printer/device_stream_internal.h"

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
#include "base/log.h"
#include "base/turn.h"

#define WHY_SIZE 512
#define POLL_US 20000
#define LINE_BUFFER 4096 /* of a terminal line, in the kernel */

/*
 * Behind what the descriptor tells: what has arrived counts, even where the
 * loop came to it too late.
 */
#define TIMEOUT_PRIORITY (SD_EVENT_PRIORITY_NORMAL + 10)

/* ---- opening and losing ---- */

void stream_set_events(struct stream *stream, uint32_t events)
{
	if (stream->asks)
		events |= EPOLLIN;
	(void)sd_event_source_set_io_events(stream->io,
					    stream->kind->idle_events | events);
}

static void disarm(sd_event_source *timer)
{
	(void)sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

/* Ten bits a byte; and twice that, for it may be held up now and then. */
static uint64_t line_us(const struct stream *stream, size_t bytes)
{
	return bytes * 20 * 1000000 / (uint64_t)stream->baud;
}

void stream_moved(struct stream *stream)
{
	device_timer_arm(stream->stall,
			 (uint64_t)stream->times.stall_ms * 1000);
}

static void stream_close(struct stream *stream)
{
	stream->io = sd_event_source_disable_unref(stream->io);
	ask_lost(stream);
	if (stream->stall)
		disarm(stream->stall);
	if (stream->deadline)
		disarm(stream->deadline);
	if (stream->poll)
		disarm(stream->poll);
	if (stream->fd >= 0) {
		if (stream->job)
			stream->kind->discard(stream->fd);
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

void stream_end_job(struct stream *stream, enum device_result result,
		    const char *what)
{
	char why[WHY_SIZE];

	(void)snprintf(why, sizeof(why), "%s: %s", stream->name,
		       what ? what : "");
	/* Where bytes were lost on the way, it may still wait for more. */
	stream->broken_off = stream->half_said = result == DEVICE_UNSURE;
	stream->state = STREAM_IDLE;
	disarm(stream->stall);
	disarm(stream->deadline);
	disarm(stream->poll);
	stream_set_events(stream, 0);
	device_retry_worked(&stream->retry);
	ask_idle(stream);
	tell_done(stream, result, what ? why : NULL);
}

static bool lasted(const struct stream *stream)
{
	return clock_mono_ms() - stream->opened_ms >= stream->times.lasting_ms;
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
	stream->broken_off |= midway;
	stream->half_said |= midway;
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

static uint64_t job_us(const struct stream *stream)
{
	uint64_t us = (uint64_t)stream->times.job_ms * 1000;

	if (stream->baud > 0)
		us += line_us(stream, stream->job->length);
	return us;
}

static void stream_start_job(struct stream *stream)
{
	ask_stop(stream);
	/* It may just have told of a fault, and the owner taken the job. */
	if (!stream->job)
		return;
	if (stream->broken_off) {
		stream_recover(stream);
		return;
	}
	stream->sent = 0;
	stream->state = STREAM_WRITING;
	stream_moved(stream);
	device_timer_arm(stream->deadline, job_us(stream));
	write_some(stream);
}

void stream_recover(struct stream *stream)
{
	stream->recovered = 0;
	stream->state = STREAM_RECOVERING;
	stream_moved(stream);
	write_some(stream);
}

void stream_opened(struct stream *stream)
{
	stream->state = STREAM_IDLE;
	disarm(stream->stall);
	stream_set_events(stream, 0);
	ask_idle(stream);
	if (!stream->ready) {
		stream->ready = true;
		stream->owner.state(stream->owner.arg, true, NULL);
	}
	if (stream->job && stream->state == STREAM_IDLE)
		stream_start_job(stream);
}

/* The descriptor can be used. */
static void stream_connected(struct stream *stream)
{
	stream->opened_ms = clock_mono_ms();
	stream->state = STREAM_ASKING;
	disarm(stream->stall);
	stream_set_events(stream, 0);
	ask_opened(stream);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *arg);

static void stream_open(struct stream *stream)
{
	struct stream_opening opening = {0};

	device_retry_begun(&stream->retry);
	int fd = stream->kind->open(stream->where, &opening);

	if (fd == -ENOTTY) {
		stream_lose(stream, "is not a character device", 0);
		return;
	}
	if (fd < 0) {
		stream_lose(stream, NULL, -fd);
		return;
	}
	stream->fd = fd;
	stream->baud = opening.baud;
	stream->asks = stream->may_ask && !opening.mute;
	int status =
	    sd_event_add_io(stream->event, &stream->io, stream->fd,
			    opening.connecting ? EPOLLOUT : 0, on_io, stream);
	if (status < 0) {
		/* /dev/null and its like */
		stream_lose(stream, "cannot be waited for", -status);
	} else if (opening.connecting) {
		stream->state = STREAM_CONNECTING;
		stream_moved(stream);
	} else {
		stream_connected(stream);
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
		stream_moved(stream);
	stream->unsent = unsent;
	return unsent <= 0;
}

static void drain(struct stream *stream)
{
	stream->state = STREAM_DRAINING;
	stream_set_events(stream, 0);
	/* Who confirms says more than the kernel knows. */
	if (stream->job->in_turn > 0 || all_taken(stream)) {
		stream->state = STREAM_CONFIRMING;
		ask_confirm(stream);
	} else {
		device_timer_arm(stream->poll, POLL_US);
	}
}

static void write_failed(struct stream *stream, int error)
{
	if (error == ENODEV || error == EPIPE || error == ECONNRESET)
		stream_lose(stream, stream->kind->gone, 0);
	else
		stream_lose(stream, NULL, error);
}

/*
 * Moves *at towards length as far as it goes. 1: all of it is written, 0: not
 * yet, or a negative errno.
 */
static int write_on(struct stream *stream, const uint8_t *bytes, size_t length,
		    size_t *at)
{
	while (*at < length) {
		ssize_t n =
		    stream->kind->write(stream->fd, bytes + *at, length - *at);
		if (n > 0)
			*at += (size_t)n;
		else if (n == 0 || errno == EAGAIN)
			return 0;
		else if (errno != EINTR)
			return -errno;
	}
	return 1;
}

/*
 * A line with no room for a few bytes stands still: what was taken of them must
 * not stay half a command, so the device is given up.
 */
bool stream_command(struct stream *stream, const uint8_t *bytes, size_t length)
{
	size_t at = 0;
	int done = write_on(stream, bytes, length, &at);

	if (done < 0) {
		write_failed(stream, -done);
		return false;
	}
	if (done == 0 && at > 0)
		stream_lose(stream, "takes no bytes", 0);
	return done > 0;
}

static void wait_for_room(struct stream *stream, bool moved)
{
	if (moved) {
		stream_moved(stream);
		stream_set_events(stream, EPOLLOUT);
	} else {
		/*
		 * usblp says that it can be written to while it is out of
		 * paper, and then takes nothing: asking it at once again would
		 * be a busy loop.
		 */
		stream_set_events(stream, 0);
		device_timer_arm(stream->poll, POLL_US);
	}
}

static void recover_some(struct stream *stream)
{
	size_t before = stream->recovered;
	int done = write_on(stream, stream->recovery, stream->recovery_length,
			    &stream->recovered);

	if (done < 0) {
		write_failed(stream, -done);
	} else if (done == 0) {
		wait_for_room(stream, stream->recovered > before);
	} else {
		stream->broken_off = stream->half_said = false;
		stream->state = STREAM_ASKING;
		disarm(stream->stall);
		stream_set_events(stream, 0);
		ask_recovered(stream);
	}
}

static void write_some(struct stream *stream)
{
	const struct device_job *job = stream->job;
	size_t before = stream->sent;

	if (stream->state == STREAM_RECOVERING) {
		recover_some(stream);
		return;
	}
	int done = write_on(stream, job->bytes, job->length, &stream->sent);
	if (done < 0) {
		write_failed(stream, -done);
	} else if (done == 0) {
		wait_for_room(stream, stream->sent > before);
	} else {
		stream_moved(stream);
		stream->unsent = INT32_MAX;
		drain(stream);
	}
}

static int on_poll(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	(void)us;
	if (stream->state == STREAM_WRITING ||
	    stream->state == STREAM_RECOVERING)
		write_some(stream);
	else if (stream->state == STREAM_DRAINING)
		drain(stream);
	return 0;
}

/* One that cools down goes on by itself; the job's deadline is its limit. */
static bool only_hot(const struct stream *stream)
{
	return stream->status.faults & FAULT_HOT &&
	       !(stream->status.faults &
		 (FAULT_PAPER_OUT | FAULT_COVER_OPEN | FAULT_CUTTER));
}

static int on_stall(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;
	int seconds = (stream->times.stall_ms + 999) / 1000;
	char what[80];

	(void)source;
	(void)us;
	if (stream->job && only_hot(stream)) {
		stream_moved(stream);
		return 0;
	}
	if (stream->state == STREAM_CONFIRMING) {
		(void)snprintf(what, sizeof(what),
			       "did not confirm it within %d s", seconds);
		stream_end_job(stream, DEVICE_UNSURE, what);
		return 0;
	}
	(void)snprintf(what, sizeof(what), "%s for %d s",
		       stream->state == STREAM_CONNECTING ? "no answer"
							  : "takes no bytes",
		       seconds);
	stream_lose(stream, what, 0);
	return 0;
}

static int on_deadline(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	(void)us;
	if (stream->state == STREAM_CONFIRMING)
		stream_end_job(stream, DEVICE_UNSURE, "took far too long");
	else
		stream_lose(stream, "took far too long", 0);
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
	/* The last words, and the last bytes taken, may be just before it. */
	if (stream->asks && (stream->state == STREAM_DRAINING ||
			     stream->state == STREAM_CONFIRMING))
		(void)ask_hear(stream);
	if (stream->state == STREAM_DRAINING && !error && all_taken(stream)) {
		stream->state = STREAM_CONFIRMING;
		ask_confirm(stream);
	}
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
	if (error && error != ECONNRESET && error != EPIPE && error != ENODEV)
		stream_lose(stream, NULL, error);
	else
		stream_lose(stream, stream->kind->gone, 0);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct stream *stream = arg;

	turn_is("printer");
	(void)source;
	if (stream->state == STREAM_CONNECTING) {
		int error = socket_error(fd);
		if (error)
			stream_lose(stream, NULL, error);
		else
			stream_connected(stream);
		return 0;
	}
	if (events & (EPOLLERR | EPOLLHUP)) {
		hung_up(stream, socket_error(fd));
		return 0;
	}
	int there = events & EPOLLIN ? ask_hear(stream) : 1;
	if (there <= 0) {
		hung_up(stream, -there);
		return 0;
	}
	if ((events & EPOLLOUT) && (stream->state == STREAM_WRITING ||
				    stream->state == STREAM_RECOVERING))
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
	/* Else it is being asked, or opened again in silence: the job waits. */
	if (stream->state == STREAM_IDLE)
		stream_start_job(stream);
}

static void stream_abort(struct device *device, const char *what)
{
	struct stream *stream = (struct stream *)device;

	if (!stream->job)
		return;
	/* What the kernel holds of it can only be taken back by closing. */
	device_retry_worked(&stream->retry);
	stream_lose(stream, what, 0);
	device_retry_now(&stream->retry);
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
	ask_free(stream);
	device_watch_free(stream->watch);
	sd_event_source_disable_unref(stream->stall);
	sd_event_source_disable_unref(stream->deadline);
	sd_event_source_disable_unref(stream->poll);
	device_retry_free(&stream->retry);
	sd_event_unref(stream->event);
	free(stream->name);
	stream->kind->free_where(stream->where);
	free(stream);
}

static const struct device_ops stream_ops = {
    .free = stream_free,
    .send = stream_send,
    .abort = stream_abort,
    .hurry = stream_hurry,
};

int stream_add_timer(struct stream *stream, sd_event_source **timer,
		     uint64_t accuracy_us, sd_event_time_handler_t handler)
{
	int status =
	    sd_event_add_time_relative(stream->event, timer, CLOCK_BOOTTIME, 0,
				       accuracy_us, handler, stream);

	if (status >= 0)
		status = sd_event_source_set_enabled(*timer, SD_EVENT_OFF);
	if (status >= 0)
		status = sd_event_source_set_priority(*timer, TIMEOUT_PRIORITY);
	return status < 0 ? status : 0;
}

static void on_appeared(void *arg)
{
	struct stream *stream = arg;

	if (stream->state == STREAM_CLOSED)
		device_retry_now(&stream->retry);
}

/* Without it the printer is found a little later, by trying again. */
static void watch_for(struct stream *stream)
{
	const char *path =
	    stream->kind->path ? stream->kind->path(stream->where) : NULL;
	int status = path ? device_watch_new(stream->event, path, on_appeared,
					     stream, &stream->watch)
			  : 0;

	if (status != 0)
		log_warning("printer: %s: cannot be watched: %s", stream->name,
			    strerror(-status));
}

int stream_new(sd_event *event, const struct device_place *place,
	       const struct stream_kind *kind, void *where,
	       const struct device_times *times,
	       const struct device_owner *owner, struct device **out)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	*out = NULL;
	if (!stream) {
		kind->free_where(where);
		return -ENOMEM;
	}
	stream->device.ops = &stream_ops;
	stream->kind = kind;
	stream->where = where;
	stream->event = sd_event_ref(event);
	stream->owner = *owner;
	stream->times = *times;
	stream->may_ask = place->asks;
	stream->recovery = place->recovery;
	stream->recovery_length = place->recovery_length;
	stream->fd = -1;
	stream->name = strdup(place->name);
	int status = stream->name ? 0 : -ENOMEM;
	if (status == 0)
		status = stream_add_timer(stream, &stream->stall, 0, on_stall);
	if (status == 0)
		status =
		    stream_add_timer(stream, &stream->deadline, 0, on_deadline);
	if (status == 0)
		status = stream_add_timer(stream, &stream->poll, 1000, on_poll);
	if (status == 0)
		status = ask_new(stream);
	if (status == 0)
		status = device_retry_new(&stream->retry, event, times, on_try,
					  stream);
	if (status != 0) {
		stream_free(&stream->device);
		return status;
	}
	watch_for(stream);
	*out = &stream->device;
	return 0;
}
