/* convert/request/edit_messages.c, edit_media.c: messages of a chat request. doc/answer.md §3.8 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "edited.h"

#define USER(text) "{'role':'user','content':'" text "'}"
#define ASSISTANT(text) "{'role':'assistant','content':'" text "'}"
#define SYSTEM(text) "{'role':'system','content':'" text "'}"
#define TOOL "{'role':'tool','tool_call_id':'1','content':'a'}"
#define CALL "{'role':'assistant','content':null,'tool_calls':[{'id':'1'}]}"
#define MESSAGES(...) "{'messages':[" __VA_ARGS__ "]}"

static void a_prefill_gets_a_user_behind_it(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("prefill", MESSAGES(USER("a") "," ASSISTANT("b")),
		MESSAGES(USER("a") "," ASSISTANT("b") "," USER("(continue)")), "healed:prefill");
	assert_edit("prefill",
		MESSAGES(USER("a") ",{'role':'assistant','content':'b','prefix':true}"),
		MESSAGES(USER("a") "," ASSISTANT("b") "," USER("(continue)")), "healed:prefill");
	assert_no_edit("prefill", MESSAGES(ASSISTANT("b") "," USER("a")));
}

static void between_tool_and_user_stands_an_assistant(void **state) /* doc/request.md §2.1 */
{
	(void)state;
	assert_edit("bridge", MESSAGES(USER("a") "," CALL "," TOOL "," USER("b")),
		MESSAGES(USER("a") "," CALL "," TOOL "," ASSISTANT("Done.") "," USER("b")),
		"healed:bridge/MODEL_TRAITS=m=mistral");
	assert_edit("bridge", MESSAGES(SYSTEM("s") "," ASSISTANT("a") "," USER("b")),
		MESSAGES(SYSTEM("s") "," USER("(continued)") "," ASSISTANT("a") "," USER("b")),
		"healed:bridge/MODEL_TRAITS=m=mistral");
	assert_no_edit("bridge", MESSAGES(USER("a") "," CALL "," TOOL "," ASSISTANT("b")));
}

/* doc/answer.md §3.8, doc/request.md §1.2 */
static void later_system_messages_become_reminders(void **state)
{
	(void)state;
	assert_edit("system", MESSAGES(SYSTEM("s") "," USER("a") "," ASSISTANT("b") ","
		SYSTEM("c") "," USER("d")),
		MESSAGES(SYSTEM("s") "," USER("a") "," ASSISTANT("b") ","
		USER("<system-reminder>\\nc\\n</system-reminder>\\n\\nd")),
		"healed:system/SYSTEM_MESSAGES=reminder");
	/* No neighbour of its own: behind the tool, and joined with users on both sides. */
	assert_edit("system", MESSAGES(USER("a") "," CALL "," TOOL "," SYSTEM("c")),
		MESSAGES(USER("a") "," CALL "," TOOL ","
		USER("<system-reminder>\\nc\\n</system-reminder>")),
		"healed:system/SYSTEM_MESSAGES=reminder");
	assert_edit("system", MESSAGES(USER("a") "," SYSTEM("c") "," USER("d")),
		MESSAGES(USER("a\\n\\n<system-reminder>\\nc\\n</system-reminder>\\n\\nd")),
		"healed:system/SYSTEM_MESSAGES=reminder");
	assert_no_edit("system", MESSAGES(SYSTEM("s") "," USER("a") "," USER("b")));
}

static void a_users_images_stay_beside_a_reminder(void **state)
{
	(void)state;
	assert_edit("system", MESSAGES(SYSTEM("s") "," SYSTEM("c")
		",{'role':'user','content':[{'type':'image_url'},{'type':'text','text':'a'}]}"),
		MESSAGES(SYSTEM("s") ",{'role':'user','content':[{'type':'text','text':"
		"'<system-reminder>\\nc\\n</system-reminder>'},{'type':'image_url'},"
		"{'type':'text','text':'a'}]}"), "healed:system/SYSTEM_MESSAGES=reminder");
}

static void all_images_become_markers(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("images", MESSAGES("{'role':'user','content':[{'type':'text','text':'a'},"
		"{'type':'image_url','image_url':{'url':'data:'}}]}," ASSISTANT("b") ","
		"{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:'}},"
		"{'type':'file','file':{}}]}"),
		MESSAGES(USER("a\\n\\n[image omitted: the model takes no images]") ","
		ASSISTANT("b") ",{'role':'user','content':[{'type':'text','text':"
		"'[image omitted: the model takes no images]'},{'type':'file','file':{}}]}"),
		"healed:images/IMAGES=off");
	assert_no_edit("images", MESSAGES(USER("image_url")));
}

static void all_pdfs_become_markers(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("pdfs", MESSAGES("{'role':'user','content':[{'type':'file','file':{'filename':"
		"'a.pdf','file_data':'data:'}},{'type':'document_url','document_url':'data:',"
		"'document_name':'b.pdf'}]}"),
		MESSAGES(USER("[document omitted: a.pdf, PDF is not taken here]\\n\\n"
		"[document omitted: b.pdf, PDF is not taken here]")), "healed:pdfs");
	assert_no_edit("pdfs", MESSAGES("{'role':'user','content':[{'type':'image_url'}]}"));
}

static void each_call_gets_reasoning_that_is_not_empty(void **state) /* doc/answer.md §3.8 */
{
	(void)state;
	assert_edit("placeholder", MESSAGES(CALL ",{'role':'assistant','tool_calls':[{'id':'2'}],"
		"'reasoning_content':''},{'role':'assistant','tool_calls':[{'id':'3'}],"
		"'reasoning_content':'mine'}," ASSISTANT("a")),
		MESSAGES("{'role':'assistant','content':null,'tool_calls':[{'id':'1'}],"
		"'reasoning_content':'(reasoning not kept)'},{'role':'assistant','tool_calls':"
		"[{'id':'2'}],'reasoning_content':'(reasoning not kept)'},{'role':'assistant',"
		"'tool_calls':[{'id':'3'}],'reasoning_content':'mine'}," ASSISTANT("a")),
		"healed:placeholder/PROVIDER=deepseek");
	assert_no_edit("placeholder", MESSAGES(ASSISTANT("a")));
}

static void the_first_call_of_each_step_gets_a_signature(void **state) /* doc/request.md §5.4 */
{
	(void)state;
	assert_edit_of("gemini", "m", "signature", MESSAGES(
		"{'role':'assistant','tool_calls':[{'id':'1'},{'id':'2'}]},{'role':'assistant',"
		"'tool_calls':[{'id':'3','extra_content':{'google':{'thought_signature':'x'}}}]}"),
		MESSAGES("{'role':'assistant','tool_calls':[{'id':'1','extra_content':{'google':"
		"{'thought_signature':'skip_thought_signature_validator'}}},{'id':'2'}]},"
		"{'role':'assistant','tool_calls':[{'id':'3','extra_content':{'google':"
		"{'thought_signature':'x'}}}]}"), "healed:signature");
	assert_no_edit("signature", MESSAGES(ASSISTANT("a")));
}

/* Nothing is left of it, so that no later turn fails for it; what was said stays. */
/* doc/answer.md §3.8, doc/request.md §5.1 */
static void state_of_another_model_is_left_out(void **state)
{
	(void)state;
	assert_edit("state", MESSAGES(
		"{'role':'assistant','content':'a','reasoning_details':[{'type':'reasoning.text',"
		"'text':'hm','signature':'s'}]},{'role':'assistant','tool_calls':[{'id':'1',"
		"'extra_content':{'google':{'thought_signature':'x'}}},{'id':'2',"
		"'extra_content':{'google':{'thought_signature':'y'}}},{'id':'3'}]},"
		"{'role':'assistant','reasoning':'hm','tool_calls':[{'id':'4','extra_content':{"
		"'vertex':{'thought_signature':'z'}}}]}"),
		MESSAGES("{'role':'assistant','content':'a'},{'role':'assistant','tool_calls':["
		"{'id':'1','extra_content':{'google':{'thought_signature':"
		"'skip_thought_signature_validator'}}},{'id':'2'},{'id':'3'}]},"
		"{'role':'assistant','reasoning':'hm','tool_calls':[{'id':'4','extra_content':{"
		"'vertex':{'thought_signature':'skip_thought_signature_validator'}}}]}"),
		"healed:state");
	assert_no_edit("state", MESSAGES(CALL "," ASSISTANT("a")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_prefill_gets_a_user_behind_it),
		cmocka_unit_test(between_tool_and_user_stands_an_assistant),
		cmocka_unit_test(later_system_messages_become_reminders),
		cmocka_unit_test(a_users_images_stay_beside_a_reminder),
		cmocka_unit_test(all_images_become_markers),
		cmocka_unit_test(all_pdfs_become_markers),
		cmocka_unit_test(each_call_gets_reasoning_that_is_not_empty),
		cmocka_unit_test(the_first_call_of_each_step_gets_a_signature),
		cmocka_unit_test(state_of_another_model_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
