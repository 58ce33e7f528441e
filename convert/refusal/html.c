#include "html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MOST_WORDS 200

static const struct {
	const char *name, *text;
} entities[] = {
	{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" },
	{ "&#39;", "'" }, { "&apos;", "'" }, { "&nbsp;", " " },
};

/* Elements whose text nobody sees. */
static const struct {
	const char *start, *end;
} unseen[] = {
	{ "<script", "</script" }, { "<style", "</style" }, { "<!--", "--" },
};

static bool starts_with(struct slice text, const char *words)
{
	size_t len = strlen(words);

	return text.len >= len && !strncasecmp(text.data, words, len);
}

static struct slice behind(struct slice text, size_t n)
{
	n = n < text.len ? n : text.len;
	return (struct slice){ text.data + n, text.len - n };
}

/* What begins with the words; empty when they do not occur. */
static struct slice find(struct slice text, const char *words)
{
	while (text.len > 0 && !starts_with(text, words))
		text = behind(text, 1);
	return text;
}

/* What follows the tag that the text begins with. */
static struct slice behind_tag(struct slice text)
{
	for (size_t i = 0; i < COUNT(unseen); i++)
		if (starts_with(text, unseen[i].start)) {
			text = find(behind(text, strlen(unseen[i].start)), unseen[i].end);
			break;
		}
	return behind(find(text, ">"), 1);
}

/* One character of text, white space joined to one blank. */
static void add_character(struct buf *out, char c)
{
	bool blank = strchr(" \t\r\n", c) != NULL;

	if (!blank)
		buf_add(out, &c, 1);
	else if (out->len > 0 && out->data[out->len - 1] != ' ')
		buf_puts(out, " ");
}

static size_t add_entity(struct buf *out, struct slice text)
{
	for (size_t i = 0; i < COUNT(entities); i++)
		if (starts_with(text, entities[i].name)) {
			add_character(out, entities[i].text[0]);
			return strlen(entities[i].name);
		}
	add_character(out, '&');
	return 1;
}

static void add_visible(struct slice text, struct buf *out)
{
	/* Not cut inside a character. */
	while (text.len > 0 && (out->len < MOST_WORDS || (text.data[0] & 0xC0) == 0x80)) {
		if (text.data[0] == '<') {
			text = behind_tag(text);
			add_character(out, ' ');
		} else if (text.data[0] == '&') {
			text = behind(text, add_entity(out, text));
		} else {
			add_character(out, text.data[0]);
			text = behind(text, 1);
		}
	}
	if (out->len > 0 && out->data[out->len - 1] == ' ')
		buf_cut(out, out->len - 1);
}

bool html_is(struct slice body)
{
	while (body.len > 0 && body.data[0] && strchr(" \t\r\n", body.data[0]))
		body = behind(body, 1);
	if (body.len < 2 || body.data[0] != '<')
		return false;
	return body.data[1] == '!' || body.data[1] == '?' || isalpha((unsigned char)body.data[1]);
}

void html_words(struct slice page, struct buf *out)
{
	struct slice title = behind_tag(find(page, "<title"));

	title.len -= find(title, "</title").len;
	add_visible(title, out);
	if (out->len == 0)
		add_visible(page, out);
}
