/*
 * Whatever an upstream says no with: the client gets an error of HTTP with a sentence, its envelope
 * is one line of JSON, and our key is in neither. "@K" in the input stands for that key.
 */
#include "fuzz.h"

#include "../../convert/js.h"
#include "../../convert/refusal/refusal.h"

#include <string.h>

static const char key[] = "zQ9-very.secret_KEY~42";

static void with_key(struct slice text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '@' && i + 1 < text.len && text.data[i + 1] == 'K') {
			buf_puts(out, key);
			i++;
		} else {
			buf_add(out, text.data + i, 1);
		}
	}
}

static void envelope_is_a_line(const struct failure *why)
{
	struct buf envelope = { 0 };
	struct json_object *node;
	struct js_error error;

	failure_envelope(why, "req_x", &envelope);
	if (memchr(envelope.data, '\n', envelope.len) || memchr(envelope.data, '\r', envelope.len))
		broken_law("an envelope has more than one line");
	if (!js_parse(envelope.data, envelope.len, &node, &error))
		broken_law("an envelope is no JSON");
	js_free(node);
	buf_free(&envelope);
}

/* The first three bytes are the status and x-should-retry. */
int fuzz_refusal(const uint8_t *data, size_t size)
{
	struct settings settings = fuzz_settings("openai");
	struct turn turn = { .settings = &settings, .model = must_strdup("asked"),
		.upstream_model = must_strdup("model"), .max_tokens = 5000, .estimate = 9000 };
	struct refusal refusal = { .retry_after_ms = -1 };
	struct buf body = { 0 };
	struct failure why;
	char text[300];

	settings.openai_api_key = key;
	turn.dialect = settings.family->dialect;
	if (size > 3) {
		with_key((struct slice){ (const char *)data + 3, size - 3 }, &body);
		refusal.status = 200 + (data[0] | data[1] << 8) % 800;
		refusal.should_retry = data[2] % 3;
		refusal.body = buf_slice(&body);
		refusal_read(&turn, &refusal);
		refusal_judge(&turn, &refusal, &why);
		if (!why.message[0] || why.status < 400 || why.status > 599)
			broken_law("a refusal is no error of HTTP");
		if (strstr(why.message, key))
			broken_law("the key is in a message");
		envelope_is_a_line(&why);
		refusal_redact(&settings, buf_slice(&body), text, sizeof(text));
		if (strstr(text, key))
			broken_law("the key is in a redacted text");
		refusal_free(&refusal);
	}
	buf_free(&body);
	turn_free(&turn);
	return 0;
}
