/* Prompt caches: keys, marks, and the bytes of a growing history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conversion.h"

#define HI "'messages':[{'role':'user','content':'hi'}]"

#define LOOP "{'model':'claude','max_tokens':100," \
	"'system':[{'type':'text','text':'a','cache_control':{'type':'ephemeral','ttl':'1h'}}," \
	"{'type':'text','text':'b'}],'messages':[{'role':'user','content':'c'}," \
	"{'role':'assistant','content':[{'type':'tool_use','id':'t','name':'A','input':{}}]}," \
	"{'role':'user','content':[{'type':'tool_result','tool_use_id':'t','content':'d'," \
	"'cache_control':{'type':'ephemeral'}}]}]}"
#define CALL_OUT "{'role':'assistant','content':null,'tool_calls':[{'id':'t','type':'function'," \
	"'function':{'name':'A','arguments':'{}'}}]}"

/* doc/request.md §4.5: "everyone else" */
static void marks_stay_away_from_others(void **state)
{
	struct settings settings = settings_of("openrouter");

	(void)state;
	settings.big_model = "x/other-model";
	assert_chat(&settings, LOOP,
		"{'model':'x/other-model','max_completion_tokens':100,'messages':["
		"{'role':'system','content':'a\\n\\nb'},{'role':'user','content':'c'}," CALL_OUT ","
		"{'role':'tool','tool_call_id':'t','content':'d'}]}");
}

/* doc/request.md §4.5: Claude behind a router; Claude Code marks the last result of a loop */
static void marks_go_to_claude_behind_a_router(void **state)
{
	struct settings settings = settings_of("openrouter");

	(void)state;
	settings.big_model = "anthropic/claude-test";
	assert_chat(&settings, LOOP,
		"{'model':'anthropic/claude-test','max_completion_tokens':100,'messages':["
		"{'role':'system','content':[{'type':'text','text':'a',"
		"'cache_control':{'type':'ephemeral','ttl':'1h'}},{'type':'text','text':'b'}]},"
		"{'role':'user','content':[{'type':'text','text':'c'}]}," CALL_OUT ","
		"{'role':'tool','tool_call_id':'t','content':[{'type':'text','text':'d',"
		"'cache_control':{'type':'ephemeral'}}]}]}");
}

/* doc/request.md §4.5: Gemini and Qwen take marks without a ttl */
static void ttl_goes_to_claude_alone(void **state)
{
	static const char *const models[] = { "gemini-3-pro", "gemini-2.5-pro", "qwen3-max" };
	struct settings settings = settings_of("openrouter");

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct buf wanted = { 0 };

		settings.big_model = models[i];
		buf_printf(&wanted,
			"{'model':'%s','max_completion_tokens':100,'messages':["
			"{'role':'system','content':[{'type':'text','text':'a',"
			"'cache_control':{'type':'ephemeral'}},{'type':'text','text':'b'}]},"
			"{'role':'user','content':[{'type':'text','text':'c'}]}," CALL_OUT ","
			"{'role':'tool','tool_call_id':'t','content':[{'type':'text','text':'d',"
			"'cache_control':{'type':'ephemeral'}}]}]}", models[i]);
		assert_chat(&settings, LOOP, buf_text(&wanted));
		buf_free(&wanted);
	}
}

#define MARKED(text) "{'type':'text','text':'" text "','cache_control':{'type':'ephemeral'}}"

/* doc/request.md §4.5: "at most 4, the last ones in the order tools, system, messages win" */
static void last_four_marks_win(void **state)
{
	struct settings settings = settings_of("openrouter");

	(void)state;
	settings.big_model = "anthropic/claude-test";
	assert_chat(&settings, "{'model':'claude','max_tokens':100,"
		"'tools':[{'name':'A','cache_control':{'type':'ephemeral'}}],"
		"'system':[" MARKED("1") "," MARKED("2") "],"
		"'messages':[{'role':'user','content':[" MARKED("3") "," MARKED("4") ","
		MARKED("5") "]}]}",
		"{'model':'anthropic/claude-test','max_completion_tokens':100,"
		"'tools':[{'type':'function','function':{'name':'A','parameters':{"
		"'type':'object','properties':{}}}}],'messages':["
		"{'role':'system','content':[{'type':'text','text':'1'}," MARKED("2") "]},"
		"{'role':'user','content':[" MARKED("3") "," MARKED("4") "," MARKED("5") "]}]}");
}

/* The string that a body gives for one key of the chat request. Freed by the caller. */
static char *field_of(const struct settings *settings, const char *body, const char *key)
{
	struct turn turn;
	struct notes notes = { 0 };
	struct json_object *chat = converted(settings, body, &turn, &notes);
	const char *value = js_get_string(chat, key);
	char *copy = value ? must_strdup(value) : NULL;

	js_free(chat);
	turn_free(&turn);
	return copy;
}

/* doc/request.md §4.5: one key a session and model, whatever else changes */
static void cache_key_names_session_and_model(void **state)
{
	struct settings settings = settings_of("openai"), plain = settings_of("generic");
	const char *first = "{'model':'m','max_tokens':100,'metadata':{'user_id':"
		"'{\\'device_id\\':\\'d\\',\\'session_id\\':\\'s\\'}'}," HI "}";
	const char *again = "{'model':'m','max_tokens':200,'metadata':{'user_id':"
		"'{\\'session_id\\':\\'s\\',\\'device_id\\':\\'e\\'}'}," HI "}";
	const char *other = "{'model':'m','max_tokens':100,'metadata':{'user_id':'s2'}," HI "}";
	const char *none = "{'model':'m','max_tokens':100," HI "}";
	const char *empty = "{'model':'m','max_tokens':100,'metadata':{'user_id':''}," HI "}";
	char *keys[4];

	(void)state;
	keys[0] = field_of(&settings, first, "prompt_cache_key");
	keys[1] = field_of(&settings, again, "prompt_cache_key");
	keys[2] = field_of(&settings, other, "prompt_cache_key");
	assert_int_equal(strlen(keys[0]), 24);
	assert_string_equal(keys[0], keys[1]);
	assert_string_not_equal(keys[0], keys[2]);
	assert_null(field_of(&settings, none, "prompt_cache_key"));
	assert_null(field_of(&settings, empty, "prompt_cache_key"));
	assert_null(field_of(&plain, first, "prompt_cache_key"));
	plain.prompt_cache_key = CHOICE_ON;
	keys[3] = field_of(&plain, first, "prompt_cache_key");
	assert_string_equal(keys[3], keys[0]);
	settings.prompt_cache_key = CHOICE_OFF;
	assert_null(field_of(&settings, first, "prompt_cache_key"));
	for (size_t i = 0; i < 4; i++)
		free(keys[i]);
}

/* doc/request.md §4.5: REQUESTY_AUTO_CACHE */
static void requesty_gets_its_field(void **state)
{
	struct settings settings = settings_of("requesty");

	(void)state;
	settings.requesty_auto_cache = CHOICE_ON;
	assert_chat(&settings, "{'model':'m','max_tokens':100," HI "}",
		"{'model':'m','max_tokens':100,'requesty':{'auto_cache':true}," HI "}");
	settings.requesty_auto_cache = CHOICE_OFF;
	assert_chat(&settings, "{'model':'m','max_tokens':100," HI "}",
		"{'model':'m','max_tokens':100,'requesty':{'auto_cache':false}," HI "}");
	settings.requesty_auto_cache = CHOICE_AUTO;
	assert_chat(&settings, "{'model':'m','max_tokens':100," HI "}",
		"{'model':'m','max_tokens':100," HI "}");
}

/* doc/request.md §0.2: all but the last message begins the next request, though marks move */
static void growing_history_keeps_its_prefix(void **state)
{
	struct settings settings = settings_of("generic");
	struct turn turns[2];
	struct notes notes = { 0 };
	struct json_object *first = converted(&settings, "{'model':'m','max_tokens':100,'system':'s',"
		"'messages':[{'role':'user','content':[{'type':'text','text':'a',"
		"'cache_control':{'type':'ephemeral'}}]},{'role':'system','content':'r'}]}",
		&turns[0], &notes);
	struct json_object *second = converted(&settings, "{'model':'m','max_tokens':100,"
		"'system':'s',"
		"'messages':[{'role':'user','content':'a'},"
		"{'role':'system','content':[{'type':'text','text':'r'}]},"
		"{'role':'assistant','content':'b'},{'role':'user','content':[{'type':'text',"
		"'text':'c',"
		"'cache_control':{'type':'ephemeral'}}]}]}",
		&turns[1], &notes);
	struct slice before = js_text(first), after = js_text(second);

	(void)state;
	/* all but "]}" */
	assert_true(after.len > before.len);
	assert_memory_equal(before.data, after.data, before.len - 2);
	js_free(first);
	js_free(second);
	turn_free(&turns[0]);
	turn_free(&turns[1]);
}

#define TURNS 30

/* One message: an array with the mark when it is the last one, else, of one text, a string. */
static void add_message(struct buf *body, const char *role, const char *type, unsigned n, bool last)
{
	const char *mark = last ? ",'cache_control':{'type':'ephemeral'}" : "";

	buf_printf(body, "%s{'role':'%s','content':", n ? "," : "", role);
	if (!strcmp(type, "tool_use"))
		buf_printf(body, "[{'type':'thinking','thinking':'t','signature':'s%u'},"
			"{'type':'tool_use','id':'a%u','name':'A','input':{'n':%u.0}},"
			"{'type':'tool_use','id':'b%u','name':'B','input':{}}]}", n, n, n, n);
	else if (!strcmp(type, "tool_result"))
		buf_printf(body, "[{'type':'tool_result','tool_use_id':'b%u','content':[{"
			"'type':'image','source':{'type':'base64','media_type':'image/png',"
			"'data':'AAAA'}}]},{'type':'tool_result','tool_use_id':'a%u',"
			"'content':'%u'%s}]}", n - 1, n - 1, n, mark);
	else if (last)
		buf_printf(body, "[{'type':'text','text':'%u'%s}]}", n, mark);
	else
		buf_printf(body, "'%u'}", n);
}

/* A session of Claude Code so far: a question, calls, results, an answer, a question … */
static void add_session(struct buf *body, unsigned turns)
{
	static const struct { const char *role, *type; } round[] = {
		{ "user", "text" }, { "assistant", "tool_use" }, { "user", "tool_result" },
		{ "assistant", "text" },
	};

	buf_puts(body, "{'model':'m','max_tokens':100,'messages':[");
	for (unsigned n = 0; n <= 2 * turns; n++) {
		add_message(body, round[n % 4].role, round[n % 4].type, n, n == 2 * turns);
		if (n == 0)
			buf_puts(body, ",{'role':'system','content':'r'}");
	}
	buf_puts(body, "]}");
}

/* doc/request.md §0.2, over a whole session: each request but its "]}" begins the next one */
static void each_turn_of_a_session_begins_like_the_one_before(void **state)
{
	static const char *const names[] = { "generic", "openai", "mistral", "gemini", "ollama" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct settings settings = settings_of(names[i]);
		struct buf before = { 0 };

		for (unsigned turns = 0; turns < TURNS; turns++) {
			struct buf body = { 0 };
			struct turn turn;
			struct notes notes = { 0 };
			struct json_object *chat;
			struct slice text;

			add_session(&body, turns);
			chat = converted(&settings, buf_text(&body), &turn, &notes);
			text = js_text(chat);
			assert_true(text.len > before.len);
			if (before.len)
				assert_memory_equal(before.data, text.data, before.len);
			buf_clear(&before);
			buf_add(&before, text.data, text.len - 2);
			js_free(chat);
			turn_free(&turn);
			buf_free(&body);
		}
		buf_free(&before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_stay_away_from_others),
		cmocka_unit_test(marks_go_to_claude_behind_a_router),
		cmocka_unit_test(ttl_goes_to_claude_alone),
		cmocka_unit_test(last_four_marks_win),
		cmocka_unit_test(cache_key_names_session_and_model),
		cmocka_unit_test(requesty_gets_its_field),
		cmocka_unit_test(growing_history_keeps_its_prefix),
		cmocka_unit_test(each_turn_of_a_session_begins_like_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
