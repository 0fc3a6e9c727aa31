/* SPDX-License-Identifier: MIT */
#ifndef KIOSK_DURABLE_H
#define KIOSK_DURABLE_H

/*
 * Makes the file's bytes, or the names in the directory, outlive a power cut:
 * fsync(2). For a file that is closed already; a renamed one needs its
 * directory made durable as well. 0 or a negative errno (-EINVAL: a file system
 * that cannot, as FAT for a directory).
 */
int durable_path(const char *path) __attribute__((warn_unused_result));

#endif
