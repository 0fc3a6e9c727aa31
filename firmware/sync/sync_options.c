/* SPDX-License-Identifier: MIT */
#include "sync/sync_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char sync_usage[] =
    "usage: kiosk-sync [--config FILE] [--state-dir DIR] [--once]\n"
    "       kiosk-sync --install-central URL\n"
    "       kiosk-sync --import FILE [--central URL | --config FILE]\n"
    "       kiosk-sync --check-central URL\n"
    "\n"
    "Copies the kiosk's journal to the central log, central.url in FILE.\n"
    "\n"
    "  --config FILE           settings (/etc/kiosk/kiosk.conf)\n"
    "  --state-dir DIR         where journal.db lies (/var/lib/kiosk)\n"
    "  --once                  one round, then end: 0 all is there, 1 not\n"
    "  --install-central URL   make the central log's tables there; may be "
    "run\n"
    "                          again. A password need not stand in URL, where\n"
    "                          ps shows it: PGPASSWORD and ~/.pgpass do too\n"
    "  --import FILE           bring in what kioskctl journal export "
    "--sealed\n"
    "                          wrote (a USB stick); may be repeated\n"
    "  --central URL           ... into that central log\n"
    "  --check-central URL     recompute every chain there and check every "
    "signature\n"
    "  --help, --version\n";

/*
 * The value of option, as the next word or behind '='; NULL where it is
 * missing. false: argv[*at] is not that option.
 */
static bool takes(const char *option, int argc, char *const argv[], int *at,
		  const char **value)
{
	size_t length = strlen(option);
	const char *word = argv[*at];

	if (strncmp(word, option, length) != 0)
		return false;
	if (word[length] == '=')
		*value = word + length + 1;
	else if (word[length] == '\0')
		*value = *at + 1 < argc ? argv[++*at] : NULL;
	else
		return false;
	return true;
}

/* 1: argv[*at] is an option with a value, and *value is it; 0: it is none. */
static int take_value(int argc, char *const argv[], int *at,
		      struct sync_options *options, const char **value)
{
	if (takes("--config", argc, argv, at, value)) {
		options->config = *value;
	} else if (takes("--state-dir", argc, argv, at, value)) {
		options->state_dir = *value;
	} else if (takes("--install-central", argc, argv, at, value)) {
		options->job = SYNC_JOB_INSTALL;
		options->install_url = *value;
	} else if (takes("--import", argc, argv, at, value)) {
		options->job = SYNC_JOB_IMPORT;
		options->import_file = *value;
	} else if (takes("--check-central", argc, argv, at, value)) {
		options->job = SYNC_JOB_CHECK;
		options->check_url = *value;
	} else if (takes("--central", argc, argv, at, value)) {
		options->central_url = *value;
	} else {
		return 0;
	}
	return 1;
}

static bool is_job(const char *word)
{
	static const char *const jobs[] = {"--install-central", "--import",
					   "--check-central"};

	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
		if (strncmp(word, jobs[i], strlen(jobs[i])) == 0)
			return true;
	return false;
}

/* What would be passed over without a word is a mistake. */
static int go_together(const struct sync_options *options, int jobs,
		       char error[200])
{
	const char *why = NULL;

	if (jobs > 1)
		why = "--install-central, --import, --check-central: give one "
		      "of them, once";
	else if (options->once && jobs > 0)
		why = "--once goes with none of --install-central, --import, "
		      "--check-central";
	else if (options->central_url && options->job != SYNC_JOB_IMPORT)
		why = "--central goes with --import; else central.url in the "
		      "configuration says where to";
	if (!why)
		return 0;
	snprintf(error, 200, "%s: see kiosk-sync --help", why);
	return -EINVAL;
}

int sync_options_parse(int argc, char *const argv[],
		       struct sync_options *options, char error[200])
{
	int jobs = 0;

	*options = (struct sync_options){
	    .config = "/etc/kiosk/kiosk.conf",
	    .state_dir = "/var/lib/kiosk",
	};
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		const char *value = NULL;

		if (strcmp(word, "--help") == 0) {
			options->job = SYNC_JOB_HELP;
			return 0;
		}
		if (strcmp(word, "--version") == 0) {
			options->job = SYNC_JOB_VERSION;
			return 0;
		}
		if (strcmp(word, "--once") == 0) {
			options->once = true;
			continue;
		}
		if (!take_value(argc, argv, &i, options, &value)) {
			snprintf(error, 200,
				 "unknown option \"%.60s\": see kiosk-sync "
				 "--help",
				 word);
			return -EINVAL;
		}
		if (!value || !*value) {
			snprintf(error, 200,
				 "%.60s needs a value: see kiosk-sync --help",
				 word);
			return -EINVAL;
		}
		jobs += is_job(word);
	}
	return go_together(options, jobs, error);
}
