/* SPDX-License-Identifier: MIT */
/* Put under kioskd (LD_PRELOAD): a kiosk that syncs nothing. The tests of power
 * cuts must find that it loses tickets. */
#include <unistd.h>

int fsync(int fd)
{
	(void)fd;
	return 0;
}

int fdatasync(int fd)
{
	(void)fd;
	return 0;
}
