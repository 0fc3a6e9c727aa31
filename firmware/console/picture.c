/* SPDX-License-Identifier: MIT */
#include "console/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "console/messages.h"

#define SIZE "960x540"
#define KEEP_MS 5000
#define PATIENCE_US (20 * 1000000ULL)
#define WAITING_MAX 8
#define BYTES_MAX ((off_t)4 << 20)

/* A request that waits for the picture under way. */
struct waiting {
	struct http_request *request; /* NULL: this place is free */
	bool answered;                /* and not ended yet */
};

struct picture {
	sd_event *event;
	char *program, *config, *socket, *file;
	sd_event_source *child, *patience;
	pid_t pid; /* 0: none is being made */
	char *png;
	size_t length;
	int64_t made_ms;
	struct waiting waiting[WAITING_MAX];
};

static void answer(const struct picture *picture, struct http_request *request)
{
	static const struct http_header headers[] = {
	    {"Cache-Control", "no-store"},
	    {"X-Content-Type-Options", "nosniff"},
	    {"Cross-Origin-Resource-Policy", "same-origin"},
	};
	struct http_reply reply = {
	    .status = 200,
	    .type = "image/png",
	    .length = picture->length,
	    .headers = headers,
	    .n_headers = sizeof(headers) / sizeof(headers[0]),
	};

	if (picture->png)
		reply.text = malloc(picture->length);
	if (!reply.text) {
		refuse(request, REFUSE_NO_PICTURE, NULL);
		return;
	}
	memcpy(reply.text, picture->png, picture->length);
	http_reply(request, &reply);
}

static void answer_all(struct picture *picture)
{
	for (size_t i = 0; i < WAITING_MAX; i++) {
		struct waiting *at = &picture->waiting[i];

		if (!at->request || at->answered)
			continue;
		at->answered = true;
		answer(picture, at->request);
	}
}

static void forget(struct picture *picture)
{
	free(picture->png);
	picture->png = NULL;
	picture->length = 0;
}

static int read_whole(int fd, struct picture *picture)
{
	struct stat status;
	size_t at = 0;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_size <= 0 || status.st_size > BYTES_MAX)
		return -EBADMSG;
	picture->png = malloc((size_t)status.st_size);
	if (!picture->png)
		return -ENOMEM;
	while (at < (size_t)status.st_size) {
		ssize_t n =
		    read(fd, picture->png + at, (size_t)status.st_size - at);

		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		at += (size_t)n;
	}
	picture->length = at;
	picture->made_ms = clock_mono_ms();
	return 0;
}

static void take_file(struct picture *picture)
{
	int fd = open(picture->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int rc = fd < 0 ? -errno : read_whole(fd, picture);

	if (fd >= 0)
		close(fd);
	if (rc < 0) {
		forget(picture);
		log_warning("the board's picture: %s: %s", picture->file,
			    strerror(-rc));
	}
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *arg)
{
	struct picture *picture = arg;

	(void)source;
	picture->pid = 0;
	picture->child = sd_event_source_unref(picture->child);
	picture->patience = sd_event_source_disable_unref(picture->patience);
	forget(picture);
	if (info->si_code == CLD_EXITED && info->si_status == 0)
		take_file(picture);
	else
		log_warning("the board's picture: %s ended with %d",
			    picture->program, info->si_status);
	(void)unlink(picture->file);
	answer_all(picture);
	return 0;
}

static int on_patience(sd_event_source *source, uint64_t at_us, void *arg)
{
	struct picture *picture = arg;

	(void)source;
	(void)at_us;
	if (picture->pid > 0)
		(void)kill(picture->pid, SIGKILL); /* on_child() tells */
	return 0;
}

static int spawn(struct picture *picture)
{
	char *const words[] = {picture->program,
			       (char *)"--config",
			       picture->config,
			       (char *)"--socket",
			       picture->socket,
			       (char *)"--view",
			       (char *)"board",
			       (char *)"--size",
			       (char *)SIZE,
			       (char *)"--mute",
			       (char *)"--snapshot",
			       picture->file,
			       NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&actions) != 0)
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return -ENOMEM;
	}
	/* The log is its, too; nothing else of ours is. */
	rc = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
					      O_RDONLY, 0);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	if (rc == 0)
		rc = posix_spawnattr_setsigmask(&attributes, &none);
	if (rc == 0)
		rc = posix_spawnattr_setsigdefault(&attributes, &all);
	if (rc == 0)
		rc = posix_spawnattr_setflags(&attributes,
					      POSIX_SPAWN_SETSIGMASK |
						  POSIX_SPAWN_SETSIGDEF);
	if (rc == 0)
		rc = posix_spawn(&picture->pid, picture->program, &actions,
				 &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (rc != 0)
		picture->pid = 0;
	return -rc;
}

static int begin(struct picture *picture)
{
	int rc = spawn(picture);

	if (rc < 0)
		return rc;
	rc = sd_event_add_child(picture->event, &picture->child, picture->pid,
				WEXITED, on_child, picture);
	if (rc >= 0)
		rc = sd_event_add_time_relative(picture->event,
						&picture->patience,
						CLOCK_MONOTONIC, PATIENCE_US, 0,
						on_patience, picture);
	if (rc < 0) {
		picture->child = sd_event_source_disable_unref(picture->child);
		(void)kill(picture->pid, SIGKILL);
		(void)waitpid(picture->pid, NULL, 0);
		picture->pid = 0;
		return rc;
	}
	return 0;
}

static void on_end(void *arg)
{
	struct waiting *waiting = arg;

	waiting->request = NULL;
}

void picture_show(struct picture *picture, struct http_request *request)
{
	struct waiting *place = NULL;

	if (picture->png && clock_mono_ms() - picture->made_ms < KEEP_MS) {
		answer(picture, request);
		return;
	}
	for (size_t i = 0; i < WAITING_MAX && !place; i++) {
		if (!picture->waiting[i].request)
			place = &picture->waiting[i];
	}
	if (!place) {
		refuse_for_now(request, REFUSE_NO_PICTURE, 1);
		return;
	}
	if (picture->pid == 0 && begin(picture) < 0) {
		refuse(request, REFUSE_NO_PICTURE, NULL);
		return;
	}
	*place = (struct waiting){.request = request};
	http_at_end(request, on_end, place);
}

int picture_new(sd_event *event, const struct picture_setting *setting,
		struct picture **out)
{
	struct picture *picture = calloc(1, sizeof(*picture));

	*out = NULL;
	if (!picture)
		return -ENOMEM;
	picture->event = event;
	picture->program = strdup(setting->program);
	picture->config = strdup(setting->config);
	picture->socket = strdup(setting->socket);
	if (asprintf(&picture->file, "%s/board.png", setting->directory) < 0)
		picture->file = NULL;
	if (!picture->program || !picture->config || !picture->socket ||
	    !picture->file) {
		picture_free(picture);
		return -ENOMEM;
	}
	*out = picture;
	return 0;
}

void picture_free(struct picture *picture)
{
	if (!picture)
		return;
	sd_event_source_disable_unref(picture->child);
	sd_event_source_disable_unref(picture->patience);
	if (picture->pid > 0) {
		(void)kill(picture->pid, SIGKILL);
		(void)waitpid(picture->pid, NULL, 0);
		if (picture->file)
			(void)unlink(picture->file);
	}
	forget(picture);
	free(picture->program);
	free(picture->config);
	free(picture->socket);
	free(picture->file);
	free(picture);
}
