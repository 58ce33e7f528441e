#include "parts.h"

#include "../js.h"

#include <strings.h>

/* One block on its way into the parts. */
struct medium {
	struct json_object *parts, *block, *source;
	const struct turn *turn;
};

static const char *title_of(struct medium *medium, const char *otherwise)
{
	const char *title = js_get_string(medium->block, "title");

	return title && *title ? title : otherwise;
}

/* "[image omitted: TITLE, WHAT WHY]" in the block's place. */
static void add_marker(struct medium *medium, const char *noun, const char *what, const char *why)
{
	const char *title = title_of(medium, NULL);
	struct buf marker = { 0 };

	buf_printf(&marker, "[%s omitted: %s%s%s%s]", noun, title ? title : "", title ? ", " : "",
		what ? what : "a file", why);
	parts_add_text(medium->parts, buf_slice(&marker));
	buf_free(&marker);
	note_changed(medium->turn->notes, "dropped:%s", noun);
}

static void add_stored(struct medium *medium, const char *noun, struct json_object *holder)
{
	add_marker(medium, noun, js_get_string(holder, "file_id"), " is stored at Anthropic");
}

/* object[key] = the data URL of the source. The data goes byte for byte. */
static void add_data_url(struct medium *medium, struct json_object *object, const char *key)
{
	struct slice data = js_get_slice(medium->source, "data");
	struct buf url = { 0 };

	buf_printf(&url, "data:%s;base64,", js_get_string(medium->source, "media_type"));
	buf_add(&url, data.data, data.len);
	js_add_slice(object, key, buf_slice(&url));
	buf_free(&url);
}

/* ---- images ---- */

static bool takes_image(const struct dialect *dialect, const char *media_type)
{
	static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };
	size_t taken = dialect->image_types == IMAGES_PNG_JPEG ? 2 : COUNT(types);

	for (size_t i = 0; i < taken; i++)
		if (!strcasecmp(media_type, types[i]))
			return true;
	return dialect->image_types == IMAGES_OF_ANY_TYPE;
}

/* Returns what takes the URL. */
static struct json_object *add_image_part(struct medium *medium)
{
	return js_add_object(js_append_typed(medium->parts, "image_url"), "image_url");
}

static void add_image_data(struct medium *medium)
{
	const char *media_type = js_get_string(medium->source, "media_type");

	if (!takes_image(&medium->turn->dialect, media_type))
		add_marker(medium, "image", media_type, " is not taken here");
	else
		add_data_url(medium, add_image_part(medium), "url");
}

static void add_image_url(struct medium *medium)
{
	struct json_object *url = js_get(medium->source, "url");

	if (medium->turn->dialect.images == IMAGES_DATA && !slice_starts(js_slice(url), "data:"))
		add_marker(medium, "image", js_slice(url).data, "");
	else
		js_share(add_image_part(medium), "url", url);
}

/* ---- documents ---- */

static void add_file(struct medium *medium, struct json_object *url)
{
	struct json_object *file = js_add_object(js_append_typed(medium->parts, "file"), "file");

	js_add_string(file, "filename", title_of(medium, "document.pdf"));
	if (url)
		js_share(file, "file_data", url);
	else
		add_data_url(medium, file, "file_data");
}

static void add_pdf_marker(struct medium *medium)
{
	size_t base64 = js_get_slice(medium->source, "data").len;
	struct buf what = { 0 };

	buf_printf(&what, "%s%zu bytes", title_of(medium, NULL) ? "" : "document.pdf, ",
		base64 / 4 * 3);
	add_marker(medium, "document", buf_text(&what), ", PDF is not taken here");
	buf_free(&what);
}

static void add_pdf(struct medium *medium)
{
	struct json_object *part;

	switch (medium->turn->dialect.pdfs) {
	case PDF_NONE:
		add_pdf_marker(medium);
		break;
	case PDF_FILE:
	case PDF_FILE_OR_URL:
		add_file(medium, NULL);
		break;
	case PDF_DOCUMENT_URL:
		part = js_append_typed(medium->parts, "document_url");
		add_data_url(medium, part, "document_url");
		js_add_string(part, "document_name", title_of(medium, "document.pdf"));
		break;
	case PDF_IMAGE_URL:
		parts_add_text(medium->parts, slice_of(title_of(medium, "")));
		add_data_url(medium, add_image_part(medium), "url");
		break;
	}
}

static void add_document_data(struct medium *medium)
{
	const char *media_type = js_get_string(medium->source, "media_type");

	if (strcasecmp(media_type, "application/pdf") != 0)
		add_marker(medium, "document", media_type, " is not taken here");
	else
		add_pdf(medium);
}

static void add_document_url(struct medium *medium)
{
	const struct dialect *dialect = &medium->turn->dialect;
	struct json_object *url = js_get(medium->source, "url");

	/* The Responses API has a field for it. */
	if (dialect->pdfs == PDF_FILE_OR_URL ||
		(dialect->pdfs == PDF_FILE && dialect->api == API_RESPONSES))
		add_file(medium, url);
	else
		add_marker(medium, "document", js_slice(url).data, "");
}

/* The context as a line before, the text between <document> tags, then the images. */
static void add_document(struct medium *medium)
{
	bool blocks = slice_equals(js_get_slice(medium->source, "type"), "content");
	const char *title = title_of(medium, NULL);
	struct slice context = js_get_slice(medium->block, "context");
	struct json_object *images = js_new_array();
	struct buf whole = { 0 }, text = { 0 };

	content_text(js_get(medium->source, blocks ? "content" : "data"), "\n", medium->turn, &text,
		images);
	buf_add(&whole, context.data, context.len);
	buf_join(&whole, "\n", slice_of("<document"));
	if (title)
		buf_printf(&whole, " title=\"%s\"", title);
	buf_puts(&whole, ">\n");
	buf_add(&whole, buf_text(&text), text.len);
	buf_puts(&whole, "\n</document>");
	cache_mark(parts_add_text(medium->parts, buf_slice(&whole)), medium->block,
		&medium->turn->dialect);
	for (size_t i = 0; i < js_count(images); i++)
		js_append_share(medium->parts, js_at(images, i));
	js_free(images);
	buf_free(&whole);
	buf_free(&text);
}

/* ---- which is which ---- */

static const struct kind {
	const char *block, *source;
	const char *fault;	/* if the source does not hold what it should; NULL: no matter */
	void (*add)(struct medium *medium);
} kinds[] = {
	{ "image", "base64", "its source has no data", add_image_data },
	{ "image", "url", "its source has no url", add_image_url },
	{ "document", "base64", "its source has no data", add_document_data },
	{ "document", "url", "its source has no url", add_document_url },
	{ "document", "text", NULL, add_document },
	{ "document", "content", NULL, add_document },
};

bool media_is(struct json_object *block)
{
	struct slice type = js_get_slice(block, "type");

	return slice_equals(type, "image") || slice_equals(type, "document") ||
		slice_equals(type, "container_upload");
}

void media_add(struct json_object *parts, struct json_object *block, const struct turn *turn)
{
	struct medium medium = { parts, block, js_get(block, "source"), turn };
	struct slice type = js_get_slice(block, "type");
	struct slice source = js_get_slice(medium.source, "type");
	const char *noun = slice_equals(type, "image") ? "image" : "document";
	const char *fault = "its source is unknown";
	bool whole = slice_equals(source, "url") ? js_is_string(js_get(medium.source, "url")) :
		js_get_string(medium.source, "data") && js_get_string(medium.source, "media_type");
	const struct kind *kind = NULL;

	if (slice_equals(type, "container_upload")) {
		add_stored(&medium, "container_upload", block);
		return;
	}
	if (slice_equals(type, "image") && turn->dialect.images == IMAGES_NONE) {
		add_marker(&medium, "image", "the model takes no images", "");
		return;
	}
	if (turn->in_past && turn->dialect.no_old_media &&
		(slice_equals(source, "base64") || slice_equals(source, "url"))) {
		add_marker(&medium, noun, "upstream refused one of them", "");
		return;
	}
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (slice_equals(type, kinds[i].block) && slice_equals(source, kinds[i].source))
			kind = &kinds[i];
	/* In front of what has no place for it. */
	if (!kind || kind->add != add_document)
		parts_add_text(parts, js_get_slice(block, "context"));
	if (kind)
		fault = whole ? NULL : kind->fault;
	if (!fault)
		kind->add(&medium);
	else if (!kind && js_get_string(medium.source, "file_id"))
		add_stored(&medium, noun, medium.source);
	else
		add_marker(&medium, noun, fault, "");
}
