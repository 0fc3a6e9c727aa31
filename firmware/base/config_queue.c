/* SPDX-License-Identifier: MIT */
/* services, counters, queue. */
#include <stdio.h>
#include <string.h>

#include "base/config_internal.h"

#define MAX_OUTCOMES 32
#define MAX_TEXT 300 /* characters */

/* ---- services ---- */

static void read_hours(struct reader *reader, const setting *group,
		       struct config_service *service)
{
	const setting *at = reader_member(group, "hours");
	const char *value = reader_string(reader, at);
	struct hours_mistake mistake;

	if (value != NULL && hours_read(value, &service->hours, &mistake) < 0)
		reader_hours_mistake(reader, at, value, &mistake);
}

static void read_outcomes(struct reader *reader, const setting *group,
			  struct config_service *service)
{
	const setting *list =
	    reader_list(reader, group, "outcomes", MAX_OUTCOMES);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;
	struct quote quote;

	service->outcomes = reader_array(reader, n, sizeof(char *));
	if (service->outcomes == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(list, (unsigned)i);
		const char *value = reader_string(reader, at);
		bool twice = false;

		if (value == NULL)
			continue;
		if (!word_fits(value, &word_outcome)) {
			reader_mistake(reader, at, "%s does not fit: write %s",
				       quote_string(&quote, value),
				       word_outcome.says);
			continue;
		}
		for (size_t k = 0; k < service->n_outcomes; k++)
			twice |= strcmp(service->outcomes[k], value) == 0;
		if (twice) {
			reader_mistake(reader, at,
				       "%s stands here twice: remove one",
				       quote_string(&quote, value));
			continue;
		}
		service->outcomes[service->n_outcomes] =
		    reader_dup(reader, value);
		if (service->outcomes[service->n_outcomes] != NULL)
			service->n_outcomes++;
	}
}

static void read_service(struct reader *reader, const setting *group,
			 struct config_service *service)
{
	const setting *name = reader_member(group, "name");

	service->line = (int)config_setting_source_line(group);
	service->id = reader_word(reader, group, "id", &word_id);
	if (name == NULL)
		reader_missing(reader, group, "name",
			       "add name = { vi = \"…\"; en = \"…\"; };");
	else
		reader_text(reader, name, CONFIG_MAX_NAME, &service->name);
	service->prefix = reader_word(reader, group, "prefix", &word_prefix);
	reader_int(reader, group, "daily_cap", 0, 99999, &service->daily_cap);
	read_hours(reader, group, service);
	reader_int(reader, group, "typical_minutes", 0, 480,
		   &service->typical_minutes);
	read_outcomes(reader, group, service);
}

/* Against the services before it. */
static void check_service_unique(struct reader *reader, const setting *group,
				 const struct config *config, size_t index)
{
	const struct config_service *service = &config->services[index];
	struct quote quote, other;

	for (size_t i = 0; i < index; i++) {
		const struct config_service *before = &config->services[i];

		if (service->id == NULL || before->id == NULL ||
		    strcmp(service->id, before->id) != 0)
			continue;
		reader_mistake(reader, reader_member(group, "id"),
			       "%s is taken by the service of line %d: give "
			       "each service an id of its own",
			       quote_string(&quote, service->id), before->line);
		break;
	}
	for (size_t i = 0; i < index; i++) {
		const struct config_service *before = &config->services[i];

		if (service->prefix == NULL || before->prefix == NULL ||
		    strcmp(service->prefix, before->prefix) != 0)
			continue;
		reader_mistake(reader, reader_member(group, "prefix"),
			       "%s is taken by %s (line %d): give each service "
			       "a prefix "
			       "of its own",
			       quote_string(&quote, service->prefix),
			       before->id != NULL
				   ? quote_string(&other, before->id)
				   : "a service",
			       before->line);
		break;
	}
}

void section_services(struct reader *reader, const setting *root,
		      struct config *config)
{
	static const char *const names[] = {"id",       "name",
					    "prefix",   "daily_cap",
					    "hours",    "typical_minutes",
					    "outcomes", NULL};
	const setting *list =
	    reader_list(reader, root, "services", CONFIG_MAX_SERVICES);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	if (reader_member(root, "services") == NULL)
		reader_missing(reader, root, "services",
			       "add services = ( { id = \"…\"; name = { … }; "
			       "prefix = \"A\"; } );");
	else if (list != NULL && n == 0)
		reader_mistake(reader, list,
			       "no service: write at least one, "
			       "{ id = \"…\"; name = { … }; prefix = \"A\"; }");
	config->services =
	    reader_array(reader, n, sizeof(struct config_service));
	if (config->services == NULL)
		return;
	config->n_services = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);

		if (group == NULL)
			continue;
		read_service(reader, group, &config->services[i]);
		check_service_unique(reader, group, config, i);
	}
}

int find_service(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_services; i++) {
		if (config->services[i].id != NULL &&
		    strcmp(config->services[i].id, id) == 0)
			return (int)i;
	}
	return -1;
}

void list_services(const struct config *config, char *out, size_t size)
{
	size_t used = 0;

	(void)snprintf(out, size, "none is right");
	for (size_t i = 0; i < config->n_services; i++) {
		int n = 0;

		if (config->services[i].id != NULL && used < size)
			n = snprintf(out + used, size - used, "%s\"%s\"",
				     used > 0 ? ", " : "",
				     config->services[i].id);
		used += n > 0 ? (size_t)n : 0;
	}
}

/* ---- counters ---- */

static void read_counter_services(struct reader *reader, const setting *group,
				  const struct config *config,
				  struct config_counter *counter)
{
	const setting *list =
	    reader_list(reader, group, "services", CONFIG_MAX_SERVICES);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;
	struct quote quote;
	char all[300];

	if (reader_member(group, "services") == NULL)
		reader_missing(reader, group, "services",
			       "add services = [ \"…\" ]; with the ids of what "
			       "it serves");
	else if (list != NULL && n == 0)
		reader_mistake(reader, list,
			       "the counter serves nothing: write the ids of "
			       "what it serves");
	for (size_t i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(list, (unsigned)i);
		const char *value = reader_string(reader, at);
		bool twice = false;
		int service;

		if (value == NULL)
			continue;
		service = find_service(config, value);
		if (service < 0) {
			list_services(config, all, sizeof(all));
			reader_mistake(reader, at,
				       "%s is no service: write the id of one "
				       "(%s)",
				       quote_string(&quote, value), all);
			continue;
		}
		for (size_t k = 0; k < counter->n_services; k++)
			twice |= counter->services[k] == (size_t)service;
		if (twice)
			reader_mistake(reader, at,
				       "%s stands here twice: remove one",
				       quote_string(&quote, value));
		else
			counter->services[counter->n_services++] =
			    (size_t)service;
	}
}

static void read_counter(struct reader *reader, const setting *group,
			 const struct config *config,
			 struct config_counter *counter)
{
	static const char *const prefers[] = {[CONFIG_PREFER_OLDEST] = "oldest",
					      [CONFIG_PREFER_ORDER] = "order",
					      NULL};
	const setting *name = reader_member(group, "name");
	const setting *id = reader_member(group, "id");
	int prefer = CONFIG_PREFER_OLDEST;

	counter->line = (int)config_setting_source_line(group);
	if (id == NULL)
		reader_missing(reader, group, "id",
			       "add id = 1; with the counter's number");
	else
		(void)reader_number(reader, id, 1, 99, &counter->id);
	if (name == NULL)
		reader_missing(reader, group, "name",
			       "add name = { vi = \"…\"; en = \"…\"; };");
	else
		reader_text(reader, name, CONFIG_MAX_NAME, &counter->name);
	read_counter_services(reader, group, config, counter);
	reader_choice(reader, group, "prefer", prefers, &prefer);
	counter->prefer = (enum config_prefer)prefer;
}

/* A ticket of a service that no counter serves is never called; but an office
 * may be set up one room after another. */
static void note_unserved(struct reader *reader, const setting *root,
			  const struct config *config)
{
	const setting *list = reader_member(root, "services");
	bool served[CONFIG_MAX_SERVICES] = {false};
	struct quote quote;

	for (size_t i = 0; i < config->n_counters; i++) {
		for (size_t k = 0; k < config->counters[i].n_services; k++)
			served[config->counters[i].services[k]] = true;
	}
	for (size_t i = 0; i < config->n_services; i++) {
		const char *id = config->services[i].id;

		if (!served[i] && id != NULL)
			reader_note(reader,
				    config_setting_get_elem(list, (unsigned)i),
				    "no counter serves %s: add it to the "
				    "services of "
				    "one",
				    quote_string(&quote, id));
	}
}

void section_counters(struct reader *reader, const setting *root,
		      struct config *config)
{
	static const char *const names[] = {"id", "name", "services", "prefer",
					    NULL};
	const setting *list =
	    reader_list(reader, root, "counters", CONFIG_MAX_COUNTERS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	if (reader_member(root, "counters") == NULL)
		reader_missing(reader, root, "counters",
			       "add counters = ( { id = 1; name = { … }; "
			       "services = [ \"…\" ]; } );");
	else if (list != NULL && n == 0)
		reader_mistake(reader, list,
			       "no counter: write at least one, { id = 1; "
			       "name = { … }; services = [ \"…\" ]; }");
	config->counters =
	    reader_array(reader, n, sizeof(struct config_counter));
	if (config->counters == NULL)
		return;
	config->n_counters = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);
		struct config_counter *counter = &config->counters[i];

		if (group == NULL)
			continue;
		read_counter(reader, group, config, counter);
		for (size_t k = 0; k < i && counter->id > 0; k++) {
			if (config->counters[k].id != counter->id)
				continue;
			reader_mistake(reader, reader_member(group, "id"),
				       "%d is taken by the counter of line "
				       "%d: give each counter a number of its "
				       "own",
				       counter->id, config->counters[k].line);
			break;
		}
	}
	note_unserved(reader, root, config);
}

int find_counter(const struct config *config, int id)
{
	for (size_t i = 0; i < config->n_counters; i++) {
		if (config->counters[i].id == id)
			return (int)i;
	}
	return -1;
}

void list_counters(const struct config *config, char *out, size_t size)
{
	size_t used = 0;

	(void)snprintf(out, size, "none is right");
	for (size_t i = 0; i < config->n_counters; i++) {
		int n = 0;

		if (config->counters[i].id > 0 && used < size)
			n = snprintf(out + used, size - used, "%s%d",
				     used > 0 ? ", " : "",
				     config->counters[i].id);
		used += n > 0 ? (size_t)n : 0;
	}
}

int reader_counter(struct reader *reader, const setting *at,
		   const struct config *config)
{
	char all[200];
	int id, counter;

	if (!reader_number(reader, at, 1, 99, &id))
		return -1;
	counter = find_counter(config, id);
	if (counter < 0) {
		list_counters(config, all, sizeof(all));
		reader_mistake(reader, at,
			       "%d is no counter: write the number of one (%s)",
			       id, all);
	}
	return counter;
}

/* ---- queue ---- */

static void read_rates(struct reader *reader, const setting *queue_group,
		       struct config_queue *queue)
{
	static const char *const names[TICKET_CLASSES + 1] = {
	    [TICKET_NORMAL] = "normal",
	    [TICKET_PRIORITY] = "priority",
	    [TICKET_APPOINTMENT] = "appointment",
	};
	const setting *group = reader_group(reader, queue_group, "rates");

	queue->rates[TICKET_NORMAL] = 1;
	queue->rates[TICKET_PRIORITY] = 4;
	queue->rates[TICKET_APPOINTMENT] = 2;
	reader_known(reader, group, names);
	for (size_t i = 0; i < TICKET_CLASSES; i++)
		reader_int(reader, group, names[i], 1, 100, &queue->rates[i]);
}

static void read_priority_for(struct reader *reader, const setting *group,
			      struct config_queue *queue)
{
	const setting *at = reader_member(group, "priority_for");

	if (at != NULL) {
		reader_text(reader, at, MAX_TEXT, &queue->priority_for);
		return;
	}
	queue->priority_for.vi =
	    reader_dup(reader, "Người cao tuổi, người khuyết tật, phụ nữ mang "
			       "thai, thương binh");
	queue->priority_for.en =
	    reader_dup(reader, "Elderly people, people with disabilities, "
			       "pregnant women, war invalids");
}

void section_queue(struct reader *reader, const setting *root,
		   struct config_queue *queue)
{
	static const char *const names[] = {"policy",       "priority_ratio",
					    "rates",        "restore_after",
					    "recall_limit", "last_call",
					    "priority_for", NULL};
	static const char *const policies[] = {[CONFIG_POLICY_RATIO] = "ratio",
					       [CONFIG_POLICY_STRICT] =
						   "strict",
					       [CONFIG_POLICY_ACCUMULATE] =
						   "accumulate",
					       NULL};
	static const char *const last_calls[] = {[CONFIG_LAST_CALL_OFF] = "off",
						 [CONFIG_LAST_CALL_WARN] =
						     "warn",
						 [CONFIG_LAST_CALL_STOP] =
						     "stop",
						 NULL};
	const setting *group = reader_group(reader, root, "queue");
	int policy = CONFIG_POLICY_RATIO, last_call = CONFIG_LAST_CALL_WARN;

	queue->priority_ratio = 2;
	queue->recall_limit = 3;
	reader_known(reader, group, names);
	reader_choice(reader, group, "policy", policies, &policy);
	reader_int(reader, group, "priority_ratio", 1, 100,
		   &queue->priority_ratio);
	read_rates(reader, group, queue);
	reader_int(reader, group, "restore_after", 0, 100,
		   &queue->restore_after);
	reader_int(reader, group, "recall_limit", 0, 20, &queue->recall_limit);
	reader_choice(reader, group, "last_call", last_calls, &last_call);
	read_priority_for(reader, group, queue);
	queue->policy = (enum config_policy)policy;
	queue->last_call = (enum config_last_call)last_call;
}
