/*
 * The events of a Messages stream, as values, as SSE text, and folded into one Message for a client
 * that did not ask for a stream. doc/answer.md §1.2 to §1.4, §2.3.
 */
#ifndef EVENT_H
#define EVENT_H

#include "../buf.h"

#include <stdint.h>

struct json_object;

/* Anthropic's usage: the three input figures add up to the whole prompt. */
struct usage {
	int64_t input_tokens, cache_creation_input_tokens, cache_read_input_tokens;
	int64_t output_tokens;
	int64_t thinking_tokens;	/* part of output_tokens; 0: unknown */
};

enum block_kind { BLOCK_TEXT, BLOCK_THINKING, BLOCK_REDACTED_THINKING, BLOCK_TOOL_USE };

enum event_kind {
	MESSAGE_START,		/* id, model, usage */
	CONTENT_BLOCK_START,	/* index, block; id, name of a tool_use; text: redacted data */
	TEXT_DELTA,		/* index, text */
	THINKING_DELTA,		/* index, text */
	SIGNATURE_DELTA,	/* index, text: exactly one, last before the stop */
	INPUT_JSON_DELTA,	/* index, text */
	CONTENT_BLOCK_STOP,	/* index, block */
	MESSAGE_DELTA,		/* stop_reason, stop_sequence, explanation, usage */
	MESSAGE_STOP,
	PING,			/* net/reply.h writes the "error" event, which ends a stream */
};

/* All pointers are borrowed and valid only during the call that passes the event. */
struct event {
	enum event_kind kind;
	unsigned index;
	enum block_kind block;
	const char *id, *name, *model;
	struct slice text;
	const struct usage *usage;
	const char *stop_reason, *stop_sequence;	/* stop_sequence is NULL if none matched */
	const char *explanation;	/* stop_details of a refusal, or NULL */
};

/* What upstream says of its end. Weakest first: of several in one answer the strongest counts. */
enum finish {
	FINISH_NONE,		/* not said */
	FINISH_STOP,		/* also "tool_calls" and every unknown word */
	FINISH_WINDOW,		/* the context window is full */
	FINISH_LENGTH,
	FINISH_REFUSAL,		/* the model's own */
	FINISH_FILTER,
	FINISH_ERROR,
	FINISH_OVERLOADED,
};

/* Adds "event: NAME\ndata: JSON\n\n". */
void event_text(const struct event *event, struct buf *out);

/* Zero-initialised, it is empty. */
struct fold {
	struct json_object *message;
	struct json_object *block;	/* the open one, inside message */
	struct buf text, signature;
	bool complete;			/* message_stop was seen */
};

void fold_event(struct fold *fold, const struct event *event);

/* The Message, still owned by fold; NULL before message_stop. */
struct json_object *fold_message(struct fold *fold);
void fold_free(struct fold *fold);

#endif
