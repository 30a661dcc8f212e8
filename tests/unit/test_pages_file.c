/* links: torhaus/pages_file */
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/file.h"
#include "torhaus/pages_file.h"

struct folder {
	struct arena arena;
	char path[64];
};

static int
setup(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	(void)snprintf(f->path, sizeof(f->path), "/tmp/pages_file.XXXXXX");
	assert_non_null(mkdtemp(f->path));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct folder *f = *state;
	struct pages_tree tree;
	struct err err = {0};

	/* A tree that takes the folder's place and goes takes all with it. */
	(void)pages_tree_begin(&f->arena,
	    arena_printf(&f->arena, "%s/pages", f->path), &tree, &err);
	(void)pages_tree_commit(&tree, &err);
	(void)rmdir(arena_printf(&f->arena, "%s/pages", f->path));
	(void)rmdir(f->path);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static const char *
content(struct folder *f, const char *path)
{
	struct err err = {0};
	char *text;
	size_t len;

	if (file_read(&f->arena,
		arena_printf(&f->arena, "%s/%s", f->path, path), 4096, &text,
		&len, &err) == -1)
		return NULL;
	return text;
}

static void
write_tree(struct folder *f, struct pages_tree *tree, const char *text)
{
	struct err err = {0};

	assert_int_equal(
	    pages_tree_begin(&f->arena,
		arena_printf(&f->arena, "%s/pages/", f->path), tree, &err),
	    0);
	assert_int_equal(
	    pages_tree_put(tree, "a/b/index.html", text, strlen(text), &err),
	    0);
}

static void
test_appears_whole(void **state)
{
	struct folder *f = *state;
	struct pages_tree tree;
	struct err err = {0};

	write_tree(f, &tree, "one");
	assert_null(content(f, "pages/a/b/index.html"));
	assert_int_equal(pages_tree_commit(&tree, &err), 0);
	assert_string_equal(content(f, "pages/a/b/index.html"), "one");
}

static void
test_replaces(void **state)
{
	struct folder *f = *state;
	struct pages_tree tree;
	struct err err = {0};

	write_tree(f, &tree, "one");
	assert_int_equal(pages_tree_put(&tree, "old.html", "x", 1, &err), 0);
	assert_int_equal(pages_tree_commit(&tree, &err), 0);
	write_tree(f, &tree, "two");
	assert_string_equal(content(f, "pages/a/b/index.html"), "one");
	assert_int_equal(pages_tree_commit(&tree, &err), 0);
	assert_string_equal(content(f, "pages/a/b/index.html"), "two");
	assert_null(content(f, "pages/old.html"));
	assert_int_equal(access(tree.work, F_OK), -1);
}

static void
test_abandon_keeps_the_old(void **state)
{
	struct folder *f = *state;
	struct pages_tree tree;
	struct err err = {0};

	write_tree(f, &tree, "one");
	assert_int_equal(pages_tree_commit(&tree, &err), 0);
	write_tree(f, &tree, "two");
	pages_tree_abandon(&tree);
	assert_string_equal(content(f, "pages/a/b/index.html"), "one");
	assert_int_equal(access(tree.work, F_OK), -1);
}

static void
test_same_file_twice(void **state)
{
	struct folder *f = *state;
	struct pages_tree tree;
	struct err err = {0};

	write_tree(f, &tree, "one");
	assert_int_equal(
	    pages_tree_put(&tree, "a/b/index.html", "two", 3, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	pages_tree_abandon(&tree);
}

static void
test_no_folder(void **state)
{
	struct folder *f = *state;
	struct pages_tree tree;
	struct err err = {0};

	assert_int_equal(pages_tree_begin(&f->arena,
			     arena_printf(&f->arena, "%s/no/pages", f->path),
			     &tree, &err),
	    -1);
	assert_int_equal(err.code, ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_appears_whole, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_replaces, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_abandon_keeps_the_old, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_same_file_twice, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_no_folder, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
