/*
 * Text and reasoning of the model, from whichever fields and parts hold them, to text and thinking
 * blocks. doc/answer.md §1.3, §2.4.
 */
#ifndef SPEECH_H
#define SPEECH_H

#include "../turn.h"
#include "details.h"
#include "queue.h"
#include "think.h"

struct json_object;

struct speech {
	const struct turn *turn;
	struct queue *queue;
	const char *field;	/* of the reasoning at hand, if it goes back in that; or NULL */
	struct think think;
	struct details details;	/* the reasoning_details so far */
	struct buf thought;	/* the text of all reasoning so far */
	size_t others;		/* blocks other than thinking, before the reasoning at hand */
	size_t thought_others;	/* the same, before the end of thought */
	struct buf blanks[2];	/* by BLOCK_TEXT, BLOCK_THINKING: wait for something visible */
	bool visible;		/* there is text that is not blank */
};

void speech_init(struct speech *speech, const struct turn *turn, struct queue *queue);

/* message is a whole message or a delta. Within one delta, reasoning comes before content. */
bool speech_reasoning(struct speech *speech, struct json_object *message, bool whole,
	struct failure *why);
bool speech_content(struct speech *speech, struct json_object *message, bool whole,
	struct failure *why);

bool speech_say(struct speech *speech, struct slice text, bool whole, struct failure *why);

/* Adds reasoning, if it is shown, behind text that was held. */
bool speech_think(struct speech *speech, struct slice text, struct failure *why);

/* Before something else, and at the end: adds text that was held, drops blanks. */
bool speech_pause(struct speech *speech, struct failure *why);

void speech_free(struct speech *speech);

#endif
