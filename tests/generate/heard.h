/*
 * One wire fed through the answer side, in random pieces, as a client hears it.
 */
#ifndef HEARD_H
#define HEARD_H

#include "../../convert/answer/event.h"
#include "../../convert/failure.h"
#include "../../convert/turn.h"
#include "../laws.h"

struct heard {
	struct grammar grammar;
	struct fold fold;
	const char *broken;	/* the law, or NULL */
	struct failure why;
	bool fine;
};

void hear(const struct turn *turn, struct slice wire, struct heard *heard);
void heard_free(struct heard *heard);

#endif
