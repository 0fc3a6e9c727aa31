/* SPDX-License-Identifier: MIT */
/*
 * What an ESC/POS printer says of itself, byte by byte. Pure.
 *
 * Three kinds of answers share one line, and are told apart by their fixed bits
 * alone (xx: what they tell):
 *
 *	0xx1xx10	to DLE EOT 1..4, at once, whatever the printer is doing
 *	0xx0xxxx	to GS r, in its turn: all before it has been carried out
 *	0xx1xx00, and	automatic status (GS a): this byte and three more of
 *	3 of 0xx0xxxx	the form of an answer to GS r
 *	00010001/-0011	XON and XOFF, where a line lets them through
 *
 * Anything else is rubbish. The meaning of the other bits is looked at one by
 * one: printers set those that are reserved as they like.
 * Source: Epson ESC/POS Command Reference, "DLE EOT", "GS r", "GS a".
 */
#ifndef KIOSK_PRINTER_ESCPOS_STATUS_H
#define KIOSK_PRINTER_ESCPOS_STATUS_H

#include <stdint.h>

/* What can be wrong with a printer that answers. */
enum printer_fault {
	FAULT_PAPER_LOW = 0x01,
	FAULT_PAPER_OUT = 0x02,
	FAULT_COVER_OPEN = 0x04,
	FAULT_CUTTER = 0x08,
	FAULT_HOT = 0x10,    /* it waits for its head to cool down */
	FAULT_OFFLINE = 0x20 /* it prints nothing, for a reason it keeps */
};
/* With any of these no slip comes out. */
#define FAULTS_THAT_STOP ((unsigned)~FAULT_PAPER_LOW)

/* DLE EOT's questions; to be answered in any state of the printer. */
enum status_question {
	ASK_STATE = 1,
	ASK_OFFLINE_CAUSE = 2,
	ASK_ERROR_CAUSE = 3,
	ASK_PAPER = 4,
};

enum heard {
	HEARD_NOTHING, /* part of something longer, or XON and XOFF */
	HEARD_ANSWER,  /* to DLE EOT */
	HEARD_IN_TURN, /* to GS r */
	HEARD_UNASKED, /* a whole automatic status: ear->faults */
	HEARD_RUBBISH,
};

/* All zero to begin with. */
struct escpos_ear {
	uint8_t automatic[4];
	unsigned n; /* of them that have come */
	unsigned faults;
};

enum heard escpos_hear(struct escpos_ear *ear, uint8_t byte);

/* The faults that an answer to this question tells of. */
unsigned escpos_answer_faults(enum status_question question, uint8_t answer);

#endif
