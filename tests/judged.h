/*
 * A refusal, read and judged at once: nothing heals the request in between.
 */
#ifndef JUDGED_H
#define JUDGED_H

#include "../convert/refusal/refusal.h"

static inline void judged(const struct turn *turn, const struct refusal *refusal,
	struct failure *why)
{
	struct refusal read = *refusal;

	refusal_read(turn, &read);
	refusal_judge(turn, &read, why);
	refusal_free(&read);
}

#endif
