/*
 * Upstream's usage → Anthropic's. doc/answer.md §1.6.
 */
#ifndef USAGE_H
#define USAGE_H

#include "../turn.h"
#include "event.h"

struct json_object;

/*
 * Reads the usage of one chunk or completion, wherever it stands (usage, choices[0].usage,
 * x_groq.usage). False: it has none, and *usage is untouched.
 */
bool usage_read(struct json_object *chunk, struct usage *usage);

/* All of the prompt, what was cached with it. */
int64_t usage_prompt_tokens(const struct usage *usage);

/*
 * Upstream counted so little of the prompt that it must have cut it, without a word: doc/answer.md
 * §3.5, "silent cases". Only where the request side has filled turn->estimate_least.
 */
bool usage_shows_a_cut(const struct usage *usage, const struct turn *turn);

#endif
