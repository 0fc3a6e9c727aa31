/* SPDX-License-Identifier: MIT */
/* kiosk-report: what a central log says, as a page for leaders. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "sync/summary_page.h"

#define WRONG_USAGE 2
#define DAYS_BACK 30

static const char usage[] =
    "usage: kiosk-report [--central URL | --config FILE] [--from DAY]\n"
    "                    [--until DAY] [--province NAME] [--commune NAME]\n"
    "                    [--kiosk NAME] [--out FILE.html]\n"
    "\n"
    "Writes what the central log says as one HTML page that prints on A4, in\n"
    "Vietnamese and English.\n"
    "\n"
    "  --central URL     the central log (central.url of the configuration)\n"
    "  --config FILE     settings (/etc/kiosk/kiosk.conf)\n"
    "  --from, --until   days such as 2026-11-24 (the last 30, in Vietnam)\n"
    "  --province, --commune, --kiosk   of all kiosks only these, by the\n"
    "                    names in the central log's table kiosks\n"
    "  --out FILE.html   where to (standard output)\n"
    "  --help, --version\n";

#define OFFICES_ZONE "Asia/Ho_Chi_Minh"

struct job {
	const char *url, *config, *out;
	struct summary_scope scope;
	char from[16], until[16];
};

/* days ago, by this machine's clock. */
static void day_back(int days, char day[16])
{
	time_t then = time(NULL) - (time_t)days * 86400;
	struct tm tm;

	if (!localtime_r(&then, &tm) || strftime(day, 16, "%Y-%m-%d", &tm) == 0)
		snprintf(day, 16, "1970-01-01");
}

static int wrong(const char *what, const char *value)
{
	fprintf(stderr, "kiosk-report: %s%s: see kiosk-report --help\n", what,
		value);
	return WRONG_USAGE;
}

/* -1: go on; else the exit status. */
static int parse(int argc, char *argv[], struct job *job)
{
	static const struct option options[] = {
	    {"central", required_argument, NULL, 'c'},
	    {"config", required_argument, NULL, 'f'},
	    {"from", required_argument, NULL, 'a'},
	    {"until", required_argument, NULL, 'b'},
	    {"province", required_argument, NULL, 'p'},
	    {"commune", required_argument, NULL, 'm'},
	    {"kiosk", required_argument, NULL, 'k'},
	    {"out", required_argument, NULL, 'o'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {NULL, 0, NULL, 0},
	};
	struct summary_scope *scope = &job->scope;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			job->url = optarg;
			break;
		case 'f':
			job->config = optarg;
			break;
		case 'a':
			scope->from = optarg;
			break;
		case 'b':
			scope->until = optarg;
			break;
		case 'p':
			scope->province = optarg;
			break;
		case 'm':
			scope->commune = optarg;
			break;
		case 'k':
			scope->kiosk = optarg;
			break;
		case 'o':
			job->out = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return EXIT_SUCCESS;
		case 'v':
			puts("kiosk-report " KIOSK_VERSION);
			return EXIT_SUCCESS;
		case ':':
			return wrong("a value is missing behind ",
				     argv[optind - 1]);
		default:
			return wrong("unknown option ", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return wrong("unknown word ", argv[optind]);
	if (!clock_is_day(scope->from))
		return wrong("no day: ", scope->from);
	if (!clock_is_day(scope->until))
		return wrong("no day: ", scope->until);
	if (strcmp(scope->from, scope->until) > 0)
		return wrong("--until lies before --from: ", scope->until);
	return -1;
}

static int write_to(const struct job *job, struct summary_source *source,
		    FILE *to)
{
	struct central_problem problem = {0};

	if (summary_page_write(source, &job->scope, to, &problem) == 0 &&
	    fflush(to) == 0)
		return EXIT_SUCCESS;
	log_error("%s", problem.text[0] ? problem.text
					: "the page could not be written");
	return EXIT_FAILURE;
}

/* Whole or not at all: a web server may be showing the one before. */
static int write_file(const struct job *job, struct summary_source *source)
{
	char *part;
	FILE *to;
	int status = EXIT_FAILURE;

	if (asprintf(&part, "%s.part", job->out) < 0)
		return status;
	to = fopen(part, "we");
	if (!to) {
		log_error("%s: %s: name a file that can be written with --out",
			  part, strerror(errno));
		free(part);
		return status;
	}
	status = write_to(job, source, to);
	if (fclose(to) != 0 ||
	    (status == EXIT_SUCCESS && rename(part, job->out) < 0)) {
		log_error("%s: %s", job->out, strerror(errno));
		status = EXIT_FAILURE;
	}
	if (status != EXIT_SUCCESS)
		unlink(part);
	free(part);
	return status;
}

static int report(const struct job *job, const char *url)
{
	struct central_problem problem = {0};
	struct summary_source *source;
	int status;

	if (!url[0]) {
		log_error("%s: central.url is empty: give --central URL",
			  job->config);
		return EXIT_FAILURE;
	}
	if (!central_for(url, &problem)) {
		log_error("%s", problem.text);
		return WRONG_USAGE;
	}
	if (summary_source_open(url, job->scope.from, job->scope.until, &source,
				&problem) < 0) {
		log_error("%s", problem.text);
		return EXIT_FAILURE;
	}
	status =
	    job->out ? write_file(job, source) : write_to(job, source, stdout);
	summary_source_close(source);
	return status;
}

int main(int argc, char *argv[])
{
	struct job job = {.config = "/etc/kiosk/kiosk.conf"};
	struct config *config;
	int status;

	log_start("kiosk-report");
	/* The offices' days, wherever the server stands: one that keeps UTC
	 * would leave out each morning until 7:00. Where the zone is unknown
	 * it is the server's. */
	(void)clock_set_zone(OFFICES_ZONE);
	day_back(DAYS_BACK - 1, job.from);
	day_back(0, job.until);
	job.scope.from = job.from;
	job.scope.until = job.until;
	status = parse(argc, argv, &job);
	if (status >= 0)
		return status;
	if (job.url)
		return report(&job, job.url);
	if (config_load(job.config, stderr, NULL, &config) < 0)
		return EXIT_FAILURE;
	status = report(&job, config->central.url);
	config_free(config);
	return status;
}
