/*
 * strict:true, of a tool or of a response_format: whether a schema may ask for it. It is never
 * rewritten for its sake: models invent what was optional. doc/request.md §1, §3.1, §4.2.
 */
#ifndef STRICT_H
#define STRICT_H

#include "../provider/family.h"

struct json_object;

/*
 * Every object has additionalProperties:false and requires all its properties, and no keyword
 * stands in it that such servers refuse.
 */
bool strict_fits(struct json_object *schema, enum strict_tools strict_tools);

#endif
