/* SPDX-License-Identifier: MIT */
#include "journal/carve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"

#define USUAL_PAGE 4096
#define MAX_PAGE 65536
#define MAX_PAYLOAD (64 * 1024) /* JOURNAL_DETAIL_MAX and the rest, amply */
#define WAL_HEADER 32
#define FRAME_HEADER 24
#define TABLE_LEAF 0x0d
#define INDEX_LEAF 0x0a
#define COLUMNS 12

struct carve {
	const struct carve_sink *sink;
	int file_fd, wal_fd; /* -1: missing */
	size_t page_size;
	uint8_t *page, *overflow;
	uint8_t *payload;
	char *texts;
};

struct column {
	uint64_t type;
	const uint8_t *at;
	size_t length;
};

static uint32_t big_endian(const uint8_t *at, size_t n)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		value = value << 8 | at[i];
	return value;
}

/* Moves *at behind the number. False: there is none before end. */
static bool varint(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
	*value = 0;
	for (int i = 0; i < 9 && *at < end; i++) {
		uint8_t byte = *(*at)++;

		if (i == 8) {
			*value = *value << 8 | byte;
			return true;
		}
		*value = *value << 7 | (byte & 0x7f);
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* ---- records ---- */

static size_t size_of_type(uint64_t type)
{
	static const size_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};

	if (type >= 12)
		return (size_t)((type - 12) / 2);
	return sizes[type];
}

/* The columns of a record: how many, or -1 where it is none. */
static int read_record(const uint8_t *payload, size_t length,
		       struct column *columns, int most)
{
	const uint8_t *at = payload, *end = payload + length, *types_end;
	uint64_t header;
	int n = 0;

	if (!varint(&at, end, &header) || header > length)
		return -1;
	types_end = payload + header;
	end = types_end;
	for (const uint8_t *value = types_end; at < types_end; n++) {
		struct column *column = &columns[n];

		if (n == most || !varint(&at, end, &column->type) ||
		    column->type > 2 * MAX_PAYLOAD)
			return -1;
		column->at = value;
		column->length = size_of_type(column->type);
		if (column->length > (size_t)(payload + length - value))
			return -1;
		value += column->length;
	}
	return n;
}

static bool is_integer(const struct column *column)
{
	return (column->type >= 1 && column->type <= 6) || column->type == 8 ||
	       column->type == 9;
}

static int64_t integer_of(const struct column *column)
{
	uint64_t value;

	if (column->type == 8 || column->type == 9)
		return column->type == 9;
	value = column->length > 0 && column->at[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < column->length; i++)
		value = value << 8 | column->at[i];
	return (int64_t)value;
}

static bool is_text(const struct column *column)
{
	return column->type >= 13 && column->type % 2 == 1;
}

/* The column's text in *to, which moves on; NULL where it is NULL. */
static bool take_text(const struct column *column, char **at, const char **to)
{
	*to = NULL;
	if (column->type == 0)
		return true;
	if (!is_text(column) || column->length == 0 ||
	    memchr(column->at, '\0', column->length) ||
	    !utf8_valid((const char *)column->at, column->length))
		return false;
	memcpy(*at, column->at, column->length);
	*to = *at;
	*at += column->length;
	*(*at)++ = '\0';
	return true;
}

static bool take_integer(const struct column *column, bool *has, int64_t *to)
{
	*has = column->type != 0;
	*to = *has ? integer_of(column) : 0;
	return !*has || is_integer(column);
}

/* texts: room for all of the record's. */
static bool take_row(const struct column columns[COLUMNS], int64_t seq,
		     char *texts, struct journal_row *row)
{
	bool has_time;

	*row = (struct journal_row){.seq = seq};
	if (columns[0].type != 0 || columns[11].type != 76 ||
	    !take_integer(&columns[1], &has_time, &row->at_ms) || !has_time ||
	    !take_text(&columns[2], &texts, &row->day) ||
	    !take_text(&columns[3], &texts, &row->kind) || !row->kind ||
	    !take_text(&columns[4], &texts, &row->service) ||
	    !take_integer(&columns[5], &row->has_number, &row->number) ||
	    !take_text(&columns[6], &texts, &row->class) ||
	    !take_integer(&columns[7], &row->has_counter, &row->counter) ||
	    !take_text(&columns[8], &texts, &row->actor) ||
	    !take_text(&columns[9], &texts, &row->detail) ||
	    !take_text(&columns[10], &texts, &row->key))
		return false;
	memcpy(row->chain, columns[11].at, JOURNAL_CHAIN_SIZE);
	return seq >= 1;
}

/* ---- pages ---- */

static bool read_at(int fd, void *to, size_t n, off_t at)
{
	ssize_t got;

	if (fd < 0)
		return false;
	do {
		got = pread(fd, to, n, at);
	} while (got < 0 && errno == EINTR);
	return got == (ssize_t)n;
}

/* The newest frame of a page in the WAL, else the page in the file. */
static bool read_page(const struct carve *carve, uint32_t number, uint8_t *to)
{
	off_t size = (off_t)(carve->page_size + FRAME_HEADER);
	struct stat status;
	uint8_t header[4];
	off_t at;

	if (number == 0)
		return false;
	if (carve->wal_fd >= 0 && fstat(carve->wal_fd, &status) == 0) {
		for (at = WAL_HEADER +
			  (status.st_size - WAL_HEADER) / size * size;
		     at > WAL_HEADER;) {
			at -= size;
			if (read_at(carve->wal_fd, header, 4, at) &&
			    big_endian(header, 4) == number)
				return read_at(carve->wal_fd, to,
					       carve->page_size,
					       at + FRAME_HEADER);
		}
	}
	return read_at(carve->file_fd, to, carve->page_size,
		       (off_t)(number - 1) * (off_t)carve->page_size);
}

/* How much of a table cell's payload stands in its page. */
static size_t local_size(size_t usable, size_t payload)
{
	size_t most = usable - 35, least = (usable - 12) * 32 / 255 - 23;
	size_t kept;

	if (payload <= most)
		return payload;
	kept = least + (payload - least) % (usable - 4);
	return kept <= most ? kept : least;
}

/* The cell's payload, its overflow pages included. NULL: not whole. */
static const uint8_t *gather(struct carve *carve, const uint8_t *at,
			     const uint8_t *end, size_t length)
{
	size_t local = local_size(carve->page_size, length), have;
	uint32_t next;

	if (local == length)
		return length <= (size_t)(end - at) ? at : NULL;
	if (local + 4 > (size_t)(end - at))
		return NULL;
	memcpy(carve->payload, at, local);
	next = big_endian(at + local, 4);
	for (have = local; have < length;) {
		size_t n = carve->page_size - 4;

		if (!read_page(carve, next, carve->overflow))
			return NULL;
		if (n > length - have)
			n = length - have;
		memcpy(carve->payload + have, carve->overflow + 4, n);
		have += n;
		next = big_endian(carve->overflow, 4);
	}
	return carve->payload;
}

static int table_cell(struct carve *carve, const uint8_t *at,
		      const uint8_t *end)
{
	struct column columns[COLUMNS];
	struct journal_row row;
	uint64_t length, seq;
	const uint8_t *payload;

	if (!varint(&at, end, &length) || !varint(&at, end, &seq) ||
	    length > MAX_PAYLOAD || seq > INT64_MAX)
		return 0;
	payload = gather(carve, at, end, (size_t)length);
	if (!payload ||
	    read_record(payload, (size_t)length, columns, COLUMNS) != COLUMNS)
		return 0;
	if (!take_row(columns, (int64_t)seq, carve->texts, &row))
		return 0;
	return carve->sink->row(carve->sink->arg, &row);
}

/* The meta table is an index tree, with name and value; so is that of keys. */
static int index_cell(struct carve *carve, const uint8_t *at,
		      const uint8_t *end)
{
	struct carve_meta meta = {0};
	struct column columns[2];
	char name[32], *to = name;
	uint64_t length;

	if (!varint(&at, end, &length) || length > (size_t)(end - at) ||
	    read_record(at, (size_t)length, columns, 2) != 2 ||
	    columns[0].length >= sizeof(name) ||
	    !take_text(&columns[0], &to, &meta.name) || !meta.name)
		return 0;
	if (is_integer(&columns[1])) {
		meta.number = integer_of(&columns[1]);
	} else if (columns[1].type >= 12) {
		meta.bytes = columns[1].at;
		meta.length = columns[1].length;
	}
	return carve->sink->meta(carve->sink->arg, &meta);
}

static int carve_page(struct carve *carve)
{
	const uint8_t *page = carve->page, *end = page + carve->page_size;
	size_t n;
	int rc = 0;

	if (page[0] != TABLE_LEAF && page[0] != INDEX_LEAF)
		return 0;
	n = big_endian(page + 3, 2);
	if (8 + 2 * n > carve->page_size)
		return 0;
	for (size_t i = 0; i < n && rc == 0; i++) {
		size_t cell = big_endian(page + 8 + 2 * i, 2);

		if (cell < 8 || cell >= carve->page_size)
			continue;
		rc = page[0] == TABLE_LEAF
			 ? table_cell(carve, page + cell, end)
			 : index_cell(carve, page + cell, end);
	}
	return rc;
}

/* The pages that stand every `stride` bytes from `first`. */
static int carve_pages(struct carve *carve, int fd, off_t first, size_t stride,
		       struct carve_count *count)
{
	struct stat status;
	int rc = 0;

	if (fd < 0 || fstat(fd, &status) != 0)
		return 0;
	for (off_t at = first; at < status.st_size && rc == 0;
	     at += (off_t)stride) {
		/* A last page that is cut short may hold rows all the same. */
		off_t left = status.st_size - at;
		size_t n = left < (off_t)carve->page_size ? (size_t)left
							  : carve->page_size;

		memset(carve->page, 0, carve->page_size);
		count->pages++;
		if (!read_at(fd, carve->page, n, at)) {
			count->unreadable++;
			continue;
		}
		rc = carve_page(carve);
	}
	return rc;
}

static size_t page_size_of(int fd)
{
	uint8_t header[18];
	size_t size;

	if (!read_at(fd, header, sizeof(header), 0) ||
	    memcmp(header, "SQLite format 3", 16) != 0)
		return USUAL_PAGE;
	size = big_endian(header + 16, 2);
	if (size == 1)
		return MAX_PAGE;
	return size >= 512 && (size & (size - 1)) == 0 ? size : USUAL_PAGE;
}

int carve_files(const char *file, const char *wal,
		const struct carve_sink *sink, struct carve_count *count)
{
	struct carve carve = {
	    .sink = sink,
	    .file_fd = open(file, O_RDONLY | O_CLOEXEC),
	    .wal_fd = open(wal, O_RDONLY | O_CLOEXEC),
	};
	int rc = -ENOMEM;

	*count = (struct carve_count){0};
	carve.page_size = page_size_of(carve.file_fd);
	carve.page = malloc(carve.page_size);
	carve.overflow = malloc(carve.page_size);
	carve.payload = malloc(MAX_PAYLOAD + MAX_PAGE);
	carve.texts = malloc(MAX_PAYLOAD + 2 * COLUMNS);
	if (carve.page && carve.overflow && carve.payload && carve.texts)
		rc = carve_pages(&carve, carve.file_fd, 0, carve.page_size,
				 count);
	if (rc == 0)
		rc =
		    carve_pages(&carve, carve.wal_fd, WAL_HEADER + FRAME_HEADER,
				carve.page_size + FRAME_HEADER, count);
	free(carve.page);
	free(carve.overflow);
	free(carve.payload);
	free(carve.texts);
	if (carve.file_fd >= 0)
		close(carve.file_fd);
	if (carve.wal_fd >= 0)
		close(carve.wal_fd);
	return rc;
}
