#include "overflow.h"

#include "wording.h"

#include <inttypes.h>
#include <string.h>

/* A smaller max_tokens than this is no help: the input must shrink. */
#define LEAST_ROOM 4096

/* A "cap" below this is some other number. */
#define LEAST_CAP 256

/* The wordings are written as wording.h says. A new wording of a provider is a new row. */

/* Codes and types that leave no doubt. */
static const char *const context_codes[] = {
	"context_length_exceeded",
	"exceed_context_size_error",		/* llama.cpp */
	"model_max_prompt_tokens_exceeded",	/* Copilot-like */
	"tokens_limit_reached",			/* GitHub Models */
	"1261",					/* GLM */
};

/* Words of a context overflow. */
static const char *const context_words[] = {
	"context_length_exceeded",
	"maximum context length",		/* OpenAI, DeepSeek, vLLM, OpenRouter */
	"exceeds the context window",		/* OpenAI */
	"input tokens exceed the configured limit",
	"context length is only",		/* vLLM */
	"longer than the maximum model length",
	"too long to fit into the model",
	"longer than the models context length",	/* Together, SGLang */
	"inputs tokens + max_new_tokens must be",	/* TGI */
	"input token count*exceeds the maximum",	/* Gemini */
	"available context size",		/* llama.cpp */
	"context size has been exceeded",	/* LM Studio */
	"context shift is disabled",
	"keep the first*context length of only",
	"prompt too long",			/* Ollama */
	"exceeded max context length",
	"maximum prompt length",		/* xAI */
	"too large for model with",		/* Mistral */
	"exceeded model token limit",		/* Kimi */
	"range of input length should be",	/* DashScope */
	"input length*exceeds the maximum",	/* Volcengine, Poolside */
	"prompt token count of*exceeds the limit",	/* Copilot-like */
	"context window exceeds limit",	/* MiniMax */
	"prompt exceeds max length",		/* GLM */
	"reduce the length of the messages",	/* Groq, Cerebras */
	"reduce the length of the input",
	"exceed context limit",		/* Anthropic */
	"prompt is too long",
	"input is too long",			/* Bedrock */
	"input too long",			/* Anyscale */
	"too many input tokens",		/* Bedrock */
	"n_keep*n_ctx",				/* LM Studio */
	"token limit exceeded",
	"too many tokens",
};

/* Words of one too, but for a text that speaks of the output: that may be what is too long. */
static const char *const loose_words[] = {
	"exceed*context",
	"exceed*max_seq_len",
	"exceed*max_model_len",
	"exceed*session_len",			/* LMDeploy */
	"exceed*max_num_tokens",		/* TensorRT-LLM */
	"exceed*input length",			/* the same, DeepInfra */
	"exceed max message tokens",		/* Volcengine */
	"exceed the total tokens limit",	/* watsonx */
	"input tokens*exceeds maximum length",	/* Bedrock */
	"longer than*context",
	"larger than*context",
	"over max context",			/* Novita */
	"longer than the maximum input length",	/* Friendli */
	"input length*exceed*max length",
	"prompt*exceed*limit",
	"input*tokens*exceed*limit",
	"larger than*input length limit",	/* MLC */
	"greater than*context",
	"greater than max_seq_len",		/* tabbyAPI */
	"tokens*less than*max_seq_len",		/* SiliconFlow */
	"input*must have less than*tokens",	/* TGI */
	"input token count is*only supports up to",	/* Vertex */
	"supported sequence length is",		/* SambaNova */
};

/* A limit by time, whatever else the text says. */
static const char *const rate_words[] = {
	"rate limit", "too many requests", "throttl", "per min", "per day", "please wait",
};

/* What an output cap speaks of: in the text, or the whole of error.param. */
static const char *const output_fields[] = {
	"max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens",
	"maxoutputtokens", "max tokens must", "max output tokens", "maximum output tokens",
	"maximum tokens you requested",		/* Cohere, Bedrock */
};

/*
 * vLLM gives the answer what the prompt leaves of the window, and then finds that to be negative:
 * "max_tokens must be at least 1, got -853". What was sent is always positive.
 */
static const char *const negative_words[] = {
	"got -", "got: -", "is -", "was -", "=-", "= -", "given -", "given: -", "received -",
	"received: -", "value -", "value: -",
};

enum figure {
	WINDOW, INPUT, OUTPUT,
	TOTAL,		/* input and output */
	CAP,
	CAP_AND_ONE,	/* "(exclusive)" */
	RATE, REQUESTED,	/* tokens a minute, and what this request counts for */
	FIGURES
};

/*
 * For texts that hold more than two figures, or the window alone: those with two need no row, see
 * compare_figures().
 */
static const struct neighbours context_figures[] = {
	{ "context length is #", WINDOW },
	{ "context length #", WINDOW },
	{ "context length of #", WINDOW },
	{ "context length (#", WINDOW },
	{ "context length: #", WINDOW },
	{ "context length is only #", WINDOW },
	{ "maximum model length of #", WINDOW },
	{ "context window of #", WINDOW },
	{ "n_ctx: #", WINDOW },
	{ "tokens allowed (#", WINDOW },
	{ "tokens allowed #", WINDOW },
	{ "configured limit of #", WINDOW },
	{ "exceeds the limit of #", WINDOW },
	{ "token limit: #", WINDOW },
	{ "input length should be [1, #", WINDOW },
	{ "maximum length #", WINDOW },
	{ "maximum input length #", WINDOW },
	{ "allowed input length #", WINDOW },
	{ "allowed length #", WINDOW },
	{ "allowed input length of #", WINDOW },
	{ "max size: # tokens", WINDOW },
	{ "max_new_tokens must be <= #", WINDOW },
	{ "in the prompt cannot exceed #", WINDOW },
	{ "only supports up to #", WINDOW },

	{ "resulted in # tokens", INPUT },
	{ "# input tokens", INPUT },
	{ "# tokens from the input", INPUT },
	{ "input length # exceeds", INPUT },
	{ "input token count (#", INPUT },
	{ "token count of # exceeds", INPUT },
	{ "prompt contains # tokens", INPUT },
	{ "n_keep: #", INPUT },
	{ "given: # inputs tokens", INPUT },
	{ "prompt is too long: #", INPUT },
	{ "exceed context limit: #", INPUT },

	{ "# in the completion", OUTPUT },
	{ "# for the completion", OUTPUT },
	{ "# tokens for the completion", OUTPUT },
	{ "# in the output", OUTPUT },
	{ "# output tokens", OUTPUT },
	{ "# max_new_tokens", OUTPUT },
	{ "is too large: #", OUTPUT },
	{ "+ # >", OUTPUT },

	{ "requested # tokens", TOTAL },
	{ "requested about # tokens", TOTAL },
	{ "requested a total of # tokens", TOTAL },
	{ "for a total of # tokens", TOTAL },
	{ "for a total of at least # tokens", TOTAL },

	/* "N tokens > M maximum", "A + B > C": after all that say more. */
	{ "> #", WINDOW },
};

static const struct neighbours rate_figures[] = {
	{ "limit #", RATE },
	{ "limit: #", RATE },
	{ "requested #", REQUESTED },
	{ "requested: #", REQUESTED },
};

static const struct neighbours output_figures[] = {
	{ "supports at most #", CAP },		/* OpenAI */
	{ "[1, #]", CAP },			/* DeepSeek, DashScope */
	{ "[1,#]", CAP },
	{ "maximum output tokens (#", CAP },
	{ "maximum output tokens of #", CAP },
	{ "less than or equal to #", CAP },	/* Groq */
	{ "must not exceed #", CAP },
	{ "cannot exceed #", CAP },
	{ "exceeds the limit of #", CAP },
	{ "exceeds the model limit of #", CAP },
	{ "between 1 and #", CAP },
	{ "<= #", CAP },
	{ "> #, which is the maximum", CAP },	/* Anthropic */
	{ "from 1 (inclusive) to # (exclusive)", CAP_AND_ONE },	/* Vertex */
};

static bool is_context(const struct turn *turn, int status, const struct error_body *error,
	const char *text)
{
	/* Cerebras says nothing at all; but no window is smaller than that. */
	if ((status == 400 || status == 413) && text[0] == '\0')
		return turn->estimate >= LEAST_WINDOW;
	if (wording_is(error->code, context_codes, COUNT(context_codes)) ||
		wording_is(error->type, context_codes, COUNT(context_codes)))
		return true;
	if (wording_has(text, rate_words, COUNT(rate_words)))
		return false;
	if (wording_has(text, output_fields, COUNT(output_fields)) ?
		wording_has(text, negative_words, COUNT(negative_words)) :
		wording_has(text, loose_words, COUNT(loose_words)))
		return true;
	/* A web server's 413 is about bytes and speaks of no tokens. */
	if (status == 413 && strstr(text, "token"))
		return true;
	return wording_has(text, context_words, COUNT(context_words));
}

static int64_t believable(int64_t tokens)
{
	return tokens > 0 && tokens < MOST_TOKENS ? tokens : 0;
}

/*
 * No sentence need be known for this: of two figures in the text of an overflow the larger is what
 * came, the smaller is what fits.
 */
static void compare_figures(const struct turn *turn, const char *text, int64_t figures[FIGURES])
{
	int64_t numbers[3];
	int64_t less, more;

	if (figures[OUTPUT] || figures[TOTAL] || wording_numbers(text, LEAST_CAP, numbers, 3) != 2)
		return;
	less = numbers[0] < numbers[1] ? numbers[0] : numbers[1];
	more = numbers[0] + numbers[1] - less;
	if (less == more || more == turn->max_tokens ||
		(figures[WINDOW] && figures[WINDOW] != less) ||
		(figures[INPUT] && figures[INPUT] != more))
		return;
	figures[WINDOW] = less;
	figures[INPUT] = more;
}

static void read_context(const struct turn *turn, const struct error_body *error,
	const char *text, struct overflow *overflow)
{
	int64_t figures[FIGURES] = { 0 };

	wording_figures(text, context_figures, COUNT(context_figures), figures);
	compare_figures(turn, text, figures);
	overflow->kind = OVERFLOW_CONTEXT;
	overflow->window = believable(error->n_ctx ? error->n_ctx : figures[WINDOW]);
	overflow->input = believable(error->n_prompt_tokens ? error->n_prompt_tokens :
		figures[INPUT]);
	overflow->output = believable(figures[OUTPUT]);
	/* The parts of a total may be named one by one: messages, functions, tool input. */
	if (believable(figures[TOTAL]) > overflow->output)
		overflow->input = figures[TOTAL] - overflow->output;
	/* An input that fits: it was what we asked for besides. */
	if (overflow->output == 0 && overflow->input > 0 && overflow->input <= overflow->window)
		overflow->output = believable(turn->max_tokens);
}

/*
 * "Request too large … on tokens per minute (TPM): Limit 6000, Requested 9000": waiting never
 * helps, so for the client the minute's limit is the window.
 */
static bool read_rate(const char *text, struct overflow *overflow)
{
	int64_t figures[FIGURES] = { 0 };

	if (!strstr(text, "tokens per "))
		return false;
	wording_figures(text, rate_figures, COUNT(rate_figures), figures);
	if (figures[RATE] == 0 || figures[REQUESTED] <= figures[RATE])
		return false;
	overflow->kind = OVERFLOW_CONTEXT;
	overflow->window = believable(figures[RATE]);
	overflow->input = believable(figures[REQUESTED]);
	return true;
}

static void read_output(const struct turn *turn, const struct error_body *error,
	const char *text, struct overflow *overflow)
{
	int64_t figures[FIGURES] = { 0 };
	int64_t cap;

	if (!wording_has(text, output_fields, COUNT(output_fields)) &&
		!wording_is(error->param, output_fields, COUNT(output_fields)))
		return;
	wording_figures(text, output_figures, COUNT(output_figures), figures);
	cap = figures[CAP] ? figures[CAP] : figures[CAP_AND_ONE] - 1;
	if (cap < LEAST_CAP || cap >= turn->max_tokens)
		return;
	overflow->kind = OVERFLOW_OUTPUT;
	overflow->cap = cap;
}

void overflow_read(const struct turn *turn, int status, const struct error_body *error,
	struct overflow *overflow)
{
	struct buf normal = { 0 };
	const char *text;

	*overflow = (struct overflow){ .kind = OVERFLOW_NONE };
	if (error->html)
		return;
	wording_normalise(buf_slice(&error->message), &normal);
	text = buf_text(&normal);
	/* The cap is last: vLLM's overflow begins "'max_tokens' or … is too large". */
	if (is_context(turn, status, error, text))
		read_context(turn, error, text, overflow);
	else if (!read_rate(text, overflow))
		read_output(turn, error, text, overflow);
	buf_free(&normal);
}

int64_t overflow_room(const struct overflow *overflow)
{
	int64_t room = overflow->window - overflow->input;

	if (overflow->kind != OVERFLOW_CONTEXT || overflow->input == 0 || overflow->output == 0 ||
		room < LEAST_ROOM || overflow->output <= room)
		return 0;
	/* Our copy of the input may count a little more the next time. */
	room -= overflow->window / 100;
	return room > 0 ? room : 0;
}

void overflow_to_failure(const struct turn *turn, const struct overflow *overflow,
	const char *text, struct failure *why)
{
	int64_t window = overflow->window, input = overflow->input, output = overflow->output;

	if (overflow->kind == OVERFLOW_OUTPUT) {
		failed(why, INVALID_REQUEST_ERROR, "max_tokens: %" PRId64 " > %" PRId64
			", which is the maximum allowed number of output tokens for %s",
			turn->max_tokens, overflow->cap, turn->model);
		return;
	}
	if (window == 0) {
		failed(why, INVALID_REQUEST_ERROR, "prompt is too long");
		failure_hint(why, "%s", text);
		return;
	}
	if (overflow_room(overflow) > 0) {
		failed(why, INVALID_REQUEST_ERROR, "input length and `max_tokens` exceed context "
			"limit: %" PRId64 " + %" PRId64 " > %" PRId64 ", decrease input length or "
			"`max_tokens` and try again", input, output, window);
		return;
	}
	/* Clients take N from here to decide how much must go: it must pass M. */
	if (input > 0 && input <= window)
		input += output;
	if (input <= window)
		input = turn->estimate > window ? turn->estimate : window + 1;
	failed(why, INVALID_REQUEST_ERROR, "prompt is too long: %" PRId64 " tokens > %" PRId64
		" maximum", input, window);
}
