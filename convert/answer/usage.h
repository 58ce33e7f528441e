/*
 * Upstream's usage → Anthropic's. doc/answer.md §1.6.
 */
#ifndef USAGE_H
#define USAGE_H

#include "../turn.h"
#include "event.h"

struct json_object;

/*
 * Reads the usage of one chunk or completion: usage, choices[0].usage (Kimi) or x_groq.usage.
 * False: there is none, and *usage is unchanged.
 */
bool usage_read(struct json_object *chunk, struct usage *usage);

/* The tokens of the whole prompt, cached ones included. */
int64_t usage_prompt_tokens(const struct usage *usage);

/*
 * Upstream counted so little of the prompt that it must have cut it silently: doc/answer.md §3.5,
 * "silent cases". Always false if the request side left turn->estimate_least 0.
 */
bool usage_shows_a_cut(const struct usage *usage, const struct turn *turn);

#endif
