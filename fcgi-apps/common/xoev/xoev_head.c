#include "common/xoev/xoev_head.h"
#include "common/xoev/xoev_plain.h"

#include "common/date.h"
#include "common/id.h"

#define LEAF_MAX (64 * 1024)
#define PRODUCT "Torhaus"
#define PRODUCT_MAKER "Torhaus-Projekt"

/* ---- reading ---- */

const char *
xoev_root_number(const char *root)
{
	const char *dot = strrchr(root, '.');

	if (dot == NULL || dot[1] == '\0' ||
	    dot[1 + strspn(dot + 1, "0123456789")] != '\0')
		return "";
	return dot + 1;
}

const struct xml_node *
xoev_local(const struct xml_node *n, const char *name)
{
	if (n == NULL)
		return NULL;
	for (n = xml_first(n); n != NULL; n = xml_next(n))
		if (strcmp(n->name, name) == 0)
			return n;
	return NULL;
}

const char *
xoev_leaf(
    struct arena *a, const struct xml_tree *tree, const struct xml_node *n)
{
	struct err err = { 0 };
	const char *text;

	if (n == NULL || xml_text(a, tree, n, LEAF_MAX, &text, &err) == -1)
		return "";
	return text;
}

const char *
xoev_token(
    struct arena *a, const struct xml_tree *tree, const struct xml_node *n)
{
	static const char blanks[] = " \t\r\n";
	const char *text = xoev_leaf(a, tree, n);
	size_t len;

	text += strspn(text, blanks);
	len = strlen(text);
	while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
		len--;
	return text[len] == '\0' ? text
				 : arena_printf(a, "%.*s", (int)len, text);
}

struct reading {
	struct arena *arena;
	const struct xml_tree *tree;
};

static const char *
leaf(const struct reading *r, const struct xml_node *n, const char *name)
{
	return xoev_token(r->arena, r->tree, xoev_local(n, name));
}

static const char *
attribute(const struct xml_node *n, const char *name)
{
	const char *value = n == NULL ? NULL : xml_attribute(n, name);

	return value == NULL ? "" : value;
}

static void
read_party(
    const struct reading *r, const struct xml_node *n, struct xoev_party *p)
{
	const struct xml_node *reach = xoev_local(n, "erreichbarkeit");
	const struct xml_node *directory = xoev_local(n, "verzeichnisdienst");

	*p = (struct xoev_party){
		.directory = leaf(r, directory, "code"),
		.directory_version = attribute(directory, "listVersionID"),
		.key = leaf(r, n, "kennung"),
		.name = leaf(r, n, "name"),
		.channel = leaf(r, xoev_local(reach, "kanal"), "code"),
		.channel_version = attribute(
		    xoev_local(reach, "kanal"), "listVersionID"),
		.address = leaf(r, reach, "kennung"),
	};
}

static void
read_address(
    const struct reading *r, const struct xml_node *n, struct xoev_party *p)
{
	const struct xml_node *house = xoev_local(n, "gebaeude");

	if (house == NULL)
		return;
	p->street = leaf(r, house, "strasse");
	p->house_no = leaf(r, house, "hausnummer");
	p->postal_code = leaf(r, house, "postleitzahl");
	p->city = leaf(r, house, "wohnort");
}

/* ---- what XTorhaus says of its Vorgang ---- */

#define TORHAUS "urn:x-torhaus:schema:xtorhaus:"
#define TORHAUS_REJECTION "rueckmeldung.rueckweisung."

bool
xoev_is_torhaus(const char *uri)
{
	return strncmp(uri, TORHAUS, strlen(TORHAUS)) == 0;
}

static void
read_torhaus(const struct reading *r, struct xoev_head *head)
{
	static const char *const origin[] = { "ursprungsnachricht",
		"zurueckgewieseneNachricht", "quittierteNachricht" };
	const struct xml_node *root = r->tree->root;
	const struct xml_node *vorgang = xoev_local(root, "vorgang");

	if (vorgang != NULL) {
		head->vorgang = leaf(r, vorgang, "vorgangID");
		head->reference = leaf(r, vorgang, "aktenzeichen");
		head->partner_reference =
		    leaf(r, vorgang, "aktenzeichenEmpfaenger");
		head->refers_to = leaf(r, vorgang, origin[0]);
	}
	for (size_t i = 1; i < nitems(origin) && *head->refers_to == '\0'; i++)
		head->refers_to = leaf(r, root, origin[i]);
	head->is_rejection = strncmp(root->name, TORHAUS_REJECTION,
				 strlen(TORHAUS_REJECTION)) == 0;
}

/* The message that this one answers or rejects. */
static const struct xml_node *
origin_of(const struct xml_node *root)
{
	const struct xml_node *n = xoev_local(root, "ursprungsnachricht");

	if (n == NULL)
		n = xoev_local(xoev_local(root, "rueckweisung"), "idNachricht");
	return n;
}

/* Its UUID; the stand-in for the producer names it without more. */
static const char *
refers_to(const struct reading *r, const struct xml_node *origin)
{
	if (origin != NULL && xml_first(origin) == NULL)
		return xoev_leaf(r->arena, r->tree, origin);
	return leaf(r, origin, "nachrichtenUUID");
}

/* What the author calls the case, or what was ordered for it. */
static const char *
reference(const struct reading *r, const struct xml_node *root)
{
	const char *number = leaf(r, root, "bestellnummer");

	return *number != '\0' ? number : leaf(r, root, "aktenzeichen");
}

void
xoev_head_read(
    struct arena *a, const struct xml_tree *tree, struct xoev_head *head)
{
	struct reading r = { .arena = a, .tree = tree };
	const struct xml_node *root = tree->root;
	const struct xml_node *top = xoev_local(root, "nachrichtenkopf.g2g");
	const struct xml_node *id = xoev_local(top, "identifikation.nachricht");
	const struct xml_node *origin = origin_of(root);
	const char *test = attribute(root, "test");

	*head = (struct xoev_head){
		.standard = attribute(root, "standard"),
		.version = attribute(root, "version"),
		.uri = root->uri,
		.root = root->name,
		.type = leaf(&r, xoev_local(id, "nachrichtentyp"), "code"),
		.uuid = leaf(&r, id, "nachrichtenUUID"),
		.created = leaf(&r, id, "erstellungszeitpunkt"),
		.refers_to = refers_to(&r, origin),
		.refers_type =
		    leaf(&r, xoev_local(origin, "nachrichtentyp"), "code"),
		.reference = reference(&r, root),
		.vorgang = "",
		.partner_reference = "",
		.product = attribute(root, "produkt"),
		.product_maker = attribute(root, "produkthersteller"),
		.is_test = strcmp(test, "ja") == 0 || strcmp(test, "true") == 0,
		.is_rejection = strncmp(root->name, "rueckweisung",
				    strlen("rueckweisung")) == 0,
	};
	if (*head->type == '\0')
		head->type = xoev_root_number(root->name);
	read_party(&r, xoev_local(top, "autor"), &head->author);
	read_party(&r, xoev_local(top, "leser"), &head->reader);
	read_address(&r, xoev_local(root, "anschrift.autor"), &head->author);
	read_address(&r, xoev_local(root, "anschrift.leser"), &head->reader);
	if (xoev_is_torhaus(root->uri))
		read_torhaus(&r, head);
}

/* ---- writing ---- */

static void
put_code(struct xml_out *parent, const char *name, const char *code,
    const char *list, const char *version)
{
	struct xml_out *e = xoev_add(parent, name);

	xoev_put_attribute(e, "listURI", list);
	xoev_put_attribute(e, "listVersionID", version);
	xoev_put(e, "code", code);
}

static void
put_party(struct xml_out *parent, const char *name, const struct xoev_party *p)
{
	struct xml_out *e = xoev_add(parent, name), *reach;

	put_code(e, "verzeichnisdienst", p->directory,
	    "urn:xoev-de:kosit:codeliste:verzeichnisdienst",
	    p->directory_version);
	xoev_put(e, "kennung", p->key);
	xoev_put(e, "name", p->name);
	if (p->channel == NULL || *p->channel == '\0')
		return;
	reach = xoev_add(e, "erreichbarkeit");
	put_code(reach, "kanal", p->channel,
	    "urn:de:xoev:codeliste:erreichbarkeit", p->channel_version);
	xoev_put(reach, "kennung", p->address);
}

static void
put_address(
    struct xml_out *root, const char *name, const struct xoev_party *p)
{
	struct xml_out *house;

	if (p->city == NULL || *p->city == '\0')
		return;
	house = xoev_add(xoev_add(root, name), "gebaeude");
	xoev_put(house, "hausnummer", p->house_no);
	xoev_put(house, "postleitzahl", p->postal_code);
	xoev_put(house, "strasse", p->street);
	xoev_put(house, "wohnort", p->city);
}

/* A version 4 UUID as XOEV wants to see it. */
static const char *
uuid_new(struct arena *a)
{
	static const char digit[] = "0123456789abcdef";
	struct id id = id_random();
	char *uuid = arena_alloc(a, 37, 1), *s = uuid;

	id.byte[6] = (uint8_t)((id.byte[6] & 0x0f) | 0x40);
	id.byte[8] = (uint8_t)((id.byte[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < ID_LEN; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*s++ = '-';
		*s++ = digit[id.byte[i] >> 4];
		*s++ = digit[id.byte[i] & 0x0f];
	}
	return uuid;
}

static int
lacks(const struct xoev_party *p, const char *who, struct err *err)
{
	const char *what = NULL;

	if (p->key == NULL || *p->key == '\0')
		what = "its key in the directory";
	else if (p->name == NULL || *p->name == '\0')
		what = "its name";
	else if (p->directory == NULL || *p->directory == '\0')
		what = "its directory";
	if (what == NULL)
		return 0;
	(void)err_set(err, ERR_FIELD_INVALID,
	    "XOEV: the message's %s lacks %s", who, what);
	(void)snprintf(err->field, sizeof(err->field), "%s", who);
	return -1;
}

int
xoev_head_write(struct arena *a, struct xml_out *root,
    const struct xoev_head_type *type, const struct xoev_case *c,
    struct xoev_head *head, struct err *err)
{
	struct xml_out *top, *id;

	head->standard = type->standard;
	head->version = type->version;
	head->type = type->type;
	head->uuid = c->uuid == NULL ? uuid_new(a) : c->uuid;
	head->created = date_instant_to_xsd(
	    a, c->created_ms == 0 ? date_now_ms() : c->created_ms);
	head->product = PRODUCT;
	head->product_maker = PRODUCT_MAKER;
	head->is_test = c->is_test;
	head->author = c->author;
	head->reader = c->reader;
	if (type->kind == XOEV_HEAD_NONE)
		return 0;
	if (lacks(&c->author, "author", err) == -1 ||
	    lacks(&c->reader, "reader", err) == -1)
		return -1;
	xoev_put_attribute(root, "produkt", PRODUCT);
	xoev_put_attribute(root, "produkthersteller", PRODUCT_MAKER);
	xoev_put_attribute(root, "produktversion", TORHAUS_VERSION);
	xoev_put_attribute(root, "standard", type->standard);
	if (c->is_test)
		xoev_put_attribute(root, "test", "ja");
	xoev_put_attribute(root, "version", type->version);
	top = xoev_add(root, "nachrichtenkopf.g2g");
	id = xoev_add(top, "identifikation.nachricht");
	xoev_put(id, "nachrichtenUUID", head->uuid);
	put_code(
	    id, "nachrichtentyp", type->type, type->list, type->list_version);
	xoev_put(id, "erstellungszeitpunkt", head->created);
	put_party(top, "leser", &c->reader);
	put_party(top, "autor", &c->author);
	if (type->kind == XOEV_HEAD_XINNERES) {
		put_address(root, "anschrift.leser", &c->reader);
		put_address(root, "anschrift.autor", &c->author);
	}
	return 0;
}
