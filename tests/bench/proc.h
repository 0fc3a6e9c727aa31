/* SPDX-License-Identifier: MIT */
/* What the kernel tells of a process: proc(5). */
#ifndef KIOSK_BENCH_PROC_H
#define KIOSK_BENCH_PROC_H

#include <sys/types.h>

/* A line such as "VmRSS" of status, or "Pss" of smaps_rollup. */
long proc_status(pid_t pid, const char *name);
long proc_rollup(pid_t pid, const char *name);

/* Over all threads: time on a processor, and how often one went to sleep of
 * itself, which is how often it was woken. */
double proc_run_us(pid_t pid);
long proc_sleeps(pid_t pid);

#endif
