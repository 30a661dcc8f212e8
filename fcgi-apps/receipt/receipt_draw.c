/*
 * Layout: A4, one column; label above value, so that long values wrap over the
 * full width. Tags follow ISO 32000-1, 14.8.4, as far as cairo 1.16 writes
 * them: headings, paragraphs, and each row as an item of a list.
 */
#include "receipt/receipt.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "receipt/qr.h"

#define PAGE_WIDTH 595.28 /* A4 in points */
#define PAGE_HEIGHT 841.89
#define MARGIN 62.0
#define BOTTOM 74.0
#define BODY_WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define QR_SIZE 96.0
#define FONT "Fira Sans, Noto Sans Arabic, DejaVu Sans"

#define TAG_DEPTH 8

struct sheet {
	cairo_t *cr;
	const struct receipt *receipt;
	bool is_rtl; /* the receipt's language runs from right to left */
	double y;
	int page;
	const char *tag[TAG_DEPTH]; /* open, outermost first */
	size_t ntag;
};

enum style { STYLE_SENDER, STYLE_TITLE, STYLE_HEADING, STYLE_LABEL,
	STYLE_VALUE, STYLE_SMALL };

static const struct {
	const char *font;
	double before, after, grey;
	const char *tag;
} styles[] = {
    [STYLE_SENDER] = {FONT " 10", 0, 18, 0.25, "P"},
    [STYLE_TITLE] = {FONT " Bold 19", 0, 10, 0, "H1"},
    [STYLE_HEADING] = {FONT " Bold 13", 16, 6, 0, "H2"},
    [STYLE_LABEL] = {FONT " 9", 6, 1, 0.3, "Lbl"},
    [STYLE_VALUE] = {FONT " 11", 0, 2, 0, "LBody"},
    [STYLE_SMALL] = {FONT " 8", 0, 0, 0.3, "P"},
};

static void
open_tag(struct sheet *s, const char *tag)
{
	assert(s->ntag < TAG_DEPTH);
	s->tag[s->ntag++] = tag;
	cairo_tag_begin(s->cr, tag, NULL);
}

static void
close_tag(struct sheet *s)
{
	cairo_tag_end(s->cr, s->tag[--s->ntag]);
}

static PangoLayout *
make_layout(struct sheet *s, enum style style, const char *text, double width)
{
	PangoFontDescription *font =
	    pango_font_description_from_string(styles[style].font);
	PangoLayout *layout = pango_cairo_create_layout(s->cr);

	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_text(layout, text, -1);
	/* Pango aligns by a text's own direction: "left" of one that runs from
	 * right to left is at the right. All shall stand at the same edge. */
	if (s->is_rtl &&
	    pango_layout_get_direction(layout, 0) != PANGO_DIRECTION_RTL)
		pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT);
	return layout;
}

static double
layout_height(PangoLayout *layout)
{
	int height;

	pango_layout_get_size(layout, NULL, &height);
	return (double)height / PANGO_SCALE;
}

static void
draw_footer(struct sheet *s)
{
	char text[512];
	PangoLayout *layout;

	(void)snprintf(text, sizeof(text), "%.400s   %d", s->receipt->footer,
	    s->page);
	layout = make_layout(s, STYLE_SMALL, text, BODY_WIDTH);
	cairo_set_source_rgb(s->cr, 0.3, 0.3, 0.3);
	cairo_move_to(s->cr, MARGIN, PAGE_HEIGHT - BOTTOM + 26);
	pango_cairo_show_layout(s->cr, layout);
	g_object_unref(layout);
}

/*
 * The footer belongs to no element, so that a screen reader does not meet it
 * in the middle of a list: what is open is closed around it.
 */
static void
begin_page(struct sheet *s)
{
	for (size_t i = s->ntag; i > 0; i--)
		cairo_tag_end(s->cr, s->tag[i - 1]);
	if (s->page > 0) {
		draw_footer(s);
		cairo_show_page(s->cr);
	}
	for (size_t i = 0; i < s->ntag; i++)
		cairo_tag_begin(s->cr, s->tag[i], NULL);
	s->page++;
	s->y = MARGIN;
}

/* Draws text line by line, so that a long one runs over pages. */
static void
put_text(struct sheet *s, enum style style, const char *text, double width)
{
	PangoLayout *layout = make_layout(s, style, text, width);
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	double grey = styles[style].grey;
	/* Narrower text, beside the QR code, keeps to its own side. */
	double left = s->is_rtl ? MARGIN + BODY_WIDTH - width : MARGIN;

	s->y += styles[style].before;
	open_tag(s, styles[style].tag);
	do {
		PangoLayoutLine *line =
		    pango_layout_iter_get_line_readonly(iter);
		int top, bottom, base = pango_layout_iter_get_baseline(iter);
		PangoRectangle place;
		double height;

		pango_layout_iter_get_line_yrange(iter, &top, &bottom);
		height = (double)(bottom - top) / PANGO_SCALE;
		if (s->y + height > PAGE_HEIGHT - BOTTOM)
			begin_page(s);
		cairo_set_source_rgb(s->cr, grey, grey, grey);
		pango_layout_iter_get_line_extents(iter, NULL, &place);
		cairo_move_to(s->cr,
		    left + (double)place.x / PANGO_SCALE,
		    s->y + (double)(base - top) / PANGO_SCALE);
		pango_cairo_show_layout_line(s->cr, line);
		s->y += height;
	} while (pango_layout_iter_next_line(iter));
	close_tag(s);
	s->y += styles[style].after;
	pango_layout_iter_free(iter);
	g_object_unref(layout);
}

/* The link as QR code at the right, its address and meaning at the left. */
static int
put_link(struct sheet *s, struct err *err)
{
	const char *link = s->receipt->link;
	const double width = BODY_WIDTH - QR_SIZE - 16;
	double left = s->is_rtl ? MARGIN + BODY_WIDTH - width : MARGIN;
	double qr = s->is_rtl ? MARGIN : PAGE_WIDTH - MARGIN - QR_SIZE, top;
	PangoLayout *layout;
	char attributes[1200];

	if (link[0] == '\0')
		return 0;
	s->y += 10;
	top = s->y;
	put_text(s, STYLE_VALUE, s->receipt->link_note, width);
	layout = make_layout(s, STYLE_LABEL, link, width);
	/* cairo reads the attribute string: a quote would end it. */
	if (strchr(link, '\'') != NULL || strlen(link) > 1000)
		return err_set(err, ERR_BAD_REQUEST, "link cannot be drawn");
	(void)snprintf(attributes, sizeof(attributes), "uri='%s'", link);
	cairo_tag_begin(s->cr, CAIRO_TAG_LINK, attributes);
	cairo_set_source_rgb(s->cr, 0.05, 0.2, 0.55);
	cairo_move_to(s->cr, left, s->y);
	pango_cairo_show_layout(s->cr, layout);
	cairo_tag_end(s->cr, CAIRO_TAG_LINK);
	s->y += layout_height(layout);
	g_object_unref(layout);
	open_tag(s, "Figure");
	cairo_set_source_rgb(s->cr, 0, 0, 0);
	if (qr_draw(s->cr, link, qr, top, QR_SIZE, err) == -1)
		return -1;
	close_tag(s);
	if (s->y < top + QR_SIZE)
		s->y = top + QR_SIZE;
	return 0;
}

static void
put_section(struct sheet *s, const struct receipt_section *section)
{
	/* A heading never stands alone at the foot of a page. */
	if (s->y + 80 > PAGE_HEIGHT - BOTTOM)
		begin_page(s);
	put_text(s, STYLE_HEADING, section->heading, BODY_WIDTH);
	open_tag(s, "L");
	for (size_t i = 0; i < section->nrow; i++) {
		if (s->y + 36 > PAGE_HEIGHT - BOTTOM)
			begin_page(s);
		open_tag(s, "LI");
		put_text(s, STYLE_LABEL, section->row[i].label, BODY_WIDTH);
		put_text(s, STYLE_VALUE, section->row[i].value, BODY_WIDTH);
		close_tag(s);
	}
	close_tag(s);
}

static int
draw_all(struct sheet *s, struct err *err)
{
	const struct receipt *r = s->receipt;

	begin_page(s);
	open_tag(s, "Document");
	put_text(s, STYLE_SENDER, r->sender, BODY_WIDTH);
	put_text(s, STYLE_TITLE, r->title, BODY_WIDTH);
	put_text(s, STYLE_VALUE, r->intro, BODY_WIDTH);
	if (put_link(s, err) == -1)
		return -1;
	for (size_t i = 0; i < r->nsection; i++)
		put_section(s, &r->section[i]);
	close_tag(s);
	draw_footer(s);
	return 0;
}

static cairo_status_t
write_out(void *closure, const unsigned char *data, unsigned int n)
{
	struct buf *out = closure;

	buf_put(out, data, n);
	return out->failed == ERR_NONE ? CAIRO_STATUS_SUCCESS
				       : CAIRO_STATUS_WRITE_ERROR;
}

int
receipt_draw(const struct receipt *r, struct buf *out, struct err *err)
{
	cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
	    write_out, out, PAGE_WIDTH, PAGE_HEIGHT);
	struct sheet s = {.cr = cairo_create(surface),
	    .receipt = r,
	    .is_rtl = strcmp(r->dir, "rtl") == 0};
	int rc;

	cairo_pdf_surface_set_metadata(
	    surface, CAIRO_PDF_METADATA_TITLE, r->title);
	cairo_pdf_surface_set_metadata(
	    surface, CAIRO_PDF_METADATA_CREATOR, "Torhaus");
	rc = draw_all(&s, err);
	cairo_destroy(s.cr);
	cairo_surface_finish(surface);
	if (rc == 0 && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		rc = err_set(err, ERR_INTERNAL, "cairo: %s",
		    cairo_status_to_string(cairo_surface_status(surface)));
	cairo_surface_destroy(surface);
	return rc;
}
