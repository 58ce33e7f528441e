#include "piece.h"

#include "../js.h"

/* Gemini's state; it answers 400 to the next request where that does not come back. */
static void read_signature(struct json_object *node, struct piece *piece)
{
	struct json_object *extra_content = js_get(node, "extra_content");

	for (enum signer signer = 0; signer < SIGNERS && piece->signature.len == 0; signer++) {
		piece->signer = signer;
		piece->signature = js_get_slice(js_get(extra_content, signer_name(signer)),
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
