/* SPDX-License-Identifier: MIT */
#include "office.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_TIMEOUT_S 120

static const char config_text[] =
    "office = { kiosk = \"bench-01\"; timezone = \"Asia/Ho_Chi_Minh\";\n"
    "  name = { vi = \"Bộ phận Một cửa xã Tân Trụ\";\n"
    "           en = \"One-stop office, Tân Trụ commune\"; }; };\n"
    "services = (\n"
    "  { id = \"land\"; prefix = \"A\"; outcomes = [ \"accepted\" ];\n"
    "    name = { vi = \"Đất đai\"; en = \"Land\"; }; },\n"
    "  { id = \"civil\"; prefix = \"B\"; outcomes = [ \"accepted\" ];\n"
    "    name = { vi = \"Hộ tịch\"; en = \"Civil status\"; }; },\n"
    "  { id = \"notary\"; prefix = \"C\"; outcomes = [ \"accepted\" ];\n"
    "    name = { vi = \"Chứng thực\"; en = \"Certification\"; }; } );\n"
    "counters = (\n"
    "  { id = 1; name = { vi = \"Quầy 1\"; en = \"Counter 1\"; };\n"
    "    services = [ \"land\", \"civil\", \"notary\" ]; },\n"
    "  { id = 2; name = { vi = \"Quầy 2\"; en = \"Counter 2\"; };\n"
    "    services = [ \"land\", \"civil\", \"notary\" ]; },\n"
    "  { id = 3; name = { vi = \"Quầy 3\"; en = \"Counter 3\"; };\n"
    "    services = [ \"land\", \"civil\", \"notary\" ]; },\n"
    "  { id = 4; name = { vi = \"Quầy 4\"; en = \"Counter 4\"; };\n"
    "    services = [ \"land\", \"civil\", \"notary\" ]; } );\n"
    "queue = { policy = \"ratio\"; priority_ratio = 2; };\n"
    "display = { font = \"Noto Sans\"; };\n"
    "console = { listen = \"\"; };\n";

static void write_config(const struct office *office, bool printing)
{
	char *central = realpath(office->dir, NULL);
	FILE *file = fopen(office->config, "we");

	if (!file || !central)
		die("%s: %s", office->config, strerror(errno));
	fputs(config_text, file);
	if (printing)
		fprintf(file, "printer = { device = \"file:%s/slips\"; ",
			central);
	else
		fprintf(file, "printer = { device = \"none\"; ");
	fprintf(file, "width_dots = 576; cut = true; };\n");
	fprintf(file,
		"central = { url = \"sqlite:%s/central.db\"; every_s = 30; "
		"};\n",
		central);
	if (fclose(file) != 0)
		die("%s: %s", office->config, strerror(errno));
	free(central);
}

void office_make(struct office *office, const struct bench *bench,
		 const char *name, bool printing)
{
	snprintf(office->dir, sizeof(office->dir), "%s/%.20s", bench->data,
		 name);
	snprintf(office->config, sizeof(office->config), "%s/kiosk.conf",
		 office->dir);
	snprintf(office->socket, sizeof(office->socket), "%s/run/kiosk.sock",
		 office->dir);
	snprintf(office->journal, sizeof(office->journal), "%s/journal.db",
		 office->dir);
	snprintf(office->central, sizeof(office->central), "%s/central.db",
		 office->dir);
	snprintf(office->slips, sizeof(office->slips), "%s/slips", office->dir);
	office->kioskd = 0;
	make_dir(office->dir);
	if (printing)
		make_dir(office->slips);
	write_config(office, printing);
}

/* In Linux's abstract name space, so that no file is left behind. */
static int notify_socket(char name[32])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	static int number;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int n;

	n = snprintf(name, 32, "@kiosk-bench-%d-%d", (int)getpid(), number++);
	memcpy(address.sun_path + 1, name + 1, (size_t)n - 1);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address,
			   (socklen_t)(sizeof(sa_family_t) + (size_t)n)) != 0)
		die("a socket for READY: %s", strerror(errno));
	return fd;
}

static void await_ready(int fd, pid_t pid, const char *name, const char *log)
{
	for (int tries = 0; tries < START_TIMEOUT_S * 10; tries++) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		char text[512];
		ssize_t n;

		if (poll(&ready, 1, 100) > 0) {
			n = recv(fd, text, sizeof(text) - 1, 0);
			text[n > 0 ? n : 0] = '\0';
			if (strstr(text, "READY=1"))
				return;
		} else if (waitpid(pid, NULL, WNOHANG) == pid) {
			die("%s ended before it was ready: see %s", name, log);
		}
	}
	die("%s was not ready after %d s: see %s", name, START_TIMEOUT_S, log);
}

static _Noreturn void become(const struct bench *bench, const char *log,
			     const char *const *arguments, const char *notify)
{
	char path[256];
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
	int in = open("/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "%s/%s", bench->build, arguments[0]);
	if (in >= 0 && out >= 0 && dup2(in, 0) == 0 && dup2(out, 1) == 1 &&
	    dup2(out, 2) == 2) {
		unsetenv("WATCHDOG_USEC");
		if (notify)
			setenv("NOTIFY_SOCKET", notify, 1);
		else
			unsetenv("NOTIFY_SOCKET");
		/* execv() does not write to them: POSIX, "Rationale". */
		execv(path, (char *const *)arguments);
	}
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

pid_t program_start(const struct bench *bench, const char *log,
		    const char *const *arguments, bool wait_ready,
		    double *ready_ms)
{
	char notify[32];
	int fd = wait_ready ? notify_socket(notify) : -1;
	double begin = now_us();
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid == 0)
		become(bench, log, arguments, wait_ready ? notify : NULL);
	if (wait_ready) {
		await_ready(fd, pid, arguments[0], log);
		if (ready_ms)
			*ready_ms = (now_us() - begin) / 1e3;
		close(fd);
	}
	return pid;
}

void program_stop(pid_t pid)
{
	int status;

	if (kill(pid, SIGTERM) != 0 || waitpid(pid, &status, 0) != pid)
		die("process %d does not end: %s", (int)pid, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die("process %d ended badly: status %d", (int)pid, status);
}

double office_start(struct office *office, const struct bench *bench)
{
	char log[192], run[192];
	const char *const arguments[] =
	    {"kioskd",      "--config",  office->config,
	     "--state-dir", office->dir, "--runtime-dir",
	     run,           NULL};
	double ready_ms;

	snprintf(log, sizeof(log), "%s/log", office->dir);
	snprintf(run, sizeof(run), "%s/run", office->dir);
	office->kioskd = program_start(bench, log, arguments, true, &ready_ms);
	return ready_ms;
}

void office_stop(struct office *office)
{
	program_stop(office->kioskd);
	office->kioskd = 0;
}

double program_version(const struct bench *bench, const char *program,
		       long *max_rss_kb)
{
	const char *const arguments[] = {program, "--version", NULL};
	double begin = now_us();
	pid_t pid = program_start(bench, "/dev/null", arguments, false, NULL);
	struct rusage usage;
	int status;

	if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 0)
		die("%s/%s --version failed", bench->build, program);
	if (max_rss_kb)
		*max_rss_kb = usage.ru_maxrss;
	return (now_us() - begin) / 1e3;
}
