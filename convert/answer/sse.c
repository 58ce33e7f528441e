#include "sse.h"

#include "../js.h"

#include <string.h>

static bool too_long(struct failure *why)
{
	return failed_as(why, 502, API_ERROR, "upstream sent an event of more than %u MB",
		SSE_LINE_LIMIT >> 20);
}

static bool is_json(struct slice text)
{
	struct json_object *node = NULL;
	bool fine = js_parse(text.data, text.len, &node, NULL);

	js_free(node);
	return fine;
}

static bool deliver(struct sse *sse, struct slice text, struct failure *why)
{
	if (slice_is_blank(text))
		return true;
	return sse->payload(sse->to, text.data, text.len, sse->error, why);
}

static bool end_event(struct sse *sse, struct failure *why)
{
	struct slice data = buf_slice(&sse->data);
	bool fine = true;

	/* Gateways to GLM and Kimi forget the blank lines between events: a line is a payload. */
	if (sse->data_lines > 1 && !is_json(data)) {
		while (fine && data.len > 0)
			fine = deliver(sse, slice_cut(&data, '\n'), why);
	} else {
		fine = deliver(sse, data, why);
	}
	buf_clear(&sse->data);
	sse->data_lines = 0;
	sse->error = false;
	return fine;
}

static bool add_data(struct sse *sse, struct slice value, struct failure *why)
{
	if (sse->data_lines++ > 0 && !buf_puts(&sse->data, "\n"))
		return too_long(why);
	return buf_add(&sse->data, value.data, value.len) || too_long(why);
}

/* The value when line is that field, behind the colon and one optional blank. */
static bool field(struct slice line, const char *name, struct slice *value)
{
	size_t len = strlen(name);

	if (!slice_starts(line, name) || (line.len > len && line.data[len] != ':'))
		return false;
	len += line.len > len;
	len += line.len > len && line.data[len] == ' ';
	*value = (struct slice){ line.data + len, line.len - len };
	return true;
}

static bool end_line(struct sse *sse, struct failure *why)
{
	struct slice line = buf_slice(&sse->line), value;
	bool fine = true;

	if (!sse->begun)
		line = slice_without_bom(line);
	sse->begun = true;
	if (line.len == 0) {
		fine = end_event(sse, why);
	} else if (field(line, "data", &value)) {
		fine = add_data(sse, value, why);
	} else if (field(line, "event", &value)) {
		sse->error = slice_equals(value, "error");
	} else if (field(line, "error", &value)) {
		/* llama.cpp's older servers write "error: {…}" instead of "data: {…}". */
		sse->error = true;
		fine = add_data(sse, value, why);
	}
	buf_clear(&sse->line);
	return fine;
}

/* Up to the first CR or LF. */
static size_t line_length(const char *bytes, size_t len)
{
	const char *lf = memchr(bytes, '\n', len), *cr;

	if (lf)
		len = (size_t)(lf - bytes);
	cr = memchr(bytes, '\r', len);
	return cr ? (size_t)(cr - bytes) : len;
}

bool sse_feed(struct sse *sse, const char *bytes, size_t len, struct failure *why)
{
	sse->line.limit = sse->data.limit = SSE_LINE_LIMIT;
	while (len > 0) {
		size_t n = line_length(bytes, len);

		/* The LF of a CRLF: the CR has ended the line, perhaps in an earlier read. */
		if (sse->cr && n == 0 && *bytes == '\n') {
			sse->cr = false;
			bytes++, len--;
			continue;
		}
		sse->cr = false;
		if (!buf_add(&sse->line, bytes, n))
			return too_long(why);
		if (n == len)
			return true;
		sse->cr = bytes[n] == '\r';
		if (!end_line(sse, why))
			return false;
		bytes += n + 1;
		len -= n + 1;
	}
	return true;
}

bool sse_finish(struct sse *sse, struct failure *why)
{
	if (sse->line.len > 0 && !end_line(sse, why))
		return false;
	return end_event(sse, why);
}

void sse_free(struct sse *sse)
{
	buf_free(&sse->line);
	buf_free(&sse->data);
}
