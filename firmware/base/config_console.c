/* SPDX-License-Identifier: MIT */
/* console, users, devices, central. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/secret.h"

#define MAX_USERS 200
#define MAX_DEVICES 64
#define MIN_TOKEN 8
#define MAX_TOKEN 128

/* ---- console ---- */

static bool port_fits(const char *text)
{
	size_t n = strspn(text, "0123456789");

	return n > 0 && n <= 5 && text[n] == '\0' &&
	       strtol(text, NULL, 10) <= 65535;
}

enum address_kind address_kind(const char *address)
{
	const char *colon = strrchr(address, ':');
	bool six = address[0] == '[';
	struct in6_addr v6;
	struct in_addr v4;
	char host[64];
	size_t n;

	if (colon == NULL || !port_fits(colon + 1))
		return ADDRESS_BAD;
	n = (size_t)(colon - address);
	if (six && (n < 2 || colon[-1] != ']'))
		return ADDRESS_BAD;
	address += six ? 1 : 0;
	n -= six ? 2 : 0;
	if (n >= sizeof(host))
		return ADDRESS_BAD;
	memcpy(host, address, n);
	host[n] = '\0';
	if (six && inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6) ? ADDRESS_LOOPBACK
						 : ADDRESS_OTHER;
	if (!six && inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127 ? ADDRESS_LOOPBACK
						     : ADDRESS_OTHER;
	return ADDRESS_BAD;
}

static void check_listen(struct reader *reader, const setting *group,
			 const struct config_console *console)
{
	const setting *at = reader_member(group, "listen");
	struct quote quote;

	if (console->listen == NULL || console->listen[0] == '\0')
		return;
	switch (address_kind(console->listen)) {
	case ADDRESS_BAD:
		reader_mistake(reader, at,
			       "%s is no address and port: write "
			       "\"127.0.0.1:8080\", \"[::1]:8080\", or \"\" "
			       "for none",
			       quote_string(&quote, console->listen));
		break;
	case ADDRESS_LOOPBACK:
		break;
	case ADDRESS_OTHER:
		if (console->certificate != NULL &&
		    console->certificate[0] == '\0')
			reader_mistake(reader, at,
				       "%s is open to others, and without a "
				       "certificate passwords would go in the "
				       "clear: write \"127.0.0.1:8080\", or "
				       "make one: kioskctl certificate new",
				       quote_string(&quote, console->listen));
		break;
	}
}

void section_console(struct reader *reader, const setting *root,
		     struct config_console *console)
{
	static const char *const names[] = {"listen", "certificate",
					    "key",    "session_minutes",
					    "phone",  NULL};
	const setting *group = reader_group(reader, root, "console");

	console->session_minutes = 480;
	if (group != NULL)
		console->line = (int)config_setting_source_line(group);
	reader_known(reader, group, names);
	console->listen =
	    reader_copy(reader, group, "listen", "127.0.0.1:8080");
	console->certificate = reader_copy(reader, group, "certificate", "");
	console->key = reader_copy(reader, group, "key", "");
	reader_int(reader, group, "session_minutes", 1, 1440,
		   &console->session_minutes);
	reader_bool(reader, group, "phone", &console->phone);
	check_listen(reader, group, console);
	if (console->certificate == NULL || console->key == NULL)
		return;
	if ((console->certificate[0] == '\0') != (console->key[0] == '\0'))
		reader_mistake(reader, group,
			       "a certificate and its key belong together: "
			       "write the "
			       "paths of both, or \"\" for both");
}

/* A slip's code that leads to telephones' tickets, where there are none. */
void section_phone(struct reader *reader, const setting *root,
		   const struct config *config)
{
	const setting *group = reader_group(reader, root, "printer");

	if (config->printer.qr == NULL || config->console.phone ||
	    strstr(config->printer.qr, "{token}") == NULL)
		return;
	reader_mistake(reader, reader_member(group, "qr"),
		       "{token} leads nowhere while telephones see no tickets: "
		       "write phone = true; in console");
}

/* ---- users ---- */

char *reader_secret(struct reader *reader, const setting *group,
		    const char *name, const char *fallback)
{
	const setting *at = reader_member(group, name);

	if (at != NULL && config_setting_type(at) != CONFIG_TYPE_STRING) {
		reader_mistake(reader, at,
			       "the value is no text: put it in quotes, "
			       "\"…\"");
		return NULL;
	}
	return reader_copy(reader, group, name, fallback);
}

static void read_pin(struct reader *reader, const setting *group,
		     struct config_user *user)
{
	const setting *at = reader_member(group, "pin");

	if (at == NULL)
		reader_missing(reader, group, "pin",
			       "add the line that kioskctl pin USER prints");
	user->pin = reader_secret(reader, group, "pin", NULL);
	if (user->pin != NULL && strncmp(user->pin, "$argon2id$", 10) != 0)
		reader_mistake(reader, at,
			       "the value is no hash of a PIN: write what "
			       "kioskctl pin USER prints, \"$argon2id$…\"");
	else if (user->pin != NULL && !secret_pin_hash_fits(user->pin))
		reader_note(reader, at,
			    "the value is not the whole of a hash, or it costs "
			    "too much, so nobody can sign in with it: write "
			    "what kioskctl pin USER prints");
}

static void read_user(struct reader *reader, const setting *group,
		      const struct config *config, struct config_user *user)
{
	static const char *const roles[] = {
	    [CONFIG_ROLE_STAFF] = "staff",
	    [CONFIG_ROLE_SUPERVISOR] = "supervisor",
	    [CONFIG_ROLE_ADMIN] = "admin",
	    NULL,
	};
	const setting *list =
	    reader_list(reader, group, "counters", CONFIG_MAX_COUNTERS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;
	int role = 0;

	user->line = (int)config_setting_source_line(group);
	user->name = reader_word(reader, group, "name", &word_user);
	read_pin(reader, group, user);
	if (reader_member(group, "role") == NULL)
		reader_missing(reader, group, "role",
			       "add role = \"staff\"; or \"supervisor\" or "
			       "\"admin\"");
	reader_choice(reader, group, "role", roles, &role);
	user->role = (enum config_role)role;
	for (size_t i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(list, (unsigned)i);
		int counter = reader_counter(reader, at, config);
		bool twice = false;

		if (counter < 0)
			continue;
		for (size_t k = 0; k < user->n_counters; k++)
			twice |= user->counters[k] == (size_t)counter;
		if (twice)
			reader_mistake(reader, at,
				       "%d stands here twice: remove one",
				       config->counters[counter].id);
		else
			user->counters[user->n_counters++] = (size_t)counter;
	}
}

/* The name is taken by the element of that line. */
static void say_name_taken(struct reader *reader, const setting *group,
			   const char *name, int line)
{
	struct quote quote;

	reader_mistake(reader, reader_member(group, "name"),
		       "%s is taken (line %d): give each a name of its own",
		       quote_string(&quote, name), line);
}

void section_users(struct reader *reader, const setting *root,
		   struct config *config)
{
	static const char *const names[] = {"name", "pin", "role", "counters",
					    NULL};
	const setting *list = reader_list(reader, root, "users", MAX_USERS);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->users = reader_array(reader, n, sizeof(struct config_user));
	if (config->users == NULL)
		return;
	config->n_users = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);
		struct config_user *user = &config->users[i];

		if (group == NULL)
			continue;
		read_user(reader, group, config, user);
		for (size_t k = 0; k < i && user->name != NULL; k++) {
			const struct config_user *other = &config->users[k];

			if (other->name == NULL ||
			    strcmp(other->name, user->name) != 0)
				continue;
			say_name_taken(reader, group, user->name, other->line);
			break;
		}
	}
}

/* ---- devices ---- */

bool reader_token_fits(struct reader *reader, const setting *at,
		       const char *token)
{
	size_t n = strlen(token);

	/* It travels in a header. */
	for (const char *c = token; *c != '\0'; c++) {
		if (*c <= ' ' || *c > '~')
			n = 0;
	}
	if (n >= MIN_TOKEN && n <= MAX_TOKEN)
		return true;
	reader_mistake(reader, at,
		       "the value does not fit: write %d to %d letters, "
		       "digits and signs, without blanks and accents",
		       MIN_TOKEN, MAX_TOKEN);
	return false;
}

static void read_token(struct reader *reader, const setting *group,
		       struct config_device *device)
{
	const setting *at = reader_member(group, "token");
	uint8_t hash[SECRET_HASH_SIZE];

	if (at == NULL)
		reader_missing(reader, group, "token",
			       "add the line that kioskctl token NAME "
			       "prints");
	device->token = reader_secret(reader, group, "token", NULL);
	if (device->token != NULL &&
	    reader_token_fits(reader, at, device->token) &&
	    !secret_hash_parse(device->token, hash))
		reader_note(reader, at,
			    "the token stands here as it is, for all who read "
			    "this file: kioskctl token NAME makes one whose "
			    "hash stands here");
}

static void read_may(struct reader *reader, const setting *group,
		     struct config_device *device)
{
	const setting *list = reader_list(reader, group, "may", 2);
	int n = list != NULL ? config_setting_length(list) : 0;
	struct quote quote;

	if (reader_member(group, "may") == NULL)
		reader_missing(reader, group, "may",
			       "add may = [ \"read\" ]; or [ \"read\", "
			       "\"issue\" ];");
	for (int i = 0; i < n; i++) {
		const setting *at = config_setting_get_elem(list, (unsigned)i);
		const char *value = reader_string(reader, at);

		if (value == NULL)
			continue;
		if (strcmp(value, "read") == 0)
			device->may_read = true;
		else if (strcmp(value, "issue") == 0)
			device->may_issue = true;
		else
			reader_mistake(reader, at,
				       "%s is not known here: write \"read\" "
				       "or \"issue\"",
				       quote_string(&quote, value));
	}
}

void section_devices(struct reader *reader, const setting *root,
		     struct config *config)
{
	static const char *const names[] = {"name", "token", "may", NULL};
	const setting *list = reader_list(reader, root, "devices", MAX_DEVICES);
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;

	config->devices = reader_array(reader, n, sizeof(struct config_device));
	if (config->devices == NULL)
		return;
	config->n_devices = n;
	for (size_t i = 0; i < n; i++) {
		const setting *group = reader_element(reader, list, i, names);
		struct config_device *device = &config->devices[i];

		if (group == NULL)
			continue;
		device->line = (int)config_setting_source_line(group);
		device->name = reader_word(reader, group, "name", &word_user);
		read_token(reader, group, device);
		read_may(reader, group, device);
		for (size_t k = 0; k < i && device->name != NULL; k++) {
			const struct config_device *other = &config->devices[k];

			if (other->name == NULL ||
			    strcmp(other->name, device->name) != 0)
				continue;
			say_name_taken(reader, group, device->name,
				       other->line);
			break;
		}
	}
}

/* ---- central ---- */

static bool central_url_fits(const char *url)
{
	if (strncmp(url, "sqlite:", 7) == 0)
		return url[7] != '\0';
	return strncmp(url, "postgresql://", 13) == 0 && url[13] != '\0';
}

void section_central(struct reader *reader, const setting *root,
		     struct config_central *central)
{
	static const char *const names[] = {"url", "every_s", "retain_days",
					    NULL};
	const setting *group = reader_group(reader, root, "central");
	struct quote quote;

	central->every_s = 30;
	if (group != NULL)
		central->line = (int)config_setting_source_line(group);
	reader_known(reader, group, names);
	central->url = reader_copy(reader, group, "url", "");
	if (central->url != NULL && central->url[0] != '\0' &&
	    !central_url_fits(central->url)) {
		/* What stands before an '@' may be a password. */
		const char *shown = strrchr(central->url, '@');

		reader_mistake(reader, reader_member(group, "url"),
			       "%s is no central log: write "
			       "\"sqlite:/path/central.db\", "
			       "\"postgresql://user@host/database\", or \"\" "
			       "for none",
			       quote_string(&quote, shown != NULL
							? shown
							: central->url));
	}
	reader_int(reader, group, "every_s", 1, 86400, &central->every_s);
	reader_int(reader, group, "retain_days", 0, 36500,
		   &central->retain_days);
	if (central->retain_days > 0 &&
	    central->retain_days < CENTRAL_RETAIN_LEAST)
		reader_mistake(reader, reader_member(group, "retain_days"),
			       "%d days are too few, for the central log may "
			       "need the rows again after a fail-over: write "
			       "%d or more, or 0 to keep all",
			       central->retain_days, CENTRAL_RETAIN_LEAST);
}
