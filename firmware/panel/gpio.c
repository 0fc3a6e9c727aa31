/* SPDX-License-Identifier: MIT */
#include "panel/gpio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define KERNEL_ENOTSUPP 524 /* the kernel's own; libc has no name for it */

static const char *reason(bool input, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		return "no permission";
	case ENODEV:
		return "no interrupt is free for it: wire it to another line";
	case ENXIO:
	case EIO:
	case EINVAL:
	case EOPNOTSUPP:
	case KERNEL_ENOTSUPP:
		return input ? "this line cannot be an input with edges: wire "
			       "the button to another"
			     : "this line cannot be an output: wire the lamp "
			       "to another";
	default:
		return strerror(error);
	}
}

void gpio_explain(char *text, size_t size, const char *chip, unsigned offset,
		  bool input, int error, const char *consumer)
{
	if (error != EBUSY)
		snprintf(text, size, "%s line %u: %s", chip, offset,
			 reason(input, error));
	else
		snprintf(text, size,
			 "%s line %u: in use by %s%.64s%s: free it (gpioinfo "
			 "shows the lines; once free it is taken within a "
			 "minute) or wire to another line",
			 chip, offset, consumer ? "\"" : "",
			 consumer ? consumer
				  : "the kernel or by another program",
			 consumer ? "\"" : "");
}

bool gpio_bias_refused(int error)
{
	return error == -EINVAL || error == -EOPNOTSUPP || error == -ENOSYS ||
	       error == -KERNEL_ENOTSUPP;
}

void gpio_explain_bias(char *text, size_t size, const char *chip,
		       unsigned offset, enum config_bias bias)
{
	const char *name = "disabled", *mend = "";

	if (bias == CONFIG_BIAS_PULL_UP) {
		name = "pull-up";
		mend = "; wire a resistor of 10 kΩ from the line to 3.3 V";
	} else if (bias == CONFIG_BIAS_PULL_DOWN) {
		name = "pull-down";
		mend = "; wire a resistor of 10 kΩ from the line to GND";
	}
	snprintf(text, size,
		 "%s line %u: the kernel or the chip refuses bias = \"%s\": it "
		 "goes on without%s",
		 chip, offset, name, mend);
}
