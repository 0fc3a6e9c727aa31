/* SPDX-License-Identifier: MIT */
/*
 * A receipt printer that misbehaves, on a pseudo-terminal or a TCP port, in the
 * loop of whoever tests with it. Its paper is 384 dots wide. It knows the
 * command reference, and nothing of how the kiosk's printer room works: it
 * takes bytes into a small buffer, answers in real time whatever it is doing,
 * carries out commands one by one, and keeps what came out on paper. It uses no
 * clock but for what it is told to do later, so how fast the machine is makes
 * no difference.
 */
#ifndef KIOSK_BAD_PRINTER_H
#define KIOSK_BAD_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct bitmap;

enum bad_kind { BAD_PTY, BAD_TCP };

/* What it can do, besides printing. */
#define BAD_ANSWERS 0x01u  /* DLE EOT */
#define BAD_CONFIRMS 0x02u /* GS r */
#define BAD_TELLS 0x04u    /* GS a */
#define BAD_ALL (BAD_ANSWERS | BAD_CONFIRMS | BAD_TELLS)

enum bad_fault {
	BAD_NOTHING,
	BAD_PAPER_OUT,  /* the paper ends; after a while there is new */
	BAD_COVER_OPEN, /* likewise, the cover */
	BAD_CUTTER,     /* likewise, the cutter */
	BAD_HOT,        /* stands still until it has cooled down, and goes on */
	BAD_STALL,      /* takes, prints and answers nothing for a while */
	BAD_DROPS,      /* loses bytes of a picture */
	BAD_LAGS,       /* answers the question before, for a while */
	BAD_RUBBISH,    /* says what nobody understands */
	BAD_HANGS_UP,   /* the cable: comes back as it was */
	BAD_POWER,      /* the plug: comes back empty */
	BAD_SLOW,       /* takes a few bytes at a time, for a while */
};
#define BAD_FAULTS 12

/* One piece of paper, from cut to cut. */
struct bad_paper {
	uint64_t print; /* of its dots and where they stand */
	bool whole;     /* nothing went wrong while it came out */
};

struct bad_printer;

/*
 * BAD_PTY: where is the path that becomes a link to the terminal; BAD_TCP: it
 * is "127.0.0.1:PORT", and PORT may be 0. NULL with errno set on failure.
 */
struct bad_printer *bad_printer_new(sd_event *event, enum bad_kind kind,
				    const char *where, unsigned abilities);
void bad_printer_free(struct bad_printer *bad);

/* What the configuration calls it: a path or "tcp:127.0.0.1:PORT". */
const char *bad_printer_device(const struct bad_printer *bad);

/*
 * The fault comes with the at-th byte from now on that is carried out, and is
 * mended lasts_ms later. One at a time: a new one takes the place of one that
 * has not come yet.
 */
void bad_printer_fault(struct bad_printer *bad, enum bad_fault fault,
		       uint64_t at, int lasts_ms);

/* BAD_TCP: what it has of a connection that ends is these bytes, 8 at most,
 * when the next one comes. */
void bad_printer_leave(struct bad_printer *bad, const uint8_t *bytes, size_t n);

/* At once, and for good until it is said otherwise. */
void bad_printer_set(struct bad_printer *bad, enum bad_fault fault, bool on);
void bad_printer_set_paper_low(struct bad_printer *bad, bool low);

/* Whether a fault is still to come, or not mended yet. */
bool bad_printer_troubled(const struct bad_printer *bad);

/* The paper that has come out, oldest first. */
size_t bad_printer_papers(const struct bad_printer *bad,
			  const struct bad_paper **papers);

/* How many whole pieces look like that. */
size_t bad_printer_count(const struct bad_printer *bad, uint64_t print);

/* Questions it was asked, DLE EOT; bytes it took. */
size_t bad_printer_asked(const struct bad_printer *bad);
uint64_t bad_printer_taken(const struct bad_printer *bad);

/* What a piece of paper with this picture on it looks like. */
uint64_t bad_printer_print_of(const struct bitmap *bitmap);

#endif
