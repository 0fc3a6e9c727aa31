/* SPDX-License-Identifier: MIT */
#include "bad_printer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "printer/slip.h"

#define BUFFER 4096 /* as small printers have it */
#define SLOW_BYTES 96
#define PAPER_BYTES 48 /* 384 dots: 58 mm paper */
#define FNV_START 0xcbf29ce484222325u
#define FNV_PRIME 0x100000001b3u

struct bad_printer {
	sd_event *event;
	enum bad_kind kind;
	char *where; /* the link */
	char device[64];
	unsigned abilities;

	int listener, fd; /* -1: not there */
	int line;         /* the terminal's other end, held open: no hang-up */
	sd_event_source *listening, *io;
	sd_event_source *mend; /* what was broken is well again */
	sd_event_source *slow; /* the next few bytes */

	/* Received, and not carried out yet. */
	uint8_t buffer[BUFFER];
	size_t n_buffer;
	uint8_t last[2]; /* received, to find DLE EOT among them */

	/* The command that is being carried out. */
	size_t row_bytes, row_at, rows_left; /* of GS v 0 */
	bool doubled;                        /* its mode 3 */
	bool centred;                        /* ESC a 1 */
	uint8_t row[PAPER_BYTES];

	/* What is wrong with it. */
	enum bad_fault due; /* and comes with byte due_at */
	uint64_t due_at, carried_out;
	uint8_t left[8]; /* by a connection that ended */
	size_t n_left;
	int lasts_ms;
	bool now[BAD_FAULTS];
	bool paper_low;
	size_t to_drop;
	uint8_t lagging; /* the answer that is kept back; 0: none yet */
	bool tells;      /* GS a has been given */

	/* The paper that is in it, and what has been cut off. */
	uint64_t print;
	int paper_rows;
	bool spoilt;
	struct bad_paper *papers;
	size_t n_papers;
	size_t asked;
	uint64_t taken;
};

/* ---- what it says ---- */

static void say(struct bad_printer *bad, const uint8_t *bytes, size_t n)
{
	/* Who does not listen misses it, as with any printer. */
	if (bad->fd >= 0 && bad->kind == BAD_TCP)
		(void)send(bad->fd, bytes, n, MSG_NOSIGNAL);
	else if (bad->fd >= 0 && write(bad->fd, bytes, n) < 0)
		return;
}

static bool halted(const struct bad_printer *bad)
{
	return bad->now[BAD_PAPER_OUT] || bad->now[BAD_COVER_OPEN] ||
	       bad->now[BAD_CUTTER] || bad->now[BAD_HOT] || bad->now[BAD_STALL];
}

static bool offline(const struct bad_printer *bad)
{
	return halted(bad) && !bad->now[BAD_STALL];
}

static uint8_t answer_to(const struct bad_printer *bad, int question)
{
	uint8_t answer = 0x12;

	switch (question) {
	case 1:
		answer |= offline(bad) ? 0x08 : 0;
		break;
	case 2:
		answer |= bad->now[BAD_COVER_OPEN] ? 0x04 : 0;
		answer |= bad->now[BAD_PAPER_OUT] ? 0x20 : 0;
		answer |= bad->now[BAD_CUTTER] || bad->now[BAD_HOT] ? 0x40 : 0;
		break;
	case 3:
		answer |= bad->now[BAD_CUTTER] ? 0x08 : 0;
		answer |= bad->now[BAD_HOT] ? 0x40 : 0;
		break;
	case 4:
		answer |= bad->paper_low || bad->now[BAD_PAPER_OUT] ? 0x0c : 0;
		answer |= bad->now[BAD_PAPER_OUT] ? 0x60 : 0;
		break;
	default:
		break;
	}
	return answer;
}

static void answer(struct bad_printer *bad, int question)
{
	uint8_t byte = answer_to(bad, question);

	bad->asked++;
	if (!(bad->abilities & BAD_ANSWERS) || bad->now[BAD_STALL])
		return;
	if (bad->now[BAD_LAGS]) {
		uint8_t before = bad->lagging;
		bad->lagging = byte;
		byte = before;
		if (!byte)
			return;
	}
	say(bad, &byte, 1);
}

/* The automatic status, where it has been asked for. */
static void tell(struct bad_printer *bad)
{
	const uint8_t status[] = {
	    (uint8_t)(0x10 | (offline(bad) ? 0x08 : 0) |
		      (bad->now[BAD_COVER_OPEN] ? 0x20 : 0)),
	    (uint8_t)((bad->now[BAD_CUTTER] ? 0x08 : 0) |
		      (bad->now[BAD_HOT] ? 0x40 : 0)),
	    (uint8_t)((bad->paper_low || bad->now[BAD_PAPER_OUT] ? 0x03 : 0) |
		      (bad->now[BAD_PAPER_OUT] ? 0x0c : 0)),
	    0x0f, /* reserved bits are as they like */
	};

	if (bad->tells)
		say(bad, status, sizeof(status));
}

/* ---- the paper ---- */

static uint64_t add_row(uint64_t print, int row, const uint8_t *bytes, size_t n)
{
	bool white = true;

	for (size_t i = 0; i < n; i++)
		white = white && !bytes[i];
	if (white)
		return print;
	for (size_t i = 0; i < sizeof(row); i++)
		print = (print ^ (uint8_t)(row >> (8 * i))) * FNV_PRIME;
	for (size_t i = 0; i < n; i++)
		print = (print ^ bytes[i]) * FNV_PRIME;
	return print;
}

static void new_paper(struct bad_printer *bad)
{
	bad->print = FNV_START;
	bad->paper_rows = 0;
	bad->spoilt = false;
}

static void cut(struct bad_printer *bad)
{
	struct bad_paper *papers =
	    reallocarray(bad->papers, bad->n_papers + 1, sizeof(*bad->papers));

	if (!papers)
		abort();
	bad->papers = papers;
	papers[bad->n_papers++] = (struct bad_paper){bad->print, !bad->spoilt};
	new_paper(bad);
}

uint64_t bad_printer_print_of(const struct bitmap *bitmap)
{
	uint64_t print = FNV_START;

	for (int y = 0; y < bitmap->height; y++)
		print =
		    add_row(print, y, bitmap->bits + (size_t)y * bitmap->stride,
			    (size_t)bitmap->width / 8);
	return print;
}

/* ---- commands ---- */

/* The row of the picture that is complete, where it stands on the paper. */
static void print_row(struct bad_printer *bad)
{
	size_t width = bad->row_bytes * (bad->doubled ? 2 : 1);
	size_t left = bad->centred ? (PAPER_BYTES - width) / 2 : 0;
	uint8_t paper[PAPER_BYTES] = {0};

	for (size_t dot = 0; dot < 8 * width; dot++) {
		size_t from = bad->doubled ? dot / 2 : dot;
		if (bad->row[from / 8] & (0x80 >> (from % 8)))
			paper[left + dot / 8] |= (uint8_t)(0x80 >> (dot % 8));
	}
	for (int i = 0; i < (bad->doubled ? 2 : 1); i++)
		bad->print = add_row(bad->print, bad->paper_rows++, paper,
				     sizeof(paper));
}

/* ESC @ */
static void reset(struct bad_printer *bad)
{
	bad->tells = false;
	bad->centred = false;
}

/*
 * Carries out the command at the buffer's head. How many bytes it took; 0: the
 * rest of it has not come yet.
 */
static size_t carry_out(struct bad_printer *bad)
{
	const uint8_t *c = bad->buffer;
	size_t n = bad->n_buffer;
	const uint8_t paper = bad->paper_low ? 0x03 : 0x00;

	if (bad->rows_left > 0) {
		bad->row[bad->row_at++] = c[0];
		if (bad->row_at == bad->row_bytes) {
			print_row(bad);
			bad->row_at = 0;
			bad->rows_left--;
		}
		return 1;
	}
	if (c[0] == 0x00)
		return 1;
	if (c[0] != 0x1b && c[0] != 0x1d && c[0] != 0x10) {
		bad->spoilt = true; /* text, or what is taken for it */
		return 1;
	}
	if (n < 2)
		return 0;
	if (c[0] == 0x1b && c[1] == '@') {
		reset(bad);
		return 2;
	}
	if (n < 3)
		return 0;
	if (c[0] == 0x10 && c[1] == 0x04)
		return 3; /* answered as it came */
	if (c[0] == 0x1b && c[1] == 'a') {
		bad->centred = c[2] == 1;
		return 3;
	}
	if (c[0] == 0x1b && c[1] == 'J') {
		bad->paper_rows += c[2];
		return 3;
	}
	if (c[0] == 0x1d && c[1] == 'r') {
		if (bad->abilities & BAD_CONFIRMS)
			say(bad, &paper, 1);
		return 3;
	}
	if (c[0] == 0x1d && c[1] == 'a') {
		bad->tells = (bad->abilities & BAD_TELLS) && c[2] != 0;
		tell(bad);
		return 3;
	}
	if (n < 4)
		return 0;
	if (c[0] == 0x1d && c[1] == 'P')
		return 4;
	if (c[0] == 0x1d && c[1] == 'V') {
		cut(bad);
		return 4;
	}
	if (c[0] == 0x1d && c[1] == 'v') {
		if (n < 8)
			return 0;
		bad->row_bytes = (size_t)(c[4] + 256 * c[5]);
		bad->rows_left = (size_t)(c[6] + 256 * c[7]);
		bad->row_at = 0;
		bad->doubled = c[3] == 3;
		if (c[2] != '0' || (c[3] != 0 && c[3] != 3) ||
		    bad->row_bytes > PAPER_BYTES / (bad->doubled ? 2 : 1) ||
		    bad->row_bytes == 0) {
			bad->spoilt = true;
			bad->rows_left = 0;
		}
		return 8;
	}
	bad->spoilt = true; /* a command that it does not know */
	return 1;
}

static void drop_head(struct bad_printer *bad, size_t n)
{
	bad->n_buffer -= n;
	memmove(bad->buffer, bad->buffer + n, bad->n_buffer);
}

/* ---- faults ---- */

static void say_rubbish(struct bad_printer *bad)
{
	/* Never all of it well-formed: so noise on a line looks. */
	static const uint8_t rubbish[] = {0xff, 0x12, 0x00, 0x9a, 0x10, 0x05,
					  0x80, 0x00, 0x1e, 0x03, 0xc3};

	say(bad, rubbish, sizeof(rubbish));
}

static void disconnect(struct bad_printer *bad)
{
	bad->io = sd_event_source_disable_unref(bad->io);
	if (bad->fd >= 0)
		(void)close(bad->fd);
	bad->fd = -1;
	if (bad->line >= 0)
		(void)close(bad->line);
	bad->line = -1;
	if (bad->kind == BAD_PTY)
		(void)unlink(bad->where);
	bad->last[0] = bad->last[1] = 0;
}

/* Whatever hangs out of it is no whole slip any more. */
static void spoil(struct bad_printer *bad)
{
	bad->spoilt |= bad->paper_rows > 0 || bad->rows_left > 0;
}

static void lose_power(struct bad_printer *bad)
{
	spoil(bad);
	bad->n_buffer = 0;
	bad->rows_left = 0;
	bad->tells = false;
	bad->lagging = 0;
}

static void timer(sd_event_source *source, int ms)
{
	(void)sd_event_source_set_time_relative(source, (uint64_t)ms * 1000);
	(void)sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void break_down(struct bad_printer *bad, enum bad_fault fault)
{
	bad->now[fault] = true;
	switch (fault) {
	case BAD_NOTHING:
	case BAD_STALL:
	case BAD_SLOW:
		return;
	case BAD_PAPER_OUT:
	case BAD_COVER_OPEN:
		spoil(bad);
		tell(bad);
		return;
	case BAD_CUTTER:
	case BAD_HOT:
		tell(bad);
		return;
	case BAD_DROPS:
		bad->now[fault] = false;
		bad->to_drop = 1 + (size_t)(bad->carried_out % 97);
		bad->spoilt = true;
		return;
	case BAD_LAGS:
		bad->lagging = 0;
		return;
	case BAD_RUBBISH:
		bad->now[fault] = false;
		say_rubbish(bad);
		return;
	case BAD_HANGS_UP:
	case BAD_POWER:
		disconnect(bad);
		if (fault == BAD_POWER)
			lose_power(bad);
		return;
	}
}

static int connect_again(struct bad_printer *bad);
static void go_on(struct bad_printer *bad);

static void make_well(struct bad_printer *bad, enum bad_fault fault)
{
	bool told = offline(bad);

	bad->now[fault] = false;
	if (fault == BAD_PAPER_OUT) {
		/* The end of the old roll is torn off, the rest comes on the
		 * new one. */
		bool spoilt = bad->spoilt;

		new_paper(bad);
		bad->spoilt = spoilt;
	}
	if ((fault == BAD_HANGS_UP || fault == BAD_POWER) &&
	    connect_again(bad) != 0)
		abort();
	if (told)
		tell(bad);
	go_on(bad);
}

static int on_mend(sd_event_source *source, uint64_t us, void *arg)
{
	struct bad_printer *bad = arg;

	(void)source;
	(void)us;
	for (int fault = 0; fault < BAD_FAULTS; fault++)
		if (bad->now[fault])
			make_well(bad, (enum bad_fault)fault);
	return 0;
}

/* A loss is of a picture's bytes: see the test on why. */
static bool comes_now(const struct bad_printer *bad)
{
	return bad->due != BAD_NOTHING && bad->carried_out >= bad->due_at &&
	       (bad->due != BAD_DROPS || bad->rows_left > 0);
}

/* Carries out what has come, as far as it can. */
static void work(struct bad_printer *bad)
{
	while (bad->n_buffer > 0 && !halted(bad)) {
		if (comes_now(bad)) {
			enum bad_fault fault = bad->due;
			bad->due = BAD_NOTHING;
			break_down(bad, fault);
			if (bad->now[fault])
				timer(bad->mend, bad->lasts_ms);
			continue;
		}
		if (bad->to_drop > 0) {
			bad->to_drop--;
			drop_head(bad, 1);
			continue;
		}
		size_t n = carry_out(bad);
		if (n == 0)
			return;
		drop_head(bad, n);
		bad->carried_out += n;
	}
}

/* ---- what it takes ---- */

/* Real-time commands are seen as they come, whatever they are part of. */
static void take(struct bad_printer *bad, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bad->last[0] == 0x10 && bad->last[1] == 0x04 &&
		    bytes[i] >= 1 && bytes[i] <= 4)
			answer(bad, bytes[i]);
		bad->last[0] = bad->last[1];
		bad->last[1] = bytes[i];
	}
	memcpy(bad->buffer + bad->n_buffer, bytes, n);
	bad->n_buffer += n;
	bad->taken += n;
}

static void listen_or_not(struct bad_printer *bad)
{
	bool room = bad->n_buffer < BUFFER && !bad->now[BAD_STALL] &&
		    !bad->now[BAD_SLOW];

	if (bad->io)
		(void)sd_event_source_set_io_events(bad->io,
						    room ? EPOLLIN : 0);
	if (bad->now[BAD_SLOW])
		timer(bad->slow, 1);
}

/* At most so many bytes at a time. */
static void read_some(struct bad_printer *bad, size_t most)
{
	uint8_t bytes[BUFFER];
	size_t room = BUFFER - bad->n_buffer;

	if (bad->fd < 0 || bad->now[BAD_STALL] || room == 0)
		return;
	ssize_t n = read(bad->fd, bytes, room < most ? room : most);
	if (n > 0) {
		take(bad, bytes, (size_t)n);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		/* The kiosk closed it: a terminal stays, a socket does not. */
		if (bad->kind == BAD_TCP) {
			bad->io = sd_event_source_disable_unref(bad->io);
			(void)close(bad->fd);
			bad->fd = -1;
		}
	}
}

static void go_on(struct bad_printer *bad)
{
	work(bad);
	listen_or_not(bad);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct bad_printer *bad = arg;

	(void)source;
	(void)fd;
	(void)events;
	read_some(bad, BUFFER);
	go_on(bad);
	return 0;
}

static int on_slow(sd_event_source *source, uint64_t us, void *arg)
{
	struct bad_printer *bad = arg;

	(void)source;
	(void)us;
	read_some(bad, SLOW_BYTES);
	go_on(bad);
	return 0;
}

/* ---- coming and going ---- */

static int watch(struct bad_printer *bad)
{
	int status =
	    sd_event_add_io(bad->event, &bad->io, bad->fd, EPOLLIN, on_io, bad);

	if (status >= 0)
		listen_or_not(bad);
	return status < 0 ? status : 0;
}

static int on_accept(sd_event_source *source, int fd, uint32_t events,
		     void *arg)
{
	struct bad_printer *bad = arg;
	int accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)source;
	(void)events;
	if (accepted < 0)
		return 0;
	/* One at a time; the new one is the one that is alive. */
	bad->io = sd_event_source_disable_unref(bad->io);
	if (bad->fd >= 0)
		(void)close(bad->fd);
	bad->fd = accepted;
	if (bad->n_left > 0) {
		bad->rows_left = bad->row_at = 0;
		memcpy(bad->buffer, bad->left, bad->n_left);
		bad->n_buffer = bad->n_left;
		bad->n_left = 0;
	}
	if (bad->now[BAD_HANGS_UP] || bad->now[BAD_POWER]) {
		(void)close(accepted);
		bad->fd = -1;
		return 0;
	}
	return watch(bad);
}

static int listen_tcp(struct bad_printer *bad)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	const char *colon = strchr(bad->where, ':');
	int on = 1, small = 4096;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port =
	    htons((uint16_t)strtoul(colon ? colon + 1 : "0", NULL, 10));
	bad->listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bad->listener < 0 ||
	    setsockopt(bad->listener, SOL_SOCKET, SO_REUSEADDR, &on,
		       sizeof(on)) != 0 ||
	    setsockopt(bad->listener, SOL_SOCKET, SO_RCVBUF, &small,
		       sizeof(small)) != 0 ||
	    bind(bad->listener, (struct sockaddr *)&address, length) != 0 ||
	    listen(bad->listener, 4) != 0 ||
	    getsockname(bad->listener, (struct sockaddr *)&address, &length) !=
		0)
		return -errno;
	(void)snprintf(bad->device, sizeof(bad->device), "tcp:127.0.0.1:%d",
		       ntohs(address.sin_port));
	int status = sd_event_add_io(bad->event, &bad->listening, bad->listener,
				     EPOLLIN, on_accept, bad);
	return status < 0 ? status : 0;
}

static int open_pty(struct bad_printer *bad)
{
	bad->fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (bad->fd < 0 || grantpt(bad->fd) != 0 || unlockpt(bad->fd) != 0)
		return -errno;
	const char *name = ptsname(bad->fd);
	struct termios raw;
	bad->line = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	if (bad->line < 0 || tcgetattr(bad->line, &raw) != 0)
		return -errno;
	/* Else what is said before the kiosk makes it raw would be echoed. */
	cfmakeraw(&raw);
	if (tcsetattr(bad->line, TCSANOW, &raw) != 0)
		return -errno;
	(void)unlink(bad->where);
	return symlink(name, bad->where) == 0 ? 0 : -errno;
}

static int connect_again(struct bad_printer *bad)
{
	if (bad->kind == BAD_TCP)
		return 0; /* it listens all the time */
	int status = open_pty(bad);
	if (status == 0)
		status = watch(bad);
	return status;
}

/* ---- the public functions ---- */

static int add_timer(struct bad_printer *bad, sd_event_source **source,
		     sd_event_time_handler_t handler)
{
	int status =
	    sd_event_add_time_relative(bad->event, source, CLOCK_MONOTONIC, 0,
				       1, handler, bad);

	if (status >= 0)
		status = sd_event_source_set_enabled(*source, SD_EVENT_OFF);
	return status < 0 ? status : 0;
}

struct bad_printer *bad_printer_new(sd_event *event, enum bad_kind kind,
				    const char *where, unsigned abilities)
{
	struct bad_printer *bad = calloc(1, sizeof(*bad));

	if (!bad)
		return NULL;
	bad->event = sd_event_ref(event);
	bad->kind = kind;
	bad->abilities = abilities;
	bad->listener = bad->fd = bad->line = -1;
	bad->where = strdup(where);
	new_paper(bad);
	int status = bad->where ? 0 : -ENOMEM;
	if (status == 0)
		status = add_timer(bad, &bad->mend, on_mend);
	if (status == 0)
		status = add_timer(bad, &bad->slow, on_slow);
	if (status == 0)
		status = kind == BAD_TCP ? listen_tcp(bad) : connect_again(bad);
	if (status != 0) {
		bad_printer_free(bad);
		errno = -status;
		return NULL;
	}
	return bad;
}

void bad_printer_free(struct bad_printer *bad)
{
	if (!bad)
		return;
	disconnect(bad);
	sd_event_source_disable_unref(bad->listening);
	if (bad->listener >= 0)
		(void)close(bad->listener);
	sd_event_source_disable_unref(bad->mend);
	sd_event_source_disable_unref(bad->slow);
	sd_event_unref(bad->event);
	free(bad->papers);
	free(bad->where);
	free(bad);
}

const char *bad_printer_device(const struct bad_printer *bad)
{
	return bad->kind == BAD_TCP ? bad->device : bad->where;
}

void bad_printer_fault(struct bad_printer *bad, enum bad_fault fault,
		       uint64_t at, int lasts_ms)
{
	bad->due = fault;
	bad->due_at = bad->carried_out + at;
	bad->lasts_ms = lasts_ms;
}

void bad_printer_leave(struct bad_printer *bad, const uint8_t *bytes, size_t n)
{
	bad->n_left = n < sizeof(bad->left) ? n : sizeof(bad->left);
	memcpy(bad->left, bytes, bad->n_left);
}

void bad_printer_set(struct bad_printer *bad, enum bad_fault fault, bool on)
{
	if (on)
		break_down(bad, fault);
	else
		make_well(bad, fault);
	listen_or_not(bad);
}

void bad_printer_set_paper_low(struct bad_printer *bad, bool low)
{
	bad->paper_low = low;
	tell(bad);
}

bool bad_printer_troubled(const struct bad_printer *bad)
{
	bool troubled = bad->due != BAD_NOTHING;

	for (int fault = 0; fault < BAD_FAULTS; fault++)
		troubled = troubled || bad->now[fault];
	return troubled;
}

size_t bad_printer_papers(const struct bad_printer *bad,
			  const struct bad_paper **papers)
{
	*papers = bad->papers;
	return bad->n_papers;
}

size_t bad_printer_count(const struct bad_printer *bad, uint64_t print)
{
	size_t n = 0;

	for (size_t i = 0; i < bad->n_papers; i++)
		n += bad->papers[i].whole && bad->papers[i].print == print;
	return n;
}

size_t bad_printer_asked(const struct bad_printer *bad)
{
	return bad->asked;
}

uint64_t bad_printer_taken(const struct bad_printer *bad)
{
	return bad->taken;
}
