#include "piece.h"

#include "../js.h"

/* Gemini's state; it answers 400 to the next request where that does not come back. */
static void read_signature(struct json_object *node, struct piece *piece)
{
	static const enum signer signers[] = { SIGNER_GOOGLE, SIGNER_VERTEX };
	struct json_object *extra_content = js_get(node, "extra_content");

	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++) {
		if (piece->signature.len > 0)
			return;
		piece->signer = signers[i];
		piece->signature = js_get_slice(js_get(extra_content, signer_name(signers[i])),
			"thought_signature");
	}
}

/* function_call has name and arguments itself; so do calls of servers that know no "function". */
struct piece piece_read(struct json_object *node, bool whole)
{
	struct json_object *function = js_get_object(node, "function"), *arguments;
	struct piece piece = { .whole = whole, .id = js_get_slice(node, "id") };

	if (!function)
		function = node;
	piece.has_index = js_get_int(node, "index", &piece.index);
	piece.name = js_get_slice(function, "name");
	arguments = js_get(function, "arguments");
	if (js_is_string(arguments))
		piece.arguments = js_slice(arguments);
	else if (arguments)
		piece.arguments = js_text(arguments);
	read_signature(node, &piece);
	return piece;
}
