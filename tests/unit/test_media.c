/* Images and documents: each family gets what it takes, and a marker tells of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../convert/request/parts.h"
#include "conversion.h"

static void compare_parts(const char *family, const char *model, const char *block,
	const char *wanted, const char *file, int line)
{
	struct settings settings = settings_of(family);
	struct turn turn = turn_of(&settings, model);
	struct json_object *medium = tree(block), *parts = js_new_array();
	struct json_object *expected = tree(wanted);

	_assert_true(media_is(medium), "media_is", file, line);
	media_add(parts, medium, &turn);
	same_text(parts, expected, file, line);
	js_free(medium);
	js_free(parts);
	js_free(expected);
	turn_free(&turn);
}

#define assert_parts(family, block, wanted) \
	compare_parts(family, "model", block, wanted, __FILE__, __LINE__)

#define PNG "{'type':'image','source':{'type':'base64','media_type':'image/png','data':'AA+/=='}}"
#define PDF "{'type':'document','title':'T','source':{'type':'base64'," \
	"'media_type':'application/pdf','data':'AAAA'}}"

/* doc/request.md §2.2: data byte for byte, no detail */
static void image_becomes_a_data_url(void **state)
{
	(void)state;
	assert_parts("openai", PNG,
		"[{'type':'image_url','image_url':{'url':'data:image/png;base64,AA+/=='}}]");
}

/* doc/request.md §2.2, §4.3 */
static void image_url_goes_where_it_is_taken(void **state)
{
	const char *block = "{'type':'image','source':{'type':'url','url':'http://h/a.png'}}";

	(void)state;
	assert_parts("openai", block,
		"[{'type':'image_url','image_url':{'url':'http://h/a.png'}}]");
	assert_parts("gemini", block, "[{'type':'text','text':'[image omitted: http://h/a.png]'}]");
}

/* doc/request.md §2.2: a model that takes no images */
static void blind_model_gets_a_marker(void **state)
{
	(void)state;
	assert_parts("deepseek", PNG,
		"[{'type':'text','text':'[image omitted: the model takes no images]'}]");
}

/* doc/request.md §2.2: other media types; an unknown upstream gets what the client sent */
static void unusual_image_types_are_told(void **state)
{
	const char *block = "{'type':'image','source':{'type':'base64','media_type':'image/tiff',"
		"'data':'AA'}}";

	(void)state;
	assert_parts("openai", block,
		"[{'type':'text','text':'[image omitted: image/tiff is not taken here]'}]");
	assert_parts("generic", block,
		"[{'type':'image_url','image_url':{'url':'data:image/tiff;base64,AA'}}]");
}

/* doc/request.md §2.2: the bytes live at Anthropic */
static void stored_files_are_named(void **state)
{
	(void)state;
	assert_parts("openai", "{'type':'image','source':{'type':'file','file_id':'file_1'}}",
		"[{'type':'text','text':'[image omitted: file_1 is stored at Anthropic]'}]");
	assert_parts("openai", "{'type':'document','source':{'type':'file','file_id':'file_2'}}",
		"[{'type':'text','text':'[document omitted: file_2 is stored at Anthropic]'}]");
	assert_parts("openai", "{'type':'container_upload','file_id':'file_3'}",
		"[{'type':'text',"
		"'text':'[container_upload omitted: file_3 is stored at Anthropic]'}]");
	assert_parts("openai", "{'type':'image','source':{'type':'telepathy'}}",
		"[{'type':'text','text':'[image omitted: its source is unknown]'}]");
}

/* doc/request.md §2.2, row "document base64 pdf" */
static void pdf_takes_the_form_of_each_family(void **state)
{
	(void)state;
	assert_parts("openai", PDF, "[{'type':'file','file':{'filename':'T',"
		"'file_data':'data:application/pdf;base64,AAAA'}}]");
	assert_parts("mistral", PDF, "[{'type':'document_url',"
		"'document_url':'data:application/pdf;base64,AAAA','document_name':'T'}]");
	assert_parts("gemini", PDF, "[{'type':'text','text':'T'},{'type':'image_url','image_url':{"
		"'url':'data:application/pdf;base64,AAAA'}}]");
	assert_parts("groq", PDF,
		"[{'type':'text','text':'[document omitted: T, 3 bytes, PDF is not taken here]'}]");
}

/* doc/request.md §2.2, row "document url" */
static void pdf_url_goes_to_openrouter_only(void **state)
{
	const char *block = "{'type':'document','source':{'type':'url','url':'http://h/a.pdf'}}";

	(void)state;
	assert_parts("openrouter", block, "[{'type':'file','file':{'filename':'document.pdf',"
		"'file_data':'http://h/a.pdf'}}]");
	assert_parts("openai", block,
		"[{'type':'text','text':'[document omitted: http://h/a.pdf]'}]");
}

/* doc/request.md §2.2, row "document text, content" */
static void document_of_text_is_text(void **state)
{
	(void)state;
	assert_parts("deepseek", "{'type':'document','title':'T','context':'C','source':{"
		"'type':'text','media_type':'text/plain','data':'D'}}",
		"[{'type':'text','text':'C\\n<document title=\\'T\\'>\\nD\\n</document>'}]");
	assert_parts("openai", "{'type':'document','source':{'type':'content','content':["
		"{'type':'text','text':'a'}," PNG ",{'type':'text','text':'b'}]}}",
		"[{'type':'text','text':'<document>\\na\\nb\\n</document>'},"
		"{'type':'image_url','image_url':{'url':'data:image/png;base64,AA+/=='}}]");
}

/* doc/request.md §2.2: the context as a line before, of a PDF too */
static void context_stands_before_every_document(void **state)
{
	(void)state;
	assert_parts("openai", "{'type':'document','context':'C','source':{'type':'base64',"
		"'media_type':'application/pdf','data':'AAAA'}}",
		"[{'type':'text','text':'C'},{'type':'file','file':{'filename':'document.pdf',"
		"'file_data':'data:application/pdf;base64,AAAA'}}]");
	assert_parts("openai", "{'type':'document','context':'C','source':{'type':'url',"
		"'url':'http://h/a.pdf'}}", "[{'type':'text','text':'C'},"
		"{'type':'text','text':'[document omitted: http://h/a.pdf]'}]");
}

/* A source without its data is the client's trouble, but the request goes on. */
static void source_without_data_is_told(void **state)
{
	(void)state;
	assert_parts("openai", "{'type':'image','source':{'type':'base64'}}",
		"[{'type':'text','text':'[image omitted: its source has no data]'}]");
	assert_parts("openai", "{'type':'document','source':{'type':'url'}}",
		"[{'type':'text','text':'[document omitted: its source has no url]'}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(image_becomes_a_data_url),
		cmocka_unit_test(image_url_goes_where_it_is_taken),
		cmocka_unit_test(blind_model_gets_a_marker),
		cmocka_unit_test(unusual_image_types_are_told),
		cmocka_unit_test(stored_files_are_named),
		cmocka_unit_test(pdf_takes_the_form_of_each_family),
		cmocka_unit_test(pdf_url_goes_to_openrouter_only),
		cmocka_unit_test(document_of_text_is_text),
		cmocka_unit_test(context_stands_before_every_document),
		cmocka_unit_test(source_without_data_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
