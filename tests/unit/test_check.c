/* Which requests are refused as malformed, and in which words. doc/request.md §0; doc/answer.md §3.9 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../convert/request/check.h"
#include "conversion.h"

#include <stdio.h>

#define HI "'messages':[{'role':'user','content':'hi'}]"

/* doc/request.md §0 "Refused with 400", doc/answer.md §3.9 */
static void bad_requests_are_named(void **state)
{
	static const struct {
		const char *body, *message;
	} refused[] = {
		{ "[]", "The request body should be a JSON object" },
		{ "{'max_tokens':1," HI "}", "model: Field required" },
		{ "{'model':7,'max_tokens':1," HI "}", "model: Input should be a valid string" },
		{ "{'model':'','max_tokens':1," HI "}",
			"model: String should have at least 1 character" },
		{ "{'model':'\\u0000x','max_tokens':1," HI "}",
			"model: String should have at least 1 character" },
		{ "{'model':'m'," HI "}", "max_tokens: Field required" },
		{ "{'model':'m','max_tokens':'1',"
			"" HI "}", "max_tokens: Input should be a valid integer" },
		{ "{'model':'m','max_tokens':1.5,"
			"" HI "}", "max_tokens: Input should be a valid integer" },
		{ "{'model':'m','max_tokens':-1," HI "}",
			"max_tokens: Input should be greater than or equal to 0" },
		{ "{'model':'m','max_tokens':1}", "messages: Field required" },
		{ "{'model':'m','max_tokens':1,'messages':{}}",
			"messages: Input should be a valid list" },
		{ "{'model':'m','max_tokens':1,'messages':[]}",
			"messages: at least one message is required" },
		{ "{'model':'m','max_tokens':1,'stream':'yes'," HI "}",
			"stream: Input should be a valid boolean" },
		{ "{'model':'m','max_tokens':1,'stop_sequences':['a',1]," HI "}",
			"stop_sequences.1: Input should be a valid string" },
		{ "{'model':'m','max_tokens':1,'system':7," HI "}",
			"system: Input should be a valid list" },
		{ "{'model':'m','max_tokens':1,'system':[{'type':'text'}]," HI "}",
			"system.0.text: Field required" },
		{ "{'model':'m','max_tokens':1,'tools':{}," HI "}",
			"tools: Input should be a valid list" },
		{ "{'model':'m','max_tokens':1,'messages':[{'role':'user',"
			"'content':[{'type':'text'}]}]}",
			"messages.0.content.0.text: Field required" },
	};
	struct settings settings = settings_of("generic");

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char wanted[200];

		snprintf(wanted, sizeof(wanted), "'400 invalid_request_error: %s'",
			refused[i].message);
		assert_chat(&settings, refused[i].body, wanted);
	}
}

/*
 * doc/request.md §0: its history is elsewhere; a turn that was paused goes on without a new message.
 * Whoever starts a thread sends all of it.
 */
static void continued_thread_is_not_found(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	assert_chat(&settings, "{'model':'m','max_tokens':1,'messages':[],"
		"'thread':{'type':'continue','previous_message_id':'msg_1'}}",
		"'404 not_found_error: thread.previous_message_id: no threads are kept here; "
		"send the whole history'");
	assert_chat(&settings, "{'model':'m','max_tokens':1,'thread':{'type':'create'}," HI "}",
		"{'model':'m','max_tokens':1," HI "}");
}

/* doc/answer.md §3.9 */
static void malformed_messages_are_named(void **state)
{
	static const struct {
		const char *messages, *message;
	} refused[] = {
		{ "['x']", "messages.0: Input should be a valid dictionary" },
		{ "[{'content':'x'}]", "messages.0.role: Field required" },
		{ "[{'role':'user'}]", "messages.0.content: Field required" },
		{ "[{'role':'user','content':'x'},{'role':'user','content':7}]",
			"messages.1.content: Input should be a valid list" },
		{ "[{'role':'user','content':[{'type':'text'}]}]",
			"messages.0.content.0.text: Field required" },
		{ "[{'role':'user','content':[{'type':'tool_result','tool_use_id':'a',"
			"'content':[{'type':'image'}]}]}]",
			"messages.0.content.0.content.0.source: Field required" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct json_object *messages = tree(refused[i].messages);
		struct failure why = { 0 };

		assert_false(check_messages(messages, &why));
		assert_string_equal(why.message, refused[i].message);
		assert_int_equal(why.status, 400);
		js_free(messages);
	}
}

/* doc/request.md §0 "Refused with 400"; doc/answer.md §3.9 */
static void known_blocks_need_their_payload(void **state)
{
	static const struct {
		const char *content, *message;	/* NULL: fine */
	} contents[] = {
		{ "'text'", NULL },
		{ "[]", NULL },
		{ "{}", ": Input should be a valid list" },
		{ "[7]", ".0: Input should be a valid dictionary" },
		{ "[{'type':'text','text':null}]", ".0.text: Field required" },
		{ "[{'type':'text','text':7}]", ".0.text: Input should be a valid string" },
		{ "[{'type':'tool_use','name':'A'}]", ".0.id: Field required" },
		{ "[{'type':'tool_use','id':'','name':'A'}]", NULL },
		{ "[{'type':'tool_use','id':'a'}]", ".0.name: Field required" },
		{ "[{'type':'tool_result'}]", ".0.tool_use_id: Field required" },
		{ "[{'type':'tool_result','tool_use_id':'a'}]", NULL },
		{ "[{'type':'tool_result','tool_use_id':'a','content':{}}]",
			".0.content: Input should be a valid list" },
		{ "[{'type':'image'}]", ".0.source: Field required" },
		{ "[{'type':'document','source':'x'}]",
			".0.source: Input should be a valid dictionary" },
		{ "[{'type':'tomorrow'},{}]", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		struct json_object *messages = js_new_array();
		struct json_object *message = js_append_object(messages);
		struct failure why = { 0 };
		char wanted[200] = "";

		js_add_string(message, "role", "user");
		js_give(message, "content", tree(contents[i].content));
		if (contents[i].message)
			snprintf(wanted, sizeof(wanted), "messages.0.content%s",
				contents[i].message);
		assert_int_equal(check_messages(messages, &why), !contents[i].message);
		assert_string_equal(why.message, wanted);
		js_free(messages);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_requests_are_named),
		cmocka_unit_test(continued_thread_is_not_found),
		cmocka_unit_test(malformed_messages_are_named),
		cmocka_unit_test(known_blocks_need_their_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
