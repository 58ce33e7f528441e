/*
 * The estimate: tokens of a chat request, without the vocabulary. It runs on every request, so it
 * is one pass over the text. answer §4.2.
 */
#ifndef COUNT_H
#define COUNT_H

#include "../buf.h"

#include <stdint.h>

struct json_object;

/* Of a whole chat request: messages, tools, pictures at one price. At least 1. */
int64_t count_chat(struct json_object *chat);

/*
 * Of what any chat template must show of it: the words of the messages, the calls, what the tools
 * are called and do. Not images, thoughts and schemas, whose cost each server has its own idea of.
 */
int64_t count_least(struct json_object *chat);

/* Of a text. 0 for an empty one. */
double count_text(struct slice text);

#endif
