/* convert/refusal/heal.c, named.c: the refusals of doc/answer.md §3.8 and what each asks for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "healed.h"

/* One where nothing was asked for but an answer. */
static const char bare[] = "{'model':'m','messages':[{'role':'user','content':'u'}]}";

struct refusal_case {
	const char *message;
	const char *change;	/* the best one */
	int status;		/* 0: 400 */
	const char *param, *code;
	const char *chat;	/* NULL: everything */
};

static struct refusal reading_of(const struct refusal_case *row)
{
	struct refusal reading = { .status = row->status ? row->status : 400 };

	buf_puts(&reading.error.message, row->message);
	strcpy(reading.error.param, row->param ? row->param : "");
	strcpy(reading.error.code, row->code ? row->code : "");
	return reading;
}

/* The best change that a refusal asks for; "" when it asks for none. */
static void healed_by(const struct refusal_case *row, struct buf *text)
{
	struct json_object *chat = tree(row->chat ? row->chat : everything);
	struct refusal reading = reading_of(row);
	struct changes candidates = { 0 };
	struct dialect dialect = { 0 };

	if (heal(&reading, chat, &candidates) == HEAL_CHANGES)
		buf_puts(text, candidates.text[0]);
	for (size_t i = 0; i < candidates.count; i++)
		if (!change_apply(&dialect, slice_of(candidates.text[i])))
			fail_msg("no change: %s", candidates.text[i]);
	refusal_free(&reading);
	js_free(chat);
}

static void check(const struct refusal_case *row, int line)
{
	struct buf text = { 0 };

	healed_by(row, &text);
	_assert_string_equal(buf_text(&text), row->change, __FILE__, line);
	buf_free(&text);
}

/* change, text of the refusal, and what else is particular. */
#define HEALS(text, ...) \
	check(&(struct refusal_case){ .change = text, .message = __VA_ARGS__ }, __LINE__)

static void fields_that_are_refused_are_dropped(void **state)
{
	(void)state;
	/* OpenAI, Azure */
	HEALS("token_field=max_completion_tokens", "Unsupported parameter: 'max_tokens' is not supported with "
		"this model. Use 'max_completion_tokens' instead.");
	HEALS("drop=top_p", "Unsupported parameter: 'top_p'");
	HEALS("token_field=max_tokens", "Unrecognized request argument supplied: "
		"max_completion_tokens", .chat = "{'max_completion_tokens':9,'messages':[]}");
	HEALS("drop=temperature", "Unsupported value: 'temperature' does not support 0.5 with "
		"this model. Only the default (1) value is supported.");
	HEALS("parallel_tool_calls=false", "Unrecognized request argument supplied: "
		"parallel_tool_calls");
	HEALS("drop=store+stream_options", "Unrecognized request arguments supplied: store, "
		"stream_options, model, nothing");
	HEALS("drop=store", "Unknown parameter: 'store'.");
	HEALS("strict=none", "Unknown parameter: 'tools[0].function.strict'.");
	/* Gemini */
	HEALS("drop=store", "Invalid JSON payload received. Unknown name \"store\": Cannot "
		"find field.");
	HEALS("schema=subset", "Invalid JSON payload "
		"received. Unknown name \"const\" at "
		"'tools[0].function_declarations[0].parameters.properties[0].value': Cannot "
		"find field.\nInvalid JSON payload received. Unknown name \"strict\" at "
		"'tools[0].function_declarations[0]': Cannot find field.\nUnknown name "
		"\"store\": Cannot find field.");
	/* serde, Go */
	HEALS("parallel_tool_calls=false", "unknown field `parallel_tool_calls`, expected one "
		"of `model`, `messages`");
	HEALS("drop=store", "json: unknown field \"store\"");
	HEALS("drop=store", "Unknown field: store");
	/* Mistral, FastAPI, as error_body.c joins them */
	HEALS("token_field=max_completion_tokens,drop=stream_options+store", "body.stream_options: Extra inputs are "
		"not permitted; body.store: Extra inputs are not permitted; body.max_tokens: "
		"Extra inputs are not permitted", .status = 422);
	HEALS("drop=stream_options.include_usage", "body.stream_options.include_usage: Extra "
		"inputs are not permitted", .status = 422);
	HEALS("prefill=none", "body.messages.2.assistant.prefix: Extra inputs are "
		"not permitted", .status = 422);
	/* Groq */
	HEALS("prefill=none", "'messages.2' : for 'role:assistant' the following "
		"must be satisfied[('messages.2' : property 'prefix' is unsupported)]");
	HEALS("drop=reasoning_effort", "`reasoning_effort` is not supported with this model");
	HEALS("drop=stop", "'stop' is not supported by this model");
	/* xAI */
	HEALS("drop=reasoning_effort", "Model grok-4 does not support parameter "
		"reasoningEffort.");
	HEALS("drop=stop", "Argument not supported on this model: stop");
	/* by param */
	HEALS("parallel_tool_calls=false", "This is not allowed here",
		.param = "parallel_tool_calls");
	HEALS("drop=reasoning_effort", "This model does not know it: unsupported",
		.param = "reasoningEffort");
	/* inside an answer, without a status */
	HEALS("drop=store", "Unknown parameter: 'store'.", .status = 200);
	/* Kimi */
	HEALS("sampling=false", "invalid temperature: only 1 is allowed for this model");
}

static void efforts_and_thinking(void **state)
{
	static const char qwen[] = "{'tool_choice':'required','messages':[]}";
	static const char plain_tools[] = "{'tools':[1],'messages':[]}";
	static const char reasoned[] = "{'messages':[{'role':'assistant','tool_calls':[1],"
		"'reasoning_content':'r'}]}";
	static const char off[] = "{'thinking':{'type':'disabled'},'messages':[]}";

	(void)state;
	HEALS("effort=low+medium+high", "Unsupported value: 'reasoning_effort' does not "
		"support 'xhigh' with this model. Supported values are: 'low', 'medium', and "
		"'high'.");
	HEALS("effort=none", "`reasoning_effort` must be one of `none` or `default`");
	HEALS("effort=low+high", "reasoning_effort: unknown variant `xhigh`, expected one of "
		"`low`, `high`");
	HEALS("effort=low+high", "body.reasoning_effort: Input should be 'low' or 'high', but "
		"got 'xhigh'", .status = 422);
	HEALS("drop=reasoning_effort", "\"qwen3-coder\" does not support thinking");
	HEALS("drop=reasoning_effort", "think value \"xhigh\" is not supported for this model");
	HEALS("drop=reasoning_effort", "thinking cannot be disabled when reasoning_effort is "
		"set");
	HEALS("drop=reasoning_effort", "reasoning_effort: thinking cannot be disabled with it");
	HEALS("drop=reasoning_effort", "thinking options type cannot be disabled when "
		"reasoning_effort is set");
	HEALS("thinking_always=true", "thinking mode of this model cannot be disabled", .chat = off);
	HEALS("thinking_always=true", "Reasoning is mandatory for this endpoint and cannot be disabled.",
		.chat = "{'reasoning':{'effort':'none'},'messages':[]}");
	HEALS("api=responses,effort_beside_tools=unsaid", "Function tools with reasoning_effort are not supported "
		"for gpt-5.4 in /v1/chat/completions. Please use /v1/responses instead.");
	HEALS("api=responses,effort_beside_tools=none", "Function tools with reasoning_effort are not supported for "
		"gpt-5.6 in /v1/chat/completions. Please use /v1/responses, or set "
		"reasoning_effort to 'none'.");
	HEALS("api=responses,effort_beside_tools=none", "Function tools with reasoning_effort are "
		"not supported for gpt-5.6 in /v1/chat/completions. Please use /v1/responses instead.",
		.chat = plain_tools);
	HEALS("tool_choice=not_thinking", "Thinking mode does not support this tool_choice");
	HEALS("tool_choice=not_thinking", "Thinking mode does not support this tool_choice");
	HEALS("tool_choice=not_thinking", "deepseek-reasoner does not support this tool_choice");
	HEALS("tool_choice=not_thinking", "The tool_choice parameter does not support being "
		"set to required or object in thinking mode", .chat = qwen);
	HEALS("tool_choice=not_thinking", "The tool_choice parameter does not support being set to "
		"required or object in thinking mode");
	HEALS("stream_always=true", "parameter.enable_thinking must be set to false for non-streaming calls");
	HEALS("stream_always=true", "enable_thinking is only supported when streaming: `stream=False`");
	HEALS("reasoning_required=true", "The `reasoning_content` in the thinking mode must be passed "
		"back to the API.");
	HEALS("reasoning_required=true", "thinking is enabled but reasoning_content is missing in "
		"assistant tool call message at index 2");
	HEALS("reasoning_required=true", "thinking is enabled but reasoning_content is missing in "
		"assistant tool call message at index 2", .chat = reasoned);
	HEALS("signed_calls=true", "Function call is missing a thought_signature in functionCall parts.");
}

/* The history has turns of another model or account of this host. doc/request.md §5.1 */
static void state_of_another_model(void **state)
{
	static const char stateful[] = "{'messages':[{'role':'assistant','content':'a',"
		"'reasoning_details':[{'type':'reasoning.encrypted','data':'A'}]}]}";
	static const char *const refusals[] = {
		"Corrupted thought signature.",
		"Unable to submit request because Thought signature is not valid. Learn more: x",
		"Provider returned error: Amazon Bedrock: messages.7.content.2: Invalid `signature` "
			"in `thinking` block",
		"The encrypted content VPy0...8OA= could not be verified. Reason: Encrypted content "
			"could not be decrypted or parsed.",
		"Duplicate item found with id rs_6895. Remove duplicate items from your input.",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		HEALS("state=none", refusals[i], .chat = stateful);
		HEALS("state=none", refusals[i]);
	}
	HEALS("state=none", "Item with id 'rs_053a' not found. Items are not persisted when `store` is "
		"set to false.", .status = 404, .chat = stateful);
}

#define NO_CHOICE "No endpoints found that support the provided 'tool_choice' value. To learn " \
	"more about provider routing, visit: https://openrouter.ai/docs/provider-routing"
#define NO_HANDLING "No endpoints found that can handle the requested parameters."

static void tools_and_formats(void **state)
{
	static const char no_tools[] = "{'messages':[{'role':'assistant','tool_calls':["
		"{'id':'1','function':{'name':'a'}}]}]}";

	(void)state;
	HEALS("max_tools=1", "Invalid 'tools': array too long. Expected an array with maximum "
		"length 1, but got an array with length 2 instead.");
	HEALS("max_description=3", "Invalid 'tools[0].function.description': string too long. "
		"Expected a string with maximum length 3, but got a string with length 5 "
		"instead.");
	HEALS("max_description=3", "tools.0: description too long, maximum 3");
	HEALS("schema=typed", "At path 'properties.x': tools.function.parameters is not a valid "
		"moonshot flavored json schema");
	HEALS("schema_limits=false", "Invalid schema for function 'a': In context=('properties', 'x'), ...");
	HEALS("schema_limits=false", "'^(?=a)' is not a 'regex'");
	HEALS("schema_limits=false", "unsupported schema keyword: pattern");
	HEALS("tool_choice=word_any", "body.tool_choice.str-enum: Input should be 'auto', 'none' or "
		"'any'", .status = 422);
	HEALS("strict=none", "An object with no properties is not allowed.");
	HEALS("tool_choice=auto", NO_CHOICE, .status = 404);
	HEALS("tool_choice=auto", NO_CHOICE, .status = 404,
		.chat = "{'tool_choice':'auto','tools':[1],'messages':[]}");
	HEALS("response_format=json_object", NO_HANDLING, .status = 404);
	HEALS("response_format=json_object", NO_HANDLING, .status = 404,
		.chat = "{'parallel_tool_calls':false,'tools':[1],'messages':[]}");
	HEALS("declare_tools=true", "The toolConfig field must be defined when using toolUse and "
		"toolResult content blocks.", .chat = no_tools);
	HEALS("declare_tools=true", "Requests which include `tool_use` or `tool_result` blocks must "
		"define tools", .chat = no_tools);
	HEALS("declare_tools=true", "Anthropic expects tools; Bedrock doesn't support tool calling "
		"without `tools=` param specified.", .chat = no_tools);
	HEALS("response_format=json_object", "Invalid parameter: 'response_format' of type 'json_schema' "
		"is not supported with this model.");
	HEALS("response_format=json_object", "This response_format type is unavailable now");
}

static void messages(void **state)
{
	(void)state;
	HEALS("pdfs=none", "unknown variant `file`, expected `text` or `image_url`");
	HEALS("pdfs=none", "Invalid value: 'file'. Supported values are: 'text' and 'image_url'.");
	HEALS("pdfs=none", "Unknown part type: file");
	HEALS("pdfs=none", "unsupported content[].type", .status = 500);
	HEALS("pdfs=none", "Unsupported content type: 'file'");
	HEALS("pdfs=none", "'content' objects must have a 'type' field that is either 'text' or "
		"'image_url'.");
	HEALS("images=none", "messages[1]: unknown variant `image_url`, expected `text`");
	HEALS("images=none", "image_url is only supported by certain models");
	HEALS("images=none", "This model does not support image input");
	HEALS("images=none", "No endpoints found that support image input", .status = 404);
	HEALS("images=none", "Model only support text input");
	HEALS("images=none", "m is not a multimodal model");
	HEALS("images=none", "image input is not supported - hint: you may need to provide the "
		"mmproj", .status = 500);
	HEALS("prefill=none", "Assistant response prefill is incompatible with enable_thinking.");
	HEALS("prefill=none", "This model does not support assistant message prefill. The "
		"conversation must end with a user message.");
	HEALS("prefill=none", "Expected last role User or Tool (or Assistant with prefix True) for "
		"serving but got assistant");
	HEALS("alternation=true", "Unexpected role 'user' after role 'tool'");
	HEALS("alternation=true", "unexpected role user after tool");
	HEALS("system=reminder", "System message must be at the beginning.", .status = 500);
	HEALS("system=reminder", "invalid params, only a single system message is allowed (2013)");
	HEALS("system=reminder", "After the optional system message, conversation roles must alternate "
		"user/assistant/user/assistant/...", .status = 500);
}

static void nothing_heals_these(void **state) /* doc/answer.md §3.8, hopeless */
{
	(void)state;
	HEALS("", "Your request was flagged: unsupported parameter: 'stop'");
	HEALS("", "The prompt violates our usage policies. Unknown parameter: 'stop'");
	HEALS("", "blocked by moderation: unknown parameter: 'stop'");
	HEALS("", "You exceeded your current quota. Unknown parameter: 'stop'");
	HEALS("", "No: unknown parameter: 'stop'", .code = "content_filter");
	HEALS("", "No model m: unknown parameter: 'stop'", .status = 404,
		.code = "model_not_found");
	HEALS("", "No model m: unknown parameter: 'stop'", .status = 404,
		.code = "DeploymentNotFound");
	HEALS("", "The model `m` does not exist", .status = 404, .param = "model");
	HEALS("", "model m is not supported", .param = "model");
	HEALS("", "registry.ollama.ai/library/gemma3:4b does not support tools: unknown "
		"parameter: 'stop'");
	HEALS("", "No endpoints found that support tool use: unknown parameter: 'stop'",
		.status = 404);
	HEALS("", "\"auto\" tool choice requires --enable-auto-tool-choice and "
		"--tool-call-parser to be set: unknown parameter: 'stop'");
	HEALS("", "tools is not supported", .param = "tools");
	HEALS("", "Unknown parameter: 'messages[0].content'");
	HEALS("", "body.messages.0.role: Extra inputs are not permitted", .status = 422);
	HEALS("", "Unknown parameter: 'never_sent'");
	HEALS("", "stop is wrong", .param = "stop");
	HEALS("", "Something else");
	HEALS("", "");
	/* no occasion */
	HEALS("images=none", "This model does not support image input", .chat = bare);
	HEALS("system=reminder", "System message must be at the beginning.", .status = 500, .chat = bare);
	HEALS("tool_choice=not_thinking", "Thinking mode does not support this tool_choice", .chat = bare);
	HEALS("reasoning_required=true", "The `reasoning_content` in the thinking mode must be passed back to the API.",
		.chat = bare);
	/* "none" is not given up: the client wants no call. */
	HEALS("tool_choice=auto", NO_CHOICE, .status = 404,
		.chat = "{'tool_choice':'none','tools':[1],'messages':[]}");
	HEALS("response_format=json_object", NO_HANDLING, .status = 404, .chat = bare);
	/* another status */
	HEALS("", "Unknown parameter: 'stop'", .status = 500);
	HEALS("", "Unknown parameter: 'stop'", .status = 429);
	HEALS("", "Unknown parameter: 'stop'", .status = 401);
	HEALS("", "Unknown parameter: 'stop'", .status = 403);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_that_are_refused_are_dropped),
		cmocka_unit_test(efforts_and_thinking),
		cmocka_unit_test(state_of_another_model),
		cmocka_unit_test(tools_and_formats),
		cmocka_unit_test(messages),
		cmocka_unit_test(nothing_heals_these),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
