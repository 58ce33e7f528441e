/*
 * A meant answer as one JSON text.
 */
#ifndef WHOLE_H
#define WHOLE_H

#include "meant.h"

struct json_object;

void whole_write(const struct meant *meant, const struct turn *turn, struct buf *wire);

/* Its "message" alone, added to an empty object. */
void whole_message(const struct meant *meant, const struct turn *turn,
	struct json_object *message);

#endif
