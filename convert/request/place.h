/*
 * Where a field stands in a request, as text: "stop", "stream_options.include_usage",
 * "messages[].name" (in every element), "tools[].function.strict". And "schema.pattern": a keyword
 * at any depth of the tools' schemas.
 */
#ifndef PLACE_H
#define PLACE_H

#include "../buf.h"

struct json_object;

/*
 * Removes all places of a list that is joined by "+", commas or blanks from every element, but no
 * field that the request needs; an object that becomes empty is removed too. Whatever the request
 * shares with others is copied first. What cannot stand without a removed field is left to the
 * caller.
 */
void place_drop_all(struct json_object *chat, const char *places);

/*
 * The steps of a path that somebody else wrote; the last of them, but for a validator's own, such
 * as "str"; whether a step is one of our names, which blanks separate, however it is spelled
 * ("reasoningeffort").
 */
struct slice place_next_step(struct slice *path);
struct slice place_last_step(struct slice path);
bool place_is_among(const char *names, struct slice step);

/*
 * Writes to place, which is empty, that of a field that upstream named its own way, in lower case:
 * "reasoningeffort", "body.messages.2.assistant.prefix", "tools[0].function.strict". False, and
 * nothing added: it is not in the request, or the request needs it ("model", "messages", "role",
 * …).
 */
bool place_find(struct json_object *chat, struct slice words, struct buf *place);

#endif
