/*
 * Ten turns with each provider that wants its state back, through both sides: upstream's wire → a
 * Message → the client's next request → the chat request. There the assistant's turns must stand
 * to the byte as upstream sent them, and what was said before must stand as it stood.
 * doc/request.md §5, doc/responses.md §3
 */
#include "../../convert/responses/body.h"
#include "../strict.h"
#include "../talk.h"
#include "answer_fixture.h"
#include "conversion.h"

#define TURNS 10

/* Gemini sends its signatures with the first of parallel calls. */
#define SIGNED(signer, signature) "'extra_content':{'" signer "':{'thought_signature':'" \
	signature "'}}"
#define CALL_OUT(id) "{'id':'" id "','type':'function','function':{'name':'LS'," \
	"'arguments':'{\\'n\\':#}'}}"
#define CALL_OUT_SIGNED(id, signer, signature) "{'id':'" id "','type':'function'," \
	"'function':{'name':'LS','arguments':'{\\'n\\':#}'}," SIGNED(signer, signature) "}"
#define LS(index, id) CALL(index, id, "LS", "{\\'n\\':#}")
#define LS_SIGNED(index, id, signer, signature) DELTA("'tool_calls':[{'index':" #index \
	",'id':'" id "','type':'function','function':{'name':'LS','arguments':'{\\'n\\':#}'}," \
	SIGNED(signer, signature) "}]")
#define END FINISH("tool_calls") DONE

#define THINK(members) "{'type':'reasoning.text'," members ",'format':'anthropic-claude-v1'," \
	"'index':0}"
#define SUMMARY(text) "{'type':'reasoning.summary','summary':'" text "','index':0}"
#define BLOB "{'type':'reasoning.encrypted','data':'AA#','id':'rs_#','index':1}"

/* Events of the Responses API, and the items that must be found again. */
#define EVENT(type, members) "{'type':'response." type "'," members "}\n"
#define ADDED(index, item) EVENT("output_item.added", "'output_index':" #index ",'item':{" item "}")
#define DONE_WITH(index, item) \
	EVENT("output_item.done", "'output_index':" #index ",'item':{" item "}")
#define CREATED EVENT("created", "'response':{'status':'in_progress','output':[]}")
#define COMPLETED EVENT("completed", "'response':{'status':'completed','output':[]}")
#define THOUGHT(index, number, delta) EVENT("reasoning_summary_text.delta", \
	"'output_index':" #index ",'summary_index':" #number ",'delta':'" delta "'")
#define SUMMARY_PART(text) "{'type':'summary_text','text':'" text "'}"
#define REASONING(summary, cipher) "'type':'reasoning','summary':[" summary \
	"],'encrypted_content':'gAAAA" cipher "'"
#define SAID(text) "'type':'message','role':'assistant','content':[{'type':'output_text'," \
	"'text':'" text "'}]"
#define CALLED(id) "'type':'function_call','call_id':'" id "','name':'LS','arguments':'{\\'n\\':#}'"
#define OUTPUT(id) "{'type':'function_call_output','call_id':'" id "','output':'done'}"

/* In the wires and the turns # stands for the number of the turn, ' for ". */
static const struct script {
	const char *family, *host, *model;
	const char *wire;	/* what upstream sends in each turn */
	const char *turn;	/* how it must find that in all later requests */
} scripts[] = {
	{	/* two thoughts, a comment, parallel calls, and silent reasoning between them */
		"openai", "api.openai.com", "gpt-6-astra",
		CREATED ADDED(0, "'type':'reasoning','id':'rs_#','summary':[]")
			THOUGHT(0, 0, "Think #.") THOUGHT(0, 1, "On") THOUGHT(0, 1, "wards.")
			DONE_WITH(0, REASONING(SUMMARY_PART("Think #.") ","
			SUMMARY_PART("Onwards."), "a#") ",'id':'rs_#'")
			ADDED(1, "'type':'message','phase':'commentary'")
			DONE_WITH(1, SAID("I look.") ",'phase':'commentary','id':'msg_#'")
			ADDED(2, CALLED("call_#a")) DONE_WITH(2, CALLED("call_#a"))
			DONE_WITH(3, REASONING("", "b#"))
			ADDED(4, CALLED("call_#b")) DONE_WITH(4, CALLED("call_#b"))
			DONE_WITH(5, REASONING(SUMMARY_PART("Led nowhere."), "c#")) COMPLETED,
		"[{" REASONING(SUMMARY_PART("Think #.") "," SUMMARY_PART("Onwards."), "a#") "},{"
			SAID("I look.") ",'phase':'commentary'},{" CALLED("call_#a") "},{"
			REASONING("", "b#") "},{" CALLED("call_#b") "},"
			OUTPUT("call_#a") "," OUTPUT("call_#b") "]",
	},
	{
		"deepseek", "api.deepseek.com", "deepseek-v4-pro",
		DELTA("'reasoning_content':'Think # '") DELTA("'reasoning_content':'on.\\n'")
			TEXT("I look.") LS(0, "call_#") END,
		"{'role':'assistant','content':'I look.','tool_calls':[" CALL_OUT("call_#") "],"
			"'reasoning_content':'Think # on.\\n'}",
	},
	{	/* the same id twice in each turn: it goes back made unique */
		"generic", "gateway.example", "deepseek-v4-pro",
		DELTA("'reasoning_content':'Think #.'") LS(0, "call_#")
			CALL(1, "call_#", "LS", "{}") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("call_#") ","
			"{'id':'call_#r2','type':'function','function':{'name':'LS',"
			"'arguments':'{}'}}],'reasoning_content':'Think #.'}",
	},
	{
		"kimi", "api.moonshot.ai", "kimi-k2.6",
		DELTA("'reasoning_content':'Think #.'") LS(0, "functions.LS:#") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("functions.LS:#")
			"],'reasoning_content':'Think #.'}",
	},
	{
		"glm", "api.z.ai", "glm-4.6",
		DELTA("'reasoning_content':'Think #.'") TEXT("So.") LS(0, "call_#") END,
		"{'role':'assistant','content':'So.','tool_calls':[" CALL_OUT("call_#")
			"],'reasoning_content':'Think #.'}",
	},
	{
		"gemini", "generativelanguage.googleapis.com", "gemini-3-pro",
		LS_SIGNED(0, "function-call-#", "google", "AY89a18IwQsQ8/+#")
			LS(0, "function-call-1#") END,
		"{'role':'assistant','content':null,'tool_calls':["
			CALL_OUT_SIGNED("function-call-#", "google", "AY89a18IwQsQ8/+#") ","
			CALL_OUT("function-call-1#") "]}",
	},
	{	/* with thoughts, and a signature that is no base64 */
		"gemini", "generativelanguage.googleapis.com", "gemini-3-pro",
		TEXT("<thought>Think #.</thought>") LS_SIGNED(0, "call_#", "google", "=sig #=") END,
		"{'role':'assistant','content':null,'tool_calls':["
			CALL_OUT_SIGNED("call_#", "google", "=sig #=") "]}",
	},
	{
		"gemini", "us-central1-aiplatform.googleapis.com", "google/gemini-3-pro",
		LS_SIGNED(0, "function-call-#", "vertex", "AY89a18IwQsQ8/+#") END,
		"{'role':'assistant','content':null,'tool_calls':["
			CALL_OUT_SIGNED("function-call-#", "vertex", "AY89a18IwQsQ8/+#") "]}",
	},
	{	/* Gemini behind a host that nobody knows */
		"generic", "gateway.example", "gemini-3-pro",
		LS_SIGNED(0, "call_#", "google", "AY89a18IwQsQ8/+#") END,
		"{'role':'assistant','content':null,'tool_calls':["
			CALL_OUT_SIGNED("call_#", "google", "AY89a18IwQsQ8/+#") "]}",
	},
	{	/* Claude: text in fragments, its signature behind it */
		"openrouter", "openrouter.ai", "anthropic/claude-sonnet-4.5",
		DELTA("'reasoning':'Think ','reasoning_details':[{'type':'reasoning.text',"
			"'text':'Think ','format':'anthropic-claude-v1','index':0}]")
			DELTA("'reasoning':'#.','reasoning_details':[{'type':'reasoning.text',"
			"'text':'#.','format':'anthropic-claude-v1','index':0}]")
			DELTA("'reasoning_details':[{'type':'reasoning.text','signature':'sig#',"
			"'format':'anthropic-claude-v1','index':0}]") LS(0, "toolu_#") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("toolu_#") "],"
			"'reasoning_details':[{'type':'reasoning.text','text':'Think #.',"
			"'format':'anthropic-claude-v1','index':0,'signature':'sig#'}]}",
	},
	{	/* the whole detail once more with the call, and at the end */
		"openrouter", "openrouter.ai", "anthropic/claude-sonnet-4.5",
		DELTA("'reasoning':'Think ','reasoning_details':[" THINK("'text':'Think '") "]")
			DELTA("'reasoning':'#.','reasoning_details':[" THINK("'text':'#.'") "]")
			DELTA("'reasoning_details':[" THINK("'signature':'sig#'") "]")
			DELTA("'reasoning':'Think #.','reasoning_details':["
			THINK("'text':'Think #.','signature':'sig#'") "],'tool_calls':[{'index':0,"
			"'id':'toolu_#','function':{'name':'LS','arguments':'{\\'n\\':#}'}}]")
			DELTA("'reasoning_details':[{'signature':'sig#','text':'Think #.','index':0,"
			"'type':'reasoning.text','format':'anthropic-claude-v1','id':null}]") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("toolu_#") "],"
			"'reasoning_details':[{'type':'reasoning.text','text':'Think #.',"
			"'format':'anthropic-claude-v1','index':0,'signature':'sig#'}]}",
	},
	{	/* the signature comes with the repetition alone, behind the call */
		"openrouter", "openrouter.ai", "anthropic/claude-sonnet-4.5",
		DELTA("'reasoning_details':[" THINK("'text':'Think '") "]")
			DELTA("'reasoning_details':[" THINK("'text':'#.'") "]") LS(0, "toolu_#")
			DELTA("'reasoning_details':[" THINK("'text':'Think #.','signature':'sig#'")
			"]") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("toolu_#") "],"
			"'reasoning_details':[{'type':'reasoning.text','text':'Think #.',"
			"'format':'anthropic-claude-v1','index':0,'signature':'sig#'}]}",
	},
	{	/* a summary and a blob, both at the end once more; so for an answer in one piece */
		"openrouter", "openrouter.ai", "openai/gpt-5",
		DELTA("'reasoning':'Plan','reasoning_details':[" SUMMARY("Plan") "]")
			DELTA("'reasoning':' #.','reasoning_details':[" SUMMARY(" #.") "," BLOB "]")
			TEXT("So.") LS(0, "call_#")
			DELTA("'reasoning':'Plan #.','reasoning_details':[" SUMMARY("Plan #.") ","
			BLOB "]") END,
		"{'role':'assistant','content':'So.','tool_calls':[" CALL_OUT("call_#") "],"
			"'reasoning_details':[" SUMMARY("Plan #.") "," BLOB "]}",
	},
	{	/* OpenAI: nothing but a blob, and one more after the call */
		"openrouter", "openrouter.ai", "openai/gpt-5",
		DELTA("'reasoning_details':[{'type':'reasoning.encrypted','data':'AA#','id':'rs_#',"
			"'index':0}]") LS(0, "call_#")
			DELTA("'reasoning_details':[{'type':'reasoning.encrypted','data':'BB#',"
			"'id':'rs_1#','index':1}]") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("call_#") "],"
			"'reasoning_details':[{'type':'reasoning.encrypted','data':'AA#',"
			"'id':'rs_#','index':0},{'type':'reasoning.encrypted','data':'BB#',"
			"'id':'rs_1#','index':1}]}",
	},
	{
		"mistral", "api.mistral.ai", "magistral-medium-latest",
		DELTA("'content':[{'type':'thinking','thinking':[{'type':'text',"
			"'text':'Think '}]}]")
			DELTA("'content':[{'type':'thinking','thinking':[{'type':'text',"
			"'text':'#.'}]}]") TEXT("So.") LS(0, "abcdefgh#") END,
		"{'role':'assistant','content':[{'type':'thinking','thinking':[{'type':'text',"
			"'text':'Think #.'}]},{'type':'text','text':'So.'}],"
			"'tool_calls':[" CALL_OUT("abcdefgh#") "]}",
	},
	{	/* it takes back under the new name what old versions send under the old one */
		"vllm", "127.0.0.1", "qwen3-32b",
		DELTA("'reasoning_content':'Think #.'") LS(0, "chatcmpl-tool-#") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("chatcmpl-tool-#")
			"],'reasoning':'Think #.'}",
	},
	{
		"generic", "127.0.0.1", "something",
		DELTA("'reasoning':'Think #.'") LS(0, "call_#") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("call_#")
			"],'reasoning':'Think #.'}",
	},
	{	/* nothing to carry, nothing added */
		"openai", "api.openai.com", "gpt-4o", LS(0, "call_#") END,
		"{'role':'assistant','content':null,'tool_calls':[" CALL_OUT("call_#") "]}",
	},
};

struct session {
	const struct script *script;
	const char *display;		/* of the thinking */
	struct settings settings;
	struct json_object *history;	/* the client's */
	struct json_object *sent;	/* upstream's turns, as it must find them */
	struct buf before;		/* the messages of the last chat request */
};

static char *of_turn(const char *text, unsigned number)
{
	char *own = must_strdup(text);

	for (char *p = own; *p; p++)
		if (*p == '#')
			*p = (char)('0' + number);
	return own;
}

static struct json_object *convert(struct session *session, unsigned number, struct turn *turn)
{
	struct json_object *request = talk_request(session->script->model, session->display,
		js_hold(session->history));
	struct json_object *chat = NULL;
	struct notes notes = { 0 };
	struct failure why;

	*turn = (struct turn){ .settings = &session->settings, .seed = { (unsigned char)number } };
	assert_true(request_to_chat(request, FOR_MESSAGES, turn, &chat, &notes, &why));
	js_free(request);
	if (turn->dialect.api == API_RESPONSES) {
		struct json_object *body = responses_body(chat, turn);
		struct buf error = { 0 };

		strict_refuses(js_text(body), slice_of("gAAAA"), &error);
		assert_string_equal(buf_text(&error), "");
		js_free(chat);
		return body;
	}
	return chat;
}

/* The same of items: those of all turns, one after the other. */
static void upstream_looks_at_items(const struct session *session, struct json_object *input)
{
	size_t at = 0;

	for (size_t i = 0; i < js_count(session->sent); i++) {
		struct json_object *turn = js_at(session->sent, i);

		for (size_t j = 0; j < js_count(turn); j++) {
			while (slice_equals(js_get_slice(js_at(input, at), "role"), "user"))
				at++;
			same_text(js_at(input, at++), js_at(turn, j), __FILE__, __LINE__);
		}
	}
	assert_true(at == js_count(input) || js_count(session->sent) == 0);
}

/* What upstream would refuse: a turn that is not as it was sent, an answer to no call. */
static void upstream_looks(const struct session *session, struct json_object *messages)
{
	size_t turns = 0;

	for (size_t i = 0; i < js_count(messages); i++) {
		struct json_object *message = js_at(messages, i), *calls;

		if (!slice_equals(js_get_slice(message, "role"), "assistant"))
			continue;
		same_text(message, js_at(session->sent, turns++), __FILE__, __LINE__);
		calls = js_get_array(message, "tool_calls");
		for (size_t j = 0; j < js_count(calls); j++)
			assert_string_equal(js_get_string(js_at(calls, j), "id"),
				js_get_string(js_at(messages, i + 1 + j), "tool_call_id"));
	}
	assert_int_equal(turns, js_count(session->sent));
}

/* Prefix caches hit: the same history gives the same bytes, a longer one begins with them. */
static void bytes_stay(struct session *session, struct json_object *messages)
{
	struct slice text = js_text(messages);

	if (session->before.len)
		assert_memory_equal(text.data, session->before.data, session->before.len - 1);
	buf_clear(&session->before);
	buf_add(&session->before, text.data, text.len);
}

/* Upstream's wire, as the Message that the client keeps. */
static void upstream_answers(struct session *session, unsigned number, const struct turn *turn)
{
	struct fixture f = { .notes = { .debug = true } };
	char *lines = of_turn(session->script->wire, number);
	char *sent = of_turn(session->script->turn, number);
	struct buf wire = { 0 };
	struct played played;

	f.turn = *turn;
	f.turn.notes = &f.notes;
	make_wire(lines, "\n", &wire);
	play(&f, buf_slice(&wire), wire.len, wire.len, &played);
	assert_true(played.ended);
	talk_goes_on(session->history, fold_message(&played.fold));
	js_append(session->sent, tree(sent));
	played_free(&played);
	buf_free(&wire);
	free(lines);
	free(sent);
}

static void take_turn(struct session *session, unsigned number)
{
	struct turn turn, again;
	struct json_object *chat = convert(session, number, &turn);
	struct json_object *same = convert(session, number, &again);

	struct json_object *input = js_get_array(chat, "input");

	same_text(chat, same, __FILE__, __LINE__);
	if (input)
		upstream_looks_at_items(session, input);
	else
		upstream_looks(session, js_get(chat, "messages"));
	bytes_stay(session, input ? input : js_get(chat, "messages"));
	upstream_answers(session, number, &turn);
	js_free(chat);
	js_free(same);
	turn_free(&turn);
	turn_free(&again);
}

static void play_session(const struct script *script, const char *display)
{
	struct session session = { .script = script, .display = display,
		.settings = settings_of(script->family) };

	session.settings.base = (struct base_url){ .scheme = "https", .host = script->host,
		.port = 443 };
	session.history = tree("[{'role':'user','content':'Go on and on.'}]");
	session.sent = js_new_array();
	for (unsigned number = 0; number < TURNS; number++)
		take_turn(&session, number);
	js_free(session.history);
	js_free(session.sent);
	buf_free(&session.before);
}

static void every_turn_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		play_session(&scripts[i], "summarized");
}

/* doc/answer.md §1.3: display:"omitted" */
static void so_it_does_when_the_client_sees_none_of_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		play_session(&scripts[i], "omitted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_turn_comes_back),
		cmocka_unit_test(so_it_does_when_the_client_sees_none_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
