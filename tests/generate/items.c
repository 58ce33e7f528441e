#include "items.h"

#include "../../convert/js.h"
#include "chance.h"

#include <stdio.h>
#include <string.h>

/* How much of an answer a host sends before its end. */
enum telling { TELLS_DELTAS, TELLS_PARTS, TELLS_ITEMS, TELLS_THE_END };

struct host {
	struct buf *wire;
	enum telling telling;
	bool no_index, rotating_ids, no_parts, obfuscates, early_ciphertext, no_output, interleaves;
	unsigned sequence, ids;
};

/* ---- events ---- */

static void send(struct host *host, struct json_object *event)
{
	if (chance_one_in(12))
		buf_puts(host->wire, ": keep-alive\n\n");
	if (!chance_one_in(4))
		js_add_int(event, "sequence_number", host->sequence++);
	if (!chance_one_in(4))
		buf_printf(host->wire, "event: %s\n", js_get_string(event, "type"));
	buf_printf(host->wire, "data: ");
	buf_join(host->wire, "", js_text(event));
	buf_puts(host->wire, "\n\n");
	js_free(event);
}

static struct json_object *event_of(struct host *host, const char *type, size_t index,
	struct json_object *item)
{
	struct json_object *event = js_new_object();
	char rotating[16];

	js_add_string(event, "type", type);
	if (!host->no_index)
		js_add_int(event, "output_index", (int64_t)index);
	snprintf(rotating, sizeof(rotating), "x%u", host->ids++);
	js_add_string(event, "item_id", host->rotating_ids ? rotating : js_get_string(item, "id"));
	return event;
}

static void send_item(struct host *host, const char *type, size_t index, struct json_object *item)
{
	struct json_object *event = event_of(host, type, index, item);

	js_remove(event, "item_id");
	js_share(event, "item", item);
	send(host, event);
}

/* ---- one item ---- */

static void send_deltas(struct host *host, const char *type, size_t index, size_t part,
	struct json_object *item, struct slice text)
{
	const char *part_key = strstr(type, "summary") ? "summary_index" : "content_index";

	while (text.len > 0) {
		struct slice piece = { text.data, chance_cut(text) };
		struct json_object *event = event_of(host, type, index, item);

		js_add_int(event, part_key, (int64_t)part);
		js_add_slice(event, "delta", piece);
		if (host->obfuscates)
			js_add_string(event, "obfuscation", "k3Jx");
		send(host, event);
		text.data += piece.len;
		text.len -= piece.len;
	}
}

/* name: that of the events, without their ends; key: that of the text, in the end and in a part. */
static void send_part(struct host *host, const char *name, const char *key, size_t index,
	size_t part, struct json_object *item, struct slice text)
{
	struct json_object *event;
	char type[64];

	if (host->telling == TELLS_DELTAS) {
		snprintf(type, sizeof(type), "response.%s.delta", name);
		send_deltas(host, type, index, part, item, text);
		if (host->no_parts)
			return;
	}
	snprintf(type, sizeof(type), "response.%s.done", name);
	event = event_of(host, type, index, item);
	js_add_int(event, strstr(name, "summary") ? "summary_index" : "content_index",
		(int64_t)part);
	js_add_slice(event, key, text);
	send(host, event);
}

static void send_parts(struct host *host, size_t index, struct json_object *item)
{
	static const char *const lists[] = { "summary", "content" };

	for (size_t i = 0; i < COUNT(lists); i++) {
		struct json_object *parts = js_get_array(item, lists[i]);

		for (size_t j = 0; j < js_count(parts); j++) {
			struct json_object *part = js_at(parts, j);
			struct slice type = js_get_slice(part, "type");

			send_part(host, slice_equals(type, "summary_text") ?
				"reasoning_summary_text" : slice_equals(type, "reasoning_text") ?
				"reasoning_text" : "output_text", "text", index, j, item,
				js_get_slice(part, "text"));
		}
	}
	if (js_has(item, "arguments"))
		send_part(host, "function_call_arguments", "arguments", index, 0, item,
			js_get_slice(item, "arguments"));
}

/* As it is when it is begun: without what it will say. */
static struct json_object *begun(const struct host *host, struct json_object *item)
{
	struct json_object *copy = js_shallow(item);

	if (js_has(copy, "summary"))
		js_add_array(copy, "summary");
	if (js_has(copy, "content"))
		js_add_array(copy, "content");
	if (js_has(copy, "arguments"))
		js_add_string(copy, "arguments", "");
	js_remove(copy, "encrypted_content");
	if (host->early_ciphertext && js_has(item, "encrypted_content"))
		js_add_string(copy, "encrypted_content", "not yet whole");
	return copy;
}

static void begin(struct host *host, size_t index, struct json_object *item)
{
	struct json_object *copy = begun(host, item);

	send_item(host, "response.output_item.added", index, copy);
	js_free(copy);
}

static bool is_call(struct json_object *item)
{
	return js_has(item, "arguments");
}

static void send_items(struct host *host, struct json_object *output)
{
	for (size_t i = 0, n; i < js_count(output); i += n) {
		n = 1;
		while (host->interleaves && is_call(js_at(output, i)) && i + n < js_count(output) &&
			is_call(js_at(output, i + n)))
			n++;
		for (size_t j = i; j < i + n; j++)
			begin(host, j, js_at(output, j));
		for (size_t j = i; j < i + n && host->telling <= TELLS_PARTS; j++)
			send_parts(host, j, js_at(output, j));
		for (size_t j = i; j < i + n; j++)
			send_item(host, "response.output_item.done", j, js_at(output, j));
	}
}

/* ---- the whole ---- */

static void send_response(struct host *host, const char *type, struct json_object *response)
{
	struct json_object *event = js_new_object();

	js_add_string(event, "type", type);
	js_share(event, "response", response);
	send(host, event);
}

static void write_stream(struct host *host, struct json_object *response)
{
	struct json_object *output = js_get(response, "output"), *early = js_shallow(response);
	struct json_object *end = js_shallow(response);
	char type[64];

	js_add_string(early, "status", "in_progress");
	js_add_array(early, "output");
	js_add_null(early, "usage");
	send_response(host, "response.created", early);
	send_response(host, "response.in_progress", early);
	if (host->telling != TELLS_THE_END)
		send_items(host, output);
	if (host->no_output && host->telling != TELLS_THE_END)
		js_add_array(end, "output");
	snprintf(type, sizeof(type), "response.%s", chance_one_in(6) ? "done" :
		js_get_string(response, "status"));
	send_response(host, type, end);
	if (chance_one_in(6))
		buf_puts(host->wire, "data: [DONE]\n\n");
	js_free(early);
	js_free(end);
}

void items_write(struct json_object *response, struct buf *wire)
{
	struct host host = { .wire = wire,
		.telling = chance_one_in(2) ? TELLS_DELTAS : (enum telling)chance_below(4),
		.no_index = chance_one_in(6), .no_parts = chance_one_in(4),
		.obfuscates = chance_one_in(4), .early_ciphertext = chance_one_in(2),
		.no_output = chance_one_in(3), .interleaves = chance_one_in(2) };

	host.rotating_ids = !host.no_index && chance_one_in(4);
	if (chance_one_in(4))
		buf_join(wire, "", js_text(response));
	else
		write_stream(&host, response);
}
