/* SPDX-License-Identifier: MIT */
/*
 * What device_stream.c (opening, writing, losing) and device_ask.c (asking the
 * printer, and what it answers) share. For nobody else.
 */
#ifndef KIOSK_PRINTER_DEVICE_STREAM_INTERNAL_H
#define KIOSK_PRINTER_DEVICE_STREAM_INTERNAL_H

#include "printer/device_stream.h"
#include "printer/device_watch.h"
#include "printer/escpos_status.h"

enum stream_state {
	STREAM_CLOSED,
	STREAM_CONNECTING,
	STREAM_ASKING, /* open; what can the printer do? A job waits for it */
	STREAM_RECOVERING, /* getting it out of a picture; a job waits too */
	STREAM_IDLE,
	STREAM_WRITING,
	STREAM_DRAINING,   /* all written, not all taken yet */
	STREAM_CONFIRMING, /* all taken, not all carried out yet */
};

/* What the question that is under way is for. */
enum asking {
	ASKING_NOTHING,
	ASKING_STATUS,  /* a round of DLE EOT */
	ASKING_ABILITY, /* GS r and GS a: does it know them? */
};

struct stream {
	struct device device;
	const struct stream_kind *kind;
	sd_event *event;
	char *name;
	void *where; /* the kind's own */
	struct device_owner owner;
	struct device_retry retry;
	struct device_watch *watch; /* or NULL */
	struct device_times times;

	enum stream_state state;
	int fd;
	int baud;
	sd_event_source *io;
	sd_event_source *stall;    /* fires when nothing has moved for long */
	sd_event_source *deadline; /* of the whole job */
	sd_event_source *poll;     /* for what the descriptor cannot tell */
	bool ready;                /* as the owner was last told */
	int64_t opened_ms;

	const struct device_job *job;
	size_t sent;
	int unsent; /* bytes that the kernel still held when last asked */
	/*
	 * The printer may be in the middle of a picture, of which no more
	 * comes: what is sent next would be taken for its rest.
	 */
	bool broken_off;
	bool half_said; /* or of a command; until something has been put there
			   that is no part of one */
	const uint8_t *recovery; /* the caller's */
	size_t recovery_length, recovered;

	/* ---- device_ask.c ---- */
	bool may_ask;            /* by configuration */
	bool asks;               /* likewise, and it can be read from */
	sd_event_source *answer; /* fires when there was none */
	sd_event_source *look;   /* fires when it is time to look again */
	struct escpos_ear ear;
	struct device_status status;
	bool able;  /* what it can do has been found out */
	int missed; /* rounds in a row that had no answer */
	enum asking asking;
	unsigned step;    /* of the round */
	bool due;         /* its question has not been put yet */
	unsigned faults;  /* that the round has brought so far */
	unsigned in_turn; /* answers in turn since the job, or the asking,
			     began */
	unsigned rubbish; /* likewise */
	bool told;        /* an automatic status came since then */
};

/* ---- device_stream.c ---- */

void stream_set_events(struct stream *stream, uint32_t events);

/* The job gets on: it has not stalled. */
void stream_moved(struct stream *stream);

/* Writes a command whole, or not at all. False: it is not to be had now. */
bool stream_command(struct stream *stream, const uint8_t *bytes, size_t length);

/* One that fires behind all that the descriptor tells; not armed. */
int stream_add_timer(struct stream *stream, sd_event_source **timer,
		     uint64_t accuracy_us, sd_event_time_handler_t handler)
    __attribute__((warn_unused_result));

/* Asking is over: the printer is ready for jobs. */
void stream_opened(struct stream *stream);

/* Gets it out of a picture; then ask_recovered(). */
void stream_recover(struct stream *stream);

/* The job is done, and the device stays. */
void stream_end_job(struct stream *stream, enum device_result result,
		    const char *what);

/* ---- device_ask.c ---- */

int ask_new(struct stream *stream) __attribute__((warn_unused_result));
void ask_free(struct stream *stream);

/* The descriptor is open: in STREAM_ASKING, or opened again in silence. */
void ask_opened(struct stream *stream);

/* It is out of the picture that was broken off. */
void ask_recovered(struct stream *stream);

/* No more questions and answers: a job begins, or the device is lost. */
void ask_stop(struct stream *stream);
void ask_lost(struct stream *stream);

/* It is idle: look at it in a while. */
void ask_idle(struct stream *stream);

/* All of the job has been taken: ends it now, or as soon as it is known. */
void ask_confirm(struct stream *stream);

/*
 * Reads what the printer says. 1 while it is there, 0 when it has hung up, or a
 * negative errno.
 */
int ask_hear(struct stream *stream);

#endif
