/* SPDX-License-Identifier: MIT */
#include "display/synth.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROOM_FIRST 65536

extern char **environ;

struct synth {
	sd_event *event;
	const char *program;
	int patience_ms;
	synth_done_fn *fn;
	void *arg;
	pid_t pid; /* 0: none */
	int fd;
	sd_event_source *io, *child, *timer;
	uint8_t *bytes;
	size_t n, room;
	bool ended, exited; /* its output; itself */
	int status, r;
};

int synth_new(sd_event *event, const char *program, int patience_ms,
	      synth_done_fn *fn, void *arg, struct synth **out)
{
	struct synth *synth = calloc(1, sizeof(*synth));
	*out = synth;
	if (!synth)
		return -ENOMEM;
	synth->event = sd_event_ref(event);
	synth->program = program ? program : "espeak-ng";
	synth->patience_ms = patience_ms ? patience_ms : SYNTH_PATIENCE_MS;
	synth->fn = fn;
	synth->arg = arg;
	synth->fd = -1;
	return 0;
}

/* Lets go of all that one child took. */
static void clear(struct synth *synth)
{
	synth->io = sd_event_source_disable_unref(synth->io);
	synth->child = sd_event_source_disable_unref(synth->child);
	synth->timer = sd_event_source_disable_unref(synth->timer);
	if (synth->fd >= 0)
		close(synth->fd);
	synth->fd = -1;
	if (synth->pid > 0 && !synth->exited) {
		(void)kill(synth->pid, SIGKILL);
		while (waitpid(synth->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	synth->pid = 0;
	free(synth->bytes);
	synth->bytes = NULL;
	synth->n = synth->room = 0;
}

void synth_free(struct synth *synth)
{
	if (!synth)
		return;
	clear(synth);
	sd_event_unref(synth->event);
	free(synth);
}

static void finish(struct synth *synth, int r)
{
	/* fn may start the next one: what it is given outlives that. */
	uint8_t *bytes = synth->bytes;
	size_t n = synth->n;
	synth->bytes = NULL;
	clear(synth);
	synth->fn(synth->arg, r, bytes, n);
	free(bytes);
}

static void finish_when_over(struct synth *synth)
{
	if (!synth->ended || !synth->exited)
		return;
	bool good = WIFEXITED(synth->status) && WEXITSTATUS(synth->status) == 0;
	finish(synth, synth->r < 0 ? synth->r : good ? 0 : -EPIPE);
}

static int make_room(struct synth *synth)
{
	if (synth->n < synth->room)
		return 0;
	size_t room = synth->room ? synth->room * 2 : ROOM_FIRST;
	if (room > SYNTH_BYTES_MOST)
		return -EFBIG;
	uint8_t *bytes = realloc(synth->bytes, room);
	if (!bytes)
		return -ENOMEM;
	synth->bytes = bytes;
	synth->room = room;
	return 0;
}

static int on_output(sd_event_source *source, int fd, uint32_t revents,
		     void *arg)
{
	struct synth *synth = arg;
	(void)revents;
	int r = make_room(synth);
	if (r < 0) {
		finish(synth, r);
		return 0;
	}
	ssize_t got = read(fd, synth->bytes + synth->n, synth->room - synth->n);
	if (got > 0) {
		synth->n += (size_t)got;
		return 0;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	synth->r = got < 0 ? -errno : 0;
	synth->ended = true;
	(void)sd_event_source_set_enabled(source, SD_EVENT_OFF);
	finish_when_over(synth);
	return 0;
}

static int on_child(sd_event_source *source, const siginfo_t *info, void *arg)
{
	struct synth *synth = arg;
	(void)source;
	synth->exited = true;
	synth->status = info->si_code == CLD_EXITED ? info->si_status << 8
						    : info->si_status;
	finish_when_over(synth);
	return 0;
}

static int on_patience(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	finish(arg, -ETIMEDOUT);
	return 0;
}

/* The child's output, in *fd; what it says on stderr is nobody's business. */
static int start(struct synth *synth, char *const argv[])
{
	int pipes[2];
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	int r =
	    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
	if (r == 0)
		r = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
						     O_WRONLY, 0);
	if (r == 0)
		r = posix_spawnattr_setsigmask(&attributes, &none);
	if (r == 0)
		r = posix_spawnattr_setflags(&attributes,
					     POSIX_SPAWN_SETSIGMASK);
	if (r == 0)
		r = posix_spawnp(&synth->pid, synth->program, &actions,
				 &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[1]);
	if (r != 0) {
		close(pipes[0]);
		synth->pid = 0;
		return -r;
	}
	synth->fd = pipes[0];
	return fcntl(synth->fd, F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static int watch(struct synth *synth)
{
	int r = sd_event_add_io(synth->event, &synth->io, synth->fd, EPOLLIN,
				on_output, synth);
	if (r >= 0)
		r = sd_event_add_child(synth->event, &synth->child, synth->pid,
				       WEXITED, on_child, synth);
	if (r >= 0)
		r = sd_event_add_time_relative(synth->event, &synth->timer,
					       CLOCK_MONOTONIC,
					       (uint64_t)synth->patience_ms *
						   1000,
					       100000, on_patience, synth);
	return r < 0 ? r : 0;
}

int synth_start(struct synth *synth, const char *voice, const char *text)
{
	char *argv[] = {(char *)synth->program,
			"-v",
			(char *)voice,
			"-s",
			"140",
			"--stdout",
			"--",
			(char *)text,
			NULL};
	if (synth->pid != 0)
		return -EBUSY;
	synth->ended = synth->exited = false;
	synth->r = 0;
	int r = start(synth, argv);
	if (r == 0)
		r = watch(synth);
	if (r < 0)
		clear(synth);
	return r;
}
