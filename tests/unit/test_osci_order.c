/*
 * Orders as the official client writes them, read; and orders of other shapes,
 * refused.
 */
#include "osci_fixture.h"

#include "common/osci/osci_order.h"

static struct osci_fixture fixture;

static int
set_up(void **state)
{
	(void)state;
	osci_fixture_keys(&fixture);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(&fixture.arena);
	return 0;
}

/* ---- an order as a line ---- */

static void
show_selection(struct buf *b, const struct osci_selection *s)
{
	static const char *const roles[] = { "", " addressee", " originator" };

	if (s->by == OSCI_SELECT_IDS)
		for (size_t i = 0; i < s->nid; i++)
			buf_printf(b, " select=%s", s->id[i]);
	if (s->by == OSCI_SELECT_RECEPTION)
		buf_printf(b, " reception=%s(%lld)", s->from,
		    (long long)s->from_ms);
	if (s->by == OSCI_SELECT_MODIFICATION)
		buf_printf(b, " modification=%s(%lld)", s->from,
		    (long long)s->from_ms);
	buf_puts(b, roles[s->role]);
	if (s->no_reception)
		buf_puts(b, " unreceived");
	if (s->limit > 0)
		buf_printf(b, " limit=%lld", (long long)s->limit);
}

static void
show_chunk(struct buf *b, const struct osci_order *o)
{
	const struct osci_chunk *c = &o->chunk;

	if (c->is_info_only)
		buf_puts(b, " info");
	if (c->number > 0)
		buf_printf(b, " chunk=%lld/%lld size=%lld/%lld",
		    (long long)c->number, (long long)c->total_number,
		    (long long)c->size_kib, (long long)c->total_size_kib);
	for (size_t i = 0; i < c->nreceived; i++)
		buf_printf(b, " has=%lld", (long long)c->received[i]);
	if (o->chunk_part != NULL)
		buf_printf(b, " bytes=%lld", (long long)o->chunk_part->len);
}

/* "co ca cr so ...": the roles of its certificates. */
static void
show_certs(struct buf *b, const struct osci_certs *c)
{
	static const char *const names[OSCI_ROLES] = { "co", "cw", "ca", "cr",
		"so", "sw", "sa", "ci", "si" };

	buf_puts(b, " certs=");
	for (size_t i = 0; i < c->n; i++)
		buf_printf(b, "%s%s", i == 0 ? "" : ",",
		    names[c->cert[i].role]);
}

static const char *
show(struct arena *a, const struct osci_order *o)
{
	struct buf *b = buf_new(a, 100000);

	buf_printf(b, "%s(%s)", osci_type_name(o->type), o->languages);
	if (o->message_id != NULL)
		buf_printf(b, " id=%s", o->message_id);
	if (o->subject != NULL)
		buf_printf(b, " subject=%s", o->subject);
	if (o->receiver != NULL)
		buf_printf(b, " to=%s", o->receiver);
	if (o->response_message_id != NULL)
		buf_printf(b, " reply=%s", o->response_message_id);
	if (o->wants_crypto_creation || o->wants_crypto_reception)
		buf_puts(b, " stamps");
	show_selection(b, &o->selection);
	show_chunk(b, o);
	if (o->has_card)
		buf_printf(b, " card=%s,%lld,%lld,%lld,%s,%zu",
		    o->card.message_id, (long long)o->card.creation_ms,
		    (long long)o->card.forwarding_ms,
		    (long long)o->card.reception_ms, o->card.subject,
		    o->card.ninspection);
	show_certs(b, &o->certs);
	if (o->has_features)
		buf_printf(b, " features%s%s%s%s",
		    o->features.has_gcm ? "+gcm" : "",
		    o->features.has_12_byte_iv ? "+iv" : "",
		    o->features.has_chunks ? "+chunks" : "",
		    o->features.has_oaep ? "+oaep" : "");
	if (o->content != NULL)
		buf_puts(b, " content");
	return buf_text(b);
}

#define FEATURES " features+gcm+iv+chunks+oaep"
#define SIGNED " certs=so" FEATURES
#define USUAL " certs=co,ca,so" FEATURES " content"

static const struct {
	const char *name, *want;
} vectors[] = {
	{ "positive/exit-dialog-encrypted",
	    "ExitDialog(de)" SIGNED },
	{ "positive/exit-dialog-signed",
	    "ExitDialog(de)" SIGNED },
	{ "positive/fetch-delivery-by-date",
	    "FetchDelivery(de) reception=2024-01-01T00:00:00+01:00(170406"
	    "3600000)" SIGNED },
	{ "positive/fetch-delivery-by-message-id-encrypted",
	    "FetchDelivery(de) select=msg-vec-fetch" SIGNED },
	{ "positive/fetch-delivery-by-message-id",
	    "FetchDelivery(de) select=msg-vec-fetch" SIGNED },
	{ "positive/fetch-delivery-by-none",
	    "FetchDelivery(de)" SIGNED },
	{ "positive/fetch-process-card-by-all",
	    "FetchProcessCard(de)" SIGNED },
	{ "positive/fetch-process-card-by-message-ids",
	    "FetchProcessCard(de) select=msg-vec-fetch select=other" SIGNED },
	{ "positive/fetch-process-card-by-modification",
	    "FetchProcessCard(de) modification=2024-01-01T00:00:00+01:00("
	    "1704063600000) originator" SIGNED },
	{ "positive/fetch-process-card-by-quantity",
	    "FetchProcessCard(de) limit=1" SIGNED },
	{ "positive/fetch-process-card-by-reception",
	    "FetchProcessCard(de) reception=2024-01-01T00:00:00+01:00(170"
	    "4063600000) addressee unreceived" SIGNED },
	{ "positive/forward-delivery-implicit",
	    "ForwardDelivery(de) id=msg-vec-1050 subject=Weiterleitung to"
	    "=http://127.0.0.1:9/recipient" USUAL },
	{ "positive/get-message-id-explicit-encrypted",
	    "GetMessageId(de) certs=co,so" FEATURES },
	{ "positive/get-message-id-explicit-signed",
	    "GetMessageId(de) certs=co,so" FEATURES },
	{ "positive/get-message-id-implicit-encrypted",
	    "GetMessageId(de) certs=co,so" FEATURES },
	{ "positive/get-message-id-implicit-signed",
	    "GetMessageId(de) certs=co,so" FEATURES },
	{ "positive/init-dialog-encrypted",
	    "InitDialog(de) certs=co,so" FEATURES },
	{ "positive/init-dialog-signed",
	    "InitDialog(de) certs=co,so" FEATURES },
	{ "positive/init-dialog-unsigned",
	    "InitDialog(de) certs=co" FEATURES },
	{ "positive/mediate-delivery-no-message-id",
	    "MediateDelivery(de) to=http://127.0.0.1:9/recipient" USUAL },
	{ "positive/mediate-delivery",
	    "MediateDelivery(de) id=msg-vec-1051 to=http://127.0.0.1:9/re"
	    "cipient" USUAL },
	{ "positive/partial-fetch-1",
	    "PartialFetchDelivery(de) select=msg-vec-partial chunk=1/0 si"
	    "ze=8/-1" SIGNED },
	{ "positive/partial-fetch-2",
	    "PartialFetchDelivery(de) select=msg-vec-partial chunk=2/0 si"
	    "ze=8/-1 has=1" SIGNED },
	{ "positive/partial-store-1-of-2",
	    "PartialStoreDelivery(de) id=msg-vec-partial_Partial chunk=1/"
	    "2 size=8/12 bytes=8192" USUAL },
	{ "positive/partial-store-2-of-2",
	    "PartialStoreDelivery(de) id=msg-vec-partial_Partial chunk=2/"
	    "2 size=8/12 bytes=4814" USUAL },
	{ "positive/partial-store-info-only",
	    "PartialStoreDelivery(de) id=msg-vec-partial_Partial info" USUAL },
	{ "positive/store-aes128-cbc",
	    "StoreDelivery(de) id=msg-vec-1033 subject=Antrag store-aes12"
	    "8-cbc" USUAL },
	{ "positive/store-aes128-gcm",
	    "StoreDelivery(de) id=msg-vec-1030 subject=Antrag store-aes12"
	    "8-gcm" USUAL },
	{ "positive/store-aes192-gcm",
	    "StoreDelivery(de) id=msg-vec-1031 subject=Antrag store-aes19"
	    "2-gcm" USUAL },
	{ "positive/store-aes256-cbc",
	    "StoreDelivery(de) id=msg-vec-1032 subject=Antrag store-aes25"
	    "6-cbc" USUAL },
	{ "positive/store-attachment-256k",
	    "StoreDelivery(de) id=msg-vec-1022 subject=Antrag store-attac"
	    "hment-256k" USUAL },
	{ "positive/store-attachment-base64",
	    "StoreDelivery(de) id=msg-vec-1020 subject=Antrag store-attac"
	    "hment-base64" USUAL },
	{ "positive/store-attachment-encrypted",
	    "StoreDelivery(de) id=msg-vec-1021 subject=Antrag store-attac"
	    "hment-encrypted certs=co,ca,cr,so,sw" FEATURES " content" },
	{ "positive/store-attachment-plain",
	    "StoreDelivery(de) id=msg-vec-1019 subject=Antrag store-attac"
	    "hment-plain certs=co,ca,so,sw" FEATURES " content" },
	{ "positive/store-author-signed-reader-encrypted",
	    "StoreDelivery(de) id=msg-vec-1018 subject=Antrag store-autho"
	    "r-signed-reader-encrypted certs=co,ca,cr,so,sw" FEATURES " content" },
	{ "positive/store-author-signed-xades-time",
	    "StoreDelivery(de) id=msg-vec-1017 subject=Antrag store-autho"
	    "r-signed-xades-time certs=co,ca,so,sw" FEATURES " content" },
	{ "positive/store-author-signed",
	    "StoreDelivery(de) id=msg-vec-1015 subject=Antrag store-autho"
	    "r-signed certs=co,ca,so,sw" FEATURES " content" },
	{ "positive/store-content-originator-signed",
	    "StoreDelivery(de) id=msg-vec-1011 subject=Antrag store-conte"
	    "nt-originator-signed" USUAL },
	{ "positive/store-custom-header",
	    "StoreDelivery(de) id=msg-vec-1037 subject=Antrag store-custo"
	    "m-header" USUAL },
	{ "positive/store-encrypted",
	    "StoreDelivery(de) id=msg-vec-1012 subject=Antrag store-encry"
	    "pted" USUAL },
	{ "positive/store-expired-signer",
	    "StoreDelivery(de) id=msg-vec-1039" USUAL },
	{ "positive/store-explicit-signed",
	    "StoreDelivery(de) id=msg-vec-1040" USUAL },
	{ "positive/store-gcm-iv16",
	    "StoreDelivery(de) id=msg-vec-1029 subject=Antrag store-gcm-i"
	    "v16" USUAL },
	{ "positive/store-many-containers",
	    "StoreDelivery(de) id=msg-vec-1023 subject=Antrag store-many-"
	    "containers certs=co,ca,cr,so" FEATURES " content" },
	{ "positive/store-nested-container",
	    "StoreDelivery(de) id=msg-vec-1024 subject=Antrag store-neste"
	    "d-container certs=co,ca,so,sw" FEATURES " content" },
	{ "positive/store-nested-encrypted",
	    "StoreDelivery(de) id=msg-vec-1025 subject=Antrag store-neste"
	    "d-encrypted certs=co,ca,cr,so,sw" FEATURES " content" },
	{ "positive/store-no-features",
	    "StoreDelivery(de) id=msg-vec-1038 subject=Antrag store-no-fe"
	    "atures certs=co,ca,so content" },
	{ "positive/store-plain-signed",
	    "StoreDelivery(de) id=msg-vec-1010 subject=Antrag store-plain"
	    "-signed" USUAL },
	{ "positive/store-plain-unsigned",
	    "StoreDelivery(de) id=msg-vec-1009 subject=Antrag store-plain"
	    "-unsigned" USUAL },
	{ "positive/store-pss-sha256",
	    "StoreDelivery(de) id=msg-vec-1026 subject=Antrag store-pss-s"
	    "ha256" USUAL },
	{ "positive/store-reader",
	    "StoreDelivery(de) id=msg-vec-1013 subject=Antrag store-reade"
	    "r certs=co,ca,cr,so" FEATURES " content" },
	{ "positive/store-rsa-1_5",
	    "StoreDelivery(de) id=msg-vec-1035 subject=Antrag store-rsa-1"
	    "_5" USUAL },
	{ "positive/store-sha3-256-digest",
	    "StoreDelivery(de) id=msg-vec-1028 subject=Antrag store-sha3-"
	    "256-digest" USUAL },
	{ "positive/store-sha512-encrypted",
	    "StoreDelivery(de) id=msg-vec-1027 subject=Antrag store-sha51"
	    "2-encrypted" USUAL },
	{ "positive/store-transport-base64",
	    "StoreDelivery(de) id=msg-vec-1036 subject=Antrag store-trans"
	    "port-base64" USUAL },
	{ "positive/store-tripledes-cbc",
	    "StoreDelivery(de) id=msg-vec-1034 subject=Antrag store-tripl"
	    "edes-cbc" USUAL },
	{ "positive/store-two-authors",
	    "StoreDelivery(de) id=msg-vec-1016 subject=Antrag store-two-a"
	    "uthors certs=co,ca,so,sw,sw" FEATURES " content" },
	{ "positive/store-two-readers",
	    "StoreDelivery(de) id=msg-vec-1014 subject=Antrag store-two-r"
	    "eaders certs=co,ca,cr,so" FEATURES " content" },
	{ "recipient/accept-delivery-body-changed",
	    "AcceptDelivery(de) card=msg-vec-a,1714972089000,171497208900"
	    "0,0,probe,0 certs=ci,si,co,ca,cr,so" FEATURES " content" },
	{ "recipient/accept-delivery-encrypted",
	    "AcceptDelivery(de) card=msg-vec-a,1714972089000,171497208900"
	    "0,0,probe,0 certs=ci,si,co,ca,cr,so" FEATURES " content" },
	{ "recipient/accept-delivery-signed",
	    "AcceptDelivery(de) card=msg-vec-a,1714972089000,171497208900"
	    "0,0,probe,0 certs=ci,si,co,ca,cr,so" FEATURES " content" },
	{ "recipient/process-delivery-encrypted",
	    "ProcessDelivery(de) reply=msg-vec-p-reply card=msg-vec-p,171"
	    "4972089000,1714972089000,0,probe,0 certs=ci,si,co,ca,cr,so" FEATURES " content" },
	{ "recipient/process-delivery-signed",
	    "ProcessDelivery(de) reply=msg-vec-p-reply card=msg-vec-p,171"
	    "4972089000,1714972089000,0,probe,0 certs=ci,si,co,ca,cr,so" FEATURES " content" },
};

static void
check_vector(const char *name)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct osci_message m;
	struct osci_order order;
	size_t i = 0;

	if (strstr(name, "/response-") != NULL)
		return;
	while (i < nitems(vectors) && strcmp(vectors[i].name, name) != 0)
		i++;
	if (i == nitems(vectors))
		fail_msg("%s is not in the table", name);
	osci_fixture_vector(&a, &fixture, name, &m);
	if (osci_order_read(&a, &m, &order, &err) == -1)
		fail_msg("%s: %s %s", name, err.field, err.msg);
	if (strcmp(show(&a, &order), vectors[i].want) != 0)
		fail_msg("%s: %s", name, show(&a, &order));
	arena_free(&a);
}

static void
test_vectors(void **state)
{
	(void)state;
	(void)osci_fixture_each("positive", check_vector);
	(void)osci_fixture_each("recipient", check_vector);
}

/* ---- other shapes ---- */

#define ID "<osci:MessageId>YWJj</osci:MessageId>"
#define CARD                                                                   \
	"<osci:ProcessCardBundle>" ID "<osci:ProcessCard "                     \
	"RecentModification=\"2024-05-06T07:08:09Z\"></osci:ProcessCard>"      \
	"<osci:InspectionReport></osci:InspectionReport>"                      \
	"</osci:ProcessCardBundle>"
#define RULE(x) "<osci:SelectionRule>" x "</osci:SelectionRule>"
#define PACKAGE "<osci:ContentPackage></osci:ContentPackage>"
#define CHUNK(x)                                                               \
	"<osci2017:ChunkInformation " x "></osci2017:ChunkInformation>"
#define TO "<osci:ContentReceiver URI=\"http://x/\"></osci:ContentReceiver>"

/* order: what stands in its element; body: NULL for what is usual; want: code,
 * or "" when it is fine. */
static const struct {
	const char *name;
	enum osci_type type;
	const char *order, *body, *want;
} shapes[] = {
	{ "fetch: nothing said", OSCI_FETCH_DELIVERY, "", NULL, "" },
	{ "fetch: by id", OSCI_FETCH_DELIVERY, RULE(ID), NULL, "" },
	{ "fetch: blanks between", OSCI_FETCH_DELIVERY,
	    " \n" RULE("\t" ID " ") " ", NULL, "" },
	{ "fetch: blanks around a date", OSCI_FETCH_DELIVERY,
	    RULE("<osci:ReceptionOfDelivery> 2024-01-01T00:00:00Z\n"
		 "</osci:ReceptionOfDelivery>"),
	    NULL, "" },
	{ "fetch: an element too many", OSCI_FETCH_DELIVERY,
	    RULE(ID) "<osci:More></osci:More>", NULL, "9100" },
	{ "fetch: foreign element", OSCI_FETCH_DELIVERY,
	    "<x xmlns=\"urn:x\"/>", NULL, "9100" },
	{ "fetch: text between", OSCI_FETCH_DELIVERY, "text" RULE(ID), NULL,
	    "9100" },
	{ "fetch: text in the rule", OSCI_FETCH_DELIVERY, RULE("text" ID),
	    NULL, "9100" },
	{ "fetch: two ids", OSCI_FETCH_DELIVERY, RULE(ID ID), NULL, "9100" },
	{ "fetch: two rules", OSCI_FETCH_DELIVERY, RULE(ID) RULE(ID), NULL,
	    "9100" },
	{ "fetch: an empty rule", OSCI_FETCH_DELIVERY, RULE(""), NULL,
	    "9100" },
	{ "fetch: a rule of cards", OSCI_FETCH_DELIVERY,
	    RULE("<osci:RecentModification>2024-01-01T00:00:00Z"
		 "</osci:RecentModification>"),
	    NULL, "9100" },
	{ "fetch: no such day", OSCI_FETCH_DELIVERY,
	    RULE("<osci:ReceptionOfDelivery>2024-02-30T00:00:00Z"
		 "</osci:ReceptionOfDelivery>"),
	    NULL, "9100" },
	{ "fetch: the id is no Base64", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>a*b=</osci:MessageId>"), NULL, "9100" },
	{ "fetch: the id is cut off", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>YWJ</osci:MessageId>"), NULL, "9100" },
	{ "fetch: an empty id", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId></osci:MessageId>"), NULL, "9100" },
	{ "fetch: NUL in the id", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>YQBi</osci:MessageId>"), NULL, "9100" },
	{ "fetch: a line end in the id", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>YQpi</osci:MessageId>"), NULL, "9100" },
	{ "fetch: a semicolon in the id", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>YTti</osci:MessageId>"), NULL, "9100" },
	{ "fetch: no UTF-8 in the id", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>//8=</osci:MessageId>"), NULL, "9100" },
	{ "fetch: an element in the id", OSCI_FETCH_DELIVERY,
	    RULE("<osci:MessageId>YW<x/>Jj</osci:MessageId>"), NULL, "9100" },
	{ "fetch: with content", OSCI_FETCH_DELIVERY, "", PACKAGE, "9100" },
	{ "cards: nothing said", OSCI_FETCH_PROCESS_CARD, "", NULL, "" },
	{ "cards: two ids", OSCI_FETCH_PROCESS_CARD, RULE(ID ID), NULL, "" },
	{ "cards: rule and quantity", OSCI_FETCH_PROCESS_CARD,
	    RULE(ID) "<osci:Quantity Limit=\"5\"/>", NULL, "" },
	{ "cards: the quantity first", OSCI_FETCH_PROCESS_CARD,
	    "<osci:Quantity Limit=\"5\"/>" RULE(ID), NULL, "9100" },
	{ "cards: none wanted", OSCI_FETCH_PROCESS_CARD,
	    "<osci:Quantity Limit=\"0\"/>", NULL, "9100" },
	{ "cards: fewer than none", OSCI_FETCH_PROCESS_CARD,
	    "<osci:Quantity Limit=\"-1\"/>", NULL, "9100" },
	{ "cards: a limit with more behind", OSCI_FETCH_PROCESS_CARD,
	    "<osci:Quantity Limit=\"1x\"/>", NULL, "9100" },
	{ "cards: no limit", OSCI_FETCH_PROCESS_CARD, "<osci:Quantity/>",
	    NULL, "9100" },
	{ "cards: a role that is none", OSCI_FETCH_PROCESS_CARD,
	    RULE("<osci:RecentModification Role=\"Reader\">"
		 "2024-01-01T00:00:00Z</osci:RecentModification>"),
	    NULL, "9100" },
	{ "cards: maybe without reception", OSCI_FETCH_PROCESS_CARD,
	    RULE("<osci:RecentModification NoReception=\"maybe\">"
		 "2024-01-01T00:00:00Z</osci:RecentModification>"),
	    NULL, "9100" },
	{ "cards: without reception, in a digit", OSCI_FETCH_PROCESS_CARD,
	    RULE("<osci:RecentModification NoReception=\"1\">"
		 "2024-01-01T00:00:00Z</osci:RecentModification>"),
	    NULL, "" },
	{ "store", OSCI_STORE_DELIVERY, ID "<osci:Subject>a</osci:Subject>",
	    NULL, "" },
	{ "store: without id (9800 comes later)", OSCI_STORE_DELIVERY, "",
	    NULL, "" },
	{ "store: an empty id (likewise)", OSCI_STORE_DELIVERY,
	    "<osci:MessageId></osci:MessageId>", NULL, "" },
	{ "store: the subject first", OSCI_STORE_DELIVERY,
	    "<osci:Subject>a</osci:Subject>" ID, NULL, "9100" },
	{ "store: an element in the subject", OSCI_STORE_DELIVERY,
	    ID "<osci:Subject>a<osci:b/></osci:Subject>", NULL, "9100" },
	{ "store: two ids", OSCI_STORE_DELIVERY, ID ID, NULL, "9100" },
	{ "store: no content", OSCI_STORE_DELIVERY, ID, "", "9100" },
	{ "store: something else in the package", OSCI_STORE_DELIVERY, ID,
	    "<osci:ContentPackage><osci:Content></osci:Content>"
	    "</osci:ContentPackage>",
	    "9100" },
	{ "store: text in the package", OSCI_STORE_DELIVERY, ID,
	    "<osci:ContentPackage>text</osci:ContentPackage>", "9100" },
	{ "forward", OSCI_FORWARD_DELIVERY, TO ID, NULL, "" },
	{ "forward: to nobody", OSCI_FORWARD_DELIVERY, ID, NULL, "9300" },
	{ "forward: no address", OSCI_FORWARD_DELIVERY,
	    "<osci:ContentReceiver/>" ID, NULL, "9300" },
	{ "forward: an empty address", OSCI_FORWARD_DELIVERY,
	    "<osci:ContentReceiver URI=\"\"/>" ID, NULL, "9300" },
	{ "forward: the receiver last", OSCI_FORWARD_DELIVERY, ID TO, NULL,
	    "9300" },
	{ "mediate: without id", OSCI_MEDIATE_DELIVERY, TO, NULL, "" },
	{ "accept", OSCI_ACCEPT_DELIVERY, CARD, NULL, "" },
	{ "accept: no card", OSCI_ACCEPT_DELIVERY, "", NULL, "9100" },
	{ "process", OSCI_PROCESS_DELIVERY, "", NULL, "" },
	{ "process: card and id", OSCI_PROCESS_DELIVERY,
	    "<osci:MessageIdResponse>YWJj</osci:MessageIdResponse>" CARD,
	    NULL, "" },
	{ "process: the card first", OSCI_PROCESS_DELIVERY,
	    CARD "<osci:MessageIdResponse>YWJj</osci:MessageIdResponse>",
	    NULL, "9100" },
	{ "chunk: state only", OSCI_PARTIAL_STORE_DELIVERY,
	    ID "<osci2017:InfoOnly/>", NULL, "" },
	{ "chunk: neither state nor chunk", OSCI_PARTIAL_STORE_DELIVERY, ID,
	    NULL, "9100" },
	{ "chunk: both", OSCI_PARTIAL_STORE_DELIVERY,
	    ID "<osci2017:InfoOnly/>" CHUNK("ChunkNumber=\"1\""), NULL,
	    "9100" },
	{ "chunk: no bytes", OSCI_PARTIAL_STORE_DELIVERY,
	    ID CHUNK("ChunkNumber=\"1\""), NULL, "9100" },
	{ "chunk: bytes that are not there", OSCI_PARTIAL_STORE_DELIVERY,
	    ID CHUNK("ChunkNumber=\"1\""),
	    "<osci:ContentPackage><osci:ContentContainer Id=\"c\">"
	    "<osci:Content Id=\"d\" href=\"cid:x\"/></osci:ContentContainer>"
	    "</osci:ContentPackage>",
	    "9100" },
	{ "chunk: a number below none", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"-1\""), NULL, "9100" },
	{ "chunk: half a one", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"1.5\""), NULL, "9100" },
	{ "chunk: beyond all numbers", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"99999999999999999999\""), NULL, "9100" },
	{ "chunk: none received", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"1\" ReceivedChunks=\"-1\""), NULL, "" },
	{ "chunk: some received", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"1\" ReceivedChunks=\" 1  2 30 \""), NULL,
	    "" },
	{ "chunk: none and some", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"1\" ReceivedChunks=\"-1 2\""), NULL,
	    "9100" },
	{ "chunk: a zeroth", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"1\" ReceivedChunks=\"0\""), NULL, "9100" },
	{ "chunk: received words", OSCI_PARTIAL_FETCH_DELIVERY,
	    CHUNK("ChunkNumber=\"1\" ReceivedChunks=\"1 two\""), NULL,
	    "9100" },
	{ "init", OSCI_INIT_DIALOG, "", NULL, "" },
	{ "init: something in it", OSCI_INIT_DIALOG, ID, NULL, "9100" },
	{ "an answer is no order", OSCI_RESPONSE_TO_EXIT_DIALOG,
	    "<osci:Feedback/>", NULL, "9300" },
};

/* The order's element, in the header or in the body. */
static const struct {
	enum osci_type type;
	const char *element;
	bool is_in_body, is_2017;
	const char *quality;
} elements[] = {
	{ OSCI_INIT_DIALOG, "initDialog", true, false, "" },
	{ OSCI_FETCH_DELIVERY, "fetchDelivery", false, false, "" },
	{ OSCI_FETCH_PROCESS_CARD, "fetchProcessCard", true, false, "" },
	{ OSCI_STORE_DELIVERY, "storeDelivery", false, false, "cr" },
	{ OSCI_FORWARD_DELIVERY, "forwardDelivery", false, false, "cr" },
	{ OSCI_MEDIATE_DELIVERY, "mediateDelivery", false, false, "" },
	{ OSCI_ACCEPT_DELIVERY, "acceptDelivery", false, false, "" },
	{ OSCI_PROCESS_DELIVERY, "processDelivery", false, false, "" },
	{ OSCI_PARTIAL_STORE_DELIVERY, "partialStoreDelivery", false, true,
	    "c" },
	{ OSCI_PARTIAL_FETCH_DELIVERY, "partialFetchDelivery", false, true,
	    "" },
	{ OSCI_RESPONSE_TO_EXIT_DIALOG, "responseToExitDialog", true, false,
	    "" },
};

/* What surrounds an order; NULL for what is usual. */
struct around {
	const char *challenge, *languages, *quality, *certs, *features;
};

static void
put_quality(struct buf *b, const char *which, const char *quality)
{
	for (; *which != '\0'; which++)
		buf_printf(b,
		    "<osci:QualityOfTimestamp Id=\"q%c\" Quality=\"%s\" "
		    "Service=\"%s\"/>",
		    *which, quality,
		    *which == 'c' ? "creation" : "reception");
}

static void
put_message(struct buf *b, enum osci_type type, const char *order,
    const char *body, const struct around *around)
{
	bool is_answer = !osci_type_is_request(type);
	const char *prefix;
	size_t i = 0;

	while (elements[i].type != type)
		i++;
	prefix = elements[i].is_2017 ? "osci2017" : "osci";
	buf_printf(b,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
	    "<soap:Envelope" OSCI_XMLNS " xmlns:osci2017=\"" OSCI_NS_2017
	    "\" xsi:schemaLocation=\"" OSCI_NS_SOAP
	    " soap%s.xsd\"><soap:Header><osci:ControlBlock Id=\"cb\">%s"
	    "</osci:ControlBlock>",
	    osci_type_name(type),
	    around->challenge != NULL ? around->challenge
				      : "<osci:Challenge>x</osci:Challenge>");
	if (!is_answer)
		buf_puts(b,
		    around->languages != NULL
			? around->languages
			: "<osci:DesiredLanguages Id=\"dl\" "
			  "LanguagesList=\"de\"/>");
	put_quality(b, elements[i].quality,
	    around->quality != NULL ? around->quality : "plain");
	if (!elements[i].is_in_body)
		buf_printf(b, "<%s:%s Id=\"o\">%s</%s:%s>", prefix,
		    elements[i].element, order, prefix, elements[i].element);
	if (!is_answer)
		buf_printf(b,
		    "<osci:NonIntermediaryCertificates Id=\"n\">%s"
		    "</osci:NonIntermediaryCertificates>",
		    around->certs != NULL ? around->certs : "");
	buf_puts(b, around->features != NULL ? around->features : "");
	buf_puts(b, "</soap:Header><soap:Body Id=\"b\">");
	if (elements[i].is_in_body)
		buf_printf(b, "<osci:%s>%s</osci:%s>", elements[i].element,
		    order, elements[i].element);
	else if (body != NULL)
		buf_puts(b, body);
	else if (type != OSCI_FETCH_DELIVERY &&
	    type != OSCI_PARTIAL_FETCH_DELIVERY)
		buf_puts(b, PACKAGE);
	buf_puts(b, "</soap:Body></soap:Envelope>");
}

static void
check_shape(const char *name, enum osci_type type, const char *order,
    const char *body, const struct around *around, const char *want)
{
	struct arena a = { 0 };
	struct err err = { 0 };
	struct buf *b = buf_new(&a, 1 << 22);
	struct osci_message m;
	struct osci_order out;

	put_message(b, type, order, body, around);
	if (osci_fixture_read(
		&a, &fixture, buf_text(b), b->len, &m, &err) == 0)
		(void)osci_order_read(&a, &m, &out, &err);
	if (strcmp(err.field, want) != 0)
		fail_msg("%s: \"%s\" %s", name, err.field, err.msg);
	arena_free(&a);
}

static void
test_shapes(void **state)
{
	static const struct around usual;
	(void)state;

	for (size_t i = 0; i < nitems(shapes); i++)
		check_shape(shapes[i].name, shapes[i].type, shapes[i].order,
		    shapes[i].body, &usual, shapes[i].want);
}

/* Values as long as they may be, and by one longer. */
static void
test_bounds(void **state)
{
	struct arena a = { 0 };
	static const struct around usual;
	(void)state;

	for (size_t more = 0; more < 2; more++) {
		const char *want = more == 0 ? "" : "9100";
		struct buf *b = buf_new(&a, 1 << 20);
		char *subject =
		    arena_printf(&a, "%0*d", OSCI_SUBJECT_MAX + (int)more, 0);
		char *uri =
		    arena_printf(&a, "%0*d", OSCI_URI_MAX + (int)more, 0);
		char *id = arena_printf(
		    &a, "%0*d", OSCI_MESSAGE_ID_MAX + (int)more, 0);
		struct buf *encoded = buf_new(&a, 1000);

		osci_put_message_id(encoded, id);
		check_shape("subject", OSCI_STORE_DELIVERY,
		    arena_printf(&a, ID "<osci:Subject>%s</osci:Subject>",
			subject),
		    NULL, &usual, want);
		check_shape("address", OSCI_FORWARD_DELIVERY,
		    arena_printf(
			&a, "<osci:ContentReceiver URI=\"%s\"/>" ID, uri),
		    NULL, &usual, more == 0 ? "" : "9300");
		check_shape("message id", OSCI_STORE_DELIVERY,
		    buf_text(encoded), NULL, &usual, want);
		buf_puts(b, "<osci:SelectionRule>");
		for (size_t i = 0; i < OSCI_SELECTED_MAX + more; i++)
			buf_puts(b, ID);
		buf_puts(b, "</osci:SelectionRule>");
		check_shape("selected", OSCI_FETCH_PROCESS_CARD, buf_text(b),
		    NULL, &usual, want);
	}
	arena_free(&a);
}

/* ---- what stands around an order ---- */

#define CERT(role, id, text)                                                   \
	"<osci:" role " Id=\"" id "\"><ds:X509Data><ds:X509Certificate>" text \
	"</ds:X509Certificate></ds:X509Data></osci:" role ">"
#define FEATURE_LIST                                                           \
	"<osci2017:SupportedFeatures><osci2017:Feature Key=\"New\" "           \
	"Version=\"9\"/></osci2017:SupportedFeatures>"

static const struct {
	const char *name;
	struct around around;
	const char *want;
} arounds[] = {
	{ "no challenge", { .challenge = "" }, "9400" },
	{ "no languages",
	    { .languages = "<osci:DesiredLanguages Id=\"dl\"/>" }, "9100" },
	{ "languages with something in them",
	    { .languages = "<osci:DesiredLanguages Id=\"dl\" "
			   "LanguagesList=\"de\"><osci:x/>"
			   "</osci:DesiredLanguages>" },
	    "9100" },
	{ "a quality that is none", { .quality = "gold" }, "9100" },
	{ "cryptographic time stamps", { .quality = "cryptographic" }, "" },
	{ "no certificate in the element",
	    { .certs = "<osci:CipherCertificateOriginator Id=\"x\"/>" },
	    "9100" },
	{ "a certificate that is none",
	    { .certs = CERT("CipherCertificateOriginator", "x", "YWJj") },
	    "9100" },
	{ "a role that we do not know",
	    { .certs = CERT("CipherCertificateFriend", "x", "YWJj") },
	    "9100" },
	{ "a role that is not for this order",
	    { .certs = CERT("SignatureCertificateAddressee", "x", "YWJj") },
	    "9100" },
	{ "the intermediary's among the others",
	    { .certs = CERT("CipherCertificateIntermediary", "x", "YWJj") },
	    "9100" },
	{ "features that we do not know",
	    { .features = "<osci2017:FeatureDescription Id=\"f\">"
			  FEATURE_LIST "</osci2017:FeatureDescription>" },
	    "" },
	{ "features with a size below none",
	    { .features = "<osci2017:FeatureDescription Id=\"f\" "
			  "MaxChunkSize=\"-5\">" FEATURE_LIST
			  "</osci2017:FeatureDescription>" },
	    "9100" },
	{ "features without list",
	    { .features = "<osci2017:FeatureDescription Id=\"f\"/>" },
	    "9100" },
};

static void
test_arounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < nitems(arounds); i++)
		check_shape(arounds[i].name, OSCI_STORE_DELIVERY, ID, NULL,
		    &arounds[i].around, arounds[i].want);
}

/* Certificates of a real key: twice the same role, too many, without Id. */
static void
test_certs(void **state)
{
	struct arena a = { 0 };
	struct role_case {
		const char *name;
		enum osci_role role;
		size_t n;
		const char *want;
	};
	static const struct role_case cases[] = {
		{ "one", OSCI_CIPHER_ADDRESSEE, 1, "" },
		{ "twice", OSCI_CIPHER_ADDRESSEE, 2, "9100" },
		{ "readers", OSCI_CIPHER_READER, OSCI_CERTS_MAX, "" },
		{ "too many", OSCI_CIPHER_READER, OSCI_CERTS_MAX + 1, "9100" },
	};
	(void)state;

	for (size_t i = 0; i < nitems(cases); i++) {
		struct osci_role_cert *cert =
		    arena_new(&a, struct osci_role_cert, cases[i].n);
		struct buf *b = buf_new(&a, 1 << 20);

		for (size_t k = 0; k < cases[i].n; k++)
			cert[k] = (struct osci_role_cert){ cases[i].role,
				arena_printf(&a, "c%zu", k),
				fixture.own[ADDRESSEE].cert };
		osci_certs_put(b, cert, cases[i].n);
		check_shape(cases[i].name, OSCI_STORE_DELIVERY, ID, NULL,
		    &(struct around){ .certs = buf_text(b) }, cases[i].want);
	}
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_arounds),
		cmocka_unit_test(test_certs),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
