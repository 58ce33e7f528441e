/* Message, request and call ids. doc/request.md §3.5, doc/answer.md §1.2, §1.4 */
#include "../../convert/ids.h"
#include "../../convert/js.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const unsigned char seed[SEED_SIZE] = { 0, 1, 2, 3, 250, 0, 0, 9 };
static const unsigned char other_seed[SEED_SIZE] = { 0, 1, 2, 3, 250, 0, 0, 8 };

static void assert_prefix_and_24_digits(const char *id, const char *prefix)
{
	size_t len = strlen(prefix);

	assert_int_equal(strncmp(id, prefix, len), 0);
	assert_int_equal(strlen(id), len + 24);
	assert_int_equal(strspn(id + len, base62), 24);
}

static void own_ids_come_from_the_seed(void **state)
{
	char message[ID_SIZE], request[ID_SIZE], again[ID_SIZE], other[ID_SIZE];

	(void)state;
	ids_make(seed, "msg_", 0, message);
	ids_make(seed, "msg_", 0, again);
	ids_make(seed, "req_", 0, request);
	ids_make(other_seed, "msg_", 0, other);
	assert_prefix_and_24_digits(message, "msg_");
	assert_prefix_and_24_digits(request, "req_");
	assert_string_equal(message, again);
	assert_string_not_equal(message, other);
	assert_string_not_equal(message + 4, request + 4);
}

static void a_call_without_id_gets_one_by_position(void **state)
{
	char first[ID_SIZE], second[ID_SIZE], other[ID_SIZE];

	(void)state;
	ids_make(seed, "toolu_", 0, first);
	ids_make(seed, "toolu_", 1, second);
	ids_make(other_seed, "toolu_", 0, other);
	assert_prefix_and_24_digits(first, "toolu_");
	assert_string_not_equal(first, second);
	assert_string_not_equal(first, other);
}

/* ---- to the upstream ---- */

static void assert_sent(enum call_ids rule, const char *id, const char *expected)
{
	struct buf out = { 0 };

	buf_puts(&out, "what was there before");
	ids_to_upstream(rule, id, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

/* A hash: as long as the rule wants, always the same, another for another id. */
static void assert_hashed(enum call_ids rule, const char *id, size_t len)
{
	struct buf out = { 0 }, again = { 0 }, other = { 0 }, changed = { 0 };

	ids_to_upstream(rule, id, &out);
	ids_to_upstream(rule, id, &again);
	buf_printf(&changed, "%s!", id);
	ids_to_upstream(rule, buf_text(&changed), &other);
	assert_int_equal(out.len, len);
	assert_int_equal(strspn(out.data, base62), len);
	assert_string_equal(out.data, again.data);
	assert_string_not_equal(out.data, other.data);
	buf_free(&out);
	buf_free(&again);
	buf_free(&other);
	buf_free(&changed);
}

static void fitting_ids_stay(void **state)
{
	(void)state;
	assert_sent(IDS_40, "toolu_01AbC-9", "toolu_01AbC-9");
	assert_sent(IDS_40, "0123456789012345678901234567890123456789",
		"0123456789012345678901234567890123456789");
	assert_sent(IDS_9, "Abc123xyZ", "Abc123xyZ");
	assert_sent(IDS_KEPT, "functions.Bash:0", "functions.Bash:0");
}

static void others_become_a_hash(void **state)
{
	(void)state;
	assert_hashed(IDS_40, "01234567890123456789012345678901234567890", 24);
	assert_hashed(IDS_40, "functions.Bash:0", 24);
	assert_hashed(IDS_40, "", 24);
	assert_hashed(IDS_9, "Abc123xy", 9);
	assert_hashed(IDS_9, "Abc123xyZ0", 9);
	assert_hashed(IDS_9, "Abc_23xyZ", 9);
	assert_hashed(IDS_9, "", 9);
}

/* ---- to the client ---- */

static void assert_unique(struct json_object *taken, const char *id, const char *expected)
{
	struct buf out = { 0 };

	ids_make_unique(taken, id, &out);
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

static void a_free_id_stays(void **state)
{
	struct json_object *taken = js_new_object();

	(void)state;
	assert_unique(taken, "call_abc", "call_abc");
	assert_unique(taken, "toolu-1", "toolu-1");
	js_free(taken);
}

static void a_taken_id_gets_r2_r3(void **state)
{
	struct json_object *taken = js_new_object();

	(void)state;
	js_add_bool(taken, "call_0", true);
	assert_unique(taken, "call_0", "call_0r2");
	assert_unique(taken, "call_0", "call_0r3");
	assert_unique(taken, "call_1", "call_1");
	js_free(taken);
}

/* Claude Code loses the result of "abc_2" when "abc" exists. */
static void an_older_id_with_a_number_behind_counts_as_taken(void **state)
{
	struct json_object *taken = js_new_object();

	(void)state;
	js_add_bool(taken, "abc", true);
	assert_unique(taken, "abc_2", "abc_2r2");
	assert_unique(taken, "abc_x2", "abc_x2");
	assert_unique(taken, "abc2", "abc2");
	assert_unique(taken, "_2", "_2");
	js_free(taken);
}

/* Anthropic's pattern is [A-Za-z0-9_-]+. */
static void other_characters_become_a_hash(void **state)
{
	struct json_object *taken = js_new_object();
	struct buf first = { 0 }, second = { 0 }, again = { 0 };

	(void)state;
	ids_make_unique(taken, "functions.Bash:0", &first);
	ids_make_unique(taken, "functions.Bash:1", &second);
	assert_int_equal(first.len, strlen("call_") + 8);
	assert_int_equal(strncmp(first.data, "call_", 5), 0);
	assert_string_not_equal(first.data, second.data);
	ids_make_unique(taken, "functions.Bash:0", &again);
	assert_int_equal(strncmp(again.data, first.data, first.len), 0);
	assert_string_equal(again.data + first.len, "r2");
	buf_free(&first);
	buf_free(&second);
	buf_free(&again);
	js_free(taken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_ids_come_from_the_seed),
		cmocka_unit_test(a_call_without_id_gets_one_by_position),
		cmocka_unit_test(fitting_ids_stay),
		cmocka_unit_test(others_become_a_hash),
		cmocka_unit_test(a_free_id_stays),
		cmocka_unit_test(a_taken_id_gets_r2_r3),
		cmocka_unit_test(an_older_id_with_a_number_behind_counts_as_taken),
		cmocka_unit_test(other_characters_become_a_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
