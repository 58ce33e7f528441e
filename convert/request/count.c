#include "count.h"

#include "../js.h"
#include "base64.h"
#include "image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- text: run by run; the rates were measured against the o200k vocabulary ---- */

enum kind { SIGN, BLANK, LINE_BREAK, DIGIT, LOWER, UPPER, HIGH };

struct run {
	const unsigned char *at, *end;
};

static enum kind kind_of(unsigned char c)
{
	if (c >= 'a' && c <= 'z')
		return LOWER;
	if (c == ' ' || c == '\t')
		return BLANK;
	if (c >= 'A' && c <= 'Z')
		return UPPER;
	if (c >= '0' && c <= '9')
		return DIGIT;
	if (c == '\n' || c == '\r')
		return LINE_BREAK;
	return c >= 0x80 ? HIGH : SIGN;
}

static const unsigned char *skip_kind(const unsigned char *p, const unsigned char *end,
	enum kind kind)
{
	while (p < end && kind_of(*p) == kind)
		p++;
	return p;
}

/* "HTTPServer" is HTTP and Server: the last capital before a small letter begins a word. */
static const unsigned char *skip_word(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *small = skip_kind(p, end, UPPER);

	if (small - p > 1 && small < end && kind_of(*small) == LOWER)
		return small - 1;
	return skip_kind(small, end, LOWER);
}

static double count_word(size_t len)
{
	if (len <= 8)
		return 1;
	return len <= 12 ? 1.4 : (double)len / 6;
}

static double count_words(const unsigned char *p, const unsigned char *end, bool after_blank)
{
	double tokens = 0;

	for (const unsigned char *next; p < end; p = next, after_blank = false) {
		if (kind_of(*p) == DIGIT) {
			next = skip_kind(p, end, DIGIT);
			tokens += (double)((next - p + 2) / 3) + (after_blank ? 0.6 : 0);
		} else {
			next = skip_word(p, end);
			tokens += count_word((size_t)(next - p));
		}
	}
	return tokens;
}

/* Letters and digits together. Long mixed runs are hashes, ids, base64. */
static double take_alphanumerics(struct run *run, bool after_blank)
{
	const unsigned char *start = run->at;
	bool letters = false, digits = false;
	size_t len;

	for (; run->at < run->end; run->at++) {
		enum kind kind = kind_of(*run->at);

		if (kind == DIGIT)
			digits = true;
		else if (kind == LOWER || kind == UPPER)
			letters = true;
		else
			break;
	}
	len = (size_t)(run->at - start);
	if (len >= 16 && letters && digits)
		return (double)len / 2.2;
	if (len >= 40)
		return (double)len / 2.5;
	return count_words(start, run->at, after_blank);
}

static double take_white_space(struct run *run)
{
	const unsigned char *start = run->at, *blanks = start;
	bool breaks = false;

	for (;;) {
		run->at = skip_kind(run->at, run->end, BLANK);
		if (run->at == run->end || kind_of(*run->at) != LINE_BREAK)
			break;
		breaks = true;
		run->at = blanks = skip_kind(run->at, run->end, LINE_BREAK);
	}
	if (breaks)
		return run->at > blanks ? 1.3 : 1;
	return run->at - start > 1 ? 0.9 : 0;
}

static double take_signs(struct run *run)
{
	const unsigned char *start = run->at;
	size_t len;

	run->at = skip_kind(start, run->end, SIGN);
	len = (size_t)(run->at - start);
	return len == 1 ? 0.9 : (double)len / 2.2 + 0.2;
}

/* The first line that holds the character counts. */
static const struct {
	unsigned first, last;
	double tokens;
} characters[] = {
	{ 0x3000, 0x9FFF, 0.75 }, { 0xF900, 0xFAFF, 0.75 }, { 0xFF00, 0xFFEF, 0.75 },
	{ 0x1100, 0x11FF, 0.65 }, { 0xAC00, 0xD7FF, 0.65 },	/* Hangul */
	{ 0x0250, 0x05FF, 0.3 },	/* Greek, Cyrillic, Hebrew */
	{ 0x0000, 0x024F, 0.6 },
	{ 0x0000, 0xFFFF, 0.9 },
};

static double take_character(struct run *run)
{
	unsigned char lead = *run->at++;
	unsigned code = lead >= 0xF0 ? lead & 7 : lead >= 0xE0 ? lead & 15 : lead & 31;

	for (; run->at < run->end && (*run->at & 0xC0) == 0x80; run->at++)
		code = (code << 6 | (*run->at & 0x3F)) & 0x1FFFFF;
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
		if (code >= characters[i].first && code <= characters[i].last)
			return characters[i].tokens;
	return 2;
}

double count_text(struct slice text)
{
	struct run run = { (const unsigned char *)text.data, NULL };
	double tokens = 0;
	bool after_blank = false;

	if (!text.data)
		return 0;
	run.end = run.at + text.len;
	while (run.at < run.end) {
		switch (kind_of(*run.at)) {
		case BLANK:
		case LINE_BREAK:
			tokens += take_white_space(&run);
			break;
		case SIGN:
			tokens += take_signs(&run);
			break;
		case HIGH:
			tokens += take_character(&run);
			break;
		default:
			tokens += take_alphanumerics(&run, after_blank);
		}
		after_blank = kind_of(run.at[-1]) == BLANK;
	}
	return tokens;
}

/* ---- images and documents ---- */

#define IMAGE_MOST 1600
#define IMAGE_SIDE 1568
#define PDF_PAGE 2000
#define PDF_PAGE_BYTES 60000

/* What follows "base64," in a data URL; data NULL when it is another URL. */
static struct slice base64_of(struct slice url)
{
	static const char mark[] = ";base64,";
	const char *found = slice_starts(url, "data:") ?
		memmem(url.data, url.len < 200 ? url.len : 200, mark, strlen(mark)) : NULL;

	if (!found)
		return (struct slice){ 0 };
	found += strlen(mark);
	return (struct slice){ found, (size_t)(url.data + url.len - found) };
}

static double count_image(struct slice url)
{
	struct slice base64 = base64_of(url);
	unsigned width, height;
	double scale, tokens;

	if (!base64.data || !image_size(base64.data, base64.len, &width, &height))
		return IMAGE_MOST;
	scale = IMAGE_SIDE / (double)(width > height ? width : height);
	if (scale > 1)
		scale = 1;
	tokens = ceil(width * scale * (height * scale) / 750);
	return tokens < IMAGE_MOST ? tokens : IMAGE_MOST;
}

/* "/Type /Page", but not "/Type /Pages" or "/Type /PageLabel". */
static size_t count_pages(const unsigned char *pdf, size_t len)
{
	const unsigned char *p = pdf, *end = pdf + len;
	size_t pages = 0;

	while ((p = memmem(p, (size_t)(end - p), "/Type", 5))) {
		p += 5;
		while (p < end && (kind_of(*p) == BLANK || kind_of(*p) == LINE_BREAK))
			p++;
		if (end - p > 5 && !memcmp(p, "/Page", 5) && kind_of(p[5]) != LOWER &&
			kind_of(p[5]) != UPPER)
			pages++;
	}
	return pages;
}

/* Pages inside compressed streams can't be seen: the size gives the least. */
static double count_pdf(struct slice url)
{
	struct slice base64 = base64_of(url);
	unsigned char *pdf;
	size_t len, pages, least;

	if (!base64.data)
		return PDF_PAGE;
	pdf = must_alloc(base64.len);
	len = base64_decode(base64.data, base64.len, pdf, base64.len);
	pages = count_pages(pdf, len);
	least = 1 + len / PDF_PAGE_BYTES;
	free(pdf);
	return (double)(pages > least ? pages : least) * PDF_PAGE;
}

/* ---- the chat tree ---- */

static double count_string(struct json_object *object, const char *key)
{
	return count_text(js_get_slice(object, key));
}

static double count_text_part(struct json_object *part)
{
	return count_string(part, "text");
}

/* Gemini takes a PDF in an image_url. */
static double count_image_part(struct json_object *part)
{
	struct slice url = js_get_slice(js_get(part, "image_url"), "url");

	return slice_starts(url, "data:application/pdf") ? count_pdf(url) : count_image(url);
}

static double count_file_part(struct json_object *part)
{
	return count_pdf(js_get_slice(js_get(part, "file"), "file_data"));
}

static double count_document_part(struct json_object *part)
{
	return count_pdf(js_get_slice(part, "document_url"));
}

/* Mistral's, and the details of OpenRouter: text, no signatures. */
static double count_thinking(struct json_object *parts)
{
	double tokens = 0;

	for (size_t i = 0; i < js_count(parts); i++)
		tokens += count_string(js_at(parts, i), "text") +
			count_string(js_at(parts, i), "summary");
	return tokens;
}

static double count_thinking_part(struct json_object *part)
{
	return count_thinking(js_get_array(part, "thinking"));
}

static const struct {
	const char *type;
	double (*count)(struct json_object *part);
} part_types[] = {
	{ "text", count_text_part },
	{ "image_url", count_image_part },
	{ "file", count_file_part },
	{ "document_url", count_document_part },
	{ "thinking", count_thinking_part },
};

static double count_part(struct json_object *part)
{
	struct slice type = js_get_slice(part, "type");

	for (size_t i = 0; i < sizeof(part_types) / sizeof(part_types[0]); i++)
		if (slice_equals(type, part_types[i].type))
			return part_types[i].count(part);
	return 0;
}

static double count_content(struct json_object *content)
{
	double tokens = count_text(js_slice(content));

	if (js_is_array(content))
		for (size_t i = 0; i < js_count(content); i++)
			tokens += count_part(js_at(content, i));
	return tokens;
}

static double count_calls(struct json_object *tool_calls)
{
	double tokens = 0;

	for (size_t i = 0; i < js_count(tool_calls); i++) {
		struct json_object *function = js_get(js_at(tool_calls, i), "function");

		tokens += count_string(function, "name") + count_string(function, "arguments") + 8;
	}
	return tokens;
}

static double count_message(struct json_object *message)
{
	bool result = slice_equals(js_get_slice(message, "role"), "tool");

	return 4 + (result ? 4 : 0) + count_content(js_get(message, "content")) +
		count_calls(js_get_array(message, "tool_calls")) +
		count_string(message, "reasoning_content") + count_string(message, "reasoning") +
		count_thinking(js_get_array(message, "reasoning_details"));
}

static double count_tool(struct json_object *tool)
{
	struct json_object *function = js_get(tool, "function");
	struct json_object *parameters = js_get_object(function, "parameters");

	return 8 + count_string(function, "name") + count_string(function, "description") +
		(parameters ? count_text(js_text(parameters)) : 0);
}

int64_t count_chat(struct json_object *chat)
{
	struct json_object *messages = js_get_array(chat, "messages");
	struct json_object *tools = js_get_array(chat, "tools");
	struct json_object *format = js_get_object(chat, "response_format");
	double tokens = 3;

	for (size_t i = 0; i < js_count(messages); i++)
		tokens += count_message(js_at(messages, i));
	for (size_t i = 0; i < js_count(tools); i++)
		tokens += count_tool(js_at(tools, i));
	if (format)
		tokens += count_text(js_text(format));
	return (int64_t)ceil(tokens);
}
