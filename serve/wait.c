#include "wait.h"

long wait_before(int retry, const struct failure *why, const unsigned char seed[SEED_SIZE])
{
	long wait = 500;

	if (why->retry_after_ms >= 0)
		return why->retry_after_ms;
	for (int i = 0; i < retry && wait < LONGEST_WAIT_MS; i++)
		wait *= 2;
	wait = wait * (192 + seed[retry % SEED_SIZE] % 128) / 256;
	return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}
