/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/utf8.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

const struct word_rule word_id = {LOWER DIGITS "_-", 32,
				  "1 to 32 of a-z, 0-9, '_' and '-'"};
const struct word_rule word_kiosk = {LOWER DIGITS "-", 64,
				     "1 to 64 of a-z, 0-9 and '-'"};
const struct word_rule word_prefix = {UPPER, 3, "1 to 3 of A-Z"};
const struct word_rule word_outcome = {LOWER DIGITS "_", 32,
				       "1 to 32 of a-z, 0-9 and '_'"};
const struct word_rule word_user = {LOWER UPPER DIGITS "_.-", 32,
				    "1 to 32 of A-Z, a-z, 0-9, '_', '.', '-'"};

static void join_names(const char *const names[], char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; names[i] != NULL && used < size; i++) {
		int n = snprintf(out + used, size - used, "%s%s",
				 i > 0 ? ", " : "", names[i]);

		used += n > 0 ? (size_t)n : 0;
	}
}

const setting *reader_member(const setting *group, const char *name)
{
	return group != NULL ? config_setting_get_member(group, name) : NULL;
}

static size_t length_of(const setting *at)
{
	int n = config_setting_length(at);

	return n > 0 ? (size_t)n : 0;
}

void reader_known(struct reader *reader, const setting *group,
		  const char *const names[])
{
	size_t n = group != NULL ? length_of(group) : 0;
	char all[400];

	for (size_t i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(at), *like;
		size_t k = 0;

		while (names[k] != NULL && strcmp(names[k], name) != 0)
			k++;
		if (names[k] != NULL)
			continue;
		like = nearest_name(name, names);
		if (like != NULL) {
			reader_mistake(reader, at,
				       "unknown setting: did you mean \"%s\"?",
				       like);
			continue;
		}
		join_names(names, all, sizeof(all));
		reader_mistake(reader, at,
			       "unknown setting: remove it; what can stand "
			       "here is %s",
			       all);
	}
}

static const setting *as_group(struct reader *reader, const setting *at)
{
	struct quote quote;

	if (config_setting_is_group(at))
		return at;
	reader_mistake(reader, at,
		       "%s where a group belongs: write { … }, with the "
		       "settings between the braces",
		       quote_setting(&quote, at));
	return NULL;
}

const setting *reader_group(struct reader *reader, const setting *parent,
			    const char *name)
{
	const setting *at = reader_member(parent, name);

	return at != NULL ? as_group(reader, at) : NULL;
}

const setting *reader_list(struct reader *reader, const setting *parent,
			   const char *name, size_t max)
{
	const setting *at = reader_member(parent, name);
	struct quote quote;

	if (at == NULL)
		return NULL;
	if (!config_setting_is_list(at) && !config_setting_is_array(at)) {
		reader_mistake(reader, at,
			       "%s where a list belongs: write ( … ), with "
			       "commas between the elements",
			       quote_setting(&quote, at));
		return NULL;
	}
	if (length_of(at) > max) {
		reader_mistake(reader, at,
			       "%zu elements are too many: keep to %zu at most",
			       length_of(at), max);
		return NULL;
	}
	return at;
}

const setting *reader_element(struct reader *reader, const setting *list,
			      size_t i, const char *const names[])
{
	const setting *at = config_setting_get_elem(list, (unsigned)i);

	at = as_group(reader, at);
	if (at != NULL)
		reader_known(reader, at, names);
	return at;
}

static bool clean_string(struct reader *reader, const setting *at,
			 const char *value)
{
	ssize_t bad = utf8_first_bad(value, strlen(value));
	struct quote quote;

	if (bad >= 0) {
		if (!reader->bad_bytes)
			reader_mistake(reader, at,
				       "%s: byte %zd is 0x%02x, which is not "
				       "UTF-8: write the letter itself",
				       quote_string(&quote, value), bad + 1,
				       (unsigned char)value[bad]);
		return false;
	}
	for (const char *c = value; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x20 && *c != 0x7f)
			continue;
		reader_mistake(reader, at,
			       "%s: byte %td is 0x%02x, a control character: "
			       "leave it out",
			       quote_string(&quote, value), c - value + 1,
			       (unsigned char)*c);
		return false;
	}
	return true;
}

const char *reader_string(struct reader *reader, const setting *at)
{
	struct quote quote;
	const char *value;

	if (at == NULL)
		return NULL;
	if (config_setting_type(at) != CONFIG_TYPE_STRING) {
		reader_mistake(reader, at,
			       "%s where a text belongs: put it in quotes, "
			       "\"…\"",
			       quote_setting(&quote, at));
		return NULL;
	}
	value = config_setting_get_string(at);
	return clean_string(reader, at, value) ? value : NULL;
}

bool reader_number(struct reader *reader, const setting *at, int low, int high,
		   int *out)
{
	int type = config_setting_type(at);
	struct quote quote;
	long long value;

	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64) {
		reader_mistake(reader, at,
			       "%s is no whole number: write one from %d to "
			       "%d%s",
			       quote_setting(&quote, at), low, high,
			       type == CONFIG_TYPE_STRING ? ", without quotes"
							  : "");
		return false;
	}
	value = config_setting_get_int64(at);
	if (value < low || value > high) {
		reader_mistake(reader, at,
			       "%lld is out of range: write %d to %d", value,
			       low, high);
		return false;
	}
	*out = (int)value;
	return true;
}

void reader_int(struct reader *reader, const setting *group, const char *name,
		int low, int high, int *out)
{
	const setting *at = reader_member(group, name);

	if (at != NULL)
		(void)reader_number(reader, at, low, high, out);
}

void reader_bool(struct reader *reader, const setting *group, const char *name,
		 bool *out)
{
	const setting *at = reader_member(group, name);
	struct quote quote;

	if (at == NULL)
		return;
	if (config_setting_type(at) != CONFIG_TYPE_BOOL) {
		reader_mistake(reader, at,
			       "%s is neither true nor false: write one of "
			       "them, without quotes",
			       quote_setting(&quote, at));
		return;
	}
	*out = config_setting_get_bool(at) != 0;
}

void reader_choice(struct reader *reader, const setting *group,
		   const char *name, const char *const names[], int *out)
{
	const setting *at = reader_member(group, name);
	const char *value = reader_string(reader, at);
	struct quote quote;
	char all[200];

	if (value == NULL)
		return;
	for (int i = 0; names[i] != NULL; i++) {
		if (strcmp(value, names[i]) == 0) {
			*out = i;
			return;
		}
	}
	join_names(names, all, sizeof(all));
	reader_mistake(reader, at, "%s is not known here: write one of %s",
		       quote_string(&quote, value), all);
}

char *reader_dup(struct reader *reader, const char *string)
{
	char *copy = strdup(string);

	if (copy == NULL)
		reader->no_memory = true;
	return copy;
}

void *reader_array(struct reader *reader, size_t n, size_t size)
{
	void *array = n > 0 ? calloc(n, size) : NULL;

	if (array == NULL && n > 0)
		reader->no_memory = true;
	return array;
}

char *reader_copy(struct reader *reader, const setting *group, const char *name,
		  const char *fallback)
{
	const setting *at = reader_member(group, name);
	const char *value = at != NULL ? reader_string(reader, at) : fallback;

	return value != NULL ? reader_dup(reader, value) : NULL;
}

bool word_fits(const char *word, const struct word_rule *rule)
{
	size_t n = strlen(word);

	return n > 0 && n <= rule->max && strspn(word, rule->characters) == n;
}

char *reader_word(struct reader *reader, const setting *group, const char *name,
		  const struct word_rule *rule)
{
	const setting *at = reader_member(group, name);
	const char *value = reader_string(reader, at);
	struct quote quote;
	char mend[120];

	if (at == NULL) {
		(void)snprintf(mend, sizeof(mend), "add %s = \"…\"; with %s",
			       name, rule->says);
		reader_missing(reader, group, name, mend);
	}
	if (value == NULL)
		return NULL;
	if (!word_fits(value, rule)) {
		reader_mistake(reader, at, "%s does not fit: write %s",
			       quote_string(&quote, value), rule->says);
		return NULL;
	}
	return reader_dup(reader, value);
}

/* One language's string; NULL where there is none. */
static char *text_string(struct reader *reader, const setting *at, size_t max)
{
	const char *value = reader_string(reader, at);
	const char *cursor = value;
	struct quote quote;
	size_t n = 0;

	if (value == NULL || value[0] == '\0')
		return NULL;
	while (utf8_next(&cursor) != 0)
		n++;
	if (n > max) {
		reader_mistake(reader, at, "%s has %zu characters: keep to %zu",
			       quote_string(&quote, value), n, max);
		return NULL;
	}
	return reader_dup(reader, value);
}

void reader_text(struct reader *reader, const setting *at, size_t max,
		 struct text *out)
{
	static const char *const names[] = {"vi", "en", NULL};
	const setting *vi;

	if (config_setting_type(at) == CONFIG_TYPE_STRING) {
		struct quote quote;

		reader_mistake(reader, at,
			       "%s is in one language only: write "
			       "{ vi = \"…\"; en = \"…\"; }",
			       quote_setting(&quote, at));
		return;
	}
	at = as_group(reader, at);
	if (at == NULL)
		return;
	reader_known(reader, at, names);
	vi = reader_member(at, "vi");
	out->vi = text_string(reader, vi, max);
	out->en = text_string(reader, reader_member(at, "en"), max);
	if (vi == NULL)
		reader_missing(reader, at, "vi",
			       "add vi = \"…\"; with the Vietnamese text");
	else if (config_setting_type(vi) == CONFIG_TYPE_STRING &&
		 config_setting_get_string(vi)[0] == '\0')
		reader_mistake(reader, vi,
			       "\"\" says nothing: write the Vietnamese text");
}
