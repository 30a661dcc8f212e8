/* A form, answers to it and a mapping, for the fuzz targets of messages. */
#ifndef XOEV_FORM_H
#define XOEV_FORM_H

#include "common/form/form_def.h"
#include "common/json.h"
#include "common/xoev/xoev_mapping.h"

static const char xoev_form_json[] =
    "{\"pages\":[{\"id\":\"p\",\"fields\":["
    "{\"key\":\"name\",\"type\":\"name\"},"
    "{\"key\":\"born\",\"type\":\"partial_date\"},"
    "{\"key\":\"kind\",\"type\":\"choice\",\"options\":[\"a\",\"b\"]},"
    "{\"key\":\"more\",\"type\":\"multi_choice\",\"options\":[\"x\",\"y\"]},"
    "{\"key\":\"lines\",\"type\":\"textarea\",\"max_length\":500},"
    "{\"key\":\"fee\",\"type\":\"money\"},"
    "{\"key\":\"home\",\"type\":\"group\",\"fields\":["
    "{\"key\":\"street\",\"type\":\"text\",\"max_length\":50}]},"
    "{\"key\":\"kids\",\"type\":\"repeat\",\"max_items\":5,\"fields\":["
    "{\"key\":\"name\",\"type\":\"name\"},"
    "{\"key\":\"born\",\"type\":\"partial_date\"}]}]}]}";

static const char xoev_answers_json[] =
    "{\"name\":\"A & <B>\",\"born\":\"1990-05-00\",\"kind\":\"b\","
    "\"more\":[\"x\",\"y\"],\"lines\":\"eins\\nzwei\",\"fee\":1250,"
    "\"home\":{\"street\":\"Weg\"},\"kids\":[{\"name\":\"C\","
    "\"born\":\"2015-01-02\"},{\"name\":\"D\",\"born\":\"2016-00-00\"}]}";

static const char xoev_mapping_json[] =
    "{\"format\":1,\"namespaces\":{\"t\":\"urn:x-test:brief\"},\"blocks\":{"
    "\"datum\":[{\"to\":\"tag\",\"format\":\"day\"},{\"to\":\"monat\","
    "\"format\":\"month\"},{\"to\":\"jahr\",\"format\":\"year\"}]},"
    "\"messages\":[{\"id\":\"m\",\"root\":\"t:test.brief.0001\","
    "\"standard\":\"Test\",\"version\":\"1\",\"head\":\"g2g\","
    "\"direction\":\"out\",\"content\":["
    "{\"to\":\"t:name\",\"field\":\"name\"},"
    "{\"to\":\"t:geboren\",\"field\":\"born\",\"use\":\"datum\"},"
    "{\"to\":\"t:art\",\"field\":\"kind\",\"codes\":{\"a\":\"1\",\"b\":"
    "\"2\"},\"list\":{\"uri\":\"urn:l\",\"version\":\"1\"}},"
    "{\"to\":\"t:mehr/@wert\",\"constant\":\"ja\","
    "\"means\":{\"kind\":\"a\"}},"
    "{\"to\":\"t:mehr/t:code\",\"field\":\"more\"},"
    "{\"to\":\"t:zeile\",\"lines\":\"lines\",\"content\":["
    "{\"to\":\"t:nr\",\"format\":\"position\"},"
    "{\"to\":\"t:text\",\"format\":\"line\"}]},"
    "{\"to\":\"t:gebuehr\",\"field\":\"fee\",\"format\":\"money\"},"
    "{\"to\":\"t:heim\",\"with\":\"home\",\"content\":["
    "{\"to\":\"@strasse\",\"field\":\"street\"}]},"
    "{\"to\":\"t:kind\",\"repeat\":\"kids\",\"content\":["
    "{\"to\":\"t:name\",\"field\":\"name\"},"
    "{\"to\":\"t:geboren\",\"field\":\"born\",\"use\":\"datum\"}]},"
    "{\"to\":\"t:anlage\",\"repeat_as\":\"anlage\",\"content\":["
    "{\"to\":\"t:datei\",\"as\":\"datei\",\"format\":\"base64\"},"
    "{\"to\":\"t:titel\",\"as\":\"titel\"}]}]}]}";

static inline cJSON *
xoev_json(struct arena *a, const char *text)
{
	struct err err = { 0 };
	cJSON *json = NULL;

	if (json_parse(a, text, strlen(text), &json_limits_package, &json,
		&err) == -1)
		abort();
	return json;
}

static inline struct form_def
xoev_form(struct arena *a, struct form_mistakes *mistakes)
{
	struct form_def d = { .arena = a, .mistakes = mistakes,
		.file = "form.json" };

	if (form_compile(&d, xoev_json(a, xoev_form_json)) == NULL) {
		(void)fputs(mistakes->mistake[0].text, stderr);
		abort();
	}
	d.file = "xoev.json";
	return d;
}

#endif
