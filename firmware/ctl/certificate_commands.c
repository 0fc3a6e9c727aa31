/* SPDX-License-Identifier: MIT */
#include "ctl/certificate_commands.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A Pi's clock may be behind, and Apple's browsers take no more than 825. */
#define DAYS_BEFORE 2
#define DAYS_AFTER 820
#define DAY_S 86400
#define SERIAL_SIZE 16
#define X509_VERSION 3
#define FINGERPRINT_SIZE 32

static bool failed(int rc, const char *what)
{
	if (rc < 0)
		fprintf(stderr, "kioskctl: %s: %s\n", what,
			gnutls_strerror(rc));
	return rc < 0;
}

/* ---- the names ---- */

static int add_name(gnutls_x509_crt_t certificate, const char *name)
{
	printf("# name     %s\n", name);
	return gnutls_x509_crt_set_subject_alt_name(certificate,
						    GNUTLS_SAN_DNSNAME, name,
						    (unsigned)strlen(name),
						    GNUTLS_FSAN_APPEND);
}

static int add_address(gnutls_x509_crt_t certificate, int family,
		       const void *address)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(family, address, text, sizeof(text)))
		printf("# address  %s\n", text);
	return gnutls_x509_crt_set_subject_alt_name(certificate,
						    GNUTLS_SAN_IPADDRESS,
						    address,
						    family == AF_INET ? 4 : 16,
						    GNUTLS_FSAN_APPEND);
}

/* Link-local addresses are of no use to a browser. */
static int add_interface(gnutls_x509_crt_t certificate,
			 const struct ifaddrs *at)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (!at->ifa_addr || (at->ifa_flags & IFF_LOOPBACK))
		return 0;
	if (at->ifa_addr->sa_family == AF_INET) {
		memcpy(&v4, at->ifa_addr, sizeof(v4));
		return add_address(certificate, AF_INET, &v4.sin_addr);
	}
	if (at->ifa_addr->sa_family == AF_INET6) {
		memcpy(&v6, at->ifa_addr, sizeof(v6));
		if (!IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr))
			return add_address(certificate, AF_INET6,
					   &v6.sin6_addr);
	}
	return 0;
}

static int add_interfaces(gnutls_x509_crt_t certificate)
{
	struct ifaddrs *all;
	int rc = 0;

	if (getifaddrs(&all) < 0)
		return 0; /* there are the names still */
	for (const struct ifaddrs *at = all; at && rc >= 0; at = at->ifa_next)
		rc = add_interface(certificate, at);
	freeifaddrs(all);
	return rc;
}

static int add_names(gnutls_x509_crt_t certificate)
{
	const struct in_addr v4 = {htonl(INADDR_LOOPBACK)};
	char host[HOST_NAME_MAX + 1] = "kiosk";
	char local[HOST_NAME_MAX + sizeof(".local")];
	int rc;

	if (gethostname(host, sizeof(host)) < 0)
		memcpy(host, "kiosk", sizeof("kiosk"));
	host[HOST_NAME_MAX] = '\0';
	rc = gnutls_x509_crt_set_dn_by_oid(certificate,
					   GNUTLS_OID_X520_COMMON_NAME, 0,
					   "kiosk", strlen("kiosk"));
	if (rc >= 0)
		rc = add_name(certificate, host);
	/* By which mDNS knows it. */
	(void)snprintf(local, sizeof(local), "%.*s.local",
		       (int)strcspn(host, "."), host);
	if (rc >= 0)
		rc = add_name(certificate, local);
	if (rc >= 0)
		rc = add_name(certificate, "localhost");
	if (rc >= 0)
		rc = add_address(certificate, AF_INET, &v4);
	if (rc >= 0)
		rc = add_address(certificate, AF_INET6, &in6addr_loopback);
	return rc >= 0 ? add_interfaces(certificate) : rc;
}

/* ---- making ---- */

static int set_times(gnutls_x509_crt_t certificate)
{
	time_t now = time(NULL);
	int rc = gnutls_x509_crt_set_activation_time(certificate,
						     now - (time_t)DAYS_BEFORE *
							       DAY_S);

	return rc < 0 ? rc
		      : gnutls_x509_crt_set_expiration_time(
			    certificate, now + (time_t)DAYS_AFTER * DAY_S);
}

static int set_use(gnutls_x509_crt_t certificate)
{
	unsigned char serial[SERIAL_SIZE];
	int rc = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

	serial[0] &= 0x7f; /* RFC 5280 4.1.2.2: positive, … */
	serial[0] |= 0x40; /* … and of one length */
	if (rc >= 0)
		rc = gnutls_x509_crt_set_version(certificate, X509_VERSION);
	if (rc >= 0)
		rc = gnutls_x509_crt_set_serial(certificate, serial,
						sizeof(serial));
	if (rc >= 0)
		rc = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1);
	if (rc >= 0)
		rc =
		    gnutls_x509_crt_set_key_usage(certificate,
						  GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (rc >= 0)
		rc = gnutls_x509_crt_set_key_purpose_oid(
		    certificate, GNUTLS_KP_TLS_WWW_SERVER, 0);
	return rc;
}

static int make(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key)
{
	int rc = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
					      GNUTLS_CURVE_TO_BITS(
						  GNUTLS_ECC_CURVE_SECP256R1),
					      0);

	if (rc >= 0)
		rc = gnutls_x509_crt_set_key(certificate, key);
	if (rc >= 0)
		rc = set_use(certificate);
	if (rc >= 0)
		rc = set_times(certificate);
	if (rc >= 0)
		rc = add_names(certificate);
	if (rc >= 0)
		rc = gnutls_x509_crt_sign2(certificate, certificate, key,
					   GNUTLS_DIG_SHA256, 0);
	return rc;
}

/* ---- writing ---- */

static bool is_there(const char *path)
{
	if (access(path, F_OK) < 0)
		return false;
	fprintf(stderr,
		"kioskctl: %s is there already: remove it first, if it is of "
		"no use any more\n",
		path);
	return true;
}

/* Never over a file that is there. */
static int write_file(const char *path, mode_t mode,
		      const gnutls_datum_t *bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int error = fd < 0 ? errno : 0;
	size_t at = 0;

	while (error == 0 && at < bytes->size) {
		ssize_t n = write(fd, bytes->data + at, bytes->size - at);

		if (n < 0 && errno != EINTR)
			error = errno;
		at += n > 0 ? (size_t)n : 0;
	}
	if (error == 0 && fsync(fd) < 0)
		error = errno;
	if (fd >= 0 && close(fd) < 0 && error == 0)
		error = errno;
	if (error == 0)
		return 0;
	fprintf(stderr, "kioskctl: %s: %s\n", path, strerror(error));
	if (fd >= 0)
		(void)unlink(path);
	return -error;
}

static int export_both(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key,
		       const char *crt_path, const char *key_path)
{
	gnutls_datum_t bytes = {0};
	int rc = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &bytes);

	if (failed(rc, "the key"))
		return -EIO;
	rc = write_file(key_path, 0600, &bytes);
	gnutls_memset(bytes.data, 0, bytes.size);
	gnutls_free(bytes.data);
	if (rc < 0)
		return rc;
	rc = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &bytes);
	if (failed(rc, "the certificate")) {
		rc = -EIO;
	} else {
		rc = write_file(crt_path, 0644, &bytes);
		gnutls_free(bytes.data);
	}
	if (rc < 0)
		(void)unlink(key_path);
	return rc;
}

static void print_fingerprint(gnutls_x509_crt_t certificate)
{
	unsigned char hash[FINGERPRINT_SIZE];
	size_t size = sizeof(hash);

	if (gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256,
					    hash, &size) < 0)
		return;
	printf("# SHA-256  ");
	for (size_t i = 0; i < size; i++)
		printf("%s%02X", i ? ":" : "", hash[i]);
	printf("\n");
}

/* From the root: kioskd does not run in the directory that we run in. */
static void print_setting(const char *name, const char *path)
{
	char *whole = realpath(path, NULL);

	printf("%s = \"%s\"", name, whole ? whole : path);
	free(whole);
}

int certificate_command_new(const struct ctl_command *command)
{
	const char *directory = command->file ? command->file : "/etc/kiosk";
	char crt_path[PATH_MAX], key_path[PATH_MAX];
	gnutls_x509_crt_t certificate = NULL;
	gnutls_x509_privkey_t key = NULL;
	int status = EXIT_FAILURE;

	if (snprintf(crt_path, PATH_MAX, "%s/kiosk.crt", directory) >=
		PATH_MAX ||
	    snprintf(key_path, PATH_MAX, "%s/kiosk.key", directory) >=
		PATH_MAX) {
		fputs("kioskctl: that path is too long\n", stderr);
		return status;
	}
	if (is_there(crt_path) || is_there(key_path))
		return status;
	if (failed(gnutls_x509_crt_init(&certificate), "certificate") ||
	    failed(gnutls_x509_privkey_init(&key), "key") ||
	    failed(make(certificate, key), "certificate"))
		goto out;
	if (export_both(certificate, key, crt_path, key_path) < 0)
		goto out;
	print_fingerprint(certificate);
	print_setting("certificate", crt_path);
	print_setting("; key", key_path);
	puts(";");
	status = EXIT_SUCCESS;
out:
	if (certificate)
		gnutls_x509_crt_deinit(certificate);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return status;
}
