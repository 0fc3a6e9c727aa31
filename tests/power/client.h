/* SPDX-License-Identifier: MIT */
/*
 * Citizens, counters and a screen. Each tells the host what it is about to ask
 * ("ask KEY"), what it was answered ("ack KEY STATUS BODY") and, who follows
 * the state, which row it has seen ("told SEQ").
 *
 * A key says what is asked for, so that a later boot can ask for the same
 * again: i.SERVICE.BOOT.WHO.N issues, c.COUNTER.BOOT.WHO.N calls the next.
 */
#ifndef KIOSK_POWER_CLIENT_H
#define KIOSK_POWER_CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

#define CLIENT_SOCKET "/dev/kiosk/kiosk.sock"

/* A connection, or -1. */
int client_connect(void);

/* Whether GET /healthz answers. */
bool client_healthy(void);

/* Asks for what the key says, over fd. false: the connection broke. */
bool client_ask(int fd, const char *key);

/* Children that go on until they have asked limit times (0: for ever) or the
 * kiosk is gone; the screen until then. */
pid_t client_citizen(int boot, int who, int limit, int pause_ms);
pid_t client_counter(int boot, int who, int limit);
pid_t client_screen(void);

#endif
