#include "../../convert/refusal/overflow.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static char asked[] = "claude-opus-4-5";

static struct turn turn_of(int64_t max_tokens, int64_t estimate)
{
	return (struct turn){ .model = asked, .max_tokens = max_tokens, .estimate = estimate };
}

static struct overflow read_text(const char *text, const struct turn *turn)
{
	struct overflow overflow;
	struct error_body error;

	error_body_read(slice_of(text), &error);
	overflow_read(turn, 400, &error, &overflow);
	error_body_free(&error);
	return overflow;
}

/* doc/answer.md §3.5, the first table; window, input and output as the text tells them. */
static const struct {
	const char *text;
	int64_t window, input, output;
} contexts[] = {
	/* OpenAI */
	{ "This model's maximum context length is 8192 tokens. However, your messages resulted in "
		"9000 tokens (8000 in the messages, 1000 in the functions).", 8192, 9000, 0 },
	{ "This model's maximum context length is 4097 tokens, however you requested 5000 tokens "
		"(1000 in your prompt; 4000 for the completion).", 4097, 1000, 4000 },
	{ "Your input exceeds the context window of this model.", 0, 0, 0 },
	{ "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in "
		"300100 tokens.", 272000, 300100, 0 },
	/* DeepSeek, vLLM, OpenRouter */
	{ "This model's maximum context length is 131072 tokens. However, you requested 135000 "
		"tokens (130000 in the messages, 5000 in the completion).", 131072, 130000, 5000 },
	{ "This endpoint's maximum context length is 200000 tokens. However, you requested about "
		"213000 tokens (180000 of text input, 1000 of tool input, 32000 in the output).",
		200000, 181000, 32000 },
	{ "'max_tokens' or 'max_completion_tokens' is too large: 64000. This model's maximum "
		"context length is 65536 tokens and your request has 20000 input tokens (64000 > "
		"65536 - 20000).", 65536, 20000, 64000 },
	{ "This model's maximum context length is 32768 tokens. However, you requested 2048 output "
		"tokens and your prompt contains at least 30721 input tokens, for a total of at "
		"least 32769 tokens.", 32768, 30721, 2048 },
	{ "You passed 33000 input tokens and requested 1024 output tokens. However, the model's "
		"context length is only 32768 tokens, resulting in a maximum input length of 31744 "
		"tokens.", 32768, 33000, 1024 },
	{ "The decoder prompt (length 40000) is longer than the maximum model length of 32768.",
		32768, 40000, 0 },
	/* LiteLLM, SGLang, Together */
	{ "The request exceeds the model's maximum context length (4096).", 4096, 0, 0 },
	{ "The input (50000 tokens) is longer than the model's context length (32768 tokens).",
		32768, 50000, 0 },
	{ "Requested token count exceeds the model's maximum context length of 131072 tokens. You "
		"requested a total of 140000 tokens: 108000 tokens from the input messages and "
		"32000 tokens for the completion.", 131072, 108000, 32000 },
	{ "`inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens and 500 "
		"`max_new_tokens`", 4097, 5000, 500 },
	/* Gemini, llama.cpp, LM Studio, Ollama */
	{ "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
		1048576, 1200000, 0 },
	{ "request (9001 tokens) exceeds the available context size (4096 tokens), try increasing "
		"it", 4096, 9001, 0 },
	{ "Context size has been exceeded.", 0, 0, 0 },
	{ "The number of tokens to keep from the initial prompt is greater than the context length "
		"(n_keep: 5123>= n_ctx: 4096).", 4096, 5123, 0 },
	{ "Trying to keep the first 25378 tokens when context the overflows. However, the model is "
		"loaded with context length of only 4096 tokens", 4096, 25378, 0 },
	{ "prompt too long; exceeded max context length by 120 tokens", 0, 0, 0 },
	/* xAI, Mistral, Kimi, DashScope, Volcengine, MiniMax, GLM, Cerebras, Anthropic */
	{ "This model's maximum prompt length is 131072 but the request contains 140123 tokens.",
		131072, 140123, 0 },
	{ "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum "
		"context length", 32768, 40000, 0 },
	{ "Your request exceeded model token limit: 262144 (requested: "
		"270001)", 262144, 270001, 0 },
	{ "Range of input length should be [1, 129024]", 129024, 0, 0 },
	{ "Input length 105000 exceeds the maximum length 98304", 98304, 105000, 0 },
	{ "input length 300 exceeds the maximum allowed input length of 200 tokens", 200, 300, 0 },
	{ "invalid params, context window exceeds limit (2013)", 0, 0, 0 },
	{ "Prompt exceeds max length", 0, 0, 0 },
	{ "Please reduce the length of the messages or completion. Current length is 70,001 while "
		"limit is 65,536", 65536, 70001, 0 },
	{ "prompt is too long: 208310 tokens > 200000 maximum", 200000, 208310, 0 },
	{ "input length and `max_tokens` exceed context limit: 180000 + 32000 > 200000, decrease "
		"input length", 200000, 180000, 32000 },
	{ "Input is too long for requested model.", 0, 0, 0 },
	/* omlx, llama-cpp-python, SiliconFlow, tabbyAPI, TensorRT-LLM, Vertex, watsonx, … */
	{ "Prompt too long: 32799 tokens exceeds max context window of 32768 tokens", 32768, 32799,
		0 },
	{ "{\"detail\":[{\"msg\":\"Prompt too long: 32799 tokens exceeds max context window of "
		"32768 tokens\"}]}", 32768, 32799, 0 },
	{ "Requested tokens (9034) exceed context window of 8192", 8192, 9034, 0 },
	{ "length of prompt_tokens (40960) must be less than max_seq_len (32768).", 32768, 40960,
		0 },
	{ "max_total_tokens (40960) must be less than or equal to max_seq_len (32768)", 32768,
		40960, 0 },
	{ "Prompt length 9000 is greater than max_seq_len 8192", 8192, 9000, 0 },
	{ "Prompt length (9,000) exceeds maximum input length (8,192)", 8192, 9000, 0 },
	{ "Requested input length 35000 exceeds maximum input length 32768", 32768, 35000, 0 },
	{ "the input token count is 33000 but the model only supports up to 32768", 32768, 33000,
		0 },
	{ "the number of input tokens 13000 cannot exceed the total tokens limit 8192 for this "
		"model", 8192, 13000, 0 },
	{ "Too many input tokens. Max input tokens: 8192, request input token count: 9000", 8192,
		9000, 0 },
	{ "Request prompt has 9000 tokens in total, larger than the model input length limit 8192",
		8192, 9000, 0 },
	{ "`inputs` must have less than 4096 tokens. Given: 5000", 4096, 5000, 0 },
	{ "Input too long. Received 5000 tokens, but the maximum input length is 4096 tokens.",
		4096, 5000, 0 },
	{ "Input length (50000 tokens) exceeds the maximum allowed length (32768 tokens).", 32768,
		50000, 0 },
	{ "Total tokens of image and text exceed max message tokens", 0, 0, 0 },
	{ "The total number of tokens (prompt + completion) 140000 exceeds the limit 131072",
		131072, 140000, 0 },
	{ "prompt tokens (41000) exceed model limit (32768)", 32768, 41000, 0 },
	{ "Input length is longer than the maximum input length: 35000 > 32768", 32768, 35000, 0 },
	{ "input tokens 140000 over max context 131072", 131072, 140000, 0 },
	{ "Input length 35000 exceeds max length 32768", 32768, 35000, 0 },
	/* vLLM: the window less the prompt, which is longer */
	{ "{\"message\":\"max_tokens must be at least 1, got -853. (parameter=max_tokens, "
		"value=-853)\",\"param\":\"max_tokens\",\"code\":400}", 0, 0, 0 },
	{ "max_completion_tokens must be greater than or equal to 1, but got: -12", 0, 0, 0 },
	{ "`max_new_tokens` must be greater than 0, but is -5.", 0, 0, 0 },
	/* Groq and OpenAI: a minute's limit that this request alone passes */
	{ "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000",
		6000, 9000, 0 },
	{ "Request too large on tokens per minute: limit: 6000, requested: 9000", 6000, 9000, 0 },
};

static void each_wording_of_an_overflow_is_known(void **state) /* doc/answer.md §3.5 */
{
	struct turn turn = turn_of(0, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++) {
		struct overflow overflow = read_text(contexts[i].text, &turn);

		if (overflow.kind != OVERFLOW_CONTEXT || overflow.window != contexts[i].window ||
			overflow.input != contexts[i].input ||
			overflow.output != contexts[i].output)
			print_error("%s\n", contexts[i].text);
		assert_int_equal(overflow.kind, OVERFLOW_CONTEXT);
		assert_int_equal(overflow.window, contexts[i].window);
		assert_int_equal(overflow.input, contexts[i].input);
		assert_int_equal(overflow.output, contexts[i].output);
	}
}

/* Each word by itself, in a text that no other one recognises. */
static void each_word_alone_tells_it(void **state) /* doc/answer.md §3.5 */
{
	static const char *const texts[] = {
		"Error: context_length_exceeded",
		"The text is too long to fit into the model",
		"Prompt too long",
		"exceeded max context length by 120 tokens",
		"Context shift is disabled",
		"Prompt contains 9 tokens, too large for model with 8 maximum",
		"prompt token count of 9 exceeds the limit of 8",
		"Please reduce the length of the input",
		"Please reduce the length of the messages",
		"Token limit exceeded",
		"Too many tokens",
	};
	struct turn turn = turn_of(0, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(read_text(texts[i], &turn).kind, OVERFLOW_CONTEXT);
}

/* Each figure by its neighbours, wherever it stands. */
static void each_figure_has_its_neighbours(void **state) /* doc/answer.md §3.5 */
{
	static const struct { const char *text; int64_t window, input, output; } rows[] = {
		{ "Context length: 4,096", 4096, 0, 0 },
		{ "Context length 4096", 4096, 0, 0 },
		{ "It has a context window of 4096", 4096, 0, 0 },
		{ "Tokens allowed 4096", 4096, 0, 0 },
		{ "maximum input length 4096", 4096, 0, 0 },
		{ "allowed input length 4096", 4096, 0, 0 },
		{ "allowed length 4096", 4096, 0, 0 },
		{ "tokens in the prompt cannot exceed 4096", 4096, 0, 0 },
		{ "5000 tokens from the input", 0, 5000, 0 },
		{ "at most 4000 - received 5000", 4000, 5000, 0 },
		{ "you requested 5000 tokens", 0, 5000, 0 },
		{ "you requested a total of 5000 tokens", 0, 5000, 0 },
		{ "for a total of 5000 tokens", 0, 5000, 0 },
		{ "for a total of at least 5000 tokens", 0, 5000, 0 },
		{ "you requested 5000 tokens, 1000 in the output", 0, 4000, 1000 },
	};
	struct turn turn = turn_of(0, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct overflow overflow;
		struct buf text = { 0 };

		buf_printf(&text, "Token limit exceeded. %s", rows[i].text);
		overflow = read_text(buf_text(&text), &turn);
		if (overflow.window != rows[i].window || overflow.input != rows[i].input)
			print_error("%s\n", rows[i].text);
		assert_int_equal(overflow.window, rows[i].window);
		assert_int_equal(overflow.input, rows[i].input);
		assert_int_equal(overflow.output, rows[i].output);
		buf_free(&text);
	}
}

static void codes_alone_tell_it(void **state) /* doc/answer.md §3.5 */
{
	static const char *const bodies[] = {
		"{\"error\":{\"message\":\"no\",\"code\":\"context_length_exceeded\"}}",
		"{\"error\":{\"message\":\"no\",\"type\":\"exceed_context_size_error\"}}",
		"{\"error\":{\"message\":\"no\",\"code\":\"model_max_prompt_tokens_exceeded\"}}",
		"{\"error\":{\"message\":\"rate limit\",\"code\":\"context_length_exceeded\"}}",
		"{\"error\":{\"message\":\"no\",\"code\":\"1261\"}}",
		"{\"error\":{\"message\":\"no\",\"code\":\"tokens_limit_reached\"}}",
	};
	struct turn turn = turn_of(1024, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		assert_int_equal(read_text(bodies[i], &turn).kind, OVERFLOW_CONTEXT);
}

static void limits_by_time_are_none(void **state) /* doc/answer.md §3.5 */
{
	static const char *const texts[] = {
		"Rate limit on tokens per min (TPM): Limit 30000, Used 29000, Requested 5000.",
		"Too many tokens, please wait before trying again.",
		"Too many requests: too many tokens",
		"Request was throttled: token limit exceeded",
		"Requests per minute: Limit 3, Requested 4",
		"Invalid value for temperature",
		"401 tokens are invalid",
	};
	struct turn turn = turn_of(1024, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(read_text(texts[i], &turn).kind, OVERFLOW_NONE);
}

static void a_413_is_one_when_it_speaks_of_tokens(void **state) /* doc/answer.md §3.2 */
{
	static const struct {
		const char *body;
		enum overflow_kind kind;
	} rows[] = {
		{ "{\"error\":\"too many token\"}", OVERFLOW_CONTEXT },
		{ "", OVERFLOW_CONTEXT },
		{ "{\"error\":\"Request Entity Too Large\"}", OVERFLOW_NONE },
		{ "<html><title>413 token too large</title></html>", OVERFLOW_NONE },
	};
	struct turn turn = turn_of(1024, 5000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct overflow overflow;
		struct error_body error;

		error_body_read(slice_of(rows[i].body), &error);
		overflow_read(&turn, 413, &error, &overflow);
		assert_int_equal(overflow.kind, rows[i].kind);
		overflow_read(&turn, 500, &error, &overflow);
		assert_int_equal(overflow.kind, OVERFLOW_NONE);
		error_body_free(&error);
	}
}

static void each_wording_of_a_cap_is_known(void **state) /* doc/answer.md §3.6 */
{
	static const char *const texts[] = {
		"max_tokens is too large: 64000. This model supports at most 8192 completion "
			"tokens, "
			"whereas you provided 64000.",
		"Invalid max_tokens value, the valid range of max_tokens is [1, 8192]",
		"Range of max_tokens should be [1, 8192]",
		"max_tokens: range [1,8192]",
		"max_tokens (64000) exceeds model's maximum output tokens (8192)",
		"`max_tokens` must be less than or equal to `8192`, the maximum value for "
			"`max_tokens` is less than the `context_window` for this model",
		"max_completion_tokens must not exceed 8,192",
		"max_tokens must be between 1 and 8192",
		"max_tokens cannot exceed 8192",
		"max_tokens exceeds the limit of 8192",
		"max_tokens exceeds the model's maximum output tokens of 8192",
		"Invalid 'max_tokens': integer above maximum value. Expected a value <= 8192, but "
			"got 64000 instead.",
		"max_tokens: 64000 > 8192, which is the maximum allowed number of output "
			"tokens for x",
		"it has a maxOutputTokens value of 64000 but the supported range is from 1 "
			"(inclusive) to 8193 (exclusive).",
		"{\"detail\":[{\"loc\":[\"body\",\"max_tokens\"],\"msg\":\"Input should be "
			"less than "
			"or equal to 8192\"}]}",
		"{\"error\":{\"message\":\"Expected a value <= 8192\",\"param\":\"max_tokens\"}}",
	};
	struct turn turn = turn_of(64000, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct overflow overflow = read_text(texts[i], &turn);

		if (overflow.kind != OVERFLOW_OUTPUT)
			print_error("%s\n", texts[i]);
		assert_int_equal(overflow.kind, OVERFLOW_OUTPUT);
		assert_int_equal(overflow.cap, 8192);
	}
}

static void a_cap_lies_between_256_and_what_was_sent(void **state) /* doc/answer.md §3.6 */
{
	struct turn turn = turn_of(8192, 10);

	(void)state;
	assert_int_equal(read_text("max_tokens must not exceed 8191", &turn).kind, OVERFLOW_OUTPUT);
	assert_int_equal(read_text("max_tokens must not exceed 8192", &turn).kind, OVERFLOW_NONE);
	assert_int_equal(read_text("max_tokens must not exceed 256", &turn).kind, OVERFLOW_OUTPUT);
	assert_int_equal(read_text("max_tokens must not exceed 255", &turn).kind, OVERFLOW_NONE);
	assert_int_equal(read_text("max_tokens must not exceed reason", &turn).kind, OVERFLOW_NONE);
	assert_int_equal(read_text("n must not exceed 1000", &turn).kind, OVERFLOW_NONE);
	turn.max_tokens = 0;	/* not sent: there is nothing to lower */
	assert_int_equal(read_text("max_tokens must not exceed 1000", &turn).kind, OVERFLOW_NONE);
}

static void assert_said(struct overflow overflow, struct turn turn, const char *message)
{
	struct failure why;

	overflow_to_failure(&turn, &overflow, "upstream's words", &why);
	assert_int_equal(why.status, 400);
	assert_int_equal(why.kind, INVALID_REQUEST_ERROR);
	assert_false(why.again);
	assert_string_equal(why.message, message);
}

static void the_figures_decide_what_is_said(void **state) /* doc/answer.md §3.5, the second table */
{
	struct turn turn = turn_of(1024, 50);

	(void)state;
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .window = 100, .input = 120 }, turn,
		"prompt is too long: 120 tokens > 100 maximum");
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .window = 100000, .input = 90000,
		.output = 20000 }, turn, "input length and `max_tokens` exceed context limit: "
		"90000 + 20000 > 100000, decrease input length or `max_tokens` and try again");
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .window = 100000, .input = 99000,
		.output = 20000 }, turn, "prompt is too long: 119000 tokens > 100000 maximum");
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .window = 100 }, turn,
		"prompt is too long: 101 tokens > 100 maximum");
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .window = 40 }, turn,
		"prompt is too long: 50 tokens > 40 maximum");
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .window = 100, .input = 70 }, turn,
		"prompt is too long: 101 tokens > 100 maximum");
	assert_said((struct overflow){ OVERFLOW_CONTEXT, .input = 70 }, turn,
		"prompt is too long — upstream's words");
	assert_said((struct overflow){ OVERFLOW_OUTPUT, .cap = 512 }, turn,
		"max_tokens: 1024 > 512, which is the maximum allowed number of output tokens for "
		"claude-opus-4-5");
}

static void room_is_what_the_input_leaves_less_one_percent(void **state) /* doc/answer.md §3.5 */
{
	(void)state;
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_CONTEXT, .window = 100000,
		.input = 90000, .output = 20000 }), 9000);
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_CONTEXT, .window = 100000,
		.input = 95904, .output = 20000 }), 3096);
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_CONTEXT, .window = 100000,
		.input = 95905, .output = 20000 }), 0);
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_CONTEXT, .window = 100000,
		.input = 50000, .output = 50000 }), 0);
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_CONTEXT, .window = 100000,
		.output = 200000 }), 0);
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_CONTEXT, .window = 1000000,
		.input = 995000, .output = 9000 }), 0);
	assert_int_equal(overflow_room(&(struct overflow){ OVERFLOW_OUTPUT, .cap = 5000 }), 0);
}

/* No compacting mends a max_tokens. */
static void an_output_is_not_taken_for_the_prompt(void **state) /* doc/answer.md §3.5 */
{
	static const char *const texts[] = {
		"max_tokens (64000) exceed the context window of 32768",
		"max_tokens must be at least 1, got 0",
		"max_tokens: a value between 1 and 64000 - 1 is wanted",
	};
	struct turn turn = turn_of(64000, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_not_equal(read_text(texts[i], &turn).kind, OVERFLOW_CONTEXT);
}

/* Of two figures without known neighbours: which is which, or that they are other numbers. */
static void figures_are_compared(void **state) /* doc/answer.md §3.5 */
{
	static const struct { const char *text; int64_t window, input; } rows[] = {
		{ "Prompt is too long for m-2024-08-06: 9000, 8192 fit", 8192, 9000 },
		{ "Prompt is too long: 9000 came for x-32768", 0, 9000 },
		{ "Prompt is too long (code 20)", 0, 0 },
		{ "Prompt is too long (8192, 9000, 10000)", 0, 0 },
		{ "Prompt is too long (8192 and 8192)", 0, 0 },
		{ "Prompt is too long. Context length: 8192 (4096 in the first)", 8192, 0 },
	};
	struct turn turn = turn_of(0, 10);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct overflow overflow = read_text(rows[i].text, &turn);

		if (overflow.window != rows[i].window || overflow.input != rows[i].input)
			print_error("%s\n", rows[i].text);
		assert_int_equal(overflow.window, rows[i].window);
		assert_int_equal(overflow.input, rows[i].input);
	}
}

static void what_we_asked_for_stands_in_for_an_unsaid_output(void **state) /* doc/answer.md §3.5 */
{
	struct turn turn = turn_of(20000, 10);
	struct overflow overflow = read_text("maximum context length is 100000 tokens, your "
		"messages "
		"resulted in 90000 tokens", &turn);

	(void)state;
	assert_int_equal(overflow.output, 20000);
	assert_int_equal(overflow_room(&overflow), 9000);
}

static void absurd_figures_are_not_believed(void **state)
{
	struct turn turn = turn_of(INT64_MAX, INT64_MAX);
	struct overflow overflow = read_text("maximum context length is "
		"99999999999999999999999999 tokens, resulted in 9999999999999999999 tokens", &turn);

	(void)state;
	assert_int_equal(overflow.window, 0);
	assert_int_equal(overflow.input, 0);
	overflow = read_text("{\"error\":{\"message\":\"m\",\"type\":\"exceed_context_size_error\","
		"\"n_ctx\":9223372036854775807,\"n_prompt_tokens\":-5}}", &turn);
	assert_int_equal(overflow.window, 0);
	assert_int_equal(overflow.input, 0);
	overflow = read_text("maximum context length is 100 tokens, resulted in 90 tokens", &turn);
	assert_said(overflow, turn, "prompt is too long: 9223372036854775807 tokens > 100 maximum");
}

/* doc/answer.md §3.2: Cerebras. An empty refusal of a short prompt must not have it compacted. */
static void no_words_are_one_only_of_a_long_prompt(void **state)
{
	const struct turn large = turn_of(1024, 4096), small = turn_of(1024, 4095);

	(void)state;
	assert_int_equal(read_text("", &large).kind, OVERFLOW_CONTEXT);
	assert_int_equal(read_text("", &small).kind, OVERFLOW_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wording_of_an_overflow_is_known),
		cmocka_unit_test(each_word_alone_tells_it),
		cmocka_unit_test(each_figure_has_its_neighbours),
		cmocka_unit_test(codes_alone_tell_it),
		cmocka_unit_test(limits_by_time_are_none),
		cmocka_unit_test(a_413_is_one_when_it_speaks_of_tokens),
		cmocka_unit_test(each_wording_of_a_cap_is_known),
		cmocka_unit_test(a_cap_lies_between_256_and_what_was_sent),
		cmocka_unit_test(the_figures_decide_what_is_said),
		cmocka_unit_test(room_is_what_the_input_leaves_less_one_percent),
		cmocka_unit_test(an_output_is_not_taken_for_the_prompt),
		cmocka_unit_test(figures_are_compared),
		cmocka_unit_test(what_we_asked_for_stands_in_for_an_unsaid_output),
		cmocka_unit_test(absurd_figures_are_not_believed),
		cmocka_unit_test(no_words_are_one_only_of_a_long_prompt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
