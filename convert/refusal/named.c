#include "named.h"

#include "../js.h"
#include "../provider/thinking.h"
#include "../request/place.h"
#include "../schema/schema.h"
#include "wording.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What comes behind so many bytes of a sentence is somebody's echo. */
#define MOST_TEXT 4096

/* ---- the text ---- */

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Writes "#" for name wherever it stands as a whole word. */
static void mask(struct buf *text, struct slice name)
{
	struct buf out = { 0 };
	size_t at = 0;

	while (name.len > 1 && at < text->len) {
		char *found = memmem(text->data + at, text->len - at, name.data, name.len);
		size_t before = found ? (size_t)(found - text->data) : text->len;
		bool part = found && ((before > 0 && is_word_char(found[-1])) ||
			(before + name.len < text->len && is_word_char(found[name.len])));

		buf_add(&out, text->data + at, before - at);
		if (part)
			buf_add(&out, found, name.len);
		else if (found)
			buf_puts(&out, "#");
		at = before + (found ? name.len : 0);
	}
	if (out.len > 0) {
		buf_free(text);
		*text = out;
	}
}

static void mask_names(struct buf *text, struct json_object *chat)
{
	struct json_object *tools = js_get_array(chat, "tools");

	for (size_t i = 0; i < js_count(tools); i++) {
		struct json_object *function = js_get(js_at(tools, i), "function");

		mask(text, js_get_slice(function ? function : js_at(tools, i), "name"));
	}
	mask(text, js_get_slice(chat, "model"));
}

/* Pydantic repeats the value it refused: that may be a whole prompt, and is no word of upstream. */
static void cut_echoes(struct buf *text)
{
	static const struct { const char *begin, *end; } echoes[] = {
		{ "'input': ", "}, {'" }, { "\"input\": ", "}, {\"" },
		{ "input_value=", ", input_type=" },
	};

	for (size_t i = 0; i < COUNT(echoes); i++) {
		char *at = text->len ? strstr(buf_text(text), echoes[i].begin) : NULL;

		while (at) {
			char *value = at + strlen(echoes[i].begin);
			char *end = strstr(value, echoes[i].end);
			char *line = strchr(value, '\n');
			size_t rest;

			if (!end || (line && line < end))
				end = line;
			rest = end ? strlen(end) : 0;
			if (end)
				memmove(value, end, rest);
			buf_cut(text, (size_t)(value - text->data) + rest);
			at = strstr(value, echoes[i].begin);
		}
	}
}

/* A name or a value in quotes: a phrase in quotes may well be what upstream wants to say. */
static size_t quotation(struct slice text, size_t at)
{
	const char *end;

	if (!strchr("'\"`", text.data[at]) || (at > 0 && isalnum((unsigned char)text.data[at - 1])))
		return 0;
	end = memchr(text.data + at + 1, text.data[at], text.len - at - 1);
	return end && !memchr(text.data + at, ' ', (size_t)(end - text.data) - at) ?
		(size_t)(end - text.data) - at + 1 : 0;
}

static void mask_quotations(struct buf *text)
{
	struct buf out = { 0 };
	size_t len;

	for (size_t at = 0; at < text->len; at += len ? len : 1) {
		len = quotation(buf_slice(text), at);
		buf_add(&out, len ? "#" : text->data + at, 1);
	}
	buf_free(text);
	*text = out;
}

static void add_normalised(struct slice sentence, const char *param, struct buf *out)
{
	struct buf text = { 0 };

	buf_add(&text, sentence.data, sentence.len);
	if (param[0])
		buf_printf(&text, " (%s)", param);
	wording_normalise(buf_slice(&text), out);
	buf_free(&text);
}

void named_text(const struct error_body *error, struct json_object *chat, struct buf *out,
	struct buf *unquoted)
{
	struct buf text = { 0 };

	buf_add(&text, buf_text(&error->message),
		error->message.len < MOST_TEXT ? error->message.len : MOST_TEXT);
	cut_echoes(&text);
	mask_names(&text, chat);
	add_normalised(buf_slice(&text), error->param, out);
	mask_quotations(&text);
	add_normalised(buf_slice(&text), error->param, unquoted);
	buf_free(&text);
}

/* ---- the reasons ---- */

enum {
	UNKNOWN = 1,	/* it is not known, or too much */
	UNSUPPORTED = 2,
	AT_MOST = 4,
	AT_LEAST = 8,
	ONE_OF = 16,
	TYPE = 32,	/* it should be of another type */
	TOGETHER = 64,	/* not beside something else */
	BROKEN = 128,	/* this one cannot be read, or there are too many */
	ALWAYS = 256,	/* the name alone says it */
};
#define REFUSED (UNKNOWN | UNSUPPORTED)
#define ANY (REFUSED | AT_MOST | AT_LEAST | ONE_OF | TYPE | TOGETHER)

static const struct { const char *words; unsigned reason; } phrases[] = {
	{ "unknown", UNKNOWN }, { "unrecogni", UNKNOWN }, { "not recogni", UNKNOWN },
	{ "unexpected", UNKNOWN }, { "not permitted", UNKNOWN }, { "extra_forbidden", UNKNOWN },
	{ "extra input", UNKNOWN }, { "extra param", UNKNOWN }, { "extra field", UNKNOWN },
	{ "additional propert", UNKNOWN }, { "additional param", UNKNOWN },
	{ "cannot find field", UNKNOWN }, { "not a valid param", UNKNOWN },
	{ "invalid param", UNKNOWN }, { "invalid argument", UNKNOWN },
	{ "not support", UNSUPPORTED }, { "nt support", UNSUPPORTED },
	{ "unsupported", UNSUPPORTED }, { "only support", UNSUPPORTED },
	{ "not available", UNSUPPORTED }, { "unavailable", UNSUPPORTED },
	{ "not allowed", UNSUPPORTED }, { "not implemented", UNSUPPORTED },
	{ "not enabled", UNSUPPORTED }, { "not accept", UNSUPPORTED },
	{ "nt accept", UNSUPPORTED }, { "deprecated", UNSUPPORTED }, { "disallowed", UNSUPPORTED },
	{ "not compatible", UNSUPPORTED }, { "incompatible", UNSUPPORTED },
	{ "one of", ONE_OF }, { "should be", ONE_OF }, { "must be", ONE_OF },
	{ "supported values", ONE_OF }, { "valid values", ONE_OF }, { "allowed values", ONE_OF },
	{ "valid options", ONE_OF }, { "permitted values", ONE_OF }, { "expected", ONE_OF },
	{ "supported levels", ONE_OF }, { "choose from", ONE_OF },
	{ "string values", ONE_OF },
	{ "valid string", TYPE }, { "a string", TYPE }, { "type mismatch", TYPE },
	{ "wrong type", TYPE }, { "invalid type", TYPE }, { "of type", TYPE },
	{ "must be str", TYPE }, { "expected str", TYPE }, { "null", TYPE }, { "nonetype", TYPE },
	{ "<nil>", TYPE }, { "missing field", TYPE },
	{ "not be none", TYPE }, { "none is not", TYPE },
	{ "together", TOGETHER }, { "both", TOGETHER }, { "mutually exclusive", TOGETHER },
	{ "in combination", TOGETHER }, { "combined with", TOGETHER },
	{ "cannot be used with", TOGETHER }, { "cannot be specified", TOGETHER },
	{ "cannot be set", TOGETHER }, { "at the same time", TOGETHER },
	{ "invalid image", BROKEN }, { "process image", BROKEN }, { "process the image", BROKEN },
	{ "decode", BROKEN }, { "download", BROKEN }, { "fetch", BROKEN }, { "base64", BROKEN },
	{ "mime", BROKEN }, { "media type", BROKEN }, { "media_type", BROKEN },
	{ "image format", BROKEN },
	{ "corrupt", BROKEN }, { "dimension", BROKEN }, { "pixel", BROKEN }, { "too many", BROKEN },
	{ "too large", BROKEN }, { "damaged", BROKEN }, { "load image", BROKEN },
	{ "unsupported image", BROKEN }, { "image type", BROKEN }, { "formats", BROKEN },
	{ "size", BROKEN }, { "encrypted", BROKEN }, { "password", BROKEN }, { "animated", BROKEN },
	{ "identify", BROKEN }, { "input image", BROKEN }, { "unavailable", BROKEN },
};

enum { MOST, LEAST, OVER, LIMITS };

static const struct neighbours limits[] = {
	{ ">= #", LEAST }, { "at least #", LEAST }, { "greater than or equal to #", LEAST },
	{ "greater than #", OVER }, { "more than # tokens", OVER },
	{ "minimum of #", LEAST }, { "minimum is #", LEAST }, { "minimum value is #", LEAST },
	{ "minimum value of #", LEAST }, { "no less than #", LEAST },
	{ "not be less than #", LEAST }, { "minimum #", LEAST },
	{ "at most #", MOST }, { "<= #", MOST }, { "less than or equal to #", MOST },
	{ "number of items is #", MOST }, { "maximum length #", MOST },
	{ "maximum length of #", MOST }, { "maximum length is #", MOST }, { "maximum of #", MOST },
	{ "maximum is #", MOST }, { "maximum allowed is #", MOST }, { "max is #", MOST },
	{ "max #", MOST }, { "max: #", MOST }, { "maximum: #", MOST },
	{ "maximum number of tools is #", MOST }, { "more than #", MOST }, { "up to #", MOST },
	{ "exceed #", MOST }, { "exceeds #", MOST }, { "limit of #", MOST }, { "limit is #", MOST },
	{ "limit: #", MOST }, { "maximum #", MOST }, { "only # ", MOST }, { "longer than #", MOST },
	{ "maximum allowed (#", MOST }, { "max allowed: #", MOST },
	{ "(max # ", MOST }, { "limited to #", MOST },
};

/* ---- the subjects ---- */

/*
 * What is changed when one of the names stands in the text with one of the reasons; '@' is the
 * text's limit. Of several rows for a name the first goes first. "tools", "messages" and "model"
 * are never given up.
 */
static const struct { const char *names; unsigned reasons; const char *change; } subjects[] = {
	{ "max_tokens", REFUSED, "token_field=max_completion_tokens" },
	{ "max_completion_tokens", REFUSED, "token_field=max_tokens" },
	{ "max_tokens max_completion_tokens max_output_tokens max_new_tokens", AT_LEAST,
		"min_tokens=@" },
	{ "stream_options", ANY, "stream_options=false" },
	{ "stop stop_sequences", AT_MOST, "max_stops=@" },
	{ "stop_sequences", REFUSED, "drop=stop" },
	{ "parallel_tool_calls", ANY, "parallel_tool_calls=false" },
	{ "response_format json_schema", REFUSED | ONE_OF | TYPE, "response_format=json_object" },
	/* tools */
	{ "tools functions declarations", AT_MOST, "max_tools=@" },
	{ "description", AT_MOST, "max_description=@" },
	{ "strict", ANY, "strict=none" },
	{ "tool_choice", ANY, "tool_choice=required" },
	{ "tool_choice", ANY, "tool_choice=auto" },
	{ "tool_choice", ANY, "tool_choice=unsaid" },
	{ "function_declarations", ALWAYS, "schema=subset" },
	{ "grammar", ALWAYS, "schema=grammar,schema_limits=false" },
	{ "anyof oneof allof", ALWAYS, "schema=whole_root" },
	{ "regex", ALWAYS, "schema_limits=false" },
	{ "pattern", REFUSED, "schema_limits=false" },
	/* parts: what is wrong with one of them says nothing of the next */
	/* … but a broken one may have been in the history for long: then what is new can be seen */
	{ "image_url image images file pdf document documents", BROKEN, "old_media=none" },
	{ "image_url image images", BROKEN, "these_images=none" },
	{ "file pdf document documents", BROKEN, "these_pdfs=none" },
	{ "image_url input_image", REFUSED | ONE_OF | TYPE, "images=none" },
	{ "image images", REFUSED | AT_MOST, "images=none" },
	{ "vision multimodal", REFUSED, "images=none" },
	{ "file input_file document_url", REFUSED | ONE_OF | TYPE, "pdfs=none" },
	{ "pdf document documents", REFUSED, "pdfs=none" },
	{ "content", TYPE, "empty_tool_content=true" },
	{ "content", TYPE | ONE_OF, "images=none" },
	{ "content", TYPE | ONE_OF, "pdfs=none" },
	/* roles, and what stands beside them */
	{ "system", REFUSED | ONE_OF, "system=reminder" },
	{ "prefix partial", REFUSED, "prefill=none" },
	{ "reasoning effort", REFUSED, "drop=reasoning_effort" },
	{ "reasoning reasoning_content", REFUSED | TYPE, "reasoning_field=none" },
	{ "reasoning_details", REFUSED | TYPE, "state=none" },
};

struct text {
	const char *text;
	unsigned reasons;
	int64_t limits[LIMITS];
	struct json_object *chat;
};

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_.[]$/-", c));
}

/* The next word from there on: a name, or a path such as "messages[0].content". */
static struct slice next_word(const char **at)
{
	struct slice word = { *at, 0 };

	while (word.len == 0 && **at) {
		while (**at && !is_name_char(**at))
			(*at)++;
		word.data = *at;
		while (is_name_char(**at))
			(*at)++;
		word.len = (size_t)(*at - word.data);
		while (word.len && strchr(".-/", word.data[word.len - 1]))
			word.len--;
	}
	return word;
}

/* "Use 'max_completion_tokens' instead": advice is no complaint, but "you cannot use it" is one. */
static bool is_advised(const char *text, struct slice word)
{
	static const char *const verbs[] = { "use ", "set ", "with " };
	static const char *const starts[] = { ". ", ", ", ": ", "; ", "(", "please ", "or " };
	struct slice before = { text, (size_t)(word.data - text) };
	size_t verb = 0;

	for (size_t i = 0; i < COUNT(verbs); i++)
		if (slice_ends(before, verbs[i]))
			verb = strlen(verbs[i]);
	before.len -= verb;
	if (verb == 0 || before.len == 0 ||
		!strncmp(word.data + word.len, " instead", strlen(" instead")))
		return verb > 0;
	for (size_t i = 0; i < COUNT(starts); i++)
		if (slice_ends(before, starts[i]))
			return true;
	return false;
}

static void add_change(const struct text *text, const char *change, struct changes *candidates)
{
	const char *limit = strchr(change, '@');
	int64_t number = text->limits[strncmp(change, "min_", 4) ? MOST : LEAST];

	if (!limit)
		changes_add(candidates, "%s", change);
	else if (number > 0)
		changes_add(candidates, "%.*s%" PRId64, (int)(limit - change), change, number);
}

static void add_subject(const struct text *text, struct slice name, unsigned reasons,
	struct changes *candidates)
{
	for (size_t i = 0; i < COUNT(subjects); i++)
		if ((subjects[i].reasons & reasons) && place_is_among(subjects[i].names, name))
			add_change(text, subjects[i].change, candidates);
}

/* Of a path its end is meant, or what that end is a part of. */
static struct slice subject_of(struct slice path)
{
	struct slice rest = path, step;

	while ((step = place_next_step(&rest)).len)
		if (place_is_among("tool_choice response_format image image_url", step))
			return step;
	return place_last_step(path);
}

/* Some names say it wherever they stand in a path. */
static void add_subjects(const struct text *text, unsigned reasons, struct changes *candidates)
{
	const char *at = text->text;
	struct slice word, step;

	while ((word = next_word(&at)).len) {
		if (is_advised(text->text, word))
			continue;
		if (reasons != ALWAYS)
			add_subject(text, subject_of(word), reasons, candidates);
		while (reasons == ALWAYS && (step = place_next_step(&word)).len)
			add_subject(text, step, reasons, candidates);
	}
}

/* ---- efforts ---- */

/* The levels that the text offers, but for the one that was sent and refused. */
static void add_efforts(const struct text *text, struct changes *candidates)
{
	const char *sent = js_get_string(text->chat, "reasoning_effort"), *at = text->text;
	struct buf list = { .limit = CHANGE_SIZE };
	struct slice word, step;

	if (!sent)
		sent = js_get_string(js_get(text->chat, "reasoning"), "effort");
	if (!sent)
		sent = js_get_string(js_get(text->chat, "chat_template_kwargs"),
			"reasoning_effort");
	if (!sent || !(strstr(at, "effort") || strstr(at, "reasoning") || strstr(at, "level")) ||
		!((text->reasons & (ONE_OF | UNSUPPORTED)) || strstr(at, "valid")))
		return;
	/* "low/medium/high", "[low, medium, high]" */
	while ((word = next_word(&at)).len)
		while ((step = place_next_step(&word)).len)
			if (effort_by_name(step) && !slice_equals(step, sent))
				buf_join(&list, "+", step);
	if (list.len > 0)
		changes_add(candidates, "effort=%s", buf_text(&list));
	buf_free(&list);
}

/* ---- fields that are left out ---- */

/* Gemini tells the place behind: "Unknown name "const" at 'tools[0].…': Cannot find field." */
static bool find_place(const struct text *text, struct slice word, struct buf *place)
{
	const char *behind = word.data + word.len;
	struct buf whole = { 0 };
	bool found;

	if (!strncmp(behind, " at ", 4)) {
		struct slice where;

		behind += 4;
		where = next_word(&behind);
		buf_add(&whole, where.data, where.len);
		buf_puts(&whole, ".");
	}
	buf_add(&whole, word.data, word.len);
	found = place_find(text->chat, buf_slice(&whole), place);
	if (!found && schema_is_limit(word) &&
		(strstr(text->text, "schema") || strstr(text->text, "keyword"))) {
		buf_printf(place, "schema.%.*s", (int)word.len, word.data);
		found = true;
	}
	buf_free(&whole);
	return found;
}

/* A token limit is known everywhere, under one name or the other. */
static const char *other_token_field(const char *place)
{
	if (!strcmp(place, "max_tokens"))
		return "token_field=max_completion_tokens";
	return strcmp(place, "max_completion_tokens") ? NULL : "token_field=max_tokens";
}

/* The places of all that the text names, joined by "+". */
static void find_places(const struct text *text, struct buf *places, const char **token_field)
{
	const char *at = text->text;
	struct slice word;

	while ((word = next_word(&at)).len) {
		struct buf place = { 0 };

		if (!is_advised(text->text, word) && find_place(text, word, &place)) {
			if (other_token_field(place.data))
				*token_field = other_token_field(place.data);
			else if (!list_has(buf_text(places), '+', buf_slice(&place)))
				buf_join(places, "+", buf_slice(&place));
		}
		buf_free(&place);
	}
}

/* Several at once spare posts. */
static void add_several(const struct text *text, const struct buf *places, const char *token_field,
	struct changes *candidates)
{
	if (!(text->reasons & REFUSED) || places->len == 0)
		return;
	if (token_field)
		changes_add(candidates, "%s,drop=%s", token_field, places->data);
	else if (strchr(places->data, '+'))
		changes_add(candidates, "drop=%s", places->data);
}

static void add_each(const struct text *text, const struct buf *places, struct changes *candidates)
{
	struct slice rest = buf_slice(places);

	while (text->reasons && rest.len > 0) {
		struct slice place = slice_cut(&rest, '+');

		changes_add(candidates, "%s=%.*s", text->reasons & REFUSED ? "drop" : "omit",
			(int)place.len, place.data);
	}
}

/* ---- all ---- */

void named_changes(const char *words, struct json_object *chat, struct changes *candidates)
{
	struct text text = { .text = words, .chat = chat };
	struct buf places = { .limit = CHANGE_SIZE / 2 };
	const char *token_field = NULL;

	for (size_t i = 0; i < COUNT(phrases); i++)
		if (strstr(words, phrases[i].words))
			text.reasons |= phrases[i].reason;
	wording_figures(words, limits, COUNT(limits), text.limits);
	if (text.limits[OVER] && !text.limits[LEAST])
		text.limits[LEAST] = text.limits[OVER] + 1;
	text.reasons |= (text.limits[MOST] || strstr(words, "at most 0") ? AT_MOST : 0) |
		(text.limits[LEAST] ? AT_LEAST : 0);
	/* Too many of them, or a broken one, is no word about the model. */
	if (text.limits[MOST])
		text.reasons |= BROKEN;
	add_subjects(&text, ALWAYS, candidates);
	if (text.reasons)
		find_places(&text, &places, &token_field);
	add_efforts(&text, candidates);
	add_several(&text, &places, token_field, candidates);
	add_subjects(&text, text.reasons, candidates);
	add_each(&text, &places, candidates);
	buf_free(&places);
}
