/*
 * A Message put together from the text of a stream, as the official clients do it: with their own
 * reading of the events, so that it knows nothing of what wrote them. doc/answer.md §2.3
 */
#ifndef ASSEMBLE_H
#define ASSEMBLE_H

#include "../convert/buf.h"

struct json_object;

/*
 * The Message of those events, or NULL where they do not come to their end. *wrong is what a
 * client would throw at, or NULL. The caller frees the Message.
 */
struct json_object *assemble(struct slice events, const char **wrong);

#endif
