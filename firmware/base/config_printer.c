/* SPDX-License-Identifier: MIT */
/* printer: the device, and what a slip looks like. */
#include <stdio.h>
#include <string.h>

#include "base/config_internal.h"

#define MAX_TEXT 200
#define MAX_QR 300 /* bytes: a symbol of 8 cm at most */

static bool printer_device_fits(const char *device)
{
	if (strncmp(device, "tcp:", 4) == 0)
		return address_kind(device + 4) != ADDRESS_BAD;
	if (strncmp(device, "file:", 5) == 0)
		return device[5] != '\0';
	return strcmp(device, "none") == 0 ||
	       (device[0] == '/' && device[1] != '\0');
}

/* What printers offer; others could not be set on the line. */
static void read_baud(struct reader *reader, const setting *group, int *baud)
{
	static const int rates[] = {1200,  2400,  4800,  9600,
				    19200, 38400, 57600, 115200};

	*baud = 9600;
	reader_int(reader, group, "baud", 1200, 115200, baud);
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (rates[i] == *baud)
			return;
	reader_mistake(reader, reader_member(group, "baud"),
		       "%d is no rate of a serial line: write the printer's: "
		       "9600, 19200, 38400, 57600 or 115200",
		       *baud);
}

/* ---- the slip ---- */

static const char *const fields[CONFIG_SLIP_FIELDS + 1] = {
    [CONFIG_SLIP_OFFICE] = "office",       [CONFIG_SLIP_SERVICE] = "service",
    [CONFIG_SLIP_CODE] = "code",           [CONFIG_SLIP_CLASS] = "class",
    [CONFIG_SLIP_AHEAD] = "ahead",         [CONFIG_SLIP_WAIT] = "wait",
    [CONFIG_SLIP_LAST_CALL] = "last_call", [CONFIG_SLIP_TIME] = "time",
    [CONFIG_SLIP_SESSION] = "session",     [CONFIG_SLIP_QR] = "qr",
    [CONFIG_SLIP_NOTICE] = "notice",       [CONFIG_SLIP_RULE] = "rule",
    [CONFIG_SLIP_TEXT] = "text",
};

static void read_line_text(struct reader *reader, const setting *group,
			   struct config_slip_line *line)
{
	const setting *at = reader_member(group, "text");

	if (at != NULL && line->field != CONFIG_SLIP_TEXT)
		reader_mistake(reader, at,
			       "belongs to field = \"text\" only: remove it, "
			       "or "
			       "write that field");
	else if (at != NULL)
		reader_text(reader, at, MAX_TEXT, &line->text);
	else if (line->field == CONFIG_SLIP_TEXT)
		reader_missing(reader, group, "text",
			       "add text = { vi = \"…\"; en = \"…\"; };");
}

static void read_slip_line(struct reader *reader, const setting *group,
			   struct config_slip_line *line)
{
	static const char *const aligns[] = {"center", "left", "right", NULL};
	static const char *const weights[] = {"regular", "bold", NULL};
	int field = CONFIG_SLIP_TEXT, align = CONFIG_ALIGN_CENTER;

	if (reader_member(group, "field") == NULL)
		reader_missing(reader, group, "field",
			       "add field = \"code\"; or another");
	reader_choice(reader, group, "field", fields, &field);
	line->field = (enum config_slip_field)field;
	read_line_text(reader, group, line);
	line->size = line->second = line->space = line->bold = -1;
	reader_int(reader, group, "size", 16, 300, &line->size);
	reader_int(reader, group, "second", 0, 300, &line->second);
	reader_choice(reader, group, "weight", weights, &line->bold);
	reader_choice(reader, group, "align", aligns, &align);
	line->align = (enum config_align)align;
	reader_int(reader, group, "space", 0, 400, &line->space);
}

static void read_slip(struct reader *reader, const setting *group,
		      struct config_printer *printer)
{
	static const char *const names[] = {"field",  "text",   "size",
					    "second", "weight", "align",
					    "space",  NULL};
	const setting *list = group != NULL ? reader_list(reader, group, "slip",
							  CONFIG_MAX_SLIP_LINES)
					    : NULL;
	size_t n = list != NULL ? (size_t)config_setting_length(list) : 0;
	bool code = false;

	printer->slip = reader_array(reader, n, sizeof(*printer->slip));
	if (printer->slip == NULL)
		return;
	printer->n_slip = n;
	for (size_t i = 0; i < n; i++) {
		const setting *line = reader_element(reader, list, i, names);

		if (line != NULL)
			read_slip_line(reader, line, &printer->slip[i]);
		code |= printer->slip[i].field == CONFIG_SLIP_CODE;
	}
	if (!code)
		reader_mistake(reader, list,
			       "has no { field = \"code\"; }: add one, or "
			       "nobody knows their number");
}

/* {ticket}, {kiosk}, {service} and {token} are filled in; other braces are a
 * slip of the pen. */
static bool qr_fits(const char *qr)
{
	static const char *const known[] = {"{ticket}", "{kiosk}", "{service}",
					    "{token}"};

	for (const char *at = qr; (at = strpbrk(at, "{}")) != NULL;) {
		size_t skip = 0;

		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			if (strncmp(at, known[i], strlen(known[i])) == 0)
				skip = strlen(known[i]);
		if (skip == 0)
			return false;
		at += skip;
	}
	return strcmp(qr, "none") == 0 || strcmp(qr, "ticket") == 0 ||
	       strstr(qr, "{ticket}") != NULL || strstr(qr, "{token}") != NULL;
}

static void read_qr(struct reader *reader, const setting *group, char **out)
{
	const setting *at = group != NULL ? reader_member(group, "qr") : NULL;
	struct quote quote;

	*out = reader_copy(reader, group, "qr", "none");
	if (*out != NULL && (!qr_fits(*out) || strlen(*out) > MAX_QR))
		reader_mistake(reader, at,
			       "%s is no content for a QR code: write "
			       "\"none\", \"ticket\" or an address with "
			       "{ticket} or {token} in it (and {kiosk}, "
			       "{service})",
			       quote_string(&quote, *out));
}

static void read_dpi(struct reader *reader, const setting *group, int *dpi)
{
	*dpi = 203;
	reader_int(reader, group, "dpi", 180, 203, dpi);
	if (*dpi != 180 && *dpi != 203)
		reader_mistake(reader, reader_member(group, "dpi"),
			       "%d is no head's density: write 203 (8 dots to "
			       "the mm) or 180",
			       *dpi);
}

void section_printer(struct reader *reader, const setting *root,
		     struct config_printer *printer)
{
	static const char *const names[] = {"device",    "width_dots", "cut",
					    "baud",      "flow",       "status",
					    "paper_out", "dpi",        "qr",
					    "crop",      "buzzer",     "drawer",
					    "slip",      "when_out",   NULL};
	static const char *const flows[] = {"none", "rtscts", "xonxoff", NULL};
	static const char *const paper_outs[] = {"reprint", "staff", NULL};
	static const char *const when_outs[] = {"refuse", "issue", NULL};
	const setting *group = reader_group(reader, root, "printer");
	int flow = CONFIG_FLOW_NONE, paper_out = CONFIG_PAPER_OUT_REPRINT;
	int when_out = CONFIG_WHEN_OUT_REFUSE;
	struct quote quote;

	printer->width_dots = 576;
	printer->cut = true;
	printer->status = true;
	if (group != NULL)
		printer->line = (int)config_setting_source_line(group);
	reader_known(reader, group, names);
	printer->device = reader_copy(reader, group, "device", "none");
	if (printer->device != NULL && !printer_device_fits(printer->device))
		reader_mistake(reader, reader_member(group, "device"),
			       "%s is no printer: write \"/dev/usb/lp0\", "
			       "\"tcp:192.168.1.50:9100\" (an address, not a "
			       "name), \"file:DIR\" or \"none\"",
			       quote_string(&quote, printer->device));
	reader_int(reader, group, "width_dots", 256, 832, &printer->width_dots);
	if (printer->width_dots % 8 != 0)
		reader_mistake(reader, reader_member(group, "width_dots"),
			       "%d is no multiple of 8: write 576 for 80 mm "
			       "paper, 384 for 58 mm",
			       printer->width_dots);
	reader_bool(reader, group, "cut", &printer->cut);
	read_baud(reader, group, &printer->baud);
	reader_choice(reader, group, "flow", flows, &flow);
	printer->flow = (enum config_flow)flow;
	reader_bool(reader, group, "status", &printer->status);
	reader_choice(reader, group, "paper_out", paper_outs, &paper_out);
	printer->paper_out = (enum config_paper_out)paper_out;
	reader_choice(reader, group, "when_out", when_outs, &when_out);
	printer->when_out = (enum config_when_out)when_out;
	read_dpi(reader, group, &printer->dpi);
	read_qr(reader, group, &printer->qr);
	printer->crop = true;
	reader_bool(reader, group, "crop", &printer->crop);
	reader_bool(reader, group, "buzzer", &printer->buzzer);
	reader_bool(reader, group, "drawer", &printer->drawer);
	read_slip(reader, group, printer);
}
