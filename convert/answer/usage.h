/*
 * Upstream's usage → Anthropic's. answer §1.6.
 */
#ifndef USAGE_H
#define USAGE_H

#include "event.h"

struct json_object;

/*
 * Reads the usage of one chunk or completion, wherever it stands (usage, choices[0].usage,
 * x_groq.usage). False: it has none, and *usage is untouched.
 */
bool usage_read(struct json_object *chunk, struct usage *usage);

#endif
