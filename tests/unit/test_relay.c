/* How long to wait before a retry, without waiting. doc/answer.md §3.7 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../serve/relay.h"

static const struct failure unsaid = { .retry_after_ms = -1 };

static long wait_with(unsigned char byte, int retry)
{
	unsigned char seed[SEED_SIZE];

	memset(seed, byte, sizeof(seed));
	return relay_wait_before(retry, &unsaid, seed);
}

/* Half a second, doubled each time; the fifth is never taken for one that is too long to wait. */
static void waits_double_up_to_8_seconds(void **state)
{
	static const long doubled[] = { 500, 1000, 2000, 4000, 8000, 8000, 8000 };

	(void)state;
	for (int retry = 0; retry < 7; retry++) {
		long quarter = doubled[retry] / 4;

		for (unsigned byte = 0; byte < 256; byte++) {
			long wait = wait_with((unsigned char)byte, retry);

			assert_in_range(wait, doubled[retry] - quarter, doubled[retry] + quarter);
			assert_true(wait <= LONGEST_WAIT_MS);
		}
	}
}

/* As far as the seed goes from one end to the other, so do the waits. */
static void waits_differ_by_a_quarter(void **state)
{
	(void)state;
	assert_int_equal(wait_with(0, 0), 375);
	assert_int_equal(wait_with(64, 0), 500);
	assert_int_equal(wait_with(127, 0), 623);
	assert_int_equal(wait_with(0, 3), 3000);
	assert_int_equal(wait_with(0, 4), 6000);
}

/* Clients that failed together do not come back together, and a request has no rhythm either. */
static void each_wait_has_a_byte_of_the_seed(void **state)
{
	unsigned char seed[SEED_SIZE] = { 0, 64, 127 };

	(void)state;
	assert_int_equal(relay_wait_before(0, &unsaid, seed), 375);
	assert_int_equal(relay_wait_before(1, &unsaid, seed), 1000);
	assert_int_equal(relay_wait_before(2, &unsaid, seed), 2492);
	assert_int_equal(relay_wait_before(SEED_SIZE, &unsaid, seed), 6000);
}

/* Its own wish counts as it is, however long: whether to wait so long is the caller's decision. */
static void upstream_says_how_long(void **state)
{
	static const long wishes[] = { 0, 1, 2500, 8001, 3600000 };
	unsigned char seed[SEED_SIZE] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++)
		for (int retry = 0; retry < 5; retry++)
			assert_int_equal(relay_wait_before(retry, &(struct failure){
				.retry_after_ms = wishes[i] }, seed), wishes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_double_up_to_8_seconds),
		cmocka_unit_test(waits_differ_by_a_quarter),
		cmocka_unit_test(each_wait_has_a_byte_of_the_seed),
		cmocka_unit_test(upstream_says_how_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
