/*
 * Images and documents → a part, text or a marker. Nothing vanishes: what cannot be sent leaves
 * a short bracketed text that says so. doc/request.md §2.2.
 */
#ifndef MEDIA_H
#define MEDIA_H

#include "../turn.h"

struct json_object;

/* Why a marker stands in the place of one. */
#define NO_IMAGES "the model takes no images"
#define NO_PDFS ", PDF is not taken here"

/* Blocks of image, document and container_upload. */
bool media_is(struct json_object *block);

/*
 * Appends the block's part or parts to parts; what cannot be sent becomes a text part with a
 * marker. A document of text becomes a text part, with its images behind it.
 */
void media_add(struct json_object *parts, struct json_object *block, const struct turn *turn);

#endif
