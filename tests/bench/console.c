/* SPDX-License-Identifier: MIT */
/*
 * The page over the network: a call by TLS on a kept connection against the
 * same call on the socket; 200 that follow the state by TLS while five calls a
 * second are made; and a storm of sign-ins beside calls.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"
#include "bench.h"
#include "client.h"
#include "office.h"
#include "proc.h"
#include "stats.h"
#include "table.h"
#include "tls_client.h"

#define BLOCK 25
#define STREAMS 200
#define STREAM_GAP_MS 200 /* five calls a second */
#define STORM_GAP_MS 20   /* fifty sign-ins a second */
#define STORM_LINKS 24
#define PIN "135790"
#define CALL "/v1/counters/1/call"

struct desk {
	struct office office;
	gnutls_certificate_credentials_t credentials;
	int port;
	char cookie[160]; /* a header line */
	struct tls_client page;
	struct client socket;
};

/* ---- the office ---- */

static void make_certificate(const struct bench *bench,
			     const struct office *office)
{
	const char *const words[] = {"kioskctl", "certificate", "new",
				     office->dir, NULL};
	char log[192];
	int status;
	pid_t pid;

	snprintf(log, sizeof(log), "%s/certificate.log", office->dir);
	pid = program_start(bench, log, words, false, NULL);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		die("kioskctl makes no certificate: see %s", log);
}

/* The office's file, with a door to the network and a clerk. */
static void open_door(const struct office *office, int port)
{
	static const char shut[] = "console = { listen = \"\"; };\n";
	char text[8192], pin[SECRET_PIN_HASH_SIZE];
	FILE *file = fopen(office->config, "re");
	size_t n = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
	char *at;

	if (file)
		fclose(file);
	text[n] = '\0';
	at = strstr(text, shut);
	if (!at || secret_pin_hash(PIN, pin) < 0)
		die("%s: not as expected", office->config);
	file = fopen(office->config, "we");
	if (!file)
		die("%s: %s", office->config, strerror(errno));
	fprintf(file,
		"%.*sconsole = { listen = \"127.0.0.1:%d\"; certificate = "
		"\"%s/kiosk.crt\"; key = \"%s/kiosk.key\"; };\n"
		"users = ( { name = \"lan\"; pin = \"%s\"; role = \"staff\"; "
		"counters = [ 1 ]; } );\n%s",
		(int)(at - text), text, port, office->dir, office->dir, pin,
		at + strlen(shut));
	if (fclose(file) != 0)
		die("%s: %s", office->config, strerror(errno));
}

static void sign_in(struct desk *desk)
{
	static const char mark[] = "\r\nSet-Cookie: ";
	const char *cookie;

	if (tls_client_ask(&desk->page, "POST", "/v1/login", "",
			   "{\"user\":\"lan\",\"pin\":\"" PIN "\"}") != 200)
		die("the clerk is not let in");
	cookie = strcasestr(desk->page.in, mark);
	if (!cookie)
		die("no cookie");
	cookie += strlen(mark);
	snprintf(desk->cookie, sizeof(desk->cookie), "Cookie: %.*s\r\n",
		 (int)strcspn(cookie, ";\r"), cookie);
}

static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr =
					  htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, length) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		die("a port: %s", strerror(errno));
	close(fd);
	return ntohs(address.sin_port);
}

static void open_desk(struct desk *desk, const struct bench *bench)
{
	desk->port = free_port();
	office_make(&desk->office, bench, "console", false);
	make_certificate(bench, &desk->office);
	open_door(&desk->office, desk->port);
	(void)office_start(&desk->office, bench);
	if (gnutls_certificate_allocate_credentials(&desk->credentials) < 0)
		die("out of memory");
	tls_client_open(&desk->page, desk->port, desk->credentials);
	client_open(&desk->socket, desk->office.socket);
	sign_in(desk);
}

/* Whom the calls call. */
static void issue(struct desk *desk, size_t n)
{
	while (n-- > 0)
		(void)client_issue(&desk->socket, NULL);
}

static double call_by_page(struct desk *desk, long long *seq)
{
	double begin = now_us(), end;
	const char *found;

	if (tls_client_ask(&desk->page, "POST", CALL, desk->cookie, "") != 200)
		die("a call is refused: %s", desk->page.in);
	end = now_us();
	found = strstr(desk->page.in, "\"seq\":");
	if (seq && found)
		*seq = strtoll(found + 6, NULL, 10);
	return end - begin;
}

/* ---- TLS against the socket ---- */

static void measure_calls(struct desk *desk, size_t count)
{
	struct samples page = {0}, socket = {0};

	for (size_t done = 0; done < count; done += BLOCK) {
		issue(desk, 2 * BLOCK);
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&page, call_by_page(desk, NULL));
		for (size_t i = 0; i < BLOCK; i++)
			samples_add(&socket, client_call(&desk->socket, CALL));
	}
	table_add(&(struct figure){.what = "call by TLS, against the socket, "
					   "p50",
				   .unit = "us",
				   .measured = samples_at(&page, 0.5),
				   .floor = samples_at(&socket, 0.5)});
	table_add(&(struct figure){.what = "  p99",
				   .unit = "us",
				   .measured = samples_at(&page, 0.99),
				   .floor = samples_at(&socket, 0.99),
				   .kind = AIM_RATIO_MOST,
				   .aim = 1.3});
	samples_free(&page);
	samples_free(&socket);
}

/* ---- those who follow ---- */

static void wait_for_all(struct tls_client *followers, double answered_us,
			 long long wanted, struct samples *delays)
{
	struct pollfd fds[STREAMS];
	long long seen[STREAMS] = {0};
	size_t left = STREAMS;

	for (size_t i = 0; i < STREAMS; i++)
		fds[i] =
		    (struct pollfd){.fd = followers[i].fd, .events = POLLIN};
	while (left > 0) {
		if (poll(fds, STREAMS, 20000) <= 0)
			die("the state streams: nothing in 20 s");
		for (size_t i = 0; i < STREAMS; i++) {
			if (!fds[i].revents || seen[i] >= wanted ||
			    !tls_client_take_event(&followers[i], &seen[i]) ||
			    seen[i] < wanted)
				continue;
			samples_add(delays, now_us() - answered_us);
			fds[i].fd = -1;
			left--;
		}
	}
}

static void measure_streams(struct desk *desk, size_t count)
{
	struct tls_client *followers = calloc(STREAMS, sizeof(*followers));
	struct samples delays = {0};
	long long seq = 0;

	if (!followers)
		die("out of memory");
	issue(desk, count + 1);
	for (size_t i = 0; i < STREAMS; i++) {
		tls_client_open(&followers[i], desk->port, desk->credentials);
		tls_client_follow(&followers[i], desk->cookie);
	}
	(void)call_by_page(desk, &seq);
	wait_for_all(followers, now_us(), seq, &delays);
	samples_free(&delays);
	for (size_t i = 0; i < count; i++) {
		sleep_ms(STREAM_GAP_MS);
		(void)call_by_page(desk, &seq);
		wait_for_all(followers, now_us(), seq, &delays);
	}
	table_add(&(struct figure){.what = "200 follow by TLS, call to each of "
					   "them, p99",
				   .unit = "ms",
				   .measured = samples_at(&delays, 0.99) / 1e3,
				   .kind = AIM_MOST,
				   .aim = 20});
	table_add(&(struct figure){.what = "  kioskd, resident",
				   .unit = "MB",
				   .measured =
				       (double)proc_status(desk->office.kioskd,
							   "VmRSS") /
				       1024,
				   .kind = AIM_MOST,
				   .aim = 24});
	for (size_t i = 0; i < STREAMS; i++)
		tls_client_close(&followers[i]);
	samples_free(&delays);
	free(followers);
}

/* ---- a storm of sign-ins ---- */

static _Noreturn void storm(const struct desk *desk)
{
	static struct tls_client links[STORM_LINKS];
	bool busy[STORM_LINKS] = {false};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < STORM_LINKS; i++)
		tls_client_open(&links[i], desk->port, desk->credentials);
	for (;;) {
		bool sent = false;

		for (size_t i = 0; i < STORM_LINKS; i++) {
			if (busy[i] && tls_client_take(&links[i]) != 0)
				busy[i] = false;
			if (busy[i] || sent)
				continue;
			tls_client_send(&links[i], "POST", "/v1/login", "",
					"{\"user\":\"lan\",\"pin\":\"" PIN
					"\"}");
			busy[i] = sent = true;
		}
		sleep_ms(STORM_GAP_MS);
	}
}

static pid_t begin_storm(const struct desk *desk)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid == 0)
		storm(desk);
	sleep_ms(500);
	return pid;
}

static void measure_storm(struct desk *desk, size_t count)
{
	struct samples calm = {0}, stormy = {0};

	for (size_t done = 0; done < count; done += BLOCK * 4) {
		pid_t pid;

		issue(desk, 8 * BLOCK);
		for (size_t i = 0; i < BLOCK * 4; i++)
			samples_add(&calm, client_call(&desk->socket, CALL));
		pid = begin_storm(desk);
		for (size_t i = 0; i < BLOCK * 4; i++)
			samples_add(&stormy, client_call(&desk->socket, CALL));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		/* Those under way are computed to their end. */
		sleep_ms(1000);
	}
	table_add(&(struct figure){.what = "call beside 50 sign-ins a second, "
					   "p50",
				   .unit = "us",
				   .measured = samples_at(&stormy, 0.5),
				   .floor = samples_at(&calm, 0.5)});
	table_add(&(struct figure){.what = "  p99",
				   .unit = "us",
				   .measured = samples_at(&stormy, 0.99),
				   .floor = samples_at(&calm, 0.99),
				   .kind = AIM_RATIO_MOST,
				   .aim = 2});
	samples_free(&calm);
	samples_free(&stormy);
}

void bench_console(const struct bench *bench)
{
	static struct desk desk;

	open_desk(&desk, bench);
	issue(&desk, bench_warm_up(bench));
	measure_calls(&desk, bench_count(bench, 3000, 300));
	measure_streams(&desk, bench_count(bench, 100, 20));
	measure_storm(&desk, bench_count(bench, 1200, 200));
	tls_client_close(&desk.page);
	client_close(&desk.socket);
	gnutls_certificate_free_credentials(desk.credentials);
	office_stop(&desk.office);
}
