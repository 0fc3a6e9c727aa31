/* SPDX-License-Identifier: MIT */
/* A slip's QR code, by libqrencode. */
#ifndef KIOSK_PRINTER_SLIP_QR_H
#define KIOSK_PRINTER_SLIP_QR_H

#include "printer/slip.h"

/* What an address may name; NULL stands for nothing. */
struct slip_qr_names {
	const char *ticket, *kiosk, *service, *token;
};

/*
 * content: "none" or NULL, "ticket" (the ticket's code), or a text in which
 * {ticket}, {kiosk}, {service} and {token} are filled in. About dots wide and
 * high, its modules whole dots, at most width; with the white margin that
 * readers need. -ENODATA: there is none to draw; -EINVAL: it does not fit,
 * -ENOMEM.
 */
int slip_qr_draw(const char *content, const struct slip_qr_names *names,
		 int dots, int width, struct bitmap *out)
    __attribute__((warn_unused_result));

#endif
