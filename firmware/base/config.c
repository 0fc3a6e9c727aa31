/* SPDX-License-Identifier: MIT */
#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config_internal.h"

#define MAX_FILE ((size_t)1024 * 1024)

/* ---- the file ---- */

/*
 * All of the file, a line break and a NUL behind its length, malloc()ed. A pipe
 * is taken too, so its size is not asked for first.
 */
static int read_descriptor(int fd, char **out, size_t *length)
{
	char *bytes = malloc(MAX_FILE + 2);
	size_t used = 0;
	int r;

	if (bytes == NULL)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(fd, bytes + used, MAX_FILE + 1 - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = -errno;
			goto free_bytes;
		}
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > MAX_FILE) {
			r = -EFBIG;
			goto free_bytes;
		}
	}
	/* libconfig 1.5 takes no comment that ends with the file. */
	bytes[used] = '\n';
	bytes[used + 1] = '\0';
	*out = bytes;
	*length = used;
	return 0;
free_bytes:
	free(bytes);
	return r;
}

static int read_file(const char *path, char **out, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = read_descriptor(fd, out, length);
	close(fd);
	return r;
}

static void say_unreadable(FILE *errors, const char *path, int error)
{
	const char *mend = "give the path of a kiosk.conf";

	if (error == -EACCES)
		mend = "let this user read it";
	else if (error == -EFBIG)
		mend = "keep it under 1 MiB";
	(void)fprintf(errors, "%s: cannot be read: %s: %s\n", path,
		      strerror(-error), mend);
}

/* ---- the settings ---- */

static void read_sections(struct reader *reader, const setting *root,
			  struct config *config)
{
	static const char *const names[] = {"office",  "services", "counters",
					    "queue",   "buttons",  "lamps",
					    "keypads", "scanners", "printer",
					    "display", "notices",  "console",
					    "users",   "devices",  "central",
					    NULL};

	reader_known(reader, root, names);
	section_office(reader, root, &config->office);
	section_services(reader, root, config);
	section_counters(reader, root, config);
	section_queue(reader, root, &config->queue);
	section_buttons(reader, root, config);
	section_lamps(reader, root, config);
	section_gpio_lines(reader, root, config);
	section_keypads(reader, root, config);
	section_scanners(reader, root, config);
	section_printer(reader, root, &config->printer);
	section_display(reader, root, &config->display);
	section_notices(reader, root, config);
	section_console(reader, root, &config->console);
	section_phone(reader, root, config);
	section_users(reader, root, config);
	section_devices(reader, root, config);
	section_central(reader, root, &config->central);
}

/* What the scan has let through and libconfig still does not take. */
static void say_libconfig(struct reader *reader, const config_t *tree)
{
	const char *text = config_error_text(tree);
	int line = config_error_line(tree);
	const char *mend = "is a ';', a ',' or a quote missing here, or at the "
			   "end of the line before?";

	if (text == NULL)
		text = "syntax error";
	if (strstr(text, "array") != NULL)
		mend = "write ( … ) for elements of different types";
	reader_mistake_in(reader, line > 0 ? (unsigned)line : 1, "", "%s: %s",
			  text, mend);
}

static void parse(struct reader *reader, const char *bytes, size_t length,
		  struct config *config)
{
	config_t tree;

	/* Windows's Notepad puts a byte order mark in front. */
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
		bytes += 3;
		length -= 3;
	}
	if (!scan_bytes(reader, bytes, length))
		return;
	config_init(&tree);
	if (config_read_string(&tree, bytes) == CONFIG_TRUE) {
		reader_place_elements(reader, config_root_setting(&tree));
		read_sections(reader, config_root_setting(&tree), config);
	} else {
		say_libconfig(reader, &tree);
	}
	config_destroy(&tree);
}

int config_load(const char *path, FILE *errors, FILE *notes,
		struct config **out)
{
	struct reader *reader;
	struct config *config;
	char *bytes = NULL;
	size_t length = 0;
	int r;

	*out = NULL;
	r = read_file(path, &bytes, &length);
	if (r < 0) {
		say_unreadable(errors, path, r);
		return r;
	}
	r = -ENOMEM;
	reader = calloc(1, sizeof(*reader));
	config = calloc(1, sizeof(*config));
	if (reader == NULL || config == NULL)
		goto free_all;
	reader->path = path;
	config->path = reader_dup(reader, path);
	parse(reader, bytes, length, config);
	if (reader->no_memory)
		goto free_all;
	r = -EINVAL;
	if (reader->mistakes.n > 0)
		goto free_all;
	if (notes != NULL)
		report_write(&reader->notes, path, notes);
	*out = config;
	config = NULL;
	r = 0;
free_all:
	if (r == -ENOMEM)
		(void)fprintf(errors, "%s: out of memory while reading it\n",
			      path);
	if (reader != NULL) {
		report_write(&reader->mistakes, path, errors);
		report_free(&reader->mistakes);
		report_free(&reader->notes);
		free(reader->element_lines);
	}
	free(reader);
	config_free(config);
	free(bytes);
	return r;
}

/* ---- the end ---- */

static void free_text(struct text *text)
{
	free(text->vi);
	free(text->en);
}

static void free_services(struct config *config)
{
	for (size_t i = 0; i < config->n_services; i++) {
		struct config_service *service = &config->services[i];

		free(service->id);
		free_text(&service->name);
		free(service->prefix);
		for (size_t k = 0; k < service->n_outcomes; k++)
			free(service->outcomes[k]);
		free(service->outcomes);
	}
	free(config->services);
}

static void free_counters(struct config *config)
{
	for (size_t i = 0; i < config->n_counters; i++)
		free_text(&config->counters[i].name);
	free(config->counters);
}

static void free_scanner(struct config_scanner *scanner)
{
	free(scanner->device);
	for (size_t i = 0; i < scanner->n_accepts; i++)
		free(scanner->accepts[i].pattern);
	free(scanner->accepts);
}

static void free_panel(struct config *config)
{
	for (size_t i = 0; i < config->n_buttons; i++) {
		free(config->buttons[i].id);
		free(config->buttons[i].chip);
	}
	free(config->buttons);
	for (size_t i = 0; i < config->n_lamps; i++) {
		free(config->lamps[i].id);
		free(config->lamps[i].chip);
	}
	free(config->lamps);
	for (size_t i = 0; i < config->n_keypads; i++)
		free(config->keypads[i].device);
	free(config->keypads);
	for (size_t i = 0; i < config->n_scanners; i++)
		free_scanner(&config->scanners[i]);
	free(config->scanners);
	free(config->printer.device);
	free(config->printer.qr);
	for (size_t i = 0; i < config->printer.n_slip; i++) {
		free(config->printer.slip[i].text.vi);
		free(config->printer.slip[i].text.en);
	}
	free(config->printer.slip);
}

static void free_people(struct config *config)
{
	for (size_t i = 0; i < config->n_users; i++) {
		free(config->users[i].name);
		free(config->users[i].pin);
	}
	free(config->users);
	for (size_t i = 0; i < config->n_devices; i++) {
		free(config->devices[i].name);
		free(config->devices[i].token);
	}
	free(config->devices);
}

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	free(config->path);
	free(config->office.kiosk);
	free_text(&config->office.name);
	free(config->office.timezone);
	free_services(config);
	free_counters(config);
	free_text(&config->queue.priority_for);
	free_panel(config);
	free(config->display.font);
	free(config->display.voice);
	free(config->display.procedures);
	free(config->display.pictures);
	free(config->display.read_numbers);
	free_text(&config->display.announce);
	free(config->display.token);
	free(config->display.certificate);
	for (size_t i = 0; i < config->n_notices; i++)
		free_text(&config->notices[i]);
	free(config->notices);
	free(config->console.listen);
	free(config->console.certificate);
	free(config->console.key);
	free_people(config);
	free(config->central.url);
	free(config);
}
