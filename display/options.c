/* SPDX-License-Identifier: MIT */
#include "display/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST_W 320
#define SMALLEST_H 240
#define LARGEST_W 7680
#define LARGEST_H 4320
#define AFTER_MOST_MS 600000

const char options_help[] =
    "Usage: kiosk-display --config FILE --view VIEW [--view ...]\n"
    "       kiosk-display --config FILE voice say TEXT | voice record-list\n"
    "\n"
    "Shows the kiosk's board, its touch panel, or the screen of a counter.\n"
    "\n"
    "  --config FILE      the office's kiosk.conf (/etc/kiosk/kiosk.conf)\n"
    "  --socket PATH      where kioskd listens (/run/kiosk/kiosk.sock)\n"
    "  --url URL          or where over the network: http://127.0.0.1:8080\n"
    "  --view VIEW        board, touch or counter:N (1 to 99); several: a "
    "window each\n"
    "  --size WxH         of a window or a snapshot, such as 1920x1080\n"
    "  --snapshot FILE    draw one picture into a PNG file, without a screen\n"
    "  --after-ms N       and wait that long after the first news\n"
    "  --mute             no voice\n"
    "  --help, --version\n"
    "\n"
    "  voice say TEXT     say it, with the voice that calls\n"
    "  voice record-list  the clips to record for a voice of the office's "
    "own\n";

enum {
	OPT_CONFIG = 1,
	OPT_SOCKET,
	OPT_URL,
	OPT_VIEW,
	OPT_SIZE,
	OPT_SNAPSHOT,
	OPT_AFTER,
	OPT_MUTE,
	OPT_HELP,
	OPT_VERSION
};

static const struct option table[] = {
    {"config", required_argument, NULL, OPT_CONFIG},
    {"socket", required_argument, NULL, OPT_SOCKET},
    {"url", required_argument, NULL, OPT_URL},
    {"view", required_argument, NULL, OPT_VIEW},
    {"size", required_argument, NULL, OPT_SIZE},
    {"snapshot", required_argument, NULL, OPT_SNAPSHOT},
    {"after-ms", required_argument, NULL, OPT_AFTER},
    {"mute", no_argument, NULL, OPT_MUTE},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {0},
};

__attribute__((format(printf, 2, 3))) static enum options_what
wrong(char problem[OPTIONS_PROBLEM_SIZE], const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(problem, OPTIONS_PROBLEM_SIZE, format, args);
	va_end(args);
	return OPTIONS_WRONG;
}

/* Digits up to end, in range; -1 otherwise. */
static int number(const char *text, char **end, int low, int high)
{
	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	long value = strtol(text, end, 10);
	if (errno != 0 || value < low || value > high)
		return -1;
	return (int)value;
}

static enum options_what read_size(const char *text, struct options *out,
				   char problem[OPTIONS_PROBLEM_SIZE])
{
	char *end = NULL;
	out->w = number(text, &end, SMALLEST_W, LARGEST_W);
	if (out->w > 0 && *end == 'x')
		out->h = number(end + 1, &end, SMALLEST_H, LARGEST_H);
	if (out->w < 0 || out->h <= 0 || *end != '\0')
		return wrong(problem,
			     "--size \"%.40s\": give width and height, from "
			     "%dx%d to %dx%d, such as 1920x1080",
			     text, SMALLEST_W, SMALLEST_H, LARGEST_W,
			     LARGEST_H);
	return OPTIONS_RUN;
}

static enum options_what read_view(const char *name, struct options *out,
				   char problem[OPTIONS_PROBLEM_SIZE])
{
	struct view_wish wish;
	if (view_wish_from(name, &wish) < 0)
		return wrong(problem,
			     "--view \"%.40s\": there are these views: board, "
			     "touch, counter:N with N from 1 to 99",
			     name);
	if (out->n_views == OPTIONS_VIEWS)
		return wrong(problem, "--view: at most %d", OPTIONS_VIEWS);
	out->views[out->n_views++] = wish;
	return OPTIONS_RUN;
}

static enum options_what two_places(char problem[OPTIONS_PROBLEM_SIZE])
{
	return wrong(problem, "--socket and --url: give the one or the other");
}

static enum options_what read_url(const char *url, struct options *out,
				  char problem[OPTIONS_PROBLEM_SIZE])
{
	const char *host = strstr(url, "://");
	bool known =
	    strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
	size_t length = strlen(url);
	if (!known || host[3] == '\0' || host[3] == '/' || length > 400 ||
	    strpbrk(host + 3, "/?# "))
		return wrong(problem,
			     "--url \"%.60s\": give http:// or https:// and a "
			     "host, such as http://127.0.0.1:8080",
			     url);
	out->url = url;
	return OPTIONS_RUN;
}

static enum options_what read_one(int option, const char *value,
				  struct options *out,
				  char problem[OPTIONS_PROBLEM_SIZE])
{
	char *end = NULL;
	switch (option) {
	case OPT_CONFIG:
		out->config = value;
		break;
	case OPT_SOCKET:
		if (out->url)
			return two_places(problem);
		out->socket = value;
		break;
	case OPT_URL:
		if (out->socket)
			return two_places(problem);
		return read_url(value, out, problem);
	case OPT_VIEW:
		return read_view(value, out, problem);
	case OPT_SIZE:
		return read_size(value, out, problem);
	case OPT_SNAPSHOT:
		out->snapshot = value;
		break;
	case OPT_AFTER:
		out->after_ms = number(value, &end, 0, AFTER_MOST_MS);
		if (out->after_ms < 0 || *end != '\0')
			return wrong(problem,
				     "--after-ms \"%.40s\": give milliseconds "
				     "from 0 to %d",
				     value, AFTER_MOST_MS);
		break;
	case OPT_MUTE:
		out->mute = true;
		break;
	}
	return OPTIONS_RUN;
}

static enum options_what check(const struct options *out,
			       char problem[OPTIONS_PROBLEM_SIZE])
{
	if (out->n_views == 0)
		return wrong(problem, "no --view: give --view board, --view "
				      "touch or --view counter:N");
	if (out->snapshot && out->n_views > 1)
		return wrong(problem, "--snapshot is one picture: give one "
				      "--view");
	if (!out->snapshot && out->after_ms > 0)
		return wrong(problem, "--after-ms goes with --snapshot");
	return OPTIONS_RUN;
}

static enum options_what read_voice(int argc, char **argv, struct options *out,
				    char problem[OPTIONS_PROBLEM_SIZE])
{
	if (argc == 3 && strcmp(argv[1], "say") == 0) {
		out->voice_verb = OPTIONS_VOICE_SAY;
		out->say = argv[2];
		return OPTIONS_RUN;
	}
	if (argc == 2 && strcmp(argv[1], "record-list") == 0) {
		out->voice_verb = OPTIONS_VOICE_LIST;
		return OPTIONS_RUN;
	}
	return wrong(problem, "voice: give voice say \"TEXT\", or voice "
			      "record-list");
}

enum options_what options_read(int argc, char **argv, struct options *out,
			       char problem[OPTIONS_PROBLEM_SIZE])
{
	memset(out, 0, sizeof(*out));
	out->config = "/etc/kiosk/kiosk.conf";
	opterr = 0;
	optind = 0; /* glibc: start anew */
	for (;;) {
		int at = optind ? optind : 1;
		int option = getopt_long(argc, argv, ":", table, NULL);
		if (option == -1)
			break;
		if (option == OPT_HELP)
			return OPTIONS_HELP;
		if (option == OPT_VERSION)
			return OPTIONS_VERSION;
		if (option == ':')
			return wrong(problem, "%.60s: a value is missing",
				     argv[at]);
		if (option == '?')
			return wrong(problem,
				     "%.60s: no such option; see "
				     "--help",
				     argv[at]);
		enum options_what what = read_one(option, optarg, out, problem);
		if (what != OPTIONS_RUN)
			return what;
	}
	if (optind < argc && strcmp(argv[optind], "voice") == 0)
		return read_voice(argc - optind, argv + optind, out, problem);
	if (optind < argc)
		return wrong(problem, "%.60s: not understood; see --help",
			     argv[optind]);
	if (!out->socket)
		out->socket = "/run/kiosk/kiosk.sock";
	return check(out, problem);
}
