/* SPDX-License-Identifier: MIT */
/* kioskd: start, wire, run, stop. Starts in the order that things depend on
 * one another, stops in reverse. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/turn.h"
#include "central_status.h"
#include "console/console.h"
#include "console/people.h"
#include "journal/journal.h"
#include "kiosk.h"
#include "panel/front.h"
#include "slips.h"

#define DESCRIPTORS 4096

struct options {
	const char *config;
	const char *state_dir;
	const char *runtime_dir;
};

struct daemon {
	struct config *config;
	sd_event *event;
	struct journal *journal;
	struct kiosk *kiosk;
	struct slips *slips;
	struct front *front;
	struct console *console;
	struct people *people;
	struct ticket_key key;
	struct central_status *central;
};

static const char usage[] =
    "usage: kioskd [--config FILE] [--state-dir DIR] [--runtime-dir DIR]\n"
    "Gives out queue numbers, calls them, and keeps the journal.\n"
    "  --config FILE      default /etc/kiosk/kiosk.conf\n"
    "  --state-dir DIR    holds journal.db; default /var/lib/kiosk\n"
    "  --runtime-dir DIR  holds kiosk.sock; default /run/kiosk\n"
    "  --help, --version\n";

/* -1 to go on, else the exit status. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
	    {"config", required_argument, NULL, 'c'},
	    {"state-dir", required_argument, NULL, 's'},
	    {"runtime-dir", required_argument, NULL, 'r'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	opterr = 0;
	*options = (struct options){"/etc/kiosk/kiosk.conf", "/var/lib/kiosk",
				    "/run/kiosk"};
	while ((c = getopt_long(argc, argv, ":", known, NULL)) != -1) {
		switch (c) {
		case 'c':
			options->config = optarg;
			break;
		case 's':
			options->state_dir = optarg;
			break;
		case 'r':
			options->runtime_dir = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'v':
			puts("kioskd " KIOSK_VERSION);
			return 0;
		default:
			fprintf(stderr, "kioskd: %s: %s; see kioskd --help\n",
				argv[optind - 1],
				c == ':' ? "a value is missing"
					 : "no such option");
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr,
			"kioskd: %s: not an option; see kioskd --help\n",
			argv[optind]);
		return 2;
	}
	return -1;
}

/* ---- wiring ---- */

static int on_signal(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *userdata)
{
	(void)userdata;
	log_info("%s: stopping", strsignal((int)info->ssi_signo));
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

static int on_hangup(sd_event_source *source,
		     const struct signalfd_siginfo *info, void *userdata)
{
	struct daemon *daemon = userdata;

	(void)source;
	(void)info;
	if (daemon->people)
		people_reload(daemon->people);
	return 0;
}

/* ---- start ---- */

/* For a door's connections; the usual 1,024 are from the days of select(2).
 * Under systemd LimitNOFILE= has done it, and the sandbox refuses. */
static void want_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur =
	    limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* fewer connections, then */
}

static int start_loop(struct daemon *daemon)
{
	static const int stops[] = {SIGTERM, SIGINT};
	sigset_t mask;
	int rc;

	want_descriptors();
	/* A write that cannot be done is to fail, not to end the program. */
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
		return -errno;
	sigemptyset(&mask);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGCHLD); /* who draws the board */
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++)
		sigaddset(&mask, stops[i]);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) != 0)
		return -errno;
	rc = sd_event_new(&daemon->event);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]) && rc >= 0; i++)
		rc = sd_event_add_signal(daemon->event, NULL, stops[i],
					 on_signal, NULL);
	if (rc >= 0)
		rc = sd_event_add_signal(daemon->event, NULL, SIGHUP, on_hangup,
					 daemon);
	/* Fed from this loop, so that a loop that hangs starves it. */
	if (rc >= 0)
		rc = sd_event_set_watchdog(daemon->event, true);
	return rc < 0 ? rc : 0;
}

static int start_kiosk(struct daemon *daemon, const struct options *options)
{
	struct journal_problem problem;
	int rc;

	/* To look through a large journal may take longer than a start. */
	sd_notify(0, "EXTEND_TIMEOUT_USEC=600000000");
	rc = kiosk_open(daemon->event, daemon->config, options->state_dir,
			&daemon->journal, &daemon->kiosk, &problem);
	if (rc != 0)
		log_error("%s", problem.text);
	return rc;
}

static int start_devices(struct daemon *daemon)
{
	const struct config *config = daemon->config;
	int rc;

	rc = slips_new(daemon->event, config, daemon->kiosk, daemon->journal,
		       &daemon->slips);
	if (rc != 0) {
		log_error("printer %s: %s", config->printer.device,
			  strerror(-rc));
		return rc;
	}
	rc = front_new(daemon->event, daemon->kiosk, daemon->slips,
		       &gpio_libgpiod, "/dev", &daemon->front);
	if (rc != 0)
		log_error("buttons and lamps: %s", strerror(-rc));
	return rc;
}

/* kiosk-display stands where kioskd does. Everything else works without. */
static void start_picture(struct daemon *daemon, const struct options *options,
			  const char *socket)
{
	char program[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	struct picture_setting setting = {
	    .program = program,
	    .config = options->config,
	    .socket = socket,
	    .directory = options->runtime_dir,
	};
	static const char name[] = "kiosk-display";
	char *slash;

	if (n < 0)
		return;
	program[n] = '\0';
	slash = strrchr(program, '/');
	if (!slash || slash + sizeof(name) >= program + sizeof(program))
		return;
	memcpy(slash + 1, name, sizeof(name));
	if (console_set_picture(daemon->console, &setting) < 0)
		log_warning("out of memory: no pictures of the board");
}

/* Everything else works without. */
static void start_phone(struct daemon *daemon, const struct options *options)
{
	int rc = ticket_key_open(options->state_dir, &daemon->key);

	if (rc < 0) {
		log_warning("%s/ticket.key: %s: telephones see no tickets "
			    "(without the file another is made, and slips that "
			    "are out are not found any more)",
			    options->state_dir, strerror(-rc));
		return;
	}
	slips_set_key(daemon->slips, &daemon->key);
	console_set_key(daemon->console, &daemon->key);
}

static int start_console(struct daemon *daemon, const struct options *options)
{
	const struct config_console *console = &daemon->config->console;
	const char *listen = console->listen;
	struct console_problem problem = {"out of memory"};
	char path[512];
	int rc;

	if (mkdir(options->runtime_dir, 0755) != 0 && errno != EEXIST) {
		rc = -errno;
		log_error("%s: %s: make it, or give --runtime-dir another "
			  "directory",
			  options->runtime_dir, strerror(-rc));
		return rc;
	}
	snprintf(path, sizeof(path), "%s/kiosk.sock", options->runtime_dir);
	rc = console_new(daemon->event, daemon->kiosk, daemon->journal,
			 &daemon->console);
	if (rc == 0)
		console_set_slips(daemon->console, daemon->slips);
	if (rc == 0)
		start_picture(daemon, options, path);
	if (rc == 0 && console->phone)
		start_phone(daemon, options);
	if (rc == 0)
		rc = console_listen_unix(daemon->console, path, &problem);
	if (rc != 0) {
		log_error("%s", problem.text);
		return rc;
	}
	if (*listen && *console->certificate)
		rc = console_use_tls(daemon->console, console->certificate,
				     console->key, &problem);
	if (rc == 0 && *listen)
		rc = console_listen_tcp(daemon->console, listen, &problem);
	/* Without the section, a default of ours: of no line. */
	if (rc != 0 && console->line > 0)
		log_error("%s:%d: %s", daemon->config->path, console->line,
			  problem.text);
	else if (rc != 0)
		log_error("%s: %s", daemon->config->path, problem.text);
	return rc;
}

static int start(struct daemon *daemon, const struct options *options)
{
	int rc;

	rc = config_load(options->config, stderr, stderr, &daemon->config);
	if (rc != 0)
		return rc;
	rc = clock_set_zone(daemon->config->office.timezone);
	if (rc == 0)
		rc = start_loop(daemon);
	if (rc != 0) {
		log_error("cannot start: %s", strerror(-rc));
		return rc;
	}
	rc = start_kiosk(daemon, options);
	if (rc == 0)
		rc = start_devices(daemon);
	if (rc == 0)
		rc = start_console(daemon, options);
	if (rc == 0 &&
	    people_new(daemon->event, options->config, daemon->config,
		       daemon->console, &daemon->people) != 0)
		log_warning("%s cannot be watched: a new PIN counts at the "
			    "next start",
			    options->config);
	/* Without it, the state of the central log is not shown, no more. */
	if (rc == 0 && *daemon->config->central.url &&
	    central_status_new(daemon->event, daemon->kiosk, options->state_dir,
			       daemon->config->central.every_s,
			       &daemon->central) != 0)
		log_warning("%s: cannot be watched: the central log's state is "
			    "not shown",
			    options->state_dir);
	return rc;
}

static void stop(struct daemon *daemon)
{
	people_free(daemon->people);
	central_status_free(daemon->central);
	/* The last commit takes what became of the slips, and may still want
	 * to tell observers: they go after. */
	slips_stop(daemon->slips);
	if (daemon->kiosk)
		kiosk_stop(daemon->kiosk);
	console_free(daemon->console);
	front_free(daemon->front);
	slips_free(daemon->slips);
	kiosk_free(daemon->kiosk);
	journal_close(daemon->journal);
	sd_event_unref(daemon->event);
	config_free(daemon->config);
}

/* sd_event_loop(), with a look at how long each turn took. */
static int run_loop(sd_event *event)
{
	int rc = 0;

	while (rc >= 0 && sd_event_get_state(event) != SD_EVENT_FINISHED) {
		rc = sd_event_prepare(event);
		if (rc == 0)
			rc = sd_event_wait(event, UINT64_MAX);
		if (rc <= 0)
			continue;
		turn_begin();
		rc = sd_event_dispatch(event);
		turn_end();
	}
	if (rc < 0)
		return rc;
	return sd_event_get_exit_code(event, &rc) < 0 ? 0 : rc;
}

int main(int argc, char **argv)
{
	struct daemon daemon = {0};
	struct options options;
	int status = parse_options(argc, argv, &options);

	if (status >= 0)
		return status;
	log_start("kioskd");
	log_keep(); /* for admins, from this thread: pin_check's logs nothing */
	if (start(&daemon, &options) != 0) {
		stop(&daemon);
		return 1;
	}
	log_info("ready: journal at %" PRId64 ", %zu buttons, %zu lamps, "
		 "%zu keypads, "
		 "socket %s/kiosk.sock%s%s",
		 kiosk_seq(daemon.kiosk), front_buttons(daemon.front),
		 front_lamps(daemon.front), front_keypads(daemon.front),
		 options.runtime_dir,
		 !*daemon.config->console.listen       ? ""
		 : *daemon.config->console.certificate ? ", https://"
						       : ", http://",
		 daemon.config->console.listen);
	sd_notify(0, "READY=1");
	status = run_loop(daemon.event);
	if (status < 0)
		log_error("the event loop ended: %s", strerror(-status));
	sd_notify(0, "STOPPING=1");
	stop(&daemon);
	return status < 0 ? 1 : 0;
}
