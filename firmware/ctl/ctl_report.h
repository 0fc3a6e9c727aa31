/* SPDX-License-Identifier: MIT */
/* A day's figures as a page of 80 columns. Pure but for the FILE. */
#ifndef KIOSK_CTL_REPORT_H
#define KIOSK_CTL_REPORT_H

#include <jansson.h>
#include <stdio.h>

/* The object of GET /v1/report (console/report_api.h). */
void ctl_report_format(const json_t *report, FILE *to);

#endif
