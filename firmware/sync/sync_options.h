/* SPDX-License-Identifier: MIT */
/* The command line of kiosk-sync. */
#ifndef KIOSK_SYNC_OPTIONS_H
#define KIOSK_SYNC_OPTIONS_H

#include <stdbool.h>

enum sync_job {
	SYNC_JOB_RUN,
	SYNC_JOB_INSTALL,
	SYNC_JOB_IMPORT,
	SYNC_JOB_CHECK,
	SYNC_JOB_HELP,
	SYNC_JOB_VERSION
};

struct sync_options {
	enum sync_job job;
	const char *config;
	const char *state_dir;
	const char *install_url;
	const char *import_file;
	const char *check_url;
	const char *central_url; /* --central, or NULL: the config's */
	bool once;
};

extern const char sync_usage[];

/* 0, or -EINVAL with error: what is wrong, and the mend. Keeps argv's texts. */
int sync_options_parse(int argc, char *const argv[],
		       struct sync_options *options, char error[200])
    __attribute__((warn_unused_result));

#endif
