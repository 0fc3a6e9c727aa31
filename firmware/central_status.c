/* SPDX-License-Identifier: MIT */
#include "central_status.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/turn.h"
#include "sync/sync.h"

#define MAX_BYTES 4096

struct central_status {
	struct kiosk *kiosk;
	sd_event_source *source, *silence;
	uint64_t patience_us;
	char *path;
	int64_t synced_seq; /* as last told */
};

static int state_from(const char *name)
{
	static const struct {
		const char *name;
		enum kiosk_central state;
	} states[] = {
	    {"ok", KIOSK_CENTRAL_OK},
	    {"behind", KIOSK_CENTRAL_BEHIND},
	    {"error", KIOSK_CENTRAL_ERROR},
	    {"off", KIOSK_CENTRAL_OFF},
	};

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (name && strcmp(name, states[i].name) == 0)
			return (int)states[i].state;
	}
	return -EINVAL;
}

/* What the central log has of which journal, as far as that is told. */
static void take_sent(struct central_status *status, int state,
		      const json_t *object)
{
	const char *id = json_string_value(json_object_get(object, "journal"));
	const char *hex =
	    json_string_value(json_object_get(object, "synced_chain"));
	struct kiosk_sent sent = {.seq = status->synced_seq};
	size_t length = 0;

	if ((state != KIOSK_CENTRAL_OK && state != KIOSK_CENTRAL_BEHIND) ||
	    !id || strlen(id) != JOURNAL_ID_SIZE - 1 || !hex || sent.seq < 1 ||
	    sodium_hex2bin(sent.chain, sizeof(sent.chain), hex, strlen(hex),
			   NULL, &length, NULL) != 0 ||
	    length != sizeof(sent.chain)) {
		kiosk_report_sent(status->kiosk, NULL);
		return;
	}
	memcpy(sent.journal, id, sizeof(sent.journal));
	kiosk_report_sent(status->kiosk, &sent);
}

static void take(struct central_status *status, const json_t *object)
{
	int state =
	    state_from(json_string_value(json_object_get(object, "state")));
	const char *error = json_string_value(json_object_get(object, "error"));
	json_int_t seq =
	    json_integer_value(json_object_get(object, "synced_seq"));

	if (state < 0) {
		log_warning("%s: no \"state\" that is known: is kiosk-sync of "
			    "the same version?",
			    status->path);
		return;
	}
	if (seq < 0) {
		log_warning("%s: \"synced_seq\" is %" JSON_INTEGER_FORMAT
			    ", and a journal's rows begin at 1: it is left "
			    "unread; kiosk-sync writes it anew within %d s",
			    status->path, seq, SYNC_STATUS_AGE_S);
		return;
	}
	status->synced_seq = seq;
	kiosk_report_central(status->kiosk, (enum kiosk_central)state, seq,
			     error);
	take_sent(status, state, object);
	/* After a failure it waits for minutes, and says so itself. */
	sd_event_source_set_enabled(status->silence, SD_EVENT_OFF);
	if (state == KIOSK_CENTRAL_ERROR)
		return;
	sd_event_source_set_time_relative(status->silence, status->patience_us);
	sd_event_source_set_enabled(status->silence, SD_EVENT_ONESHOT);
}

/* A file that is not there yet says nothing, and is no fault. */
static void read_status(struct central_status *status)
{
	struct json_problem problem;
	char bytes[MAX_BYTES];
	int fd = open(status->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	json_t *object;
	ssize_t n;

	if (fd < 0)
		return;
	n = read(fd, bytes, sizeof(bytes));
	close(fd);
	if (n < 0)
		return;
	object = json_parse_object(bytes, (size_t)n, &problem);
	if (!object) {
		log_warning("%s:%d: %s", status->path, problem.line,
			    problem.what);
		return;
	}
	take(status, object);
	json_decref(object);
}

static int on_silence(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct central_status *status = userdata;

	(void)source;
	(void)usec;
	log_warning("kiosk-sync has not been heard from for %d s: is it "
		    "running?",
		    (int)(status->patience_us / 1000000));
	kiosk_report_central(status->kiosk, KIOSK_CENTRAL_ERROR,
			     status->synced_seq,
			     "kiosk-sync has not been heard from: is it "
			     "running?");
	kiosk_report_sent(status->kiosk, NULL);
	return 0;
}

static int on_change(sd_event_source *source, const struct inotify_event *event,
		     void *userdata)
{
	turn_is("central.json");
	(void)source;
	if (event->len > 0 && strcmp(event->name, SYNC_STATUS_FILE) == 0)
		read_status(userdata);
	return 0;
}

int central_status_new(sd_event *event, struct kiosk *kiosk,
		       const char *state_dir, int every_s,
		       struct central_status **out)
{
	struct central_status *status = calloc(1, sizeof(*status));
	int rc = -ENOMEM;

	*out = NULL;
	if (!status)
		return -ENOMEM;
	status->kiosk = kiosk;
	status->patience_us =
	    (3 * (uint64_t)every_s + SYNC_STATUS_AGE_S + 30) * 1000000;
	if (asprintf(&status->path, "%s/%s", state_dir, SYNC_STATUS_FILE) < 0) {
		status->path = NULL;
		goto free_status;
	}
	/* The file is only ever renamed into place, so it is whole. */
	rc = sd_event_add_inotify(event, &status->source, state_dir,
				  IN_MOVED_TO, on_change, status);
	if (rc >= 0)
		rc = sd_event_add_time_relative(event, &status->silence,
						CLOCK_BOOTTIME,
						status->patience_us, 1000000,
						on_silence, status);
	if (rc < 0)
		goto free_status;
	read_status(status);
	*out = status;
	return 0;

free_status:
	central_status_free(status);
	return rc;
}

void central_status_free(struct central_status *status)
{
	if (!status)
		return;
	sd_event_source_disable_unref(status->source);
	sd_event_source_disable_unref(status->silence);
	free(status->path);
	free(status);
}
