#include "remember.h"

#include "../convert/buf.h"
#include "../convert/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST 4096
#define DAYS 7
#define NAME_DIGITS 24

/* The first line: another version reads nothing, and writes the file anew. */
static const char version[] = "claudeproxy remembers 2";

/* ---- the file ---- */

/* A name that any file system takes, whatever the model's name holds. */
static void name_file(const struct settings *settings, const char *upstream_model,
	struct buf *path)
{
	const struct base_url *base = &settings->base;
	struct buf of = { 0 };
	char name[NAME_DIGITS + 1];

	buf_printf(&of, "%s://%s:%u\n%s", base->scheme, base->host, base->port, upstream_model);
	hash_hex(of.data, of.len, name, NAME_DIGITS);
	buf_printf(path, "%s/%s", settings->cache_directory, name);
	buf_free(&of);
}

/* False: there is none, or it is not for us. */
static bool read_file(const char *path, struct buf *text, struct notes *notes)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char bytes[FILE_MOST];
	struct stat is;
	ssize_t n = -1;

	if (fd < 0) {
		if (errno != ENOENT)
			note_changed(notes, "cache:unreadable:errno=%d", errno);
		return false;
	}
	/* Somebody else's file is no better than none: it would say what we send. */
	if (fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_uid == geteuid() &&
		is.st_size <= FILE_MOST)
		n = read(fd, bytes, sizeof(bytes));
	close(fd);
	if (n < 0)
		note_changed(notes, "cache:ignored");
	return n >= 0 && buf_add(text, bytes, (size_t)n);
}

/* Whoever reads meanwhile finds the old file or the new one, and two writers do not mix. */
static bool replace_file(const char *path, struct slice text)
{
	struct buf temporary = { 0 };
	bool fine = false;
	int fd;

	buf_printf(&temporary, "%s.XXXXXX", path);
	fd = mkostemp(temporary.data, O_CLOEXEC);
	if (fd >= 0) {
		fine = write(fd, text.data, text.len) == (ssize_t)text.len;
		fine = close(fd) == 0 && fine && rename(temporary.data, path) == 0;
		if (!fine)
			unlink(temporary.data);
	}
	buf_free(&temporary);
	return fine;
}

/* ---- its lines ---- */

/* "20650 drop=stop". False: no line that we write. */
static bool parse_line(struct slice text, long today, struct remembered *remembered)
{
	struct slice digits = slice_cut(&text, ' ');
	uint64_t day;

	if (!slice_number(digits, 10, &day) || day > INT_MAX || text.len == 0 ||
		text.len >= REMEMBERED_SIZE || remembered->count == REMEMBERED_MOST)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < ' ' || text.data[i] > '~')
			return false;
	if ((long)day > today || today - (long)day > DAYS)
		return true;
	remembered->lines[remembered->count].day = (long)day;
	snprintf(remembered->lines[remembered->count++].text, REMEMBERED_SIZE, "%.*s",
		(int)text.len, text.data);
	return true;
}

static void load(const char *path, long today, struct remembered *remembered, struct notes *notes)
{
	struct buf file = { 0 };
	struct slice text;
	bool fine;

	remembered->count = 0;
	if (read_file(path, &file, notes)) {
		text = buf_slice(&file);
		fine = slice_equals(slice_cut(&text, '\n'), version);
		while (fine && text.len > 0)
			fine = parse_line(slice_cut(&text, '\n'), today, remembered);
		if (!fine) {
			remembered->count = 0;
			note_changed(notes, "cache:ignored");
		}
	}
	buf_free(&file);
}

void remember_read(const struct settings *settings, const char *upstream_model, long today,
	struct remembered *remembered, struct notes *notes)
{
	struct buf path = { 0 };

	remembered->count = 0;
	if (!settings->cache_directory)
		return;
	name_file(settings, upstream_model, &path);
	load(path.data, today, remembered, notes);
	buf_free(&path);
}

void remember_add(const struct settings *settings, const char *upstream_model, long today,
	const char *text, struct notes *notes)
{
	struct remembered remembered;
	struct buf path = { 0 }, file = { 0 };
	bool known = false;

	if (!settings->cache_directory || strlen(text) >= REMEMBERED_SIZE)
		return;
	name_file(settings, upstream_model, &path);
	load(path.data, today, &remembered, notes);
	for (size_t i = 0; i < remembered.count; i++)
		known |= !strcmp(remembered.lines[i].text, text);
	buf_printf(&file, "%s\n", version);
	/* The line is the last, whether it stands there already or not; the oldest gives way. */
	for (size_t i = !known && remembered.count == REMEMBERED_MOST; i < remembered.count; i++)
		if (strcmp(remembered.lines[i].text, text) != 0)
			buf_printf(&file, "%ld %s\n", remembered.lines[i].day,
				remembered.lines[i].text);
	buf_printf(&file, "%ld %s\n", today, text);
	if (!replace_file(path.data, buf_slice(&file)))
		note_changed(notes, "cache:unwritable:errno=%d", errno);
	buf_free(&path);
	buf_free(&file);
}
