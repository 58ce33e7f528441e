/*
 * One refusal → the changes of the dialect that may mend it, the best first: the table of
 * upstreams' own words. doc/answer.md §3.8.
 */
#ifndef HEAL_H
#define HEAL_H

#include "../provider/change.h"
#include "refusal.h"

enum heal {
	HEAL_NONE,	/* there is nothing to change */
	HEAL_HOPELESS,	/* no change would make it good */
	HEAL_CHANGES,	/* there are candidates */
	HEAL_EMPTY,	/* all tokens went into thinking: the answer is empty */
};

/* chat is what was refused. Adds to candidates, which need not all have an effect on it. */
enum heal heal(const struct refusal *reading, struct json_object *chat,
	struct changes *candidates);

#endif
