/* SPDX-License-Identifier: MIT */
#include "display/pictures.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "display/picture_file.h"

#define NAME_SIZE 256

/* A file as it was when we looked: another one under its name is another. */
struct file {
	char name[NAME_SIZE];
	int64_t size;
	struct timespec changed;
	bool broken;
};

struct pictures {
	char *folder;
	struct file files[PICTURES_MOST];
	size_t n_files;
	bool looked, missing, many;
	int64_t looked_ms;
	/* The one that was asked for last. */
	SDL_Surface *shown;
	struct file of;
	int w, h;
	draw_colour ground;
};

struct pictures *pictures_new(const char *folder)
{
	struct pictures *pictures = calloc(1, sizeof(*pictures));
	if (!pictures)
		return NULL;
	pictures->folder = strdup(folder);
	if (!pictures->folder) {
		free(pictures);
		return NULL;
	}
	return pictures;
}

void pictures_free(struct pictures *pictures)
{
	if (!pictures)
		return;
	SDL_FreeSurface(pictures->shown);
	free(pictures->folder);
	free(pictures);
}

static bool same_file(const struct file *a, const struct file *b)
{
	return strcmp(a->name, b->name) == 0 && a->size == b->size &&
	       a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec;
}

static int by_name(const void *a, const void *b)
{
	const struct file *fa = a, *fb = b;
	return strcmp(fa->name, fb->name);
}

/* Broken stays broken while it is the same. */
static bool was_broken(const struct pictures *pictures, const struct file *file)
{
	for (size_t i = 0; i < pictures->n_files; i++)
		if (same_file(&pictures->files[i], file))
			return pictures->files[i].broken;
	return false;
}

static bool look_at(const struct pictures *pictures, DIR *dir, const char *name,
		    struct file *file)
{
	struct stat status;
	if (!picture_file_named(name) || name[0] == '.' ||
	    strlen(name) >= NAME_SIZE ||
	    fstatat(dirfd(dir), name, &status, 0) < 0 ||
	    !S_ISREG(status.st_mode))
		return false;
	memset(file, 0, sizeof(*file));
	memcpy(file->name, name, strlen(name));
	file->size = status.st_size;
	file->changed = status.st_mtim;
	file->broken = was_broken(pictures, file);
	return true;
}

static void look(struct pictures *pictures)
{
	struct file found[PICTURES_MOST] = {{.size = 0}};
	size_t n = 0;
	bool many = false;
	DIR *dir = opendir(pictures->folder);
	if (!dir && !pictures->missing)
		log_error("display.pictures: %s: %s", pictures->folder,
			  strerror(errno));
	pictures->missing = !dir;
	struct dirent *entry;
	/* cppcheck-suppress readdirCalled */
	while (dir && (entry = readdir(dir))) {
		if (n < PICTURES_MOST)
			n += look_at(pictures, dir, entry->d_name, &found[n]);
		else
			many |= picture_file_named(entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (many && !pictures->many)
		log_warning("display.pictures: %s: only %d pictures are shown",
			    pictures->folder, PICTURES_MOST);
	pictures->many = many;
	qsort(found, n, sizeof(found[0]), by_name);
	memcpy(pictures->files, found, n * sizeof(found[0]));
	pictures->n_files = n;
}

/* The index-th of those that are well. */
static struct file *well(struct pictures *pictures, size_t index)
{
	for (size_t i = 0; i < pictures->n_files; i++)
		if (!pictures->files[i].broken && index-- == 0)
			return &pictures->files[i];
	return NULL;
}

size_t pictures_count(struct pictures *pictures, int64_t now_ms)
{
	size_t n = 0;
	if (!pictures)
		return 0;
	if (!pictures->looked ||
	    now_ms - pictures->looked_ms >= PICTURES_LOOK_MS) {
		look(pictures);
		pictures->looked = true;
		pictures->looked_ms = now_ms;
	}
	while (well(pictures, n))
		n++;
	return n;
}

SDL_Surface *pictures_get(struct pictures *pictures, size_t index, int w, int h,
			  draw_colour ground)
{
	struct file *file = well(pictures, index);
	char path[1024], why[PICTURE_WHY_SIZE];
	if (!file || w < 1 || h < 1)
		return NULL;
	if (pictures->shown && same_file(&pictures->of, file) &&
	    pictures->w == w && pictures->h == h && pictures->ground == ground)
		return pictures->shown;
	SDL_FreeSurface(pictures->shown);
	pictures->shown = NULL;
	snprintf(path, sizeof(path), "%s/%s", pictures->folder, file->name);
	if (picture_file_load(path, w, h, ground, &pictures->shown, why) < 0) {
		log_error("%s: %s", path, why);
		file->broken = true;
		return NULL;
	}
	pictures->of = *file;
	pictures->w = w;
	pictures->h = h;
	pictures->ground = ground;
	return pictures->shown;
}
