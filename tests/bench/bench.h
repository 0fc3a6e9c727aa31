/* SPDX-License-Identifier: MIT */
/*
 * make bench: figures of the real programs, each beside a floor that is taken
 * in the same run on the same disk. What is compared runs in turns, a block of
 * one and a block of the other, so that the machine's noise hits both.
 *
 * Whatever breaks ends the run by die(); the programs that were started end
 * with it (PR_SET_PDEATHSIG). A missed aim does not.
 */
#ifndef KIOSK_BENCH_H
#define KIOSK_BENCH_H

#include <stdbool.h>
#include <stddef.h>

struct bench {
	const char *build; /* where the programs are; relative: short sockets */
	char data[128];    /* emptied at the start and at the end */
	char cache[128];   /* the journal of old rows, kept between runs */
	bool quick;
};

/* A group of figures. */
void bench_latency(const struct bench *bench);
void bench_in_flight(const struct bench *bench);
void bench_stream(const struct bench *bench);
void bench_console(const struct bench *bench);
void bench_old_rows(const struct bench *bench);
void bench_start(const struct bench *bench);
void bench_house(const struct bench *bench);
void bench_slip(const struct bench *bench);
void bench_core(const struct bench *bench);
void bench_hall(const struct bench *bench);

/* full, or quick where the run is to be short. */
size_t bench_count(const struct bench *bench, size_t full, size_t quick);

/*
 * How many commits to make before measuring. A new WAL grows by a page a
 * commit, and the file system must then keep its length safe as well; from
 * SQLite's 1,000th page on it is written over and over. A kiosk that has run
 * for a day is there, and a median must not fall between the two.
 */
size_t bench_warm_up(const struct bench *bench);

_Noreturn void die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* In microseconds: CLOCK_MONOTONIC; this process's time on a core. */
double now_us(void);
double cpu_us(void);
void sleep_ms(long ms);

/* mkdir -p of one level; rm -r; cp with an fsync, so that the kernel does not
 * write it back while something is measured. */
void make_dir(const char *path);
void remove_tree(const char *path);
void copy_file(const char *from, const char *to);

#endif
