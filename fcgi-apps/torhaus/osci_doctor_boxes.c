/* What torhaus doctor says about the intermediary: its folder, its mailboxes,
 * what it demands. */
#include "torhaus/osci_doctor.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/osci/osci_mailbox_store.h"

#define FREE_MIN_BYTES ((uint64_t)1 << 30)
#define FULL_PERCENT 90

static void
check_folder(struct tool *t, const struct doctor *d)
{
	const char *dir = t->config.osci_dir;
	struct statvfs fs;
	struct stat st;
	uint64_t left;

	if (stat(dir, &st) == -1 || !S_ISDIR(st.st_mode)) {
		d->ill(d->arg, "OSCI folder",
		    arena_printf(t->arena, "%s: %s", dir, strerror(errno)),
		    "Create it, owned by the user of the program osci.");
		return;
	}
	if (statvfs(dir, &fs) == -1)
		return;
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (left < FREE_MIN_BYTES)
		d->ill(d->arg, "OSCI folder",
		    arena_printf(t->arena, "only %llu MB are free",
			(unsigned long long)(left >> 20)),
		    "Make room: messages will soon be refused.");
	else
		d->well("OSCI folder");
}

static void
check_boxes(struct tool *t, const struct doctor *d)
{
	struct osci_mailbox *box;
	struct err err = {0};
	size_t n, full = 0;

	if (osci_mailbox_list(t->db, t->arena, &box, &n, &err) == -1) {
		d->ill(d->arg, "OSCI mailboxes", err.msg,
		    "Run torhaus migrate.");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t quota = box[i].quota > 0 ? box[i].quota
						 : t->config.osci_quota;

		if (box[i].used_bytes < quota / 100 * FULL_PERCENT)
			continue;
		d->ill(d->arg, "OSCI mailboxes",
		    arena_printf(t->arena, "mailbox %u is nearly full, %lld "
			"messages wait in it", box[i].id,
			(long long)box[i].waiting),
		    "Does its owner fetch? torhaus osci mailbox show, set.");
		full++;
	}
	if (full == 0)
		d->well("OSCI mailboxes");
}

void
osci_doctor_boxes(struct tool *t, const struct doctor *d)
{
	check_folder(t, d);
	check_boxes(t, d);
	if (strcmp(t->config.osci_encryption, "optional") == 0)
		d->ill(d->arg, "OSCI policy",
		    "osci_encryption = optional: whoever knows a mailbox's "
		    "certificate can empty the mailbox",
		    "For anything but tests set it to required.");
}
