/* SPDX-License-Identifier: MIT */
/*
 * A disk under SQLite that fails when told, and that forgets, as a disk does
 * when the power goes, what was not synced: of each file some 512-byte sectors
 * are as they were at the last sync, some as they were written since.
 * Registered as SQLite's default, so the journal's code runs as it is.
 */
#ifndef KIOSK_TEST_JOURNAL_FAULTY_VFS_H
#define KIOSK_TEST_JOURNAL_FAULTY_VFS_H

#include "scratch.h"

#define FAULTY_FILES 16
#define FAULTY_SECTOR 512

enum faulty_mode {
	FAULTY_OFF,
	FAULTY_ONCE,   /* operation number at fails */
	FAULTY_CUT,    /* it and all after it; a write is done by half */
	FAULTY_OUTAGE, /* as CUT, reading too, until switched off */
};

/* What of the writes since the last sync is there after a power cut. */
enum faulty_luck {
	FAULTY_ALL_KEPT,
	FAULTY_NONE_KEPT,
	FAULTY_SOME_KEPT,
	FAULTY_ALL_BUT_TRUNCATIONS,
};
#define FAULTY_LUCKS 4u

struct faulty_image {
	char path[256];
	char *durable;
	size_t size;
	char *uncut; /* before a truncation that is not synced, or NULL */
	size_t uncut_size;
};

static struct {
	sqlite3_vfs vfs, *real;
	enum faulty_mode mode;
	int at, done;
	bool hit;
	bool reads;     /* reading and opening count as operations, too */
	bool lies;      /* a sync that does nothing, and says that it did */
	bool by_sector; /* a torn write ends between sectors */
	struct faulty_image images[FAULTY_FILES];
} faulty;

struct faulty_file {
	sqlite3_file base;
	struct faulty_image *image; /* NULL: temporary */
	sqlite3_file *real;         /* behind this struct */
};

/* In the C library's place, for journal.db.new and the directory: what this
 * disk keeps, this file decides, and the real one need not be waited for. */
int fsync(int fd)
{
	return fd >= 0 ? 0 : -1;
}

int fdatasync(int fd)
{
	return fd >= 0 ? 0 : -1;
}

static sqlite3_file *faulty_real(sqlite3_file *file)
{
	return ((struct faulty_file *)(void *)file)->real;
}

/* Whether this operation fails. */
static bool faulty_fails(void)
{
	if (faulty.mode == FAULTY_OFF)
		return false;
	faulty.done++;
	if (faulty.mode == FAULTY_ONCE ? faulty.done == faulty.at
				       : faulty.done >= faulty.at) {
		faulty.hit = true;
		return true;
	}
	return false;
}

/* The file's bytes now: malloc()ed. */
static char *faulty_load(const char *path, size_t *size)
{
	static char bytes[1 << 20];
	FILE *from = fopen(path, "r");
	char *copy;

	*size = from ? fread(bytes, 1, sizeof(bytes), from) : 0;
	assert_true(*size < sizeof(bytes));
	if (from)
		fclose(from);
	copy = malloc(*size + 1);
	assert_non_null(copy);
	memcpy(copy, bytes, *size);
	return copy;
}

static void faulty_keep(struct faulty_image *image)
{
	free(image->durable);
	image->durable = faulty_load(image->path, &image->size);
	free(image->uncut);
	image->uncut = NULL;
}

static struct faulty_image *faulty_image(const char *path)
{
	struct faulty_image *unused = NULL;

	for (size_t i = 0; i < FAULTY_FILES; i++) {
		if (strcmp(faulty.images[i].path, path) == 0)
			return &faulty.images[i];
		if (!unused && !faulty.images[i].path[0])
			unused = &faulty.images[i];
	}
	assert_non_null(unused);
	snprintf(unused->path, sizeof(unused->path), "%s", path);
	/* It was there before we looked: taken for durable. */
	faulty_keep(unused);
	return unused;
}

static void faulty_forget(struct faulty_image *image)
{
	free(image->durable);
	free(image->uncut);
	*image = (struct faulty_image){0};
}

static int faulty_close(sqlite3_file *file)
{
	return faulty_real(file)->pMethods->xClose(faulty_real(file));
}

static int faulty_read(sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
	sqlite3_file *real = faulty_real(file);

	if (faulty.mode == FAULTY_OUTAGE && faulty.hit)
		return SQLITE_IOERR_READ;
	if (faulty.reads && faulty_fails())
		return SQLITE_IOERR_READ;
	return real->pMethods->xRead(real, to, n, at);
}

static int faulty_write(sqlite3_file *file, const void *from, int n,
			sqlite3_int64 at)
{
	sqlite3_file *real = faulty_real(file);
	int torn =
	    faulty.by_sector ? n / 2 / FAULTY_SECTOR * FAULTY_SECTOR : n / 2;
	bool first = !faulty.hit;

	if (!faulty_fails())
		return real->pMethods->xWrite(real, from, n, at);
	if (faulty.mode == FAULTY_CUT && first)
		(void)real->pMethods->xWrite(real, from, torn, at);
	return SQLITE_IOERR_WRITE;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct faulty_image *image =
	    ((struct faulty_file *)(void *)file)->image;
	sqlite3_file *real = faulty_real(file);

	if (faulty_fails())
		return SQLITE_IOERR_TRUNCATE;
	if (image && !image->uncut)
		image->uncut = faulty_load(image->path, &image->uncut_size);
	return real->pMethods->xTruncate(real, size);
}

static int faulty_sync(sqlite3_file *file, int flags)
{
	struct faulty_image *image =
	    ((struct faulty_file *)(void *)file)->image;

	(void)flags;
	if (faulty_fails())
		return SQLITE_IOERR_FSYNC;
	if (image && !faulty.lies)
		faulty_keep(image);
	return SQLITE_OK;
}

static int faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return faulty_real(file)->pMethods->xFileSize(faulty_real(file), size);
}

static int faulty_lock(sqlite3_file *file, int how)
{
	return faulty_real(file)->pMethods->xLock(faulty_real(file), how);
}

static int faulty_unlock(sqlite3_file *file, int how)
{
	return faulty_real(file)->pMethods->xUnlock(faulty_real(file), how);
}

static int faulty_reserved(sqlite3_file *file, int *held)
{
	return faulty_real(file)->pMethods->xCheckReservedLock(faulty_real(
								   file),
							       held);
}

static int faulty_control(sqlite3_file *file, int what, void *arg)
{
	return faulty_real(file)->pMethods->xFileControl(faulty_real(file),
							 what, arg);
}

static int faulty_sector_size(sqlite3_file *file)
{
	return faulty_real(file)->pMethods->xSectorSize(faulty_real(file));
}

static int faulty_traits(sqlite3_file *file)
{
	return faulty_real(file)->pMethods->xDeviceCharacteristics(
	    faulty_real(file));
}

static int faulty_shm_map(sqlite3_file *file, int page, int size, int extend,
			  void volatile **to)
{
	return faulty_real(file)->pMethods->xShmMap(faulty_real(file), page,
						    size, extend, to);
}

static int faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return faulty_real(file)->pMethods->xShmLock(faulty_real(file), offset,
						     n, flags);
}

static void faulty_shm_barrier(sqlite3_file *file)
{
	faulty_real(file)->pMethods->xShmBarrier(faulty_real(file));
}

static int faulty_shm_unmap(sqlite3_file *file, int delete)
{
	return faulty_real(file)->pMethods->xShmUnmap(faulty_real(file),
						      delete);
}

static const sqlite3_io_methods faulty_methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector_size,
    .xDeviceCharacteristics = faulty_traits,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
		       int flags, int *out_flags)
{
	struct faulty_file *mine = (struct faulty_file *)(void *)file;
	int rc;

	(void)vfs;
	mine->base.pMethods = NULL;
	if (faulty.reads && name && faulty_fails())
		return SQLITE_CANTOPEN;
	mine->real = (sqlite3_file *)(void *)(mine + 1);
	/* What a file held before this connection, it holds durably. */
	mine->image = name ? faulty_image(name) : NULL;
	rc =
	    faulty.real->xOpen(faulty.real, name, mine->real, flags, out_flags);
	mine->base.pMethods = rc == SQLITE_OK ? &faulty_methods : NULL;
	return rc;
}

static int faulty_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	int rc;

	(void)vfs;
	if (faulty_fails())
		return SQLITE_IOERR_DELETE;
	rc = faulty.real->xDelete(faulty.real, name, sync);
	if (rc == SQLITE_OK)
		faulty_forget(faulty_image(name));
	return rc;
}

static void faulty_start(void)
{
	faulty.real = sqlite3_vfs_find("unix");
	assert_non_null(faulty.real);
	faulty.vfs = *faulty.real;
	faulty.vfs.pNext = NULL;
	faulty.vfs.zName = "faulty";
	faulty.vfs.szOsFile =
	    (int)sizeof(struct faulty_file) + faulty.real->szOsFile;
	faulty.vfs.xOpen = faulty_open;
	faulty.vfs.xDelete = faulty_delete;
	assert_int_equal(sqlite3_vfs_register(&faulty.vfs, 1), SQLITE_OK);
}

static void faulty_arm(enum faulty_mode mode, int at)
{
	faulty.mode = mode;
	faulty.at = at;
	faulty.done = 0;
	faulty.hit = false;
}

static void faulty_mix(const struct faulty_image *image, unsigned *seed)
{
	size_t n_now, size;
	char *now = faulty_load(image->path, &n_now);

	size = rand_r(seed) % 2 ? n_now : image->size;
	now = realloc(now, size + n_now + 1);
	assert_non_null(now);
	if (size > n_now)
		memset(now + n_now, 0, size - n_now);
	for (size_t at = 0; at < size; at += FAULTY_SECTOR) {
		size_t n =
		    size - at < FAULTY_SECTOR ? size - at : FAULTY_SECTOR;
		size_t kept = at < image->size ? image->size - at : 0;

		if (rand_r(seed) % 2)
			continue;
		if (kept > n)
			kept = n;
		memset(now + at, 0, n);
		memcpy(now + at, image->durable + at, kept);
	}
	scratch_save(image->path, now, size);
	free(now);
}

static void faulty_cut_file(const struct faulty_image *image,
			    enum faulty_luck luck, unsigned *seed)
{
	if (access(image->path, F_OK) != 0)
		return;
	switch (luck) {
	case FAULTY_ALL_KEPT:
		break;
	case FAULTY_NONE_KEPT:
		scratch_save(image->path, image->durable, image->size);
		break;
	case FAULTY_SOME_KEPT:
		faulty_mix(image, seed);
		break;
	case FAULTY_ALL_BUT_TRUNCATIONS:
		if (image->uncut)
			scratch_save(image->path, image->uncut,
				     image->uncut_size);
		break;
	}
}

/* What the disk holds after the power went. Nothing may be open. */
static void faulty_cut(struct scratch *scratch, unsigned seed)
{
	enum faulty_luck luck = seed % FAULTY_LUCKS;
	char shm[256];

	faulty_arm(FAULTY_OFF, 0);
	for (size_t i = 0; i < FAULTY_FILES; i++) {
		if (faulty.images[i].path[0])
			faulty_cut_file(&faulty.images[i], luck, &seed);
		faulty_forget(&faulty.images[i]);
	}
	/* Memory, as far as SQLite goes. */
	snprintf(shm, sizeof(shm), "%s-shm", scratch->file);
	(void)unlink(shm);
}

static void faulty_reset(void)
{
	faulty_arm(FAULTY_OFF, 0);
	for (size_t i = 0; i < FAULTY_FILES; i++)
		faulty_forget(&faulty.images[i]);
}

#endif
