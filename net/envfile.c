#include "envfile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct cursor {
	const char *at, *end;
	size_t line;
};

/* systemd ends a line at a CR too. NUL is the end of the text. */
static bool is_newline(char c)
{
	return c == '\n' || c == '\r' || c == '\0';
}

/* A line break is none. */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char peek(const struct cursor *cursor)
{
	return cursor->at < cursor->end ? *cursor->at : '\0';
}

static char next(struct cursor *cursor)
{
	char c = peek(cursor);

	if (cursor->at < cursor->end)
		cursor->at++;
	if (c == '\n')
		cursor->line++;
	return c;
}

static void pass_blanks(struct cursor *cursor)
{
	while (is_blank(peek(cursor)))
		next(cursor);
}

static bool is_name(struct slice name)
{
	if (name.len == 0 || isdigit((unsigned char)name.data[0]))
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!isalnum((unsigned char)name.data[i]) && name.data[i] != '_')
			return false;
	return true;
}

/*
 * The functions below return NULL, or what is wrong with the line. None of them shows the line
 * itself: it may hold a key.
 */

static const char *pass_comment(struct cursor *cursor)
{
	char last = '\0';

	while (!is_newline(peek(cursor)))
		last = next(cursor);
	/* Before version 254 systemd takes the next line for a part of the comment. */
	return last == '\\' ? "a comment must not end in a backslash" : NULL;
}

/* Between single quotes a backslash is only itself. */
static const char *read_quoted(struct cursor *cursor, struct buf *value)
{
	char quote = next(cursor);

	while (peek(cursor)) {
		char c = next(cursor);

		if (c == quote)
			return NULL;
		if (quote == '"' && c == '\\' && peek(cursor)) {
			c = next(cursor);
			if (c == '\n')
				continue;
			if (!strchr("\"\\$`", c))
				buf_puts(value, "\\");
		}
		buf_add(value, &c, 1);
	}
	return quote == '"' ? "the quote \" is never closed" : "the quote ' is never closed";
}

static const char *read_unquoted(struct cursor *cursor, struct buf *value)
{
	size_t kept = value->len;	/* up to the last byte that is no trailing blank */
	bool after_blank = is_blank(cursor->at[-1]);

	while (!is_newline(peek(cursor))) {
		char c = next(cursor);

		if (c == '#' && after_blank)
			return "quote the value: some readers take # after a blank for a comment";
		after_blank = is_blank(c);
		if (c == '\\') {
			if (is_newline(peek(cursor))) {
				next(cursor);
				continue;
			}
			c = next(cursor);
		}
		buf_add(value, &c, 1);
		if (!after_blank)
			kept = value->len;
	}
	value->len = kept;
	return NULL;
}

static const char *read_value(struct cursor *cursor, struct buf *value)
{
	bool quoted = false;

	pass_blanks(cursor);
	while (peek(cursor) == '\'' || peek(cursor) == '"') {
		const char *trouble = read_quoted(cursor, value);

		if (trouble)
			return trouble;
		quoted = true;
	}
	if (quoted && is_blank(peek(cursor))) {
		pass_blanks(cursor);
		return is_newline(peek(cursor)) ? NULL : "there is text behind the closing quote";
	}
	return read_unquoted(cursor, value);
}

static const char *read_entry(struct envfile *file, struct cursor *cursor)
{
	struct slice name = { cursor->at, 0 };
	struct buf value = { 0 };
	const char *trouble;

	while (peek(cursor) != '=' && !is_newline(peek(cursor)))
		next(cursor);
	name.len = (size_t)(cursor->at - name.data);
	name = slice_trim(name);
	if (slice_starts(name, "export ") || slice_starts(name, "export\t"))
		return "write NAME=value, without export";
	if (next(cursor) != '=')
		return "there is no = in the line";
	if (!is_name(name))
		return "a name is made of letters, digits and underscores";
	trouble = read_value(cursor, &value);
	if (!trouble)
		file->entries[file->count++] = (struct envfile_entry){
			.name = slice_copy(name),
			.value = slice_copy(buf_slice(&value)),
		};
	buf_free(&value);
	return trouble;
}

bool envfile_parse(struct envfile *file, const char *text, size_t len, const char *path,
	struct failure *why)
{
	struct slice whole = slice_without_bom((struct slice){ text, len });
	struct cursor cursor = { whole.data, text + len, 1 };
	size_t most = 0;	/* every entry holds a '=' */

	for (size_t i = 0; i < len; i++)
		most += text[i] == '=';
	file->count = 0;
	file->entries = must_zalloc(most, sizeof(file->entries[0]));
	if (memchr(text, '\0', len))
		return failed(why, API_ERROR, "%s: there is a NUL byte", path);
	while (cursor.at < cursor.end) {
		const char *trouble = NULL;
		size_t line = cursor.line;
		char c = peek(&cursor);

		if (c == '#' || c == ';')
			trouble = pass_comment(&cursor);
		else if (is_blank(c) || is_newline(c))
			next(&cursor);
		else
			trouble = read_entry(file, &cursor);
		if (trouble)
			return failed(why, API_ERROR, "%s:%zu: %s", path, line, trouble);
	}
	return true;
}

const char *envfile_get(const struct envfile *file, const char *name)
{
	for (size_t i = file->count; i-- > 0;)
		if (!strcmp(file->entries[i].name, name))
			return file->entries[i].value[0] ? file->entries[i].value : NULL;
	return NULL;
}

void envfile_free(struct envfile *file)
{
	for (size_t i = 0; i < file->count; i++) {
		free(file->entries[i].name);
		free(file->entries[i].value);
	}
	free(file->entries);
	*file = (struct envfile){ 0 };
}
