/*
 * For the tests of the request side: JSON in, JSON out, compared as text, so that the order of keys
 * counts. JSON is written with ' for ". Include after cmocka.h.
 */
#ifndef CONVERSION_H
#define CONVERSION_H

#include "../../convert/js.h"
#include "../../convert/provider/family.h"
#include "../../convert/provider/model.h"
#include "../../convert/request/check.h"
#include "../../convert/request/history.h"
#include "../../convert/request/request.h"

#include <stdlib.h>
#include <string.h>

/* A user's word and a turn with two calls; what becomes of them where ids stay. */
#define TWO_CALLS \
	"{'role':'user','content':'go'},{'role':'assistant','content':[" \
	"{'type':'text','text':'I look.'}," \
	"{'type':'tool_use','id':'toolu_1','name':'Read','input':{'path':'a','n':1.0}}," \
	"{'type':'tool_use','id':'toolu_2','name':'Bash','input':{}}]}"
#define TWO_CALLS_OUT \
	"{'role':'user','content':'go'},{'role':'assistant','content':'I look.','tool_calls':[" \
	"{'id':'toolu_1','type':'function','function':{'name':'Read'," \
	"'arguments':'{\\'path\\':\\'a\\',\\'n\\':1.0}'}}," \
	"{'id':'toolu_2','type':'function','function':{'name':'Bash','arguments':'{}'}}]}"

/* The tree of a text with ' for ". The caller frees it. */
static inline struct json_object *tree(const char *text)
{
	struct json_object *parsed = NULL;
	struct js_error error;
	char *json = must_strdup(text);

	for (char *p = json; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (!js_parse(json, strlen(json), &parsed, &error))
		print_error("%s in %s\n", error.text, json);
	free(json);
	return parsed;
}

static inline void same_text(struct json_object *is, struct json_object *wanted, const char *file,
	int line)
{
	char *text = must_strdup(js_text(is).data);

	_assert_string_equal(text, js_text(wanted).data, file, line);
	free(text);
}

static inline struct settings settings_of(const char *family)
{
	return (struct settings){
		.family = family_by_name(family),
		.big_model = "big", .middle_model = "middle", .small_model = "small",
	};
}

static inline struct turn turn_of(const struct settings *settings, const char *model)
{
	struct turn turn = { .settings = settings };

	turn.model = must_strdup(model);
	turn.upstream_model = must_strdup(model);
	model_dialect(settings, model, NULL, &turn.dialect);
	return turn;
}

/*
 * Converts a body, in a changed dialect or NULL; on a refusal the tree is a string,
 * "STATUS TYPE: MESSAGE".
 */
static inline struct json_object *converted_in(const struct settings *settings,
	const struct dialect *changed, const char *body, struct turn *turn, struct notes *notes)
{
	struct json_object *request = tree(body), *chat = NULL;
	struct failure why;
	struct buf text = { 0 };

	*turn = (struct turn){ .settings = settings, .changed = changed };
	if (!request_to_chat(request, FOR_MESSAGES, turn, &chat, notes, &why)) {
		buf_printf(&text, "%d %s: %s", why.status, failure_type(why.kind), why.message);
		chat = js_new_slice(buf_slice(&text));
		buf_free(&text);
	}
	js_free(request);
	return chat;
}

static inline struct json_object *converted(const struct settings *settings, const char *body,
	struct turn *turn, struct notes *notes)
{
	return converted_in(settings, NULL, body, turn, notes);
}

static inline void compare_chat(const struct settings *settings, const struct dialect *changed,
	const char *body, const char *wanted, const char *file, int line)
{
	struct turn turn;
	struct notes notes = { 0 };
	struct json_object *chat = converted_in(settings, changed, body, &turn, &notes);
	struct json_object *expected = tree(wanted);

	same_text(chat, expected, file, line);
	js_free(chat);
	js_free(expected);
	turn_free(&turn);
}

static inline void compare_history(const struct settings *settings, const char *messages,
	const char *wanted, const char *file, int line)
{
	struct turn turn = turn_of(settings, "model");
	struct json_object *chat_messages = js_new_array(), *in = tree(messages);
	struct json_object *expected = tree(wanted);
	struct failure why = { 0 };

	if (check_messages(in, &why))
		history_add(chat_messages, in, &turn);
	_assert_string_equal(why.message, "", file, line);
	same_text(chat_messages, expected, file, line);
	js_free(chat_messages);
	js_free(in);
	js_free(expected);
	turn_free(&turn);
}

/* The whole chat request for a body. */
#define assert_chat(settings, body, wanted) \
	compare_chat(settings, NULL, body, wanted, __FILE__, __LINE__)

/* The chat messages for a list of messages, upstream of that family. */
#define assert_history(family, messages, wanted) do { \
	struct settings settings_ = settings_of(family); \
	compare_history(&settings_, messages, wanted, __FILE__, __LINE__); \
} while (0)

#endif
