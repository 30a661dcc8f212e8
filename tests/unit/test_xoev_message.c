/* links: torhaus/xoev_install torhaus/xoev_claim torhaus/xoev_sums torhaus/xoev_survey torhaus/xoev_copy torhaus/xoev_zip torhaus/genericode torhaus/genericode_columns torhaus/xml_pull torhaus/xml_scan */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/json.h"
#include "common/service/service.h"
#include "xoev_fixture.h"

/* Messages of the services: built of answers, valid, and read back. */

#define SERVICES "fcgi-apps/services/"
#define XMELD "xmeld-25.11a/samples/"

static struct service *
service_of(struct xoev_fixture *f, const char *slug)
{
	struct form_mistakes m = { .arena = &f->arena };
	struct service *s = NULL;
	struct err err = { 0 };
	const char *package;

	if (service_read_folder(&f->arena,
		arena_printf(&f->arena, SERVICES "%s", slug), &s, &package, &m,
		&err) == -1)
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < m.n; i++)
		if (!m.mistake[i].is_warning)
			fail_msg("%s: %s: %s", m.mistake[i].file,
			    m.mistake[i].path, m.mistake[i].text);
	assert_non_null(s);
	assert_non_null(s->xoev);
	return s;
}

static cJSON *
json_of(struct xoev_fixture *f, const char *quoted)
{
	char *text = arena_strdup(&f->arena, quoted);
	struct err err = { 0 };
	cJSON *json;

	for (char *s = text; *s != '\0'; s++)
		if (*s == '\'')
			*s = '"';
	if (json_parse(&f->arena, text, strlen(text), &json_limits_package,
		&json, &err) == -1)
		fail_msg("%s: %s", text, err.msg);
	return json;
}

struct matter {
	struct form_context context;
	struct form_answers *answers;
	struct xoev_case c;
};

static void
answer(struct xoev_fixture *f, const struct service *s, const char *settings,
    const char *data, struct matter *m)
{
	struct form_mistakes mistakes = { .arena = &f->arena };
	struct form_error *error;
	struct err err = { 0 };
	size_t n;

	*m = (struct matter){ 0 };
	m->context.now_ms = (int64_t)f->rules.day * 86400000 + 36000000;
	m->context.settings = service_settings_merge(
	    &f->arena, s, json_of(f, settings), &mistakes);
	if (form_read_json(&f->arena, s->form, json_of(f, data), &m->answers,
		&err) == -1)
		fail_msg("%s", err.msg);
	form_evaluate(&f->arena, m->answers, &m->context, &error, &n);
	for (size_t i = 0; i < n; i++)
		if (!error[i].is_warning && /* the file comes later */
		    strcmp(error[i].path, "doc_landlord") != 0)
			fail_msg("%s: %s", error[i].path, error[i].code);
	m->c = (struct xoev_case){
		.answers = m->answers,
		.context = &m->context,
		.author = { .directory = "DVDV", .directory_version = "3",
		    .key = "mbp:16099001", .name = "Portal Quellstadt",
		    .channel = "01", .channel_version = "3",
		    .address = "portal@quellstadt.example",
		    .street = "Rathausplatz", .house_no = "1",
		    .postal_code = "99999", .city = "Quellstadt" },
		.reader = { .directory = "DVDV", .directory_version = "3",
		    .key = "ags:16099001", .name = "Meldebehörde Quellstadt" },
		.created_ms = INT64_C(1780300800123),
		.is_test = true,
	};
}

static void
build(struct xoev_fixture *f, const struct service *s, const char *id,
    const struct xoev_case *c, struct xoev_built *out)
{
	struct err err = { 0 };

	if (xoev_build(&f->arena, &f->rules, s->xoev, id, c, out, &err) == -1) {
		for (size_t i = 0; i < out->findings.n; i++)
			print_error("%s %s %s\n", out->findings.finding[i].code,
			    out->findings.finding[i].path,
			    out->findings.finding[i].key);
		fail_msg("%s: %s", id, err.msg);
	}
}

/* The office answers: author and reader change places. */
static void
turn(struct matter *m)
{
	struct xoev_party office = m->c.author;

	office.key = "ags:16099001";
	office.name = "Meldebehörde Quellstadt";
	m->c.reader = m->c.author;
	m->c.author = office;
	m->c.answers = NULL;
}

static void
read_back(struct xoev_fixture *f, const struct service *s, const char *data,
    size_t len, struct xoev_read *out)
{
	struct err err = { 0 };

	if (xoev_read(&f->arena, &f->rules, s->xoev, data, len, out, &err) ==
	    -1)
		fail_msg("%s", err.msg);
	if (out->findings.n > 0)
		fail_msg("%s %s %s", out->findings.finding[0].code,
		    out->findings.finding[0].path,
		    out->findings.finding[0].key);
	assert_non_null(out->message);
}

/* ---- Meldebescheinigung ---- */

#define TOWNS                                                                  \
	"{'municipalities': [{'value': '16099001', 'de': 'Quellstadt', "       \
	"'en': 'Quellstadt'}]}"

static const struct {
	const char *name, *data;
} orders[] = {
	{ "minimum as PDF",
	    "{'family_name': 'Þorgilsdóttir', 'given_names': 'Ægileif',"
	    "'birth_date': '1990-02-28', 'ags': '16099001',"
	    "'postal_code': '12345',"
	    "'street_house': 'Straße des 17. Juni 1 a', 'scope': 'minimum',"
	    "'delivery': 'pdf', 'truth_declared': true}" },
	{ "extended as data, only the year is known",
	    "{'family_name': 'de la Peña-Žižková', 'given_names': 'Łucja',"
	    "'birth_date': '1955-00-00', 'ags': '16099001',"
	    "'postal_code': '12345', 'street_house': 'A & B <Weg> 3',"
	    "'scope': 'extended', 'elements': ['06', '15', '25', '45'],"
	    "'delivery': 'data', 'truth_declared': true}" },
	{ "by post, one name only, no day",
	    "{'family_name': 'Hồ', 'name_kind': ['single_name'],"
	    "'birth_date': '2001-05-00', 'ags': '16099001',"
	    "'postal_code': '12345', 'street_house': 'Weg 3',"
	    "'scope': 'minimum', 'delivery': 'post', 'copies': 1,"
	    "'post_address': {'kind': 'domestic', 'street': 'Weg',"
	    "'house_no': '3', 'postal_code': '12345', 'city': 'Quellstadt'},"
	    "'truth_declared': true}" },
};

/* What must come back; the rest of the form is for the town alone. */
static const char *const order_fields[] = { "family_name", "name_kind",
	"given_names", "birth_date", "ags", "postal_code", "street_house",
	"scope", "elements", "delivery" };

static void
test_1700(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");

	if (f->is_missing)
		skip();
	for (size_t i = 0; i < nitems(orders); i++) {
		struct form_answers *again;
		struct xoev_built built;
		struct xoev_read in;
		struct matter m;
		struct err err = { 0 };

		answer(f, s, TOWNS, orders[i].data, &m);
		build(f, s, "anfrage", &m.c, &built);
		assert_string_equal(built.head.type, "1700");
		assert_string_equal(
		    built.head.created, "2026-06-01T08:00:00.123Z");
		read_back(f, s, built.data, built.len, &in);
		assert_string_equal(in.message->id, "anfrage");
		assert_string_equal(in.head.author.key, "mbp:16099001");
		assert_int_equal(
		    xoev_answers(&f->arena, s->form, &in, &again, &err), 0);
		form_evaluate_values(&f->arena, again, &m.context);
		for (size_t k = 0; k < nitems(order_fields); k++) {
			const struct answer *was =
			    form_find(m.answers, order_fields[k]);
			const struct answer *is =
			    form_find(again, order_fields[k]);

			if (was->text == NULL ? is->text != NULL
					      : is->text == NULL ||
				    strcmp(was->text, is->text) != 0)
				fail_msg("%s: %s was %s, is %s",
				    orders[i].name, order_fields[k],
				    was->text == NULL ? "-" : was->text,
				    is->text == NULL ? "-" : is->text);
		}
	}
}

/* Two messages of the same case are two messages. */
static void
test_uuid(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");
	struct xoev_built one, two;
	struct matter m;

	if (f->is_missing)
		skip();
	answer(f, s, TOWNS, orders[0].data, &m);
	build(f, s, "anfrage", &m.c, &one);
	build(f, s, "anfrage", &m.c, &two);
	assert_string_not_equal(one.head.uuid, two.head.uuid);
	assert_int_equal(one.head.uuid[14], '4');
	m.c.uuid = one.head.uuid;
	build(f, s, "anfrage", &m.c, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
}

/* What is not whole does not leave. */
static void
test_not_built(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");
	struct xoev_built built;
	struct matter m;
	struct err err = { 0 };

	if (f->is_missing)
		skip();
	answer(f, s, "{}",
	    "{'family_name': 'Ä', 'given_names': 'Ö', 'birth_date':"
	    "'1990-02-28', 'postal_code': '12345', 'street_house': 'Weg 1',"
	    "'scope': 'minimum', 'delivery': 'pdf', 'truth_declared': true}",
	    &m);
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev, "anfrage",
			     &m.c, &built, &err),
	    -1);
	assert_null(built.data);
	assert_int_equal(err.code, ERR_FIELD_INVALID);
	assert_string_equal(built.findings.finding[0].code, "X001");
	assert_string_equal(
	    built.findings.finding[0].key, "xoev.fault.unexpected");

	/* The town's own key, as the caller knows it. */
	m.c.value = &(struct xoev_value){ .name = "town_ags",
		.text = "16099001" };
	m.c.nvalue = 1;
	build(f, s, "anfrage", &m.c, &built);
	m.c.value = &(struct xoev_value){ .name = "town_ags",
		.text = "16099009" };
	err_clear(&err);
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev, "anfrage",
			     &m.c, &built, &err),
	    -1);
	assert_string_equal(built.findings.finding[0].code, "S011");

	/* From the portal to the office, not the other way. */
	m.c.value = &(struct xoev_value){ .name = "town_ags",
		.text = "16099001" };
	m.c.author.key = "ags:16099001";
	err_clear(&err);
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev, "anfrage",
			     &m.c, &built, &err),
	    -1);
	assert_string_equal(
	    built.findings.finding[0].key, "xoev.fault.party");
	m.c.author.key = NULL;
	err_clear(&err);
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev, "anfrage",
			     &m.c, &built, &err),
	    -1);
	assert_string_equal(
	    built.findings.finding[0].key, "xoev.fault.party");
	err_clear(&err);
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev, "gibtsnicht",
			     &m.c, &built, &err),
	    -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void
want_value(const struct xoev_read *in, const char *name, const char *text)
{
	const struct xoev_value *v =
	    xoev_value_find(in->value, in->nvalue, name);

	if (v == NULL)
		fail_msg("there is no value %s", name);
	assert_string_equal(v->text, text);
}

static void
test_1701(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");
	struct xoev_read in, again;
	struct xoev_built built;
	struct matter m;
	const char *data;
	size_t len;

	if (f->is_missing)
		skip();
	data = xoev_fixture_read(
	    f, XMELD "eigen-1701-meldebescheinigung-antwort.xml", &len);
	read_back(f, s, data, len, &in);
	assert_string_equal(in.message->id, "antwort");
	want_value(&in, "ergebnisstatus", "01");
	want_value(&in, "name.familienname", "Mustermann");
	want_value(&in, "geburtsdatum", "1990-08-12");
	want_value(&in, "wohnung.0.strasse", "Lindenweg");
	want_value(&in, "wohnung.0.einzug", "2019-04-01");
	want_value(&in, "anfrage.typ", "1700");
	assert_string_equal(
	    in.head.refers_to, "11111111-1111-4111-8111-111111111700");

	/* The same values make the same message: the office's side. */
	answer(f, s, TOWNS, orders[0].data, &m);
	turn(&m);
	m.c.value = in.value;
	m.c.nvalue = in.nvalue;
	build(f, s, "antwort", &m.c, &built);
	read_back(f, s, built.data, built.len, &again);
	assert_int_equal(again.nvalue, in.nvalue);
	for (size_t i = 0; i < in.nvalue; i++) {
		assert_string_equal(in.value[i].name, again.value[i].name);
		assert_string_equal(in.value[i].text, again.value[i].text);
	}

	data = xoev_fixture_read(
	    f, XMELD "eigen-1701-meldebescheinigung-ablehnung.xml", &len);
	read_back(f, s, data, len, &in);
	want_value(&in, "grund", "01");
	assert_null(xoev_value_find(in.value, in.nvalue, "ergebnisstatus"));
}

static void
test_pdf(void **state)
{
	static const uint8_t pdf[] = "%PDF-1.4\n\0\x01\xff";
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");
	const struct xoev_value value[] = {
		{ .name = "ergebnisstatus", .text = "01" },
		{ .name = "bescheinigung", .data = pdf, .len = sizeof(pdf) },
		{ .name = "anfrage.uuid",
		    .text = "11111111-1111-4111-8111-111111111700" },
		{ .name = "anfrage.typ", .text = "1700" },
		{ .name = "anfrage.zeitpunkt",
		    .text = "2026-01-15T09:30:00.000+01:00" },
	};
	const struct xoev_value *back;
	struct xoev_built built;
	struct xoev_read in;
	struct matter m;

	if (f->is_missing)
		skip();
	answer(f, s, TOWNS, orders[0].data, &m);
	turn(&m);
	m.c.value = value;
	m.c.nvalue = nitems(value);
	build(f, s, "antwort", &m.c, &built);
	read_back(f, s, built.data, built.len, &in);
	back = xoev_value_find(in.value, in.nvalue, "bescheinigung");
	assert_non_null(back);
	assert_int_equal(back->len, sizeof(pdf));
	assert_memory_equal(back->data, pdf, sizeof(pdf));
}

/* ---- Ummeldung ---- */

static const char family[] =
    "{'comes_from': 'germany', 'person': {'family_name': 'Mustermann',"
    "'given_names': 'Erika', 'birth_date': '1990-08-12'},"
    "'current_address': {'street': 'Marktgasse', 'house_no': '3',"
    "'suffix': 'a', 'postal_code': '99998', 'city': 'Altstadt'},"
    "'move_kind': 'change_within_town', 'keep_old_home': true,"
    "'main_home': 'new', 'new_ags': '16099001', 'new_street': 'Lindenweg',"
    "'new_house_no': '7', 'new_postal_code': '99999',"
    "'new_city': 'Quellstadt', 'new_floor_flat': 'IV',"
    "'move_in_date': '2026-05-28', 'housing': 'tenant',"
    "'landlord_name': 'Wohnbau Eintracht eG', 'landlord_address':"
    "{'kind': 'foreign', 'lines': 'Rua de São João 7\\n2.º Dto.\\nPorto',"
    "'country': '153'}, 'owner_name': 'Ana Núñez',"
    "'landlord_proof': 'upload', 'spouse_included': true,"
    "'spouse_type': 'EG', 'spouse': {'given_names': 'Max',"
    "'birth_date': '1989-00-00'}, 'children': [{'given_names': 'Zoë',"
    "'birth_date': '2015-04-01', 'blocks': ['2'],"
    "'only_partner_linked': true}, {'given_names': 'Đorđe',"
    "'family_name': 'Muster', 'birth_date': '2017-02-03'}],"
    "'entitled_assurance': true, 'blocks': {'self': ['5', '13']},"
    "'free_text': 'Guten Tag', 'truth_declared': true}";

/* What the register says of somebody: of the sample, with another name. */
static const char *
told(struct xoev_fixture *f, const struct service *s, const struct matter *m,
    const char *id, const char *family_name, const char *given_names,
    const char *birth_date, size_t *len)
{
	struct matter office = *m;
	struct xoev_case c;
	struct xoev_value *value;
	struct xoev_built built;
	struct xoev_read in;
	const char *data;

	data = xoev_fixture_read(f,
	    XMELD "eigen-1703-vorausgefuellter-meldeschein-antwort.xml", len);
	read_back(f, s, data, *len, &in);
	value = arena_new(&f->arena, struct xoev_value, in.nvalue);
	memcpy(value, in.value, in.nvalue * sizeof(*value));
	for (size_t i = 0; i < in.nvalue; i++) {
		if (strcmp(value[i].name, "name.familienname") == 0)
			value[i].text = family_name;
		if (strcmp(value[i].name, "name.vornamen") == 0)
			value[i].text = given_names;
		if (strcmp(value[i].name, "geburtsdatum") == 0)
			value[i].text = birth_date;
	}
	turn(&office);
	c = office.c;
	c.value = value;
	c.nvalue = in.nvalue;
	build(f, s, id, &c, &built);
	*len = built.len;
	return built.data;
}

static void
attach(struct xoev_fixture *f, struct matter *m)
{
	static const struct answer_file file = { .name = "Bestätigung.pdf",
		.media_type = "application/pdf", .size = 9 };

	form_attach_file(&f->arena, m->answers, "doc_landlord", &file);
	form_evaluate_values(&f->arena, m->answers, &m->context);
}

static const char *const move_fields[] = { "person.family_name",
	"person.given_names", "person.birth_date", "current_address.street",
	"current_address.house_no", "current_address.suffix",
	"current_address.postal_code", "keep_old_home", "main_home", "new_ags",
	"new_street", "new_house_no", "new_postal_code", "new_city",
	"new_floor_flat", "move_in_date", "landlord_name",
	"landlord_address.lines", "owner_name", "spouse_included",
	"spouse_type", "spouse.given_names", "spouse.birth_date",
	"children.0.given_names", "children.0.birth_date",
	"children.0.only_partner_linked", "children.0.blocks",
	"children.1.given_names", "children.1.family_name",
	"children.1.birth_date", "blocks.self", "free_text" };

/* The raw value that was read for a field, several joined by commas. */
static const char *
field_read(struct xoev_fixture *f, const struct xoev_read *in, const char *name)
{
	const char *text = NULL;

	for (size_t i = 0; i < in->nfield; i++)
		if (strcmp(in->field[i].name, name) == 0)
			text = text == NULL ? in->field[i].text
					    : arena_printf(&f->arena, "%s,%s",
						  text, in->field[i].text);
	return text;
}

static void
test_family(void **state)
{
	static const char pdf[] = "%PDF-1.4\n";
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "wohnsitz-ummeldung");
	struct xoev_value value[] = {
		{ .name = "current_ags", .text = "09000002" },
		{ .name = "town_ags", .text = "09000002" } };
	struct xoev_value file[] = {
		{ .name = "doc_landlord.0", .data = pdf, .len = 9 } };
	struct xoev_source source[4] = {
		{ .id = "auskunft" }, { .id = "auskunft_partner" },
		{ .id = "auskunft_kind", .item = 0 },
		{ .id = "auskunft_kind", .item = 1 } };
	const struct xoev_value *proof;
	struct xoev_built built;
	struct xoev_read in;
	struct matter m;
	struct err err = { 0 };

	if (f->is_missing)
		skip();
	answer(f, s, TOWNS, family, &m);
	attach(f, &m);
	m.c.value = value;
	m.c.nvalue = nitems(value);
	m.c.file = file;
	m.c.nfile = nitems(file);

	/* What the old office is asked: one message a person. */
	build(f, s, "anfrage", &m.c, &built);
	assert_string_equal(built.head.type, "1702");
	assert_true(xoev_mapping_applies(
	    xoev_mapping_find(s->xoev, "anfrage_partner"), m.answers,
	    &m.context));
	build(f, s, "anfrage_partner", &m.c, &built);
	assert_non_null(strstr(built.data, "<name>Mustermann</name>"));
	assert_non_null(strstr(built.data, "<jahr>1989</jahr>"));
	m.c.item = 1;
	build(f, s, "anfrage_kind", &m.c, &built);
	assert_non_null(strstr(built.data, "<name>Muster</name>"));
	m.c.item = 2;
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev,
			     "anfrage_kind", &m.c, &built, &err),
	    -1);
	m.c.item = 0;

	/* Without what the register says no form can be sent. */
	err_clear(&err);
	assert_int_equal(xoev_build(&f->arena, &f->rules, s->xoev,
			     "meldeschein", &m.c, &built, &err),
	    -1);
	assert_string_equal(built.findings.finding[0].code, "X001");

	source[0].data = told(f, s, &m, "auskunft", "Mustermann", "Erika",
	    "1990-08-12", &source[0].len);
	source[1].data = told(f, s, &m, "auskunft_partner", "Mustermann",
	    "Max", "1989-00-00", &source[1].len);
	source[2].data = told(f, s, &m, "auskunft_kind", "Mustermann", "Zoë",
	    "2015-04-01", &source[2].len);
	source[3].data = told(f, s, &m, "auskunft_kind", "Muster", "Đorđe",
	    "2017-02-03", &source[3].len);
	m.c.source = source;
	m.c.nsource = nitems(source);
	build(f, s, "meldeschein", &m.c, &built);
	assert_string_equal(built.head.type, "1704");
	read_back(f, s, built.data, built.len, &in);
	for (size_t i = 0; i < nitems(move_fields); i++) {
		const struct answer *was = form_find(m.answers, move_fields[i]);
		const char *is = field_read(f, &in, move_fields[i]);

		if (was->text == NULL || is == NULL ||
		    strcmp(was->text, is) != 0)
			fail_msg("%s was %s, is %s", move_fields[i],
			    was->text == NULL ? "-" : was->text,
			    is == NULL ? "-" : is);
	}
	proof = xoev_value_find(in.value, in.nvalue, "doc_landlord.0");
	assert_non_null(proof);
	assert_memory_equal(proof->data, pdf, 9);

	value[0] = (struct xoev_value){ .name = "current_ags",
		.text = "09000002" };
	m.c.value = (const struct xoev_value[]){
		value[0], value[1],
		{ .name = "confirmation_code", .text = "K7QX-2M4P" } };
	m.c.nvalue = 3;
	build(f, s, "code", &m.c, &built);
	read_back(f, s, built.data, built.len, &in);
	want_value(&in, "confirmation_code", "K7QX-2M4P");
}

/* Samples of what offices answer, read and written again. */
static const struct {
	const char *file, *id, *name, *text;
} answers[] = {
	{ "eigen-1703-vorausgefuellter-meldeschein-antwort.xml", "auskunft",
	    "wohnung.0.ags", "09000002" },
	{ "eigen-1705-anmeldung-statusmitteilung.xml", "status", "fristende",
	    "2026-02-15" },
	{ "eigen-1707-anmeldung-ergebnis.xml", "ergebnis",
	    "zuziehend.0.angemeldet", "2026-01-16" },
};

static void
test_answers(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "wohnsitz-ummeldung");

	if (f->is_missing)
		skip();
	for (size_t i = 0; i < nitems(answers); i++) {
		const char *data;
		struct xoev_read in, again;
		struct xoev_built built;
		struct matter m;
		size_t len;

		data = xoev_fixture_read(f,
		    arena_printf(&f->arena, XMELD "%s", answers[i].file), &len);
		read_back(f, s, data, len, &in);
		assert_string_equal(in.message->id, answers[i].id);
		want_value(&in, answers[i].name, answers[i].text);
		answer(f, s, TOWNS, family, &m);
		turn(&m);
		m.c.value = in.value;
		m.c.nvalue = in.nvalue;
		build(f, s, answers[i].id, &m.c, &built);
		read_back(f, s, built.data, built.len, &again);
		assert_int_equal(again.nvalue, in.nvalue);
		for (size_t k = 0; k < in.nvalue; k++)
			assert_string_equal(
			    in.value[k].name, again.value[k].name);
	}
	assert_string_equal(
	    xoev_mapping_answer(s->xoev, "http://www.osci.de/xmeld2511a",
		"onlinedienste.vorausgefuellterMeldescheinAntwort.1703",
		"anfrage_kind")
		->id,
	    "auskunft_kind");
}

/* ---- XInneres ---- */

static void
test_reject(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");
	struct xoev_findings found, none;
	struct xoev_head head, rejection;
	struct xoev_built built;
	struct err err = { 0 };
	struct matter m;
	const char *data;
	size_t len;

	if (f->is_missing)
		skip();
	answer(f, s, TOWNS, orders[0].data, &m);
	data = xoev_fixture_read(f,
	    "xmeld-25.11a/samples-invalid/eigen-fehler-zeichen-kyrillisch.xml",
	    &len);
	assert_int_equal(
	    xoev_check(&f->arena, &f->rules, data, len, &found, &head, &err),
	    0);
	assert_true(found.n > 0);
	if (xoev_reject(&f->arena, &f->rules, &head, &found, data, len,
		"osci-17", INT64_C(1780300800000), &m.c, &built, &err) == -1)
		fail_msg("%s", err.msg);
	assert_non_null(strstr(built.data, "X001"));
	/* Nothing of what stood there is told in clear. */
	assert_null(strstr(built.data, "Ђ"));
	assert_int_equal(xoev_check(&f->arena, &f->rules, built.data, built.len,
			     &none, &rejection, &err),
	    0);
	assert_int_equal(none.n, 0);
	assert_true(rejection.is_rejection);
	assert_string_equal(rejection.refers_to, head.uuid);
	assert_int_equal(xoev_reject(&f->arena, &f->rules, &rejection, &found,
			     built.data, built.len, NULL, 0, &m.c, &built,
			     &err),
	    -1);
	assert_int_equal(err.code, ERR_CONFLICT);

	/* What is no XML has no head. */
	err_clear(&err);
	assert_int_equal(xoev_check(&f->arena, &f->rules, "Unsinn", 6, &found,
			     &head, &err),
	    0);
	if (xoev_reject(&f->arena, &f->rules, &head, &found, "Unsinn", 6, NULL,
		0, &m.c, &built, &err) == -1)
		fail_msg("%s", err.msg);
	assert_non_null(strstr(built.data, "X000"));
}

static void
test_receipt(void **state)
{
	struct xoev_fixture *f = *state;
	struct service *s = service_of(f, "meldebescheinigung");
	struct xoev_findings found;
	struct xoev_head head;
	struct xoev_built built;
	struct err err = { 0 };
	struct matter m;
	const char *data;
	size_t len;

	if (f->is_missing)
		skip();
	answer(f, s, TOWNS, orders[0].data, &m);
	data = xoev_fixture_read(
	    f, XMELD "eigen-1704-anmeldung-meldeschein.xml", &len);
	assert_int_equal(
	    xoev_check(&f->arena, &f->rules, data, len, &found, &head, &err),
	    0);
	if (xoev_receipt(&f->arena, &f->rules, &head, "W7K3-9QXD-4M",
		INT64_C(1780300800000), "1", &m.c, &built, &err) == -1)
		fail_msg("%s", err.msg);
	assert_string_equal(built.head.type, "0020");
	assert_string_equal(built.head.refers_to, head.uuid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_1700),
		cmocka_unit_test(test_uuid),
		cmocka_unit_test(test_not_built),
		cmocka_unit_test(test_1701),
		cmocka_unit_test(test_pdf),
		cmocka_unit_test(test_family),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_receipt),
	};

	return cmocka_run_group_tests(
	    tests, xoev_fixture_up, xoev_fixture_down);
}
