/* SPDX-License-Identifier: MIT */
#include "journal/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ticket.h"

#define HEADER "kiosk-numbers 1\n"
#define SUM_WORD "sum "
#define SUM_SIZE (2 * crypto_hash_sha256_BYTES + 1)
#define FILE_MODE 0640

void numbers_boot(char boot[NUMBERS_BOOT_SIZE])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, boot, 36);

	if (fd >= 0)
		close(fd);
	boot[n > 0 ? n : 0] = '\0';
}

/* ---- text ---- */

static void sum_of(const char *text, size_t length, char sum[SUM_SIZE])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, (const unsigned char *)text, length);
	sodium_bin2hex(sum, SUM_SIZE, hash, sizeof(hash));
}

/* The slot's text; the rest of it stays zeros. */
static int put_slot(const struct numbers *numbers, char slot[NUMBERS_SLOT])
{
	char sum[SUM_SIZE];
	FILE *to;
	long length;

	memset(slot, 0, NUMBERS_SLOT);
	to = fmemopen(slot, NUMBERS_SLOT, "w");
	if (!to)
		return -errno;
	fprintf(to,
		HEADER "generation %" PRIu64 "\njournal %s\nseq %" PRId64
		       "\nat_ms %" PRId64 "\nboot %s\nothers %" PRIu32 "\n",
		numbers->generation, numbers->journal, numbers->seq,
		numbers->at_ms, numbers->boot, numbers->others);
	for (size_t i = 0; i < numbers->n; i++)
		fprintf(to, "number %s %" PRIu32 " %" PRIu32 "\n",
			numbers->of[i].prefix, numbers->of[i].last,
			numbers->of[i].ceiling);
	length = fflush(to) == 0 ? ftell(to) : -1;
	if (length > 0 && length < NUMBERS_SLOT - 100) {
		sum_of(slot, (size_t)length, sum);
		fprintf(to, SUM_WORD "%s\n", sum);
	} else {
		length = -1;
	}
	if (fclose(to) != 0 || length < 0)
		return -EMSGSIZE;
	return 0;
}

static int64_t integer_of(const char *text)
{
	int64_t value;
	char *end;

	errno = 0;
	value = strtoll(text, &end, 10);
	return errno == 0 && end != text && value >= 0 ? value : 0;
}

static uint32_t number_of(const char *text)
{
	int64_t value = integer_of(text);

	return value <= TICKET_MAX_NUMBER ? (uint32_t)value : TICKET_MAX_NUMBER;
}

static void get_number(const char *text, struct numbers *numbers)
{
	size_t length = strcspn(text, " ");
	struct numbers_of *of = &numbers->of[numbers->n];
	const char *second;

	if (numbers->n == NUMBERS_MAX || length == 0 ||
	    length >= sizeof(of->prefix) || text[length] != ' ')
		return;
	second = strchr(text + length + 1, ' ');
	if (!second)
		return;
	*of = (struct numbers_of){.last = number_of(text + length + 1),
				  .ceiling = number_of(second + 1)};
	of->synced = of->ceiling;
	memcpy(of->prefix, text, length);
	numbers->n++;
}

static void get_line(const char *line, struct numbers *numbers)
{
	static const char *const words[] = {"generation ", "journal ",
					    "seq ",        "at_ms ",
					    "boot ",       "others ",
					    "number "};
	const char *value = NULL;
	size_t word;

	for (word = 0; word < sizeof(words) / sizeof(words[0]); word++) {
		if (strncmp(line, words[word], strlen(words[word])) == 0) {
			value = line + strlen(words[word]);
			break;
		}
	}
	if (!value)
		return;
	if (word == 0)
		numbers->generation = (uint64_t)integer_of(value);
	else if (word == 1)
		snprintf(numbers->journal, sizeof(numbers->journal), "%s",
			 value);
	else if (word == 2)
		numbers->seq = integer_of(value);
	else if (word == 3)
		numbers->at_ms = integer_of(value);
	else if (word == 4)
		snprintf(numbers->boot, sizeof(numbers->boot), "%s", value);
	else if (word == 5)
		numbers->others = number_of(value);
	else
		get_number(value, numbers);
}

static bool get_slot(char slot[NUMBERS_SLOT + 1], struct numbers *numbers)
{
	char sum[SUM_SIZE], *line, *next, *end;

	*numbers = (struct numbers){0};
	slot[NUMBERS_SLOT] = '\0';
	if (strncmp(slot, HEADER, strlen(HEADER)) != 0)
		return false;
	end = strstr(slot, "\n" SUM_WORD);
	if (!end)
		return false;
	end++;
	sum_of(slot, (size_t)(end - slot), sum);
	if (strncmp(end + strlen(SUM_WORD), sum, SUM_SIZE - 1) != 0)
		return false;
	for (line = slot; line < end; line = next) {
		next = strchr(line, '\n');
		*next++ = '\0';
		get_line(line, numbers);
	}
	return numbers->generation > 0;
}

/* ---- the file ---- */

static int open_as(const char *dir, int flags, struct numbers *numbers, int *fd)
{
	char path[PATH_MAX], slot[NUMBERS_SLOT + 1];
	struct numbers other;

	*numbers = (struct numbers){0};
	*fd = -1;
	if (snprintf(path, sizeof(path), "%s/" NUMBERS_FILE, dir) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	*fd = open(path, flags | O_CLOEXEC, FILE_MODE);
	if (*fd < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		memset(slot, 0, sizeof(slot));
		if (pread(*fd, slot, NUMBERS_SLOT, (off_t)i * NUMBERS_SLOT) <=
		    0)
			continue;
		if (get_slot(slot, &other) &&
		    other.generation > numbers->generation)
			*numbers = other;
	}
	return 0;
}

int numbers_open(const char *dir, struct numbers *numbers, int *fd)
{
	return open_as(dir, O_RDWR | O_CREAT, numbers, fd);
}

int numbers_read(const char *dir, struct numbers *numbers)
{
	int fd, rc = open_as(dir, O_RDONLY, numbers, &fd);

	if (fd >= 0)
		close(fd);
	return rc;
}

int numbers_write(struct numbers *numbers, int fd, bool sync)
{
	char slot[NUMBERS_SLOT];
	ssize_t n;
	int rc;

	if (fd < 0)
		return -EBADF;
	numbers->generation++;
	rc = put_slot(numbers, slot);
	if (rc != 0)
		return rc;
	n = pwrite(fd, slot, sizeof(slot),
		   (off_t)(numbers->generation % 2) * NUMBERS_SLOT);
	if (n != (ssize_t)sizeof(slot))
		return n < 0 ? -errno : -ENOSPC;
	if (!sync)
		return 0;
	if (fdatasync(fd) != 0)
		return -errno;
	for (size_t i = 0; i < numbers->n; i++)
		numbers->of[i].synced = numbers->of[i].ceiling;
	return 0;
}

/* ---- rows ---- */

/* The prefix of {"ticket":"A025",…}, as record.h has it. */
bool numbers_prefix(const struct journal_row *row, char prefix[8])
{
	static const char begin[] = "{\"ticket\":\"";
	const char *code;
	size_t length;

	if (!row->detail || strncmp(row->detail, begin, strlen(begin)) != 0)
		return false;
	code = row->detail + strlen(begin);
	length = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	if (length == 0 || length > 7)
		return false;
	memcpy(prefix, code, length);
	prefix[length] = '\0';
	return true;
}

struct numbers_of *numbers_entry(struct numbers *numbers, const char *prefix)
{
	struct numbers_of *of;

	for (size_t i = 0; i < numbers->n; i++) {
		if (strcmp(numbers->of[i].prefix, prefix) == 0)
			return &numbers->of[i];
	}
	if (numbers->n == NUMBERS_MAX)
		return NULL;
	of = &numbers->of[numbers->n++];
	*of = (struct numbers_of){0};
	snprintf(of->prefix, sizeof(of->prefix), "%s", prefix);
	return of;
}

bool numbers_take(struct numbers *numbers, const struct journal_row *row)
{
	struct numbers_of *of;
	uint32_t number;
	char prefix[8];

	if (strcmp(row->kind, "issued") != 0 || row->number < 1 ||
	    row->number > TICKET_MAX_NUMBER || !numbers_prefix(row, prefix))
		return false;
	of = numbers_entry(numbers, prefix);
	if (!of)
		return false;
	number = (uint32_t)row->number;
	/* Its numbers began at 1 again. */
	if (number <= of->last)
		of->ceiling = of->synced = 0;
	of->last = number;
	numbers->at_ms = row->at_ms;
	if (number > of->ceiling) {
		of->ceiling = (number + NUMBERS_BLOCK - 1) / NUMBERS_BLOCK *
			      NUMBERS_BLOCK;
		if (of->ceiling > TICKET_MAX_NUMBER)
			of->ceiling = TICKET_MAX_NUMBER;
	}
	return of->ceiling > of->synced;
}

uint32_t numbers_floor(const struct numbers *numbers, size_t i,
		       const char *boot)
{
	return *boot && strcmp(boot, numbers->boot) == 0
		   ? numbers->of[i].last
		   : numbers->of[i].ceiling;
}
