/* SPDX-License-Identifier: MIT */
#include "display/clips.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST "clips.txt"
#define CLIPS_MOST 500
#define CLIP_BYTES_MOST (4 << 20)
#define BETWEEN_PIECES_MS 40
#define BETWEEN_DIGITS_MS 120

struct clip {
	enum language language;
	char *text, *file;
};

struct clips {
	char *folder;
	struct clip clips[CLIPS_MOST];
	size_t n;
};

void clips_free(struct clips *clips)
{
	if (!clips)
		return;
	for (size_t i = 0; i < clips->n; i++) {
		free(clips->clips[i].text);
		free(clips->clips[i].file);
	}
	free(clips->folder);
	free(clips);
}

/* The fields of "vi\ttext\tfile", cut in place. */
static const char *read_line(struct clips *clips, char *line)
{
	char *text = strchr(line, '\t');
	char *file = text ? strchr(text + 1, '\t') : NULL;
	if (!file)
		return "three fields with tabs between are expected: a "
		       "language, the words, a file";
	*text++ = *file++ = '\0';
	if (clips->n == CLIPS_MOST)
		return "there are more than 500 clips";
	struct clip *clip = &clips->clips[clips->n];
	if (strcmp(line, "vi") == 0)
		clip->language = LANGUAGE_VI;
	else if (strcmp(line, "en") == 0)
		clip->language = LANGUAGE_EN;
	else
		return "the language is \"vi\" or \"en\"";
	if (!*text || !*file || strchr(file, '/'))
		return "the words and the name of a file in this folder are "
		       "expected";
	clips->n++;
	clip->text = strdup(text);
	clip->file = strdup(file);
	return clip->text && clip->file ? NULL : "out of memory";
}

static int read_manifest(struct clips *clips, FILE *file,
			 char problem[CLIPS_PROBLEM_SIZE])
{
	char *line = NULL;
	size_t room = 0;
	const char *wrong = NULL;
	unsigned number = 0;
	while (!wrong && getline(&line, &room, file) >= 0) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (*line && *line != '#')
			wrong = read_line(clips, line);
	}
	free(line);
	if (wrong)
		snprintf(problem, CLIPS_PROBLEM_SIZE, "%.100s/%s:%u: %s",
			 clips->folder, MANIFEST, number, wrong);
	return wrong ? -EINVAL : 0;
}

static FILE *open_file(const char *folder, const char *name)
{
	char path[PATH_MAX];
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return fopen(path, "re");
}

int clips_open(const char *folder, struct clips **out,
	       char problem[CLIPS_PROBLEM_SIZE])
{
	*out = NULL;
	FILE *file = open_file(folder, MANIFEST);
	if (!file) {
		snprintf(problem, CLIPS_PROBLEM_SIZE, "%.100s/%s: %s", folder,
			 MANIFEST, strerror(errno));
		return -ENOENT;
	}
	struct clips *clips = calloc(1, sizeof(*clips));
	int r = -ENOMEM;
	if (clips && (clips->folder = strdup(folder)))
		r = read_manifest(clips, file, problem);
	else
		snprintf(problem, CLIPS_PROBLEM_SIZE, "out of memory");
	fclose(file);
	if (r < 0) {
		clips_free(clips);
		return r;
	}
	*out = clips;
	return 0;
}

static const struct clip *find(const struct clips *clips,
			       enum language language, const char *text)
{
	for (size_t i = 0; i < clips->n; i++)
		if (clips->clips[i].language == language &&
		    strcmp(clips->clips[i].text, text) == 0)
			return &clips->clips[i];
	return NULL;
}

static int add_file(struct pcm *pcm, FILE *file)
{
	uint8_t *bytes = malloc(CLIP_BYTES_MOST);
	if (!bytes)
		return -ENOMEM;
	size_t length = fread(bytes, 1, CLIP_BYTES_MOST, file);
	int r = ferror(file) ? -EIO : pcm_add_wav(pcm, bytes, length);
	free(bytes);
	return r;
}

static int say_piece(const struct clips *clips, enum language language,
		     const struct speech_piece *piece, struct pcm *pcm,
		     char problem[CLIPS_PROBLEM_SIZE])
{
	const struct clip *clip = find(clips, language, piece->text);
	if (!clip) {
		snprintf(problem, CLIPS_PROBLEM_SIZE,
			 "%.100s/%s: no clip says \"%.100s\"", clips->folder,
			 MANIFEST, piece->text);
		return -ENOENT;
	}
	FILE *file = open_file(clips->folder, clip->file);
	int r = file ? add_file(pcm, file) : -errno;
	if (file)
		fclose(file);
	if (r < 0)
		snprintf(problem, CLIPS_PROBLEM_SIZE, "%.100s/%.100s: %s",
			 clips->folder, clip->file,
			 r == -EINVAL ? "this is no WAV file of 16-bit PCM"
				      : strerror(-r));
	return r == 0 || r == -ENOMEM || r == -EFBIG ? r : -ENOENT;
}

int clips_say(const struct clips *clips, const struct speech *speech,
	      struct pcm *pcm, char problem[CLIPS_PROBLEM_SIZE])
{
	size_t before = pcm->n;
	int r = 0;
	for (size_t i = 0; r == 0 && i < speech->n; i++) {
		const struct speech_piece *piece = &speech->pieces[i];
		r = say_piece(clips, speech->language, piece, pcm, problem);
		if (r == 0)
			r = pcm_add_silence(pcm, piece->pause
						     ? BETWEEN_DIGITS_MS
						     : BETWEEN_PIECES_MS);
	}
	if (r < 0)
		pcm->n = before;
	return r;
}
