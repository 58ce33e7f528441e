#include "exchange.h"

#include "../convert/js.h"
#include "guard.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

bool exchange_begin(struct exchange *ex, struct connection *connection)
{
	const struct settings *settings = &connection->config.settings;
	bool cgi = connection->client.cgi;

	*ex = (struct exchange){ .connection = connection, .settings = settings,
		.notes = { .debug = settings->log_level == LOG_LEVEL_DEBUG },
		.line = { .input_tokens = -1, .cached_tokens = -1, .output_tokens = -1,
			.number = connection->requests },
		.began_ms = now_ms() };
	ex->reply = (struct reply){ .client = &connection->client, .cgi = cgi, .minor = 1,
		.request_id = ex->request_id };
	if (getrandom(ex->seed, sizeof(ex->seed), 0) != sizeof(ex->seed))
		return false;
	ids_make(ex->seed, "req_", 0, ex->request_id);
	return true;
}

void exchange_free(struct exchange *ex)
{
	http_free(&ex->request);
	turn_free(&ex->turn);
	buf_free(&ex->reply.head);
}

void exchange_keep(struct exchange *ex)
{
	const struct http_request *request = &ex->request;

	if (!request->cgi && request->minor > 0 && !request->close)
		ex->reply.keep_s = connection_keeps_s(ex->connection);
}

bool exchange_body(struct exchange *ex, struct buf *body, struct failure *why)
{
	if (!http_read_body(&ex->connection->client, &ex->request, ex->settings->max_body_bytes,
			body, why))
		return false;
	ex->body_bytes = body->len;
	exchange_keep(ex);
	return true;
}

bool exchange_json(struct exchange *ex, struct json_object **tree, struct failure *why)
{
	struct buf body = { 0 };
	struct js_error error;
	bool parsed;

	if (!exchange_body(ex, &body, why)) {
		buf_free(&body);
		return false;
	}
	guard_begin();
	parsed = js_parse(buf_text(&body), body.len, tree, &error);
	guard_end();
	/* Large bodies: what was parsed needs no text beside it. */
	buf_free(&body);
	if (!parsed)
		return failed(why, INVALID_REQUEST_ERROR,
			"The request body is not valid JSON: %s", error.text);
	return true;
}

void exchange_reply(struct exchange *ex, int status, struct json_object *json)
{
	struct slice text = js_text(json);

	reply_json(&ex->reply, status, text.data, text.len);
	js_free(json);
}

void exchange_add_time(struct json_object *answer)
{
	char text[32];
	time_t now = time(NULL);
	struct tm utc;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	js_add_string(answer, "timestamp", text);
}

void exchange_log(struct exchange *ex, const struct failure *error)
{
	struct log_line *line = &ex->line;

	line->request_id = ex->request_id;
	line->method = ex->request.method;
	line->path = ex->request.raw_path;
	line->status = ex->reply.status;
	line->bytes_in = ex->body_bytes;
	line->bytes_out = ex->reply.bytes;
	line->ttfb = ex->reply.first_ms ? (double)(ex->reply.first_ms - ex->began_ms) / 1000 : -1;
	line->total = (double)(now_ms() - ex->began_ms) / 1000;
	line->error = error ? failure_type(error->kind) : NULL;
	line->notes = &ex->notes;
	log_request(line, ex->settings->log_level);
}

void exchange_leave(struct exchange *ex)
{
	note_changed(&ex->notes, "client_gone");
	exchange_log(ex, NULL);
	/* Not exit(3): libcurl's resolver thread would be waited for. */
	_exit(0);
}
