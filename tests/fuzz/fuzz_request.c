/* Whatever the client's history is, each family gets a legal one, and always the same bytes. */
#include "fuzz.h"

#include "../../convert/js.h"
#include "../../convert/request/request.h"
#include "../laws.h"

#include <string.h>

static void convert(struct json_object *body, const char *family, struct buf *text)
{
	struct settings settings = fuzz_settings(family);
	struct turn turn = { .settings = &settings };
	struct notes notes = { .debug = true };
	struct json_object *chat;
	struct failure why;
	const char *broken;

	if (request_to_chat(body, FOR_MESSAGES, &turn, &chat, &notes, &why)) {
		broken = law_history(js_get(chat, "messages"));
		if (broken)
			broken_law(broken);
		buf_add(text, js_text(chat).data, js_text(chat).len);
		js_free(chat);
	} else {
		if (!why.message[0])
			broken_law("a failure without a message");
		buf_puts(text, why.message);
	}
	turn_free(&turn);
}

int fuzz_request(const uint8_t *data, size_t size)
{
	static const char *const families[] = { "generic", "deepseek", "mistral", "gemini",
		"openrouter", "ollama" };
	struct json_object *body;
	struct js_error error;

	if (!js_parse((const char *)data, size, &body, &error))
		return 0;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct buf once = { 0 }, twice = { 0 };

		if (!fuzz_tries(data, size, i, sizeof(families) / sizeof(families[0])))
			continue;
		convert(body, families[i], &once);
		convert(body, families[i], &twice);
		if (once.len != twice.len || memcmp(once.data, twice.data, once.len))
			broken_law("the same request gives other bytes");
		buf_free(&once);
		buf_free(&twice);
	}
	js_free(body);
	return 0;
}
