#include "stream.h"

#include "../js.h"
#include "../refusal/refusal.h"
#include "../responses/events.h"
#include "call.h"
#include "queue.h"
#include "speech.h"
#include "usage.h"

#include <stdlib.h>
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
	[FINISH_REFUSAL] = { "refusal", NULL },
	[FINISH_FILTER] = { "refusal", "upstream's content filter ended this answer" },
	[FINISH_OVERLOADED] = { NULL, NULL },
};

struct stream {
	const struct turn *turn;
	void (*event)(void *to, const struct event *event);
	void *to;
	struct queue queue;
	struct speech speech;
	struct tool_calls *calls;
	struct events events;		/* of the Responses API */
	bool started;			/* message_start was sent */
	bool answered;			/* a choice was seen */
	bool done;			/* "[DONE]", or all of a whole completion, was seen */
	enum finish finish;
	const char *stop_sequence;	/* the client's that upstream says it met */
	bool has_usage;
	struct usage usage;		/* the latest */
	size_t bytes;			/* of content sent, for the estimate */
	bool refused;			/* upstream reported an error: refusal */
	struct refusal refusal;
};

/* ---- message_start ---- */

static void send_event(struct stream *stream, const struct event *event)
{
	stream->event(stream->to, event);
}

void stream_start(struct stream *stream)
{
	struct usage usage = { .input_tokens = stream->turn->estimate, .output_tokens = 1 };
	char id[ID_SIZE];

	if (stream->started)
		return;
	stream->started = true;
	ids_make(stream->turn->seed, "msg_", 0, id);
	send_event(stream, &(struct event){ .kind = MESSAGE_START, .id = id,
		.model = stream->turn->model,
		.usage = stream->has_usage ? &stream->usage : &usage });
}

static void on_block(void *to, const struct event *event)
{
	struct stream *stream = to;

	stream_start(stream);
	/* What carries state costs no tokens. */
	if (event->kind != SIGNATURE_DELTA && event->kind != CONTENT_BLOCK_START)
		stream->bytes += event->text.len;
	send_event(stream, event);
}

bool stream_has_output(const struct stream *stream)
{
	return stream->queue.sent > 0;
}

struct stream *stream_new(const struct turn *turn,
	void (*event)(void *to, const struct event *event), void *to)
{
	struct stream *stream = must_zalloc(1, sizeof(*stream));

	stream->turn = turn;
	stream->event = event;
	stream->to = to;
	stream->queue = (struct queue){ .event = on_block, .to = stream,
		.omit_thinking = turn->omit_thinking };
	carry_origin(&turn->settings->base, stream->queue.origin);
	speech_init(&stream->speech, turn, &stream->queue);
	stream->calls = tool_calls_new(turn, &stream->queue);
	stream->events = (struct events){ .turn = turn, .speech = &stream->speech,
		.calls = stream->calls, .queue = &stream->queue };
	return stream;
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	events_free(&stream->events);
	tool_calls_free(stream->calls);
	speech_free(&stream->speech);
	queue_free(&stream->queue);
	if (stream->refused)
		refusal_free(&stream->refusal);
	free(stream);
}

/* ---- an error in the answer ---- */

bool stream_refuse(struct stream *stream, struct json_object *holder, struct failure *why)
{
	bool ended = stream->finish != FINISH_NONE && stream->finish < FINISH_ERROR;

	/* OpenRouter says "length", and then "Token limit reached" as an error. */
	if (ended && (stream->queue.first || stream->finish == FINISH_LENGTH)) {
		stream->has_usage |= usage_read(holder, &stream->usage);
		note_changed(stream->turn->notes, "dropped:error_after_finish");
		return true;
	}
	if (stream->refused)
		refusal_free(&stream->refusal);
	stream->refused = true;
	refusal_read_in_answer(stream->turn, holder, &stream->refusal);
	refusal_judge(stream->turn, &stream->refusal, why);
	return false;
}

const struct refusal *stream_refusal(const struct stream *stream)
{
	return stream->refused ? &stream->refusal : NULL;
}

/* ---- one chunk ---- */

/* The choice with index 0; a whole completion's first when none has it. */
static struct json_object *choice_of(struct json_object *chunk, bool whole)
{
	struct json_object *choices = js_get_array(chunk, "choices"), *first = NULL;

	for (size_t i = 0; i < js_count(choices); i++) {
		struct json_object *choice = js_at(choices, i);
		int64_t index = 0;

		js_get_int(choice, "index", &index);
		if (js_is_object(choice) && index == 0)
			return choice;
		if (js_is_object(choice) && !first)
			first = choice;
	}
	return whole ? first : NULL;
}

static bool take_call(struct stream *stream, struct json_object *piece, bool whole,
	struct failure *why)
{
	if (!js_is_object(piece)) {
		note_ignored(stream->turn->notes, "tool_calls");
		return true;
	}
	return speech_pause(&stream->speech, why) &&
		tool_calls_piece(stream->calls, piece, whole, why);
}

static bool take_calls(struct stream *stream, struct json_object *message, bool whole,
	struct failure *why)
{
	struct json_object *tool_calls = js_get_array(message, "tool_calls");
	struct json_object *function_call = js_get_object(message, "function_call");

	for (size_t i = 0; i < js_count(tool_calls); i++)
		if (!take_call(stream, js_at(tool_calls, i), whole, why))
			return false;
	if (js_count(tool_calls) > 0 || !function_call)
		return true;
	return take_call(stream, function_call, whole, why);
}

static bool take_message(struct stream *stream, struct json_object *message, bool whole,
	struct failure *why)
{
	return speech_reasoning(&stream->speech, message, whole, why) &&
		speech_content(&stream->speech, message, whole, why) &&
		take_calls(stream, message, whole, why);
}

/* The content of a choice, wherever it stands. */
static bool take_choice(struct stream *stream, struct json_object *choice, bool whole,
	struct failure *why)
{
	struct json_object *delta = js_get_object(choice, "delta");
	struct json_object *message = js_get_object(choice, "message");

	if (whole && message)
		return take_message(stream, message, true, why);
	if (js_count(delta) > 0)
		return take_message(stream, delta, whole, why);
	/* MiniMax ends its stream with the whole message once more. */
	if (message)
		return stream->queue.first || take_message(stream, message, true, why);
	return speech_say(&stream->speech, js_get_slice(choice, "text"), whole, why);
}

/* vLLM says in stop_reason, SGLang in matched_stop, which one it met; numbers there are tokens. */
static void take_stop_sequence(struct stream *stream, struct json_object *choice)
{
	static const char *const fields[] = { "stop_reason", "matched_stop" };

	for (size_t i = 0; i < COUNT(fields); i++) {
		const char *met = js_get_string(choice, fields[i]);

		for (size_t j = 0; met && j < js_count(stream->turn->stops); j++) {
			struct slice stop = js_slice(js_at(stream->turn->stops, j));

			if (slice_equals(stop, met))
				stream->stop_sequence = stop.data;
		}
	}
}

static void take_finish(struct stream *stream, struct json_object *choice)
{
	const char *finish_reason = js_get_string(choice, "finish_reason");
	enum finish finish = FINISH_STOP;

	/* Old Ollama sends "" with every chunk. */
	if (!finish_reason || !*finish_reason)
		return;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(words[i].finish_reason, finish_reason))
			finish = words[i].finish;
	if (finish > stream->finish)
		stream->finish = finish;
}

/* ---- one event of the Responses API ---- */

static bool take_event(struct stream *stream, struct json_object *event, bool whole,
	struct failure *why)
{
	struct json_object *error = events_error(event, whole);

	if (error)
		return stream_refuse(stream, error, why);
	stream->has_usage |= usage_read(whole ? event : js_get(event, "response"), &stream->usage);
	if (!events_take(&stream->events, event, whole, why))
		return false;
	stream->finish = stream->events.finish;
	/* llama.cpp: "status":"completed" and "output_tokens":16, where 16 was the limit. */
	if (stream->finish == FINISH_STOP && stream->turn->max_tokens > 0 &&
		stream->usage.output_tokens >= stream->turn->max_tokens)
		stream->finish = FINISH_LENGTH;
	stream->answered |= stream->finish != FINISH_NONE || stream->events.last;
	/* What ends the response ends all: there is no [DONE]. */
	stream->done |= whole || stream->finish != FINISH_NONE;
	if (!whole)
		queue_flush(&stream->queue);
	return true;
}

/* ---- both ---- */

bool stream_chunk(struct stream *stream, struct json_object *chunk, bool whole,
	struct failure *why)
{
	struct json_object *choice;

	if (stream->turn->dialect.api == API_RESPONSES)
		return take_event(stream, chunk, whole, why);
	if (error_body_is_in(chunk))
		return stream_refuse(stream, chunk, why);
	stream->has_usage |= usage_read(chunk, &stream->usage);
	stream->done |= whole;
	choice = choice_of(chunk, whole);
	if (!choice)
		return true;
	stream->answered = true;
	take_finish(stream, choice);
	take_stop_sequence(stream, choice);
	if (!take_choice(stream, choice, whole, why))
		return false;
	/* Of a whole answer nothing goes out before its end is known to be good. */
	if (!whole)
		queue_flush(&stream->queue);
	return true;
}

void stream_done(struct stream *stream)
{
	/* Some hosts send "[DONE]" behind events too; it is none of these that ends a response. */
	stream->done |= stream->turn->dialect.api == API_CHAT;
}

void stream_ran_out(struct stream *stream)
{
	stream->answered = stream->done = true;
	stream->finish = FINISH_LENGTH;
}

bool stream_is_done(const struct stream *stream)
{
	return stream->done;
}

bool stream_finished(const struct stream *stream)
{
	return stream->done || stream->finish != FINISH_NONE;
}

/* ---- the end ---- */

/* Whether upstream came to an end that it meant. */
static bool ended_well(const struct stream *stream, struct failure *why)
{
	bool ended = stream->answered && stream_finished(stream);
	bool chat = stream->turn->dialect.api == API_CHAT;

	if (ended && stream->finish < FINISH_ERROR)
		return true;
	if (!ended && stream->done)
		return failed_as(why, 502, API_ERROR, "upstream answered without %s",
			chat ? "choices" : "output");
	if (ended && stream->finish == FINISH_OVERLOADED)
		failed(why, OVERLOADED_ERROR, "upstream ran out of resources");
	else
		failed_as(why, 502, API_ERROR, ended ?
			"upstream broke off its answer with an error" : !stream->answered ?
			"upstream sent an empty answer" : chat ?
			"upstream's answer broke off: no finish_reason and no [DONE] came" :
			"upstream's answer broke off: no response.completed came");
	why->again = true;
	return false;
}

static void end_message(struct stream *stream)
{
	/* About four bytes are a token. */
	struct usage usage = { .input_tokens = stream->turn->estimate,
		.output_tokens = (int64_t)((stream->bytes + 3) / 4) };
	struct event message_delta = { .kind = MESSAGE_DELTA, .usage = &usage,
		.stop_reason = reasons[stream->finish].stop_reason,
		.explanation = reasons[stream->finish].explanation };

	if (usage.output_tokens == 0 && stream_has_output(stream))
		usage.output_tokens = 1;
	if (stream->has_usage)
		usage = stream->usage;

	if (!message_delta.stop_reason && tool_calls_count(stream->calls) > 0) {
		/* Gemini and Ollama say "stop" with calls. */
		message_delta.stop_reason = "tool_use";
	} else if (!message_delta.stop_reason && stream->stop_sequence) {
		message_delta.stop_reason = "stop_sequence";
		message_delta.stop_sequence = stream->stop_sequence;
	} else if (!message_delta.stop_reason) {
		/* "tool_calls" without a call too: Claude Code would wait for one. */
		message_delta.stop_reason = "end_turn";
	}
	if (stream->has_usage && usage_shows_a_cut(&stream->usage, stream->turn))
		note_changed(stream->turn->notes, "cut:prompt");
	stream_start(stream);
	send_event(stream, &message_delta);
	send_event(stream, &(struct event){ .kind = MESSAGE_STOP });
}

bool stream_end(struct stream *stream, struct failure *why)
{
	bool cut = stream->finish == FINISH_LENGTH || stream->finish == FINISH_WINDOW;

	if (!ended_well(stream, why) || !speech_pause(&stream->speech, why) ||
		!tool_calls_end(stream->calls, cut, why))
		return false;
	if (stream->finish == FINISH_WINDOW && !stream->queue.first)
		return failed(why, INVALID_REQUEST_ERROR, "prompt is too long — upstream's "
			"context window was full before it could answer");
	/* Claude Code takes an answer without text and calls for a malformed one. */
	if (!stream->speech.visible && tool_calls_count(stream->calls) == 0)
		queue_add(&stream->queue, BLOCK_TEXT);
	queue_end(&stream->queue);
	end_message(stream);
	return true;
}
