#include "known.h"

#include <stdlib.h>
#include <string.h>

static void forget(struct known *known)
{
	if (known)
		free(known->upstream_model);
	free(known);
}

static struct known *new_known(const char *upstream_model)
{
	struct known *known = must_alloc(sizeof(*known));

	*known = (struct known){ .upstream_model = must_strdup(upstream_model) };
	return known;
}

struct known *known_model(struct knowledge *knowledge, const char *upstream_model)
{
	struct known **models = knowledge->models, *found;
	size_t at = 0;

	while (at < KNOWN_MOST - 1 && models[at] &&
		strcmp(models[at]->upstream_model, upstream_model) != 0)
		at++;
	found = models[at];
	if (found && strcmp(found->upstream_model, upstream_model) != 0) {
		forget(found);
		found = NULL;
	}
	if (!found)
		found = new_known(upstream_model);
	memmove(models + 1, models, at * sizeof(models[0]));
	return models[0] = found;
}

void known_free(struct knowledge *knowledge)
{
	for (size_t i = 0; i < KNOWN_MOST; i++)
		forget(knowledge->models[i]);
	*knowledge = (struct knowledge){ 0 };
}
