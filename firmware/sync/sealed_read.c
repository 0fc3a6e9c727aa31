/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "journal/chain.h"
#include "sync/sealed.h"

/* Six times the longest detail, as \u escapes, and the rest of a row. */
#define LINE_MAX_BYTES (8 * JOURNAL_DETAIL_MAX)

struct sealed {
	char *path;
	FILE *file;
	int line;
	struct sealed_title title;
	struct central_head at; /* the row last read */
	bool ended;
	json_t *object; /* of the row last read: owns its texts */
	char text[LINE_MAX_BYTES];
};

__attribute__((format(printf, 4, 5))) static int
refuse(const struct sealed *sealed, struct central_problem *problem, int error,
       const char *format, ...)
{
	int used = snprintf(problem->text, sizeof(problem->text),
			    "%.200s:%d: ", sealed->path, sealed->line);
	va_list args;

	va_start(args, format);
	vsnprintf(problem->text + used, sizeof(problem->text) - (size_t)used,
		  format, args);
	va_end(args);
	return error;
}

/* The next line as an object, which the caller drops. */
static int read_object(struct sealed *sealed, json_t **object,
		       struct central_problem *problem)
{
	struct json_problem json;
	size_t length;

	*object = NULL;
	sealed->line++;
	if (!fgets(sealed->text, sizeof(sealed->text), sealed->file)) {
		if (ferror(sealed->file))
			return refuse(sealed, problem, -EIO, "cannot be read");
		return refuse(sealed, problem, -EBADMSG,
			      "the file ends too soon: copy it anew");
	}
	length = strlen(sealed->text);
	if (length == 0 || sealed->text[length - 1] != '\n')
		return refuse(sealed, problem, -EBADMSG,
			      "the line is cut off or too long: copy the file "
			      "anew");
	*object = json_parse_object(sealed->text, length - 1, &json);
	if (!*object)
		return refuse(sealed, problem, -EBADMSG, "%s", json.what);
	return 0;
}

static bool take_hex(const json_t *object, const char *name, uint8_t *bytes,
		     size_t size)
{
	const char *hex = json_string_value(json_object_get(object, name));
	const char *end;
	size_t n;

	return hex && strlen(hex) == 2 * size &&
	       sodium_hex2bin(bytes, size, hex, 2 * size, NULL, &n, &end) ==
		   0 &&
	       n == size;
}

static bool take_integer(const json_t *object, const char *name, int64_t *value)
{
	const json_t *member = json_object_get(object, name);

	if (!json_is_integer(member))
		return false;
	*value = json_integer_value(member);
	return true;
}

/* What a kiosk's name and a journal's id are made of. */
static bool take_name(const json_t *object, const char *name, char *to,
		      size_t size)
{
	const char *text = json_string_value(json_object_get(object, name));
	size_t length = text ? strlen(text) : 0;

	if (length == 0 || length >= size ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
		return false;
	memcpy(to, text, length + 1);
	return true;
}

static bool take_title(const json_t *object, struct sealed_title *title)
{
	int64_t version;

	return take_integer(object, "kiosk_sealed", &version) && version == 1 &&
	       take_name(object, "kiosk", title->kiosk, sizeof(title->kiosk)) &&
	       take_name(object, "journal", title->journal,
			 sizeof(title->journal)) &&
	       take_integer(object, "from_seq", &title->from.seq) &&
	       title->from.seq >= 0 &&
	       take_hex(object, "from_chain", title->from.chain,
			sizeof(title->from.chain)) &&
	       take_hex(object, "public_key", title->seal.public_key,
			sizeof(title->seal.public_key));
}

static int read_title(struct sealed *sealed, struct central_problem *problem)
{
	json_t *object;
	int status;

	rewind(sealed->file);
	sealed->line = 0;
	sealed->ended = false;
	status = read_object(sealed, &object, problem);
	if (status < 0)
		return status;
	if (!take_title(object, &sealed->title))
		status = refuse(sealed, problem, -EBADMSG,
				"is no sealed export: write one with kioskctl "
				"journal export --sealed");
	json_decref(object);
	sealed->at = sealed->title.from;
	return status;
}

int sealed_open(const char *path, struct sealed **out,
		struct central_problem *problem)
{
	struct sealed *sealed = calloc(1, sizeof(*sealed));
	int status;

	*out = NULL;
	if (!sealed)
		goto no_memory;
	sealed->path = strdup(path);
	if (!sealed->path)
		goto no_memory;
	sealed->file = fopen(path, "re");
	if (!sealed->file) {
		status = -errno;
		snprintf(problem->text, sizeof(problem->text),
			 "%.300s: %s: name what kioskctl journal export "
			 "--sealed wrote",
			 path, strerror(-status));
		sealed_close(sealed);
		return status;
	}
	status = read_title(sealed, problem);
	if (status < 0) {
		sealed_close(sealed);
		return status;
	}
	*out = sealed;
	return 0;

no_memory:
	sealed_close(sealed);
	snprintf(problem->text, sizeof(problem->text), "out of memory");
	return -ENOMEM;
}

void sealed_close(struct sealed *sealed)
{
	if (!sealed)
		return;
	if (sealed->file)
		fclose(sealed->file);
	json_decref(sealed->object);
	free(sealed->path);
	free(sealed);
}

/* A text or null. */
static bool take_text(const json_t *object, const char *name,
		      const char **value)
{
	const json_t *member = json_object_get(object, name);

	*value = json_string_value(member);
	return *value || json_is_null(member);
}

static bool take_optional(const json_t *object, const char *name, bool *has,
			  int64_t *value)
{
	*has = take_integer(object, name, value);
	return *has || json_is_null(json_object_get(object, name));
}

static bool take_row(const json_t *object, struct journal_row *row)
{
	*row = (struct journal_row){0};
	return json_object_size(object) == 12 &&
	       take_integer(object, "seq", &row->seq) &&
	       take_integer(object, "at_ms", &row->at_ms) &&
	       take_text(object, "day", &row->day) &&
	       take_text(object, "kind", &row->kind) &&
	       take_text(object, "service", &row->service) &&
	       take_optional(object, "number", &row->has_number,
			     &row->number) &&
	       take_text(object, "class", &row->class) &&
	       take_optional(object, "counter", &row->has_counter,
			     &row->counter) &&
	       take_text(object, "actor", &row->actor) &&
	       take_text(object, "detail", &row->detail) &&
	       take_text(object, "key", &row->key) &&
	       take_hex(object, "chain", row->chain, sizeof(row->chain));
}

/* The last line: the rows end where it says, and that is signed. */
static int take_end(struct sealed *sealed, const json_t *object,
		    struct central_problem *problem)
{
	struct sealed_title *title = &sealed->title;

	if (!take_integer(object, "end_seq", &title->end.seq) ||
	    !take_hex(object, "end_chain", title->end.chain,
		      sizeof(title->end.chain)) ||
	    !take_hex(object, "signature", title->seal.signature,
		      sizeof(title->seal.signature)))
		return refuse(sealed, problem, -EBADMSG,
			      "neither a row nor the end: copy the file anew");
	if (!central_head_equal(&title->end, &sealed->at))
		return refuse(sealed, problem, -EBADMSG,
			      "rows are missing before the end: copy the file "
			      "anew");
	if (!seal_holds(&title->seal, title->kiosk, title->journal,
			&title->end))
		return refuse(sealed, problem, -EBADMSG,
			      "the signature does not hold: the file was "
			      "changed");
	if (fgetc(sealed->file) != EOF)
		return refuse(sealed, problem, -EBADMSG,
			      "there is more behind the end");
	sealed->ended = true;
	return 0;
}

int sealed_next(struct sealed *sealed, struct journal_row *row,
		struct central_problem *problem)
{
	int status;

	if (sealed->ended)
		return 0;
	json_decref(sealed->object);
	sealed->object = NULL;
	status = read_object(sealed, &sealed->object, problem);
	if (status < 0)
		return status;
	if (!json_object_get(sealed->object, "seq"))
		return take_end(sealed, sealed->object, problem);
	if (!take_row(sealed->object, row))
		return refuse(sealed, problem, -EBADMSG,
			      "is no row: copy the file anew");
	if (!central_row_follows(&sealed->at, row))
		return refuse(sealed, problem, -EBADMSG,
			      "row %" PRId64 " does not hold: the file was "
			      "changed",
			      row->seq);
	central_head_set(&sealed->at, row);
	return 1;
}

int sealed_check(struct sealed *sealed, struct sealed_title *title,
		 struct central_problem *problem)
{
	struct journal_row row;
	int status = read_title(sealed, problem);

	if (status == 0)
		do {
			status = sealed_next(sealed, &row, problem);
		} while (status > 0);
	if (status < 0)
		return status;
	*title = sealed->title;
	return read_title(sealed, problem);
}
