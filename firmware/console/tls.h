/* SPDX-License-Identifier: MIT */
/*
 * The one GnuTLS adapter of kioskd: the certificate and the key that the TCP
 * door shows, read at the start and again when their files change, for the
 * connections made from then on. libmicrohttpd does the rest.
 *
 * One at a time in a process: libmicrohttpd's callback takes no argument.
 */
#ifndef KIOSK_TLS_H
#define KIOSK_TLS_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <systemd/sd-event.h>

#include "console/console.h"

struct tls;

/*
 * TLS 1.2 and 1.3, forward secrecy and authenticated encryption only. The
 * kiosk chooses: ChaCha20 first, since a Pi before the 5 has no AES
 * instructions.
 */
#define TLS_PRIORITIES                                              \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"               \
	"-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"                          \
	"-CIPHER-ALL:+CHACHA20-POLY1305:+AES-256-GCM:+AES-128-GCM:" \
	"-MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:" \
	"+GROUP-SECP384R1:%SERVER_PRECEDENCE"

/*
 * Both are PEM files, the certificate with its chain. event must outlive it. A
 * negative errno with the problem filled in where they cannot be used.
 */
int tls_new(sd_event *event, const char *certificate, const char *key,
	    struct tls **out, struct console_problem *problem)
    __attribute__((warn_unused_result));

/* After the last connection. */
void tls_free(struct tls *tls);

/* A gnutls_certificate_retrieve_function2, for libmicrohttpd. */
int tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities,
		 int n_authorities, const gnutls_pk_algorithm_t *algorithms,
		 int n_algorithms, gnutls_pcert_st **chain, unsigned *n_chain,
		 gnutls_privkey_t *key);

#endif
