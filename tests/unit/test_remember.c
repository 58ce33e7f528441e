/* net/remember.c: lines that outlive a process. doc/answer.md §3.8 */
#include "../../net/remember.h"

#include "../../convert/buf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TODAY 20000

static char folder[] = "/tmp/test_remember.XXXXXX";
static struct settings settings = {
	.base = { .scheme = "https", .host = "api.example", .port = 443 },
	.cache_directory = folder,
};
static struct remembered remembered;
static struct notes notes;

static void empty_folder(void)
{
	DIR *files = opendir(folder);
	struct dirent *file;

	while ((file = readdir(files)))
		unlinkat(dirfd(files), file->d_name, 0);
	closedir(files);
}

static int set_up(void **state)
{
	(void)state;
	empty_folder();
	notes = (struct notes){ 0 };
	settings.cache_directory = folder;
	settings.base.port = 443;
	return 0;
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	empty_folder();
	return rmdir(folder);
}

/* The path of the only file; static. */
static const char *the_file(void)
{
	static char path[600];
	DIR *files = opendir(folder);
	struct dirent *file;
	int count = 0;

	while ((file = readdir(files)))
		if (file->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", folder, file->d_name);
			count++;
		}
	closedir(files);
	assert_int_equal(count, 1);
	return path;
}

static void add(long day, const char *text)
{
	remember_add(&settings, "m", day, text, &notes);
}

static size_t known(long day)
{
	remember_read(&settings, "m", day, &remembered, &notes);
	return remembered.count;
}

static void write_file(const char *text, size_t len)
{
	int fd;

	add(TODAY, "x");
	fd = open(the_file(), O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void what_was_added_is_known(void **state)
{
	(void)state;
	assert_int_equal(known(TODAY), 0);
	add(TODAY, "drop stop");
	add(TODAY + 1, "images");
	assert_int_equal(known(TODAY + 1), 2);
	assert_string_equal(remembered.lines[0].text, "drop stop");
	assert_int_equal(remembered.lines[0].day, TODAY);
	assert_string_equal(remembered.lines[1].text, "images");
	assert_string_equal(notes.text, "");
}

static void each_origin_and_model_has_a_file_of_its_own(void **state)
{
	(void)state;
	add(TODAY, "images");
	remember_read(&settings, "other", TODAY, &remembered, &notes);
	assert_int_equal(remembered.count, 0);
	settings.base.port = 8443;
	assert_int_equal(known(TODAY), 0);
}

static void a_week_later_it_is_forgotten(void **state)
{
	(void)state;
	add(TODAY, "images");
	assert_int_equal(known(TODAY + 7), 1);
	assert_int_equal(known(TODAY + 8), 0);
	/* A clock that was wrong once must not keep it for years. */
	assert_int_equal(known(TODAY - 1), 0);
	add(TODAY + 8, "pdfs");
	assert_int_equal(known(TODAY + 7), 0);
	assert_int_equal(known(TODAY + 8), 1);
}

static void what_is_added_again_is_known_once_and_anew(void **state)
{
	(void)state;
	add(TODAY, "images");
	add(TODAY, "pdfs");
	add(TODAY + 5, "images");
	assert_int_equal(known(TODAY + 5), 2);
	assert_string_equal(remembered.lines[0].text, "pdfs");
	assert_string_equal(remembered.lines[1].text, "images");
	assert_int_equal(remembered.lines[1].day, TODAY + 5);
}

static void the_oldest_gives_way(void **state)
{
	char text[REMEMBERED_SIZE];

	(void)state;
	/* As long as can be: the file must stay readable. */
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	for (char c = 'a'; c < 'a' + REMEMBERED_MOST + 3; c++) {
		text[0] = c;
		add(TODAY, text);
	}
	assert_int_equal(known(TODAY), REMEMBERED_MOST);
	assert_int_equal(remembered.lines[0].text[0], 'a' + 3);
	assert_int_equal(remembered.lines[REMEMBERED_MOST - 1].text[0], 'a' + REMEMBERED_MOST + 2);
	assert_string_equal(notes.text, "");
}

static void the_file_is_ours_alone(void **state)
{
	struct stat is;

	(void)state;
	umask(0);
	add(TODAY, "images");
	assert_int_equal(stat(the_file(), &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	assert_int_equal(strlen(strrchr(the_file(), '/') + 1), 24);
}

static void a_broken_file_counts_for_none(void **state)
{
	static const char version[] = "claudeproxy remembers 2\n";
	static const char *const texts[] = {
		"", "\n", "claudeproxy remembers 1\n20000 images\n",
		"claudeproxy remembers 2x\n20000 images\n", "20000 images\n",
	};
	static const char *const lines[] = {
		"images\n", "20000\n", "20000 \n", "20000images\n", "-1 images\n", "20000 ima\tges\n",
		"20000 images\n\n", "99999999999999999999 images\n", "20000 im\xC3\xA4ges\n",
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file(texts[i], strlen(texts[i]));
		assert_int_equal(known(TODAY), 0);
	}
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text), "%s20000 pdfs\n%s", version, lines[i]);
		write_file(text, strlen(text));
		assert_int_equal(known(TODAY), 0);
	}
	assert_string_equal(notes.text, "cache:ignored");
	/* And the next that is learnt writes it anew. */
	add(TODAY, "images");
	assert_int_equal(known(TODAY), 1);
}

static void a_nul_in_it_breaks_it(void **state)
{
	static const char text[] = "claudeproxy remembers 2\n20000 ima\0ges\n";

	(void)state;
	write_file(text, sizeof(text) - 1);
	assert_int_equal(known(TODAY), 0);
}

static void a_large_file_counts_for_none(void **state)
{
	struct buf text = { 0 };

	(void)state;
	buf_puts(&text, "claudeproxy remembers 2\n20000 images\n");
	while (text.len < 4090)
		buf_puts(&text, "1 old\n");
	buf_cut(&text, 4096);
	write_file(text.data, text.len);
	assert_int_equal(known(TODAY), 1);
	buf_puts(&text, "1");
	write_file(text.data, text.len);
	assert_int_equal(known(TODAY), 0);
	buf_free(&text);
}

static void links_and_devices_are_not_followed(void **state)
{
	char path[600], elsewhere[700];

	(void)state;
	add(TODAY, "images");
	snprintf(path, sizeof(path), "%s", the_file());
	snprintf(elsewhere, sizeof(elsewhere), "%s.elsewhere", path);
	assert_int_equal(rename(path, elsewhere), 0);
	assert_int_equal(symlink(elsewhere, path), 0);
	assert_int_equal(known(TODAY), 0);
	assert_non_null(strstr(notes.text, "cache:unreadable"));
	/* A pipe without a writer must not hold us up. */
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(known(TODAY), 0);
	/* Written anew, the link's target keeps what it holds. */
	unlink(path);
	assert_int_equal(symlink(elsewhere, path), 0);
	add(TODAY, "pdfs");
	assert_int_equal(known(TODAY), 1);
	assert_int_equal(unlink(elsewhere), 0);
	assert_int_equal(known(TODAY), 1);
}

static void somebody_elses_file_counts_for_none(void **state)
{
	(void)state;
	add(TODAY, "images");
	/* Only root can give a file away. */
	if (chown(the_file(), 65534, (gid_t)-1) == 0)
		assert_int_equal(known(TODAY), 0);
}

static void without_a_folder_nothing_is_kept(void **state)
{
	(void)state;
	settings.cache_directory = NULL;
	add(TODAY, "images");
	assert_int_equal(known(TODAY), 0);
	assert_string_equal(notes.text, "");
}

static void trouble_is_a_note(void **state)
{
	char nowhere[600];

	(void)state;
	snprintf(nowhere, sizeof(nowhere), "%s/none", folder);
	settings.cache_directory = nowhere;
	assert_int_equal(known(TODAY), 0);
	assert_string_equal(notes.text, "");
	add(TODAY, "images");
	assert_string_equal(notes.text, "cache:unwritable:errno=2");
}

static void no_temporary_file_is_left(void **state)
{
	(void)state;
	add(TODAY, "images");
	add(TODAY, "pdfs");
	assert_non_null(the_file());
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_added_is_known),
		TEST(each_origin_and_model_has_a_file_of_its_own),
		TEST(a_week_later_it_is_forgotten),
		TEST(what_is_added_again_is_known_once_and_anew),
		TEST(the_oldest_gives_way),
		TEST(the_file_is_ours_alone),
		TEST(a_broken_file_counts_for_none),
		TEST(a_nul_in_it_breaks_it),
		TEST(a_large_file_counts_for_none),
		TEST(links_and_devices_are_not_followed),
		TEST(somebody_elses_file_counts_for_none),
		TEST(without_a_folder_nothing_is_kept),
		TEST(trouble_is_a_note),
		TEST(no_temporary_file_is_left),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
