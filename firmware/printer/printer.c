/* SPDX-License-Identifier: MIT */
#include "printer/printer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/turn.h"
#include "printer/device.h"
#include "printer/escpos.h"
#include "printer/escpos_status.h"
#include "printer/test_sheet.h"

/*
 * Below the journal's commit (SD_EVENT_PRIORITY_IDLE): numbers are committed
 * and answered before the first of their slips is drawn.
 */
#define WORK_PRIORITY (SD_EVENT_PRIORITY_IDLE + 10)

static const struct printer_times default_times = {
    .device = {.retry_first_ms = 1000,
	       .retry_most_ms = 30000,
	       .stall_ms = 15000,
	       .lasting_ms = 10000,
	       .answer_ms = 500,
	       .poll_ms = 5000,
	       .job_ms = 120000},
    .wait_ms = 30000,
    .mend_ms = 180000,
};

/* So often a slip that was broken off is begun again. */
#define MAX_COPIES 3

struct job {
	struct job *next;
	uint64_t tag;
	int64_t queued_ms;
	/* The slip and all that it points to. */
	struct slip slip;
	struct text office, service;
	enum language languages[2];
	char *code, *kiosk, *service_id;
	/* What the device has in hand. */
	struct bitmap bitmap;
	struct escpos_slip escpos;
	struct device_job sending;
	bool test;  /* the test sheet, and no slip */
	int broken; /* times that it was begun in vain */
};

/* A job that has ended, and that the owner has not been told of yet. */
struct ending {
	struct ending *next;
	struct printer_end end;
	char *why; /* malloc()ed, or NULL */
};

struct printer {
	const struct config_printer *config;
	char *family;
	struct escpos_slip recovery;
	int wait_ms, mend_ms;
	printer_done_fn *on_done;
	printer_state_fn *on_state;
	void *arg;

	sd_event_source *work;    /* draws and sends one slip a turn */
	sd_event_source *give_up; /* when the first slip has waited too long */
	struct device *device;    /* NULL for "none" */
	struct slip_fonts *fonts;
	bool fonts_failed; /* and it has been said */

	enum printer_state state;
	bool device_ready;
	struct device_status status;
	char *last_why;   /* of being offline, as it was logged */
	bool slow_told;   /* that the line is too slow */
	bool stopped;     /* by printer_stop() */
	bool sending;     /* the first job is in the device's hands */
	int64_t moved_ms; /* when a slip was last got rid of */
	struct job *first, **end;
	size_t n_jobs;
	struct ending *first_ending, **ending_end;
};

static void work_soon(struct printer *printer)
{
	int status;

	if (printer->stopped) /* the loop may have ended, too */
		return;
	status = sd_event_source_set_enabled(printer->work, SD_EVENT_ONESHOT);
	if (status < 0)
		log_error("printer: cannot go on: %s", strerror(-status));
}

/* ---- jobs ---- */

static void job_free(struct job *job)
{
	if (!job)
		return;
	free(job->office.vi);
	free(job->office.en);
	free(job->service.vi);
	free(job->service.en);
	free(job->code);
	free(job->kiosk);
	free(job->service_id);
	bitmap_free(&job->bitmap);
	escpos_free(&job->escpos);
	free(job);
}

static bool copy_text(struct text *to, const struct text *from)
{
	to->vi = strdup(from->vi ? from->vi : "");
	to->en = from->en ? strdup(from->en) : NULL;
	return to->vi && (to->en || !from->en);
}

static struct job *job_new(const struct slip *slip, uint64_t tag)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	job->tag = tag;
	job->queued_ms = clock_mono_ms();
	job->slip = *slip;
	if (job->slip.n_languages > 2)
		job->slip.n_languages = 2;
	for (size_t i = 0; i < job->slip.n_languages; i++)
		job->languages[i] = slip->languages[i];
	job->code = strdup(slip->code);
	job->kiosk = strdup(slip->kiosk ? slip->kiosk : "");
	job->service_id = strdup(slip->service_id ? slip->service_id : "");
	if (!job->code || !job->kiosk || !job->service_id ||
	    !copy_text(&job->office, slip->office) ||
	    !copy_text(&job->service, slip->service)) {
		job_free(job);
		return NULL;
	}
	job->slip.office = &job->office;
	job->slip.service = &job->service;
	job->slip.languages = job->languages;
	job->slip.code = job->code;
	job->slip.kiosk = job->kiosk;
	job->slip.service_id = job->service_id;
	return job;
}

static struct job *take_first(struct printer *printer)
{
	struct job *job = printer->first;

	printer->first = job->next;
	if (!printer->first)
		printer->end = &printer->first;
	printer->n_jobs--;
	return job;
}

static void end_slip(struct printer *printer, const struct printer_end *end)
{
	struct ending *ending = calloc(1, sizeof(*ending));

	if (!ending) {
		log_error("printer: out of memory: what became of slip %" PRIu64
			  " stays untold",
			  end->tag);
		return;
	}
	ending->end = *end;
	ending->why = end->why ? strdup(end->why) : NULL;
	ending->end.why = ending->why;
	*printer->ending_end = ending;
	printer->ending_end = &ending->next;
	work_soon(printer);
}

static void end_first(struct printer *printer, enum printer_result result,
		      const char *why)
{
	struct job *job = take_first(printer);
	const struct printer_end end = {job->tag, result, job->slip.copy, why};

	printer->moved_ms = clock_mono_ms();
	end_slip(printer, &end);
	job_free(job);
}

static void tell_endings(struct printer *printer)
{
	while (printer->first_ending) {
		struct ending *ending = printer->first_ending;
		printer->first_ending = ending->next;
		if (!printer->first_ending)
			printer->ending_end = &printer->first_ending;
		printer->on_done(printer->arg, &ending->end);
		free(ending->why);
		free(ending);
	}
}

/* ---- the state ---- */

/* What is to be mended first stands first: most covers hide the paper. */
static enum printer_state state_by_faults(unsigned faults)
{
	static const struct {
		unsigned fault;
		enum printer_state state;
	} order[] = {
	    {FAULT_COVER_OPEN, PRINTER_COVER_OPEN},
	    {FAULT_PAPER_OUT, PRINTER_PAPER_OUT},
	    {FAULT_CUTTER, PRINTER_CUTTER_ERROR},
	    {FAULT_HOT, PRINTER_OVERHEATED},
	    {FAULT_OFFLINE, PRINTER_OFFLINE},
	    {FAULT_PAPER_LOW, PRINTER_PAPER_LOW},
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (faults & order[i].fault)
			return order[i].state;
	return PRINTER_OK;
}

static enum printer_state state_now(const struct printer *printer)
{
	if (!printer->device_ready || !printer->fonts)
		return PRINTER_OFFLINE;
	if (!printer->status.answers)
		return PRINTER_UNKNOWN;
	return state_by_faults(printer->status.faults);
}

/* In words: for a slip that did not come out because of it. */
static const char *state_words(enum printer_state state)
{
	static const char *const words[PRINTER_STATES] = {
	    [PRINTER_OFF] = "there is no printer",
	    [PRINTER_OK] = "ready",
	    [PRINTER_UNKNOWN] = "does not answer",
	    [PRINTER_PAPER_LOW] = "low on paper",
	    [PRINTER_PAPER_OUT] = "out of paper",
	    [PRINTER_COVER_OPEN] = "its cover is open",
	    [PRINTER_CUTTER_ERROR] = "its cutter is stuck",
	    [PRINTER_OVERHEATED] = "too hot",
	    [PRINTER_OFFLINE] = "offline",
	};

	return words[state];
}

static void set_state(struct printer *printer)
{
	enum printer_state state = state_now(printer);

	if (state == printer->state)
		return;
	/* Of a device that is lost, more has been said already. */
	if (printer->device_ready && printer->state != PRINTER_OFFLINE)
		log_warning("printer: %s: %s", printer->config->device,
			    state_words(state));
	printer->state = state;
	printer->on_state(printer->arg, state);
}

/* Whether the device takes a slip now, and the printer prints it. */
static bool can_print(const struct printer *printer)
{
	return printer->device_ready &&
	       !(printer->status.faults & FAULTS_THAT_STOP);
}

static void on_device_state(void *arg, bool ready, const char *why)
{
	struct printer *printer = arg;

	if (ready && !printer->device_ready)
		log_info("printer: %s: %s", printer->config->device,
			 state_words(state_by_faults(printer->status.faults)));
	/* Each try tells its reason again; a new one is worth a line. */
	if (!ready &&
	    (!printer->last_why || !why || strcmp(why, printer->last_why) != 0))
		log_warning("printer: %s; slips wait up to %d s for it",
			    why ? why : "offline", printer->wait_ms / 1000);
	free(printer->last_why);
	printer->last_why = !ready && why ? strdup(why) : NULL;
	printer->device_ready = ready;
	set_state(printer);
	work_soon(printer);
}

/*
 * Whether what began to come out may be thrown away, and the slip be printed
 * anew once the printer is mended. It is then marked as a copy, so that the
 * first one is not good for a second person, should it be whole after all.
 */
static bool may_begin_again(const struct printer *printer,
			    const struct job *job)
{
	return printer->config->paper_out == CONFIG_PAPER_OUT_REPRINT &&
	       job->broken < MAX_COPIES && printer->status.answers &&
	       (printer->status.faults & (FAULT_PAPER_OUT | FAULT_COVER_OPEN));
}

static void begin_again(struct printer *printer)
{
	struct job *job = printer->first;

	log_warning("printer: %s: slip %s was broken off: printed again as a "
		    "copy once that is mended",
		    printer->config->device, job->code);
	job->broken++;
	job->slip.copy = true;
	printer->moved_ms = clock_mono_ms();
}

/* A head that is too hot goes on by itself; the others stay as they are. */
static void on_device_status(void *arg, const struct device_status *status)
{
	const unsigned broken_off =
	    FAULT_PAPER_OUT | FAULT_COVER_OPEN | FAULT_CUTTER;
	struct printer *printer = arg;

	printer->status = *status;
	set_state(printer);
	if (printer->sending && (status->faults & broken_off))
		printer->device->ops->abort(printer->device,
					    state_words(state_by_faults(
						status->faults)));
	work_soon(printer);
}

static void on_device_done(void *arg, enum device_result result,
			   const char *why)
{
	struct printer *printer = arg;

	printer->sending = false;
	switch (result) {
	case DEVICE_CONFIRMED:
		end_first(printer, PRINTER_PRINTED, NULL);
		break;
	case DEVICE_SENT:
		end_first(printer, PRINTER_SENT, NULL);
		break;
	case DEVICE_BROKEN:
		if (may_begin_again(printer, printer->first))
			begin_again(printer);
		else
			end_first(printer, PRINTER_FAILED, why);
		break;
	case DEVICE_UNSURE:
		end_first(printer, PRINTER_FAILED, why);
		break;
	case DEVICE_UNTOUCHED:
		break; /* it is still the first, and waits */
	}
	work_soon(printer);
}

/* ---- the work ---- */

static void open_fonts(struct printer *printer)
{
	char *substitute = NULL;
	int status =
	    slip_fonts_open(printer->family, &printer->fonts, &substitute);

	if (status != 0 && !printer->fonts_failed)
		log_error("printer: font \"%s\": %s, nor is there any other: "
			  "slips cannot be drawn; install fonts-noto-core",
			  printer->family, strerror(-status));
	if (substitute)
		log_warning("printer: font \"%s\" is not to be had: slips are "
			    "set in \"%s\"; install fonts-noto-core",
			    printer->family, substitute);
	printer->fonts_failed = status != 0;
	free(substitute);
	set_state(printer);
}

#define SLOW_S 3

/* Nobody waits that long for a slip, and takes the next one's for his. */
static void warn_if_slow(struct printer *printer, size_t length)
{
	int baud = printer->status.baud;
	size_t seconds = baud > 0 ? length * 10 / (size_t)baud : 0;

	if (printer->slow_told || seconds < SLOW_S)
		return;
	printer->slow_told = true;
	log_warning("printer: %s: a slip of %zu bytes takes %zu s at %d baud: "
		    "set the printer, and printer.baud, to a faster rate",
		    printer->config->device, length, seconds, baud);
}

/* Anew each time: by then it may be another printer, or a copy. */
static int draw_first(struct printer *printer)
{
	struct job *job = printer->first;
	const struct escpos_options options = {
	    .cut = printer->config->cut,
	    .crop = printer->config->crop,
	    .dpi = printer->config->dpi,
	    .buzzer = printer->config->buzzer,
	    .drawer = printer->config->drawer,
	    .confirm = printer->status.confirms,
	    .tell = printer->status.tells,
	};

	if (!printer->fonts)
		return -ENOENT;
	bitmap_free(&job->bitmap);
	escpos_free(&job->escpos);
	const struct slip_form form = {
	    .width_dots = printer->config->width_dots,
	    .dpi = printer->config->dpi,
	    .qr = printer->config->qr,
	    .lines = printer->config->slip,
	    .n_lines = printer->config->n_slip,
	};
	int status =
	    job->test
		? test_sheet_draw(printer->fonts, &form, &job->bitmap)
		: slip_draw(printer->fonts, &job->slip, &form, &job->bitmap);
	if (status == 0)
		status = escpos_encode(&job->bitmap, &options, &job->escpos);
	if (status != 0)
		return status;
	warn_if_slow(printer, job->escpos.length);
	job->sending = (struct device_job){
	    .code = job->code,
	    .bitmap = &job->bitmap,
	    .bytes = job->escpos.bytes,
	    .length = job->escpos.length,
	    .in_turn = job->escpos.in_turn,
	};
	return 0;
}

static void send_first(struct printer *printer)
{
	char why[160];

	if (!printer->fonts)
		open_fonts(printer);
	int status = draw_first(printer);
	if (status != 0) {
		(void)snprintf(why, sizeof(why), "cannot draw the slip: %s",
			       printer->fonts ? strerror(-status) : "no font");
		end_first(printer, PRINTER_FAILED, why);
		return;
	}
	printer->sending = true;
	printer->device->ops->send(printer->device, &printer->first->sending);
}

/* Whether slips are worth keeping, for whoever mends it. */
static bool being_mended(const struct printer *printer)
{
	return printer->config->paper_out == CONFIG_PAPER_OUT_REPRINT &&
	       printer->status.answers &&
	       (printer->status.faults &
		(FAULT_PAPER_OUT | FAULT_COVER_OPEN | FAULT_CUTTER));
}

static int patience_ms(const struct printer *printer)
{
	return being_mended(printer) ? printer->mend_ms : printer->wait_ms;
}

/*
 * When the first slip is given up, while it waits for a device. It does not
 * count how long it waited behind others that were being printed.
 */
static int64_t give_up_ms(const struct printer *printer)
{
	int64_t since = printer->first->queued_ms;

	if (since < printer->moved_ms)
		since = printer->moved_ms;
	return since + patience_ms(printer);
}

/* True when the first slip has been given up; there may be more. */
static bool give_up_first(struct printer *printer)
{
	char why[600];
	int64_t left = give_up_ms(printer) - clock_mono_ms();

	if (left > 0) {
		device_timer_arm(printer->give_up, (uint64_t)left * 1000);
		return false;
	}
	if (printer->last_why)
		(void)snprintf(why, sizeof(why), "%s (waited %d s)",
			       printer->last_why, patience_ms(printer) / 1000);
	else
		(void)snprintf(why, sizeof(why), "%s: %s (waited %d s)",
			       printer->config->device,
			       state_words(state_now(printer)),
			       patience_ms(printer) / 1000);
	int64_t moved_ms = printer->moved_ms;
	end_first(printer, PRINTER_FAILED, why);
	/* Giving up is no sign of life: the next ones wait no longer for it. */
	printer->moved_ms = moved_ms;
	return true;
}

static int on_work(sd_event_source *source, void *arg)
{
	struct printer *printer = arg;

	turn_is("slip");
	(void)source;
	tell_endings(printer);
	if (!printer->fonts && !printer->fonts_failed)
		open_fonts(printer);
	if (printer->sending || !printer->first)
		return 0;
	if (can_print(printer)) {
		send_first(printer);
		if (printer->first && !printer->sending)
			work_soon(printer);
		return 0;
	}
	while (printer->first && give_up_first(printer))
		;
	if (printer->first)
		printer->device->ops->hurry(printer->device);
	return 0;
}

static int on_give_up(sd_event_source *source, uint64_t us, void *arg)
{
	(void)source;
	(void)us;
	work_soon(arg);
	return 0;
}

/* ---- the public functions ---- */

static void print(struct printer *printer, const struct slip *slip,
		  uint64_t tag, bool test)
{
	if (!printer->device)
		return;
	if (printer->n_jobs >= PRINTER_MAX_JOBS) {
		end_slip(printer,
			 &(struct printer_end){.tag = tag,
					       .result = PRINTER_FAILED,
					       .copy = slip->copy,
					       .why = "too many slips wait "
						      "already"});
		return;
	}
	struct job *job = job_new(slip, tag);
	if (!job) {
		end_slip(printer,
			 &(struct printer_end){.tag = tag,
					       .result = PRINTER_FAILED,
					       .copy = slip->copy,
					       .why = "out of memory"});
		return;
	}
	job->test = test;
	*printer->end = job;
	printer->end = &job->next;
	printer->n_jobs++;
	work_soon(printer);
}

void printer_print(struct printer *printer, const struct slip *slip,
		   uint64_t tag)
{
	print(printer, slip, tag, false);
}

void printer_print_test(struct printer *printer, uint64_t tag)
{
	static const struct text nothing = {(char *)"", (char *)""};
	const struct slip slip = {.office = &nothing,
				  .service = &nothing,
				  .code = "TEST"};

	print(printer, &slip, tag, true);
}

enum printer_state printer_state(const struct printer *printer)
{
	return printer->state;
}

void printer_stop(struct printer *printer)
{
	if (!printer)
		return;
	printer->stopped = true;
	/* The device first: it holds the bytes of the first job. */
	if (printer->device)
		printer->device->ops->free(printer->device);
	printer->device = NULL;
	while (printer->first)
		end_first(printer, PRINTER_FAILED,
			  "kioskd was stopped before it was printed");
	tell_endings(printer);
}

void printer_free(struct printer *printer)
{
	if (!printer)
		return;
	if (printer->device)
		printer->device->ops->free(printer->device);
	sd_event_source_disable_unref(printer->work);
	sd_event_source_disable_unref(printer->give_up);
	while (printer->first)
		job_free(take_first(printer));
	while (printer->first_ending) {
		struct ending *ending = printer->first_ending;
		printer->first_ending = ending->next;
		free(ending->why);
		free(ending);
	}
	slip_fonts_close(printer->fonts);
	escpos_free(&printer->recovery);
	free(printer->last_why);
	free(printer->family);
	free(printer);
}

static int open_device(struct printer *printer, sd_event *event,
		       const struct device_times *times)
{
	static const struct {
		const char *prefix;
		size_t skip; /* of the name, to get to where */
		device_new_fn *create;
	} back_ends[] = {
	    {"file:", 5, device_file_new},
	    {"tcp:", 4, device_tcp_new},
	    {"/", 0, device_char_new},
	};
	const char *name = printer->config->device;
	const struct device_owner owner = {on_device_state, on_device_status,
					   on_device_done, printer};
	struct device_place place = {
	    .name = name,
	    .baud = printer->config->baud,
	    .flow = printer->config->flow,
	    .asks = printer->config->status,
	    .recovery = printer->recovery.bytes,
	    .recovery_length = printer->recovery.length,
	};

	for (size_t i = 0; i < sizeof(back_ends) / sizeof(*back_ends); i++) {
		if (strncmp(name, back_ends[i].prefix,
			    strlen(back_ends[i].prefix)) != 0)
			continue;
		place.where = name + back_ends[i].skip;
		return back_ends[i].create(event, &place, times, &owner,
					   &printer->device);
	}
	return -EINVAL;
}

static int add_sources(struct printer *printer, sd_event *event)
{
	int status =
	    sd_event_add_defer(event, &printer->work, on_work, printer);

	if (status >= 0)
		status =
		    sd_event_source_set_priority(printer->work, WORK_PRIORITY);
	if (status >= 0)
		status = sd_event_add_time_relative(event, &printer->give_up,
						    CLOCK_BOOTTIME, 0, 0,
						    on_give_up, printer);
	if (status >= 0)
		status =
		    sd_event_source_set_enabled(printer->give_up, SD_EVENT_OFF);
	return status < 0 ? status : 0;
}

int printer_new_timed(sd_event *event, const struct config_printer *config,
		      const char *font, printer_done_fn *on_done,
		      printer_state_fn *on_state, void *arg,
		      const struct printer_times *times, struct printer **out)
{
	struct printer *printer = calloc(1, sizeof(*printer));

	*out = NULL;
	if (!printer)
		return -ENOMEM;
	printer->config = config;
	printer->wait_ms = times->wait_ms;
	printer->mend_ms = times->mend_ms;
	printer->on_done = on_done;
	printer->on_state = on_state;
	printer->arg = arg;
	printer->end = &printer->first;
	printer->ending_end = &printer->first_ending;
	printer->state = PRINTER_OFF;
	if (strcmp(config->device, "none") == 0) {
		*out = printer;
		return 0;
	}

	printer->state = PRINTER_OFFLINE;
	printer->family = strdup(font);
	int status = printer->family ? 0 : -ENOMEM;
	if (status == 0)
		status = add_sources(printer, event);
	if (status == 0)
		status = escpos_recovery(config->width_dots, config->cut,
					 &printer->recovery);
	if (status == 0)
		status = open_device(printer, event, &times->device);
	if (status != 0) {
		printer_free(printer);
		return status;
	}
	*out = printer;
	return 0;
}

int printer_new(sd_event *event, const struct config_printer *config,
		const char *font, printer_done_fn *on_done,
		printer_state_fn *on_state, void *arg, struct printer **out)
{
	return printer_new_timed(event, config, font, on_done, on_state, arg,
				 &default_times, out);
}
