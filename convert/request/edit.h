/*
 * One change of a chat request that upstream may take better. An edit is a small value, so it can
 * be kept as a line of text and made again in a later request. doc/answer.md §3.8; which refusal
 * asks for which edit: heal.c.
 */
#ifndef EDIT_H
#define EDIT_H

#include "../buf.h"
#include "../note.h"
#include "../turn.h"

struct json_object;

enum edit_kind {
	/* fields; what: */
	EDIT_DROP,		/* places (place.h), by commas; a token limit is renamed */
	EDIT_EFFORT,		/* the efforts that are known, by commas: the nearest is sent */
	EDIT_EFFORT_NONE,	/* "none" beside tools */
	EDIT_THINKING_ON,	/* nothing that switches it off */
	EDIT_THINKING_OFF,	/* its occasion: a forced "tool_choice", "calls" in the history */
	EDIT_RESPONSE_FORMAT,	/* json_object, and the schema in words */
	EDIT_STREAM,		/* stream, though the client wants a whole answer */
	EDIT_CAP,		/* the most max_tokens of the model */
	EDIT_ROOM,		/* the same, for this one input */
	/* tools */
	EDIT_TOOL_CHOICE,	/* "auto", "any": in place of a forced choice; "absent": of "auto" */
	EDIT_TOOLS,		/* the most tools */
	EDIT_DESCRIPTIONS,	/* the most characters of a description */
	EDIT_SCHEMA,		/* "kimi": its dialect; "": no limits, patterns, formats */
	EDIT_DECLARE,		/* tools for the calls in the history */
	/* messages */
	EDIT_PREFILL,		/* a last word of the user */
	EDIT_BRIDGE,		/* strict alternation of user and assistant */
	EDIT_IMAGES,		/* markers in their place */
	EDIT_PDFS,
	EDIT_SYSTEM,		/* later system messages become reminders */
	EDIT_PLACEHOLDER,	/* reasoning_content beside each call */
	EDIT_SIGNATURE,		/* Gemini's word for a call without thought_signature */
	EDIT_STATE,		/* no state of another model: Gemini's word for its signatures */
};

#define EDIT_WHAT_SIZE 192

struct edit {
	enum edit_kind kind;
	char what[EDIT_WHAT_SIZE];	/* see there; else "" */
};

/*
 * Makes the edit if the request contains what it is about: a field, an image, a forced choice.
 * False: it does not, and nothing was changed. The note names the setting that does the same.
 */
bool edit_apply(struct json_object *chat, const struct edit *edit, const struct turn *turn,
	struct notes *notes);

/* It depends on the model, not on this one request or history: worth remembering. */
bool edit_lasts(const struct edit *edit);

bool edit_equals(const struct edit *a, const struct edit *b);

/* "drop stop,store", "images". */
void edit_to_text(const struct edit *edit, struct buf *out);

/* False: this is no edit that edit_to_text() writes. */
bool edit_from_text(const char *text, struct edit *edit);

#endif
