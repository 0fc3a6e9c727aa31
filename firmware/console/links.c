/* SPDX-License-Identifier: MIT */
#include "console/links.h"

#include <stdlib.h>
#include <string.h>

#include "console/guard.h"

static void hang_up(struct link *link)
{
	link_busy(link);
	link->cut = true;
	(void)shutdown(link->fd, SHUT_RDWR);
}

void link_busy(struct link *link)
{
	struct links *links;

	if (!link || !link->idle)
		return;
	links = link->links;
	link->idle = false;
	if (link->older)
		link->older->newer = link->newer;
	else
		links->oldest = link->newer;
	if (link->newer)
		link->newer->older = link->older;
	else
		links->newest = link->older;
}

void link_idle(struct link *link, int64_t now_ms)
{
	struct links *links;

	if (!link || link->cut)
		return;
	link_busy(link); /* it goes to the end */
	links = link->links;
	link->idle = true;
	link->since_ms = now_ms;
	link->newer = NULL;
	link->older = links->newest;
	if (links->newest)
		links->newest->newer = link;
	else
		links->oldest = link;
	links->newest = link;
}

/* One address has one too many: its own oldest goes, or the new one. */
static void hold_to_share(struct links *links, struct link *newest)
{
	struct link *oldest = NULL;
	size_t n = 0;

	for (struct link *at = links->first; at; at = at->next) {
		if (!at->elsewhere || at->cut ||
		    memcmp(at->address, newest->address, sizeof(at->address)) !=
			0)
			continue;
		n++;
		if (at->idle && at != newest &&
		    (!oldest || at->since_ms < oldest->since_ms))
			oldest = at;
	}
	if (n > LINKS_AN_ADDRESS)
		hang_up(oldest ? oldest : newest);
}

struct link *links_open(struct links *links, int fd,
			const struct sockaddr *peer, int64_t now_ms)
{
	struct link *link = calloc(1, sizeof(*link));

	links->n++;
	if (!link)
		return NULL;
	link->links = links;
	link->fd = fd;
	link->elsewhere = peer && !guard_peer_is_loopback(peer);
	guard_address(peer, link->address);
	link->next = links->first;
	if (links->first)
		links->first->previous = link;
	links->first = link;
	link_idle(link, now_ms);
	if (link->elsewhere)
		hold_to_share(links, link);
	return link;
}

void links_close(struct links *links, struct link *link)
{
	links->n--;
	if (!link)
		return;
	link_busy(link);
	if (link->previous)
		link->previous->next = link->next;
	else
		links->first = link->next;
	if (link->next)
		link->next->previous = link->previous;
	free(link);
}

void links_make_room(struct links *links)
{
	if (links->oldest)
		hang_up(links->oldest);
}

void links_cut_late(struct links *links, int64_t now_ms)
{
	while (links->oldest &&
	       now_ms - links->oldest->since_ms >= LINKS_LATE_MS)
		hang_up(links->oldest);
}
