/*
 * What the answer side needs to know about its request. The request side fills it, and it does not
 * change afterwards. It is all that request/ and answer/ share.
 */
#ifndef TURN_H
#define TURN_H

#include "ids.h"
#include "names.h"
#include "note.h"
#include "provider/thinking.h"
#include "settings.h"

#include <stdint.h>

/* No model that a coding client can use has a smaller window. */
#define LEAST_WINDOW 4096

/* A number that is not below this is no count of tokens. */
#define MOST_TOKENS INT64_C(1000000000000)

struct turn {
	const struct settings *settings;	/* borrowed */
	struct notes *notes;		/* of the conversion; borrowed. NULL: none are kept */
	unsigned char seed[SEED_SIZE];		/* of the ids made for this answer */
	char *model;			/* as the client asked: the answer's "model" */
	char *upstream_model;
	const struct dialect *changed;	/* in place of that of the model; borrowed, or NULL */
	struct dialect dialect;		/* in which it was converted */
	struct names names;		/* of the tools that went out */
	bool in_past;			/* the conversion is at what was answered already */
	struct json_object *taken;	/* call ids in the history, id → true; NULL: none */
	struct json_object *stops;	/* array of the client's stop_sequences, or NULL */
	enum wanted_thinking thinking;	/* asked of the upstream; WANTED_UNSET: nothing */
	bool stream;			/* the client wants events */
	bool emit_thinking;		/* doc/answer.md §1.3 "whether to emit thinking" */
	bool omit_thinking;		/* display:"omitted": the block without its text */
	int64_t max_tokens;		/* as sent upstream; 0: not sent */
	int64_t estimate;		/* input tokens of what goes upstream */
	int64_t estimate_least;		/* … the part that any template must show; 0: not needed */
};

void turn_free(struct turn *turn);

#endif
