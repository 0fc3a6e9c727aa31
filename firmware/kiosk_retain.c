/* SPDX-License-Identifier: MIT */
/*
 * central.retain_days: rows that the central log has had for so long go. Only
 * in a quiet hour and a few at a time, for the one thread that does it is the
 * one that hears the buttons.
 */
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "kiosk_internal.h"

/* Nothing happened for so long: the next press is likely as far off. */
#define QUIET_MS (10 * 60 * 1000LL)
/* At each housekeeping, 10 s apart: a day of an office in three minutes, a
 * year in half a night. */
#define ROWS_AT_ONCE 256
#define DAY_MS (24 * 60 * 60 * 1000LL)

void kiosk_report_sent(struct kiosk *kiosk, const struct kiosk_sent *sent)
{
	kiosk->sent = (struct kiosk_sent){0};
	if (sent && strcmp(sent->journal, journal_id(kiosk->journal)) == 0)
		kiosk->sent = *sent;
}

static bool is_quiet(const struct kiosk *kiosk, int64_t now_ms)
{
	for (size_t i = 0; i < queue_tickets(kiosk->committed); i++) {
		if (queue_ticket_at(kiosk->committed, i)->state ==
		    QUEUE_WAITING)
			return false;
	}
	return now_ms - kiosk->at_ms >= QUIET_MS;
}

static void tell_failure(struct kiosk *kiosk)
{
	if (!kiosk->prune_failed)
		log_warning("journal.db: old rows cannot be pruned: %s",
			    journal_fault(kiosk->journal));
	kiosk->prune_failed = true;
}

/* Today's note: what it says is true of today, whatever comes later. */
static bool note(struct kiosk *kiosk, const char *today)
{
	int rc;

	if (strcmp(kiosk->sent_day, today) == 0)
		return true;
	rc = journal_note_sent(kiosk->journal, today, kiosk->sent.seq,
			       kiosk->sent.chain);
	if (rc == 0)
		memcpy(kiosk->sent_day, today, sizeof(kiosk->sent_day));
	return rc == 0;
}

static void prune(struct kiosk *kiosk, int64_t now_ms)
{
	const struct config *config = kiosk->config;
	char day[CLOCK_DAY_LEN + 1];
	int64_t n;

	clock_business_day(now_ms - config->central.retain_days * DAY_MS,
			   config->office.day_starts_min, day);
	n = journal_prune(kiosk->journal, day, kiosk->sent.seq, ROWS_AT_ONCE);
	if (n < 0) {
		tell_failure(kiosk);
		return;
	}
	kiosk->prune_failed = false;
	kiosk->pruned += n;
	if (n < ROWS_AT_ONCE && kiosk->pruned > 0) {
		log_info("journal.db: %" PRId64 " rows pruned, which the "
			 "central log has had since %s or longer",
			 kiosk->pruned, day);
		kiosk->pruned = 0;
	}
}

void kiosk_retain(struct kiosk *kiosk, int64_t now_ms)
{
	char today[CLOCK_DAY_LEN + 1];

	if (kiosk->config->central.retain_days == 0 || kiosk->sent.seq == 0 ||
	    !kiosk->clock_right || kiosk->turn_open ||
	    !kiosk->health.journal_ok || !is_quiet(kiosk, now_ms))
		return;
	clock_business_day(now_ms, kiosk->config->office.day_starts_min, today);
	if (note(kiosk, today))
		prune(kiosk, now_ms);
}
