/* SPDX-License-Identifier: MIT */
#include "display/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>

struct loop {
	sd_event *event;
	CURLM *multi;
	sd_event_source *timer;
	loop_done_fn *fn;
	void *arg;
};

static void tell_done(struct loop *loop)
{
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(loop->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		/* Removing it invalidates message. */
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		curl_multi_remove_handle(loop->multi, easy);
		loop->fn(loop->arg, easy, result);
	}
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *arg)
{
	(void)source;
	struct loop *loop = arg;
	int mask = 0, running;
	if (revents & (EPOLLIN | EPOLLHUP | EPOLLRDHUP))
		mask |= CURL_CSELECT_IN;
	if (revents & EPOLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (revents & EPOLLERR)
		mask |= CURL_CSELECT_ERR;
	curl_multi_socket_action(loop->multi, fd, mask, &running);
	tell_done(loop);
	return 0;
}

static int on_time(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	struct loop *loop = arg;
	int running;
	curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	tell_done(loop);
	return 0;
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
		       void *of_socket)
{
	(void)easy;
	struct loop *loop = arg;
	sd_event_source *source = of_socket;
	if (what == CURL_POLL_REMOVE) {
		sd_event_source_disable_unref(source);
		curl_multi_assign(loop->multi, fd, NULL);
		return 0;
	}
	uint32_t events = 0;
	if (what & CURL_POLL_IN)
		events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		events |= EPOLLOUT;
	if (source)
		return sd_event_source_set_io_events(source, events) < 0 ? -1
									 : 0;
	if (sd_event_add_io(loop->event, &source, fd, events, on_io, loop) < 0)
		return -1;
	curl_multi_assign(loop->multi, fd, source);
	return 0;
}

static int want_time(CURLM *multi, long timeout_ms, void *arg)
{
	(void)multi;
	struct loop *loop = arg;
	if (timeout_ms < 0)
		return sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF) <
			       0
			   ? -1
			   : 0;
	uint64_t usec = (uint64_t)timeout_ms * 1000;
	if (sd_event_source_set_time_relative(loop->timer, usec) < 0 ||
	    sd_event_source_set_enabled(loop->timer, SD_EVENT_ONESHOT) < 0)
		return -1;
	return 0;
}

int loop_new(sd_event *event, loop_done_fn *fn, void *arg, struct loop **out)
{
	*out = NULL;
	struct loop *loop = calloc(1, sizeof(*loop));
	if (!loop)
		return -ENOMEM;
	loop->event = sd_event_ref(event);
	loop->fn = fn;
	loop->arg = arg;
	loop->multi = curl_multi_init();
	int r = loop->multi ? 0 : -ENOMEM;
	/* Exact: "at once" must not become a wake-up of its own. */
	if (r == 0)
		r = sd_event_add_time_relative(event, &loop->timer,
					       CLOCK_MONOTONIC, 0, 1000,
					       on_time, loop);
	if (r >= 0)
		r = sd_event_source_set_enabled(loop->timer, SD_EVENT_OFF);
	if (r < 0) {
		loop_free(loop);
		return r;
	}
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, want_time);
	curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
	*out = loop;
	return 0;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->multi)
		curl_multi_cleanup(loop->multi);
	sd_event_source_disable_unref(loop->timer);
	sd_event_unref(loop->event);
	free(loop);
}

int loop_add(struct loop *loop, CURL *easy)
{
	return curl_multi_add_handle(loop->multi, easy) == CURLM_OK ? 0
								    : -ENOMEM;
}

void loop_remove(struct loop *loop, CURL *easy)
{
	/* Refused for one that is not there, which is as good. */
	(void)curl_multi_remove_handle(loop->multi, easy);
}
