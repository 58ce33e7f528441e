#include "reply.h"

#include <assert.h>
#include <time.h>

/* The head and a body up to this go out in one write; of a longer one the rest follows. */
#define FIRST_WRITE 16384

/* Elsewhere, in CGI and for HTTP/1.0, a stream ends where its bytes end. */
static bool is_http_1_1(const struct reply *reply)
{
	return !reply->cgi && reply->minor > 0;
}

static void send_bytes(struct reply *reply, const char *bytes, size_t len, size_t body)
{
	if (reply->gone || len == 0)
		return;
	if (!client_write(reply->client, bytes, len)) {
		reply->gone = true;
		return;
	}
	reply->bytes += body;
	reply->last_ms = now_ms();
	if (!reply->first_ms)
		reply->first_ms = reply->last_ms;
}

static void begin_head(struct reply *reply, int status, struct buf *head)
{
	char date[64];
	time_t now = time(NULL);
	struct tm utc;

	assert(!reply->started);
	reply->started = true;
	reply->status = status;
	buf_printf(head, "%s %d %s\r\n", reply->cgi ? "Status:" : "HTTP/1.1", status,
		failure_reason(status));
	buf_printf(head, "request-id: %s\r\n", reply->request_id);
	/* RFC 9110 §6.6.1. The program keeps the C locale. */
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
	if (!reply->cgi)
		buf_printf(head, "date: %s\r\n", date);
}

static void end_head(struct reply *reply, struct buf *head)
{
	buf_puts(head, "cache-control: no-cache\r\n");
	/* Told so since the request was read, this answer is the last after all. */
	if (client_told_to_close())
		reply->keep_s = 0;
	if (reply->keep_s)
		buf_printf(head, "connection: keep-alive\r\nkeep-alive: timeout=%d\r\n",
			reply->keep_s);
	else if (!reply->cgi)
		buf_puts(head, "connection: close\r\n");
	buf_puts(head, "\r\n");
}

/* The rest of an answer in JSON, of which head holds what is special. Frees head. */
static void send_json(struct reply *reply, struct buf *head, const char *text, size_t len)
{
	size_t first = len < FIRST_WRITE ? len : FIRST_WRITE;

	buf_printf(head, "content-type: application/json\r\ncontent-length: %zu\r\n", len);
	end_head(reply, head);
	if (reply->head_only)
		len = first = 0;
	buf_add(head, text, first);
	send_bytes(reply, head->data, head->len, first);
	send_bytes(reply, text + first, len - first, len - first);
	buf_free(head);
	reply->ended = true;
}

void reply_json(struct reply *reply, int status, const char *text, size_t len)
{
	struct buf head = { 0 };

	begin_head(reply, status, &head);
	send_json(reply, &head, text, len);
}

static void add_failure_headers(const struct failure *why, struct buf *head)
{
	/* Claude Code reads whole seconds only, the SDKs the milliseconds first. */
	if (why->retry_after_ms >= 0)
		buf_printf(head, "retry-after: %ld\r\nretry-after-ms: %ld\r\n",
			why->retry_after_ms / 1000 + (why->retry_after_ms % 1000 > 0),
			why->retry_after_ms);
	if (why->should_retry != RETRY_UNSAID)
		buf_printf(head, "x-should-retry: %s\r\n",
			why->should_retry == RETRY_YES ? "true" : "false");
	if (why->allow)
		buf_printf(head, "allow: %s\r\n", why->allow);
}

/* Adds bytes of a stream's body, framed. */
static void add_chunk(const struct reply *reply, const char *text, size_t len, struct buf *out)
{
	if (reply->head_only || len == 0)
		return;
	if (is_http_1_1(reply))
		buf_printf(out, "%zx\r\n", len);
	buf_add(out, text, len);
	if (is_http_1_1(reply))
		buf_puts(out, "\r\n");
}

static const char no_more_chunks[] = "0\r\n\r\n";

/*
 * One write: the head if it still waits, the text, and with `last` the end of the stream. While
 * memory is asked for, the stream has not ended: where there is none, serve/guard.c ends it. Behind
 * the last event that would be an error after a good end, so an end alone asks for none.
 */
static void send_events(struct reply *reply, const char *text, size_t len, bool last)
{
	bool mark_end = last && is_http_1_1(reply) && !reply->head_only;
	struct buf out = reply->head;

	assert(reply->started);
	if (reply->ended)
		return;
	reply->head = (struct buf){ 0 };
	if (!reply->gone) {
		add_chunk(reply, text, len, &out);
		if (mark_end && out.len > 0)
			buf_puts(&out, no_more_chunks);
		reply->ended = last;
		if (out.len > 0)
			send_bytes(reply, out.data, out.len, reply->head_only ? 0 : len);
		else if (mark_end)
			send_bytes(reply, no_more_chunks, sizeof(no_more_chunks) - 1, 0);
	}
	reply->ended = last;
	buf_free(&out);
}

void reply_events_start(struct reply *reply)
{
	struct buf *head = &reply->head;

	begin_head(reply, 200, head);
	buf_puts(head, "content-type: text/event-stream; charset=utf-8\r\n");
	/* nginx would keep the events back until its buffer is full. */
	buf_puts(head, "x-accel-buffering: no\r\n");
	if (is_http_1_1(reply))
		buf_puts(head, "transfer-encoding: chunked\r\n");
	end_head(reply, head);
}

void reply_events(struct reply *reply, const char *text, size_t len)
{
	send_events(reply, text, len, false);
}

void reply_events_end(struct reply *reply)
{
	send_events(reply, NULL, 0, true);
}

void reply_failure(struct reply *reply, const struct failure *why)
{
	struct buf envelope = { 0 }, out = { 0 };

	failure_envelope(why, reply->request_id, &envelope);
	if (!reply->started) {
		begin_head(reply, why->status, &out);
		add_failure_headers(why, &out);
		send_json(reply, &out, envelope.data, envelope.len);
	} else if (!reply->ended) {
		buf_printf(&out, "event: error\ndata: %s\n\n", buf_text(&envelope));
		send_events(reply, out.data, out.len, true);
		buf_free(&out);
	}
	buf_free(&envelope);
}

void reply_options(struct reply *reply, const char *allow)
{
	struct buf head = { 0 };

	begin_head(reply, 204, &head);
	buf_printf(&head, "allow: %s\r\n", allow);
	end_head(reply, &head);
	send_bytes(reply, head.data, head.len, 0);
	buf_free(&head);
	reply->ended = true;
}
