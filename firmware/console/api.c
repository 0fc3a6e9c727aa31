/* SPDX-License-Identifier: MIT */
#include "console/api.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/turn.h"
#include "console/assets.h"
#include "console/command.h"
#include "console/guard.h"
#include "console/messages.h"
#include "console/metrics.h"
#include "console/report_api.h"
#include "console/state.h"

#define SEGMENT_SIZE 40 /* of a path, where a route has a "*" */
#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

struct route;

/* A request at its route. */
struct visit {
	struct api *api;
	struct http_request *request;
	const struct route *route;
	struct visitor visitor;
	char segment[SEGMENT_SIZE]; /* what stands for the "*" */
};

typedef void visit_fn(const struct visit *visit);

struct route {
	const char *method, *path;
	visit_fn *go;
	enum access_right access;
	struct command_spec command; /* for those that change something */
};

static void refuse_with(struct http_request *request, enum refusal why,
			const char *first, const char *second)
{
	const char *args[] = {first, second};

	refuse(request, why, args);
}

/* ---- looking ---- */

static void get_state(const struct visit *visit)
{
	struct board_text *text = board_get(visit->api->board);
	static const struct http_header headers[] = {
	    {"Cache-Control", "no-store"},
	    {"X-Content-Type-Options", "nosniff"},
	};
	struct http_reply reply = {
	    .status = 200,
	    .type = "application/json",
	    .headers = headers,
	    .n_headers = N_ELEMENTS(headers),
	};

	if (text) {
		reply.length = text->json_length;
		reply.text = malloc(text->json_length);
	}
	if (reply.text) {
		memcpy(reply.text, text->bytes + text->json_at,
		       text->json_length);
		http_reply(visit->request, &reply);
	} else {
		refuse(visit->request, REFUSE_MEMORY, NULL);
	}
	board_release(text);
}

static void get_stream(const struct visit *visit)
{
	struct http_reply reply = {.status = 200, .type = "text/event-stream"};

	if (strcmp(http_method(visit->request), "HEAD") == 0)
		http_reply(visit->request, &reply);
	else
		streams_open(visit->api->streams, visit->request,
			     visit->visitor.session);
}

/* "waiting" or "waiting,no_show", as bits. */
static bool read_states(const char *names, unsigned *states)
{
	*states = 0;
	for (;; names++) {
		size_t length = strcspn(names, ",");
		int state = QUEUE_TICKET_STATES - 1;

		for (; state >= 0; state--) {
			const char *known = queue_ticket_state_name(
			    (enum queue_ticket_state)state);

			if (strlen(known) == length &&
			    memcmp(known, names, length) == 0)
				break;
		}
		if (state < 0)
			return false;
		*states |= 1u << state;
		names += length;
		if (*names == '\0')
			return true;
	}
}

static void get_tickets(const struct visit *visit)
{
	const char *names = http_query(visit->request, "state");
	unsigned states = STATE_ALL_TICKETS;

	if (names && !read_states(names, &states))
		refuse_with(visit->request, REFUSE_BAD_STATE, names, NULL);
	else
		reply_json(visit->request, 200,
			   state_tickets(visit->api->kiosk, visit->api->slips,
					 states, clock_wall_ms()));
}

static void get_report(const struct visit *visit)
{
	report_api_run(visit->api, visit->request,
		       http_query(visit->request, "day"));
}

static void get_health(const struct visit *visit)
{
	struct kiosk *kiosk = visit->api->kiosk;

	reply_json(visit->request, kiosk_health(kiosk)->journal_ok ? 200 : 503,
		   state_health(kiosk, clock_wall_ms()));
}

static void get_metrics(const struct visit *visit)
{
	struct http_reply reply = {.status = 200, .type = METRICS_TYPE};

	reply.text =
	    metrics_text(visit->api->kiosk, visit->api->slips,
			 streams_count(visit->api->streams),
			 http_connections(visit->api->http), &reply.length);
	if (reply.text)
		http_reply(visit->request, &reply);
	else
		refuse(visit->request, REFUSE_MEMORY, NULL);
}

static void serve_asset(const struct visit *visit, const char *path)
{
	static const struct http_header headers[] = {
	    {"Content-Security-Policy",
	     "default-src 'none'; script-src 'self'; style-src 'self'; "
	     "img-src 'self'; connect-src 'self'; base-uri 'none'; "
	     "form-action 'none'; frame-ancestors 'none'"},
	    {"X-Content-Type-Options", "nosniff"},
	    {"X-Frame-Options", "DENY"},
	    {"Referrer-Policy", "no-referrer"},
	    {"Cross-Origin-Resource-Policy", "same-origin"},
	    {"Cache-Control", "no-cache"},
	};
	struct http_reply reply = {
	    .status = 200,
	    .headers = headers,
	    .n_headers = N_ELEMENTS(headers),
	};
	struct asset asset;

	if (!asset_find(path, &asset)) {
		refuse(visit->request, REFUSE_NOT_FOUND, NULL);
		return;
	}
	reply.type = asset.type;
	reply.data = asset.data;
	reply.length = asset.length;
	http_reply(visit->request, &reply);
}

static void get_asset(const struct visit *visit)
{
	serve_asset(visit, http_path(visit->request));
}

static void get_log(const struct visit *visit)
{
	admin_log(visit->request);
}

static void get_users(const struct visit *visit)
{
	admin_users(kiosk_config(visit->api->kiosk), visit->api->access,
		    visit->request);
}

static void get_config(const struct visit *visit)
{
	admin_config(kiosk_config(visit->api->kiosk), visit->request);
}

static void get_picture(const struct visit *visit)
{
	if (visit->api->picture)
		picture_show(visit->api->picture, visit->request);
	else
		refuse(visit->request, REFUSE_NO_PICTURE, NULL);
}

/* The same for every token: what it is worth, its script asks. */
static void get_phone(const struct visit *visit)
{
	if (phone_admit(&visit->api->phone, visit->request))
		serve_asset(visit, "/t/");
}

static void get_phone_ticket(const struct visit *visit)
{
	struct api *api = visit->api;

	if (phone_admit(&api->phone, visit->request))
		phone_ticket(&api->phone, api->kiosk, visit->request,
			     visit->segment);
}

/* ---- changing ---- */

static void post_ticket(const struct visit *visit)
{
	command_run(visit->api, visit->request, &visit->visitor,
		    &visit->route->command, QUEUE_NONE, QUEUE_NONE, 0);
}

/* The ticket that the path names, and the visitor may act upon. False: the
 * request has been refused. */
static bool take_ticket(const struct visit *visit, int *service,
			uint32_t *number)
{
	const struct kiosk *kiosk = visit->api->kiosk;
	const struct config *config = kiosk_config(kiosk);

	if (command_find_code(config, visit->segment, service, number) < 0) {
		refuse_with(visit->request, REFUSE_TICKET, visit->segment,
			    NULL);
		return false;
	}
	if (access_at_ticket(config, &visit->visitor, *service,
			     queue_find(kiosk_queue(kiosk), *service,
					*number)) != ACCESS_GRANTED) {
		refuse(visit->request, REFUSE_NOT_YOURS, NULL);
		return false;
	}
	return true;
}

static void post_at_ticket(const struct visit *visit)
{
	uint32_t number;
	int service;

	if (take_ticket(visit, &service, &number))
		command_run(visit->api, visit->request, &visit->visitor,
			    &visit->route->command, QUEUE_NONE, service,
			    number);
}

/* 202: it is on its way to the printer; what became of it is told later. */
static void post_reprint(const struct visit *visit)
{
	const struct api *api = visit->api;
	char actor[ACCESS_ACTOR_SIZE];
	int service, rc = -ENODEV;
	uint32_t number;

	if (!take_ticket(visit, &service, &number))
		return;
	access_actor(&visit->visitor, actor);
	if (api->slips)
		rc = slips_reprint(api->slips, service, number, actor);
	if (rc == -ENOENT)
		refuse_with(visit->request, REFUSE_TICKET, visit->segment,
			    NULL);
	else if (rc == -ENODEV)
		refuse(visit->request, REFUSE_PRINTER, NULL);
	else if (rc != 0)
		refuse(visit->request, REFUSE_MEMORY, NULL);
	else
		reply_json(visit->request, 202,
			   json_pack("{s:o, s:s}", "ticket",
				     state_code(api->kiosk, service, number),
				     "slip", slips_fate_name(SLIP_WAITING)));
}

static void post_printer_test(const struct visit *visit)
{
	struct slips *slips = visit->api->slips;
	int rc = slips ? slips_print_test(slips) : -ENODEV;

	if (rc == -ENODEV)
		refuse(visit->request, REFUSE_PRINTER, NULL);
	else if (rc != 0)
		refuse(visit->request, REFUSE_MEMORY, NULL);
	else
		reply_json(visit->request, 202,
			   json_pack("{s:s}", "printer",
				     kiosk_printer_name(
					 kiosk_health(visit->api->kiosk)
					     ->printer)));
}

static void refuse_counter(const struct visit *visit,
			   const struct config *config)
{
	char known[200] = "";
	size_t at = 0;

	for (size_t i = 0; i < config->n_counters && at < sizeof(known); i++)
		at += (size_t)snprintf(known + at, sizeof(known) - at, "%s%d",
				       i ? ", " : "", config->counters[i].id);
	refuse_with(visit->request, REFUSE_COUNTER, visit->segment, known);
}

static void run_at_counter(const struct visit *visit, int counter)
{
	if (access_at_counter(&visit->visitor, visit->route->access, counter) ==
	    ACCESS_GRANTED)
		command_run(visit->api, visit->request, &visit->visitor,
			    &visit->route->command, counter, QUEUE_NONE, 0);
	else
		refuse(visit->request, REFUSE_NOT_YOURS, NULL);
}

static void post_at_counter(const struct visit *visit)
{
	const struct config *config = kiosk_config(visit->api->kiosk);

	for (int i = 0; i < (int)config->n_counters; i++) {
		char id[12];

		(void)snprintf(id, sizeof(id), "%d", config->counters[i].id);
		if (strcmp(id, visit->segment) == 0) {
			run_at_counter(visit, i);
			return;
		}
	}
	refuse_counter(visit, config);
}

/* ---- signing in ---- */

static void post_login(const struct visit *visit)
{
	login_in(visit->api->login, visit->request, &visit->visitor);
}

static void post_logout(const struct visit *visit)
{
	login_out(visit->api->login, visit->request);
	streams_review(visit->api->streams);
}

static void get_me(const struct visit *visit)
{
	login_me(visit->api->login, visit->request, &visit->visitor);
}

/* ---- the routes ---- */

static const struct route routes[] = {
    {"GET", "/v1/state", get_state, ACCESS_LOOK, {0}},
    {"GET", "/v1/stream", get_stream, ACCESS_LOOK, {0}},
    {"POST",
     "/v1/tickets",
     post_ticket,
     ACCESS_ISSUE,
     {QUEUE_ISSUE, FIELD_SERVICE | FIELD_CLASS | FIELD_WINDOW, FIELD_SERVICE}},
    {"GET", "/v1/tickets", get_tickets, ACCESS_STAFF, {0}},
    {"POST",
     "/v1/tickets/*/restore",
     post_at_ticket,
     ACCESS_TICKET,
     {QUEUE_RESTORE, 0, 0}},
    {"POST", "/v1/tickets/*/reprint", post_reprint, ACCESS_TICKET, {0}},
    {"POST",
     "/v1/tickets/*/cancel",
     post_at_ticket,
     ACCESS_TICKET,
     {QUEUE_CANCEL, 0, 0}},
    {"POST", "/v1/printer/test", post_printer_test, ACCESS_OFFICE, {0}},
    {"POST",
     "/v1/counters/*/open",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_OPEN, FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/pause",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_PAUSE, FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/close",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_CLOSE, FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/call",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_CALL_NEXT, FIELD_EXPECT | FIELD_TICKET, 0}},
    {"POST",
     "/v1/counters/*/recall",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_RECALL, FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/finish",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_FINISH, FIELD_EXPECT | FIELD_OUTCOME, 0}},
    {"POST",
     "/v1/counters/*/no-show",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_MISS, FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/return",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_RETURN, FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/transfer",
     post_at_counter,
     ACCESS_COUNTER,
     {QUEUE_TRANSFER, FIELD_SERVICE | FIELD_COUNTER | FIELD_EXPECT, 0}},
    {"POST",
     "/v1/counters/*/rate",
     post_at_counter,
     ACCESS_RATE,
     {QUEUE_RATE, FIELD_STARS | FIELD_REASONS | FIELD_TICKET, FIELD_STARS}},
    {"POST", "/v1/login", post_login, ACCESS_ANYONE, {0}},
    {"POST", "/v1/logout", post_logout, ACCESS_ANYONE, {0}},
    {"GET", "/v1/me", get_me, ACCESS_STAFF, {0}},
    {"GET", "/v1/report", get_report, ACCESS_OFFICE, {0}},
    {"GET", "/healthz", get_health, ACCESS_LOOK, {0}},
    {"GET", "/metrics", get_metrics, ACCESS_LOOK, {0}},
    {"GET", "/", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/words.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/draw.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/app.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/common.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/sign-in.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/style.css", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/icon.svg", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/overview", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/overview.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/overview-words.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/plot.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/overview.css", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/v1/board.png", get_picture, ACCESS_OFFICE, {0}},
    {"GET", "/v1/log", get_log, ACCESS_ADMIN, {0}},
    {"GET", "/v1/users", get_users, ACCESS_ADMIN, {0}},
    {"GET", "/v1/config/check", get_config, ACCESS_ADMIN, {0}},
    {"GET", "/phone.js", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/phone.css", get_asset, ACCESS_ANYONE, {0}},
    {"GET", "/t/*", get_phone, ACCESS_ANYONE, {0}},
    {"GET", "/t/*/ticket", get_phone_ticket, ACCESS_ANYONE, {0}},
};

/* "*" in the pattern stands for one segment, which is copied. */
static bool path_fits(const char *pattern, const char *path,
		      char segment[SEGMENT_SIZE])
{
	size_t before = strcspn(pattern, "*");
	size_t length;

	segment[0] = '\0';
	if (strncmp(pattern, path, before) != 0)
		return false;
	if (pattern[before] == '\0')
		return path[before] == '\0';
	path += before;
	length = strcspn(path, "/");
	if (strcmp(path + length, pattern + before + 1) != 0)
		return false;
	/* A longer one is nobody's name; it is cut for the refusal. */
	if (length >= SEGMENT_SIZE)
		length = SEGMENT_SIZE - 1;
	memcpy(segment, path, length);
	segment[length] = '\0';
	return true;
}

static bool method_fits(const char *wanted, const char *method)
{
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	return strcmp(wanted, method) == 0;
}

/* Whether the request may come in. False: refused. */
static bool admit(struct http_request *request)
{
	const char *host = http_header(request, "Host");
	const char *origin = http_header(request, "Origin");
	const char *site = http_header(request, "Sec-Fetch-Site");

	if (http_door(request) == HTTP_DOOR_SOCKET)
		return true;
	/* By TLS the certificate says whose name it is. */
	if (!http_secure(request) && !guard_host_is_loopback(host)) {
		refuse_with(request, REFUSE_HOST, host ? host : "", NULL);
		return false;
	}
	/* What others' pages can only read is kept from them by the browser. */
	if (method_fits("GET", http_method(request)))
		return true;
	if (!guard_origin_fits(origin, host, http_secure(request)) ||
	    !guard_site_fits(site)) {
		refuse_with(request, REFUSE_ORIGIN, origin ? origin : site,
			    NULL);
		return false;
	}
	return true;
}

/* Whether the visitor may have the route. False: refused. */
static bool permit(struct visit *visit)
{
	struct api *api = visit->api;

	access_visitor(api->access, visit->request, clock_mono_ms(),
		       &visit->visitor);
	switch (access_decide(kiosk_config(api->kiosk), &visit->visitor,
			      visit->route->access)) {
	case ACCESS_GRANTED:
		return true;
	case ACCESS_SIGN_IN:
		refuse(visit->request, REFUSE_SIGN_IN, NULL);
		return false;
	case ACCESS_TOKEN:
		refuse(visit->request, REFUSE_TOKEN, NULL);
		return false;
	case ACCESS_DENIED:
		refuse(visit->request, REFUSE_DENIED, NULL);
		return false;
	}
	return false;
}

void api_handle(void *arg, struct http_request *request)
{
	struct visit visit = {.api = arg, .request = request};
	const char *method = http_method(request);
	char methods[32] = "";

	if (!admit(request))
		return;
	for (size_t i = 0; i < N_ELEMENTS(routes); i++) {
		const struct route *route = &routes[i];
		size_t at = strlen(methods);

		if (!path_fits(route->path, http_path(request), visit.segment))
			continue;
		if (method_fits(route->method, method)) {
			visit.route = route;
			turn_is(route->path);
			if (permit(&visit))
				route->go(&visit);
			return;
		}
		(void)snprintf(methods + at, sizeof(methods) - at, "%s%s",
			       at ? ", " : "", route->method);
	}
	if (*methods)
		refuse_with(request, REFUSE_METHOD, methods, NULL);
	else
		refuse(request, REFUSE_NOT_FOUND, NULL);
}
