/* SPDX-License-Identifier: MIT */
/*
 * The synthesiser: the program espeak-ng as a child, which writes a WAV to its
 * standard output. It may be missing, hang or crash; then there is no voice
 * and nothing else is missing. SIGCHLD must be blocked (sd-event's children).
 */
#ifndef KIOSK_SYNTH_H
#define KIOSK_SYNTH_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#define SYNTH_PATIENCE_MS 10000
#define SYNTH_BYTES_MOST (4 << 20)

struct synth;

/* The WAV, valid during the call; r less than 0: why there is none. */
typedef void synth_done_fn(void *arg, int r, const uint8_t *wav, size_t length);

/* program: NULL for "espeak-ng", found by PATH; patience_ms: 0 for
 * SYNTH_PATIENCE_MS. -ENOMEM. */
int synth_new(sd_event *event, const char *program, int patience_ms,
	      synth_done_fn *fn, void *arg, struct synth **out)
    __attribute__((warn_unused_result));

/* Kills a child that still speaks. */
void synth_free(struct synth *synth);

/*
 * voice: of espeak-ng, such as "vi". fn is called once, later. -EBUSY while
 * one is under way; -ENOENT and the like where the program cannot be started.
 */
int synth_start(struct synth *synth, const char *voice, const char *text)
    __attribute__((warn_unused_result));

#endif
