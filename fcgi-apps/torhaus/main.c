/* torhaus: the operator's command line. */
#include "torhaus/commands.h"

#include "common/log.h"
#include "torhaus/osci.h"

static const struct command commands[] = {
    {"migrate", "[--dir DIR] [--grants DIR] [--dry-run]",
	"bring the database schema up to date",
	"Applies the numbered files of DIR (default: sql_dir of the "
	"configuration) that are\nnot applied yet, in order, and renews the "
	"programs' rights. A file that was\nchanged after it was applied "
	"stops the command before anything happens.\n",
	TOOL_CONFIG, cmd_migrate},
    {"town add", "--file FILE",
	"add a town, or update its details",
	"FILE is JSON: slug, name, host, ags, mail_from, departments "
	"and, for each\nservice on offer, settings. Running it again "
	"updates; nothing is removed.\n",
	TOOL_DB, cmd_town_add},
    {"town list", "", "list the towns", "", TOOL_DB, cmd_town_list},
    {"service check", "DIR...",
	"check service packages and run their examples",
	"Names every mistake with file, line, path and remedy. Exit code "
	"3: mistakes found.\n",
	TOOL_NOTHING, cmd_service_check},
    {"service flow", "DIR [--lang de|en] [--texts DIR]",
	"draw a package's pages, conditions and rules as SVG",
	"Writes the drawing to standard output. --texts: the catalogue's "
	"folder, where it\nis neither installed nor beside the package.\n",
	TOOL_NOTHING, cmd_service_flow},
    {"service import", "DIR --town SLUG [--settings FILE]",
	"publish a service package for a town",
	"A published version never changes: importing another content "
	"under the same\nversion is refused. Running programs take the "
	"service up within seconds.\n",
	TOOL_DB, cmd_service_import},
    {"service import-fim", "FILE [--out DIR] [--texts DIR]",
	"draft a service package from a FIM schema",
	"FILE is XDatenfelder 2 or 3 as the FIM catalogue exports it. Writes "
	"DIR (default:\nnamed after the schema) with the five files of a draft "
	"and import.md, which says\nwhat was carried over, what was chosen and "
	"what was not. What is yours to decide\nor to write is named as "
	"torhaus service check does. Overwrites nothing.\n",
	TOOL_NOTHING, cmd_service_import_fim},
    {"service list", "[--town SLUG]", "list services on offer", "",
	TOOL_DB, cmd_service_list},
    {"service open", "SERVICE --town SLUG", "accept applications (again)",
	"", TOOL_DB, cmd_service_open},
    {"service close", "SERVICE --town SLUG",
	"accept no new applications",
	"Applications under way keep their status pages.\n", TOOL_DB,
	cmd_service_close},
    {"xoev add", "DIR|ZIP [--name NAME] [--version V] [--from DAY] "
		 "[--until DAY] [--source URL] [--sums FILE]",
	"install a schema set of an XOEV standard as it was published",
	"Takes all files in as they are, with their checksums, and tries "
	"whether the set\ncompiles; sets that it builds on come first. What is "
	"not said comes from a\nset.json in the folder or from its name "
	"(xmeld-25.11a). --from and --until are\nthe days on which messages of "
	"this version may be sent and received. --sums: the\nchecksums that were "
	"published with it (as sha256sum writes them); each file must\nbe among "
	"them. A set that was installed never changes; the same again puts "
	"damaged\nfiles right. Nothing is fetched from the network.\n",
	TOOL_CONFIG, cmd_xoev_add},
    {"xoev list", "", "list the schema sets: name, validity, namespaces",
	"The digest is the same on all machines that have the same set.\n",
	TOOL_CONFIG, cmd_xoev_list},
    {"xoev check", "[FILE...] [--on DAY]",
	"check messages against the schema sets, or the sets' files",
	"Without FILE every installed file is compared with its checksum and "
	"every schema\nis compiled. Of a message each mistake is named by its "
	"code (X001, S011, ...) and\nthe path of its element, never by what "
	"stands there. Exit code 3: something is\nwrong.\n",
	TOOL_CONFIG, cmd_xoev_check},
    {"codelist import", "FILE... [--label COLUMN]",
	"take in code lists (Genericode 1.0)",
	"Names what was read: URI, version, rows, columns. A version never "
	"changes: the\nsame again is fine, other contents under it are refused. "
	"Running programs take\nthe list up within seconds. --label says which "
	"column people read, where the\nlist does not tell.\n",
	TOOL_DB, cmd_codelist_import},
    {"codelist list", "", "list the code lists: version, valid from, rows, URI",
	"", TOOL_DB, cmd_codelist_list},
    {"codelist show", "URI [--version V] [--find TEXT]",
	"show a code list, or what in it is like TEXT",
	"Without --version the one that is valid today. --find looks for a "
	"code or a\nlabel as the forms do. Exit code 3: nothing is like it.\n",
	TOOL_DB, cmd_codelist_show},
    {"service stage", "SERVICE --town SLUG [FILE | --all]",
	"say to whom a service is open now",
	"FILE is the opening rule as JSON: from, until, all_from (days), "
	"invited, share,\ninitials, districts, offices; see "
	"docs/service-packages.md. Without FILE the rule\nis shown; --all "
	"takes it away.\n",
	TOOL_DB, cmd_service_stage},
    {"service invite",
	"SERVICE --town SLUG [--label TEXT] [--n N] [--uses N] [--days N]",
	"make invitation codes",
	"Prints N codes (1), each good for --uses applications (1) and "
	"--days days\n(without end). They are shown once: only hashes are "
	"kept.\n",
	TOOL_DB, cmd_service_invite},
    {"service invitations", "[SERVICE] --town SLUG",
	"list invitations and how often they were used", "", TOOL_DB,
	cmd_service_invitations},
    {"service sample",
	"(DIR [--settings FILE] | SERVICE --town SLUG) [--n N] [--seed S] "
	"[--invalid] [--as-of DATE]",
	"make up answers for tests and load",
	"One JSON object a line, as the API takes it; the same seed gives the "
	"same lines.\nWith --invalid each line is {\"answers\", \"expect\"}: "
	"answers with one mistake, and\nthe path and code of the error that "
	"the form has to answer. Files that a form\ndemands are made up: "
	"upload some and put in their ids.\n",
	TOOL_CONFIG, cmd_service_sample},
    {"service record",
	"(SERVICE | --all) --town SLUG [--out FILE] [--lang de|en] "
	"[--towns DIR]",
	"write the record of processing, with a draft of an impact assessment",
	"A page to print, made from the definition that is live: Art. 30 GDPR, "
	"and a draft\nunder Art. 35 with what has to be filled in by hand. "
	"With --all for every live\nservice of the town.\n",
	TOOL_DB, cmd_service_record},
    {"vorgang list",
	"--town SLUG [--department SLUG] [--state STATE] [--closed] "
	"[--after ID] [--limit N]",
	"list a town's applications",
	"One line each: reference, received, due, state, service. The last "
	"line names\nthe --after of the next page.\n",
	TOOL_DB, cmd_vorgang_list},
    {"vorgang show", "REFERENCE --town SLUG [--json] [--lang de|en]",
	"show an application with its answers and history",
	"The view is recorded in the application's history.\n", TOOL_DB,
	cmd_vorgang_show},
    {"vorgang documents", "REFERENCE --town SLUG --out DIR",
	"fetch an application's documents",
	"Writes every document to DIR, which must exist, under its number "
	"and name.\nThe view is recorded.\n",
	TOOL_DB, cmd_vorgang_documents},
    {"vorgang advance",
	"REFERENCE --town SLUG --to STATE [--note TEXT | --note-file FILE]",
	"move an application to its next state",
	"The applicant sees the new state and the note in the status page "
	"and gets a\nmail where the service says so. Without --to the "
	"possible states are listed.\n",
	TOOL_DB, cmd_vorgang_advance},
    {"vorgang fields",
	"REFERENCE --town SLUG [--set PATH=VALUE]... [--lang de|en]",
	"show or fill in the office's own fields",
	"The pages of the form with \"clerk\": true. Values are typed as on "
	"a form\n(17.3.2026, 12,50) and checked by the same rules; several "
	"choices are joined by\ncommas, PATH= empties a field, group.N.key "
	"with the next N begins an item. Every\nsave and every look is "
	"recorded in the application's history.\n",
	TOOL_DB, cmd_vorgang_fields},
    {"client add",
	"NAME --town SLUG --label TEXT --scope SERVICE=RIGHTS... "
	"[--certificate FILE|SHA256] [--certificate-only] [--hourly N]",
	"register a system that fetches applications by HTTP",
	"RIGHTS are read, acknowledge and answer, joined by commas. TEXT is "
	"whom applicants\nread that their application was handed to. Prints "
	"the token the only time that it\nis seen; with --certificate its TLS "
	"certificate (PEM, or the SHA-256 of it) opens\nas well, with "
	"--certificate-only nothing else. --hourly: requests an hour\n(36000; "
	"0: any number). See docs/fachverfahren.md.\n",
	TOOL_DB, cmd_client_add},
    {"client list", "--town SLUG",
	"list clients: rights, last use, kind of access", "", TOOL_DB,
	cmd_client_list},
    {"client scopes", "NAME --town SLUG --scope SERVICE=RIGHTS...",
	"replace what a client may do", "", TOOL_DB, cmd_client_scopes},
    {"client rotate",
	"NAME --town SLUG [--overlap HOURS] [--certificate FILE|SHA256]",
	"give a client a new token or certificate",
	"The token before stays good for --overlap hours (24), a certificate "
	"does not.\n",
	TOOL_DB, cmd_client_rotate},
    {"client revoke", "NAME --town SLUG",
	"take a client's access away for good", "", TOOL_DB,
	cmd_client_revoke},
    {"webhook add",
	"CLIENT --town SLUG --url URL [--events new,changed,withdrawn]",
	"have a client told when there is something to fetch",
	"URL is https (or http to this machine, in a demo). Prints the secret "
	"of the\nsignatures the only time that it is seen (Standard Webhooks, "
	"HMAC-SHA-256).\nNotices name the application, its service and state, "
	"and nothing else.\n",
	TOOL_DB, cmd_webhook_add},
    {"webhook remove", "NUMBER --town SLUG", "send no more notices there",
	"", TOOL_DB, cmd_webhook_remove},
    {"webhook list", "--town SLUG [--dead] [--limit N]",
	"list webhooks and their notices, newest first",
	"--dead: only notices that were tried too often.\n", TOOL_DB,
	cmd_webhook_list},
    {"webhook show", "ID --town SLUG", "show one notice", "", TOOL_DB,
	cmd_webhook_show},
    {"webhook retry", "(ID... | --dead) --town SLUG",
	"send notices again",
	"Sets the attempts back to zero; the courier takes them up at once.\n",
	TOOL_DB, cmd_webhook_retry},
    {"efile export",
	"[REFERENCE...] --town SLUG --out DIR [--to TEXT] [--plan KEY=NAME] "
	"[--refused]",
	"write closed applications as parcels for the e-file",
	"One ZIP each: message Abgabe.Abgabe.0401 of xdomea 3.0.0 and the "
	"documents. Without\nREFERENCE all that are closed and not exported, "
	"with --refused also those whose last\nparcel the e-file refused. "
	"--to: who gets them, as applicants read it. --plan: the\nfile "
	"plan's unit.\n",
	TOOL_DB, cmd_efile_export},
    {"efile receive", "FILE... --town SLUG",
	"take in what the e-file answered",
	"Messages 0403 (received) and 0402 (imported, or not and why), as XML "
	"or ZIP.\n",
	TOOL_DB, cmd_efile_receive},
    {"efile list", "--town SLUG [--deleted] [--limit N]",
	"list parcels and what became of them",
	"--deleted: the deletion records.\n", TOOL_DB, cmd_efile_list},
    {"efile erase", "(REFERENCE... | --imported) --town SLUG",
	"erase applications that the e-file has imported",
	"Destroys their data keys and documents. The history's chain and a "
	"deletion record\nstay. Refused when something came since the export.\n",
	TOOL_DB, cmd_efile_erase},
    {"nachrichten list",
	"--town SLUG [--state STATE] [--after ID] [--limit N]",
	"list the XÖV messages of a town, newest first",
	"STATE is handed, delivered, answered, silent, refused or undelivered "
	"of what went\nout; filed, quarantined, rejected, twice or settled of "
	"what came in.\n",
	TOOL_DB, cmd_nachrichten_list},
    {"nachrichten waiting", "--town SLUG",
	"list what waits for a person: messages and steps",
	"Exit code 3: something waits.\n", TOOL_DB, cmd_nachrichten_waiting},
    {"nachrichten show", "ID --town SLUG [--xml] [--lang de|en]",
	"show a message with its findings, transfer and process card",
	"--xml prints the message byte for byte.\n", TOOL_DB,
	cmd_nachrichten_show},
    {"nachrichten again", "ID --town SLUG",
	"send a message of ours once more",
	"One that was not delivered, not answered or sent back. It keeps its "
	"UUID, by which\nits receiver knows it.\n",
	TOOL_DB, cmd_nachrichten_again},
    {"nachrichten back", "ID --town SLUG --code CODE [--reason TEXT]",
	"send a message in quarantine back",
	"CODE is one of the standard: X000 not well-formed, X001 not valid, "
	"S011 a code that\nis not in its list, S999 anything else (say it in "
	"TEXT), ...\n",
	TOOL_DB, cmd_nachrichten_back},
    {"nachrichten file", "ID --town SLUG --vorgang REFERENCE",
	"file a message in quarantine to its application", "", TOOL_DB,
	cmd_nachrichten_file},
    {"nachrichten settle", "ID --town SLUG",
	"lay a message in quarantine aside", "", TOOL_DB,
	cmd_nachrichten_settle},
    {"nachrichten party",
	"--town SLUG [--service SERVICE] [--key KEY --name NAME --mail MAIL "
	"--street STREET [--house NO] --postcode CODE --city CITY "
	"[--identity NAME]]",
	"say, or show, who the town is in its messages",
	"KEY is the town's in the directory, with its prefix: mbp:09000001. "
	"--service: only\nfor that service. --identity: the authority of OSCI "
	"that sends.\n",
	TOOL_DB, cmd_nachrichten_party},
    {"outbox list", "",
	"count deliveries, and show those that were given up", "", TOOL_DB,
	cmd_outbox_list},
    {"outbox restart", "(ID... | --failed)",
	"try failed deliveries again",
	"Sets the attempts back to zero; the courier takes them up at "
	"once.\n",
	TOOL_DB, cmd_outbox_restart},
    {"feedback list",
	"--town SLUG [--page PATH] [--since DATE] [--all]",
	"list what people say about pages",
	"The newest first: number, time, whether the page was helpful, "
	"language, page and\nremark. Those that are done only with --all.\n",
	TOOL_DB, cmd_feedback_list},
    {"feedback done", "NUMBER... --town SLUG",
	"mark remarks as seen to", "", TOOL_DB, cmd_feedback_done},
    {"audit verify", "[--town SLUG] [--file EXPORT --key PUBLIC]",
	"prove that the event log is unchanged",
	"Checks every event's hash and chain, every seal's root, order "
	"and signature,\nand names the first row of each kind of fault. "
	"With --file it checks an export\noffline. Exit code 3: a fault "
	"was found.\n",
	TOOL_NOTHING, cmd_audit_verify},
    {"audit export", "--town SLUG --out FILE",
	"write the event log for checking elsewhere",
	"Hashes and ciphertext digests only, no contents. Prints the "
	"public key.\n",
	TOOL_DB, cmd_audit_export},
    {"pages", "--out DIR [--towns DIR]",
	"write the static pages that nginx serves",
	"Replaces DIR in one step. Crest, colours and legal details of a town "
	"come from\nthe folder SLUG of --towns (default: towns, beside the "
	"configuration). Reload\nnginx when a host name is new.\n",
	TOOL_DB, cmd_pages},
    {"key create", "--out FILE", "make a new master key file",
	"Refuses to overwrite. Keep a copy in a safe place: without it "
	"nothing can be\nread.\n",
	TOOL_NOTHING, cmd_key_create},
    {"doctor", "[--dir DIR]", "say in plain words what is wrong and what to do",
	"--dir: the folder of the database's files, as for torhaus migrate. "
	"Exit code 3:\nsomething is wrong.\n",
	TOOL_CONFIG, cmd_doctor},
};

/* The n-th command of all tables; NULL behind the last. */
static const struct command *
command_at(size_t n)
{
	if (n < nitems(commands))
		return &commands[n];
	n -= nitems(commands);
	return n < osci_command_count ? &osci_commands[n] : NULL;
}

static void
print_list(FILE *to)
{
	const struct command *c;

	(void)fputs("usage: torhaus [--config FILE] COMMAND [...]\n\n", to);
	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		(void)fprintf(to, "  %-19s %s\n", c->name, c->summary);
	(void)fputs("\n  torhaus COMMAND --help tells more about one.\n"
		    "\nExit codes: 0 done, 1 failed, 2 wrong usage, "
		    "3 findings.\n",
	    to);
}

/* How many words of argv the command's name takes, 0 when it is another. */
static int
name_matches(const char *name, int argc, char **argv)
{
	int words = 0;

	while (*name != '\0') {
		size_t len = strcspn(name, " ");

		if (words == argc || strlen(argv[words]) != len ||
		    memcmp(argv[words], name, len) != 0)
			return 0;
		words++;
		name += len;
		name += *name == ' ';
	}
	return words;
}

static const struct command *
find_command(int argc, char **argv, int *words)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++)
		if ((*words = name_matches(c->name, argc, argv)) > 0)
			return c;
	return NULL;
}

/* How many characters of the command's name the words of argv make up. */
static size_t
name_begins(const char *name, int argc, char **argv)
{
	size_t at = 0;

	for (int i = 0; i < argc; i++) {
		size_t len = strlen(argv[i]);

		if (strncmp(name + at, argv[i], len) != 0 ||
		    name[at + len] != ' ')
			break;
		at += len + 1;
	}
	return at;
}

/* Lists what begins as argv does, to stderr when a further word is missing or
 * wrong. */
static int
unknown_command(int argc, char **argv)
{
	const struct command *c;
	size_t most = 0;

	for (size_t i = 0; (c = command_at(i)) != NULL; i++) {
		size_t n = name_begins(c->name, argc, argv);

		most = n > most ? n : most;
	}
	if (most == 0) {
		(void)fprintf(stderr,
		    "torhaus: no command '%s'; torhaus --help lists them\n",
		    argv[0]);
		return EXIT_WRONG;
	}
	for (size_t i = 0, found = 0; (c = command_at(i)) != NULL; i++) {
		if (name_begins(c->name, argc, argv) != most)
			continue;
		if (found++ == 0)
			(void)fprintf(stderr, "torhaus: which %.*s?\n",
			    (int)most - 1, c->name);
		(void)fprintf(stderr, "  %-19s %s\n", c->name, c->summary);
	}
	return EXIT_WRONG;
}

static int
run_command(const struct command *c, const char *config, int argc, char **argv)
{
	struct arena arena = {0};
	struct tool t = {.arena = &arena, .config_path = config};
	struct err err = {0};
	int rc;

	if (tool_options_check(c->usage, argc, argv) == -1)
		rc = EXIT_WRONG;
	else if (tool_open(&t, c->need, &err) == -1)
		rc = tool_fail(&err);
	else
		rc = c->run(&t, argc, argv);
	if (rc == EXIT_WRONG)
		(void)fprintf(
		    stderr, "usage: torhaus %s %s\n", c->name, c->usage);
	service_set_drop(t.set);
	service_set_publish(NULL);
	db_free(t.db);
	explicit_bzero(&t.master, sizeof(t.master));
	config_free(&t.config); /* all zero when it was not read */
	arena_free(&arena);
	if (fflush(stdout) != 0) {
		(void)fputs("torhaus: the output could not be written\n",
		    stderr);
		return EXIT_FAILED;
	}
	return rc;
}

int
main(int argc, char **argv)
{
	const char *config = config_path(argc, argv);
	const struct command *c;
	int first = 1, words;

	log_open("torhaus", LOG_ERROR); /* commands tell the rest themselves */
	if (argc > 2 && strcmp(argv[1], "--config") == 0)
		first = 3;
	if (first >= argc || strcmp(argv[first], "--help") == 0) {
		print_list(first >= argc ? stderr : stdout);
		return first >= argc ? EXIT_WRONG : EXIT_OK;
	}
	if (strcmp(argv[first], "--version") == 0) {
		(void)printf("torhaus %s\n", TORHAUS_VERSION);
		return EXIT_OK;
	}
	c = find_command(argc - first, argv + first, &words);
	if (c == NULL)
		return unknown_command(argc - first, argv + first);
	argc -= first + words;
	argv += first + words;
	if (tool_flag(argc, argv, "--help")) {
		(void)printf("usage: torhaus %s %s\n\n%s.\n%s", c->name,
		    c->usage, c->summary, c->help);
		return EXIT_OK;
	}
	return run_command(c, config, argc, argv);
}
