/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/durable.h"
#include "journal/chain.h"
#include "sync/sealed.h"

struct writer {
	FILE *file;
	struct central_head end;
};

static int write_row(void *arg, const struct journal_row *row)
{
	struct writer *writer = arg;

	central_head_set(&writer->end, row);
	return journal_export_row(writer->file, row);
}

static int take_head(void *arg, const struct journal_row *row)
{
	central_head_set(arg, row);
	return 0;
}

/* Where the file begins: that row must be there, or be the last one pruned. */
static int find_from(struct journal *journal, int64_t after_seq,
		     struct central_head *from)
{
	struct journal_anchor anchor;
	int status = journal_anchor(journal, &anchor);

	*from = (struct central_head){0};
	if (status < 0)
		return status;
	if (after_seq == anchor.seq) {
		from->seq = anchor.seq;
		memcpy(from->chain, anchor.chain, sizeof(from->chain));
		return 0;
	}
	status = journal_each(journal, after_seq - 1, 1, take_head, from);
	if (status == 0 && from->seq != after_seq)
		status = -ENOENT;
	return status;
}

static int write_head(FILE *file, const char *kiosk, const char *journal,
		      const struct central_head *from,
		      const struct central_seal *seal)
{
	char chain[2 * JOURNAL_CHAIN_SIZE + 1];
	char key[2 * sizeof(seal->public_key) + 1];

	chain_hex(from->chain, chain);
	sodium_bin2hex(key, sizeof(key), seal->public_key,
		       sizeof(seal->public_key));
	/* A kiosk's name and a journal's id hold nothing to escape. */
	return fprintf(file,
		       "{\"kiosk_sealed\":1,\"kiosk\":\"%s\",\"journal\":\"%"
		       "s\","
		       "\"from_seq\":%" PRId64 ",\"from_chain\":\"%s\","
		       "\"public_key\":\"%s\"}\n",
		       kiosk, journal, from->seq, chain, key) < 0
		   ? -EIO
		   : 0;
}

static int write_end(FILE *file, const struct central_head *end,
		     const struct central_seal *seal)
{
	char chain[2 * JOURNAL_CHAIN_SIZE + 1];
	char signature[2 * sizeof(seal->signature) + 1];

	chain_hex(end->chain, chain);
	sodium_bin2hex(signature, sizeof(signature), seal->signature,
		       sizeof(seal->signature));
	return fprintf(file,
		       "{\"end_seq\":%" PRId64 ",\"end_chain\":\"%s\","
		       "\"signature\":\"%s\"}\n",
		       end->seq, chain, signature) < 0
		   ? -EIO
		   : 0;
}

static int write_all(struct journal *journal, const char *kiosk,
		     const struct seal_key *key, int64_t after_seq, FILE *file,
		     struct central_head *end)
{
	struct writer writer = {.file = file};
	struct central_seal seal;
	int status = find_from(journal, after_seq, &writer.end);

	if (status < 0)
		return status;
	/* For the public key; the signature comes with the end. */
	seal_head(key, kiosk, journal_id(journal), &writer.end, &seal);
	status =
	    write_head(file, kiosk, journal_id(journal), &writer.end, &seal);
	if (status == 0)
		status =
		    journal_each(journal, after_seq, 0, write_row, &writer);
	if (status < 0)
		return status;
	seal_head(key, kiosk, journal_id(journal), &writer.end, &seal);
	*end = writer.end;
	status = write_end(file, end, &seal);
	if (status == 0 && (fflush(file) != 0 || fsync(fileno(file)) < 0))
		status = errno > 0 ? -errno : -EIO;
	return status;
}

static int sync_dir_of(const char *path)
{
	char copy[PATH_MAX];
	int status;

	snprintf(copy, sizeof(copy), "%s", path);
	status = durable_path(dirname(copy));
	/* FAT on a stick may not be able to. */
	return status == -EINVAL ? 0 : status;
}

int sealed_write(struct journal *journal, const char *kiosk,
		 const struct seal_key *key, int64_t after_seq,
		 const char *path, struct central_head *end,
		 struct central_problem *problem)
{
	struct central_head last = {0};
	char part[PATH_MAX];
	FILE *file;
	int fd, status;

	if (snprintf(part, sizeof(part), "%s.part", path) >=
	    (int)sizeof(part)) {
		snprintf(problem->text, sizeof(problem->text),
			 "%.200s: too long a name", path);
		return -ENAMETOOLONG;
	}
	/* Users' names stand in it. */
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	status = file ? 0 : -errno;
	if (!file && fd >= 0)
		close(fd);
	if (file) {
		status = write_all(journal, kiosk, key, after_seq, file, &last);
		if (fclose(file) != 0 && status == 0)
			status = -errno;
		if (status == 0 && rename(part, path) < 0)
			status = -errno;
		if (status < 0)
			unlink(part);
	}
	if (status == 0)
		status = sync_dir_of(path);
	if (status == -ENOENT && file)
		snprintf(problem->text, sizeof(problem->text),
			 "the journal has no row %" PRId64
			 ": give a smaller --from",
			 after_seq);
	else if (status < 0)
		snprintf(problem->text, sizeof(problem->text), "%.300s: %s",
			 path, strerror(-status));
	if (end)
		*end = last;
	return status;
}
