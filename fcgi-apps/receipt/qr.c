#include "receipt/qr.h"

#include <qrencode.h>

#define QUIET 4 /* modules around the symbol, ISO/IEC 18004 6.3.8 */

int
qr_draw(cairo_t *cr, const char *text, double x, double y, double size,
    struct err *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	double module;

	if (code == NULL)
		return err_set(err, ERR_INTERNAL, "qrencode refuses the link");
	module = size / (code->width + 2 * QUIET);
	for (int row = 0; row < code->width; row++)
		for (int col = 0; col < code->width; col++)
			if ((code->data[row * code->width + col] & 1) != 0)
				cairo_rectangle(cr, x + (col + QUIET) * module,
				    y + (row + QUIET) * module, module,
				    module);
	cairo_fill(cr);
	QRcode_free(code);
	return 0;
}
