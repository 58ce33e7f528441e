#include "known.h"

#include <stdlib.h>
#include <string.h>

struct known *known_model(struct knowledge *knowledge, const char *upstream_model)
{
	struct known *known = knowledge->models;

	for (size_t i = 0; i < KNOWN_MOST; i++) {
		struct known *other = &knowledge->models[i];

		if (other->upstream_model && !strcmp(other->upstream_model, upstream_model)) {
			other->asked = ++knowledge->asked;
			return other;
		}
		if (other->asked < known->asked)
			known = other;
	}
	free(known->upstream_model);
	*known = (struct known){ .upstream_model = must_strdup(upstream_model),
		.asked = ++knowledge->asked };
	return known;
}

void known_free(struct knowledge *knowledge)
{
	for (size_t i = 0; i < KNOWN_MOST; i++)
		free(knowledge->models[i].upstream_model);
	*knowledge = (struct knowledge){ 0 };
}
