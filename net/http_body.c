#include "http.h"
#include "intake.h"

#include <string.h>

/* The most that a chunk's size line or all trailers may have. */
#define CHUNK_LINE_LIMIT 4096
/* A body has this time, and a second more for so many bytes: no drip keeps a process for ever. */
#define BODY_MS 30000
#define BODY_LEAST_RATE 4096

static bool too_large(struct failure *why)
{
	return failed(why, REQUEST_TOO_LARGE, "Request exceeds the maximum size");
}

static bool body_ended(enum got got, struct failure *why)
{
	if (client_told_to_stop())
		return client_stopped(why);
	if (got == GOT_SILENCE)
		return http_refused(why, 408, "the body came too slowly, or not at all");
	return http_refused(why, 400, "the body ended early");
}

/* Takes the next n bytes. */
static bool read_bytes(struct intake *intake, uint64_t n, struct buf *body, struct failure *why)
{
	while (n > 0) {
		size_t part = intake_unread(intake);

		if (part == 0) {
			enum got got = intake_more(intake);

			if (got != GOT_IT)
				return body_ended(got, why);
			continue;
		}
		if (part > n)
			part = (size_t)n;
		if (!buf_add(body, intake->client->unread.data + intake->at, part))
			return too_large(why);
		intake->at += part;
		n -= part;
	}
	return true;
}

/* In CGI a body that came chunked stands on stdin decoded, and ends where stdin ends. */
static bool read_to_end(struct intake *intake, struct buf *body, struct failure *why)
{
	enum got got = intake_more(intake);

	for (; got == GOT_IT; got = intake_more(intake))
		if (!read_bytes(intake, intake_unread(intake), body, why))
			return false;
	return got == GOT_END || body_ended(got, why);
}

/* "1f" or "1f ; name=value". */
static bool chunk_size(struct slice line, uint64_t *size)
{
	struct slice digits = slice_cut(&line, ';');

	return slice_number(slice_trim(digits), 16, size) && !slice_has_control(line);
}

/* They are read to their end and thrown away. */
static bool read_trailers(struct intake *intake, struct failure *why)
{
	size_t end = intake->line_bytes + CHUNK_LINE_LIMIT;
	struct slice line = { "", 1 };

	while (line.len > 0) {
		enum got got = intake_line(intake, end - intake->line_bytes, &line);

		if (got == GOT_TOO_MUCH)
			return http_refused(why, 431, "the trailers are larger than 4 KiB");
		if (got != GOT_IT)
			return body_ended(got, why);
	}
	return true;
}

static bool read_chunks(struct intake *intake, struct buf *body, struct failure *why)
{
	for (;;) {
		struct slice line;
		uint64_t size = 0;
		enum got got = intake_line(intake, CHUNK_LINE_LIMIT, &line);

		if (got == GOT_END || got == GOT_SILENCE)
			return body_ended(got, why);
		/* Extensions could go on for ever without the body growing. */
		if (got == GOT_TOO_MUCH || !chunk_size(line, &size) ||
			intake->line_bytes / 16 > CHUNK_LINE_LIMIT + body->len)
			return http_refused(why, 400, "the size of a chunk is wrong");
		if (size == 0)
			return read_trailers(intake, why);
		if (size > body->limit - body->len)
			return too_large(why);
		if (!read_bytes(intake, size, body, why))
			return false;
		got = intake_line(intake, sizeof("\r\n") - 1, &line);
		if (got == GOT_END || got == GOT_SILENCE)
			return body_ended(got, why);
		if (got == GOT_TOO_MUCH || line.len > 0)
			return http_refused(why, 400, "a chunk is longer than its size");
	}
}

static bool read_body(struct intake *intake, const struct http_request *request, struct buf *body,
	struct failure *why)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (!request->identity)
		return http_refused(why, 415, "the only content-encoding known here is identity");
	if (!request->has_length && !request->chunked)
		return strcmp(request->method, "POST") != 0 ||
			http_refused(why, 411, "a POST needs content-length or chunked coding");
	if (request->has_length && request->length > body->limit)
		return too_large(why);
	if (request->expect_continue && request->minor > 0 && !intake_unread(intake) &&
		!client_write(intake->client, go_on, sizeof(go_on) - 1))
		return body_ended(GOT_END, why);
	if (request->has_length)
		return read_bytes(intake, request->length, body, why);
	if (request->cgi)
		return read_to_end(intake, body, why);
	return read_chunks(intake, body, why);
}

bool http_read_body(struct client *client, struct http_request *request, size_t limit,
	struct buf *body, struct failure *why)
{
	struct intake intake = { .client = client, .deadline = now_ms() + BODY_MS,
		.least_rate = BODY_LEAST_RATE };

	body->limit = limit;
	request->body_read = read_body(&intake, request, body, why);
	buf_shift(&client->unread, intake.at);
	return request->body_read;
}
