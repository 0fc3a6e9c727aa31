/* SPDX-License-Identifier: MIT */
#include "base/png.h"

#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
	const uint8_t *rows;
	int width, height;
	size_t stride_bytes;
	bool mono;
};

struct sink {
	FILE *file;
	int error; /* negative errno of the first write that failed */
};

static void sink_write(png_structp png, png_bytep bytes, png_size_t length)
{
	struct sink *sink = png_get_io_ptr(png);

	if (fwrite(bytes, 1, length, sink->file) != length) {
		sink->error = errno != 0 ? -errno : -EIO;
		png_error(png, "write failed");
	}
}

static void sink_flush(png_structp png)
{
	(void)png; /* fclose() flushes, and its result is checked */
}

/* libpng's own would print to stderr. */
static void on_error(png_structp png, png_const_charp message)
{
	(void)message;
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
	(void)png;
	(void)message;
}

/*
 * Whatever is needed after the longjmp is a parameter: no local of this
 * function changes between setjmp and longjmp.
 */
static int encode(png_structp png, png_infop info, const struct image *image,
		  const struct sink *sink)
{
	if (setjmp(png_jmpbuf(png)) != 0)
		return sink->error != 0 ? sink->error : -EIO;
	png_set_IHDR(png, info, (png_uint_32)image->width,
		     (png_uint_32)image->height, image->mono ? 1 : 8,
		     image->mono ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
		     PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	if (image->mono)
		png_set_invert_mono(png); /* in PNG, 0 is black */
	for (size_t y = 0; y < (size_t)image->height; y++)
		png_write_row(png, image->rows + y * image->stride_bytes);
	png_write_end(png, info);
	return 0;
}

static int write_image(const struct image *image, struct sink *sink)
{
	png_structp png;
	png_infop info;
	int r;

	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error,
				      on_warning);
	if (png == NULL)
		return -ENOMEM;
	info = png_create_info_struct(png);
	if (info == NULL) {
		r = -ENOMEM;
		goto free_png;
	}
	png_set_write_fn(png, sink, sink_write, sink_flush);
	r = encode(png, info, image, sink);
free_png:
	png_destroy_write_struct(&png, &info);
	return r;
}

static int replace_by_image(const char *path, const struct image *image)
{
	struct sink sink = {0};
	size_t row_bytes;
	char *beside;
	mode_t mask;
	int fd, r;

	if (image->width <= 0 || image->height <= 0)
		return -EINVAL;
	row_bytes = image->mono ? ((size_t)image->width + 7) / 8
				: (size_t)image->width * 3;
	if (image->stride_bytes < row_bytes)
		return -EINVAL;
	if (asprintf(&beside, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkostemp(beside, O_CLOEXEC);
	if (fd < 0) {
		r = -errno;
		goto free_name;
	}
	/* mkstemp() makes it 0600; a web server or a viewer may want it, where
	 * the umask lets them. */
	mask = umask(077);
	(void)umask(mask);
	if (fchmod(fd, 0644 & ~mask) < 0) {
		r = -errno;
		close(fd);
		goto remove_file;
	}
	sink.file = fdopen(fd, "wb");
	if (sink.file == NULL) {
		r = -errno;
		close(fd);
		goto remove_file;
	}
	r = write_image(image, &sink);
	if (fclose(sink.file) != 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(beside, path) < 0)
		r = -errno;
	if (r == 0)
		goto free_name;
remove_file:
	(void)unlink(beside);
free_name:
	free(beside);
	return r;
}

int png_write_rgb(const char *path, const uint8_t *rgb, int width, int height,
		  size_t stride_bytes)
{
	const struct image image = {rgb, width, height, stride_bytes, false};

	return replace_by_image(path, &image);
}

int png_write_mono(const char *path, const uint8_t *bits, int width, int height,
		   size_t stride_bytes)
{
	const struct image image = {bits, width, height, stride_bytes, true};

	return replace_by_image(path, &image);
}
