/* SPDX-License-Identifier: MIT */
/* Why the kiosk at the other end of a TLS connection is not trusted, in the
 * words that help. */
#ifndef KIOSK_TRUST_H
#define KIOSK_TRUST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Completes "no news from the kiosk at https://…: ". certificate: the PEM file
 * that was trusted, "" for what the system trusts. curl_said: its error buffer,
 * which alone tells a wrong name from a wrong certificate. now_s: wall time.
 */
void trust_explain(const char *certificate, const char *curl_said,
		   int64_t now_s, char *out, size_t size);

#endif
