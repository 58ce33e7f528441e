#include "change.h"

#include "thinking.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct word {
	const char *name;
	int value;
};

/* ---- the words of keys that have a few values ---- */

static const struct word truth[] = { { "false", 0 }, { "true", 1 }, { 0 } };
/* Of members that say the opposite of their key. */
static const struct word untruth[] = { { "true", 0 }, { "false", 1 }, { 0 } };
static const struct word apis[] = {
	{ "chat", API_CHAT }, { "responses", API_RESPONSES }, { 0 },
};
static const struct word token_fields[] = {
	{ "max_tokens", MAX_TOKENS }, { "max_completion_tokens", MAX_COMPLETION_TOKENS }, { 0 },
};
static const struct word choices[] = {
	{ "any", FORCE_ANY }, { "required", FORCE_REQUIRED }, { "named", FORCE_NAMED },
	{ "not_thinking", FORCE_NOT_THINKING }, { "auto", FORCE_NONE },
	{ "word_any", FORCE_BY_ANY }, { "unsaid", FORCE_UNSAID }, { 0 },
};
static const struct word stricts[] = {
	{ "none", STRICT_NONE }, { "each", STRICT_EACH }, { "all", STRICT_ALL }, { 0 },
};
static const struct word formats[] = {
	{ "json_schema", FORMAT_JSON_SCHEMA }, { "json_object", FORMAT_JSON_OBJECT },
	{ "none", FORMAT_NONE }, { 0 },
};
static const struct word schemas[] = {
	{ "plain", SCHEMA_PLAIN }, { "whole_root", SCHEMA_OPENAI }, { "subset", SCHEMA_GEMINI },
	{ "typed", SCHEMA_KIMI }, { "grammar", SCHEMA_GRAMMAR }, { 0 },
};
static const struct word controls[] = {
	{ "none", THINKING_NONE }, { "effort", THINKING_EFFORT },
	{ "openrouter", THINKING_OPENROUTER }, { "deepseek", THINKING_DEEPSEEK },
	{ "glm", THINKING_GLM }, { "kimi", THINKING_KIMI }, { "qwen", THINKING_QWEN },
	{ "minimax", THINKING_MINIMAX },
	{ "template", THINKING_TEMPLATE }, { "llamacpp", THINKING_LLAMACPP },
	{ "nim", THINKING_NIM }, { 0 },
};
static const struct word switches[] = {
	{ "enable_thinking", SWITCH_ENABLE_THINKING }, { "thinking", SWITCH_THINKING },
	{ "thinking_mode", SWITCH_THINKING_MODE }, { 0 },
};
static const struct word beside_tools[] = {
	{ "any", TOOLS_WITH_EFFORT }, { "unsaid", TOOLS_WITHOUT_EFFORT },
	{ "none", TOOLS_WITH_NONE }, { 0 },
};
static const struct word call_ids[] = {
	{ "40", IDS_40 }, { "kept", IDS_KEPT }, { "9", IDS_9 }, { 0 },
};
static const struct word images[] = {
	{ "none", IMAGES_NONE }, { "data", IMAGES_DATA }, { "url", IMAGES_DATA_AND_URL }, { 0 },
};
static const struct word pdfs[] = {
	{ "none", PDF_NONE }, { "file", PDF_FILE }, { "file_or_url", PDF_FILE_OR_URL },
	{ "document_url", PDF_DOCUMENT_URL }, { "image_url", PDF_IMAGE_URL }, { 0 },
};
static const struct word prefills[] = {
	{ "plain", PREFILL_PLAIN }, { "prefix", PREFILL_PREFIX }, { "partial", PREFILL_PARTIAL },
	{ "none", PREFILL_NONE }, { 0 },
};
static const struct word systems[] = {
	{ "auto", SYSTEM_AUTO }, { "reminder", SYSTEM_REMINDER }, { "inline", SYSTEM_INLINE },
	{ "hoist", SYSTEM_HOIST },
	{ 0 },
};
static const struct word states[] = { { "kept", 0 }, { "none", 1 }, { 0 } };

/* ---- the table ---- */

enum kind {
	FLAG,		/* words of a bool */
	WORD,		/* words of an enum */
	NUMBER,
	EFFORTS,	/* a set of efforts */
	FIELD,		/* the name of a reasoning field, or "none" */
	PLACES,		/* adds places of the body to those that are left out */
};

static const struct row {
	const char *key;
	enum kind kind;
	size_t at;
	const struct word *words;
	bool once;	/* of this one request: it is neither remembered nor kept */
} rows[] = {
#define AT(member) offsetof(struct dialect, member)
	{ "api", WORD, AT(api), apis, false },
	{ "token_field", WORD, AT(token_field), token_fields, false },
	{ "stream_options", FLAG, AT(no_stream_options), untruth, false },
	{ "stream_always", FLAG, AT(stream_always), truth, false },
	{ "max_stops", NUMBER, AT(max_stops), NULL, false },
	{ "sampling", FLAG, AT(no_sampling), untruth, false },
	{ "top_k", FLAG, AT(top_k), truth, false },
	{ "parallel_tool_calls", FLAG, AT(parallel_tool_calls), truth, false },
	{ "max_tokens", NUMBER, AT(output_cap), NULL, false },
	{ "min_tokens", NUMBER, AT(output_least), NULL, false },
	{ "room", NUMBER, AT(room), NULL, true },
	{ "tool_choice", WORD, AT(forcing), choices, false },
	{ "strict", WORD, AT(strict_tools), stricts, false },
	{ "response_format", WORD, AT(response_format), formats, false },
	{ "prompt_cache_key", FLAG, AT(prompt_cache_key), truth, false },
	{ "cache_control", FLAG, AT(cache_control), truth, false },
	{ "cache_ttl", FLAG, AT(cache_ttl), truth, false },
	{ "max_tools", NUMBER, AT(max_tools), NULL, false },
	{ "max_description", NUMBER, AT(max_description), NULL, false },
	{ "declare_tools", FLAG, AT(declare_tools), truth, false },
	{ "schema", WORD, AT(schema), schemas, false },
	{ "schema_limits", FLAG, AT(bare_schemas), untruth, false },
	{ "reasoning_split", FLAG, AT(reasoning_split), truth, false },
	{ "thinking", WORD, AT(thinking), controls, false },
	{ "thinks", FLAG, AT(thinks), truth, false },
	{ "template_switch", WORD, AT(template_switch), switches, false },
	{ "thinking_always", FLAG, AT(thinking_always), truth, false },
	{ "thinking_ends_with_calls", FLAG, AT(thinking_ends_with_calls), truth, false },
	{ "thinking_keep", FLAG, AT(thinking_keep), truth, false },
	{ "thinking_budget", FLAG, AT(budget), truth, false },
	{ "effort", EFFORTS, AT(efforts), NULL, false },
	{ "effort_beside_tools", WORD, AT(tools_and_effort), beside_tools, false },
	{ "call_ids", WORD, AT(call_ids), call_ids, false },
	{ "output_parts", FLAG, AT(no_output_parts), untruth, false },
	{ "empty_tool_content", FLAG, AT(empty_tool_content), truth, false },
	{ "alternation", FLAG, AT(strict_alternation), truth, false },
	{ "user_first", FLAG, AT(user_first), truth, false },
	{ "images", WORD, AT(images), images, false },
	{ "these_images", WORD, AT(images), images, true },
	{ "pdfs", WORD, AT(pdfs), pdfs, false },
	{ "these_pdfs", WORD, AT(pdfs), pdfs, true },
	{ "old_media", FLAG, AT(no_old_media), states, true },
	{ "prefill", WORD, AT(prefill), prefills, false },
	{ "system", WORD, AT(system), systems, false },
	{ "reasoning_field", FIELD, AT(reasoning_field), NULL, false },
	{ "reasoning_required", FLAG, AT(reasoning_required), truth, false },
	{ "signed_calls", FLAG, AT(signed_calls), truth, false },
	{ "state", FLAG, AT(no_state), states, true },
	{ "drop", PLACES, AT(drop), NULL, false },
	{ "omit", PLACES, AT(drop), NULL, true },	/* because of this request's value */
#undef AT
};

static const struct row *row_of(struct slice key)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_equals(key, rows[i].key))
			return &rows[i];
	return NULL;
}

const char *change_key_at(size_t index)
{
	return index < COUNT(rows) ? rows[index].key : NULL;
}

const char *change_word_at(size_t index, size_t word)
{
	return rows[index].words ? rows[index].words[word].name : NULL;
}

/* ---- values ---- */

static bool set_word(const struct row *row, void *member, struct slice value)
{
	for (const struct word *word = row->words; word->name; word++) {
		if (!slice_equals(value, word->name))
			continue;
		if (row->kind == FLAG)
			*(bool *)member = word->value;
		else
			*(int *)member = word->value;
		return true;
	}
	return false;
}

static bool set_number(unsigned *member, struct slice value)
{
	uint64_t number;

	if (value.len > 9 || !slice_number(value, 10, &number))
		return false;
	*member = (unsigned)number;
	return true;
}

static bool set_efforts(unsigned *efforts, struct slice value)
{
	unsigned set = 0;

	while (value.len > 0) {
		struct slice word = slice_cut(&value, '+');

		if (!effort_by_name(word))
			return false;
		set |= (unsigned)effort_by_name(word);
	}
	*efforts = set;
	return true;
}

static bool set_field(const char **field, struct slice value)
{
	*field = reasoning_field_named(value);
	return *field || slice_equals(value, "none");
}

static bool add_places(char drop[DROP_SIZE], struct slice value)
{
	size_t len = strlen(drop);

	for (size_t i = 0; i < value.len; i++)
		if (!isalnum((unsigned char)value.data[i]) && !strchr("_.[]$-+", value.data[i]))
			return false;
	return value.len > 0 && (size_t)snprintf(drop + len, DROP_SIZE - len, "%s%.*s",
		len ? "+" : "", (int)value.len, value.data) < DROP_SIZE - len;
}

static bool set(const struct row *row, struct dialect *dialect, struct slice value)
{
	void *member = (char *)dialect + row->at;

	switch (row->kind) {
	case FLAG:
	case WORD:
		return set_word(row, member, value);
	case NUMBER:
		return set_number(member, value);
	case EFFORTS:
		return set_efforts(member, value);
	case FIELD:
		return set_field(member, value);
	case PLACES:
		return add_places(member, value);
	}
	return false;
}

bool change_apply(struct dialect *dialect, struct slice text)
{
	while (text.len > 0) {
		struct slice value = slice_cut(&text, ','), key = slice_cut(&value, '=');
		const struct row *row = row_of(slice_trim(key));

		if (!row || !set(row, dialect, slice_trim(value)))
			return false;
	}
	return true;
}

bool change_apply_setting(struct dialect *dialect, const char *setting, const char *model,
	struct slice *wrong)
{
	struct slice rest = slice_of(setting);

	while (rest.len > 0) {
		struct slice part = slice_trim(slice_cut(&rest, ',')), change = part;
		struct dialect other = *dialect;
		/* A model's name may contain a colon, a key does not. */
		const char *equals = part.len ? memchr(part.data, '=', part.len) : NULL;
		const char *colon = equals ? memrchr(part.data, ':', (size_t)(equals - part.data)) :
			NULL;
		bool meant = true;

		if (colon) {
			size_t len = (size_t)(colon - part.data);

			meant = slice_equals(slice_trim((struct slice){ part.data, len }), model);
			change = (struct slice){ colon + 1, part.len - len - 1 };
		}
		if (part.len == 0)
			continue;
		if (!change_apply(&other, change)) {
			*wrong = part;
			return false;
		}
		if (meant)
			*dialect = other;
	}
	return true;
}

bool change_lasts(const char *text)
{
	struct slice rest = slice_of(text);

	while (rest.len > 0) {
		struct slice value = slice_cut(&rest, ',');
		const struct row *row = row_of(slice_cut(&value, '='));

		if (!row || row->once)
			return false;
	}
	return text[0];
}

/* ---- lists ---- */

bool changes_add(struct changes *changes, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	if (changes->count == CHANGES_MOST)
		return false;
	text = changes->text[changes->count];
	va_start(args, format);
	len = vsnprintf(text, CHANGE_SIZE, format, args);
	va_end(args);
	if (len <= 0 || len >= CHANGE_SIZE)
		return false;
	for (size_t i = 0; i < changes->count; i++)
		if (!strcmp(changes->text[i], text))
			return false;
	changes->count++;
	return true;
}

/* ---- as text ---- */

static void write_efforts(unsigned efforts, struct buf *out)
{
	const char *plus = "";

	for (unsigned bit = EFFORT_NONE; bit <= EFFORT_MAX; bit <<= 1)
		if (efforts & bit) {
			buf_printf(out, "%s%s", plus, effort_name((enum effort)bit));
			plus = "+";
		}
}

static void write_value(const struct row *row, const void *member, struct buf *out)
{
	const char *const *field = member;
	int value = 0;

	switch (row->kind) {
	case FLAG:
	case WORD:
		value = row->kind == FLAG ? *(const bool *)member : *(const int *)member;
		for (const struct word *word = row->words; word->name; word++)
			if (word->value == value)
				buf_puts(out, word->name);
		break;
	case NUMBER:
		buf_printf(out, "%u", *(const unsigned *)member);
		break;
	case EFFORTS:
		write_efforts(*(const unsigned *)member, out);
		break;
	case FIELD:
		buf_puts(out, *field ? *field : "none");
		break;
	case PLACES:
		buf_puts(out, member);
		break;
	}
}

void change_difference(const struct dialect *from, const struct dialect *to, struct buf *out)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf one = { 0 }, other = { 0 };

		if (i > 0 && rows[i].at == rows[i - 1].at)
			continue;
		write_value(&rows[i], (const char *)from + rows[i].at, &one);
		write_value(&rows[i], (const char *)to + rows[i].at, &other);
		if (!slice_same(buf_slice(&one), buf_slice(&other)))
			buf_printf(out, "%s%s=%s", out->len ? "," : "", rows[i].key,
				buf_text(&other));
		buf_free(&one);
		buf_free(&other);
	}
}
