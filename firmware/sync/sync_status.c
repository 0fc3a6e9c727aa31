/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "journal/chain.h"
#include "sync/sync.h"

const char *sync_state_name(const struct sync_status *status)
{
	if (status->off)
		return "off";
	if (status->error[0])
		return "error";
	return status->synced_seq < status->local_seq ? "behind" : "ok";
}

static void add_head(json_t *object, const struct sync_status *status)
{
	char chain[2 * JOURNAL_CHAIN_SIZE + 1];

	if (!status->journal[0] || status->error[0] || status->synced_seq == 0)
		return;
	chain_hex(status->synced_chain, chain);
	/* Without them nothing is pruned, no more. */
	(void)json_object_set_new(object, "journal",
				  json_string(status->journal));
	(void)json_object_set_new(object, "synced_chain", json_string(chain));
}

static char *status_text(const struct sync_status *status)
{
	json_t *object =
	    json_pack("{s:s, s:I, s:s?}", "state", sync_state_name(status),
		      "synced_seq", (json_int_t)status->synced_seq, "error",
		      status->error[0] ? status->error : NULL);
	char *text = NULL;

	/* A server's message may hold what is not UTF-8. */
	if (!object)
		object = json_pack("{s:s, s:I, s:s}", "state",
				   sync_state_name(status), "synced_seq",
				   (json_int_t)status->synced_seq, "error",
				   "see the log of kiosk-sync");
	if (object) {
		add_head(object, status);
		text = json_to_string(object);
	}
	json_decref(object);
	return text;
}

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int status = 0;

	if (!file)
		return -errno;
	if (fprintf(file, "%s\n", text) < 0)
		status = -EIO;
	if (fclose(file) != 0 && status == 0)
		status = -errno;
	return status;
}

/*
 * Without an fsync: what stands here is asked anew each round, and a reader
 * that finds an empty file after a power cut waits for the next.
 */
int sync_write_status(const char *state_dir, const struct sync_status *status)
{
	char *text = NULL, *path = NULL, *new_path = NULL;
	int result = -ENOMEM;

	text = status_text(status);
	if (!text)
		return result;
	if (asprintf(&path, "%s/%s", state_dir, SYNC_STATUS_FILE) < 0) {
		path = NULL;
		goto free_text;
	}
	if (asprintf(&new_path, "%s.new", path) < 0)
		goto free_path;
	result = write_file(new_path, text);
	if (result == 0 && rename(new_path, path) < 0)
		result = -errno;
	if (result < 0)
		unlink(new_path);
	free(new_path);
free_path:
	free(path);
free_text:
	free(text);
	return result;
}
