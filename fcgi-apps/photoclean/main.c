/*
 * Filter: a HEIC photo on standard input, a JPEG on standard output, turned as
 * the camera says, in sRGB's coding, without any metadata. A process of its
 * own, so that a flaw in the decoder reaches nothing: no files, no network, no
 * secrets are within its reach.
 *
 * Exit codes (sysexits): 0 done, 65 no such photo or a broken one, 70 mistake
 * of ours, 74 reading or writing failed.
 */
#include <errno.h>
#include <libheif/heif.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <jpeglib.h>

#define IN_MAX ((size_t)128 << 20)
#define SIDE_MAX 16384
#define PIXELS_MAX (64 << 20)
#define QUALITY 90

static int
complain(int code, const char *what)
{
	(void)fprintf(stderr, "photoclean: %s\n", what);
	return code;
}

/* All of standard input; NULL when it cannot be read or is too much. */
static uint8_t *
read_all(size_t *len)
{
	size_t room = (size_t)1 << 20;
	uint8_t *data = malloc(room);

	*len = 0;
	while (data != NULL) {
		ssize_t n = read(STDIN_FILENO, data + *len, room - *len);

		if (n == 0)
			return data;
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		*len += (size_t)n;
		if (*len == room) {
			uint8_t *more = room < IN_MAX
			    ? realloc(data, room * 2) : NULL;

			if (more == NULL)
				break;
			data = more;
			room *= 2;
		}
	}
	free(data);
	return NULL;
}

/* ---- JPEG out ---- */

struct failure {
	struct jpeg_error_mgr mgr;
	jmp_buf back;
};

static void
jpeg_failed(j_common_ptr jpeg)
{
	longjmp(((struct failure *)jpeg->err)->back, 1);
}

static void
set_up(struct jpeg_compress_struct *jpeg, int width, int height)
{
	jpeg->image_width = (JDIMENSION)width;
	jpeg->image_height = (JDIMENSION)height;
	jpeg->input_components = 3;
	jpeg->in_color_space = JCS_RGB;
	jpeg_set_defaults(jpeg);
	jpeg_set_quality(jpeg, QUALITY, TRUE);
	jpeg->optimize_coding = TRUE;
}

static int
write_jpeg(const uint8_t *pixels, int stride, int width, int height)
{
	struct jpeg_compress_struct jpeg;
	struct failure failure;

	jpeg.err = jpeg_std_error(&failure.mgr);
	failure.mgr.error_exit = jpeg_failed;
	if (setjmp(failure.back) != 0) {
		jpeg_destroy_compress(&jpeg);
		return complain(EX_IOERR, "writing the JPEG failed");
	}
	jpeg_create_compress(&jpeg);
	jpeg_stdio_dest(&jpeg, stdout);
	set_up(&jpeg, width, height);
	jpeg_start_compress(&jpeg, TRUE);
	while (jpeg.next_scanline < jpeg.image_height) {
		/* libjpeg takes rows without const, and only reads them */
		union { const uint8_t *in; JSAMPROW out; } row = {
		    pixels + (size_t)stride * jpeg.next_scanline};

		(void)jpeg_write_scanlines(&jpeg, &row.out, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	if (fflush(stdout) != 0)
		return complain(EX_IOERR, "writing the JPEG failed");
	return EX_OK;
}

/* ---- HEIC in ---- */

static bool
is_size_fine(int width, int height)
{
	return width > 0 && height > 0 && width <= SIDE_MAX &&
	    height <= SIDE_MAX && (int64_t)width * height <= PIXELS_MAX;
}

/* Decoding applies the turns and mirrors that the file asks for. */
static int
convert(const struct heif_image_handle *handle)
{
	struct heif_image *image = NULL;
	const uint8_t *pixels;
	struct heif_error e;
	int stride, rc;

	if (!is_size_fine(heif_image_handle_get_width(handle),
		heif_image_handle_get_height(handle)))
		return complain(EX_DATAERR, "picture too large");
	e = heif_decode_image(handle, &image, heif_colorspace_RGB,
	    heif_chroma_interleaved_RGB, NULL);
	if (e.code != heif_error_Ok)
		return complain(EX_DATAERR, e.message);
	pixels = heif_image_get_plane_readonly(
	    image, heif_channel_interleaved, &stride);
	rc = pixels == NULL
	    ? complain(EX_SOFTWARE, "no pixels")
	    : write_jpeg(pixels, stride,
		heif_image_get_width(image, heif_channel_interleaved),
		heif_image_get_height(image, heif_channel_interleaved));
	heif_image_release(image);
	return rc;
}

static int
clean(const uint8_t *data, size_t len)
{
	struct heif_context *context = heif_context_alloc();
	struct heif_image_handle *handle = NULL;
	struct heif_error e;
	int rc;

	if (context == NULL)
		return complain(EX_SOFTWARE, "out of memory");
	heif_context_set_maximum_image_size_limit(context, SIDE_MAX);
	heif_context_set_max_decoding_threads(context, 0); /* in this one */
	e = heif_context_read_from_memory_without_copy(
	    context, data, len, NULL);
	if (e.code == heif_error_Ok)
		e = heif_context_get_primary_image_handle(context, &handle);
	rc = e.code == heif_error_Ok
	    ? convert(handle) : complain(EX_DATAERR, e.message);
	heif_image_handle_release(handle);
	heif_context_free(context);
	return rc;
}

int
main(int argc, char **argv)
{
	const struct rlimit none = {0, 0};
	uint8_t *data;
	size_t len;
	int rc;

	if (argc > 1) {
		(void)printf("usage: %s <PHOTO.heic >PHOTO.jpg\n", argv[0]);
		return strcmp(argv[1], "--help") == 0 ? EX_OK : EX_USAGE;
	}
	/* Whatever the decoder is tricked into: no file gets written. */
	(void)setrlimit(RLIMIT_CORE, &none);
	if ((data = read_all(&len)) == NULL)
		return complain(EX_IOERR, "reading the photo failed");
	rc = clean(data, len);
	free(data);
	return rc;
}
