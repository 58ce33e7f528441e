#include "arguments.h"

#include "../js.h"

/* null, [] and nothing are {}; an object may be encoded twice. False: it is none of these. */
static bool to_object(struct slice text, bool twice, struct buf *out)
{
	struct json_object *node = NULL;
	struct js_error error;
	bool fine;

	if (slice_is_blank(text))
		return true;
	if (!js_parse(text.data, text.len, &node, &error))
		return false;
	if (js_is_string(node) && !twice)
		fine = to_object(js_slice(node), true, out);
	else if (js_is_object(node) && js_count(node) > 0)
		fine = buf_add(out, text.data, text.len);
	else
		fine = !node || (js_count(node) == 0 && (js_is_object(node) || js_is_array(node)));
	js_free(node);
	return fine;
}

void arguments_to_input(struct slice arguments, struct buf *out)
{
	if (!to_object(arguments, false, out))
		arguments_raw(arguments, out);
}

void arguments_raw(struct slice arguments, struct buf *out)
{
	struct json_object *input = js_new_object();
	struct slice text;

	js_add_slice(input, RAW_ARGUMENTS, arguments);
	text = js_text(input);
	buf_add(out, text.data, text.len);
	js_free(input);
}
