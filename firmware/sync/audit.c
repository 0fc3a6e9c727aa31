/* SPDX-License-Identifier: MIT */
#include "sync/audit.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sync/seal.h"

#define PAGE_ROWS 5000

struct checkpoint {
	struct central_head head;
	struct central_seal seal;
};

/* One journal of the log. */
struct subject {
	char *kiosk, *journal;
	struct central_head head; /* as the log has it */
};

struct audit {
	struct summary_source *source;
	FILE *faults;
	struct audit_result *result;
	struct subject *subjects;
	size_t n_subjects;

	/* Of the journal that is looked at. */
	const struct subject *subject;
	struct checkpoint *checkpoints;
	size_t n_checkpoints, next_checkpoint;
	struct central_head at;
	size_t n_page;
	bool broken;
};

__attribute__((format(printf, 2, 3))) static void tell(struct audit *audit,
						       const char *format, ...)
{
	va_list args;

	fprintf(audit->faults, "kiosk %s, journal %s: ", audit->subject->kiosk,
		audit->subject->journal);
	va_start(args, format);
	vfprintf(audit->faults, format, args);
	va_end(args);
	putc('\n', audit->faults);
	audit->result->faults++;
}

static int64_t number(const char *text)
{
	return text ? strtoll(text, NULL, 10) : 0;
}

static bool take_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t n = 0;

	return hex && strlen(hex) == 2 * size &&
	       sodium_hex2bin(bytes, size, hex, 2 * size, NULL, &n, NULL) ==
		   0 &&
	       n == size;
}

/* ---- what there is ---- */

/* kiosk, journal, seq, chain */
static int take_subject(void *arg, const char *const *v, int n)
{
	struct audit *audit = arg;
	struct subject *grown =
	    reallocarray(audit->subjects, audit->n_subjects + 1,
			 sizeof(*grown));
	struct subject *subject;

	(void)n;
	if (!grown)
		return -ENOMEM;
	audit->subjects = grown;
	subject = &grown[audit->n_subjects++];
	*subject = (struct subject){.kiosk = strdup(v[0] ? v[0] : ""),
				    .journal = strdup(v[1] ? v[1] : "")};
	if (!subject->kiosk || !subject->journal)
		return -ENOMEM;
	subject->head.seq = number(v[2]);
	if (!take_hex(v[3], subject->head.chain, JOURNAL_CHAIN_SIZE))
		memset(subject->head.chain, 0xff, JOURNAL_CHAIN_SIZE);
	return 0;
}

/* seq, chain, public_key, signature */
static int take_checkpoint(void *arg, const char *const *v, int n)
{
	struct audit *audit = arg;
	struct checkpoint *grown =
	    reallocarray(audit->checkpoints, audit->n_checkpoints + 1,
			 sizeof(*grown));
	struct checkpoint *one;

	(void)n;
	if (!grown)
		return -ENOMEM;
	audit->checkpoints = grown;
	one = &grown[audit->n_checkpoints++];
	*one = (struct checkpoint){0};
	one->head.seq = number(v[0]);
	audit->result->checkpoints++;
	if (!take_hex(v[1], one->head.chain, JOURNAL_CHAIN_SIZE) ||
	    !take_hex(v[2], one->seal.public_key,
		      sizeof(one->seal.public_key)) ||
	    !take_hex(v[3], one->seal.signature, sizeof(one->seal.signature)) ||
	    !seal_holds(&one->seal, audit->subject->kiosk,
			audit->subject->journal, &one->head))
		tell(audit, "the signature at row %" PRId64 " does not hold",
		     one->head.seq);
	return 0;
}

/* ---- the rows ---- */

static void compare_checkpoint(struct audit *audit)
{
	while (audit->next_checkpoint < audit->n_checkpoints) {
		const struct checkpoint *one =
		    &audit->checkpoints[audit->next_checkpoint];

		if (one->head.seq > audit->at.seq)
			return;
		if (!central_head_equal(&one->head, &audit->at))
			tell(audit,
			     "row %" PRId64 " is not what the kiosk signed",
			     one->head.seq);
		audit->next_checkpoint++;
	}
}

/* In the order of the SELECT below. */
static int take_row(void *arg, const char *const *v, int n)
{
	struct audit *audit = arg;
	struct journal_row row = {
	    .seq = number(v[0]),
	    .at_ms = number(v[1]),
	    .day = v[2],
	    .kind = v[3],
	    .service = v[4],
	    .has_number = v[5] != NULL,
	    .number = number(v[5]),
	    .class = v[6],
	    .has_counter = v[7] != NULL,
	    .counter = number(v[7]),
	    .actor = v[8],
	    .detail = v[9],
	    .key = v[10],
	};

	(void)n;
	audit->n_page++;
	if (audit->broken)
		return 0;
	audit->result->rows++;
	if (!take_hex(v[11], row.chain, sizeof(row.chain)) ||
	    !central_row_follows(&audit->at, &row)) {
		tell(audit,
		     "row %" PRId64 " does not follow row %" PRId64
		     ": it was changed, or rows are missing",
		     row.seq, audit->at.seq);
		audit->broken = true;
		return 0;
	}
	central_head_set(&audit->at, &row);
	compare_checkpoint(audit);
	return 0;
}

static int each(struct audit *audit, summary_row_fn *fn,
		struct central_problem *problem, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static int each(struct audit *audit, summary_row_fn *fn,
		struct central_problem *problem, const char *format, ...)
{
	va_list args;
	char *sql;
	int status;

	va_start(args, format);
	status = vasprintf(&sql, format, args);
	va_end(args);
	if (status < 0)
		return -ENOMEM;
	status = summary_source_each(audit->source, sql, fn, audit, problem);
	free(sql);
	return status;
}

static int look_at_rows(struct audit *audit, const char *where,
			struct central_problem *problem)
{
	int status = 0;

	audit->at = (struct central_head){0};
	audit->broken = false;
	do {
		audit->n_page = 0;
		status =
		    each(audit, take_row, problem,
			 "SELECT seq, at_ms, day, kind, service, number, "
			 "class, counter, actor, detail, key, encode(chain, "
			 "'hex') FROM events WHERE %s AND seq > %" PRId64
			 " ORDER BY seq LIMIT %d",
			 where, audit->at.seq, PAGE_ROWS);
	} while (status == 0 && audit->n_page == PAGE_ROWS && !audit->broken);
	if (status == 0 && !audit->broken &&
	    !central_head_equal(&audit->at, &audit->subject->head))
		tell(audit,
		     "the log says it stands at row %" PRId64
		     ", its rows end at %" PRId64,
		     audit->subject->head.seq, audit->at.seq);
	return status;
}

static int look_at(struct audit *audit, const struct subject *subject,
		   struct central_problem *problem)
{
	char *kiosk = summary_literal(subject->kiosk);
	char *journal = summary_literal(subject->journal);
	char *where = NULL;
	int status = -ENOMEM;

	audit->subject = subject;
	audit->n_checkpoints = 0;
	audit->next_checkpoint = 0;
	audit->result->journals++;
	if (!kiosk || !journal ||
	    asprintf(&where, "kiosk = %s AND journal = %s", kiosk, journal) <
		0) {
		where = NULL;
		goto free_literals;
	}
	status = each(audit, take_checkpoint, problem,
		      "SELECT seq, encode(chain, 'hex'), "
		      "encode(public_key, 'hex'), encode(signature, 'hex') "
		      "FROM checkpoints WHERE %s ORDER BY seq",
		      where);
	if (status == 0)
		status = look_at_rows(audit, where, problem);

free_literals:
	free(where);
	free(kiosk);
	free(journal);
	return status;
}

int audit_run(struct summary_source *source, FILE *faults,
	      struct audit_result *result, struct central_problem *problem)
{
	struct audit audit = {.source = source,
			      .faults = faults,
			      .result = result};
	int status;

	*result = (struct audit_result){0};
	status = each(&audit, take_subject, problem,
		      "SELECT kiosk, journal, seq, encode(chain, 'hex') "
		      "FROM journals ORDER BY kiosk, journal");
	for (size_t i = 0; i < audit.n_subjects && status == 0; i++)
		status = look_at(&audit, &audit.subjects[i], problem);
	if (status == -ENOMEM)
		snprintf(problem->text, sizeof(problem->text), "out of memory");
	for (size_t i = 0; i < audit.n_subjects; i++) {
		free(audit.subjects[i].kiosk);
		free(audit.subjects[i].journal);
	}
	free(audit.subjects);
	free(audit.checkpoints);
	return status;
}
