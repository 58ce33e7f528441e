/*
 * A response of the Responses API → its events, as one of many hosts would send them, or whole.
 */
#ifndef ITEMS_H
#define ITEMS_H

#include "../../convert/buf.h"

struct json_object;

/* response holds its output, each item whole: reasoning, message, function_call. */
void items_write(struct json_object *response, struct buf *wire);

#endif
