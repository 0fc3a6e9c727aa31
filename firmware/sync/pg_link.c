/* SPDX-License-Identifier: MIT */
#include "sync/pg_link.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "sync/central_url.h"

#define SQLSTATE_SIZE 6
/* Debian's certificate authorities. */
#define SYSTEM_CAS "/etc/ssl/certs/ca-certificates.crt"

struct pg_link {
	char *url;
	char shown[160]; /* the url without its password */
	bool local;      /* all its hosts are this machine */
	int stop_fd;
	PGconn *conn; /* NULL: not connected */
};

__attribute__((format(printf, 3, 4))) static void
say(const struct pg_link *link, struct central_problem *problem,
    const char *format, ...)
{
	va_list args;
	int used = snprintf(problem->text, sizeof(problem->text),
			    "central log %s: ", link->shown);

	va_start(args, format);
	vsnprintf(problem->text + used, sizeof(problem->text) - (size_t)used,
		  format, args);
	va_end(args);
	/* A server's words may be anything, and this is one line. */
	utf8_make_printable(problem->text);
}

/* What each answer of the server means for us, and the mend. */
struct meaning {
	const char *sqlstate; /* or the first two digits, its class */
	int status;
	const char *mend;
};

static const struct meaning meanings[] = {
    {"28P01", -EACCES, "mend the user or the password in central.url"},
    {"28", -EACCES,
     "let this user and host in (pg_hba.conf on the server), or mend the user "
     "in central.url"},
    {"3D000", -ENOENT,
     "make the database (createdb on the server), or mend its name in "
     "central.url"},
    {"42883", -ENOENT, "run kiosk-sync --install-central URL once"},
    {"42P01", -ENOENT, "run kiosk-sync --install-central URL once"},
    {"42703", -ENOENT, "run kiosk-sync --install-central URL once"},
    {"3F000", -ENOENT, "run kiosk-sync --install-central URL once"},
    {"42501", -EACCES,
     "enrol this kiosk there and grant its role kiosk_sender (see "
     "docs/central-log.md)"},
    {"22021", -EILSEQ, "a text is not UTF-8"},
    {"25006", -EROFS,
     "name the server that takes writes, or add target_session_attrs="
     "read-write to central.url"},
    {"53100", -ENOSPC, "make room on the server's disk"},
    {"53300", -EBUSY, "allow the server more connections, or wait"},
    {"55P03", -EBUSY, "another session holds this journal; it is tried again"},
    {"57014", -ETIMEDOUT,
     "the server gave it up (statement_timeout); it is tried again"},
    {"57", -ECONNRESET,
     "the server is starting or stopping; it is tried again"},
    {"08", -ECONNRESET, "it is tried again"},
};

static const struct meaning *meaning_of(const char *sqlstate)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (strncmp(sqlstate, meanings[i].sqlstate,
			    strlen(meanings[i].sqlstate)) == 0)
			return &meanings[i];
	return NULL;
}

static int refused(const struct pg_link *link, const char *sqlstate,
		   const char *message, struct central_problem *problem)
{
	const struct meaning *meaning = meaning_of(sqlstate);
	char line[200];

	central_url_scrub(link->url, message, line, sizeof(line));
	if (!meaning) {
		say(link, problem, "%s (%.5s)", line, sqlstate);
		return -EIO;
	}
	say(link, problem, "%s: %s", line, meaning->mend);
	return meaning->status;
}

/*
 * libpq gives no SQLSTATE for a connection that failed, but with
 * PQERRORS_VERBOSE it stands in the message: "FATAL:  28P01: password …".
 * (The words around it may be in the server's language.) Returns what follows
 * it, or NULL where there is none, since no server answered.
 */
static const char *split_sqlstate(const char *message,
				  char sqlstate[SQLSTATE_SIZE])
{
	for (const char *at = strstr(message, ":  "); at;
	     at = strstr(at + 1, ":  ")) {
		const char *code = at + 3;
		size_t n = 0;

		while (n < SQLSTATE_SIZE - 1 &&
		       (isdigit((unsigned char)code[n]) ||
			isupper((unsigned char)code[n])))
			n++;
		if (n != SQLSTATE_SIZE - 1 || strncmp(code + n, ": ", 2) != 0)
			continue;
		memcpy(sqlstate, code, n);
		sqlstate[n] = '\0';
		return code + n + 2;
	}
	return NULL;
}

static void hang_up(struct pg_link *link)
{
	PQfinish(link->conn);
	link->conn = NULL;
}

/* What libpq says where no server spoke, and the mend. The last fits all. */
struct cause {
	const char *word;
	int status;
	const char *mend;
};

static const struct cause causes[] = {
    {"out of memory", -ENOMEM,
     "the server sends more than there is room for: see that central.url names "
     "a central log"},
    {"allocate memory", -ENOMEM,
     "the server sends more than there is room for: see that central.url names "
     "a central log"},
    {"certificate", -ECONNREFUSED,
     "see that the server's certificate is not expired and is for that host, "
     "and that sslrootcert names its authority"},
    {"SSL", -ECONNREFUSED,
     "give the server a certificate (ssl = on), or, in a network of your own, "
     "add sslmode=disable to central.url"},
    {"", -ECONNREFUSED,
     "see that the server runs and that host, port and network are right"},
};

static const struct cause *cause_of(const char *message)
{
	const struct cause *cause = causes;

	while (!strstr(message, cause->word))
		cause++;
	return cause;
}

/* Why the connection failed or broke; hangs up. */
static int broken(struct pg_link *link, struct central_problem *problem)
{
	char sqlstate[SQLSTATE_SIZE], line[200];
	const char *message = PQerrorMessage(link->conn);
	const char *said = split_sqlstate(message, sqlstate);
	int status;

	if (said) {
		status = refused(link, sqlstate, said, problem);
	} else if (PQconnectionNeedsPassword(link->conn)) {
		say(link, problem,
		    "the server wants a password: write it in central.url");
		status = -EACCES;
	} else {
		const struct cause *cause = cause_of(message);

		central_url_scrub(link->url, message, line, sizeof(line));
		say(link, problem, "%s: %s",
		    line[0] ? line : "the connection broke", cause->mend);
		status = cause->status;
	}
	hang_up(link);
	return status;
}

/* Waits until the socket is ready. Hangs up where it does not become so. */
static int wait_for(struct pg_link *link, short events, int64_t until_ms,
		    const char *what, struct central_problem *problem)
{
	struct pollfd fds[] = {
	    {.fd = PQsocket(link->conn), .events = events},
	    {.fd = link->stop_fd, .events = POLLIN},
	};

	for (;;) {
		int64_t left_ms = until_ms - clock_mono_ms();
		int ready = left_ms > 0 ? poll(fds, 2, (int)left_ms) : 0;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0) {
			int status = -errno;

			say(link, problem, "poll: %s", strerror(-status));
			hang_up(link);
			return status;
		}
		if (fds[1].revents) {
			say(link, problem, "stopped");
			hang_up(link);
			return -ECANCELED;
		}
		if (ready == 0) {
			say(link, problem,
			    "%s: see that the server runs and that the "
			    "network carries",
			    what);
			hang_up(link);
			return -ETIMEDOUT;
		}
		return 0;
	}
}

static void swallow(void *arg, const char *message)
{
	(void)arg;
	(void)message; /* "relation exists already, skipping" */
}

static int connect_to(struct pg_link *link, struct central_problem *problem)
{
	/* What stands before dbname the url may overrule; it may not overrule
	 * what stands behind it. */
	static const char *const names[] = {"fallback_application_name",
					    "gssencmode",
					    "keepalives_idle",
					    "keepalives_interval",
					    "keepalives_count",
					    "tcp_user_timeout",
					    "sslmode",
					    "sslrootcert",
					    "dbname",
					    "client_encoding",
					    NULL};
	/* Whoever can stand between must neither read nor pretend to be the
	 * server. A url or a setting of libpq's own says otherwise on purpose.
	 */
	bool verify = !link->local && !getenv("PGSSLMODE");
	const char *const values[] = {
	    "kiosk-sync",
	    "disable",
	    "30",
	    "10",
	    "3",
	    "30000",
	    verify ? "verify-full" : NULL,
	    verify && !getenv("PGSSLROOTCERT") && access(SYSTEM_CAS, R_OK) == 0
		? SYSTEM_CAS
		: NULL,
	    link->url,
	    "UTF8",
	    NULL,
	};
	int64_t until_ms = clock_mono_ms() + PG_CONNECT_MS;
	PostgresPollingStatusType polling = PGRES_POLLING_WRITING;

	link->conn = PQconnectStartParams(names, values, 1);
	if (!link->conn) {
		say(link, problem, "out of memory");
		return -ENOMEM;
	}
	if (PQstatus(link->conn) == CONNECTION_BAD)
		return broken(link, problem);
	PQsetErrorVerbosity(link->conn, PQERRORS_VERBOSE);
	PQsetNoticeProcessor(link->conn, swallow, NULL);
	while (polling != PGRES_POLLING_OK) {
		int status =
		    wait_for(link,
			     polling == PGRES_POLLING_READING ? POLLIN
							      : POLLOUT,
			     until_ms, "no connection in time", problem);

		if (status < 0)
			return status;
		polling = PQconnectPoll(link->conn);
		if (polling == PGRES_POLLING_FAILED)
			return broken(link, problem);
	}
	if (PQsetnonblocking(link->conn, 1) != 0)
		return broken(link, problem);
	return 0;
}

static int flush(struct pg_link *link, int64_t until_ms,
		 struct central_problem *problem)
{
	for (;;) {
		int left = PQflush(link->conn);
		int status;

		if (left == 0)
			return 0;
		if (left < 0)
			return broken(link, problem);
		/* The server may be unable to read on before we do. */
		status = wait_for(link, POLLIN | POLLOUT, until_ms,
				  "the server takes nothing", problem);
		if (status < 0)
			return status;
		if (!PQconsumeInput(link->conn))
			return broken(link, problem);
	}
}

/* libpq found no room for a row, and passes over those that follow, as many as
 * the server likes to send. */
static bool lacks_room(const struct pg_link *link)
{
	return strstr(PQerrorMessage(link->conn), "out of memory") != NULL;
}

static int next_result(struct pg_link *link, int64_t until_ms,
		       PGresult **result, struct central_problem *problem)
{
	while (PQisBusy(link->conn)) {
		int status;

		if (lacks_room(link))
			return broken(link, problem);
		status = wait_for(link, POLLIN, until_ms, "no answer in time",
				  problem);
		if (status < 0)
			return status;
		if (!PQconsumeInput(link->conn))
			return broken(link, problem);
	}
	*result = PQgetResult(link->conn);
	return 0;
}

static bool good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ||
	       status == PGRES_EMPTY_QUERY;
}

/* No query of ours is answered so, and such a result has no end. */
static bool copies(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
	       status == PGRES_COPY_BOTH;
}

/* Reads to the end; keeps the last result, or the first that is an error. */
static int collect(struct pg_link *link, int64_t until_ms, PGresult **kept,
		   struct central_problem *problem)
{
	PGresult *result = NULL;
	int status;

	*kept = NULL;
	for (;;) {
		status = next_result(link, until_ms, &result, problem);
		if (status == 0 && copies(result)) {
			say(link, problem,
			    "the server answers with a COPY: see that "
			    "central.url names a central log");
			PQclear(result);
			hang_up(link);
			status = -EPROTO;
		}
		if (status < 0) {
			PQclear(*kept);
			*kept = NULL;
			return status;
		}
		if (!result)
			return 0;
		if (!*kept || good(*kept)) {
			PQclear(*kept);
			*kept = result;
		} else {
			PQclear(result);
		}
	}
}

int pg_link_query(struct pg_link *link, const char *sql,
		  const struct pg_params *params, int64_t limit_ms,
		  PGresult **result, struct central_problem *problem)
{
	const char *sqlstate;
	int64_t until_ms;
	int status = 0;
	int sent;

	*result = NULL;
	if (!link->conn)
		status = connect_to(link, problem);
	if (status < 0)
		return status;
	until_ms = clock_mono_ms() + limit_ms;
	if (params)
		sent = PQsendQueryParams(link->conn, sql, params->n,
					 params->types, params->values,
					 params->lengths, params->formats, 1);
	else
		sent = PQsendQuery(link->conn, sql);
	if (!sent)
		return broken(link, problem);
	status = flush(link, until_ms, problem);
	if (status < 0)
		return status;
	status = collect(link, until_ms, result, problem);
	if (status < 0)
		return status;
	if (*result && good(*result))
		return 0;
	sqlstate =
	    *result ? PQresultErrorField(*result, PG_DIAG_SQLSTATE) : NULL;
	if (!sqlstate) {
		status = broken(link, problem);
	} else {
		const char *said =
		    PQresultErrorField(*result, PG_DIAG_MESSAGE_PRIMARY);

		status = refused(link, sqlstate, said ? said : "", problem);
		if (PQstatus(link->conn) != CONNECTION_OK)
			hang_up(link);
	}
	PQclear(*result);
	*result = NULL;
	return status;
}

/* A path is a Unix socket's directory; '@' an abstract one. */
static bool host_is_local(const char *host, size_t length)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "::1"};

	if (length == 0 || host[0] == '/' || host[0] == '@')
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == length &&
		    strncmp(host, names[i], length) == 0)
			return true;
	return false;
}

/* All of "a,b,c". */
static bool hosts_are_local(const char *hosts)
{
	for (;;) {
		size_t length = strcspn(hosts, ",");

		if (!host_is_local(hosts, length))
			return false;
		if (hosts[length] == '\0')
			return true;
		hosts += length + 1;
	}
}

static bool all_local(const PQconninfoOption *options)
{
	for (; options->keyword; options++)
		if ((strcmp(options->keyword, "host") == 0 ||
		     strcmp(options->keyword, "hostaddr") == 0) &&
		    options->val && !hosts_are_local(options->val))
			return false;
	return true;
}

static int check_url(struct pg_link *link, struct central_problem *problem)
{
	PQconninfoOption *options;
	char *message = NULL;
	char line[160];

	/* libpq would take the part behind a bare '@' or '/' for a host, and
	 * name it in its errors. */
	if (!central_url_clear(link->url)) {
		say(link, problem,
		    "in a user or password write '@' as %%40, '/' as %%2F, "
		    "'?' as %%3F and ':' as %%3A");
		return -EINVAL;
	}
	options = PQconninfoParse(link->url, &message);
	if (!options) {
		central_url_scrub(link->url, message ? message : "no memory",
				  line, sizeof(line));
		say(link, problem, "%s: mend central.url", line);
		PQfreemem(message);
		return -EINVAL;
	}
	link->local = all_local(options);
	PQconninfoFree(options);
	return 0;
}

int pg_link_new(const char *url, int stop_fd, struct pg_link **out,
		struct central_problem *problem)
{
	struct pg_link *link = calloc(1, sizeof(*link));
	int status;

	*out = NULL;
	if (!link) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		return -ENOMEM;
	}
	link->stop_fd = stop_fd;
	central_url_mask(url, link->shown, sizeof(link->shown));
	link->url = strdup(url);
	if (!link->url) {
		say(link, problem, "out of memory");
		status = -ENOMEM;
		goto free_link;
	}
	status = check_url(link, problem);
	if (status < 0)
		goto free_link;
	*out = link;
	return 0;

free_link:
	pg_link_free(link);
	return status;
}

void pg_link_free(struct pg_link *link)
{
	if (!link)
		return;
	PQfinish(link->conn);
	free(link->url);
	free(link);
}
