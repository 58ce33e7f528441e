#include "finish.h"

#include <string.h>

static const struct { const char *finish_reason; enum finish finish; } words[] = {
	{ "length", FINISH_LENGTH },
	{ "max_tokens", FINISH_LENGTH },
	{ "model_length", FINISH_LENGTH },	/* Mistral */
	{ "content_filter", FINISH_FILTER },
	{ "sensitive", FINISH_FILTER },		/* GLM */
	{ "safety", FINISH_FILTER },
	{ "refusal", FINISH_FILTER },
	{ "model_context_window_exceeded", FINISH_WINDOW },	/* GLM */
	{ "error", FINISH_ERROR },
	{ "network_error", FINISH_ERROR },	/* GLM */
	{ "abort", FINISH_ERROR },		/* vLLM */
	{ "insufficient_system_resource", FINISH_OVERLOADED },	/* DeepSeek */
};

/* Where the word alone decides; elsewhere the blocks that were sent do. */
static const struct { const char *stop_reason, *explanation; } reasons[] = {
	[FINISH_WINDOW] = { "model_context_window_exceeded", NULL },
	[FINISH_LENGTH] = { "max_tokens", NULL },
	[FINISH_FILTER] = { "refusal", "upstream's content filter ended this answer" },
	[FINISH_OVERLOADED] = { NULL, NULL },
};

enum finish finish_of(const char *finish_reason)
{
	/* Old Ollama sends "" with every chunk. */
	if (!finish_reason || !*finish_reason)
		return FINISH_NONE;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(words[i].finish_reason, finish_reason))
			return words[i].finish;
	return FINISH_STOP;
}

void finish_to_stop_reason(enum finish finish, bool tool_use, const char *matched,
	struct event *message_delta)
{
	message_delta->stop_sequence = NULL;
	message_delta->explanation = reasons[finish].explanation;
	if (reasons[finish].stop_reason) {
		message_delta->stop_reason = reasons[finish].stop_reason;
	} else if (tool_use) {
		/* Gemini and Ollama say "stop" with calls. */
		message_delta->stop_reason = "tool_use";
	} else if (matched) {
		message_delta->stop_reason = "stop_sequence";
		message_delta->stop_sequence = matched;
	} else {
		/* "tool_calls" without a call too: Claude Code would wait for one. */
		message_delta->stop_reason = "end_turn";
	}
}

bool finish_is_fine(enum finish finish, struct failure *why)
{
	if (finish == FINISH_OVERLOADED)
		failed(why, OVERLOADED_ERROR, "upstream ran out of resources");
	else if (finish == FINISH_ERROR)
		failed_as(why, 502, API_ERROR, "upstream broke off its answer with an error");
	else
		return true;
	why->again = true;
	return false;
}
