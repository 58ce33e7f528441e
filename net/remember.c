#include "remember.h"

#include "../convert/buf.h"
#include "../convert/hash.h"

#include <errno.h>
#include <fcntl.h>
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

/* Somebody else's file is no better than none: it would say what we send. */
static bool is_ours(int fd)
{
	struct stat is;

	return fstat(fd, &is) == 0 && S_ISREG(is.st_mode) && is.st_uid == geteuid() &&
		is.st_size <= FILE_MOST;
}

/* False: there is none, or it is not for us. */
static bool read_file(const char *path, struct buf *text, struct notes *notes)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char bytes[FILE_MOST];
	ssize_t n = -1;

	if (fd < 0) {
		if (errno != ENOENT)
			note_changed(notes, "cache:unreadable:errno=%d", errno);
		return false;
	}
	if (is_ours(fd))
		n = read(fd, bytes, sizeof(bytes));
	close(fd);
	if (n < 0)
		note_changed(notes, "cache:ignored");
	return n >= 0 && buf_add(text, bytes, (size_t)n);
}

static bool write_all(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.data, text.len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			text = (struct slice){ text.data + n, text.len - (size_t)n };
	}
	return true;
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
		fine = write_all(fd, text);
		fine = close(fd) == 0 && fine && rename(temporary.data, path) == 0;
		if (!fine)
			unlink(temporary.data);
	}
	buf_free(&temporary);
	return fine;
}

/* ---- its lines ---- */

static struct slice next_line(struct slice *text)
{
	const char *end = memchr(text->data, '\n', text->len);
	struct slice line = { text->data, end ? (size_t)(end - text->data) : text->len };
	size_t taken = line.len + (end ? 1 : 0);

	*text = (struct slice){ text->data + taken, text->len - taken };
	return line;
}

static bool is_printable(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < ' ' || text.data[i] > '~')
			return false;
	return true;
}

/* "20650 drop stop". False: no line that we write. */
static bool parse_line(struct slice line, long today, struct remembered *remembered)
{
	size_t digits = 0;
	long day = 0;

	for (; digits < line.len && digits < 9 && line.data[digits] >= '0' &&
			line.data[digits] <= '9'; digits++)
		day = day * 10 + (line.data[digits] - '0');
	if (digits == 0 || digits + 2 > line.len || line.data[digits] != ' ' ||
		!is_printable(line))
		return false;
	line = (struct slice){ line.data + digits + 1, line.len - digits - 1 };
	if (line.len >= REMEMBERED_SIZE || remembered->count == REMEMBERED_MOST)
		return false;
	if (day > today || today - day > DAYS)
		return true;
	remembered->lines[remembered->count].day = day;
	snprintf(remembered->lines[remembered->count++].text, REMEMBERED_SIZE, "%.*s",
		(int)line.len, line.data);
	return true;
}

static bool parse(struct slice text, long today, struct remembered *remembered)
{
	if (!slice_equals(next_line(&text), version))
		return false;
	while (text.len > 0)
		if (!parse_line(next_line(&text), today, remembered))
			return false;
	return true;
}

static void load(const char *path, long today, struct remembered *remembered, struct notes *notes)
{
	struct buf text = { 0 };

	remembered->count = 0;
	if (read_file(path, &text, notes) && !parse(buf_slice(&text), today, remembered)) {
		remembered->count = 0;
		note_changed(notes, "cache:ignored");
	}
	buf_free(&text);
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

/* Adds the line at the end, where it stands already or not; the oldest gives way. */
static void renew(struct remembered *remembered, const char *text, long today)
{
	size_t at = 0, last;

	while (at < remembered->count && strcmp(remembered->lines[at].text, text))
		at++;
	if (at == remembered->count && at < REMEMBERED_MOST)
		remembered->count++;
	else if (at == remembered->count)
		at = 0;
	last = remembered->count - 1;
	memmove(&remembered->lines[at], &remembered->lines[at + 1],
		(last - at) * sizeof(remembered->lines[0]));
	remembered->lines[last].day = today;
	snprintf(remembered->lines[last].text, REMEMBERED_SIZE, "%s", text);
}

void remember_add(const struct settings *settings, const char *upstream_model, long today,
	const char *text, struct notes *notes)
{
	struct remembered remembered;
	struct buf path = { 0 }, file = { 0 };

	if (!settings->cache_directory || strlen(text) >= REMEMBERED_SIZE)
		return;
	name_file(settings, upstream_model, &path);
	load(path.data, today, &remembered, notes);
	renew(&remembered, text, today);
	buf_printf(&file, "%s\n", version);
	for (size_t i = 0; i < remembered.count; i++)
		buf_printf(&file, "%ld %s\n", remembered.lines[i].day, remembered.lines[i].text);
	if (!replace_file(path.data, buf_slice(&file)))
		note_changed(notes, "cache:unwritable:errno=%d", errno);
	buf_free(&path);
	buf_free(&file);
}
