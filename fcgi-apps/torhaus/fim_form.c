#include "torhaus/fim_convert.h"

#define PAGES_MAX 60
#define UNBOUNDED_ITEMS 20 /* what a list without a bound gets */

/* Names that the form's page uses for itself, and words that the keys of a
 * package's other texts begin with. */
static const char *const reserved[] = { "action", "submission_id", "sprache",
	"invitation", "page_revision", "from", "adviser", "opening", "outcome",
	"page", "recipient", "retention", "rule", "service", "state" };
/* Addresses beside the pages of a stepped form. */
static const char *const addresses[] = { "ergebnis", "loeschen", "merken",
	"pruefen" };

/* The group that is being filled. */
struct place {
	cJSON *fields;	  /* of it */
	cJSON *keys;	  /* taken in it */
	const char *path; /* "" at the top */
	size_t depth;
	const char *chosen; /* key of the choice that its parts hang on */
};

static void emit(struct fim_convert *c, const struct fim_node *n,
    const struct place *place);

/* ---- keys ---- */

static bool
is_among(const char *const *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], s) == 0)
			return true;
	return false;
}

/* The key, with a number behind it when it is taken; taken remembers of each
 * key the last number. */
static const char *
free_key(struct fim_convert *c, cJSON *taken, const char *wanted,
    const char *const *never, size_t nnever)
{
	cJSON *last = cJSON_GetObjectItemCaseSensitive(taken, wanted);
	int i = last == NULL ? 1 : (int)last->valuedouble;
	const char *key = wanted;

	while (cJSON_GetObjectItemCaseSensitive(taken, key) != NULL ||
	    is_among(never, nnever, key)) {
		size_t n = strlen(wanted);

		if (n > 34)
			n = 34;
		while (n > 1 && wanted[n - 1] == '_')
			n--;
		key = arena_printf(c->arena, "%.*s_%d", (int)n, wanted, ++i);
	}
	if (last != NULL)
		cJSON_SetNumberValue(last, i);
	cJSON_AddNumberToObject(taken, key, 1);
	return key;
}

static const char *
key_at(struct fim_convert *c, const struct place *place, const char *words)
{
	return free_key(c, place->keys, fim_key(c->arena, words), reserved,
	    nitems(reserved));
}

static const char *
path_at(struct fim_convert *c, const struct place *place, const char *key)
{
	return *place->path == '\0'
	    ? key
	    : arena_printf(c->arena, "%s.%s", place->path, key);
}

/* ---- lists ---- */

/* Texts of a list's items and buttons. */
static void
list_texts(struct fim_convert *c, const char *path, const char *label)
{
	fim_word(c, path, "item", "item", label);
	fim_word(c, path, "add", "add", label);
	fim_word(c, path, "remove", "remove", label);
}

static void
list_bounds(struct fim_convert *c, const struct fim_node *n, cJSON *json,
    const char *path, int64_t min)
{
	int64_t max = n->max;

	if (max == FIM_UNBOUNDED)
		fim_open(c, n, path,
		    "may come any number of times; %d was chosen as the limit",
		    UNBOUNDED_ITEMS > min ? UNBOUNDED_ITEMS : FORM_ITEMS_MAX);
	if (max == FIM_UNBOUNDED)
		max = UNBOUNDED_ITEMS > min ? UNBOUNDED_ITEMS : FORM_ITEMS_MAX;
	if (max > FORM_ITEMS_MAX) {
		fim_open(c, n, path, "may come %lld times; %d is the most",
		    (long long)max, FORM_ITEMS_MAX);
		max = FORM_ITEMS_MAX;
	}
	if (min > max)
		min = max;
	cJSON_AddNumberToObject(json, "min_items", (double)min);
	cJSON_AddNumberToObject(json, "max_items", (double)max);
}

/* A condition that a part of a choice is the chosen one. */
static void
add_show(cJSON *json, const struct place *place, const char *key)
{
	cJSON *show, *pair;

	if (place->chosen == NULL)
		return;
	show = cJSON_CreateObject();
	pair = cJSON_CreateArray();
	cJSON_AddItemToArray(pair, cJSON_CreateString(place->chosen));
	cJSON_AddItemToArray(pair, cJSON_CreateString(key));
	cJSON_AddItemToObject(show, "eq", pair);
	cJSON_AddItemToObject(json, "show", show);
}

static cJSON *
new_field(const struct place *place, const char *key)
{
	cJSON *json = cJSON_CreateObject();

	cJSON_AddStringToObject(json, "key", key);
	add_show(json, place, key);
	return json;
}

/* ---- fields ---- */

/* Whether a field that may come several times takes them by itself. */
static bool
takes_several(const struct fim_node *n)
{
	return strcmp(n->sort, "label") == 0 ||
	    strcmp(n->sort, "locked") == 0 ||
	    strcmp(n->type, "file") == 0 ||
	    (strcmp(n->sort, "select") == 0 && n->nvalue > 0);
}

/* The members of one object behind those of another; the object goes. */
static void
move_members(cJSON *to, cJSON *from)
{
	cJSON *one;

	while ((one = from->child) != NULL) {
		const char *name = one->string;
		cJSON *moved = cJSON_DetachItemViaPointer(from, one);

		cJSON_AddItemToObject(to, name, moved);
	}
	cJSON_Delete(from);
}

static void
emit_field(struct fim_convert *c, const struct fim_node *n,
    const struct place *place)
{
	bool is_list = n->max != 1 && !takes_several(n);
	bool is_too_deep = is_list && place->depth + 1 >= FORM_DEPTH;
	const char *key = key_at(c, place, n->label);
	const char *path = path_at(c, place, key), *inner = path;
	cJSON *json, *outer = NULL;

	if (is_too_deep) {
		is_list = false;
		fim_open(c, n, path,
		    "may come several times, but stands too deep for a list: "
		    "it is asked once");
	}
	if (is_list)
		inner = arena_printf(c->arena, "%s.%s", path, key);
	if ((json = fim_field(c, n, inner)) == NULL) {
		fim_about(c, n, inner);
		return;
	}
	fim_carried(c, n, inner,
	    cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(json, "type")));
	fim_about(c, n, inner);
	if (is_list) {
		cJSON *list = cJSON_CreateArray(), *one = cJSON_CreateObject();

		outer = new_field(place, key);
		cJSON_AddStringToObject(outer, "type", "repeat");
		list_bounds(c, n, outer, path, n->min);
		fim_text(c, path, "label", n->label);
		list_texts(c, path, n->label);
		cJSON_AddStringToObject(one, "key", key);
		move_members(one, json);
		if (n->min == 0) /* an item that is there says something */
			cJSON_AddTrueToObject(one, "required");
		cJSON_AddItemToArray(list, one);
		cJSON_AddItemToObject(outer, "fields", list);
	} else {
		outer = new_field(place, key);
		move_members(outer, json);
	}
	cJSON_AddItemToArray(place->fields, outer);
}

/* ---- groups ---- */

/* A part of a choice that is chosen has to be filled in. */
static struct fim_node *
as_chosen(struct fim_convert *c, const struct fim_node *n)
{
	struct fim_node *copy = arena_new(c->arena, struct fim_node, 1);

	*copy = *n;
	copy->next = NULL;
	if (copy->min == 0)
		copy->min = 1;
	return copy;
}

/*
 * Which of the parts: a choice, and each part shown when it is chosen. The
 * choice goes before them, and takes its options from what came of them.
 */
static void
emit_choice(struct fim_convert *c, const struct fim_node *n,
    const struct place *in)
{
	cJSON *json = cJSON_CreateObject(), *options = cJSON_CreateArray();
	struct place place = *in;
	const char *path;

	place.chosen = key_at(c, in, "Auswahl");
	path = path_at(c, in, place.chosen);
	cJSON_AddStringToObject(json, "key", place.chosen);
	cJSON_AddStringToObject(json, "type", "choice");
	cJSON_AddTrueToObject(json, "required");
	cJSON_AddItemToObject(json, "options", options);
	cJSON_AddItemToArray(in->fields, json);
	for (const struct fim_node *child = n->child; child != NULL;
	     child = child->next) {
		int before = cJSON_GetArraySize(in->fields);
		const cJSON *made;
		const char *key;

		emit(c, as_chosen(c, child), &place);
		if (cJSON_GetArraySize(in->fields) == before)
			continue;
		made = cJSON_GetArrayItem(in->fields, before);
		key = cJSON_GetStringValue(
		    cJSON_GetObjectItemCaseSensitive(made, "key"));
		cJSON_AddItemToArray(options, cJSON_CreateString(key));
		fim_text(c, path,
		    arena_printf(c->arena, "option.%s", key), child->label);
	}
	fim_word(c, path, "label", "choice", "");
	fim_open(c, n, path,
	    "one part of this group is chosen; the question was added");
}

static void
emit_children(struct fim_convert *c, const struct fim_node *n,
    const struct place *place)
{
	if (n->is_choice && n->nchild > 1) {
		emit_choice(c, n, place);
		return;
	}
	for (const struct fim_node *child = n->child; child != NULL;
	     child = child->next)
		emit(c, child, place);
}

static void
free_json(void *arg)
{
	cJSON_Delete(arg);
}

static cJSON *
new_keys(struct fim_convert *c)
{
	cJSON *keys = cJSON_CreateObject();

	arena_defer(c->arena, free_json, keys);
	return keys;
}

/* Its fields, one level up, since groups can nest no deeper. */
static void
emit_flat(struct fim_convert *c, const struct fim_node *n,
    const struct place *place)
{
	struct place here = *place;

	here.chosen = NULL;
	fim_left(c, n, "the group itself: it stands deeper than %d levels; its "
		       "fields were put into the group around it%s",
	    FORM_DEPTH - 1,
	    n->min == 1 && n->max == 1 ? "" : ", once");
	fim_about(c, n, place->path);
	emit_children(c, n, &here);
}

static void
emit_group(struct fim_convert *c, const struct fim_node *n,
    const struct place *place)
{
	bool is_list = n->min != 1 || n->max != 1;
	struct place inside = { .fields = cJSON_CreateArray(),
		.keys = new_keys(c),
		.depth = place->depth + 1 };
	const char *key, *path;
	cJSON *json;

	if (place->depth + 1 >= FORM_DEPTH) {
		cJSON_Delete(inside.fields);
		emit_flat(c, n, place);
		return;
	}
	key = key_at(c, place, n->label);
	inside.path = path = path_at(c, place, key);
	emit_children(c, n, &inside);
	if (cJSON_GetArraySize(inside.fields) == 0) {
		cJSON_Delete(inside.fields);
		fim_left(c, n, "an empty group");
		fim_about(c, n, path);
		return;
	}
	json = new_field(place, key);
	cJSON_AddStringToObject(json, "type", is_list ? "repeat" : "group");
	cJSON_AddStringToObject(json, "fim", fim_id(c, n));
	if (is_list) {
		list_bounds(c, n, json, path, n->min);
		list_texts(c, path, n->label);
	}
	cJSON_AddItemToObject(json, "fields", inside.fields);
	cJSON_AddItemToArray(place->fields, json);
	fim_text(c, path, "label", n->label);
	if (*n->hint != '\0')
		fim_text(c, path, "hint", n->hint);
	fim_carried(c, n, path, is_list ? "repeat" : "group");
	fim_about(c, n, path);
}

static void
emit(struct fim_convert *c, const struct fim_node *n,
    const struct place *place)
{
	if (n->kind == FIM_FIELD)
		emit_field(c, n, place);
	else
		emit_group(c, n, place);
}

/* ---- pages ---- */

/* The page that fields go to: of its own for a group, else the last one. */
static cJSON *
page_for(struct fim_convert *c, const struct fim_node *n, cJSON *ids,
    bool *is_shared)
{
	int count = cJSON_GetArraySize(c->pages);
	cJSON *page = cJSON_CreateObject();
	const char *id;

	if (count > 0 && (count == PAGES_MAX || (n == NULL && *is_shared))) {
		cJSON_Delete(page);
		return cJSON_GetArrayItem(c->pages, count - 1);
	}
	*is_shared = n == NULL;
	id = free_key(c, ids,
	    fim_key(c->arena,
		n == NULL ? fim_word_of(c, "page.title", 0) : n->label),
	    addresses, nitems(addresses));
	cJSON_AddStringToObject(page, "id", id);
	cJSON_AddItemToObject(page, "fields", cJSON_CreateArray());
	cJSON_AddItemToArray(c->pages, page);
	id = arena_printf(c->arena, "page.%s", id);
	if (n == NULL)
		fim_word(c, id, "title", "page.title", "");
	else
		fim_text(c, id, "title", n->label);
	return page;
}

/* A page on which nothing came to stand goes again, with its title. */
static void
drop_empty(struct fim_convert *c)
{
	int i = 0;

	while (i < cJSON_GetArraySize(c->pages)) {
		const cJSON *page = cJSON_GetArrayItem(c->pages, i);
		const char *id = cJSON_GetStringValue(
		    cJSON_GetObjectItemCaseSensitive(page, "id"));

		if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(
			page, "fields")) > 0) {
			i++;
			continue;
		}
		id = arena_printf(c->arena, "page.%s.title", id);
		for (size_t l = 0; l < nitems(c->text); l++)
			cJSON_DeleteItemFromObjectCaseSensitive(
			    c->text[l], id);
		cJSON_DeleteItemFromArray(c->pages, i);
	}
}

static void
emit_top(struct fim_convert *c, const struct fim_node *n, cJSON *ids,
    bool *is_shared)
{
	const cJSON *page =
	    page_for(c, n->kind == FIM_GROUP ? n : NULL, ids, is_shared);
	const struct place top = {
		.fields = cJSON_GetObjectItemCaseSensitive(page, "fields"),
		.keys = c->keys,
		.path = "" };

	emit(c, n, &top);
}

void
fim_pages(struct fim_convert *c)
{
	const struct fim_node *root = c->schema->root;
	cJSON *ids = new_keys(c);
	bool is_shared = false;

	if (root->kind != FIM_SCHEMA) {
		emit_top(c, root, ids, &is_shared);
	} else {
		fim_about(c, root, "the whole form");
		for (const struct fim_node *n = root->child; n != NULL;
		     n = n->next)
			emit_top(c, n, ids, &is_shared);
	}
	drop_empty(c);
}
