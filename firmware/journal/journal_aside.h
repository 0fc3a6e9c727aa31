/* SPDX-License-Identifier: MIT */
/* Files of a journal that go out of the way, and are never deleted: as
 * journal-aside-20261124-183000.db and its -wal. Private to the journal. */
#ifndef KIOSK_JOURNAL_ASIDE_H
#define KIOSK_JOURNAL_ASIDE_H

#include <stdbool.h>
#include <stdint.h>

#define ASIDE_SIZE 64

/* A name in dir that nothing has yet. */
int aside_name(const char *dir, int64_t now_ms, char name[ASIDE_SIZE])
    __attribute__((warn_unused_result));

/* file with the suffix to that name with the suffix; 0 too where there is none.
 * keep: the old name stays as well, where the file system can do that. */
int aside_move(const char *dir, const char *file, const char *suffix,
	       const char *name, bool keep) __attribute__((warn_unused_result));

/* How many journals were set aside there. */
uint32_t aside_count(const char *dir);

#endif
