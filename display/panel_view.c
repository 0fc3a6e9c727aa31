/* SPDX-License-Identifier: MIT */
#include "display/panel_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fill.h"
#include "display/parts.h"

bool panel_swapped(const struct panel_hand *hand)
{
	return hand->languages.shown[0] != hand->usual.shown[0];
}

static void compose_tiles(const struct panel_hand *hand,
			  const struct panel_layout *l,
			  const struct model_state *state,
			  struct panel_view *out)
{
	size_t from = hand->page * l->a_page;
	bool down = hand->touch.state == TOUCH_PRESSED && hand->touch.inside;
	bool asking = hand->touch.state == TOUCH_ASKING;
	for (size_t i = from; i < state->n_services && i < from + l->a_page;
	     i++) {
		const struct model_service *service = &state->services[i];
		struct panel_tile *tile = &out->tiles[out->n_tiles++];
		memcpy(tile->prefix, service->prefix, sizeof(tile->prefix));
		tile->name = service->name;
		tile->waiting = service->waiting;
		tile->open = service->open;
		tile->last_call = service->last_call;
		tile->wait = service->wait;
		tile->why = service->why;
		tile->opens = service->opens;
		if (hand->place == PANEL_POSTED)
			tile->posted = tile->open = hand->posted & 1u << i;
		tile->pressed =
		    (down || asking) && hand->touch.target == (int)i;
	}
	if (l->n_pages > 1) {
		struct panel_tile *tile = &out->tiles[l->n_tiles - 1];
		out->n_tiles = l->n_tiles;
		tile->turns_page = tile->open = true;
		tile->name = parts_words(WORDS_NEXT_PAGE);
		tile->pressed = down && hand->touch.target == PANEL_NEXT_PAGE;
	}
}

static enum words slip_words(enum model_printer printer)
{
	switch (printer) {
	case MODEL_PRINTER_OK:
	case MODEL_PRINTER_PAPER_LOW:
		return WORDS_TAKE_SLIP;
	case MODEL_PRINTER_UNKNOWN:
		return WORDS_SLIP_OR_REMEMBER;
	case MODEL_PRINTER_PAPER_OUT:
	case MODEL_PRINTER_COVER_OPEN:
	case MODEL_PRINTER_OFFLINE:
	case MODEL_PRINTER_FAULT:
	case MODEL_PRINTER_NONE:
		break;
	}
	return WORDS_REMEMBER;
}

/* "…, chờ khoảng 10–15 phút" */
static void append_wait(const struct model_wait *wait, struct model_words *to)
{
	struct model_words range = parts_wait(wait);
	size_t vi = strlen(to->vi), en = strlen(to->en);
	if (!range.vi[0])
		return;
	snprintf(to->vi + vi, sizeof(to->vi) - vi, "%schờ %.99s",
		 vi ? ", " : "", range.vi);
	snprintf(to->en + en, sizeof(to->en) - en, "%swait %.99s",
		 en ? ", " : "", range.en);
}

/* What a telephone keeps in a slip's stead. */
static void compose_qr(const struct panel_hand *hand, struct panel_view *out)
{
	char text[PANEL_QR_SIZE * 2];
	const struct fill fills[] = {
	    {"{ticket}", hand->answer.ticket},
	    {"{kiosk}", hand->kiosk},
	    {"{service}", hand->asked_name.vi},
	};
	if (hand->qr) {
		char *filled =
		    fill_in(hand->qr, fills, sizeof(fills) / sizeof(fills[0]));
		snprintf(text, sizeof(text), "%s", filled ? filled : "");
		free(filled);
	} else {
		/* As little as tells whose it is: large modules are read well.
		 */
		snprintf(text, sizeof(text), "%s\n%.80s\n%s %s",
			 hand->answer.ticket, hand->asked_name.vi,
			 out->header.clock, out->header.date[0]);
	}
	if (strlen(text) < sizeof(out->qr))
		memcpy(out->qr, text, strlen(text) + 1);
}

static void compose_ticket(const struct panel_hand *hand,
			   const struct model_state *state,
			   struct panel_view *out)
{
	memcpy(out->code, hand->answer.ticket, sizeof(out->code));
	out->service = hand->asked_name;
	if (hand->answer.ahead >= 0) {
		words_ahead(LANGUAGE_VI, hand->answer.ahead, out->ahead.vi,
			    sizeof(out->ahead.vi));
		words_ahead(LANGUAGE_EN, hand->answer.ahead, out->ahead.en,
			    sizeof(out->ahead.en));
	}
	append_wait(&hand->answer.wait, &out->ahead);
	out->last_call = hand->answer.last_call;
	out->next = parts_words(slip_words(state->printer));
	if (slip_words(state->printer) == WORDS_REMEMBER)
		compose_qr(hand, out);
	if (out->qr[0])
		out->next = parts_words(WORDS_KEEP_BY_PHONE);
}

static void compose_card(const struct panel_hand *hand,
			 const struct model_state *state,
			 struct panel_view *out)
{
	switch (hand->answer.result) {
	case CLIENT_ISSUED:
		out->card = PANEL_CARD_TICKET;
		compose_ticket(hand, state, out);
		break;
	case CLIENT_REFUSED:
		out->card = PANEL_CARD_REFUSED;
		out->next = hand->answer.message;
		if (!out->next.vi[0] && !out->next.en[0])
			out->next = parts_words(WORDS_NO_ANSWER_MEND);
		break;
	case CLIENT_NO_ANSWER:
		out->card = PANEL_CARD_NO_ANSWER;
		out->next = parts_words(WORDS_NO_ANSWER_MEND);
		break;
	}
}

static struct model_words refusal(const struct model_press *press,
				  const struct model_service *service)
{
	switch (press->why) {
	case MODEL_REFUSED_SERVICE:
		if (service && !service->open)
			return parts_why(service->why, &service->opens);
		break;
	case MODEL_REFUSED_PAPER:
		return parts_words(WORDS_NO_PAPER);
	case MODEL_REFUSED_TOO_SOON:
		return parts_words(WORDS_TOO_SOON);
	case MODEL_REFUSED_USED:
		return parts_words(WORDS_CODE_USED);
	case MODEL_REFUSED_OTHER:
		break;
	}
	return parts_words(WORDS_NO_ANSWER_MEND);
}

void panel_refusal(const struct model_state *state,
		   struct client_answer *answer)
{
	const struct model_service *service = NULL;
	for (size_t i = 0; i < state->n_services && !service; i++)
		if (strcmp(state->services[i].id, state->refused.service) == 0)
			service = &state->services[i];
	*answer = (struct client_answer){.result = CLIENT_REFUSED, .ahead = -1};
	struct model_words why = refusal(&state->refused, service);
	char vi[2 * MODEL_WORDS_SIZE + 2], en[2 * MODEL_WORDS_SIZE + 2];
	snprintf(vi, sizeof(vi), "%s%s%s", service ? service->name.vi : "",
		 service ? ": " : "", why.vi);
	snprintf(en, sizeof(en), "%s%s%s",
		 service ? model_in(&service->name, LANGUAGE_EN) : "",
		 service ? ": " : "", why.en);
	model_set_words(&answer->message, vi, en);
}

static void compose_reading(const struct panel_hand *hand,
			    const struct panel_layout *layout,
			    const struct model_state *state,
			    struct panel_view *out)
{
	out->service = state->services[hand->chosen].name;
	out->text_page = hand->text_page;
	out->n_text_pages =
	    reading_cut(hand->text ? hand->text : "", &layout->reading,
			hand->text_page, out->lines, &out->n_lines);
}

static void compose_place(const struct panel_hand *hand,
			  const struct panel_layout *layout,
			  const struct model_state *state,
			  struct panel_view *out)
{
	out->place = hand->place;
	out->posted = hand->posted != 0;
	switch (hand->place) {
	case PANEL_SERVICES:
	case PANEL_POSTED:
		compose_tiles(hand, layout, state, out);
		break;
	case PANEL_CLASSES:
		break;
	case PANEL_READING:
		compose_reading(hand, layout, state, out);
		break;
	}
}

void panel_compose(const struct panel_hand *hand,
		   const struct panel_layout *layout, const struct model *model,
		   struct moment now, struct panel_view *out)
{
	memset(out, 0, sizeof(*out));
	header_compose(model, now, &out->header);
	out->connecting = !model->has_state;
	out->stale = model_stale(model, now);
	out->page = hand->page;
	out->asking = hand->touch.state == TOUCH_ASKING;
	out->swapped = panel_swapped(hand);
	out->priority_for = model->state.priority_for;
	out->pressed_target =
	    hand->touch.state == TOUCH_PRESSED && hand->touch.inside
		? hand->touch.target
		: TOUCH_NOTHING;
	if (hand->touch.state == TOUCH_RESULT)
		compose_card(hand, &model->state, out);
	else
		compose_place(hand, layout, &model->state, out);
}
