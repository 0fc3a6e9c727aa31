/* SPDX-License-Identifier: MIT */
/* kiosk-sync: copies the journal to a central log. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/config.h"
#include "base/log.h"
#include "sync/audit.h"
#include "sync/central_url.h"
#include "sync/import.h"
#include "sync/sync.h"
#include "sync/sync_loop.h"
#include "sync/sync_options.h"

/*
 * SIGTERM and SIGINT stay blocked and pending; the descriptor, which nobody
 * reads, is readable from then on and so ends every wait.
 */
static int stop_descriptor(void)
{
	sigset_t stops;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	if (sigprocmask(SIG_BLOCK, &stops, NULL) < 0)
		return -errno;
	fd = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

static int install(const char *url)
{
	struct central_problem problem = {0};
	const struct central_ops *ops = central_for(url, &problem);
	char shown[200];

	if (!ops || ops->install(url, &problem) < 0) {
		log_error("%s", problem.text);
		return ops ? EXIT_FAILURE : 2;
	}
	central_url_mask(url, shown, sizeof(shown));
	log_info("central log %s: the tables are there", shown);
	return EXIT_SUCCESS;
}

static int check(const char *url)
{
	struct central_problem problem = {0};
	struct summary_source *source;
	struct audit_result result;
	int status;

	if (!central_for(url, &problem)) {
		log_error("%s", problem.text);
		return 2;
	}
	if (summary_source_open(url, NULL, NULL, &source, &problem) < 0) {
		log_error("%s", problem.text);
		return EXIT_FAILURE;
	}
	status = audit_run(source, stderr, &result, &problem);
	summary_source_close(source);
	if (status < 0) {
		log_error("%s", problem.text);
		return EXIT_FAILURE;
	}
	printf("%" PRId64 " journals, %" PRId64 " rows, %" PRId64
	       " signatures: %" PRId64 " faults\n",
	       result.journals, result.rows, result.checkpoints, result.faults);
	return result.faults ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int import_to(const char *url, const char *path)
{
	struct central_problem problem = {0};
	const struct central_ops *ops = central_for(url, &problem);
	struct import_result result;
	int stop_fd;

	if (!ops) {
		log_error("%s", problem.text);
		return 2;
	}
	stop_fd = stop_descriptor();
	if (stop_fd < 0) {
		log_error("signalfd: %s", strerror(-stop_fd));
		return EXIT_FAILURE;
	}
	if (import_file(ops, url, stop_fd, path, &result, &problem) < 0) {
		log_error("%s", problem.text);
		close(stop_fd);
		return EXIT_FAILURE;
	}
	close(stop_fd);
	printf("%s: kiosk %s, journal %s: %" PRId64
	       " rows added; the central log has all rows up to %" PRId64 "\n",
	       path, result.title.kiosk, result.title.journal, result.added,
	       result.head.seq);
	return EXIT_SUCCESS;
}

static int import(const struct sync_options *options)
{
	struct config *config;
	int status;

	if (options->central_url)
		return import_to(options->central_url, options->import_file);
	if (config_load(options->config, stderr, NULL, &config) < 0)
		return EXIT_FAILURE;
	if (config->central.url[0]) {
		status = import_to(config->central.url, options->import_file);
	} else {
		log_error("%s: central.url is empty: give --central URL",
			  options->config);
		status = EXIT_FAILURE;
	}
	config_free(config);
	return status;
}

static int run_off(const struct sync_options *options,
		   struct sync_loop_settings *settings)
{
	const struct sync_status status = {.off = true};
	int written;

	if (!options->once)
		return sync_loop_run(NULL, settings);
	written = sync_write_status(options->state_dir, &status);
	if (written == 0)
		log_info("central.url is empty: nothing is sent");
	else
		log_error("%s/%s: cannot be written: %s: give --state-dir "
			  "kioskd's state directory",
			  options->state_dir, SYNC_STATUS_FILE,
			  strerror(-written));
	return written;
}

static int run_once(struct sync *sync, const char *state_dir)
{
	struct sync_status status = {0};
	int result = sync_round(sync, &status);
	int written = 0;

	if (result < 0)
		log_error("%s", status.error);
	if (result != -ECANCELED)
		written = sync_write_status(state_dir, &status);
	if (written < 0)
		log_warning("%s/%s: cannot be written: %s", state_dir,
			    SYNC_STATUS_FILE, strerror(-written));
	return result;
}

/* A url that can never work; the kiosk's page shows it as well. */
static int refuse(const char *state_dir, const struct central_problem *problem)
{
	struct sync_status status = {0};
	int written;

	snprintf(status.error, sizeof(status.error), "%s", problem->text);
	written = sync_write_status(state_dir, &status);
	if (written < 0)
		log_warning("%s/%s: cannot be written: %s", state_dir,
			    SYNC_STATUS_FILE, strerror(-written));
	log_error("%s", problem->text);
	return -EINVAL;
}

static int run(const struct sync_options *options, const struct config *config,
	       int stop_fd)
{
	char shown[200];
	struct sync_loop_settings settings = {
	    .state_dir = options->state_dir,
	    .shown_url = shown,
	    .every_s = config->central.every_s,
	    .stop_fd = stop_fd,
	};
	const char *url = config->central.url;
	struct central_problem problem = {0};
	const struct central_ops *ops;
	struct sync *sync;
	int result;

	if (!url[0])
		return run_off(options, &settings);
	ops = central_for(url, &problem);
	if (!ops || sync_new(ops, url, config->office.kiosk, options->state_dir,
			     stop_fd, &sync, &problem) < 0)
		return refuse(options->state_dir, &problem);
	central_url_mask(url, shown, sizeof(shown));
	result = options->once ? run_once(sync, options->state_dir)
			       : sync_loop_run(sync, &settings);
	sync_free(sync);
	return result;
}

static int run_with_config(const struct sync_options *options)
{
	struct config *config;
	int result, stop_fd;

	if (config_load(options->config, stderr, NULL, &config) < 0)
		return EXIT_FAILURE;
	stop_fd = stop_descriptor();
	if (stop_fd < 0) {
		log_error("signalfd: %s", strerror(-stop_fd));
		config_free(config);
		return EXIT_FAILURE;
	}
	result = run(options, config, stop_fd);
	close(stop_fd);
	config_free(config);
	return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	struct sync_options options;
	char error[200];

	log_start("kiosk-sync");
	/* Whoever waits in the hall goes first; it is no matter if refused. */
	(void)setpriority(PRIO_PROCESS, 0, 10);
	if (sync_options_parse(argc, argv, &options, error) < 0) {
		fprintf(stderr, "kiosk-sync: %s\n", error);
		return 2;
	}
	switch (options.job) {
	case SYNC_JOB_HELP:
		fputs(sync_usage, stdout);
		return EXIT_SUCCESS;
	case SYNC_JOB_VERSION:
		puts("kiosk-sync " KIOSK_VERSION);
		return EXIT_SUCCESS;
	case SYNC_JOB_INSTALL:
		return install(options.install_url);
	case SYNC_JOB_CHECK:
		return check(options.check_url);
	case SYNC_JOB_IMPORT:
		return import(&options);
	case SYNC_JOB_RUN:
		break;
	}
	return run_with_config(&options);
}
