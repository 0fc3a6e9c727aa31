/* SPDX-License-Identifier: MIT */
/*
 * Slips as files in a folder, for trying things out and for tests: the bytes a
 * printer would get, and a picture for people. A slip of 60 kB on a local disk
 * is written in well under a millisecond, so it is done in the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/png.h"
#include "printer/device.h"

struct file_device {
	struct device device;
	char *name, *directory;
	struct device_owner owner;
	struct device_retry retry;
	bool ready;
};

#define WHY_SIZE 512

/* Like mkdir -p. */
static int make_directory(const char *directory)
{
	char *path = strdup(directory);
	int status = 0;

	if (!path)
		return -ENOMEM;
	for (char *at = path + 1; status == 0; at++) {
		if (*at != '/' && *at != '\0')
			continue;
		char was = *at;
		*at = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			status = -errno;
		*at = was;
		if (was == '\0')
			break;
	}
	free(path);
	return status;
}

static int check_directory(const char *directory)
{
	struct stat st;
	int status = make_directory(directory);

	if (status != 0)
		return status;
	if (stat(directory, &st) != 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	return access(directory, W_OK | X_OK) == 0 ? 0 : -errno;
}

static void lose(struct file_device *file, const char *why)
{
	file->ready = false;
	file->owner.state(file->owner.arg, false, why);
	device_retry_later(&file->retry);
}

static int on_try(sd_event_source *source, uint64_t us, void *arg)
{
	struct file_device *file = arg;
	char why[WHY_SIZE];

	(void)source;
	(void)us;
	device_retry_begun(&file->retry);
	int status = check_directory(file->directory);
	if (status != 0) {
		(void)snprintf(why, sizeof(why),
			       "%s: cannot use this folder: %s", file->name,
			       strerror(-status));
		lose(file, why);
		return 0;
	}
	file->ready = true;
	file->owner.state(file->owner.arg, true, NULL);
	file->owner.status(file->owner.arg,
			   &(struct device_status){.answers = true});
	return 0;
}

static int write_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

/*
 * Whole or not at all for a reader, by rename. Without fsync, which can hold
 * up the loop on a card: a slip is paper, the journal keeps the ticket.
 */
static int replace_file(const char *path, const uint8_t *bytes, size_t length)
{
	char *beside;

	if (asprintf(&beside, "%s.new", path) < 0)
		return -ENOMEM;
	int status = 0;
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		status = -errno;
		goto free_beside;
	}
	status = write_all(fd, bytes, length);
	if (close(fd) != 0 && status == 0)
		status = -errno;
	if (status == 0 && rename(beside, path) != 0)
		status = -errno;
	if (status != 0)
		(void)unlink(beside);
free_beside:
	free(beside);
	return status;
}

/* The picture first: who sees the bytes finds the picture too. */
static int write_slip(const struct file_device *file,
		      const struct device_job *job)
{
	char *picture = NULL, *bytes = NULL;
	int status = -ENOMEM;

	if (job->code[0] == '.' || strchr(job->code, '/'))
		return -EINVAL; /* no code of ours, and no name for a file */
	if (asprintf(&picture, "%s/%s.png", file->directory, job->code) < 0) {
		picture = NULL;
		goto free_names;
	}
	if (asprintf(&bytes, "%s/%s.escpos", file->directory, job->code) < 0) {
		bytes = NULL;
		goto free_names;
	}
	status = make_directory(file->directory);
	if (status == 0)
		status = png_write_mono(picture, job->bitmap->bits,
					job->bitmap->width, job->bitmap->height,
					job->bitmap->stride);
	if (status == 0)
		status = replace_file(bytes, job->bytes, job->length);
free_names:
	free(picture);
	free(bytes);
	return status;
}

static void file_send(struct device *device, const struct device_job *job)
{
	struct file_device *file = (struct file_device *)device;
	int status = write_slip(file, job);
	char why[WHY_SIZE];

	if (status == 0) {
		device_retry_worked(&file->retry);
		file->owner.done(file->owner.arg, DEVICE_CONFIRMED, NULL);
		return;
	}
	(void)snprintf(why, sizeof(why), "%s: cannot write slip %s: %s",
		       file->name, job->code, strerror(-status));
	if (status != -EINVAL)
		lose(file, why);
	file->owner.done(file->owner.arg, DEVICE_BROKEN, why);
}

/* A slip is written at once: there is never one under way. */
static void file_abort(struct device *device, const char *what)
{
	(void)device;
	(void)what;
}

static void file_hurry(struct device *device)
{
	struct file_device *file = (struct file_device *)device;

	if (!file->ready)
		device_retry_hurry(&file->retry);
}

static void file_free(struct device *device)
{
	struct file_device *file = (struct file_device *)device;

	device_retry_free(&file->retry);
	free(file->name);
	free(file->directory);
	free(file);
}

static const struct device_ops file_ops = {
    .free = file_free,
    .send = file_send,
    .abort = file_abort,
    .hurry = file_hurry,
};

int device_file_new(sd_event *event, const struct device_place *place,
		    const struct device_times *times,
		    const struct device_owner *owner, struct device **out)
{
	*out = NULL;
	if (!*place->where)
		return -EINVAL;
	struct file_device *file = calloc(1, sizeof(*file));
	if (!file)
		return -ENOMEM;
	file->device.ops = &file_ops;
	file->owner = *owner;
	file->name = strdup(place->name);
	file->directory = strdup(place->where);
	int status = -ENOMEM;
	if (file->name && file->directory)
		status =
		    device_retry_new(&file->retry, event, times, on_try, file);
	if (status != 0) {
		file_free(&file->device);
		return status;
	}
	*out = &file->device;
	return 0;
}
