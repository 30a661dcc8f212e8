/*
 * receipt: reads one receipt as JSON on stdin, writes a PDF to stdout. A
 * filter: it opens no file, no socket, no database.
 */
#include "receipt/receipt.h"

#include <sysexits.h>

#include "common/log.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>

/* fontconfig keeps its tables until the process ends. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}
#endif

static int
read_all(struct buf *in, struct err *err)
{
	char piece[65536];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		if (buf_append(in, piece, n, err) == -1)
			return -1;
	return ferror(stdin) != 0
	    ? err_set(err, ERR_IO, "stdin cannot be read")
	    : 0;
}

static int
make_receipt(struct arena *a, struct buf *in, struct buf *out,
    struct err *err)
{
	struct receipt receipt;

	if (read_all(in, err) == -1 ||
	    receipt_read(a, buf_text(in), in->len, &receipt, err) == -1)
		return -1;
	return receipt_draw(&receipt, out, err);
}

int
main(int argc, char **argv)
{
	struct arena a = {0};
	struct err err = {0};
	struct buf *in = buf_new(&a, RECEIPT_IN_MAX);
	struct buf *out = buf_new(&a, 32 * 1024 * 1024);
	int rc = EX_OK;

	log_open("receipt", LOG_INFO);
	if (argc > 1) {
		(void)fprintf(stderr,
		    "usage: %s <receipt.json >receipt.pdf\n", argv[0]);
		return EX_USAGE;
	}
	if (make_receipt(&a, in, out, &err) == -1) {
		log_error("%s", err.msg);
		rc = err.code == ERR_BAD_REQUEST ? EX_DATAERR : EX_SOFTWARE;
	} else if (fwrite(out->data, 1, out->len, stdout) != out->len ||
	    fflush(stdout) != 0) {
		rc = EX_IOERR;
	}
	arena_free(&a);
	return rc;
}
