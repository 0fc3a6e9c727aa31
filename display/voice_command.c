/* SPDX-License-Identifier: MIT */
#include "display/voice_command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "display/voice.h"

#define LIST_MOST 400

/* What was written already, in this language. */
struct list {
	FILE *to;
	enum language language;
	char *texts[LIST_MOST];
	size_t n;
};

static const char *tag_of(enum language language)
{
	return language == LANGUAGE_EN ? "en" : "vi";
}

static int add(struct list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->texts[i], text) == 0)
			return 0;
	if (list->n == LIST_MOST)
		return -ENOMEM;
	list->texts[list->n] = strdup(text);
	if (!list->texts[list->n])
		return -ENOMEM;
	list->n++;
	const char *tag = tag_of(list->language);
	return fprintf(list->to, "%s\t%s\t%s-%02zu.wav\n", tag, text, tag,
		       list->n) < 0
		   ? -EIO
		   : 0;
}

static int add_speech(struct list *list, const struct speech *speech)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < speech->n; i++)
		r = add(list, speech->pieces[i].text);
	return r;
}

/* Every prefix, every counter, and the words of all numbers. */
static int list_language(struct list *list, const struct config *config)
{
	struct speech_manner manner = voice_manner(&config->display);
	const char *template =
	    text_in(&config->display.announce, list->language);
	int r = 0;
	for (size_t i = 0; r == 0 && i < config->n_services; i++) {
		char code[TICKET_CODE_SIZE];
		struct speech speech;
		ticket_code(code, config->services[i].prefix, 1);
		speech_make(&speech, list->language, template, code, 1,
			    &manner);
		r = add_speech(list, &speech);
	}
	for (unsigned digit = 0; r == 0 && digit < 10; digit++)
		r = add(list, spell_digit(list->language, digit));
	for (size_t i = 0; r == 0 && i < config->n_counters; i++) {
		struct speech speech;
		speech_make(&speech, list->language, "{counter}", "",
			    (unsigned)config->counters[i].id, &manner);
		r = add_speech(list, &speech);
	}
	const char *word;
	for (size_t i = 0;
	     r == 0 && !manner.digits &&
	     (word = spell_vocabulary(list->language, manner.region, i));
	     i++)
		r = add(list, word);
	return r;
}

int voice_record_list(const struct config *config,
		      const struct languages *languages, FILE *to)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < languages->n; i++) {
		struct list list = {.to = to, .language = languages->shown[i]};
		r = list_language(&list, config);
		while (list.n > 0)
			free(list.texts[--list.n]);
	}
	return r;
}

static void said(void *arg)
{
	(void)sd_event_exit(arg, 0);
}

static int say(sd_event *event, const char *text, const struct config *config,
	       const struct languages *languages)
{
	const struct voice_options options = {.display = &config->display,
					      .languages = *languages};
	struct voice *voice;
	int r = voice_new(event, &options, said, event, &voice);
	if (r >= 0 && !voice_say(voice, text))
		r = -EINVAL;
	if (r >= 0)
		r = sd_event_loop(event);
	if (r < 0)
		log_error("the voice: %s", strerror(-r));
	else if (voice_failed(voice))
		r = 1;
	voice_free(voice);
	return r == 0 ? 0 : 1;
}

int voice_command(sd_event *event, const struct options *options,
		  const struct config *config,
		  const struct languages *languages)
{
	int r = 0;
	switch (options->voice_verb) {
	case OPTIONS_VOICE_NOTHING:
		break;
	case OPTIONS_VOICE_SAY:
		return say(event, options->say, config, languages);
	case OPTIONS_VOICE_LIST:
		r = voice_record_list(config, languages, stdout);
		if (r == 0 && fflush(stdout) != 0)
			r = -EIO;
		if (r < 0)
			log_error("the list of clips: %s", strerror(-r));
		break;
	}
	return r == 0 ? 0 : 1;
}
