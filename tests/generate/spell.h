/*
 * The ways in which servers spell the same thing, in a whole message and in a delta alike.
 */
#ifndef SPELL_H
#define SPELL_H

#include "meant.h"

/* One server's habits of speech. */
struct spelling {
	enum { REASONED_IN_FIELD, REASONED_TWICE, REASONED_IN_DETAILS, REASONED_IN_PARTS,
		REASONED_IN_TAGS } reasoned;
	enum { SAID_IN_CONTENT, SAID_IN_PARTS, SAID_IN_REFUSAL, SAID_IN_AUDIO } said;
	const char *field;	/* of the reasoning */
	struct buf said_text;	/* with the tags, if the reasoning stands there */
};

void spell_draw(struct spelling *spelling, const struct meant *meant);
void spell_free(struct spelling *spelling);

/* The field that pieces of reasoning and of text stand in. */
const char *spell_reasoning_field(const struct spelling *spelling);
const char *spell_text_field(const struct spelling *spelling);

/* Adds a piece to a message or delta. */
void spell_reasoning(const struct spelling *spelling, struct slice piece,
	struct json_object *message);
void spell_text(const struct spelling *spelling, struct slice piece, struct json_object *message);

/* Adds a word for the end to a choice; certain: there must be one. */
void spell_finish(const struct meant *meant, bool certain, struct json_object *choice);

/* Adds the usage to a chunk or completion, somewhere. */
void spell_usage(const struct meant *meant, struct json_object *chunk);

/* Adds the text of a call's arguments; strict: as an object alone, and no blanks around it. */
void spell_arguments(const struct meant_call *call, bool strict, struct buf *out);

#endif
