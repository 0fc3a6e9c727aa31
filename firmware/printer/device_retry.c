/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "printer/device.h"

void device_timer_arm(sd_event_source *timer, uint64_t us)
{
	int status = sd_event_source_set_time_relative(timer, us);

	if (status >= 0)
		status = sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
	if (status < 0)
		log_error("printer: cannot set a timer: %s", strerror(-status));
}

int device_retry_new(struct device_retry *retry, sd_event *event,
		     const struct device_times *times,
		     sd_event_time_handler_t try, void *arg)
{
	*retry = (struct device_retry){.times = *times,
				       .delay_ms = times->retry_first_ms};
	int status = sd_event_add_time_relative(event, &retry->timer,
						CLOCK_BOOTTIME, 0, 0, try, arg);

	return status < 0 ? status : 0;
}

void device_retry_free(struct device_retry *retry)
{
	retry->timer = sd_event_source_disable_unref(retry->timer);
}

void device_retry_later(struct device_retry *retry)
{
	device_timer_arm(retry->timer, (uint64_t)retry->delay_ms * 1000);
	retry->delay_ms *= 2;
	if (retry->delay_ms > retry->times.retry_most_ms)
		retry->delay_ms = retry->times.retry_most_ms;
}

void device_retry_hurry(struct device_retry *retry)
{
	int enabled = SD_EVENT_OFF;

	/* Off while a try is under way: then there is nothing to hurry. */
	if (sd_event_source_get_enabled(retry->timer, &enabled) < 0 ||
	    enabled == SD_EVENT_OFF)
		return;
	int64_t since_ms = clock_mono_ms() - retry->tried_ms;
	if (since_ms >= retry->times.retry_first_ms)
		device_timer_arm(retry->timer, 0);
}

void device_retry_now(struct device_retry *retry)
{
	device_retry_worked(retry);
	device_timer_arm(retry->timer, 0);
}

void device_retry_begun(struct device_retry *retry)
{
	retry->tried_ms = clock_mono_ms();
}

void device_retry_worked(struct device_retry *retry)
{
	retry->delay_ms = retry->times.retry_first_ms;
}
