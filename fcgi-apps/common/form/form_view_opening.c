#include "common/form/form_view_opening.h"

#define ID "f-" OPENING_CODE_NAME

void
form_view_opening_code(const struct form_words *w, struct html *h,
    const char *typed, const char *error)
{
	html_open(h, "div", "class",
	    error != NULL ? "kern-form-input kern-form-input--error"
			  : "kern-form-input", (char *)NULL);
	html_open(h, "label", "class", "kern-label", "for", ID, (char *)NULL);
	html_text(h, form_word(w, "opening.code.label"));
	html_raw(h, " ");
	html_element(h, "span", form_word(w, "form.optional"), "class",
	    "kern-label__optional", (char *)NULL);
	html_close(h, "label");
	html_element(h, "div", form_word(w, "opening.code.hint"), "class",
	    "kern-hint", "id", ID "-hint", (char *)NULL);
	html_open(h, "input", "class",
	    error != NULL ? "kern-form-input__input th-w-24 "
			    "kern-form-input__input--error"
			  : "kern-form-input__input th-w-24",
	    "type", "text", "id", ID, "name", OPENING_CODE_NAME, "value",
	    typed, "autocomplete", "off", "autocapitalize", "characters",
	    "spellcheck", "false", "maxlength", "40", "aria-describedby",
	    error != NULL ? ID "-hint " ID "-error" : ID "-hint",
	    "aria-invalid", error != NULL ? "true" : HTML_OMIT, (char *)NULL);
	if (error != NULL) {
		html_raw(h, "<p class=\"kern-error\" id=\"" ID "-error\">"
			    "<span class=\"kern-icon kern-icon--danger\""
			    " aria-hidden=\"true\"></span>");
		html_element(h, "span", error, "class", "kern-body",
		    (char *)NULL);
		html_raw(h, "</p>");
	}
	html_raw(h, "</div>");
}
