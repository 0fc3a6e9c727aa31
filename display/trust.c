/* SPDX-License-Identifier: MIT */
#include "display/trust.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DATE_SIZE 32

/* The first certificate of the file: 0 and it is the caller's, or -errno. */
static int read_first(const char *path, gnutls_x509_crt_t *out)
{
	gnutls_datum_t bytes;
	gnutls_x509_crt_t certificate;
	int r;

	errno = 0;
	if (gnutls_load_file(path, &bytes) < 0)
		return errno ? -errno : -EIO;
	r = gnutls_x509_crt_init(&certificate);
	if (r >= 0) {
		/* Of several in a file it takes the first. */
		r = gnutls_x509_crt_import(certificate, &bytes,
					   GNUTLS_X509_FMT_PEM);
		if (r < 0)
			gnutls_x509_crt_deinit(certificate);
	}
	gnutls_free(bytes.data);
	if (r < 0)
		return -EINVAL;
	*out = certificate;
	return 0;
}

static void date_of(time_t at_s, char out[DATE_SIZE])
{
	struct tm tm;

	if (!localtime_r(&at_s, &tm) ||
	    strftime(out, DATE_SIZE, "%F %H:%M", &tm) == 0)
		(void)snprintf(out, DATE_SIZE, "?");
}

static void explain_file(const char *path, int64_t now_s, char *out,
			 size_t size)
{
	gnutls_x509_crt_t certificate = NULL;
	char date[DATE_SIZE];
	time_t from_s, to_s;
	int r = read_first(path, &certificate);

	if (r < 0) {
		snprintf(out, size,
			 "display.certificate: %s %s: copy the kiosk's "
			 "kiosk.crt there",
			 path,
			 r == -EINVAL ? "is no certificate" : strerror(-r));
		return;
	}
	from_s = gnutls_x509_crt_get_activation_time(certificate);
	to_s = gnutls_x509_crt_get_expiration_time(certificate);
	gnutls_x509_crt_deinit(certificate);
	if (now_s > to_s) {
		date_of(to_s, date);
		snprintf(out, size,
			 "the certificate %s has expired (%s): make another on "
			 "the kiosk and copy it here",
			 path, date);
	} else if (now_s < from_s) {
		date_of(from_s, date);
		snprintf(out, size,
			 "the certificate %s is not valid before %s: this "
			 "machine's clock is wrong",
			 path, date);
	} else {
		snprintf(out, size,
			 "it does not show the certificate %s: copy the "
			 "kiosk's kiosk.crt there",
			 path);
	}
}

void trust_explain(const char *certificate, const char *curl_said,
		   int64_t now_s, char *out, size_t size)
{
	/* libcurl's words, whichever TLS library it was built with. */
	if (strstr(curl_said, "subject name"))
		snprintf(out, size,
			 "its certificate is for other names than that: use a "
			 "name or address that kioskctl certificate new "
			 "printed");
	else if (*certificate)
		explain_file(certificate, now_s, out, size);
	else
		snprintf(out, size,
			 "its certificate is not known here: copy the kiosk's "
			 "kiosk.crt and name the copy in display.certificate");
}
