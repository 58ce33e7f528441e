#include "edit.h"

#include "../js.h"

#include <ctype.h>
#include <string.h>

enum what { NOTHING, WORDS, WORDS_OR_NOTHING, NUMBER };

/* setting: what would have spared the refusal; value: its value, where the edit says none. */
static const struct {
	const char *name;
	bool (*apply)(struct editing *e);
	enum what what;
	const char *setting, *value;
} kinds[] = {
	[EDIT_DROP] = { "drop", edit_drop, WORDS, NULL, NULL },
	[EDIT_EFFORT] = { "effort", edit_effort, WORDS, "REASONING", NULL },
	[EDIT_EFFORT_NONE] = { "effort_none", edit_effort_none, NOTHING, "REASONING", "off" },
	[EDIT_THINKING_ON] = { "thinking_on", edit_thinking_on, NOTHING, "DROP_PARAMS", NULL },
	[EDIT_THINKING_OFF] = { "thinking_off", edit_thinking_off, WORDS, "REASONING", "off" },
	[EDIT_RESPONSE_FORMAT] = { "response_format", edit_response_format, NOTHING, NULL, NULL },
	[EDIT_STREAM] = { "stream", edit_stream, NOTHING, NULL, NULL },
	[EDIT_CAP] = { "cap", edit_limit, NUMBER, "MAX_TOKENS_LIMIT", NULL },
	[EDIT_ROOM] = { "room", edit_limit, NUMBER, NULL, NULL },
	[EDIT_TOOL_CHOICE] = { "tool_choice", edit_tool_choice, WORDS, NULL, NULL },
	[EDIT_TOOLS] = { "tools", edit_tools, NUMBER, NULL, NULL },
	[EDIT_DESCRIPTIONS] = { "descriptions", edit_descriptions, NUMBER, NULL, NULL },
	[EDIT_SCHEMA] = { "schema", edit_schema, WORDS_OR_NOTHING, "PROVIDER", NULL },
	[EDIT_DECLARE] = { "declare", edit_declare, NOTHING, NULL, NULL },
	[EDIT_PREFILL] = { "prefill", edit_prefill, NOTHING, NULL, NULL },
	[EDIT_BRIDGE] = { "bridge", edit_bridge, NOTHING, "MODEL_TRAITS", NULL },
	[EDIT_IMAGES] = { "images", edit_images, NOTHING, "IMAGES", "off" },
	[EDIT_PDFS] = { "pdfs", edit_pdfs, NOTHING, NULL, NULL },
	[EDIT_SYSTEM] = { "system", edit_system, NOTHING, "SYSTEM_MESSAGES", "reminder" },
	[EDIT_PLACEHOLDER] = { "placeholder", edit_placeholder, NOTHING, "PROVIDER", "deepseek" },
	[EDIT_SIGNATURE] = { "signature", edit_signature, NOTHING, "PROVIDER", "gemini" },
	[EDIT_STATE] = { "state", edit_state, NOTHING, NULL, NULL },
};

/* ---- for the edits ---- */

struct json_object *edit_own(struct json_object *chat, const char *key)
{
	struct json_object *copy = js_copy(js_get(chat, key));

	js_give(chat, key, copy);
	return copy;
}

void edit_note(struct notes *notes, const char *edit, const char *setting, const char *value)
{
	if (setting)
		note_changed(notes, "healed:%s/%s=%s", edit, setting, value);
	else
		note_changed(notes, "healed:%s", edit);
}

bool edit_next_item(const char **list, char item[EDIT_WHAT_SIZE])
{
	size_t len = strcspn(*list, ",");

	if (len == 0 || len >= EDIT_WHAT_SIZE)
		return false;
	memcpy(item, *list, len);
	item[len] = '\0';
	*list += len + ((*list)[len] == ',');
	return true;
}

/* ---- an edit ---- */

/* What prompt caches go by stays last, in its order, whatever was added. */
static void settle_order(struct json_object *chat)
{
	static const char *const last[] = { "tools", "tool_choice", "messages" };

	for (size_t i = 0; i < COUNT(last); i++) {
		struct json_object *value = js_hold(js_get(chat, last[i]));

		if (!value)
			continue;
		js_remove(chat, last[i]);
		js_give(chat, last[i], value);
	}
}

static void note(const struct editing *e, enum edit_kind kind)
{
	const char *setting = kinds[kind].setting;
	const char *value = e->value[0] ? e->value : kinds[kind].value;

	/* Where it is that provider already nothing is left to set. */
	if (!value || !strcmp(value, e->turn->settings->family->name))
		setting = NULL;
	edit_note(e->notes, kinds[kind].name, setting, value);
}

bool edit_apply(struct json_object *chat, const struct edit *edit, const struct turn *turn,
	struct notes *notes)
{
	struct editing e = { .chat = chat, .what = edit->what, .turn = turn, .notes = notes };

	if (!kinds[edit->kind].apply(&e))
		return false;
	settle_order(chat);
	/* Each field that is dropped has a note of its own. */
	if (edit->kind != EDIT_DROP)
		note(&e, edit->kind);
	return true;
}

bool edit_lasts(const struct edit *edit)
{
	return edit->kind != EDIT_ROOM && edit->kind != EDIT_STATE;
}

bool edit_equals(const struct edit *a, const struct edit *b)
{
	return a->kind == b->kind && !strcmp(a->what, b->what);
}

/* ---- as text ---- */

void edit_to_text(const struct edit *edit, struct buf *out)
{
	buf_printf(out, "%s%s%s", kinds[edit->kind].name, edit->what[0] ? " " : "", edit->what);
}

static bool is_words(const char *what)
{
	for (const char *p = what; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_.[]$,-", *p))
			return false;
	return what[0];
}

static bool is_number(const char *what)
{
	size_t len = strspn(what, "0123456789");

	return len > 0 && len <= 9 && !what[len];
}

static bool is_what(enum what kind, const char *what)
{
	switch (kind) {
	case NOTHING:
		return !what[0];
	case WORDS:
		return is_words(what);
	case WORDS_OR_NOTHING:
		return !what[0] || is_words(what);
	case NUMBER:
		return is_number(what);
	}
	return false;
}

bool edit_from_text(const char *text, struct edit *edit)
{
	size_t len = strcspn(text, " ");
	const char *what = text + len + (text[len] == ' ' && text[len + 1]);

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strlen(kinds[i].name) != len || strncmp(kinds[i].name, text, len))
			continue;
		if (strlen(what) >= sizeof(edit->what) || !is_what(kinds[i].what, what))
			return false;
		edit->kind = (enum edit_kind)i;
		strcpy(edit->what, what);
		return true;
	}
	return false;
}
