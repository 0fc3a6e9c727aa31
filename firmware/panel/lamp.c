/* SPDX-License-Identifier: MIT */
#include "panel/lamp.h"

#define NS_PER_MS 1000000LL

enum lamp_light lamp_wanted(enum config_lamp_kind shows,
			    const struct lamp_view *view)
{
	switch (shows) {
	case CONFIG_LAMP_SERVICE:
		if (view->refused)
			return LAMP_FAST;
		if (view->printing)
			return LAMP_SLOW;
		return view->offered ? LAMP_ON : LAMP_OFF;
	case CONFIG_LAMP_COUNTER:
		return view->awaited ? LAMP_ON : LAMP_OFF;
	case CONFIG_LAMP_FAULT:
		return view->fault ? LAMP_ON : LAMP_OFF;
	}
	return LAMP_OFF;
}

/* Half a blink; 0: it does not blink. */
static int64_t half_ns(enum lamp_light light)
{
	switch (light) {
	case LAMP_OFF:
	case LAMP_ON:
		return 0;
	case LAMP_SLOW:
		return 500 * NS_PER_MS;
	case LAMP_FAST:
		return 125 * NS_PER_MS;
	}
	return 0;
}

bool lamp_lit(enum lamp_light light, int64_t now_ns)
{
	int64_t half = half_ns(light);

	if (half == 0)
		return light == LAMP_ON;
	return now_ns / half % 2 == 0;
}

int64_t lamp_next_ns(enum lamp_light light, int64_t now_ns)
{
	int64_t half = half_ns(light);

	return half == 0 ? INT64_MAX : (now_ns / half + 1) * half;
}
