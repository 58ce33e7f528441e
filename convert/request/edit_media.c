/* Edits that put markers in the place of images and PDFs, in all turns: the old ones come again. */
#include "../js.h"
#include "edit.h"
#include "media.h"
#include "parts.h"

struct medium {
	bool (*is)(struct json_object *part);
	void (*describe)(struct json_object *part, struct buf *marker);
};

static bool has_type(struct json_object *part, const char *type)
{
	return slice_equals(js_get_slice(part, "type"), type);
}

static bool holds(struct json_object *message, const struct medium *medium)
{
	struct json_object *content = js_get_array(message, "content");

	for (size_t i = 0; i < js_count(content); i++)
		if (medium->is(js_at(content, i)))
			return true;
	return false;
}

static void replace_in(struct json_object *message, const struct medium *medium,
	const struct turn *turn)
{
	struct json_object *content = js_get_array(message, "content"), *parts = js_new_array();

	for (size_t i = 0; i < js_count(content); i++) {
		struct json_object *part = js_at(content, i);
		struct buf marker = { 0 };

		if (medium->is(part)) {
			medium->describe(part, &marker);
			parts_add_text(parts, buf_slice(&marker));
		} else {
			js_append_share(parts, part);
		}
		buf_free(&marker);
	}
	parts_to_content(parts, message, turn);
	js_free(parts);
}

static bool replace(struct editing *e, const struct medium *medium)
{
	struct json_object *messages = js_get_array(e->chat, "messages");
	bool changed = false;

	for (size_t i = 0; i < js_count(messages); i++) {
		if (!holds(js_at(messages, i), medium))
			continue;
		if (!changed)
			messages = edit_own(e->chat, "messages");
		replace_in(js_at(messages, i), medium, e->turn);
		changed = true;
	}
	return changed;
}

/* ---- images ---- */

static bool is_image(struct json_object *part)
{
	return has_type(part, "image_url");
}

static void describe_image(struct json_object *part, struct buf *marker)
{
	(void)part;
	buf_puts(marker, "[image omitted: " NO_IMAGES "]");
}

bool edit_images(struct editing *e)
{
	static const struct medium images = { is_image, describe_image };

	return replace(e, &images);
}

/* ---- PDFs ---- */

static bool is_pdf(struct json_object *part)
{
	return has_type(part, "file") || has_type(part, "document_url");
}

static void describe_pdf(struct json_object *part, struct buf *marker)
{
	struct slice name = js_get_slice(js_get(part, "file"), "filename");

	if (!name.data)
		name = js_get_slice(part, "document_name");
	buf_puts(marker, "[document omitted: ");
	buf_add(marker, name.data, name.len);
	buf_puts(marker, NO_PDFS "]");
}

bool edit_pdfs(struct editing *e)
{
	static const struct medium pdfs = { is_pdf, describe_pdf };

	return replace(e, &pdfs);
}
