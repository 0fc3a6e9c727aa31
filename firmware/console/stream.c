/* SPDX-License-Identifier: MIT */
#include "console/stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/turn.h"
#include "console/messages.h"

struct stream {
	struct streams *streams;
	struct http_request *request;
	struct stream *previous, *next;
	struct board_text *text; /* what is being sent, or NULL */
	size_t at;               /* bytes of it that are sent */
	uint64_t version;        /* that was sent last */
	uint64_t session;        /* that it ends with; 0: none */
	bool comment_due;
};

struct streams {
	struct board *board;
	const struct sessions *sessions;
	unsigned comment_every_ms;
	sd_event_source *push, *comments;
	struct stream *first;
	size_t n;
};

static const char comment[] = ": \n\n";

static int on_push(sd_event_source *source, void *arg)
{
	struct streams *streams = arg;

	turn_is("state stream");
	(void)source;
	for (struct stream *at = streams->first; at; at = at->next)
		http_wake(at->request);
	return 0;
}

static int on_comments(sd_event_source *source, uint64_t at_us, void *arg)
{
	struct streams *streams = arg;

	turn_is("state stream");
	(void)at_us;
	if (!streams->first)
		return 0; /* the next stream starts it anew */
	for (struct stream *at = streams->first; at; at = at->next) {
		at->comment_due = true;
		http_wake(at->request);
	}
	(void)sd_event_source_set_time_relative(source,
						streams->comment_every_ms *
						    1000ULL);
	(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

int streams_new(sd_event *event, struct board *board,
		const struct sessions *sessions, unsigned comment_every_ms,
		struct streams **out)
{
	struct streams *streams = calloc(1, sizeof(*streams));
	uint64_t accuracy_us = comment_every_ms * 1000ULL / 20;
	int r;

	*out = NULL;
	if (!streams)
		return -ENOMEM;
	streams->board = board;
	streams->sessions = sessions;
	streams->comment_every_ms = comment_every_ms;
	r = sd_event_add_defer(event, &streams->push, on_push, streams);
	if (r >= 0)
		r = sd_event_source_set_enabled(streams->push, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_time(event, &streams->comments,
				      CLOCK_MONOTONIC, 0, accuracy_us,
				      on_comments, streams);
	if (r >= 0)
		r = sd_event_source_set_enabled(streams->comments,
						SD_EVENT_OFF);
	if (r < 0) {
		streams_free(streams);
		return r;
	}
	*out = streams;
	return 0;
}

void streams_free(struct streams *streams)
{
	if (!streams)
		return;
	sd_event_source_disable_unref(streams->push);
	sd_event_source_disable_unref(streams->comments);
	free(streams);
}

/* Chooses what to send next; false: nothing. */
static bool next_text(struct stream *stream)
{
	struct board *board = stream->streams->board;

	if (stream->version == board_version(board))
		return false;
	stream->text = board_get(board);
	stream->at = 0;
	return stream->text;
}

static bool has_ended(const struct stream *stream)
{
	return stream->session &&
	       !session_lives(stream->streams->sessions, stream->session,
			      clock_mono_ms());
}

static size_t read_stream(void *arg, char *to, size_t room)
{
	struct stream *stream = arg;
	struct board_text *text;
	size_t n;

	if (has_ended(stream))
		return HTTP_STREAM_END;
	if (!stream->text && !next_text(stream)) {
		if (!stream->comment_due || room < sizeof(comment) - 1)
			return 0;
		stream->comment_due = false;
		memcpy(to, comment, sizeof(comment) - 1);
		return sizeof(comment) - 1;
	}
	text = stream->text;
	n = text->length - stream->at;
	if (n > room)
		n = room;
	memcpy(to, text->bytes + stream->at, n);
	stream->at += n;
	if (stream->at == text->length) {
		stream->version = text->version;
		stream->comment_due = false;
		stream->text = NULL;
		board_release(text);
	}
	return n;
}

static void end_stream(void *arg)
{
	struct stream *stream = arg;
	struct streams *streams = stream->streams;

	if (stream->previous)
		stream->previous->next = stream->next;
	else
		streams->first = stream->next;
	if (stream->next)
		stream->next->previous = stream->previous;
	streams->n--;
	board_release(stream->text);
	free(stream);
}

/* Whether some followers turn out to be gone; their places are free soon. */
static bool sweep(struct streams *streams)
{
	bool found = false;

	for (struct stream *at = streams->first; at; at = at->next)
		found |= http_hung_up(at->request);
	return found;
}

void streams_review(struct streams *streams)
{
	for (struct stream *at = streams->first; at; at = at->next) {
		if (has_ended(at))
			http_wake(at->request);
	}
}

void streams_open(struct streams *streams, struct http_request *request,
		  uint64_t session)
{
	struct stream *stream;

	if (streams->n >= STREAMS_MAX && !sweep(streams)) {
		refuse(request, REFUSE_TOO_MANY_STREAMS, NULL);
		return;
	}
	stream = calloc(1, sizeof(*stream));
	if (!stream) {
		refuse(request, REFUSE_MEMORY, NULL);
		return;
	}
	stream->streams = streams;
	stream->request = request;
	stream->session = session;
	stream->next = streams->first;
	if (streams->first)
		streams->first->previous = stream;
	streams->first = stream;
	if (streams->n++ == 0) {
		(void)sd_event_source_set_time_relative(
		    streams->comments, streams->comment_every_ms * 1000ULL);
		(void)sd_event_source_set_enabled(streams->comments,
						  SD_EVENT_ONESHOT);
	}
	http_at_end(request, end_stream, stream);
	http_stream(request, "text/event-stream", read_stream, stream);
}

void streams_push(struct streams *streams)
{
	if (streams->first)
		(void)sd_event_source_set_enabled(streams->push,
						  SD_EVENT_ONESHOT);
}

size_t streams_count(const struct streams *streams)
{
	return streams->n;
}
