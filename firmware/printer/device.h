/* SPDX-License-Identifier: MIT */
/*
 * Where a slip's bytes go: inside the printer's room. A back end opens itself
 * in the event loop and tries again with back-off; it takes one job at a time.
 */
#ifndef KIOSK_PRINTER_DEVICE_H
#define KIOSK_PRINTER_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "printer/printer.h"
#include "printer/slip.h"

struct device_times {
	int retry_first_ms; /* after the first failure; doubles from there */
	int retry_most_ms;
	int stall_ms;   /* with no byte taken, or no answer to a connect */
	int lasting_ms; /* a connection that held so long was a good one */
	int answer_ms;  /* for one answer, or it has none */
	int poll_ms;    /* from one look at the printer to the next */
	int job_ms;     /* for a whole job; a serial line's time is added */
};

/* The device that the configuration names. */
struct device_place {
	const char *name;  /* what it says, for messages */
	const char *where; /* the part behind the colon */
	int baud;          /* of a serial line; likewise below */
	enum config_flow flow;
	bool asks; /* the printer may be asked how it is */
	/*
	 * What gets a printer out of a picture that was broken off: sent where
	 * that may have happened. Stays the caller's, as long as the device.
	 */
	const uint8_t *recovery;
	size_t recovery_length;
};

struct device_job {
	const char *code;
	const struct bitmap *bitmap;
	const uint8_t *bytes;
	size_t length;
	unsigned in_turn; /* questions among the bytes, answered in turn */
};

enum device_result {
	DEVICE_CONFIRMED, /* the printer says that it has carried it out */
	DEVICE_SENT,      /* every byte was taken; it cannot say more */
	DEVICE_UNSURE,    /* likewise, and it should have confirmed it */
	DEVICE_BROKEN,    /* some bytes were taken, and no more will be */
	DEVICE_UNTOUCHED  /* none was: the job may be sent again, once ready */
};

struct device_status {
	bool answers;    /* it answered when it was asked last */
	bool confirms;   /* it answers in turn (GS r) */
	bool tells;      /* it tells of changes by itself (GS a) */
	unsigned faults; /* enum printer_fault; 0 where it does not answer */
	int baud;        /* of a serial line, 0 for another */
};

/*
 * What a back end tells. why is one line that begins with the device's name,
 * or NULL. None is called from device_*_new(); done may be called from inside
 * send and abort. Where a job ends because the device is lost, state comes
 * first; where it ends because of a fault, status does.
 */
struct device_owner {
	void (*state)(void *arg, bool ready, const char *why);
	/* Each time that the printer was heard, or should have been. */
	void (*status)(void *arg, const struct device_status *status);
	void (*done)(void *arg, enum device_result result, const char *why);
	void *arg;
};

struct device;

struct device_ops {
	/* A job that is not done is dropped. */
	void (*free)(struct device *device);
	/*
	 * Only when ready and with no job under way. The job stays the
	 * caller's, and has to stay as it is until done.
	 */
	void (*send)(struct device *device, const struct device_job *job);
	/*
	 * Ends the job under way, of which no more is to come out: it is done
	 * as DEVICE_BROKEN or DEVICE_UNTOUCHED. what says why, in words.
	 */
	void (*abort)(struct device *device, const char *what);
	/* Somebody waits: tries to open now, unless it has just been tried. */
	void (*hurry)(struct device *device);
};

/* The first member of every back end. */
struct device {
	const struct device_ops *ops;
};

typedef int device_new_fn(sd_event *event, const struct device_place *place,
			  const struct device_times *times,
			  const struct device_owner *owner,
			  struct device **out);

/* -EINVAL for a where that can never be right, -ENOMEM, sd_event's errors. */
device_new_fn device_file_new, device_char_new, device_tcp_new;

/* When to try again: a timer that waits longer each time. */
struct device_retry {
	sd_event_source *timer;
	struct device_times times;
	int delay_ms; /* of the next wait */
	int64_t tried_ms;
};

/* The first try comes at once, from the loop. */
int device_retry_new(struct device_retry *retry, sd_event *event,
		     const struct device_times *times,
		     sd_event_time_handler_t try, void *arg)
    __attribute__((warn_unused_result));
void device_retry_free(struct device_retry *retry);
void device_retry_later(struct device_retry *retry);
void device_retry_hurry(struct device_retry *retry);
/* It is known to be there: without delay. */
void device_retry_now(struct device_retry *retry);
/* To be called as a try begins, and when one has been of lasting use. */
void device_retry_begun(struct device_retry *retry);
void device_retry_worked(struct device_retry *retry);

/* (Re)arms a one-shot timer; us from now. */
void device_timer_arm(sd_event_source *timer, uint64_t us);

/* printer_new() with other times, for tests. */
struct printer_times {
	struct device_times device;
	int wait_ms; /* how long a slip waits for a device that is not ready */
	int mend_ms; /* likewise, where it is something that people mend */
};
int printer_new_timed(sd_event *event, const struct config_printer *config,
		      const char *font, printer_done_fn *on_done,
		      printer_state_fn *on_state, void *arg,
		      const struct printer_times *times, struct printer **out)
    __attribute__((warn_unused_result));

#endif
