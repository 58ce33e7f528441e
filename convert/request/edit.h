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

/* ---- for the files edit_*.c alone ---- */

/* Each edit looks for its occasion first, makes the change, and says whether there was one. */
struct editing {
	struct json_object *chat;
	const char *what;
	const struct turn *turn;
	struct notes *notes;
	char value[EDIT_WHAT_SIZE];	/* for the note: what the setting would be */
};

/* chat[key], copied first: it may be shared with the request, and what is shared is read-only. */
struct json_object *edit_own(struct json_object *chat, const char *key);

/* Adds "healed:EDIT/SETTING=VALUE"; without a setting "healed:EDIT". */
void edit_note(struct notes *notes, const char *edit, const char *setting, const char *value);

/* Takes the next item off a list of commas; false: none is left. */
bool edit_next_item(const char **list, char item[EDIT_WHAT_SIZE]);

/* edit_fields.c */
bool edit_drop(struct editing *e);
bool edit_response_format(struct editing *e);
bool edit_stream(struct editing *e);
bool edit_limit(struct editing *e);

/* edit_thinking.c */
bool edit_effort(struct editing *e);
bool edit_effort_none(struct editing *e);
bool edit_thinking_on(struct editing *e);
bool edit_thinking_off(struct editing *e);

/* edit_tools.c */
bool edit_tool_choice(struct editing *e);
bool edit_tools(struct editing *e);
bool edit_descriptions(struct editing *e);
bool edit_schema(struct editing *e);
bool edit_keyword(struct editing *e, const char *keyword);
bool edit_declare(struct editing *e);
bool edit_is_forced(struct json_object *chat);	/* tool_choice forces a call */

/* edit_messages.c */
bool edit_prefill(struct editing *e);
bool edit_bridge(struct editing *e);
bool edit_system(struct editing *e);
bool edit_placeholder(struct editing *e);
bool edit_signature(struct editing *e);
bool edit_state(struct editing *e);

/* edit_media.c */
bool edit_images(struct editing *e);
bool edit_pdfs(struct editing *e);

#endif
