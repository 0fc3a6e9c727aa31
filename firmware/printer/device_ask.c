/* SPDX-License-Identifier: MIT */
#include "printer/device_stream_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "printer/escpos.h"

#define DLE 0x10
#define EOT 0x04
#define ESC 0x1b
#define GS 0x1d

/* Two may go missing; with the third the printer does not answer. */
#define MAX_MISSED 3
/* But one that a job was taken back from may be full up to the brim. */
#define MAX_MISSED_FULL 120
/* One that never answers is asked so much less often. */
#define SELDOM 12

/*
 * Each question is asked twice, and the second answer counts: a printer that
 * is one behind gives the right one then. None of the answers says what it is
 * an answer to.
 */
static const enum status_question round_steps[] = {
    ASK_STATE,       ASK_STATE,       ASK_OFFLINE_CAUSE, ASK_OFFLINE_CAUSE,
    ASK_ERROR_CAUSE, ASK_ERROR_CAUSE, ASK_PAPER,         ASK_PAPER,
};
#define ROUND_STEPS (sizeof(round_steps) / sizeof(*round_steps))

static void disarm(sd_event_source *timer)
{
	if (timer)
		(void)sd_event_source_set_enabled(timer, SD_EVENT_OFF);
}

static void wait_for_answer(struct stream *stream)
{
	device_timer_arm(stream->answer,
			 (uint64_t)stream->times.answer_ms * 1000);
}

static bool stopped(const struct stream *stream)
{
	return (stream->status.faults & FAULTS_THAT_STOP) != 0;
}

/* While it is stopped, what comes in turn does not come. */
static bool ability_is_due(const struct stream *stream)
{
	return !stream->able && stream->status.answers && !stopped(stream) &&
	       (stream->state == STREAM_ASKING || stream->state == STREAM_IDLE);
}

static void tell(struct stream *stream)
{
	stream->status.baud = stream->baud;
	stream->owner.status(stream->owner.arg, &stream->status);
}

static void look_later(struct stream *stream)
{
	uint64_t ms = (uint64_t)stream->times.poll_ms;

	/* Somebody puts paper in, or waits for a slip; or it is a hiccup. */
	if (stopped(stream) || stream->state == STREAM_CONFIRMING ||
	    (stream->missed > 0 && stream->missed < MAX_MISSED))
		ms = (uint64_t)stream->times.retry_first_ms;
	else if (!stream->status.answers)
		ms *= SELDOM;
	device_timer_arm(stream->look, ms * 1000);
}

/* ---- questions ---- */

/*
 * Only where a command ends, which the states that it is called in see to, and
 * with all read that has come, so that it is not taken for the answer.
 *
 * What was broken off may have been so in a picture's head, where a question
 * would be taken for its height: the printer would then wait for thousands of
 * rows. So NULs come first, which make it none. They are white in a picture,
 * and nothing anywhere else. Once: a printer that stands still keeps them.
 */
static void ask_step(struct stream *stream)
{
	const uint8_t question[ESCPOS_HEAD + 3] =
	    {[ESCPOS_HEAD] = DLE, EOT, (uint8_t)round_steps[stream->step]};
	size_t from = stream->half_said ? 0 : ESCPOS_HEAD;

	stream->due = false;
	if (stream_command(stream, question + from, sizeof(question) - from))
		stream->half_said = false;
	if (stream->state != STREAM_CLOSED)
		wait_for_answer(stream);
}

/* The first question is put once all has been read that has come. */
static void begin_round(struct stream *stream)
{
	stream->asking = ASKING_STATUS;
	stream->step = 0;
	stream->faults = 0;
	stream->due = true;
}

/*
 * A printer that does not know a command may take its end for text: so ESC @
 * comes behind it, which forgets what is not printed yet.
 */
static void begin_ability(struct stream *stream)
{
	static const uint8_t questions[] = {
	    ESC, '@', GS, 'r', 1, GS, 'r', 1, GS, 'a', ESCPOS_TELL,
	};

	stream->asking = ASKING_ABILITY;
	stream->in_turn = stream->rubbish = 0;
	stream->told = false;
	if (stream_command(stream, questions, sizeof(questions)))
		wait_for_answer(stream);
	else if (stream->state != STREAM_CLOSED)
		stream_opened(stream);
}

static void end_ability(struct stream *stream)
{
	static const uint8_t forget[] = {ESC, '@'};
	static const uint8_t and_tell[] = {ESC, '@', GS, 'a', ESCPOS_TELL};

	disarm(stream->answer);
	stream->asking = ASKING_NOTHING;
	stream->able = true;
	stream->status.confirms = stream->in_turn == 2 && stream->rubbish == 0;
	stream->status.tells = stream->told;
	(void)stream_command(stream, stream->told ? and_tell : forget,
			     stream->told ? sizeof(and_tell) : sizeof(forget));
	if (stream->state == STREAM_CLOSED)
		return;
	tell(stream);
	stream_opened(stream);
}

/* ---- what a round brought ---- */

/* In a job: what it can say of itself is all that will be known. */
static void judge_job(struct stream *stream)
{
	if (stream->job->in_turn == 0 && !stopped(stream))
		stream_end_job(stream, DEVICE_SENT, NULL);
	else /* the answers in turn, or its being mended, may still come */
		look_later(stream);
}

/* How many rounds it may miss before it is one that does not answer. */
static int patience(const struct stream *stream)
{
	if (stream->broken_off && stopped(stream))
		return MAX_MISSED_FULL;
	return stream->able ? MAX_MISSED : 1;
}

/*
 * In a job there may be no room in the printer for a question, so that it says
 * nothing says nothing.
 */
static void count_round(struct stream *stream, bool answered)
{
	if (answered) {
		stream->missed = 0;
		stream->status.answers = true;
		stream->status.faults = stream->faults;
	} else if (stream->state != STREAM_CONFIRMING &&
		   ++stream->missed >= patience(stream)) {
		stream->status.answers = false;
		stream->status.faults = 0;
	}
}

static void end_round(struct stream *stream, bool answered)
{
	disarm(stream->answer);
	stream->asking = ASKING_NOTHING;
	count_round(stream, answered);
	if (ability_is_due(stream)) {
		stream->state = STREAM_ASKING;
		/* Within a picture it would hear no question. */
		if (stream->broken_off)
			stream_recover(stream);
		else
			begin_ability(stream);
		return; /* told when that is over */
	}
	tell(stream);
	switch (stream->state) {
	case STREAM_CONFIRMING:
		judge_job(stream);
		return;
	case STREAM_ASKING:
		stream_opened(stream);
		return;
	case STREAM_IDLE:
		look_later(stream);
		return;
	case STREAM_CLOSED: /* the owner gave the job up meanwhile */
	case STREAM_CONNECTING:
	case STREAM_RECOVERING:
	case STREAM_WRITING:
	case STREAM_DRAINING:
		return;
	}
}

/* ---- answers ---- */

static void take_answer(struct stream *stream, uint8_t byte)
{
	/* Too late, or to what looked like a question in a picture's dots. */
	if (stream->asking != ASKING_STATUS || stream->due)
		return;
	if (stream->step % 2 == 1)
		stream->faults |=
		    escpos_answer_faults(round_steps[stream->step], byte);
	stream->step++;
	stream->due = true;
}

static void take_in_turn(struct stream *stream)
{
	stream->in_turn++;
	if (stream->asking == ASKING_ABILITY)
		wait_for_answer(stream);
	if (stream->job)
		stream_moved(stream);
}

static void take_unasked(struct stream *stream)
{
	stream->told = true;
	stream->missed = 0;
	stream->status.answers = true;
	stream->status.faults = stream->ear.faults;
	if (stream->asking == ASKING_ABILITY)
		return; /* told when it is over */
	/* A round that is under way may have asked before it happened. */
	if (stream->asking == ASKING_STATUS || ability_is_due(stream))
		begin_round(stream);
	else if (stream->state == STREAM_IDLE)
		look_later(stream);
	if (!ability_is_due(stream)) /* else when that is over */
		tell(stream);
}

static void take_byte(struct stream *stream, uint8_t byte)
{
	switch (escpos_hear(&stream->ear, byte)) {
	case HEARD_NOTHING:
		return;
	case HEARD_ANSWER:
		take_answer(stream, byte);
		return;
	case HEARD_IN_TURN:
		take_in_turn(stream);
		return;
	case HEARD_UNASKED:
		take_unasked(stream);
		return;
	case HEARD_RUBBISH:
		stream->rubbish++;
		return;
	}
}

/* Whether the job is carried out: it writes nothing. */
static void see_whether_done(struct stream *stream)
{
	unsigned want = stream->job ? stream->job->in_turn : 0;

	if (stream->state != STREAM_CONFIRMING || want == 0)
		return;
	if (stream->rubbish > 0 || stream->in_turn > want)
		stream_end_job(stream, DEVICE_UNSURE,
			       "its answers do not add up");
	else if (stream->in_turn == want)
		stream_end_job(stream, DEVICE_CONFIRMED, NULL);
}

/* All has been read that has come: what is to be asked next? */
static void go_on_asking(struct stream *stream)
{
	if (stream->asking == ASKING_ABILITY && stream->in_turn >= 2 &&
	    stream->told)
		end_ability(stream);
	else if (stream->asking == ASKING_STATUS && stream->step == ROUND_STEPS)
		end_round(stream, true);
	else if (stream->asking == ASKING_STATUS && stream->due)
		ask_step(stream);
}

/* 1: all is read, 0: it has hung up, or a negative errno. */
static int read_all(struct stream *stream)
{
	uint8_t bytes[256];

	for (;;) {
		ssize_t n = read(stream->fd, bytes, sizeof(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (n == 0)
			return !stream->kind->empty_is_gone;
		for (ssize_t i = 0; i < n; i++) {
			take_byte(stream, bytes[i]);
			/* What it told may have made the owner give up. */
			if (stream->state == STREAM_CLOSED)
				return 1;
		}
	}
}

int ask_hear(struct stream *stream)
{
	int there = read_all(stream);

	see_whether_done(stream);
	if (there > 0)
		go_on_asking(stream);
	return there;
}

/* Where it is gone, the loop says so in a moment. */
static void look_now(struct stream *stream)
{
	begin_round(stream);
	wait_for_answer(stream);
	(void)ask_hear(stream);
}

static int on_no_answer(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	(void)us;
	if (stream->asking == ASKING_ABILITY)
		end_ability(stream);
	else if (stream->asking == ASKING_STATUS)
		end_round(stream, false);
	return 0;
}

static int on_look(sd_event_source *source, uint64_t us, void *arg)
{
	struct stream *stream = arg;

	(void)source;
	(void)us;
	if (stream->asks && stream->asking == ASKING_NOTHING &&
	    (stream->state == STREAM_IDLE ||
	     stream->state == STREAM_CONFIRMING))
		look_now(stream);
	return 0;
}

/* ---- what device_stream.c calls ---- */

void ask_opened(struct stream *stream)
{
	if (!stream->asks) {
		stream->status = (struct device_status){0};
		tell(stream);
		stream_opened(stream);
	} else if (stream->ready) {
		stream_opened(stream); /* it was gone for a moment only */
	} else {
		stream->able = false;
		stream->missed = 0;
		/* What a job was taken back for is still the matter. */
		if (!stream->broken_off || !stopped(stream))
			stream->status = (struct device_status){0};
		look_now(stream);
	}
}

void ask_recovered(struct stream *stream)
{
	if (stream->asks && stream->status.answers && !stream->able)
		begin_ability(stream);
	else
		stream_opened(stream);
}

void ask_idle(struct stream *stream)
{
	if (stream->asks)
		look_later(stream);
}

void ask_stop(struct stream *stream)
{
	stream->asking = ASKING_NOTHING;
	disarm(stream->answer);
	disarm(stream->look);
	/* What is still on its way was meant for something else. */
	if (stream->asks)
		(void)ask_hear(stream);
	stream->in_turn = stream->rubbish = 0;
}

void ask_lost(struct stream *stream)
{
	stream->asking = ASKING_NOTHING;
	stream->due = false;
	stream->ear = (struct escpos_ear){0};
	disarm(stream->answer);
	disarm(stream->look);
}

void ask_confirm(struct stream *stream)
{
	if (!stream->asks || (!stream->status.answers && !stream->job->in_turn))
		stream_end_job(stream, DEVICE_SENT, NULL);
	else if (stream->job->in_turn == 0)
		look_now(stream);
	else
		(void)ask_hear(stream);
	if (stream->state == STREAM_CONFIRMING &&
	    stream->asking == ASKING_NOTHING)
		look_later(stream);
}

int ask_new(struct stream *stream)
{
	int status = stream_add_timer(stream, &stream->answer, 0, on_no_answer);

	if (status == 0)
		status = stream_add_timer(stream, &stream->look, 0, on_look);
	return status;
}

void ask_free(struct stream *stream)
{
	stream->answer = sd_event_source_disable_unref(stream->answer);
	stream->look = sd_event_source_disable_unref(stream->look);
}
