/* SPDX-License-Identifier: MIT */
/*
 * The grammar of libconfig's manual, chapter "Configuration Files", read by
 * hand, for two reasons: libconfig's only words for a mistake are "syntax
 * error", and some mistakes it does not see (a number too large for an int, a
 * comment without an end, a text that runs over many lines for want of a '"').
 * We are stricter in one thing: each setting ends in ';'.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/config_internal.h"
#include "base/utf8.h"

#define MAX_DEPTH 24

enum token {
	TOKEN_END,
	TOKEN_NAME, /* also true and false: the place tells which */
	TOKEN_STRING,
	TOKEN_NUMBER,
	TOKEN_EQUALS, /* '=' or ':' */
	TOKEN_SEMICOLON,
	TOKEN_COMMA,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_OTHER
};

/* What the place we are at asks for. */
enum expect {
	EXPECT_NAME,        /* of a setting, or the group's end */
	EXPECT_EQUALS,      /* behind a name */
	EXPECT_VALUE,       /* behind '=' */
	EXPECT_FIRST,       /* behind '(' or '[': an element, or the end */
	EXPECT_ELEMENT,     /* behind a ',' in a list */
	EXPECT_SEPARATOR,   /* behind a setting's value */
	EXPECT_NEXT_ELEMENT /* behind an element: ',' or the end */
};

/* An open bracket, and how far we are in it. */
struct level {
	char bracket; /* '{', '(' or '['; the file itself is '{' */
	unsigned line;
	const char *name; /* of the setting we are in, in a group */
	int name_length;
	unsigned index; /* of the element, in a list */
	size_t first;   /* of the group's names, in scanner.names */
};

struct name {
	const char *text;
	int length;
	unsigned line;
};

struct scanner {
	struct reader *reader;
	const char *at, *end;
	unsigned line;

	enum token token;
	const char *text; /* of the token */
	int length;
	unsigned token_line;
	unsigned last_line; /* where the token before ended */
	bool last_string;   /* the token before was a text */

	struct level levels[MAX_DEPTH];
	size_t depth;       /* levels[depth] is where we are */
	struct name *names; /* of the groups that are open */
	size_t n_names, name_room;
	size_t element_room; /* of reader->element_lines */
	bool readable;       /* by libconfig, as far as we have seen */
};

/* ---- where we are, for messages ---- */

static const char *path_here(const struct scanner *s, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i <= s->depth && used < size; i++) {
		const struct level *level = &s->levels[i];
		int n = 0;

		if (level->bracket != '{')
			n = snprintf(out + used, size - used, "[%u]",
				     level->index);
		else if (level->name != NULL)
			n = snprintf(out + used, size - used, "%s%.*s",
				     used > 0 ? "." : "", level->name_length,
				     level->name);
		used += n > 0 ? (size_t)n : 0;
	}
	return out;
}

/* A short piece of the file, as a message quotes it. */
static const char *quote_token(const struct scanner *s, struct quote *quote)
{
	char text[64];
	int n = s->length < 60 ? s->length : 60;

	if (s->token == TOKEN_END)
		return "the end of the file";
	(void)snprintf(text, sizeof(text), "%.*s", n, s->text);
	text[utf8_prefix(text, 57)] = '\0';
	if (s->token == TOKEN_STRING) /* brings its own quotes */
		(void)snprintf(quote->text, sizeof(quote->text), "%s", text);
	else
		(void)snprintf(quote->text, sizeof(quote->text), "'%s'", text);
	return quote->text;
}

#define mistake(s, line, ...)                                       \
	do {                                                        \
		char path[200];                                     \
		reader_mistake_in((s)->reader, line,                \
				  path_here(s, path, sizeof(path)), \
				  __VA_ARGS__);                     \
	} while (0)

/* ---- tokens ---- */

/* Past blanks and comments. False at a comment without an end. */
static bool skip_blanks(struct scanner *s)
{
	while (s->at < s->end) {
		const char *rest = s->at;
		size_t left = (size_t)(s->end - rest);

		if (*rest == '\n') {
			s->line++;
			s->at++;
		} else if (*rest == ' ' || *rest == '\t' || *rest == '\r') {
			s->at++;
		} else if (*rest == '#' ||
			   (left > 1 && rest[0] == '/' && rest[1] == '/')) {
			const char *stop = memchr(rest, '\n', left);

			s->at = stop != NULL ? stop : s->end;
		} else if (left > 1 && rest[0] == '/' && rest[1] == '*') {
			const char *stop = memmem(rest + 2, left - 2, "*/", 2);

			if (stop == NULL)
				return false;
			for (; s->at < stop + 2; s->at++)
				s->line += *s->at == '\n';
		} else {
			break;
		}
	}
	return true;
}

/* Behind the closing quote, or NULL where the line ends first. */
static const char *string_end(struct scanner *s)
{
	const char *c = s->at + 1;

	while (c < s->end && *c != '\n') {
		if (*c == '"')
			return c + 1;
		if (*c == '\\' && c + 1 < s->end && c[1] != '\n') {
			/* libconfig leaves it out without a word. */
			if (s->end - c > 3 && c[1] == 'x' && c[2] == '0' &&
			    c[3] == '0')
				mistake(s, s->line,
					"\\x00 cannot be in a text: leave it "
					"out");
			c++;
		}
		c++;
	}
	return NULL;
}

static bool name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*';
}

static enum token punctuation(char c)
{
	switch (c) {
	case '=':
	case ':':
		return TOKEN_EQUALS;
	case ';':
		return TOKEN_SEMICOLON;
	case ',':
		return TOKEN_COMMA;
	case '{':
	case '(':
	case '[':
		return TOKEN_OPEN;
	case '}':
	case ')':
	case ']':
		return TOKEN_CLOSE;
	default:
		return TOKEN_OTHER;
	}
}

/* False where there is nothing to go on with: reported. */
static bool next_token(struct scanner *s)
{
	const char *stop;

	s->last_line = s->line;
	if (!skip_blanks(s)) {
		mistake(s, s->line,
			"the comment that begins here has no end: write */ "
			"where it ends");
		return false;
	}
	s->text = s->at;
	s->length = 0;
	s->token_line = s->line;
	if (s->at == s->end) {
		s->token = TOKEN_END;
		return true;
	}
	stop = s->at + 1;
	if (*s->at == '"') {
		s->token = TOKEN_STRING;
		stop = string_end(s);
		if (stop == NULL) {
			mistake(s, s->line,
				"the text does not end on its line: is a '\"' "
				"missing at its end?");
			return false;
		}
	} else if ((*s->at >= '0' && *s->at <= '9') ||
		   strchr("+-.", *s->at) != NULL) {
		s->token = TOKEN_NUMBER;
		while (stop < s->end &&
		       (name_character(*stop) || *stop == '.' || *stop == '+'))
			stop++;
	} else if (name_character(*s->at) && *s->at != '_') {
		s->token = TOKEN_NAME;
		while (stop < s->end && name_character(*stop))
			stop++;
	} else {
		s->token = punctuation(*s->at);
		/* Quote a foreign letter whole. */
		while (s->token == TOKEN_OTHER && stop < s->end &&
		       ((unsigned char)*stop & 0xc0) == 0x80)
			stop++;
	}
	s->length = (int)(stop - s->at);
	s->at = stop;
	return true;
}

/* ---- values ---- */

/* libconfig wraps a number that is too large around, without a word. */
static void check_number(struct scanner *s)
{
	struct quote quote;
	char text[40], *end;
	long long value;

	if ((size_t)s->length >= sizeof(text)) {
		mistake(s, s->token_line, "%s is too long a number: shorten it",
			quote_token(s, &quote));
		s->readable = false;
		return;
	}
	memcpy(text, s->text, (size_t)s->length);
	text[s->length] = '\0';
	errno = 0;
	value = strtoll(text, &end, strncasecmp(text, "0x", 2) == 0 ? 16 : 10);
	for (int i = 0; i < 2 && end > text && *end == 'L'; i++)
		end++;
	if (*end == '\0' && end > text) {
		if (errno == 0 && value <= INT_MAX && value >= INT_MIN)
			return;
		mistake(s, s->token_line,
			"%s is too large a number: write a smaller one",
			quote_token(s, &quote));
		s->readable = false;
		return;
	}
	(void)strtod(text, &end);
	if (*end == '\0' && end > text && strpbrk(text, "xXnN") == NULL)
		return; /* a float: of the wrong type everywhere, later */
	mistake(s, s->token_line,
		"%s is no number: mend it, or put it in quotes if it is a text",
		quote_token(s, &quote));
	s->readable = false;
}

static void check_word(struct scanner *s)
{
	struct quote quote;

	if ((s->length == 4 && strncasecmp(s->text, "true", 4) == 0) ||
	    (s->length == 5 && strncasecmp(s->text, "false", 5) == 0))
		return;
	mistake(s, s->token_line, "%s is a text without quotes: write \"%.*s\"",
		quote_token(s, &quote), s->length < 60 ? s->length : 60,
		s->text);
	s->readable = false;
}

static bool starts_value(enum token token)
{
	return token == TOKEN_NAME || token == TOKEN_STRING ||
	       token == TOKEN_NUMBER || token == TOKEN_OPEN;
}

static char closing(char bracket)
{
	return bracket == '{' ? '}' : bracket == '(' ? ')' : ']';
}

static enum expect after_value(const struct scanner *s)
{
	return s->levels[s->depth].bracket == '{' ? EXPECT_SEPARATOR
						  : EXPECT_NEXT_ELEMENT;
}

/* Into a bracket. False where it is one too many. */
static bool enter(struct scanner *s, enum expect *expect)
{
	if (s->depth + 1 == MAX_DEPTH) {
		mistake(s, s->token_line,
			"more than %d brackets in one another: close some",
			MAX_DEPTH - 1);
		return false;
	}
	s->levels[++s->depth] = (struct level){.bracket = *s->text,
					       .line = s->token_line,
					       .first = s->n_names};
	*expect = *s->text == '{' ? EXPECT_NAME : EXPECT_FIRST;
	return true;
}

/* Out of one. False where the bracket closes none. */
static bool leave(struct scanner *s, enum expect *expect)
{
	const struct level *level = &s->levels[s->depth];

	if (s->depth == 0) {
		mistake(s, s->token_line,
			"'%c' closes nothing: remove it, or is a bracket "
			"missing before it?",
			*s->text);
		return false;
	}
	if (*s->text != closing(level->bracket)) {
		mistake(s, s->token_line,
			"'%c' stands here, but the '%c' of line %u is still "
			"open: close it with '%c' first",
			*s->text, level->bracket, level->line,
			closing(level->bracket));
		return false;
	}
	s->n_names = level->first;
	s->depth--;
	*expect = after_value(s);
	return true;
}

/* Where this scalar stands, for reader_place_elements(). */
static void note_element(struct scanner *s)
{
	struct reader *reader = s->reader;
	unsigned *lines = reader->element_lines;

	if (reader->n_elements == s->element_room) {
		size_t room = s->element_room > 0 ? 2 * s->element_room : 64;

		lines = reallocarray(lines, room, sizeof(*lines));
		if (lines == NULL) {
			reader->no_memory = true;
			return;
		}
		reader->element_lines = lines;
		s->element_room = room;
	}
	lines[reader->n_elements++] = s->token_line;
}

static bool take_value(struct scanner *s, enum expect *expect)
{
	if (s->token == TOKEN_OPEN)
		return enter(s, expect);
	if (s->levels[s->depth].bracket != '{')
		note_element(s);
	if (s->token == TOKEN_NUMBER)
		check_number(s);
	else if (s->token == TOKEN_NAME)
		check_word(s);
	*expect = after_value(s);
	return true;
}

/* ---- the grammar ---- */

static bool unexpected(struct scanner *s, const char *mend)
{
	struct quote quote;

	if (s->token == TOKEN_OTHER && *s->text == '@')
		mistake(s, s->token_line,
			"'@include' is not taken here: one file holds all "
			"settings; copy them in");
	else
		mistake(s, s->token_line, "%s is not expected here: %s",
			quote_token(s, &quote), mend);
	return false;
}

static bool unclosed(struct scanner *s)
{
	const struct level level = s->levels[s->depth];

	s->depth--; /* the path of what is open, not of its last setting */
	mistake(s, level.line,
		"the '%c' that opens here is never closed: write '%c' where "
		"it ends",
		level.bracket, closing(level.bracket));
	return false;
}

/* libconfig says of a second one neither its name nor where the first is. */
static void note_name(struct scanner *s)
{
	struct name *names = s->names;

	for (size_t i = s->levels[s->depth].first; i < s->n_names; i++)
		if (names[i].length == s->length &&
		    memcmp(names[i].text, s->text, (size_t)s->length) == 0) {
			mistake(s, s->token_line,
				"stands here twice, and in line %u first: keep "
				"one of them",
				names[i].line);
			s->readable = false;
			return;
		}
	if (s->n_names == s->name_room) {
		size_t room = s->name_room > 0 ? 2 * s->name_room : 64;

		names = reallocarray(names, room, sizeof(*names));
		if (names == NULL) {
			s->reader->no_memory = true;
			return;
		}
		s->names = names;
		s->name_room = room;
	}
	names[s->n_names++] = (struct name){s->text, s->length, s->token_line};
}

static bool expect_name(struct scanner *s, enum expect *expect)
{
	struct level *level = &s->levels[s->depth];

	level->name = NULL;
	if (s->token == TOKEN_CLOSE)
		return leave(s, expect);
	if (s->token != TOKEN_NAME)
		return unexpected(s, s->token == TOKEN_SEMICOLON ||
					     s->token == TOKEN_COMMA
					 ? "remove it"
					 : "write a setting, name = value;");
	level->name = s->text;
	level->name_length = s->length;
	note_name(s);
	*expect = EXPECT_EQUALS;
	return true;
}

static bool expect_equals(struct scanner *s, enum expect *expect)
{
	if (s->token != TOKEN_EQUALS)
		return unexpected(s, "is a '=' missing before it?");
	*expect = EXPECT_VALUE;
	return true;
}

static bool expect_separator(struct scanner *s, enum expect *expect)
{
	if (s->token == TOKEN_STRING && s->last_string)
		return true; /* pieces of one text, as in C */
	*expect = EXPECT_NAME;
	if (s->token == TOKEN_SEMICOLON || s->token == TOKEN_COMMA)
		return true;
	if (s->token == TOKEN_CLOSE)
		return leave(s, expect);
	if (s->token != TOKEN_NAME)
		return unexpected(s, "end the setting with ';', or put its "
				     "value in quotes if it is a text");
	mistake(s, s->last_line,
		"a ';' is missing behind this setting: write it at the end of "
		"its line");
	return expect_name(s, expect);
}

static bool expect_next_element(struct scanner *s, enum expect *expect)
{
	struct level *level = &s->levels[s->depth];

	if (s->token == TOKEN_STRING && s->last_string)
		return true;
	if (s->token == TOKEN_CLOSE)
		return leave(s, expect);
	if (s->token == TOKEN_COMMA) {
		level->index++;
		*expect = EXPECT_ELEMENT;
		return true;
	}
	if (starts_value(s->token) && s->token != TOKEN_NAME) {
		mistake(s, s->last_line,
			"a ',' is missing behind this element: write it "
			"before the next one");
		s->readable = false;
		level->index++;
		return take_value(s, expect);
	}
	mistake(s, s->last_line,
		"the '%c' of line %u is still open: is a '%c' or a ',' missing "
		"here?",
		level->bracket, level->line, closing(level->bracket));
	return false;
}

static bool step(struct scanner *s, enum expect *expect)
{
	switch (*expect) {
	case EXPECT_NAME:
		return expect_name(s, expect);
	case EXPECT_EQUALS:
		return expect_equals(s, expect);
	case EXPECT_VALUE:
		if (starts_value(s->token))
			return take_value(s, expect);
		return unexpected(s, "write the value behind '=', a text in "
				     "quotes");
	case EXPECT_FIRST:
		if (s->token == TOKEN_CLOSE)
			return leave(s, expect);
		/* fall through */
	case EXPECT_ELEMENT:
		if (starts_value(s->token))
			return take_value(s, expect);
		return unexpected(s, s->token == TOKEN_CLOSE
					 ? "remove the ',' before it"
					 : "write an element of the list");
	case EXPECT_SEPARATOR:
		return expect_separator(s, expect);
	case EXPECT_NEXT_ELEMENT:
		return expect_next_element(s, expect);
	}
	return false;
}

static bool scan_grammar(struct scanner *s)
{
	enum expect expect = EXPECT_NAME;

	for (;;) {
		if (!next_token(s))
			return false;
		if (s->token == TOKEN_END &&
		    (expect == EXPECT_NAME || expect == EXPECT_SEPARATOR))
			return s->depth > 0 ? unclosed(s) : s->readable;
		if (s->token == TOKEN_END && s->depth > 0)
			return unclosed(s);
		if (!step(s, &expect))
			return false;
		s->last_string = s->token == TOKEN_STRING;
	}
}

/* ---- bytes ---- */

/* The first bad byte of each line, so that all can be mended in one go. */
static bool scan_characters(struct reader *reader, const char *bytes,
			    size_t length)
{
	const char *end = bytes + length, *stop;
	bool readable = true;
	unsigned number = 1;

	for (const char *line = bytes; line < end; line = stop + 1, number++) {
		unsigned column = 1;

		stop = memchr(line, '\n', (size_t)(end - line));
		if (stop == NULL)
			stop = end;
		for (const char *c = line; c < stop; column++) {
			ssize_t bad = utf8_first_bad(c, 1);
			unsigned char byte = (unsigned char)*c;
			size_t n = 1;

			/* Bytes of one sequence are one column. */
			while (bad >= 0 && n < 4 && c + n < stop)
				bad = utf8_first_bad(c, ++n);
			if (bad >= 0) {
				reader_mistake_in(reader, number, "",
						  "column %u: the byte 0x%02x "
						  "is not UTF-8: "
						  "save the file as UTF-8",
						  column, byte);
				reader->bad_bytes = true;
				break;
			}
			if ((byte < 0x20 && byte != '\t' && byte != '\r') ||
			    byte == 0x7f) {
				reader_mistake_in(reader, number, "",
						  "column %u: the byte 0x%02x "
						  "is a control "
						  "character: remove it",
						  column, byte);
				readable = false;
				break;
			}
			c += n;
		}
	}
	return readable;
}

bool scan_bytes(struct reader *reader, const char *bytes, size_t length)
{
	struct scanner s = {
	    .reader = reader,
	    .at = bytes,
	    .end = bytes + length,
	    .line = 1,
	    .levels = {{.bracket = '{'}},
	    .readable = true,
	};
	bool readable;

	if (!scan_characters(reader, bytes, length))
		return false;
	readable = scan_grammar(&s);
	free(s.names);
	return readable;
}
