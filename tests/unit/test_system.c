/* Who speaks as the system: the leading message, and system messages in the conversation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conversion.h"

#include <stdio.h>

/* The system message that a body's system and messages give. */
static void compare_system(const char *system, const char *messages, const char *wanted)
{
	struct settings settings = settings_of("generic");
	char body[1000], out[1000];

	snprintf(body, sizeof(body), "{'model':'m','max_tokens':1,'system':%s,'messages':[%s"
		"{'role':'user','content':'hi'}]}", system, messages);
	snprintf(out, sizeof(out), "{'model':'m','max_tokens':1,'messages':[%s"
		"{'role':'user','content':'hi'}]}", wanted);
	assert_chat(&settings, body, out);
}

/* doc/request.md §1, rows system */
static void system_becomes_the_first_message(void **state)
{
	(void)state;
	compare_system("' exact '", "", "{'role':'system','content':' exact '},");
	compare_system("[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}},"
		"{'type':'text','text':' '},{'type':'text','text':'b','citations':[]}]", "",
		"{'role':'system','content':'a\\n\\nb'},");
	compare_system("[]", "", "");
}

/* doc/request.md §1, row x-anthropic-billing-header */
static void billing_line_is_deleted(void **state)
{
	(void)state;
	compare_system("[{'type':'text','text':'x-anthropic-billing-header: cc_version=2.1;'},"
		"{'type':'text','text':'You.'}]", "", "{'role':'system','content':'You.'},");
	compare_system("'x-anthropic-billing-header: a\\nYou.'", "",
		"{'role':'system','content':'You.'},");
	compare_system("[{'type':'text','text':'You.'},"
		"{'type':'text','text':'x-anthropic-billing-header: content'}]", "",
		"{'role':'system','content':'You.\\n\\nx-anthropic-billing-header: content'},");
}

/* doc/request.md §1.2: those in front belong to the leading system message */
static void leading_system_messages_join_the_system(void **state)
{
	(void)state;
	compare_system("'a'", "{'role':'system','content':[{'type':'text','text':'b'}]},"
		"{'role':'developer','content':'c'},",
		"{'role':'system','content':'a\\n\\nb\\n\\nc'},");
}

/* doc/request.md §1.2, policy hoist */
static void hoisted_system_messages_join_the_system(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	settings.system_messages = SYSTEM_HOIST;
	assert_chat(&settings, "{'model':'m','max_tokens':1,'system':'a','messages':["
		"{'role':'user','content':'hi'},{'role':'system','content':'b'}]}",
		"{'model':'m','max_tokens':1,'messages':["
		"{'role':'system','content':'a\\n\\nb'},{'role':'user','content':'hi'}]}");
}

/* doc/request.md §1.2: the last message stays a user's; somebody must have said something */
static void lone_system_message_is_said_by_the_user(void **state)
{
	struct settings settings = settings_of("generic");

	(void)state;
	assert_chat(&settings,
		"{'model':'m','max_tokens':1,'messages':[{'role':'system','content':'b'}]}",
		"{'model':'m','max_tokens':1,'messages':[{'role':'user',"
		"'content':'<system-reminder>\\nb\\n</system-reminder>'}]}");
}

/* doc/request.md §1.2 */
static void system_messages_become_reminders(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'system','content':[]},"
		"{'role':'system','content':[{'type':'text','text':'s'}]},"
		"{'role':'assistant','content':'b'},{'role':'developer','content':'t'}]",
		"[{'role':'user','content':'a\\n\\n<system-reminder>\\ns\\n</system-reminder>'},"
		"{'role':'assistant','content':'b'},"
		"{'role':'user','content':'<system-reminder>\\nt\\n</system-reminder>'}]");
}

/* doc/request.md §1.2: between a call and its results it moves behind the tool messages */
static void reminder_does_not_part_call_and_result(void **state)
{
	(void)state;
	assert_history("generic", "[" TWO_CALLS ",{'role':'system','content':'s'},"
		"{'role':'user','content':["
		"{'type':'tool_result','tool_use_id':'toolu_1','content':'one'},"
		"{'type':'tool_result','tool_use_id':'toolu_2','content':'two'}]}]",
		"[" TWO_CALLS_OUT ",{'role':'tool','tool_call_id':'toolu_1','content':'one'},"
		"{'role':'tool','tool_call_id':'toolu_2','content':'two'},"
		"{'role':'user','content':'<system-reminder>\\ns\\n</system-reminder>'}]");
}

/* doc/request.md §1.2, §0 "Refused with 400": a system message alone may lack its content */
static void system_message_without_content_says_nothing(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},{'role':'system'},{'role':'system','content':null},"
		"{'role':'assistant','content':'b'},{'role':'user','content':'c'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'c'}]");
}

/* doc/request.md §1.2: clear_at */
static void cleared_system_message_is_left_out(void **state)
{
	(void)state;
	assert_history("generic",
		"[{'role':'user','content':'a'},"
		"{'role':'system','content':'once','clear_at':'next_user_message'},"
		"{'role':'assistant','content':'b'},{'role':'user','content':'c'},"
		"{'role':'system','content':'now','clear_at':'next_user_message'}]",
		"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
		"{'role':'user','content':'c\\n\\n<system-reminder>\\nnow\\n</system-reminder>'}]");
}

/* doc/request.md §1.2: inline and hoist; the last message stays a user's */
static void system_messages_follow_the_policy(void **state)
{
	const char *in = "[{'role':'user','content':'a'},{'role':'system','content':'s'}]";
	struct settings settings = settings_of("generic");

	(void)state;
	settings.system_messages = SYSTEM_INLINE;
	compare_history(&settings, in,
		"[{'role':'system','content':'s'},{'role':'user','content':'a'}]",
		__FILE__, __LINE__);
	settings.system_messages = SYSTEM_HOIST;
	compare_history(&settings, in, "[{'role':'user','content':'a'}]", __FILE__, __LINE__);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_becomes_the_first_message),
		cmocka_unit_test(billing_line_is_deleted),
		cmocka_unit_test(leading_system_messages_join_the_system),
		cmocka_unit_test(hoisted_system_messages_join_the_system),
		cmocka_unit_test(lone_system_message_is_said_by_the_user),
		cmocka_unit_test(system_messages_become_reminders),
		cmocka_unit_test(reminder_does_not_part_call_and_result),
		cmocka_unit_test(system_message_without_content_says_nothing),
		cmocka_unit_test(cleared_system_message_is_left_out),
		cmocka_unit_test(system_messages_follow_the_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
