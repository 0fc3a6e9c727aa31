/* SPDX-License-Identifier: MIT */
#include "panel/gpio.h"

#include <errno.h>
#include <string.h>

const char *gpio_reason(int error)
{
	switch (error) {
	case EBUSY:
		return "in use by the kernel or by another program: see "
		       "gpioinfo for whose it is";
	case EPERM:
	case EACCES:
		return "no permission: add the user to the group gpio";
	case ENODEV:
	case ENXIO:
		return "no interrupt is free for it";
	default:
		return strerror(error);
	}
}
