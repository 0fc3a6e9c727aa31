/* SPDX-License-Identifier: MIT */
#include "console/board.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "console/state.h"

/* at_ms in the state is how clients set their clocks: don't hand out old ones
 * to those who come later. */
#define KEEP_MS 250

struct board {
	const struct kiosk *kiosk;
	uint64_t version;
	int64_t made_ms; /* monotonic */
	struct board_text *text;
};

struct board *board_new(const struct kiosk *kiosk)
{
	struct board *board = calloc(1, sizeof(*board));

	if (board) {
		board->kiosk = kiosk;
		board->version = 1;
	}
	return board;
}

void board_free(struct board *board)
{
	if (!board)
		return;
	board_release(board->text);
	free(board);
}

void board_change(struct board *board)
{
	board->version++;
}

uint64_t board_version(const struct board *board)
{
	return board->version;
}

static struct board_text *frame(int64_t seq, const char *json)
{
	char head[64];
	int head_length =
	    snprintf(head, sizeof(head),
		     "id: %" PRId64 "\nevent: state\ndata: ", seq);
	size_t at = (size_t)head_length;
	size_t json_length = strlen(json);
	struct board_text *text = malloc(sizeof(*text) + at + json_length + 2);

	if (!text)
		return NULL;
	*text = (struct board_text){
	    .references = 1,
	    .length = at + json_length + 2,
	    .json_at = at,
	    .json_length = json_length,
	};
	memcpy(text->bytes, head, at);
	memcpy(text->bytes + at, json, json_length);
	memcpy(text->bytes + at + json_length, "\n\n", 2);
	return text;
}

static struct board_text *render(const struct board *board)
{
	json_t *state = state_board(board->kiosk, clock_wall_ms());
	char *json = state ? json_to_string(state) : NULL;
	struct board_text *text =
	    json ? frame(kiosk_seq(board->kiosk), json) : NULL;

	json_decref(state);
	free(json);
	if (text)
		text->version = board->version;
	return text;
}

struct board_text *board_get(struct board *board)
{
	int64_t now_ms = clock_mono_ms();

	if (!board->text || board->text->version != board->version ||
	    now_ms - board->made_ms > KEEP_MS) {
		struct board_text *text = render(board);

		if (!text)
			return NULL;
		board_release(board->text);
		board->text = text;
		board->made_ms = now_ms;
	}
	board->text->references++;
	return board->text;
}

void board_release(struct board_text *text)
{
	if (text && --text->references == 0)
		free(text);
}
