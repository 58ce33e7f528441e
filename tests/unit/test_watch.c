/* net/watch.c: whether the files that a process was made from were replaced. doc/answer.md §4.4 */
#include "../../net/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/claudeproxy-watch.XXXXXX";

static const char *in_folder(const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(in_folder(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	return mkdtemp(folder) ? 0 : 1;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

/* Something happened in one of the folders. */
static bool was_woken(struct watch *watch)
{
	struct pollfd fd = { watch_fd(watch), POLLIN, 0 };
	bool woken = poll(&fd, 1, 0) > 0;

	watch_drain(watch);
	return woken;
}

static void a_file_that_is_replaced(void **state)
{
	struct watch watch = { 0 };

	(void)state;
	write_file("conf", "one");
	watch_add(&watch, in_folder("conf"));
	assert_false(was_woken(&watch));
	assert_false(watch_changed(&watch));
	write_file("new", "two");
	assert_true(was_woken(&watch));
	assert_false(watch_changed(&watch));
	rename(in_folder("new"), in_folder("conf"));
	assert_true(was_woken(&watch));
	assert_true(watch_changed(&watch));
	watch_free(&watch);
}

static void a_file_that_appears_or_goes(void **state)
{
	struct watch watch = { 0 };

	(void)state;
	watch_add(&watch, in_folder("conf"));
	assert_false(watch_changed(&watch));
	assert_false(was_woken(&watch));
	write_file("conf", "one");
	assert_true(was_woken(&watch));
	assert_true(watch_changed(&watch));
	watch_free(&watch);
	watch_add(&watch, in_folder("conf"));
	assert_false(was_woken(&watch));
	unlink(in_folder("conf"));
	assert_true(was_woken(&watch));
	assert_true(watch_changed(&watch));
	watch_free(&watch);
}

static void behind_a_link(void **state)
{
	struct watch watch = { 0 };

	(void)state;
	mkdir(in_folder("real"), 0700);
	write_file("real/conf", "one");
	write_file("real/other", "two!");
	assert_int_equal(symlink("real/conf", in_folder("conf")), 0);
	watch_add(&watch, in_folder("conf"));
	assert_false(was_woken(&watch));
	/* The file at its end … */
	write_file("real/conf", "three");
	assert_true(was_woken(&watch));
	assert_true(watch_changed(&watch));
	watch_free(&watch);
	/* … and the link itself. */
	watch_add(&watch, in_folder("conf"));
	assert_false(was_woken(&watch));
	assert_int_equal(symlink("real/other", in_folder("new")), 0);
	rename(in_folder("new"), in_folder("conf"));
	assert_true(was_woken(&watch));
	assert_true(watch_changed(&watch));
	watch_free(&watch);
}

static void what_is_no_file(void **state)
{
	struct watch watch = { 0 };

	(void)state;
	watch_add(&watch, "/dev/null");
	watch_add(&watch, folder);
	assert_int_equal(watch.count, 0);
	assert_false(watch_changed(&watch));
	watch_free(&watch);
}

static void a_folder_that_is_not_there(void **state)
{
	struct watch watch = { 0 };

	(void)state;
	watch_add(&watch, in_folder("none/conf"));
	assert_true(watch_fd(&watch) >= 0);
	assert_false(watch_changed(&watch));
	mkdir(in_folder("none"), 0700);
	write_file("none/conf", "one");
	assert_true(watch_changed(&watch));
	watch_free(&watch);
}

static void the_program_itself(void **state)
{
	struct watch watch = { 0 };

	(void)state;
	watch_add_program(&watch);
	assert_int_equal(watch.count, 1);
	assert_non_null(strstr(watch.files[0].path, "test_watch"));
	assert_false(watch_changed(&watch));
	watch_free(&watch);
}

static void without_inotify(void **state)
{
	struct rlimit limit, none;
	struct watch watch = { 0 };

	(void)state;
	write_file("conf", "one");
	watch_add(&watch, in_folder("conf"));
	getrlimit(RLIMIT_NOFILE, &limit);
	none = (struct rlimit){ 3, limit.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	assert_int_equal(watch_fd(&watch), -1);
	setrlimit(RLIMIT_NOFILE, &limit);
	/* It is not asked for again, and the next request still finds the change. */
	assert_int_equal(watch_fd(&watch), -1);
	write_file("conf", "other");
	assert_true(watch_changed(&watch));
	watch_free(&watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_that_is_replaced, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_file_that_appears_or_goes, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(behind_a_link, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_is_no_file, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_folder_that_is_not_there, make_folder,
			remove_folder),
		cmocka_unit_test(the_program_itself),
		cmocka_unit_test_setup_teardown(without_inotify, make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
