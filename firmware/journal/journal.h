/* SPDX-License-Identifier: MIT */
/*
 * The journal: every event, in order, in an SQLite file with a SHA-256 chain
 * (DESIGN.md "Journal"). One process writes (journal_open() takes a lock);
 * others read.
 *
 * Writing goes in turns: journal_append() as often as wanted, then one
 * journal_commit(), and only when that returned 0 is anything true. After a
 * failed append or commit the turn is undone as a whole: nothing of it is in
 * the file, seq and chain stand where they stood, and the next turn may try
 * anew (a full disk empties, a card comes back).
 *
 * Where a commit's outcome cannot be told, the file is asked; until it answers,
 * everything fails with -EIO. Where it holds rows that were reported as failed,
 * or that another hand wrote, everything fails with -ESTALE: the caller's state
 * is behind. journal_reopen() and a replay mend that.
 */
#ifndef KIOSK_JOURNAL_H
#define KIOSK_JOURNAL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define JOURNAL_CHAIN_SIZE 32
#define JOURNAL_ID_SIZE 33 /* 32 hex digits and a NUL */
#define JOURNAL_KEY_MAX 64 /* an idempotency key: printable ASCII */
#define JOURNAL_DETAIL_MAX 16384

/* A row as it stands in the table. NULL and has_… false are SQL's NULL. */
struct journal_row {
	int64_t seq;
	int64_t at_ms;
	const char *day;
	const char *kind;
	const char *service;
	int64_t number;
	bool has_number;
	const char *class;
	int64_t counter; /* the counter's id, not its index */
	bool has_counter;
	const char *actor;  /* "button:land", "socket", "web:lan" (a user),
			       "device:panel-1", "web" (nobody signs in) */
	const char *detail; /* a JSON object */
	const char *key;    /* idempotency key */
	uint8_t chain[JOURNAL_CHAIN_SIZE];
};

struct journal;

/* The journal that another one follows, as the central log knows it. */
struct journal_previous {
	char id[JOURNAL_ID_SIZE];
	int64_t seq;
};

/* Where a refusal to open or a fault came from: one line that names the file,
 * what is wrong with it and the mend. */
struct journal_problem {
	char text[400];
};

/*
 * Opens dir/journal.db for writing, creates it where there is none (its first
 * row is then a journal_opened at now_ms), migrates an older schema. Takes the
 * lock dir/lock, which lives as long as the process holds the journal.
 * Sets WAL and synchronous=FULL and reads both back. Checks that the last rows,
 * those of the current business day included, continue the chain.
 * -EBUSY: another process holds the directory. -EPROTO: a newer schema.
 * -EBADMSG: not a journal, or a damaged one. -EROFS, -EACCES, -ENOSPC, -EIO.
 */
int journal_open(const char *dir, int64_t now_ms, struct journal **out,
		 struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* Behind which number a service can go on. */
struct journal_floor {
	char prefix[8];
	uint32_t last;
};
#define JOURNAL_FLOORS 64

/* What a journal lacks, by what is known beside it (numbers.h). */
struct journal_lost {
	char journal[JOURNAL_ID_SIZE]; /* whose rows: this one's or another's */
	bool same;                     /* this one's */
	int64_t seq;                   /* the last that is known of */
	int64_t issued_at_ms;          /* the last number was given out then */
	uint32_t others; /* services that are not listed; 0: they had none */
	size_t n;
	struct journal_floor floors[JOURNAL_FLOORS];
};

/*
 * Whether the journal, as it was opened, lacks rows that had been durable: its
 * end is older than what was given out, or it is another journal than the one
 * before. True until journal_settle(), also by the next start, so that numbers
 * are raised whatever happens in between.
 */
bool journal_lost(const struct journal *journal, struct journal_lost *lost);

/* The numbers have been raised, by a commit. */
void journal_settle(struct journal *journal);

/*
 * Opens a journal file for reading only (verify, export, kiosk-sync), beside a
 * running writer or not. Takes no lock.
 */
int journal_open_reader(const char *file, struct journal **out,
			struct journal_problem *problem)
    __attribute__((warn_unused_result));

/*
 * Opens the file of a writer anew, in its place and under its lock, and checks
 * it as journal_open() does. On failure the journal stays as it was.
 */
int journal_reopen(struct journal *journal, struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* An open turn is undone. NULL is fine. */
void journal_close(struct journal *journal);

/* Random, made with the file: 32 hex digits. */
const char *journal_id(const struct journal *journal);

/* The last durable row: seq 0 and 32 zero bytes for an empty journal. For a
 * reader: as of this call. 0 or a negative errno. */
int journal_head(struct journal *journal, int64_t *seq,
		 uint8_t chain[JOURNAL_CHAIN_SIZE])
    __attribute__((warn_unused_result));

/*
 * Adds the row to this turn; fills in row->seq and row->chain. -EINVAL where a
 * field holds the byte 0x1F, is not UTF-8 or too long; that alone does not undo
 * the turn. Any other negative errno does; -EEXIST: a row has this key already.
 * An empty text becomes NULL.
 */
int journal_append(struct journal *journal, struct journal_row *row)
    __attribute__((warn_unused_result));

/* Makes the turn durable. 0, also when it was empty, or a negative errno. */
int journal_commit(struct journal *journal) __attribute__((warn_unused_result));

/* Undoes the turn. */
void journal_rollback(struct journal *journal);

/*
 * Whether the journal's files still have their names, and where one was deleted
 * or replaced, puts it back, while no turn is open; what took its name is set
 * aside. *mended: so it was. A negative errno: it could not be, and until it
 * can every turn fails with -EIO.
 */
int journal_look(struct journal *journal, bool *mended)
    __attribute__((warn_unused_result));

/* What the last failed append or commit met, for the log and the health. */
const char *journal_fault(const struct journal *journal);

/* Return 0 to go on; anything else ends the walk and is returned. */
typedef int journal_row_fn(void *arg, const struct journal_row *row);

/* Each row with seq > after_seq in order, at most limit (0: all). */
int journal_each(struct journal *journal, int64_t after_seq, int64_t limit,
		 journal_row_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/*
 * The rows that carry this idempotency key, this turn's included. At most one
 * row carries a key. 0: fn was called; -ENOENT.
 */
int journal_find_key(struct journal *journal, const char *key,
		     journal_row_fn *fn, void *arg)
    __attribute__((warn_unused_result));

/*
 * The seq where replay of the current business day begins: the last
 * day_opened row that does not carry an earlier day on. 0: there is none.
 * Found by an index, whatever the journal's size.
 */
int journal_replay_start(struct journal *journal, int64_t *seq)
    __attribute__((warn_unused_result));

/* Rows of the journal, both ends included. */
struct journal_run {
	int64_t first_seq;
	int64_t last_seq; /* INT64_MAX: it still goes on */
};

/*
 * Where the tickets of a business day lived, in order: runs that begin with a
 * day_opened row that carries no earlier day on, and end before the next such.
 * One, unless the clock was set about; its other rows are of days that carried
 * this one on, or were carried on by it. *runs is the caller's (free()). 0 with
 * *n 0: no such day was opened here. Found by an index, whatever the journal's
 * size.
 */
int journal_day_runs(struct journal *journal, const char *day,
		     struct journal_run **runs, size_t *n)
    __attribute__((warn_unused_result));

/* Whether a day_opened row with that detail begins a run. One that does not
 * parse cannot say so: false. */
bool journal_begins_run(const char *detail);

/* The last of the rows that were pruned. */
struct journal_anchor {
	int64_t seq; /* 0: none was, and the first row is 1 */
	uint8_t chain[JOURNAL_CHAIN_SIZE];
	char day[11]; /* the latest business day of which rows are gone */
};

/* -EBADMSG: what stands there is no anchor. */
int journal_anchor(struct journal *journal, struct journal_anchor *anchor)
    __attribute__((warn_unused_result));

/*
 * Notes, once for that day (of a clock that is right), that the central log has
 * all rows up to seq. Between two turns. -ENOENT: the row here is another one,
 * or gone.
 */
int journal_note_sent(struct journal *journal, const char *day, int64_t seq,
		      const uint8_t chain[JOURNAL_CHAIN_SIZE])
    __attribute__((warn_unused_result));

/*
 * Deletes the oldest rows, max_rows at most, of those that by the notes the
 * central log has had since that day or longer and that are not behind
 * sent_seq, which it has today; never of the run that replay begins with. One
 * commit, between two turns, and whole or not at all; the anchor goes with it.
 * How many: 0 where there is nothing to delete. A negative errno.
 */
int64_t journal_prune(struct journal *journal, const char *day,
		      int64_t sent_seq, int64_t max_rows)
    __attribute__((warn_unused_result));

/*
 * Recomputes the chain over the whole file, from behind the anchor. 0: all rows
 * hold, *rows tells how many. -EBADMSG: problem names the first bad seq and
 * what is wrong with it (a gap, a changed field, a wrong chain).
 */
int journal_verify(struct journal *journal, int64_t *rows,
		   struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* Rows with seq > after_seq as JSON lines, the chain in hex. */
int journal_export(struct journal *journal, int64_t after_seq, FILE *to)
    __attribute__((warn_unused_result));

/* One row as such a line. */
int journal_export_row(FILE *to, const struct journal_row *row)
    __attribute__((warn_unused_result));

/*
 * Gives the journal a new identity, for one that the central log holds for
 * forked: a new id, and two rows, a journal_opened that names the old journal,
 * its last row and the reason, and a day_opened with which today's numbers go
 * on. previous (NULL: this one): which journal it follows, after a new card.
 * The old rows are kept in archive, dir/journal-<id>-<seq>.db. Whole or not at
 * all, whatever happens. kioskd must not run (-EBUSY). -EAGAIN: tickets of the
 * day are not done with, which the kiosk would not know any more; force does it
 * nevertheless.
 */
int journal_rebase(const char *dir, int64_t now_ms,
		   const struct journal_previous *previous, const char *reason,
		   bool force, char archive[PATH_MAX],
		   struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* Rows of one kind, one behind the other, in a journal that was mended. */
struct journal_span {
	int64_t first_seq, last_seq;
	enum {
		JOURNAL_KEPT,     /* they are in the journal */
		JOURNAL_LEFT,     /* they hold, and are in the old file only */
		JOURNAL_UNLINKED, /* readable; the row before is not, so that
				   * nothing vouches for them: likewise */
		JOURNAL_GONE,     /* they cannot be read */
	} state;
	char first_day[11], last_day[11]; /* "": not known */
};
#define JOURNAL_SPANS 24

struct journal_mended {
	char aside[64]; /* the name of the old file, in the same directory */
	bool anew;      /* nothing could be kept: a new journal, from row 1 */
	char id[JOURNAL_ID_SIZE];  /* of the journal there is now; "": anew */
	char old[JOURNAL_ID_SIZE]; /* of the one set aside; "": not known */
	int64_t known_seq;         /* its last row that is known of; or 0 */
	int64_t unreadable;        /* pages that the disk did not give */
	size_t n;
	struct journal_span spans[JOURNAL_SPANS];
};

/*
 * For a journal that journal_open() finds to be beyond use (-EBADMSG), or that
 * a technician wants mended: keeps the newest rows that continue one another,
 * read page by page, in a new file under the old id, or, where there are none,
 * begins a new journal that names the old one. The old files are set aside in
 * dir, journal-aside-DATE.db and its -wal; nothing is deleted. Which numbers
 * are safe is left beside it (journal_lost()). Whole or not at all, whatever
 * happens. -EBUSY: kioskd runs. -ENOENT: there is no journal.
 */
int journal_mend(const char *dir, int64_t now_ms, const char *reason,
		 struct journal_mended *mended, struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* journal_mend() for a technician: a journal that is whole is left alone, and
 * mended->aside is "". */
int journal_recover(const char *dir, int64_t now_ms,
		    struct journal_mended *mended,
		    struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* journal_open(), and where that finds the journal beyond use, journal_mend()
 * and again. mended->aside is "" where nothing had to be mended. */
int journal_open_mending(const char *dir, int64_t now_ms, struct journal **out,
			 struct journal_mended *mended,
			 struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* The newest journal that was set aside and still lies in dir, or beside the
 * journal. False: none. */
bool journal_find_aside(const char *dir, char name[64]);
bool journal_aside(const struct journal *journal, char name[64]);

#endif
