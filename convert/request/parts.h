/*
 * Messages of both sides: who speaks in one of the client's; chat messages, their content parts,
 * and what a list of parts becomes.
 */
#ifndef PARTS_H
#define PARTS_H

#include "../buf.h"
#include "../turn.h"

struct json_object;

enum role { ROLE_USER, ROLE_ASSISTANT, ROLE_SYSTEM };

/* Of a message of the client. "developer" is system; an unknown role is the user's. */
enum role role_of(struct json_object *message);

/* Appends a message that holds its role so far. */
struct json_object *message_add(struct json_object *chat_messages, const char *role);

/* What the two say where a server's order of turns wants a word of theirs. */
#define ASSISTANT_BRIDGE "Done."
#define USER_BRIDGE "(continued)"

/* Whether the last message has that role. */
bool message_last_is(struct json_object *chat_messages, const char *role);

/* Appends a text part and returns it; an empty text adds none and gives NULL. */
struct json_object *parts_add_text(struct json_object *parts, struct slice text);

/* The same for the text of a system message, in tags that set it off from the user's words. */
struct json_object *parts_add_reminder(struct json_object *parts, struct slice text);

bool part_is_text(struct json_object *part);

/* A PDF in any family's form: a file, a document_url, Gemini's image_url. */
bool part_is_pdf(struct json_object *part);

/*
 * Gives message its content: one string when all parts are texts, else the parts themselves. So
 * the same words make the same bytes, however the client had cut them into blocks. Families
 * that take marks get parts always, since a string has no place for one.
 */
void parts_to_content(struct json_object *parts, struct json_object *message,
	const struct turn *turn);

#endif
