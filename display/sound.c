/* SPDX-License-Identifier: MIT */
#include "display/sound.h"

#include <SDL.h>
#include <errno.h>
#include <stdlib.h>

#define BUFFER 1024 /* samples that the device holds besides the queue */

struct sound {
	SDL_AudioDeviceID device; /* 0: none */
	bool started;
};

struct sound *sound_new(void)
{
	return calloc(1, sizeof(struct sound));
}

static void close_device(struct sound *sound)
{
	if (sound->device != 0)
		SDL_CloseAudioDevice(sound->device);
	sound->device = 0;
}

void sound_free(struct sound *sound)
{
	if (!sound)
		return;
	close_device(sound);
	if (sound->started)
		SDL_QuitSubSystem(SDL_INIT_AUDIO);
	free(sound);
}

static int open_device(struct sound *sound)
{
	SDL_AudioSpec want = {.freq = PCM_RATE,
			      .format = AUDIO_S16SYS,
			      .channels = 1,
			      .samples = BUFFER};
	if (!sound->started) {
		SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
		if (SDL_InitSubSystem(SDL_INIT_AUDIO) < 0)
			return -EIO;
		sound->started = true;
	}
	sound->device = SDL_OpenAudioDevice(NULL, 0, &want, NULL, 0);
	if (sound->device == 0)
		return -EIO;
	SDL_PauseAudioDevice(sound->device, 0);
	return 0;
}

int sound_play(struct sound *sound, const struct pcm *pcm, const char **why)
{
	*why = "";
	if (sound->device != 0 &&
	    SDL_GetAudioDeviceStatus(sound->device) == SDL_AUDIO_STOPPED)
		close_device(sound);
	if (sound->device == 0 && open_device(sound) < 0) {
		*why = SDL_GetError();
		return -EIO;
	}
	if (SDL_QueueAudio(sound->device, pcm->samples,
			   (uint32_t)(pcm->n * sizeof(*pcm->samples))) < 0) {
		*why = SDL_GetError();
		close_device(sound);
		return -EIO;
	}
	return 0;
}

bool sound_playing(const struct sound *sound)
{
	return sound->device != 0 &&
	       SDL_GetAudioDeviceStatus(sound->device) == SDL_AUDIO_PLAYING &&
	       SDL_GetQueuedAudioSize(sound->device) > 0;
}

void sound_stop(struct sound *sound)
{
	if (sound->device != 0)
		SDL_ClearQueuedAudio(sound->device);
}
