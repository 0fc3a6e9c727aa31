/* SPDX-License-Identifier: MIT */
#include "ctl/secret_commands.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/secret.h"

#define LINE_SIZE (SECRET_PIN_MAX + 3) /* one too many, and an end of line */

/* For people, not for pipes. */
static void hint(const char *text)
{
	if (isatty(STDOUT_FILENO))
		fprintf(stderr, "%s\n", text);
}

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/*
 * Byte by byte, since what follows is the next line's. wait: the signals that
 * are let in while it waits, or NULL for a pipe. -EINTR: stopped by one.
 */
static int read_line(int fd, const sigset_t *wait, char line[LINE_SIZE])
{
	struct pollfd at = {.fd = fd, .events = POLLIN};
	size_t n = 0;

	for (;;) {
		ssize_t got;

		if (wait && ppoll(&at, 1, NULL, wait) < 0 && errno != EINTR)
			return -errno;
		if (stopped)
			return -EINTR;
		got = read(fd, line + n, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0 || line[n] == '\n')
			break;
		/* Too long is told from what fits, and no more is kept. */
		if (n < LINE_SIZE - 2)
			n++;
	}
	line[n] = '\0';
	if (n > 0 && line[n - 1] == '\r')
		line[n - 1] = '\0';
	return 0;
}

static int ask(int fd, const sigset_t *wait, const char *prompt,
	       char line[LINE_SIZE])
{
	int rc;

	fputs(prompt, stderr);
	rc = read_line(fd, wait, line);
	fputc('\n', stderr);
	return rc;
}

static int ask_twice(int fd, const sigset_t *wait, const char *user,
		     char pin[LINE_SIZE])
{
	char again[LINE_SIZE] = "", prompt[64];
	int rc;

	(void)snprintf(prompt, sizeof(prompt), "PIN of %s: ", user);
	rc = ask(fd, wait, prompt, pin);
	if (rc == 0)
		rc = ask(fd, wait, "The same again: ", again);
	if (rc == 0 && strcmp(pin, again) != 0)
		rc = -EILSEQ;
	secret_wipe(again, sizeof(again));
	return rc;
}

/*
 * Puts the terminal back as it was, also when a key stops it: the signals stay
 * out but while it waits, so that none is lost in between.
 */
static int ask_hidden(int fd, const char *user, char pin[LINE_SIZE])
{
	static const int stops[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP};
	const size_t n = sizeof(stops) / sizeof(stops[0]);
	struct sigaction stop = {.sa_handler = on_signal};
	struct termios shown, hidden;
	sigset_t before, kept_out;
	int rc;

	if (tcgetattr(fd, &shown) < 0)
		return -errno;
	sigemptyset(&kept_out);
	for (size_t i = 0; i < n; i++) {
		(void)sigaddset(&kept_out, stops[i]);
		(void)sigaction(stops[i], &stop, NULL);
	}
	if (sigprocmask(SIG_BLOCK, &kept_out, &before) < 0)
		return -errno;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	rc = tcsetattr(fd, TCSAFLUSH, &hidden) < 0 ? -errno : 0;
	if (rc == 0) {
		rc = ask_twice(fd, &before, user, pin);
		(void)tcsetattr(fd, TCSAFLUSH, &shown);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static int read_pin(int fd, const char *user, char pin[LINE_SIZE])
{
	return isatty(fd) ? ask_hidden(fd, user, pin)
			  : read_line(fd, NULL, pin);
}

static void tell(int rc)
{
	if (rc == -EILSEQ)
		fputs("kioskctl: the two differ: try again\n", stderr);
	else if (rc == -EINTR)
		fputs("kioskctl: stopped\n", stderr);
	else
		fprintf(stderr, "kioskctl: the PIN could not be read: %s\n",
			strerror(-rc));
}

int secret_command_pin(const struct ctl_command *command, int fd)
{
	char pin[LINE_SIZE], hash[SECRET_PIN_HASH_SIZE];
	int status = EXIT_FAILURE;
	int rc = read_pin(fd, command->name, pin);

	if (rc < 0) {
		tell(rc);
	} else if (!secret_pin_fits(pin)) {
		fprintf(stderr,
			"kioskctl: a PIN has %d to %d letters, digits and "
			"signs: choose another\n",
			SECRET_PIN_MIN, SECRET_PIN_MAX);
	} else if (secret_pin_hash(pin, hash) < 0) {
		fputs("kioskctl: out of memory\n", stderr);
	} else {
		printf("name = \"%s\"; pin = \"%s\";\n", command->name, hash);
		hint("These go into users of kiosk.conf, with role and "
		     "counters.");
		status = EXIT_SUCCESS;
	}
	secret_wipe(pin, sizeof(pin));
	return status;
}

int secret_command_token(const struct ctl_command *command)
{
	char token[SECRET_TOKEN_SIZE], text[SECRET_HASH_TEXT_SIZE];
	uint8_t hash[SECRET_HASH_SIZE];

	if (!secret_token(token)) {
		fputs("kioskctl: the kernel gives no random bytes\n", stderr);
		return EXIT_FAILURE;
	}
	secret_token_hash(token, hash);
	secret_hash_text(hash, text);
	printf("%s\n"
	       "{ name = \"%s\"; token = \"%s\"; may = [ \"read\" ]; }\n",
	       token, command->name, text);
	hint("The first line is the token, for the device, and is kept nowhere "
	     "else; the second goes into devices of kiosk.conf.");
	secret_wipe(token, sizeof(token));
	return EXIT_SUCCESS;
}
