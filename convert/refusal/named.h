/*
 * What upstream's sentences name: fields of our request, efforts, a number. Texts are written as
 * wording.h does; each function adds to a comma-separated list and returns whether it found any.
 */
#ifndef NAMED_H
#define NAMED_H

#include "../buf.h"

#include <stdint.h>

struct json_object;

/* The places (place.h) of the fields that the text calls unknown, unsupported or extra. */
bool named_fields(const char *text, struct json_object *chat, struct buf *list);

/* The place of the field that error.param names. */
bool named_param(const char *param, struct json_object *chat, struct buf *list);

/* The reasoning efforts that the text offers: "Supported values are: 'low', 'high'". */
bool named_efforts(const char *text, struct buf *list);

/* The number in "maximum length 128"; 0: there is none. */
int64_t named_length(const char *text);

#endif
