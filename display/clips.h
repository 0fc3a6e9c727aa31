/* SPDX-License-Identifier: MIT */
/*
 * A pack of recorded clips: a folder with WAV files (16-bit PCM) and clips.txt,
 * which says what each holds, one a line, with tabs between:
 *
 *	vi	Mời số	moi-so.wav
 *
 * `kiosk-display voice record-list` prints that file for an office. A sentence
 * is either there whole or not at all: two voices in one sound wrong.
 */
#ifndef KIOSK_CLIPS_H
#define KIOSK_CLIPS_H

#include "display/pcm.h"
#include "display/speech.h"

struct clips;

#define CLIPS_PROBLEM_SIZE 300

/*
 * -ENOENT, -EINVAL, -ENOMEM with problem filled in ("clips.txt:7: …"). Files
 * are opened only when they are spoken, so a pack may be mended meanwhile.
 */
int clips_open(const char *folder, struct clips **out,
	       char problem[CLIPS_PROBLEM_SIZE])
    __attribute__((warn_unused_result));
void clips_free(struct clips *clips);

/*
 * Adds the sentence. -ENOENT where a clip is missing or cannot be read, with
 * problem naming it; then nothing was added. -ENOMEM, -EFBIG.
 */
int clips_say(const struct clips *clips, const struct speech *speech,
	      struct pcm *pcm, char problem[CLIPS_PROBLEM_SIZE])
    __attribute__((warn_unused_result));

#endif
