/*
 * messages[] → chat messages[]: turns merged, results behind their calls, always an order that
 * Chat Completions servers take. doc/request.md §1.2, §2.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "../turn.h"

struct json_object;

/*
 * Appends to chat_messages, which already holds the leading system message, if there is one.
 * Fills turn->taken.
 */
void history_add(struct json_object *chat_messages, struct json_object *messages,
	struct turn *turn);

#endif
