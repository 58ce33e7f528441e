/*
 * A refusal, read and judged at once: nothing heals the request in between.
 */
#ifndef JUDGED_H
#define JUDGED_H

#include "../convert/refusal/refusal.h"

static inline void judged(const struct turn *turn, const struct refusal *refusal,
	struct failure *why)
{
	struct refusal_reading reading;

	refusal_read(turn, refusal, &reading);
	refusal_judge(turn, &reading, why);
	refusal_reading_free(&reading);
}

#endif
