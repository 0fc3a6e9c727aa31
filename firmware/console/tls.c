/* SPDX-License-Identifier: MIT */
#include "console/tls.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

#define CHAIN_MAX 8
#define KEY_ID_SIZE 32
/* Two files are written one after the other. */
#define SETTLE_US 500000u
#define SOON_DAYS 30

struct pair {
	struct pair *older;
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned n;
	gnutls_privkey_t key;
};

struct tls {
	char *certificate, *key; /* paths */
	/* Older ones are kept: a handshake may still be using one. They come
	 * with a person's hand, so they are few. */
	struct pair *pair;
	sd_event_source *watches[2], *settle;
};

static struct tls *serving;

__attribute__((format(printf, 2, 3))) static void
tell(struct console_problem *problem, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(problem->text, sizeof(problem->text), format,
			arguments);
	va_end(arguments);
}

static void pair_free(struct pair *pair)
{
	if (!pair)
		return;
	for (unsigned i = 0; i < pair->n; i++)
		gnutls_pcert_deinit(&pair->chain[i]);
	if (pair->key)
		gnutls_privkey_deinit(pair->key);
	free(pair);
}

/* ---- reading ---- */

static int load(const char *setting, const char *path, gnutls_datum_t *bytes,
		struct console_problem *problem)
{
	int rc = gnutls_load_file(path, bytes);

	if (rc < 0)
		tell(problem,
		     "console.%s: %s cannot be read (%s): kioskctl certificate "
		     "new makes one",
		     setting, path, strerror(errno ? errno : EIO));
	return rc < 0 ? -EINVAL : 0;
}

static int read_chain(const char *path, struct pair *pair,
		      struct console_problem *problem)
{
	gnutls_datum_t bytes;
	int rc = load("certificate", path, &bytes, problem);

	if (rc < 0)
		return rc;
	pair->n = CHAIN_MAX;
	rc = gnutls_pcert_list_import_x509_raw(pair->chain, &pair->n, &bytes,
					       GNUTLS_X509_FMT_PEM, 0);
	gnutls_free(bytes.data);
	if (rc < 0) {
		pair->n = 0;
		tell(problem,
		     "console.certificate: %s is no certificate (%s): kioskctl "
		     "certificate new makes one",
		     path, gnutls_strerror(rc));
		return -EINVAL;
	}
	return 0;
}

static int read_key(const char *path, struct pair *pair,
		    struct console_problem *problem)
{
	gnutls_datum_t bytes;
	int rc = load("key", path, &bytes, problem);

	if (rc < 0)
		return rc;
	rc = gnutls_privkey_init(&pair->key);
	if (rc >= 0)
		rc = gnutls_privkey_import_x509_raw(pair->key, &bytes,
						    GNUTLS_X509_FMT_PEM, NULL,
						    0);
	gnutls_memset(bytes.data, 0, bytes.size);
	gnutls_free(bytes.data);
	if (rc < 0) {
		tell(problem,
		     "console.key: %s is no private key (%s): kioskctl "
		     "certificate new makes one with its certificate",
		     path, gnutls_strerror(rc));
		return -EINVAL;
	}
	return 0;
}

static bool key_id(gnutls_pubkey_t key, unsigned char id[KEY_ID_SIZE])
{
	size_t size = KEY_ID_SIZE;

	return gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id,
					&size) >= 0 &&
	       size == KEY_ID_SIZE;
}

static bool belong_together(const struct pair *pair)
{
	unsigned char a[KEY_ID_SIZE], b[KEY_ID_SIZE];
	gnutls_pubkey_t public;
	bool same;

	if (gnutls_pubkey_init(&public) < 0)
		return false;
	same = gnutls_pubkey_import_privkey(public, pair->key, 0, 0) >= 0 &&
	       key_id(public, a) && key_id(pair->chain[0].pubkey, b) &&
	       memcmp(a, b, KEY_ID_SIZE) == 0;
	gnutls_pubkey_deinit(public);
	return same;
}

static int read_pair(const struct tls *tls, struct pair **out,
		     struct console_problem *problem)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	int rc;

	*out = NULL;
	if (!pair) {
		tell(problem, "out of memory");
		return -ENOMEM;
	}
	rc = read_chain(tls->certificate, pair, problem);
	if (rc == 0)
		rc = read_key(tls->key, pair, problem);
	if (rc == 0 && !belong_together(pair)) {
		tell(problem,
		     "console: %s is not the key of %s: make both anew, or put "
		     "the right one there",
		     tls->key, tls->certificate);
		rc = -EINVAL;
	}
	if (rc < 0) {
		pair_free(pair);
		return rc;
	}
	*out = pair;
	return 0;
}

/* What is wrong and yet works. */
static void say_doubts(const struct tls *tls)
{
	int64_t left_s = SOON_DAYS * 86400LL;
	gnutls_x509_crt_t certificate;
	struct stat status;

	if (gnutls_pcert_export_x509(&tls->pair->chain[0], &certificate) >= 0) {
		left_s = gnutls_x509_crt_get_expiration_time(certificate) -
			 clock_wall_ms() / 1000;
		gnutls_x509_crt_deinit(certificate);
	}
	if (left_s < 0)
		log_warning("%s has expired: browsers will warn; kioskctl "
			    "certificate new makes another",
			    tls->certificate);
	else if (left_s < SOON_DAYS * 86400LL)
		log_warning("%s expires in %d days", tls->certificate,
			    (int)(left_s / 86400));
	if (stat(tls->key, &status) == 0 && (status.st_mode & S_IROTH))
		log_warning("%s can be read by everyone: chmod 640 it",
			    tls->key);
}

/* ---- changes ---- */

static int on_settled(sd_event_source *source, uint64_t at_us, void *arg)
{
	struct console_problem problem;
	struct tls *tls = arg;
	struct pair *pair;

	(void)source;
	(void)at_us;
	if (read_pair(tls, &pair, &problem) < 0) {
		log_warning("%s; the certificate of before stays",
			    problem.text);
		return 0;
	}
	pair->older = tls->pair;
	tls->pair = pair;
	log_info("%s was read anew", tls->certificate);
	say_doubts(tls);
	return 0;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int on_change(sd_event_source *source, const struct inotify_event *event,
		     void *arg)
{
	struct tls *tls = arg;

	(void)source;
	if (event->len == 0 ||
	    (strcmp(event->name, file_name(tls->certificate)) != 0 &&
	     strcmp(event->name, file_name(tls->key)) != 0))
		return 0;
	(void)sd_event_source_set_time_relative(tls->settle, SETTLE_US);
	(void)sd_event_source_set_enabled(tls->settle, SD_EVENT_ONESHOT);
	return 0;
}

/* The directory, since a file is mostly replaced by another of its name. */
static int watch(struct tls *tls, sd_event *event, const char *path,
		 sd_event_source **source)
{
	char directory[PATH_MAX];
	size_t length = (size_t)(file_name(path) - path);

	if (length >= sizeof(directory))
		return -ENAMETOOLONG;
	memcpy(directory, path, length);
	directory[length] = '\0';
	return sd_event_add_inotify(event, source, length ? directory : ".",
				    IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE,
				    on_change, tls);
}

static int watch_both(struct tls *tls, sd_event *event)
{
	int rc = sd_event_add_time(event, &tls->settle, CLOCK_MONOTONIC, 0, 0,
				   on_settled, tls);

	if (rc >= 0)
		rc = sd_event_source_set_enabled(tls->settle, SD_EVENT_OFF);
	if (rc >= 0)
		rc = watch(tls, event, tls->certificate, &tls->watches[0]);
	if (rc >= 0)
		rc = watch(tls, event, tls->key, &tls->watches[1]);
	return rc < 0 ? rc : 0;
}

int tls_new(sd_event *event, const char *certificate, const char *key,
	    struct tls **out, struct console_problem *problem)
{
	struct tls *tls = calloc(1, sizeof(*tls));
	int rc = -ENOMEM;

	*out = NULL;
	*problem = (struct console_problem){"out of memory"};
	if (tls) {
		tls->certificate = strdup(certificate);
		tls->key = strdup(key);
	}
	if (!tls || !tls->certificate || !tls->key)
		goto fail;
	rc = read_pair(tls, &tls->pair, problem);
	if (rc < 0)
		goto fail;
	rc = watch_both(tls, event);
	if (rc < 0) {
		tell(problem,
		     "console.certificate: %s cannot be watched (%s): see that "
		     "its directory is there and may be read",
		     certificate, strerror(-rc));
		goto fail;
	}
	say_doubts(tls);
	serving = tls;
	*out = tls;
	return 0;

fail:
	tls_free(tls);
	return rc;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	if (serving == tls)
		serving = NULL;
	for (size_t i = 0; i < 2; i++)
		sd_event_source_disable_unref(tls->watches[i]);
	sd_event_source_disable_unref(tls->settle);
	while (tls->pair) {
		struct pair *older = tls->pair->older;

		pair_free(tls->pair);
		tls->pair = older;
	}
	free(tls->certificate);
	free(tls->key);
	free(tls);
}

int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities,
		 int n_authorities, const gnutls_pk_algorithm_t *algorithms,
		 int n_algorithms, gnutls_pcert_st **chain, unsigned *n_chain,
		 gnutls_privkey_t *key)
{
	(void)session;
	(void)authorities;
	(void)n_authorities;
	(void)algorithms;
	(void)n_algorithms;
	if (!serving)
		return -1;
	*chain = serving->pair->chain;
	*n_chain = serving->pair->n;
	*key = serving->pair->key;
	return 0;
}
