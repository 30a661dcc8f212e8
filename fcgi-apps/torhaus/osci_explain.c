/* torhaus osci explain: what a code means, or what a message is. */
#include "torhaus/osci.h"

#include "common/date.h"
#include "common/osci/osci_code.h"
#include "common/osci/osci_order.h"
#include "common/osci/osci_reply.h"
#include "common/text.h"
#include "torhaus/osci_look.h"

/* ---- codes ---- */

static bool
is_code(const char *word)
{
	return strlen(word) == 4 && strspn(word, "0123456789") == 4;
}

static int
explain_code(const struct texts *texts, enum lang lang, const char *code)
{
	char key[20];
	const char *text;

	(void)snprintf(key, sizeof(key), "osci.%s", code);
	text = text_find(texts, lang, key);
	if (text == NULL)
		return tool_usage("OSCI has no code %s", code);
	(void)printf("%s  %s\n      %s\n", code, text,
	    osci_code_is_fault(code) && osci_code_is_server(code)
		? "a fault of the server's: the message was not looked at"
		: osci_code_is_fault(code)
		? "a fault: the message as a whole is refused"
		: code[0] == '0' ? "the order was carried out"
		: osci_code_is_success(code)
		? "a warning: the order was carried out"
		: "the order was not carried out");
	return EXIT_OK;
}

/* ---- messages ---- */

static const char *const kinds[OSCI_BLOCK_KINDS] = {
    [OSCI_CONTROL_BLOCK] = "dialog",
    [OSCI_SIGNATURE_BLOCK] = "signature over the message",
    [OSCI_DESIRED_LANGUAGES] = "languages",
    [OSCI_QUALITY_CREATION] = "time stamp wanted, of creation",
    [OSCI_QUALITY_RECEPTION] = "time stamp wanted, of reception",
    [OSCI_ORDER] = "the order or its answer",
    [OSCI_INTERMEDIARY_CERTIFICATES] = "certificates of the intermediary",
    [OSCI_OTHER_CERTIFICATES] = "certificates of the others",
    [OSCI_FEATURES] = "what the sender can do",
    [OSCI_FOREIGN] = "of another namespace",
};

static void
print_if(const char *name, const char *value)
{
	if (value != NULL)
		(void)printf("  %-16s %s\n", name, value);
}

static void
print_card(struct arena *a, const struct osci_card *c)
{
	(void)printf("process card of %s\n", c->message_id);
	if (c->creation_ms != 0)
		print_if("creation", date_instant_to_xsd(a, c->creation_ms));
	if (c->forwarding_ms != 0)
		print_if(
		    "forwarding", date_instant_to_xsd(a, c->forwarding_ms));
	if (c->reception_ms != 0)
		print_if(
		    "reception", date_instant_to_xsd(a, c->reception_ms));
	print_if("subject", c->subject);
}

static int
print_order(struct arena *a, const struct osci_message *m, struct err *err)
{
	struct osci_order o;

	if (osci_order_read(a, m, &o, err) == -1)
		return -1;
	(void)puts("order");
	print_if("message id", o.message_id);
	print_if("subject", o.subject);
	print_if("receiver", o.receiver);
	print_if("reply's id", o.response_message_id);
	for (size_t i = 0; i < o.selection.nid; i++)
		print_if("asks for", o.selection.id[i]);
	if (o.chunk.number > 0)
		(void)printf("  chunk            %lld of %lld\n",
		    (long long)o.chunk.number,
		    (long long)o.chunk.total_number);
	if (o.has_card)
		print_card(a, &o.card);
	return 0;
}

static int
print_reply(struct arena *a, const struct texts *texts, enum lang lang,
    const struct osci_message *m, struct err *err)
{
	struct osci_reply r;

	if (osci_reply_read(a, m, &r, err) == -1)
		return -1;
	(void)puts("answer");
	for (size_t i = 0; i < r.nentry; i++)
		if (is_code(r.entry[i].code))
			(void)explain_code(texts, lang, r.entry[i].code);
	print_if("message id", r.message_id);
	print_if("subject", r.subject);
	if (r.has_card)
		print_card(a, &r.card);
	if (r.has_reply_card)
		print_card(a, &r.reply_card);
	for (size_t i = 0; i < r.ncards; i++)
		print_card(a, &r.cards[i]);
	return 0;
}

static int
print_message(struct arena *a, const struct texts *texts, enum lang lang,
    const struct osci_message *m, struct err *err)
{
	(void)printf("%s\n", osci_type_name(m->type));
	if (m->type == OSCI_FAULT)
		return explain_code(texts, lang, osci_fault_code(a, m)) ==
			EXIT_OK
		    ? 0
		    : err_set(err, ERR_BAD_REQUEST, "a fault without code");
	if (m->type == OSCI_MESSAGE_ENCRYPTED) {
		(void)puts("  encrypted for its receiver alone");
		return 0;
	}
	print_if("ConversationId", m->control.conversation_id);
	print_if("Challenge", m->control.challenge);
	print_if("Response", m->control.response);
	(void)puts("header");
	for (size_t i = 0; i < m->nblock; i++)
		(void)printf("  %-28s %s\n", m->block[i].node->name,
		    kinds[m->block[i].kind]);
	for (size_t i = 0; i < m->packet->npart; i++)
		(void)printf("  attachment %s, %lld bytes, %s\n",
		    m->packet->part[i].id,
		    (long long)m->packet->part[i].len,
		    m->packet->part[i].type);
	return osci_type_is_request(m->type)
	    ? print_order(a, m, err)
	    : print_reply(a, texts, lang, m, err);
}

int
cmd_osci_explain(struct tool *t, int argc, char **argv)
{
	const char *word = tool_word(argc, argv, 0, NULL);
	enum lang lang = tool_option(argc, argv, "--lang") == NULL
	    ? LANG_EN
	    : tool_lang(argc, argv);
	struct osci_message m;
	struct texts *texts;
	bool was_encrypted;
	struct err err = {0};
	int rc = EXIT_OK;

	if (word == NULL)
		return tool_usage("name a code or a file");
	if (texts_load(t->config.texts_dir, &texts, &err) == -1)
		return tool_fail(&err);
	if (is_code(word))
		rc = explain_code(texts, lang, word);
	else if (osci_look_read(t->arena, word, NULL, 0, &m, &was_encrypted,
		     &err) == -1 ||
	    print_message(t->arena, texts, lang, &m, &err) == -1)
		rc = tool_fail(&err);
	texts_free(texts);
	return rc;
}
