/* SPDX-License-Identifier: MIT */
#include "display/pcm.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void pcm_free(struct pcm *pcm)
{
	free(pcm->samples);
	memset(pcm, 0, sizeof(*pcm));
}

/* Room for more samples at the end, or NULL with *r set. */
static int16_t *extend(struct pcm *pcm, size_t more, int *r)
{
	*r = -EFBIG;
	if (more > PCM_MOST - pcm->n)
		return NULL;
	if (pcm->n + more > pcm->room) {
		size_t room = pcm->n + more + PCM_RATE;
		int16_t *samples =
		    realloc(pcm->samples, room * sizeof(*samples));
		*r = -ENOMEM;
		if (!samples)
			return NULL;
		pcm->samples = samples;
		pcm->room = room;
	}
	*r = 0;
	int16_t *at = pcm->samples + pcm->n;
	pcm->n += more;
	return at;
}

int pcm_add_silence(struct pcm *pcm, int ms)
{
	int r;
	size_t n = (size_t)PCM_RATE * (size_t)ms / 1000;
	int16_t *at = extend(pcm, n, &r);
	if (at)
		memset(at, 0, n * sizeof(*at));
	return r;
}

int pcm_add_copy(struct pcm *pcm, size_t from, size_t n)
{
	int r;
	int16_t *at = extend(pcm, n, &r);
	if (at) /* extend() may have moved what is copied */
		memcpy(at, pcm->samples + from, n * sizeof(*at));
	return r;
}

int pcm_add_chime(struct pcm *pcm)
{
	static const struct {
		double hertz, from_s;
	} notes[] = {{659.26, 0.0}, {523.25, 0.35}};
	const double length_s = 1.2;
	int r;
	size_t n = (size_t)(length_s * PCM_RATE);
	int16_t *at = extend(pcm, n, &r);
	for (size_t i = 0; at && i < n; i++) {
		double t = (double)i / PCM_RATE, sum = 0;
		for (size_t k = 0; k < 2; k++) {
			double s = t - notes[k].from_s;
			if (s < 0)
				continue;
			double rise = s < 0.01 ? s / 0.01 : 1;
			sum += rise * exp(-4 * s) *
			       (sin(2 * M_PI * notes[k].hertz * s) +
				0.3 * sin(4 * M_PI * notes[k].hertz * s));
		}
		at[i] = (int16_t)(sum * 9000);
	}
	return r;
}

void pcm_volume(struct pcm *pcm, int percent)
{
	for (size_t i = 0; i < pcm->n; i++)
		pcm->samples[i] =
		    (int16_t)((int)pcm->samples[i] * percent / 100);
}

/* ---- WAV ---- */

struct wav {
	int channels, rate;
	const uint8_t *data;
	size_t length;
};

static uint32_t little(const uint8_t *bytes, int n)
{
	uint32_t value = 0;
	for (int i = n; i > 0; i--)
		value = value << 8 | bytes[i - 1];
	return value;
}

static bool read_format(const uint8_t *chunk, size_t size, struct wav *out)
{
	if (size < 16 || little(chunk, 2) != 1 || little(chunk + 14, 2) != 16)
		return false;
	out->channels = (int)little(chunk + 2, 2);
	out->rate = (int)little(chunk + 4, 4);
	return (out->channels == 1 || out->channels == 2) &&
	       out->rate >= 4000 && out->rate <= 192000;
}

static bool read_wav(const uint8_t *bytes, size_t length, struct wav *out)
{
	bool format = false;
	if (length < 12 || memcmp(bytes, "RIFF", 4) != 0 ||
	    memcmp(bytes + 8, "WAVE", 4) != 0)
		return false;
	for (size_t at = 12; length - at >= 8;) {
		size_t size = little(bytes + at + 4, 4);
		const uint8_t *chunk = bytes + at + 8;
		size_t left = length - at - 8;
		bool data = memcmp(bytes + at, "data", 4) == 0;
		if (data && format) {
			out->data = chunk;
			out->length = size < left ? size : left;
			return true;
		}
		if (size > left)
			return false;
		if (memcmp(bytes + at, "fmt ", 4) == 0) {
			format = read_format(chunk, size, out);
			if (!format)
				return false;
		}
		at += 8 + size;
		if (size % 2 == 1 && at < length)
			at++;
	}
	return false;
}

/* One channel of frame i. */
static int sample_at(const struct wav *wav, size_t i)
{
	int sum = 0;
	for (int c = 0; c < wav->channels; c++) {
		size_t at = (i * (size_t)wav->channels + (size_t)c) * 2;
		sum += (int16_t)little(wav->data + at, 2);
	}
	return sum / wav->channels;
}

/*
 * Sample i at our rate: of a faster file the mean of the frames that fall into
 * it, which keeps what we cannot hold from folding back as noise; of a slower
 * one a point on the line between two.
 */
static int16_t resampled(const struct wav *wav, size_t frames, size_t i)
{
	size_t rate = (size_t)wav->rate;
	size_t from = i * rate / PCM_RATE;
	if (rate > PCM_RATE) {
		size_t to = (i + 1) * rate / PCM_RATE;
		int sum = 0, n = 0;
		for (size_t k = from; k < to && k < frames; k++, n++)
			sum += sample_at(wav, k);
		return (int16_t)(n ? sum / n : 0);
	}
	int a = sample_at(wav, from);
	int b = from + 1 < frames ? sample_at(wav, from + 1) : a;
	int part = (int)(i * rate % PCM_RATE);
	return (int16_t)(a + (b - a) * part / PCM_RATE);
}

int pcm_add_wav(struct pcm *pcm, const uint8_t *bytes, size_t length)
{
	struct wav wav = {.channels = 0};
	if (!read_wav(bytes, length, &wav))
		return -EINVAL;
	size_t frames = wav.length / ((size_t)wav.channels * 2);
	size_t n = frames * PCM_RATE / (size_t)wav.rate;
	int r;
	int16_t *at = extend(pcm, n, &r);
	for (size_t i = 0; at && i < n; i++)
		at[i] = resampled(&wav, frames, i);
	return r;
}
