/* SPDX-License-Identifier: MIT */
#include "console/pin_check.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/secret.h"

#define NICE 10 /* below what serves citizens */

struct job {
	struct job *next;
	char hash[SECRET_PIN_HASH_SIZE];
	char pin[SECRET_PIN_MAX + 1];
	bool first;
	bool right;       /* the result */
	pin_check_fn *fn; /* NULL: abandoned */
	void *arg;
};

struct pin_check {
	pthread_t thread;
	bool started;
	int fd; /* an eventfd: something is done */
	sd_event_source *io;

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t work;
	bool stop;
	struct job *todo, *doing, *done;
	size_t n, n_strangers; /* submitted and not answered yet */
};

static void job_free(struct job *job)
{
	secret_wipe(job->pin, sizeof(job->pin));
	free(job);
}

static void jobs_free(struct job *job)
{
	while (job) {
		struct job *next = job->next;

		job_free(job);
		job = next;
	}
}

static struct job *next_job(struct pin_check *check)
{
	struct job *job;

	pthread_mutex_lock(&check->lock);
	while (!check->todo && !check->stop)
		pthread_cond_wait(&check->work, &check->lock);
	job = check->stop ? NULL : check->todo;
	if (job) {
		check->todo = job->next;
		job->next = NULL;
		check->doing = job;
	}
	pthread_mutex_unlock(&check->lock);
	return job;
}

static void hand_back(struct pin_check *check, struct job *job)
{
	struct job **at = &check->done;
	uint64_t one = 1;

	pthread_mutex_lock(&check->lock);
	while (*at)
		at = &(*at)->next;
	*at = job;
	check->doing = NULL;
	pthread_mutex_unlock(&check->lock);
	/* It counts up to 2^64 - 2 and cannot be full. */
	while (write(check->fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

static void *work(void *arg)
{
	struct pin_check *check = arg;
	struct job *job;

	/* On Linux of this thread alone; where it fails, it is not nice. */
	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	while ((job = next_job(check))) {
		job->right = secret_pin_matches(job->hash, job->pin);
		hand_back(check, job);
	}
	return NULL;
}

static struct job *next_done(struct pin_check *check)
{
	struct job *job;

	pthread_mutex_lock(&check->lock);
	job = check->done;
	if (job) {
		check->done = job->next;
		check->n--;
		check->n_strangers -= !job->first;
	}
	pthread_mutex_unlock(&check->lock);
	return job;
}

static int on_done(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct pin_check *check = arg;
	struct job *job;
	uint64_t count;

	(void)source;
	(void)events;
	if (read(fd, &count, sizeof(count)) < 0)
		return 0; /* not yet */
	while ((job = next_done(check))) {
		if (job->fn)
			job->fn(job->arg, job->right);
		job_free(job);
	}
	return 0;
}

/* Signals are the loop's. */
static int start_thread(struct pin_check *check)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	error = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (error != 0)
		return -error;
	error = pthread_create(&check->thread, NULL, work, check);
	check->started = error == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

int pin_check_new(sd_event *event, struct pin_check **out)
{
	struct pin_check *check = calloc(1, sizeof(*check));
	int r;

	*out = NULL;
	if (!check)
		return -ENOMEM;
	/* With default attributes these cannot fail on Linux. */
	(void)pthread_mutex_init(&check->lock, NULL);
	(void)pthread_cond_init(&check->work, NULL);
	check->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = check->fd < 0 ? -errno : 0;
	if (r == 0)
		r = sd_event_add_io(event, &check->io, check->fd, EPOLLIN,
				    on_done, check);
	if (r >= 0)
		r = start_thread(check);
	if (r < 0) {
		pin_check_free(check);
		return r;
	}
	*out = check;
	return 0;
}

void pin_check_free(struct pin_check *check)
{
	if (!check)
		return;
	if (check->started) {
		pthread_mutex_lock(&check->lock);
		check->stop = true;
		pthread_cond_signal(&check->work);
		pthread_mutex_unlock(&check->lock);
		(void)pthread_join(check->thread, NULL);
	}
	sd_event_source_disable_unref(check->io);
	if (check->fd >= 0)
		close(check->fd);
	jobs_free(check->todo);
	jobs_free(check->done);
	pthread_cond_destroy(&check->work);
	pthread_mutex_destroy(&check->lock);
	free(check);
}

/* Behind those that go first, and, where it is no first one, behind all. */
static void enqueue(struct pin_check *check, struct job *job)
{
	struct job **at = &check->todo;

	while (*at && (!job->first || (*at)->first))
		at = &(*at)->next;
	job->next = *at;
	*at = job;
	check->n++;
	check->n_strangers += !job->first;
	pthread_cond_signal(&check->work);
}

static bool has_room(const struct pin_check *check, bool first)
{
	return check->n < PIN_CHECK_MAX &&
	       (first || check->n_strangers < PIN_CHECK_STRANGERS);
}

bool pin_check_has_room(struct pin_check *check, bool first)
{
	bool room;

	pthread_mutex_lock(&check->lock);
	room = has_room(check, first);
	pthread_mutex_unlock(&check->lock);
	return room;
}

int pin_check_submit(struct pin_check *check, const char *hash, const char *pin,
		     bool first, pin_check_fn *fn, void *arg)
{
	struct job *job;
	bool full;

	if (strlen(hash) >= sizeof(job->hash) ||
	    strlen(pin) >= sizeof(job->pin))
		return -EINVAL;
	job = calloc(1, sizeof(*job));
	if (!job)
		return -ENOMEM;
	memcpy(job->hash, hash, strlen(hash));
	memcpy(job->pin, pin, strlen(pin));
	job->first = first;
	job->fn = fn;
	job->arg = arg;
	pthread_mutex_lock(&check->lock);
	full = !has_room(check, first);
	if (!full)
		enqueue(check, job);
	pthread_mutex_unlock(&check->lock);
	if (full) {
		job_free(job);
		return -EAGAIN;
	}
	return 0;
}

static void forget(struct job *job, const void *arg)
{
	for (; job; job = job->next) {
		if (job->arg == arg)
			job->fn = NULL;
	}
}

void pin_check_abandon(struct pin_check *check, const void *arg)
{
	struct job **at = &check->todo;

	/* fn is only looked at in the loop, where this runs too. */
	pthread_mutex_lock(&check->lock);
	while (*at) {
		struct job *job = *at;

		if (job->arg != arg) {
			at = &job->next;
			continue;
		}
		*at = job->next;
		check->n--;
		check->n_strangers -= !job->first;
		job_free(job);
	}
	forget(check->doing, arg);
	forget(check->done, arg);
	pthread_mutex_unlock(&check->lock);
}
