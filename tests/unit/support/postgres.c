/* SPDX-License-Identifier: MIT */
#include "tests/unit/support/postgres.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <limits.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READY_TRIES 300 /* of 50 ms */

struct postgres {
	char dir[200];
	char bin[PATH_MAX - 64];
	int port;
	pid_t pid; /* 0: not running */
	uid_t uid;
	gid_t gid;
};

static int remove_one(const char *path, const struct stat *info, int kind,
		      struct FTW *walk)
{
	(void)info;
	(void)kind;
	(void)walk;
	return remove(path);
}

/* /usr/lib/postgresql/VERSION/bin, of the newest version. */
static int find_bin(struct postgres *server)
{
	glob_t found;
	int status = -1;

	if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &found) == 0) {
		snprintf(server->bin, sizeof(server->bin), "%s",
			 found.gl_pathv[found.gl_pathc - 1]);
		*strrchr(server->bin, '/') = '\0';
		status = 0;
	}
	globfree(&found);
	if (status < 0)
		fputs("no PostgreSQL server: apt install postgresql\n", stderr);
	return status;
}

/* The server refuses to run as root. */
static int find_user(struct postgres *server)
{
	const struct passwd *user;

	server->uid = getuid();
	server->gid = getgid();
	if (server->uid != 0)
		return 0;
	user = getpwnam("postgres");
	if (!user)
		user = getpwnam("nobody");
	if (!user) {
		fputs("no user postgres or nobody to run a server as\n",
		      stderr);
		return -1;
	}
	server->uid = user->pw_uid;
	server->gid = user->pw_gid;
	return 0;
}

static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr =
					  htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int port = -1;

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, size) == 0 &&
	    getsockname(fd, (struct sockaddr *)&address, &size) == 0)
		port = ntohs(address.sin_port);
	close(fd);
	return port;
}

/* As the server's user, with its output in dir/log. */
static pid_t spawn(const struct postgres *server, char *const argv[])
{
	char path[PATH_MAX], *full[16] = {NULL};
	pid_t parent = getpid();
	pid_t pid = fork();
	size_t n = 0;

	if (pid != 0)
		return pid;
	if (getuid() == 0 &&
	    (setgroups(0, NULL) < 0 || setgid(server->gid) < 0 ||
	     setuid(server->uid) < 0))
		_exit(126);
	/* Immediate shutdown, should the test die. */
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	if (getppid() != parent || chdir(server->dir) < 0 ||
	    !freopen("log", "a", stdout) || dup2(1, 2) < 0)
		_exit(126);
	setenv("LC_ALL", "C.UTF-8", 1);
	snprintf(path, sizeof(path), "%s/%s", server->bin, argv[0]);
	/* By its full path: initdb looks for its fellows beside argv[0], and
	 * Debian's PATH does not have them. */
	for (; argv[n] && n < sizeof(full) / sizeof(full[0]) - 1; n++)
		full[n] = argv[n];
	full[0] = path;
	execv(path, full);
	_exit(127);
}

static void show_log(const struct postgres *server)
{
	char path[PATH_MAX], line[500];
	FILE *log;

	snprintf(path, sizeof(path), "%s/log", server->dir);
	log = fopen(path, "r");
	if (!log)
		return;
	while (fgets(line, sizeof(line), log))
		fprintf(stderr, "postgres: %s", line);
	fclose(log);
}

static int write_hba(const struct postgres *server)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/data/pg_hba.conf", server->dir);
	file = fopen(path, "w");
	if (!file)
		return -1;
	fputs("local all all trust\n"
	      "host all all 127.0.0.1/32 scram-sha-256\n",
	      file);
	return fclose(file);
}

static int init_data(const struct postgres *server)
{
	char *const argv[] = {"initdb",
			      "--pgdata=data",
			      "--no-sync",
			      "--auth=trust",
			      "--username=postgres",
			      "--encoding=UTF8",
			      "--locale=C.UTF-8",
			      NULL};
	int status = -1;
	pid_t pid = spawn(server, argv);

	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
		return -1;
	return write_hba(server);
}

static int wait_ready(struct postgres *server)
{
	static const struct timespec pause = {.tv_nsec = 50 * 1000000};
	char url[300];

	postgres_url(server, "postgres", url, sizeof(url));
	for (int i = 0; i < READY_TRIES; i++) {
		if (PQping(url) == PQPING_OK)
			return 0;
		if (waitpid(server->pid, NULL, WNOHANG) == server->pid) {
			server->pid = 0;
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return -1;
}

int postgres_up(struct postgres *server)
{
	char port[40], sockets[240];
	char *const argv[] = {"postgres",
			      "-D",
			      "data",
			      "-c",
			      port,
			      "-c",
			      sockets,
			      "-c",
			      "listen_addresses=127.0.0.1",
			      "-c",
			      "fsync=off",
			      "-c",
			      "shared_buffers=16MB",
			      "-c",
			      "max_connections=20",
			      NULL};

	snprintf(port, sizeof(port), "port=%d", server->port);
	snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s",
		 server->dir);
	server->pid = spawn(server, argv);
	if (server->pid < 0) {
		server->pid = 0;
		return -1;
	}
	return wait_ready(server);
}

int postgres_down(struct postgres *server)
{
	if (server->pid == 0)
		return 0;
	kill(server->pid, SIGQUIT);
	if (waitpid(server->pid, NULL, 0) < 0)
		return -1;
	server->pid = 0;
	return 0;
}

struct postgres *postgres_start(void)
{
	const char *tmp = getenv("TMPDIR");
	struct postgres *server = calloc(1, sizeof(*server));

	if (!server)
		return NULL;
	snprintf(server->dir, sizeof(server->dir), "%s/kiosk-pg-XXXXXX",
		 tmp ? tmp : "/tmp");
	server->port = free_port();
	if (find_bin(server) < 0 || find_user(server) < 0 || server->port < 0 ||
	    !mkdtemp(server->dir)) {
		free(server);
		return NULL;
	}
	if ((getuid() == 0 &&
	     chown(server->dir, server->uid, server->gid) < 0) ||
	    init_data(server) < 0 || postgres_up(server) < 0) {
		show_log(server);
		postgres_end(server);
		return NULL;
	}
	return server;
}

void postgres_end(struct postgres *server)
{
	if (!server)
		return;
	postgres_down(server);
	nftw(server->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(server);
}

void postgres_url(const struct postgres *server, const char *database,
		  char *url, size_t size)
{
	snprintf(url, size, "postgresql://postgres@/%s?host=%s&port=%d",
		 database, server->dir, server->port);
}

void postgres_tcp_url(const struct postgres *server, const char *user,
		      const char *password, const char *database, char *url,
		      size_t size)
{
	snprintf(url, size, "postgresql://%s:%s@127.0.0.1:%d/%s", user,
		 password, server->port, database);
}

static void swallow(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

char *postgres_ask(const struct postgres *server, const char *database,
		   const char *sql)
{
	char url[300];
	char *text = NULL;
	size_t size;
	FILE *to;
	PGconn *conn;
	PGresult *result;

	postgres_url(server, database, url, sizeof(url));
	conn = PQconnectdb(url);
	PQsetNoticeProcessor(conn, swallow, NULL);
	result = PQexec(conn, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK &&
	    PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s: %s", sql, PQerrorMessage(conn));
		goto close_connection;
	}
	to = open_memstream(&text, &size);
	if (!to)
		goto close_connection;
	for (int row = 0; row < PQntuples(result); row++)
		for (int i = 0; i < PQnfields(result); i++)
			fprintf(to, "%s%s",
				PQgetisnull(result, row, i)
				    ? "\\N"
				    : PQgetvalue(result, row, i),
				i + 1 < PQnfields(result) ? "|" : "\n");
	if (fclose(to) != 0) {
		free(text);
		text = NULL;
	}

close_connection:
	PQclear(result);
	PQfinish(conn);
	return text;
}

void postgres_try(const char *url, const char *sql, char sqlstate[6])
{
	PGconn *conn = PQconnectdb(url);
	PGresult *result = PQexec(conn, sql);
	const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (PQstatus(conn) != CONNECTION_OK)
		code = "conn.";
	snprintf(sqlstate, 6, "%s", code ? code : "");
	PQclear(result);
	PQfinish(conn);
}

int postgres_try_many(const char *url, const char *first, const char *second,
		      const char *want)
{
	PGconn *conn = PQconnectdb(url);
	PGresult *result = PQexec(conn, first);
	int status = -1;

	PQclear(result);
	result = PQexec(conn, second);
	if (PQresultStatus(result) == PGRES_TUPLES_OK &&
	    PQntuples(result) == 1 && PQnfields(result) == 1 &&
	    strcmp(PQgetvalue(result, 0, 0), want) == 0)
		status = 0;
	else
		fprintf(stderr, "%s: %s", second, PQerrorMessage(conn));
	PQclear(result);
	PQfinish(conn);
	return status;
}
