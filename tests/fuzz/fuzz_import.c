/* SPDX-License-Identifier: MIT */
/*
 * A sealed export on somebody's stick: the input, from its second byte on, is
 * the file, which is brought into a real central log. With bit 0 of the first
 * byte it is mended first, so that more than the checks is reached: chains are
 * recomputed and the end is signed anew.
 *
 * Whatever it says: a file that does not hold adds nothing; one that does adds
 * just its rows, and nothing when it is brought in again.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "journal/chain.h"
#include "sync/import.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/rows.h"

/* Then the central log begins anew. */
#define LONG_LOG 400

static struct seal_key key;
static char url[300];
static unsigned inputs;

static void begin_log(void)
{
	struct central_problem problem;

	fuzz_clear_directory();
	(void)snprintf(url, sizeof(url), "sqlite:%s/central.db",
		       fuzz_directory());
	FUZZ_CHECK(central_sqlite.install(url, &problem) == 0, "%s",
		   problem.text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES];
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];

	(void)argc;
	(void)argv;
	fuzz_start();
	FUZZ_CHECK(sodium_init() >= 0 &&
		       crypto_sign_seed_keypair(public_key, key.secret, seed) ==
			   0,
		   "no key");
	begin_log();
	return 0;
}

/* ---- mending ---- */

struct mending {
	FILE *to;
	char kiosk[65], journal[65];
	struct central_head at;
};

static void set_hex(json_t *object, const char *name, const uint8_t *bytes,
		    size_t size)
{
	char hex[129];

	sodium_bin2hex(hex, sizeof(hex), bytes, size);
	(void)json_object_set_new(object, name, json_string(hex));
}

static void name_of(const json_t *object, const char *name, char to[65])
{
	const char *text = json_string_value(json_object_get(object, name));

	(void)snprintf(to, 65, "%s", text ? text : "");
}

static void mend_title(struct mending *mending, json_t *object)
{
	const char *hex =
	    json_string_value(json_object_get(object, "from_chain"));
	size_t n;

	name_of(object, "kiosk", mending->kiosk);
	name_of(object, "journal", mending->journal);
	mending->at.seq =
	    json_integer_value(json_object_get(object, "from_seq"));
	if (!hex || sodium_hex2bin(mending->at.chain, sizeof(mending->at.chain),
				   hex, strlen(hex), NULL, &n, NULL) != 0)
		memset(mending->at.chain, 0, sizeof(mending->at.chain));
	set_hex(object, "public_key", key.secret + 32, 32);
}

static void mend_row(struct mending *mending, json_t *object)
{
	struct journal_row row;

	fuzz_row(object, &row);
	if (row.seq != mending->at.seq + 1)
		(void)json_object_set_new(object, "seq",
					  json_integer(++mending->at.seq));
	else
		mending->at.seq++;
	row.seq = mending->at.seq;
	chain_next(mending->at.chain, &row, mending->at.chain);
	set_hex(object, "chain", mending->at.chain, JOURNAL_CHAIN_SIZE);
}

static void mend_end(const struct mending *mending, json_t *object)
{
	struct central_seal seal;

	(void)json_object_set_new(object, "end_seq",
				  json_integer(mending->at.seq));
	set_hex(object, "end_chain", mending->at.chain, JOURNAL_CHAIN_SIZE);
	seal_head(&key, mending->kiosk, mending->journal, &mending->at, &seal);
	set_hex(object, "signature", seal.signature, sizeof(seal.signature));
}

static void mend_line(struct mending *mending, const char *line, size_t length)
{
	struct json_problem problem;
	json_t *object = json_parse_object(line, length, &problem);
	char *text;

	if (!object) {
		(void)fwrite(line, 1, length, mending->to);
		return;
	}
	if (json_object_get(object, "kiosk_sealed"))
		mend_title(mending, object);
	else if (json_object_get(object, "seq"))
		mend_row(mending, object);
	else
		mend_end(mending, object);
	text = json_to_string(object);
	if (text)
		(void)fputs(text, mending->to);
	free(text);
	json_decref(object);
}

static const char *mend(const uint8_t *data, size_t size)
{
	struct mending mending = {0};
	const char *at = (const char *)data, *end = at + size, *path;
	char *text;
	size_t length;

	mending.to = open_memstream(&text, &length);
	FUZZ_CHECK(mending.to, "no memory");
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		mend_line(&mending, at, (size_t)((stop ? stop : end) - at));
		if (stop)
			(void)fputc('\n', mending.to);
		at = stop ? stop + 1 : end;
	}
	FUZZ_CHECK(fclose(mending.to) == 0, "no memory");
	path = fuzz_file(text, length);
	free(text);
	return path;
}

/* ---- bringing it in ---- */

static int64_t head_of(const struct sealed_title *title)
{
	struct central_problem problem;
	struct central_head head;
	struct central *central;

	FUZZ_CHECK(central_sqlite.open(url, -1, &central, &problem) == 0 &&
		       central_sqlite.hello(central, title->kiosk,
					    title->journal, title->end.seq,
					    &head, &problem) == 0,
		   "%s", problem.text);
	central_sqlite.close(central);
	return head.seq;
}

static void bring_in(const char *path)
{
	struct central_problem problem = {""};
	struct import_result result, again;
	int r = import_file(&central_sqlite, url, -1, path, &result, &problem);

	FUZZ_CHECK(r <= 0, "%d", r);
	FUZZ_CHECK(r == 0 || (*problem.text && fuzz_is_line(problem.text)),
		   "%d: %s", r, problem.text);
	FUZZ_CHECK(r == 0 || r == -EBADMSG || r == -ERANGE || r == -ESTALE,
		   "%d: %s", r, problem.text);
	FUZZ_CHECK(r == 0 || result.added == 0, "%d, and %lld rows", r,
		   (long long)result.added);
	if (r < 0)
		return;
	FUZZ_CHECK(result.added <= result.title.end.seq - result.title.from.seq,
		   "more rows than the file has");
	FUZZ_CHECK(head_of(&result.title) == result.head.seq &&
		       result.head.seq >= result.title.end.seq,
		   "the log does not stand where it says");
	r = import_file(&central_sqlite, url, -1, path, &again, &problem);
	FUZZ_CHECK(r == 0 && again.added == 0, "%d: %s: %lld rows", r,
		   problem.text, (long long)again.added);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t how = fuzz_byte(&input);

	if (inputs++ == LONG_LOG) {
		begin_log();
		inputs = 1;
	}
	bring_in(how & 1 ? mend(input.at, input.left)
			 : fuzz_file(input.at, input.left));
	return 0;
}
