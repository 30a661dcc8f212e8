#include "common/kern_view.h"

void
kern_button(struct html *h, enum kern_style style, const char *action,
    const char *label)
{
	static const char *const classes[] = {
		[KERN_PRIMARY] = "kern-btn kern-btn--primary",
		[KERN_SECONDARY] = "kern-btn kern-btn--secondary",
		[KERN_TERTIARY] = "kern-btn kern-btn--tertiary",
	};

	html_open(h, "button", "class", classes[style], "type", "submit",
	    "name", "action", "value", action, (char *)NULL);
	html_element(h, "span", label, "class", "kern-label", (char *)NULL);
	html_close(h, "button");
}

void
kern_hidden(struct html *h, const char *name, const char *value)
{
	html_open(h, "input", "type", "hidden", "name", name, "value", value,
	    (char *)NULL);
}
