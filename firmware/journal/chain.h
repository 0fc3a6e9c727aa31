/* SPDX-License-Identifier: MIT */
/*
 * The journal's hash chain: SHA-256(previous chain || fields), the fields as
 * UTF-8 text joined by 0x1F, NULL as the empty string (DESIGN.md "Journal").
 * Pure, and shared by the writer, the verifier and the central log's engines.
 */
#ifndef KIOSK_CHAIN_H
#define KIOSK_CHAIN_H

#include "journal/journal.h"

#define CHAIN_SEPARATOR 0x1f

/* next may be previous. */
void chain_next(const uint8_t previous[JOURNAL_CHAIN_SIZE],
		const struct journal_row *row,
		uint8_t next[JOURNAL_CHAIN_SIZE]);

/* Lower-case hex and a NUL. */
void chain_hex(const uint8_t chain[JOURNAL_CHAIN_SIZE],
	       char hex[2 * JOURNAL_CHAIN_SIZE + 1]);

#endif
