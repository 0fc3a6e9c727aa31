/* SPDX-License-Identifier: MIT */
/*
 * What a printer says: the input is a printer's whole behaviour. A byte below
 * 0xf0 is one that it sends; those above are in enum act. First the reader of
 * status bytes gets them alone, then a device that asks, prints and is hung up
 * on.
 *
 * Whatever it says: the faults told are those there are, each job is done once,
 * and why is one line.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "printer/device_stream.h"
#include "printer/escpos.h"
#include "printer/escpos_status.h"
#include "tests/fuzz/fuzz.h"

#define ALL_FAULTS 0x3fu
#define ACTS_MOST 200
#define WAITS_MOST 6

enum act {
	ACT_LITERAL = 0xf0, /* sends the next byte, whatever it is */
	ACT_PRINT,
	ACT_ABORT,
	ACT_HURRY,
	ACT_HANG_UP,
	ACT_WAIT,
	ACT_READ,   /* takes what came for it */
	ACT_BEHAVE, /* answers all that it was asked, as one that is well */
};

static struct printer {
	sd_event *event;
	struct device *device;
	int fd; /* the printer's end; -1: hung up */
	bool ready, busy, in_send;
	unsigned done;
	struct device_job job;
} printer;

static struct escpos_slip slip, recovery;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static uint8_t bits[72 * 200];
	static const struct bitmap bitmap = {.width = 576,
					     .height = 200,
					     .stride = 72,
					     .bits = bits};
	static const struct escpos_options options = {.cut = true,
						      .confirm = true,
						      .dpi = 203,
						      .tell = true};

	(void)argc;
	(void)argv;
	fuzz_start();
	memset(bits, 0x55, sizeof(bits));
	FUZZ_CHECK(escpos_encode(&bitmap, &options, &slip) == 0 &&
		       escpos_recovery(576, true, &recovery) == 0,
		   "no slip");
	printer.job = (struct device_job){.code = "A025",
					  .bitmap = &bitmap,
					  .bytes = slip.bytes,
					  .length = slip.length,
					  .in_turn = slip.in_turn};
	FUZZ_CHECK(sd_event_new(&printer.event) >= 0, "no loop");
	return 0;
}

/* ---- the bytes alone ---- */

static void check_ear(const uint8_t *data, size_t size)
{
	struct escpos_ear ear = {0};

	for (size_t i = 0; i < size; i++) {
		enum heard heard = escpos_hear(&ear, data[i]);

		FUZZ_CHECK(ear.n < 4, "%u bytes kept", ear.n);
		FUZZ_CHECK((ear.faults & ~ALL_FAULTS) == 0, "%x", ear.faults);
		if (heard != HEARD_ANSWER)
			continue;
		FUZZ_CHECK((data[i] & 0x93) == 0x12, "%x", data[i]);
		for (int ask = ASK_STATE; ask <= ASK_PAPER; ask++)
			FUZZ_CHECK((escpos_answer_faults((enum status_question)
							     ask,
							 data[i]) &
				    ~ALL_FAULTS) == 0,
				   "%x", data[i]);
	}
}

/* ---- the device ---- */

static int open_pair(const void *where, struct stream_opening *opening)
{
	int pair[2];

	(void)where;
	(void)opening;
	if (printer.fd >= 0)
		close(printer.fd);
	FUZZ_CHECK(socketpair(AF_UNIX,
			      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
			      pair) == 0,
		   "no pair");
	printer.fd = pair[1];
	return pair[0];
}

static ssize_t write_pair(int fd, const uint8_t *bytes, size_t length)
{
	return send(fd, bytes, length, MSG_NOSIGNAL);
}

static void discard(int fd)
{
	(void)fd;
}

static void free_where(void *where)
{
	(void)where;
}

static const struct stream_kind kind = {
    .open = open_pair,
    .write = write_pair,
    .discard = discard,
    .free_where = free_where,
    .gone = "closed the connection",
    .empty_is_gone = true,
    .reopens = true,
};

static void on_state(void *arg, bool ready, const char *why)
{
	(void)arg;
	FUZZ_CHECK(!why || fuzz_is_line(why), "%s", why);
	FUZZ_CHECK(!ready || !printer.ready, "told twice");
	FUZZ_CHECK(!ready || !printer.busy, "ready with a job");
	printer.ready = ready;
}

static void on_status(void *arg, const struct device_status *status)
{
	(void)arg;
	FUZZ_CHECK((status->faults & ~ALL_FAULTS) == 0, "%x", status->faults);
	FUZZ_CHECK(status->answers || status->faults == 0, "%x",
		   status->faults);
}

static void on_done(void *arg, enum device_result result, const char *why)
{
	(void)arg;
	FUZZ_CHECK(printer.busy, "done without a job");
	FUZZ_CHECK(result >= DEVICE_CONFIRMED && result <= DEVICE_UNTOUCHED,
		   "%d", (int)result);
	FUZZ_CHECK(!why || (fuzz_is_line(why) && strstr(why, "the printer")),
		   "%s", why);
	printer.busy = false;
	printer.done++;
}

static void run(int turns)
{
	while (turns-- > 0 && sd_event_run(printer.event, 0) > 0)
		;
}

static void say(const void *bytes, size_t length)
{
	if (printer.fd >= 0)
		(void)send(printer.fd, bytes, length, MSG_NOSIGNAL);
}

/* Answers DLE EOT n and GS r 1 among the bytes. */
static void behave(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i + 2 < length; i++) {
		if (bytes[i] == 0x10 && bytes[i + 1] == 0x04)
			say("\x12", 1);
		else if (bytes[i] == 0x1d && bytes[i + 1] == 'r')
			say("", 1);
	}
}

static void take(bool answers)
{
	uint8_t bytes[4096];
	ssize_t n;

	while (printer.fd >= 0 &&
	       (n = recv(printer.fd, bytes, sizeof(bytes), 0)) > 0) {
		if (answers)
			behave(bytes, (size_t)n);
		run(20);
	}
}

static void print(void)
{
	if (!printer.ready || printer.busy)
		return;
	printer.busy = true;
	printer.device->ops->send(printer.device, &printer.job);
}

static void act(struct fuzz_input *input, int *waits)
{
	uint8_t byte = fuzz_byte(input);

	switch (byte) {
	case ACT_LITERAL:
		byte = fuzz_byte(input);
		say(&byte, 1);
		break;
	case ACT_PRINT:
		print();
		break;
	case ACT_ABORT:
		if (printer.busy)
			printer.device->ops->abort(printer.device, "too late");
		break;
	case ACT_HURRY:
		printer.device->ops->hurry(printer.device);
		break;
	case ACT_HANG_UP:
		if (printer.fd >= 0)
			close(printer.fd);
		printer.fd = -1;
		break;
	case ACT_WAIT:
		if ((*waits)++ < WAITS_MOST)
			(void)sd_event_run(printer.event, 4000);
		break;
	case ACT_READ:
	case ACT_BEHAVE:
		take(byte == ACT_BEHAVE);
		break;
	default:
		say(&byte, 1);
		break;
	}
	run(20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct device_times times = {.retry_first_ms = 1,
						  .retry_most_ms = 2,
						  .stall_ms = 8,
						  .lasting_ms = 1,
						  .answer_ms = 2,
						  .poll_ms = 2,
						  .job_ms = 20};
	const struct device_owner owner = {.state = on_state,
					   .status = on_status,
					   .done = on_done};
	struct device_place place = {.name = "the printer",
				     .where = "",
				     .recovery = recovery.bytes,
				     .recovery_length = recovery.length};
	struct fuzz_input input = {data, size};
	int waits = 0;

	check_ear(data, size);
	place.asks = fuzz_byte(&input) & 1;
	printer.fd = -1;
	printer.ready = printer.busy = false;
	FUZZ_CHECK(stream_new(printer.event, &place, &kind, NULL, &times,
			      &owner, &printer.device) == 0,
		   "no device");
	run(20);
	for (int i = 0; i < ACTS_MOST && input.left > 0; i++)
		act(&input, &waits);
	printer.device->ops->free(printer.device);
	if (printer.fd >= 0)
		close(printer.fd);
	return 0;
}
