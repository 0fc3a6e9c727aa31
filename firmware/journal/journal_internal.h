/* SPDX-License-Identifier: MIT */
/* What the journal's own files share. Nobody else includes this. */
#ifndef KIOSK_JOURNAL_INTERNAL_H
#define KIOSK_JOURNAL_INTERNAL_H

#include <sqlite3.h>
#include <sys/types.h>

#include "journal/journal.h"
#include "journal/numbers.h"

enum journal_statement {
	JOURNAL_BEGIN,
	JOURNAL_COMMIT,
	JOURNAL_ROLLBACK,
	JOURNAL_INSERT,
	JOURNAL_LAST,
	JOURNAL_AFTER,
	JOURNAL_BY_KEY,
	JOURNAL_DAYS,
};
#define JOURNAL_STATEMENTS 8

struct journal_point {
	int64_t seq;
	uint8_t chain[JOURNAL_CHAIN_SIZE];
};

/* Which file bears a name; zeros: none. */
struct journal_inode {
	dev_t device;
	ino_t number;
};
#define JOURNAL_FILES 3 /* journal.db, -wal, -shm */

struct journal {
	sqlite3 *db;
	sqlite3_stmt *statements[JOURNAL_STATEMENTS];
	char *file;
	int lock_fd; /* -1: a reader's */
	bool reader;
	char id[JOURNAL_ID_SIZE];

	struct journal_point head; /* durable, and what the caller believes */
	struct journal_point tip;  /* head and this turn's rows */
	bool in_turn;
	/* A commit failed and nobody knows what of it is in the file. */
	bool lost;
	/* The file holds rows that the caller was not told of. */
	bool stale;
	char fault[240];

	int numbers_fd; /* -1: a reader's, or it cannot be had */
	char boot[NUMBERS_BOOT_SIZE];
	struct numbers given; /* by what is durable */
	struct numbers taken; /* and by this turn */
	bool numbers_due;     /* a ceiling is to be synced before the commit */
	struct journal_inode inodes[JOURNAL_FILES]; /* a writer's */
	bool lacks; /* the file holds less than given says */
};

/* A row and the one block of memory that its texts lie in. */
struct journal_kept {
	struct journal_row row;
	char *texts;
	/* The first column that holds what we never write, and what it is. */
	const char *odd_column, *odd_what;
};

/* How many rows are in memory at once, at most. */
#define JOURNAL_CHUNK 128

struct journal_chunk {
	struct journal_kept rows[JOURNAL_CHUNK];
	size_t n;
};

/* journal_rows.c */

/*
 * Fills chunk with at most max rows of the bound statement and resets it: no
 * read transaction outlives the call, however long the caller looks at the
 * rows. 0 or a negative errno; then the chunk is empty.
 */
int journal_take_chunk(struct journal *journal, enum journal_statement which,
		       size_t max, struct journal_chunk *chunk)
    __attribute__((warn_unused_result));
void journal_free_chunk(struct journal_chunk *chunk);

/* The next rows with seq > after_seq. */
int journal_chunk_after(struct journal *journal, int64_t after_seq, size_t max,
			struct journal_chunk *chunk)
    __attribute__((warn_unused_result));

/* The last row, by the file; seq 0 and zeros where there is none. */
int journal_read_last(struct journal *journal, struct journal_point *last)
    __attribute__((warn_unused_result));

/*
 * The value of that name in the meta table: column 0 of *row, which the caller
 * finalizes. -ENOENT where there is none.
 */
int journal_read_meta(struct journal *journal, const char *name,
		      sqlite3_stmt **row) __attribute__((warn_unused_result));

/* journal_runs.c */

/* Where the run begins in which that row lies, or would lie; 1: in none. */
int journal_run_begin(struct journal *journal, int64_t seq, int64_t *begin)
    __attribute__((warn_unused_result));

/* journal.c */

/* The row as it is, chain included. SQLITE_OK or an error. */
int journal_insert(struct journal *journal, const struct journal_row *row)
    __attribute__((warn_unused_result));

/* Remembers what SQLite just said; the negative errno for it. */
int journal_note_fault(struct journal *journal, const char *doing, int rc);

/* The negative errno for an SQLite result. */
int journal_errno(sqlite3 *db, int rc);

/* journal_numbers.c */

/* Reads what is known beside the journal, once it is open. */
void journal_find_numbers(struct journal *journal, const char *dir);
/* Before the commit, and once it is durable. */
void journal_foretell_numbers(struct journal *journal);
void journal_note_numbers(struct journal *journal);

/* The journal that dir/numbers was last written for. False: none. */
bool journal_find_previous(const char *dir, struct journal_previous *previous);

/* journal_connect.c */

/* Nothing opened yet. NULL when out of memory. journal_close() frees it. */
struct journal *journal_new(const char *file);

/*
 * Opens name (the file, or a URI for it; flags: sqlite3_open_v2()'s) and looks
 * at its first bytes, no more: no lock, no WAL, nothing replayed, so that a
 * file that is refused is left as it was. fresh: the file is empty and about to
 * become a journal.
 */
int journal_connect(struct journal *journal, const char *name, int flags,
		    bool fresh, struct journal_problem *problem)
    __attribute__((warn_unused_result));

int journal_prepare(struct journal *journal)
    __attribute__((warn_unused_result));

/*
 * Looks whether it is whole and ours, as the WAL has it: schema, length, id,
 * last row. Writes nothing but the -shm file.
 */
int journal_attach(struct journal *journal, struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* problem gets the line; returns rc. */
int journal_refuse(struct journal_problem *problem, int rc, const char *format,
		   ...) __attribute__((format(printf, 3, 4)));

/* As journal_refuse(), for what SQLite said while doing something. */
int journal_refuse_sqlite(struct journal *journal,
			  struct journal_problem *problem, int sqlite_rc);

/* journal_create.c */

/* Why there is a new journal, for its first row. */
struct journal_birth {
	const struct journal_previous *previous; /* or NULL */
	const char *reason;                      /* with previous or aside */
	const char *aside; /* the name of the old file, or NULL */
	/* Instead of a first row, those of a journal of this id. SQLITE_OK or
	 * an error. */
	const char *id;
	int (*add_rows)(void *arg, struct journal *journal);
	/* Once the file is whole, before it is put in its place, or NULL. */
	int (*before)(void *arg);
	void *arg;
};

/* Makes a journal with its first row at dir/journal.db, whole or not at all.
 * birth: NULL for one that follows none. */
int journal_create(const char *dir, const char *file, int64_t now_ms,
		   const struct journal_birth *birth,
		   struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* A whole, durable copy, also out of files that have no name any more. What an
 * earlier attempt left there goes. A negative errno, noted as a fault. */
int journal_copy(struct journal *journal, const char *to)
    __attribute__((warn_unused_result));

/* Sets WAL and synchronous=FULL and reads both back. */
int journal_set_safe(struct journal *journal, struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* The text of file and suffix: malloc()ed, or NULL. */
char *journal_beside(const char *file, const char *suffix);

/* journal_place.c */

/* Remembers which files are open, and whether they still have their names. */
void journal_note_place(struct journal *journal);
bool journal_in_place(const struct journal *journal);

/* journal_open.c */

/* Takes dir's lock. *lock_fd is the caller's. -EBUSY: another has it. */
int journal_lock(const char *dir, int *lock_fd, struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* journal_verify.c */

/* The two halves of journal_verify(). */
int journal_verify_rows(struct journal *journal, int64_t *rows,
			struct journal_problem *problem)
    __attribute__((warn_unused_result));
int journal_verify_structure(struct journal *journal,
			     struct journal_problem *problem)
    __attribute__((warn_unused_result));

/* Whether the last rows continue the chain, all that a replay begins with
 * included; as journal_verify(). */
int journal_check_tail(struct journal *journal, struct journal_problem *problem)
    __attribute__((warn_unused_result));

#endif
