/*
 * The estimate: tokens of a chat request, without the vocabulary. It runs on every request, so it
 * is one pass over the text. doc/answer.md §4.2.
 */
#ifndef COUNT_H
#define COUNT_H

#include "../buf.h"

#include <stdint.h>

struct json_object;

/* Of a whole chat request: messages, tools, pictures at one price. At least 1. */
int64_t count_chat(struct json_object *chat);

/*
 * Of the part that any chat template must render: the words of the messages, the calls, the names
 * and descriptions of tools. Every server counts images, thoughts and schemas in its own way.
 */
int64_t count_least(struct json_object *chat);

/* Of a text. 0 for an empty one. */
double count_text(struct slice text);

#endif
