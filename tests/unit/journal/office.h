/* SPDX-License-Identifier: MIT */
/* An office for the tests of record.c: three services, two counters. */
#ifndef KIOSK_TEST_JOURNAL_OFFICE_H
#define KIOSK_TEST_JOURNAL_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "journal/record.h"

static struct config_service office_services[] = {
    {.id = "land", .prefix = "A"},
    {.id = "civil", .prefix = "B"},
    {.id = "notary", .prefix = "CD"},
};

static struct config_counter office_counters[] = {{.id = 1}, {.id = 12}};

static const struct config office = {
    .services = office_services,
    .n_services = 3,
    .counters = office_counters,
    .n_counters = 2,
};

/* One event of each kind, and the detail it makes. */
static const struct office_kind {
	struct queue_event event;
	struct record_extra extra;
	const char *detail; /* NULL: the column is NULL */
} office_kinds[] = {
    {{.kind = QUEUE_JOURNAL_OPENED, .service = -1, .class = -1, .counter = -1},
     {.journal_id = "0123456789abcdef0123456789abcdef"},
     "{\"journal\":\"0123456789abcdef0123456789abcdef\",\"schema\":1}"},
    {{.kind = QUEUE_DAY_OPENED,
      .service = -1,
      .class = -1,
      .counter = -1,
      .carried = true,
      .day = "2026-11-24",
      .clock_set = true,
      .seeds = {[0] = {.last = 31,
		       .last_issued_ms = 1795651200000,
		       .last_clock = QUEUE_CLOCK_SET},
		[2] = {.before = 57,
		       .before_issued_ms = 1795651100000,
		       .before_clock = QUEUE_CLOCK_TRUSTED}}},
     {.actor = "kioskd"},
     "{\"carried\":true,\"clock_set\":true,\"seeds\":{\"land\":"
     "{\"prefix\":\"A\",\"last\":31,\"issued_at_ms\":1795651200000,"
     "\"clock\":\"set\"},\"notary\":{\"prefix\":\"CD\",\"last\":0,"
     "\"issued_at_ms\":0,\"clock\":\"doubted\",\"before\":57,"
     "\"before_issued_at_ms\":1795651100000,"
     "\"before_clock\":\"trusted\"}}}"},
    {{.kind = QUEUE_ISSUED,
      .service = 0,
      .number = 25,
      .class = TICKET_PRIORITY,
      .counter = -1,
      .ahead = 7},
     {.actor = "button:land", .key = "k-1"},
     "{\"ticket\":\"A025\",\"ahead\":7}"},
    {{.kind = QUEUE_CALLED,
      .service = 2,
      .number = 1000,
      .class = TICKET_NORMAL,
      .counter = 1},
     {.actor = "web"},
     "{\"ticket\":\"CD1000\"}"},
    {{.kind = QUEUE_RECALLED,
      .service = 1,
      .number = 2,
      .class = TICKET_NORMAL,
      .counter = 0},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_FINISHED,
      .service = 1,
      .number = 2,
      .class = TICKET_NORMAL,
      .counter = 0},
     {.outcome = "accepted"},
     "{\"ticket\":\"B002\",\"outcome\":\"accepted\"}"},
    {{.kind = QUEUE_FINISHED,
      .service = 1,
      .number = 2,
      .class = -1,
      .counter = 0},
     {.outcome = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_NO_SHOW,
      .service = 1,
      .number = 2,
      .class = TICKET_APPOINTMENT,
      .counter = 0},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_TRANSFERRED,
      .service = 1,
      .number = 2,
      .class = -1,
      .counter = -1},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_RETURNED,
      .service = 1,
      .number = 2,
      .class = -1,
      .counter = 1},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_RESTORED,
      .service = 1,
      .number = 2,
      .class = -1,
      .counter = -1},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_CANCELLED,
      .service = 1,
      .number = 2,
      .class = -1,
      .counter = -1},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_EXPIRED,
      .service = 1,
      .number = 2,
      .class = -1,
      .counter = -1},
     {.actor = NULL},
     "{\"ticket\":\"B002\"}"},
    {{.kind = QUEUE_COUNTER_OPENED, .service = -1, .class = -1, .counter = 1},
     {.actor = NULL},
     NULL},
    {{.kind = QUEUE_COUNTER_PAUSED, .service = -1, .class = -1, .counter = 1},
     {.actor = NULL},
     NULL},
    {{.kind = QUEUE_COUNTER_CLOSED, .service = -1, .class = -1, .counter = 0},
     {.actor = NULL},
     NULL},
    {{.kind = QUEUE_RATED,
      .service = 0,
      .number = 25,
      .class = -1,
      .counter = 1,
      .stars = 4},
     {.actor = NULL},
     "{\"ticket\":\"A025\",\"stars\":4}"},
    {{.kind = QUEUE_RATED,
      .service = -1,
      .class = -1,
      .counter = 1,
      .stars = 5},
     {.actor = NULL},
     "{\"stars\":5}"},
    {{.kind = QUEUE_PRINTED,
      .service = 0,
      .number = 99999,
      .class = -1,
      .counter = -1},
     {.actor = "printer"},
     "{\"ticket\":\"A99999\"}"},
    {{.kind = QUEUE_PRINT_FAILED,
      .service = 0,
      .number = 1,
      .class = -1,
      .counter = -1},
     {.actor = "printer", .why = "hết \"giấy\"\n\xff"},
     "{\"ticket\":\"A001\",\"why\":\"hết \\\"giấy\\\"\\n\xef\xbf\xbd\"}"},
    {{.kind = QUEUE_CONFIG_LOADED,
      .service = -1,
      .class = -1,
      .counter = -1,
      .booted = true},
     {.boot_id = "b00t", .clock_offset_ms = -12},
     "{\"version\":\"" KIOSK_VERSION
     "\",\"boot\":\"b00t\",\"booted\":true,\"offset_ms\":-12}"},
    {{.kind = QUEUE_CLOCK_STEPPED,
      .service = -1,
      .class = -1,
      .counter = -1,
      .step_ms = -3600000},
     {.actor = NULL},
     "{\"step_ms\":-3600000}"},
};
#define OFFICE_KINDS (sizeof(office_kinds) / sizeof(office_kinds[0]))

#endif
