/* SPDX-License-Identifier: MIT */
#include "printer/escpos_status.h"

#include <stdbool.h>

#define XON 0x11
#define XOFF 0x13

static bool is_answer(uint8_t byte)
{
	return (byte & 0x93) == 0x12;
}

static bool is_in_turn(uint8_t byte)
{
	return (byte & 0x90) == 0x00;
}

static bool begins_automatic(uint8_t byte)
{
	return (byte & 0x93) == 0x10;
}

struct meaning {
	uint8_t bit;
	unsigned fault;
};

static unsigned faults_of(uint8_t byte, const struct meaning *meanings,
			  unsigned n)
{
	unsigned faults = 0;

	for (unsigned i = 0; i < n; i++)
		if (byte & meanings[i].bit)
			faults |= meanings[i].fault;
	return faults;
}
#define FAULTS_OF(byte, meanings) \
	faults_of(byte, meanings, sizeof(meanings) / sizeof((meanings)[0]))

/*
 * What recovers by itself is a head that has become too hot; what does not, and
 * is not the cutter either, has no name here.
 */
static const struct meaning error_bits[] = {
    {0x04, FAULT_OFFLINE}, /* recoverable, by somebody */
    {0x08, FAULT_CUTTER},
    {0x20, FAULT_OFFLINE}, /* unrecoverable */
    {0x40, FAULT_HOT},
};

static unsigned automatic_faults(const uint8_t bytes[4])
{
	static const struct meaning first[] = {{0x08, FAULT_OFFLINE},
					       {0x20, FAULT_COVER_OPEN}};
	static const struct meaning third[] = {{0x03, FAULT_PAPER_LOW},
					       {0x0c, FAULT_PAPER_OUT}};

	return FAULTS_OF(bytes[0], first) | FAULTS_OF(bytes[1], error_bits) |
	       FAULTS_OF(bytes[2], third);
}

enum heard escpos_hear(struct escpos_ear *ear, uint8_t byte)
{
	if (byte == XON || byte == XOFF)
		return HEARD_NOTHING;
	if (begins_automatic(byte)) {
		bool cut_short = ear->n > 0;

		ear->automatic[0] = byte;
		ear->n = 1;
		return cut_short ? HEARD_RUBBISH : HEARD_NOTHING;
	}
	if (ear->n > 0 && is_in_turn(byte)) {
		ear->automatic[ear->n++] = byte;
		if (ear->n < sizeof(ear->automatic))
			return HEARD_NOTHING;
		ear->n = 0;
		ear->faults = automatic_faults(ear->automatic);
		return HEARD_UNASKED;
	}
	/* Real-time answers may come between the four bytes of a status. */
	if (is_answer(byte))
		return HEARD_ANSWER;
	if (is_in_turn(byte))
		return HEARD_IN_TURN;
	ear->n = 0;
	return HEARD_RUBBISH;
}

unsigned escpos_answer_faults(enum status_question question, uint8_t answer)
{
	static const struct meaning state[] = {{0x08, FAULT_OFFLINE}};
	static const struct meaning cause[] = {{0x04, FAULT_COVER_OPEN},
					       {0x20, FAULT_PAPER_OUT}};
	static const struct meaning paper[] = {{0x0c, FAULT_PAPER_LOW},
					       {0x60, FAULT_PAPER_OUT}};

	switch (question) {
	case ASK_STATE:
		return FAULTS_OF(answer, state);
	case ASK_OFFLINE_CAUSE:
		return FAULTS_OF(answer, cause);
	case ASK_ERROR_CAUSE:
		return FAULTS_OF(answer, error_bits);
	case ASK_PAPER:
		return FAULTS_OF(answer, paper);
	}
	return 0;
}
