/* SPDX-License-Identifier: MIT */
#include "console/admin.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/config_check.h"
#include "base/log.h"
#include "console/messages.h"

static const char *level_of(int priority)
{
	return priority <= 3 ? "error" : priority == 4 ? "warning" : "info";
}

/* NULL where one could not be made; each step takes the list over. */
static json_t *with(json_t *list, json_t *value)
{
	if (list && json_array_append_new(list, value) == 0)
		return list;
	json_decref(list);
	return NULL;
}

void admin_log(struct http_request *request)
{
	json_t *lines = json_array();
	const struct log_entry *entry;

	for (size_t i = 0; lines && (entry = log_kept(i)) != NULL; i++)
		lines = with(lines, json_pack("{s:I, s:s, s:s}", "at_ms",
					      (json_int_t)entry->at_ms, "level",
					      level_of(entry->priority), "text",
					      entry->text ? entry->text : ""));
	reply_json(request, 200, json_pack("{s:o}", "lines", lines));
}

static json_t *counters_of(const struct config *config,
			   const struct config_user *user)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < user->n_counters; i++)
		list =
		    with(list,
			 json_integer(config->counters[user->counters[i]].id));
	return list;
}

static json_t *users_of(const struct config *config, struct access *access)
{
	static const char *const roles[] = {
	    [CONFIG_ROLE_STAFF] = "staff",
	    [CONFIG_ROLE_SUPERVISOR] = "supervisor",
	    [CONFIG_ROLE_ADMIN] = "admin",
	};
	int64_t now_ms = clock_mono_ms();
	json_t *list = json_array();

	for (size_t i = 0; list && i < config->n_users; i++) {
		const struct config_user *user = &config->users[i];
		size_t sessions =
		    sessions_count(access_sessions(access), i, now_ms);

		list =
		    with(list, json_pack("{s:s, s:s, s:o, s:I}", "name",
					 user->name, "role", roles[user->role],
					 "counters", counters_of(config, user),
					 "sessions", (json_int_t)sessions));
	}
	return list;
}

static json_t *devices_of(const struct config *config)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < config->n_devices; i++) {
		const struct config_device *device = &config->devices[i];
		json_t *may = json_array();

		if (may && device->may_read)
			may = with(may, json_string("read"));
		if (may && device->may_issue)
			may = with(may, json_string("issue"));
		list = with(list, json_pack("{s:s, s:o}", "name", device->name,
					    "may", may));
	}
	return list;
}

void admin_users(const struct config *config, struct access *access,
		 struct http_request *request)
{
	reply_json(request, 200,
		   json_pack("{s:o, s:o}", "users", users_of(config, access),
			     "devices", devices_of(config)));
}

void admin_config(const struct config *config, struct http_request *request)
{
	bool ok;
	json_t *answer = config_check(config->path, &ok);

	if (answer)
		reply_json(request, 200, answer);
	else
		refuse(request, REFUSE_MEMORY, NULL);
}
