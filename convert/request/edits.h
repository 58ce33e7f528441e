/*
 * The edits by what they change, for edit.c alone. Each looks for its occasion first, makes the
 * change, and says whether there was one.
 */
#ifndef EDITS_H
#define EDITS_H

#include "edit.h"

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
