#include "named.h"

#include "../provider/thinking.h"
#include "../request/place.h"
#include "wording.h"

#include <ctype.h>
#include <string.h>

/* '#' is where the field stands; several: more may follow, by commas. */
static const struct {
	const char *words;
	bool several;
} namings[] = {
	{ "unsupported parameter: #", false },				/* OpenAI, Azure */
	{ "unsupported value: # does not support", false },
	{ "unrecognized request argument supplied: #", false },
	{ "unrecognized request arguments supplied: #", true },
	{ "unknown parameter: #", false },
	{ "unknown name #", false },					/* Gemini */
	{ "unknown field #", false },					/* serde, Go */
	{ "unknown field: #", false },
	{ "#: extra inputs are not permitted", false },			/* pydantic */
	{ "property # is unsupported", false },				/* Groq */
	{ "does not support parameter #", false },			/* xAI */
	{ "argument not supported on this model: #", false },
	{ "# is not supported with this model", false },		/* Groq */
	{ "# is not supported by this model", false },
};

/* Before a list of the words that a field may have. */
static const char *const offers[] = {
	"supported values are", "valid values are", "must be one of", "expected one of",
	"input should be",
};

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.[]$-", c));
}

/* The name that begins there; a dot at its end is the sentence's. */
static struct slice name_at(const char *start)
{
	struct slice name = { start, 0 };

	while (is_name_char(start[name.len]))
		name.len++;
	while (name.len && start[name.len - 1] == '.')
		name.len--;
	return name;
}

static struct slice name_before(const char *text, const char *end)
{
	const char *start = end;

	while (start > text && is_name_char(start[-1]))
		start--;
	return (struct slice){ start, (size_t)(end - start) };
}

/* The next name that stands as the words say, from there on; *from is moved behind it. */
static struct slice next_name(const char *text, const char **from, const char *words)
{
	size_t before = strcspn(words, "#");
	const char *behind = words + before + 1, *at = *from;
	struct slice name;

	if (before == 0) {
		at = strstr(at, behind);
		if (!at)
			return (struct slice){ 0 };
		*from = at + strlen(behind);
		return name_before(text, at);
	}
	while ((at = memmem(at, strlen(at), words, before))) {
		at += before;
		name = name_at(at);
		*from = name.data + name.len;
		if (name.len && !strncmp(*from, behind, strlen(behind)))
			return name;
	}
	return (struct slice){ 0 };
}

static void add(struct buf *list, struct slice item)
{
	size_t len = list->len;

	if (!list_has(buf_text(list), item) && !buf_join(list, ",", item))
		buf_cut(list, len);
}

static void add_place(struct json_object *chat, struct slice words, struct buf *list)
{
	struct buf place = { 0 };

	if (place_find(chat, words, &place))
		add(list, buf_slice(&place));
	buf_free(&place);
}

/* Gemini tells the place behind: "Unknown name "const" at 'tools[0].…': Cannot find field." */
static void add_name(struct json_object *chat, struct slice name, struct buf *list)
{
	static const char at[] = " at ";
	struct buf whole = { 0 };

	if (!strncmp(name.data + name.len, at, strlen(at))) {
		struct slice place = name_at(name.data + name.len + strlen(at));

		buf_add(&whole, place.data, place.len);
		buf_puts(&whole, ".");
	}
	buf_add(&whole, name.data, name.len);
	add_place(chat, buf_slice(&whole), list);
	buf_free(&whole);
}

bool named_fields(const char *text, struct json_object *chat, struct buf *list)
{
	size_t before = list->len;

	for (size_t i = 0; i < COUNT(namings); i++) {
		const char *from = text;
		struct slice name;

		while ((name = next_name(text, &from, namings[i].words)).data) {
			add_name(chat, name, list);
			while (namings[i].several && !strncmp(from, ", ", 2)) {
				name = name_at(from + 2);
				from = name.data + name.len;
				add_name(chat, name, list);
			}
		}
	}
	return list->len > before;
}

bool named_param(const char *param, struct json_object *chat, struct buf *list)
{
	size_t before = list->len;
	struct buf name = { 0 };

	wording_normalise(slice_of(param), &name);
	add_place(chat, buf_slice(&name), list);
	buf_free(&name);
	return list->len > before;
}

/* The words of one offer: up to the end of its sentence, or to what came instead. */
static void add_efforts(const char *text, struct buf *list)
{
	size_t len = strlen(text);
	const char *but = strstr(text, " but "), *end = strstr(text, ". ");

	if (but && (size_t)(but - text) < len)
		len = (size_t)(but - text);
	if (end && (size_t)(end - text) < len)
		len = (size_t)(end - text);
	for (size_t i = 0; i < len;) {
		struct slice word = name_at(text + i);
		struct buf name = { 0 };

		buf_add(&name, word.data, word.len);
		if (effort_by_name(buf_text(&name)) || slice_equals(word, "default"))
			add(list, word);
		buf_free(&name);
		i += word.len + 1;
	}
}

bool named_efforts(const char *text, struct buf *list)
{
	size_t before = list->len;

	for (size_t i = 0; i < COUNT(offers); i++) {
		const char *offer = strstr(text, offers[i]);

		if (offer)
			add_efforts(offer + strlen(offers[i]), list);
	}
	return list->len > before;
}

int64_t named_length(const char *text)
{
	static const struct neighbours rows[] = {
		{ "maximum length #", 0 }, { "maximum length of #", 0 }, { "at most #", 0 },
		{ "maximum #", 0 },
	};
	int64_t length = 0;

	wording_figures(text, rows, COUNT(rows), &length);
	return length;
}
