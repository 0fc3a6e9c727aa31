/* SPDX-License-Identifier: MIT */
#include "ctl/journal_commands.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/config_check.h"
#include "base/json.h"
#include "ctl/ctl_format.h"
#include "journal/chain.h"
#include "journal/journal.h"
#include "sync/sealed.h"

/* Opens FILE, or the journal of the state directory; tells what is wrong. */
static struct journal *open_journal(const struct ctl_command *command,
				    char path[PATH_MAX])
{
	struct journal_problem problem = {0};
	struct journal *journal;

	if (command->file)
		snprintf(path, PATH_MAX, "%s", command->file);
	else
		snprintf(path, PATH_MAX, "%s/journal.db", command->state_dir);
	if (journal_open_reader(path, &journal, &problem) < 0) {
		fprintf(stderr, "kioskctl: %s\n", problem.text);
		return NULL;
	}
	return journal;
}

static int take_chain(void *arg, const struct journal_row *row)
{
	memcpy(arg, row->chain, JOURNAL_CHAIN_SIZE);
	return 0;
}

/* problem: NULL where all rows hold. */
static int print_verified(const char *path, struct journal *journal,
			  int64_t rows, const char *head, int64_t anchor_seq,
			  const char *problem)
{
	json_t *object =
	    json_pack("{s:s, s:b, s:s, s:I}", "file", path, "ok",
		      problem == NULL, "journal", journal_id(journal), "rows",
		      (json_int_t)rows);

	if (problem)
		(void)json_object_set_new(object, "problem",
					  json_string(problem));
	else
		(void)json_object_update_new(object,
					     json_pack("{s:s, s:I}", "head",
						       head, "anchor_seq",
						       (json_int_t)anchor_seq));
	return ctl_format_json(object, problem ? EXIT_FAILURE : EXIT_SUCCESS);
}

int journal_command_verify(const struct ctl_command *command)
{
	struct journal_problem problem = {0};
	struct journal_anchor anchor;
	uint8_t chain[JOURNAL_CHAIN_SIZE] = {0};
	char hex[2 * JOURNAL_CHAIN_SIZE + 1];
	char path[PATH_MAX];
	struct journal *journal = open_journal(command, path);
	int status = EXIT_FAILURE;
	int64_t rows;

	if (!journal)
		return status;
	if (journal_verify(journal, &rows, &problem) < 0)
		goto tell_problem;
	/* Of the last row that was verified; kioskd may be writing on. */
	if (journal_anchor(journal, &anchor) < 0 ||
	    journal_each(journal, anchor.seq + rows - 1, 1, take_chain, chain) <
		0) {
		snprintf(problem.text, sizeof(problem.text),
			 "%.300s: cannot be read again", path);
		goto tell_problem;
	}
	chain_hex(chain, hex);
	if (command->json) {
		status =
		    print_verified(path, journal, rows, hex, anchor.seq, NULL);
		journal_close(journal);
		return status;
	}
	printf("%s: %" PRId64 " rows hold; id %s; head %s\n", path, rows,
	       journal_id(journal), hex);
	if (anchor.seq > 0)
		printf("rows 1 to %" PRId64 " (up to day %s) were pruned, as "
		       "the central log has them\n",
		       anchor.seq, anchor.day);
	status = EXIT_SUCCESS;
	journal_close(journal);
	return status;

tell_problem:
	if (command->json)
		(void)print_verified(path, journal, rows, NULL, 0,
				     problem.text);
	fprintf(stderr, "kioskctl: %s\n", problem.text);
	journal_close(journal);
	return status;
}

/* What was pruned cannot be exported; *after_seq is moved behind it. */
static int skip_pruned(struct journal *journal, int64_t *after_seq)
{
	struct journal_anchor anchor;
	int rc = journal_anchor(journal, &anchor);

	if (rc < 0 || *after_seq >= anchor.seq)
		return rc;
	fprintf(stderr,
		"kioskctl: rows 1 to %" PRId64 " were pruned here, as the "
		"central log has them: beginning behind them\n",
		anchor.seq);
	*after_seq = anchor.seq;
	return 0;
}

/* The exit status. */
static int export_as(const struct ctl_command *command, struct journal *journal,
		     int64_t after_seq, const char *kiosk)
{
	struct central_problem problem = {0};
	struct central_head end;
	struct seal_key key;

	if (seal_key_load(command->state_dir, &key, &problem) < 0 ||
	    sealed_write(journal, kiosk, &key, after_seq, command->sealed, &end,
			 &problem) < 0) {
		seal_key_forget(&key);
		fprintf(stderr, "kioskctl: %s\n", problem.text);
		return EXIT_FAILURE;
	}
	seal_key_forget(&key);
	printf("%s: kiosk %s, journal %s, rows %" PRId64 " to %" PRId64
	       ", signed\n",
	       command->sealed, kiosk, journal_id(journal), after_seq + 1,
	       end.seq);
	return EXIT_SUCCESS;
}

static int export_sealed(const struct ctl_command *command,
			 struct journal *journal, int64_t after_seq)
{
	struct config *config;
	int status;

	if (config_load(command->config, stderr, NULL, &config) < 0)
		return EXIT_FAILURE;
	status = export_as(command, journal, after_seq, config->office.kiosk);
	config_free(config);
	return status;
}

int journal_command_export(const struct ctl_command *command)
{
	char path[PATH_MAX];
	struct journal *journal = open_journal(command, path);
	int64_t after_seq = command->from_seq - 1;
	int result;

	if (!journal)
		return EXIT_FAILURE;
	result = skip_pruned(journal, &after_seq);
	if (result == 0 && command->sealed) {
		result = export_sealed(command, journal, after_seq);
		journal_close(journal);
		return result;
	}
	if (result == 0)
		result = journal_export(journal, after_seq, stdout);
	journal_close(journal);
	if (result < 0) {
		fprintf(stderr, "kioskctl: %s: export: %s\n", path,
			strerror(-result));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

int journal_command_rebase(const struct ctl_command *command)
{
	struct journal_problem problem = {0};
	char archive[PATH_MAX];

	if (journal_rebase(command->state_dir, clock_wall_ms(),
			   command->previous.seq > 0 ? &command->previous
						     : NULL,
			   command->reason, command->force, archive,
			   &problem) < 0) {
		fprintf(stderr, "kioskctl: %s\n", problem.text);
		return EXIT_FAILURE;
	}
	printf("%s/journal.db: a new journal, today's numbers go on; the old "
	       "rows are in %s\n",
	       command->state_dir, archive);
	return EXIT_SUCCESS;
}

/* The mistakes on stderr too, as those of all commands are. */
static int check_in_json(const char *path)
{
	bool ok;
	json_t *answer = config_check(path, &ok), *mistake;
	char *text = json_to_string(answer);
	size_t i;

	if (text)
		puts(text);
	else
		fprintf(stderr,
			"kioskctl: %s: no JSON can be made of it: is its name "
			"UTF-8?\n",
			path);
	json_array_foreach(json_object_get(answer, "mistakes"), i, mistake)
	    fprintf(stderr, "%s\n", json_string_value(mistake));
	json_decref(answer);
	if (!text)
		ok = false;
	free(text);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int config_command_check(const struct ctl_command *command)
{
	const char *path =
	    command->file ? command->file : "/etc/kiosk/kiosk.conf";
	struct config *config;

	if (command->json)
		return check_in_json(path);
	if (config_load(path, stderr, stdout, &config) < 0)
		return EXIT_FAILURE;
	printf("%s: good: %zu services, %zu counters, %zu buttons, %zu lamps, "
	       "%zu keypads, printer %s, central log %s\n",
	       path, config->n_services, config->n_counters, config->n_buttons,
	       config->n_lamps, config->n_keypads, config->printer.device,
	       config->central.url[0] ? "on" : "off");
	config_free(config);
	return EXIT_SUCCESS;
}
