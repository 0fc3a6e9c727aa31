/* SPDX-License-Identifier: MIT */
#include "display/client.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/rating.h"
#include "display/loop.h"
#include "display/sse.h"
#include "display/trust.h"

#define STATE_MAX (1024 * 1024) /* a state of 32 services is 20 kB */
#define ANSWER_MAX (64 * 1024)
#define BACK_OFF_FIRST_MS 250
#define BACK_OFF_MOST_MS 5000
#define STREAM_SILENT_MS 40000 /* it has a comment every 15 s */
#define STREAM_OPEN_MS 8000    /* to its first byte */
#define PROBE_TIMEOUT_MS 4000
#define ISSUES 4
#define ISSUE_TRY_MS 3000
#define ISSUE_AGAIN_MS 400

/* What a transfer has received. */
struct bytes {
	char *at;
	size_t length, size, max;
};

struct issue {
	struct client *client;
	client_answer_fn *fn; /* NULL: this place is free */
	void *arg;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	struct bytes received;
	int64_t until_ms;
	sd_event_source *timer; /* the next try, or the end of all tries */
};

struct client {
	sd_event *event;
	struct loop *loop;
	struct client_listener listener;
	void *arg;
	char *socket, *base;
	char *certificate;        /* "": what the system trusts */
	struct curl_slist *token; /* the header, or NULL */
	int probe_ms, issue_ms;
	bool quiet;
	/* the stream */
	CURL *stream;
	char stream_error[CURL_ERROR_SIZE];
	struct sse *sse;
	int sse_problem;
	bool stream_open;        /* its transfer is under way */
	int64_t stream_heard_ms; /* its last byte, or when it was begun */
	bool stream_spoke;       /* it has had an event since it was begun */
	int back_off_ms;
	sd_event_source *again; /* opens the stream */
	/* the probe */
	CURL *probe;
	bool probing;
	struct bytes probed;
	int64_t heard_ms; /* any news */
	sd_event_source *watch;
	struct issue issues[ISSUES];
	char trouble[800], logged[800];
};

/* ---- small things ---- */

static size_t take_bytes(char *data, size_t one, size_t n, void *arg)
{
	struct bytes *bytes = arg;
	(void)one; /* always 1 */
	if (n > bytes->max - bytes->length)
		return 0; /* curl gives the transfer up */
	if (bytes->length + n > bytes->size) {
		size_t size = bytes->length + n + 4096;
		char *grown = realloc(bytes->at, size);
		if (!grown)
			return 0;
		bytes->at = grown;
		bytes->size = size;
	}
	memcpy(bytes->at + bytes->length, data, n);
	bytes->length += n;
	return n;
}

/* Over the network the kiosk speaks TLS 1.2 and 1.3 alone. */
static CURLcode secure(const struct client *client, CURL *easy)
{
	CURLcode r = curl_easy_setopt(easy, CURLOPT_SSLVERSION,
				      (long)CURL_SSLVERSION_TLSv1_2);
	if (r == CURLE_OK && *client->certificate)
		r = curl_easy_setopt(easy, CURLOPT_CAINFO, client->certificate);
	/* A new copy is to count at the next try, not tomorrow. */
	if (r == CURLE_OK)
		(void)curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
	return r;
}

/* A request for base + path; NULL when out of memory. */
static CURL *request(const struct client *client, const char *path)
{
	char url[512];
	CURL *easy = curl_easy_init();
	if (!easy)
		return NULL;
	snprintf(url, sizeof(url), "%s%s", client->base, path);
	CURLcode r = curl_easy_setopt(easy, CURLOPT_URL, url);
	if (r == CURLE_OK && client->socket)
		r = curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
				     client->socket);
	if (r == CURLE_OK)
		r = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	/* A proxy of the desktop's has no business between us. */
	if (r == CURLE_OK)
		r = curl_easy_setopt(easy, CURLOPT_PROXY, "");
	if (r == CURLE_OK)
		r = curl_easy_setopt(easy, CURLOPT_USERAGENT,
				     "kiosk-display/" KIOSK_VERSION);
	if (r == CURLE_OK)
		r = secure(client, easy);
	if (r == CURLE_OK)
		r = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, client->token);
	if (r != CURLE_OK) {
		curl_easy_cleanup(easy);
		return NULL;
	}
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 3000L);
	return easy;
}

static int arm(sd_event_source *timer, int64_t in_ms)
{
	uint64_t usec = in_ms > 0 ? (uint64_t)in_ms * 1000 : 0;
	int r = sd_event_source_set_time_relative(timer, usec);
	return r < 0 ? r : sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

static void note_news(struct client *client)
{
	client->heard_ms = clock_mono_ms();
}

/* Says the same thing once, not every five seconds of a long night. */
static void note_trouble(struct client *client, const char *what)
{
	const char *place = client->socket ? client->socket : client->base;
	snprintf(client->trouble, sizeof(client->trouble), "%s: %s", place,
		 what);
	if (strcmp(client->trouble, client->logged) == 0)
		return;
	memcpy(client->logged, client->trouble, sizeof(client->logged));
	if (!client->quiet)
		log_warning("no news from the kiosk at %s", client->trouble);
}

static void note_good(struct client *client)
{
	if (client->logged[0] && !client->quiet)
		log_info("hears the kiosk again");
	client->trouble[0] = client->logged[0] = '\0';
}

const char *client_trouble(const struct client *client)
{
	return client->trouble;
}

static void describe_status(const struct client *client, long status, char *out,
			    size_t size)
{
	if (status == 401)
		snprintf(out, size,
			 client->token
			     ? "it does not know display.token: make one with "
			       "kioskctl token NAME and put both halves in "
			       "their places"
			     : "it wants a token: make one with kioskctl token "
			       "NAME and write it in display.token");
	else if (status == 403)
		snprintf(out, size,
			 "display.token may not look: add \"read\" to its "
			 "may in the kiosk's devices");
	else
		snprintf(out, size, "it answers with status %ld", status);
}

/* "Connection refused" rather than curl's words around it. */
static void describe(const struct client *client, CURLcode result, char *out,
		     size_t size)
{
	CURL *easy = client->stream;
	long status = 0, error = 0;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
	if (result == CURLE_COULDNT_CONNECT && error != 0)
		snprintf(out, size, "%s", strerror((int)error));
	else if (status != 0 && status != 200)
		describe_status(client, status, out, size);
	else if (result == CURLE_OK)
		snprintf(out, size, "it closed the stream");
	else if (result == CURLE_PEER_FAILED_VERIFICATION ||
		 result == CURLE_SSL_CACERT_BADFILE)
		trust_explain(client->certificate, client->stream_error,
			      clock_wall_ms() / 1000, out, size);
	else
		snprintf(out, size, "%s", curl_easy_strerror(result));
}

/* ---- the stream ---- */

static void on_event(void *arg, const struct sse_event *event)
{
	struct client *client = arg;
	if (strcmp(event->type, "state") != 0)
		return;
	client->stream_spoke = true;
	client->back_off_ms = BACK_OFF_FIRST_MS;
	note_good(client);
	client->listener.state(client->arg, event->data, event->length,
			       MODEL_FROM_STREAM);
}

static size_t take_stream(char *data, size_t one, size_t n, void *arg)
{
	struct client *client = arg;
	long status = 0;
	(void)one;
	curl_easy_getinfo(client->stream, CURLINFO_RESPONSE_CODE, &status);
	if (status != 200)
		return n; /* a refusal's body: CURLOPT_FAILONERROR ends it */
	note_news(client);
	client->stream_heard_ms = client->heard_ms;
	client->listener.heard(client->arg);
	client->sse_problem = sse_feed(client->sse, data, n);
	return client->sse_problem < 0 ? 0 : n;
}

static void close_stream(struct client *client)
{
	if (client->stream_open)
		loop_remove(client->loop, client->stream);
	client->stream_open = false;
}

static void later(struct client *client)
{
	if (arm(client->again, client->back_off_ms) < 0)
		log_error("cannot set a timer: the stream stays closed");
	client->back_off_ms *= 2;
	if (client->back_off_ms > BACK_OFF_MOST_MS)
		client->back_off_ms = BACK_OFF_MOST_MS;
}

static void open_stream(struct client *client)
{
	sse_reset(client->sse);
	client->sse_problem = 0;
	client->stream_spoke = false;
	client->stream_error[0] = '\0';
	client->stream_heard_ms = clock_mono_ms();
	if (loop_add(client->loop, client->stream) < 0) {
		note_trouble(client, "out of memory");
		later(client);
		return;
	}
	client->stream_open = true;
}

static int on_again(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	open_stream(arg);
	return 0;
}

static void stream_ended(struct client *client, CURLcode result)
{
	char why[600];
	client->stream_open = false;
	if (client->sse_problem < 0)
		snprintf(why, sizeof(why), "what it sends is no event stream");
	else
		describe(client, result, why, sizeof(why));
	note_trouble(client, why);
	later(client);
}

/* ---- the probe, and the watch over both ---- */

static void start_probe(struct client *client)
{
	client->probed.length = 0;
	client->probing = loop_add(client->loop, client->probe) == 0;
}

static void probe_ended(struct client *client, CURLcode result)
{
	long status = 0;
	client->probing = false;
	curl_easy_getinfo(client->probe, CURLINFO_RESPONSE_CODE, &status);
	if (result != CURLE_OK || status != 200)
		return; /* the silence goes on, and that is what counts */
	note_news(client);
	client->listener.heard(client->arg);
	client->listener.state(client->arg, client->probed.at,
			       client->probed.length, MODEL_FROM_PROBE);
}

static void watch_stream(struct client *client, int64_t now_ms)
{
	int64_t silent = now_ms - client->stream_heard_ms;
	int64_t most = client->stream_spoke ? STREAM_SILENT_MS : STREAM_OPEN_MS;
	if (!client->stream_open || silent < most)
		return;
	close_stream(client);
	note_trouble(client, "it is silent");
	later(client);
}

static int on_watch(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)usec;
	struct client *client = arg;
	int64_t now_ms = clock_mono_ms();
	int64_t due = client->heard_ms + client->probe_ms;
	watch_stream(client, now_ms);
	/* An answer came a moment after its probe: let both be due at once,
	 * or each would have a wake-up of its own. */
	bool silent = now_ms >= due - client->probe_ms / 32;
	/* Where the stream is closed, opening it is probe enough. */
	if (silent && !client->probing && client->stream_open)
		start_probe(client);
	int64_t wait = silent ? client->probe_ms : due - now_ms;
	if (arm(source, wait) < 0)
		log_error("cannot set a timer: silence goes unnoticed");
	return 0;
}

/* ---- tickets and ratings ---- */

void client_read_answer(long status, const char *body, size_t length,
			struct client_answer *out)
{
	memset(out, 0, sizeof(*out));
	out->ahead = -1;
	out->result = CLIENT_REFUSED;
	struct json_problem problem;
	json_t *root =
	    length ? json_parse_object(body, length, &problem) : NULL;
	const char *code = json_string_value(json_object_get(root, "ticket"));
	const json_t *ahead = json_object_get(root, "ahead");
	const json_t *message = json_object_get(root, "message");
	uint32_t number;
	if (status == 200 || status == 201) {
		/* It acted, but we cannot tell which number it gave. */
		out->result = CLIENT_NO_ANSWER;
		if (code && ticket_code_parse(code, &number) > 0 &&
		    strlen(code) < sizeof(out->ticket)) {
			out->result = CLIENT_ISSUED;
			model_copy(out->ticket, sizeof(out->ticket), code);
		}
		if (json_is_integer(ahead) && json_integer_value(ahead) >= 0 &&
		    json_integer_value(ahead) <= TICKET_MAX_NUMBER)
			out->ahead = (int)json_integer_value(ahead);
		model_read_wait(&out->wait, json_object_get(root, "wait_s"));
		out->last_call =
		    json_is_true(json_object_get(root, "last_call"));
	} else {
		model_set_words(&out->message,
				json_string_value(
				    json_object_get(message, "vi")),
				json_string_value(
				    json_object_get(message, "en")));
	}
	json_decref(root);
}

static void issue_clear(struct issue *issue)
{
	if (issue->easy) {
		loop_remove(issue->client->loop, issue->easy);
		curl_easy_cleanup(issue->easy);
	}
	curl_slist_free_all(issue->headers);
	sd_event_source_disable_unref(issue->timer);
	free(issue->body);
	free(issue->received.at);
	memset(issue, 0, sizeof(*issue));
}

static void issue_finish(struct issue *issue,
			 const struct client_answer *answer)
{
	client_answer_fn *fn = issue->fn;
	void *arg = issue->arg;
	issue_clear(issue);
	fn(arg, answer);
}

static void issue_unanswered(struct issue *issue)
{
	const struct client_answer answer = {.result = CLIENT_NO_ANSWER,
					     .ahead = -1};
	issue_finish(issue, &answer);
}

static void issue_try(struct issue *issue)
{
	int64_t left = issue->until_ms - clock_mono_ms();
	if (left <= 0) {
		issue_unanswered(issue);
		return;
	}
	long most = left < ISSUE_TRY_MS ? (long)left : ISSUE_TRY_MS;
	issue->received.length = 0;
	curl_easy_setopt(issue->easy, CURLOPT_TIMEOUT_MS, most);
	if (loop_add(issue->client->loop, issue->easy) < 0)
		issue_unanswered(issue);
}

static int on_try(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	issue_try(arg);
	return 0;
}

static void issue_ended(struct issue *issue, CURLcode result)
{
	long status = 0;
	curl_easy_getinfo(issue->easy, CURLINFO_RESPONSE_CODE, &status);
	if (result == CURLE_OK && status != 0) {
		struct client_answer answer;
		client_read_answer(status, issue->received.at,
				   issue->received.length, &answer);
		issue_finish(issue, &answer);
		return;
	}
	/* The same key again: if the first was heard, this is its answer. */
	int64_t left = issue->until_ms - clock_mono_ms();
	int64_t wait = left < ISSUE_AGAIN_MS ? left : ISSUE_AGAIN_MS;
	if (left <= 0 || arm(issue->timer, wait) < 0)
		issue_unanswered(issue);
}

static int make_key(char *out, size_t size)
{
	unsigned char random[16];
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return -EIO;
	size_t n = (size_t)snprintf(out, size, "Idempotency-Key: touch-");
	for (size_t i = 0; i < sizeof(random) && n + 2 < size; i++, n += 2)
		snprintf(out + n, size - n, "%02x", random[i]);
	return 0;
}

static int add_header(struct issue *issue, const char *header)
{
	struct curl_slist *more = curl_slist_append(issue->headers, header);
	if (!more)
		return -ENOMEM;
	issue->headers = more;
	return 0;
}

/* body is taken over. */
static int issue_prepare(struct issue *issue, const char *path, json_t *body)
{
	char key[80];
	int r = make_key(key, sizeof(key));
	if (r == 0)
		r = add_header(issue, key);
	if (r == 0)
		r = add_header(issue, "Content-Type: application/json");
	if (r == 0 && issue->client->token)
		r = add_header(issue, issue->client->token->data);
	issue->body = body ? json_to_string(body) : NULL;
	json_decref(body);
	if (r < 0)
		return r;
	issue->easy = request(issue->client, path);
	if (!issue->body || !issue->easy)
		return -ENOMEM;
	issue->received.max = ANSWER_MAX;
	curl_easy_setopt(issue->easy, CURLOPT_POSTFIELDS, issue->body);
	curl_easy_setopt(issue->easy, CURLOPT_HTTPHEADER, issue->headers);
	curl_easy_setopt(issue->easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(issue->easy, CURLOPT_WRITEDATA, &issue->received);
	curl_easy_setopt(issue->easy, CURLOPT_PRIVATE, issue);
	/* The first try is made from the loop, so that fn never runs inside
	 * client_issue(). */
	return sd_event_add_time_relative(issue->client->event, &issue->timer,
					  CLOCK_MONOTONIC, 0, 1000, on_try,
					  issue);
}

static int post(struct client *client, const char *path, json_t *body,
		client_answer_fn *fn, void *arg)
{
	struct issue *issue = NULL;
	for (size_t i = 0; i < ISSUES && !issue; i++)
		if (!client->issues[i].fn)
			issue = &client->issues[i];
	if (!issue) {
		json_decref(body);
		return -EBUSY;
	}
	*issue = (struct issue){
	    .client = client,
	    .fn = fn,
	    .arg = arg,
	    .until_ms = clock_mono_ms() + client->issue_ms,
	};
	int r = issue_prepare(issue, path, body);
	if (r < 0)
		issue_clear(issue);
	return r < 0 ? r : 0;
}

int client_issue(struct client *client, const char *service,
		 enum ticket_class class, client_answer_fn *fn, void *arg)
{
	return post(client, "/v1/tickets",
		    json_pack("{s:s, s:s}", "service", service, "class",
			      ticket_class_name(class)),
		    fn, arg);
}

int client_rate(struct client *client, const struct client_rating *rating,
		client_answer_fn *fn, void *arg)
{
	char path[60];
	snprintf(path, sizeof(path), "/v1/counters/%d/rate", rating->counter);
	json_t *body = json_pack("{s:s, s:i}", "ticket", rating->ticket,
				 "stars", rating->stars);
	json_t *reasons = json_array();
	for (int i = 0; i < RATING_REASONS; i++)
		if (rating->reasons & 1u << i)
			json_array_append_new(reasons,
					      json_string(rating_reason_name(
						  (enum rating_reason)i)));
	if (json_array_size(reasons) > 0)
		json_object_set(body, "reasons", reasons);
	json_decref(reasons);
	return post(client, path, body, fn, arg);
}

void client_abandon(struct client *client, void *arg)
{
	for (size_t i = 0; i < ISSUES; i++)
		if (client->issues[i].fn && client->issues[i].arg == arg)
			issue_clear(&client->issues[i]);
}

/* ---- the whole ---- */

static void on_done(void *arg, CURL *easy, CURLcode result)
{
	struct client *client = arg;
	if (easy == client->stream) {
		stream_ended(client, result);
	} else if (easy == client->probe) {
		probe_ended(client, result);
	} else {
		char *issue = NULL;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &issue);
		issue_ended((struct issue *)(void *)issue, result);
	}
}

static int prepare_requests(struct client *client)
{
	client->stream = request(client, "/v1/stream");
	client->probe = request(client, "/v1/state");
	client->sse = sse_new(STATE_MAX, on_event, client);
	if (!client->stream || !client->probe || !client->sse)
		return -ENOMEM;
	curl_easy_setopt(client->stream, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(client->stream, CURLOPT_ERRORBUFFER,
			 client->stream_error);
	curl_easy_setopt(client->stream, CURLOPT_WRITEFUNCTION, take_stream);
	curl_easy_setopt(client->stream, CURLOPT_WRITEDATA, client);
	curl_easy_setopt(client->stream, CURLOPT_TCP_KEEPALIVE, 1L);
	client->probed.max = STATE_MAX;
	curl_easy_setopt(client->probe, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(client->probe, CURLOPT_WRITEDATA, &client->probed);
	curl_easy_setopt(client->probe, CURLOPT_TIMEOUT_MS,
			 (long)PROBE_TIMEOUT_MS);
	return 0;
}

static int start(struct client *client, sd_event *event)
{
	int r = loop_new(event, on_done, client, &client->loop);
	if (r == 0)
		r = prepare_requests(client);
	if (r == 0)
		r = sd_event_add_time_relative(event, &client->again,
					       CLOCK_MONOTONIC, 0, 1000,
					       on_again, client);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &client->watch,
					       CLOCK_MONOTONIC,
					       (uint64_t)client->probe_ms *
						   1000,
					       100000, on_watch, client);
	return r;
}

/* Only to a kiosk on the network: the socket wants none. */
static int take_secrets(struct client *client,
			const struct client_options *options)
{
	const char *certificate =
	    options->certificate ? options->certificate : "";
	char *header = NULL;
	client->certificate = strdup(certificate);
	if (!client->certificate)
		return -ENOMEM;
	if (!options->url || !options->token || !*options->token)
		return 0;
	if (asprintf(&header, "Authorization: Bearer %s", options->token) < 0)
		return -ENOMEM;
	client->token = curl_slist_append(NULL, header);
	free(header);
	return client->token ? 0 : -ENOMEM;
}

int client_new(sd_event *event, const struct client_options *options,
	       const struct client_listener *listener, void *arg,
	       struct client **out)
{
	*out = NULL;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return -ENOMEM;
	struct client *client = calloc(1, sizeof(*client));
	if (!client) {
		curl_global_cleanup();
		return -ENOMEM;
	}
	client->event = sd_event_ref(event);
	client->listener = *listener;
	client->arg = arg;
	client->probe_ms = options->probe_ms ? options->probe_ms : 3000;
	client->issue_ms = options->issue_ms ? options->issue_ms : 8000;
	client->quiet = options->quiet;
	client->back_off_ms = BACK_OFF_FIRST_MS;
	client->heard_ms = clock_mono_ms();
	/* The host's name is only for the Host header of a Unix socket. */
	client->base = strdup(options->url ? options->url : "http://localhost");
	if (!options->url)
		client->socket = strdup(options->socket);
	int r = client->base && (options->url || client->socket) ? 0 : -ENOMEM;
	if (r == 0)
		r = take_secrets(client, options);
	if (r == 0)
		r = start(client, event);
	if (r < 0) {
		client_free(client);
		return r;
	}
	*out = client;
	return 0;
}

void client_free(struct client *client)
{
	if (!client)
		return;
	for (size_t i = 0; i < ISSUES; i++)
		if (client->issues[i].fn)
			issue_clear(&client->issues[i]);
	close_stream(client);
	if (client->probing)
		loop_remove(client->loop, client->probe);
	curl_easy_cleanup(client->stream);
	curl_easy_cleanup(client->probe);
	loop_free(client->loop);
	sse_free(client->sse);
	sd_event_source_disable_unref(client->again);
	sd_event_source_disable_unref(client->watch);
	free(client->probed.at);
	curl_slist_free_all(client->token);
	free(client->certificate);
	free(client->socket);
	free(client->base);
	sd_event_unref(client->event);
	free(client);
	curl_global_cleanup();
}
