/* Call ids that carry state. doc/request.md §5.2, §5.3 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/base64.h"
#include "../../convert/ids.h"
#include "../../convert/hash.h"

#define ORIGIN "0a1b2c3d"

struct carried {
	const char *id, *signature;
	enum signer signer;
	char kind;
};

static struct call_state state_of(const struct carried *carried)
{
	struct call_state state = { .signer = carried->signer };

	buf_puts(&state.id, carried->id);
	buf_puts(&state.signature, carried->signature);
	return state;
}

static bool is_made_as_the_api_demands(const char *id)
{
	return id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")] ==
		'\0';
}

static void what_is_carried_comes_back(void **state)
{
	static const struct carried all[] = {
		{ "functions.Bash:0", "", SIGNER_GOOGLE, 'i' },
		{ "", "not base64", SIGNER_GOOGLE, 'g' },
		{ "", "not base64", SIGNER_VERTEX, 'v' },
		{ "", "AY89a18IwQsQ8/+=", SIGNER_GOOGLE, 'g' },	/* no canonical spelling */
		{ "", "AY89a18IwQsQ8/+8", SIGNER_GOOGLE, 'G' },
		{ "", "AY89a18IwQsQ8w==", SIGNER_VERTEX, 'V' },
		{ "é", "", SIGNER_GOOGLE, 'i' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct call_state carried = state_of(&all[i]), back = { 0 };
		struct buf id = { 0 };

		assert_true(callid_write("call_1", &carried, ORIGIN, &id));
		assert_true(is_made_as_the_api_demands(buf_text(&id)));
		assert_int_equal(buf_text(&id)[strlen("call_1__cp1")], all[i].kind);
		assert_int_equal(callid_visible(buf_text(&id)).len, strlen("call_1"));
		assert_true(callid_read(buf_text(&id), ORIGIN, &back));
		assert_string_equal(buf_text(&back.id), all[i].id);
		assert_string_equal(buf_text(&back.signature), all[i].signature);
		assert_int_equal(back.signer, all[i].signer);
		assert_false(callid_read(buf_text(&id), "ffffffff", &back));
		call_state_free(&carried);
		call_state_free(&back);
		buf_free(&id);
	}
}

static void of_both_the_signature_is_carried(void **state)
{
	struct call_state carried = state_of(&(struct carried){ "functions.Bash:0",
		"AY89a18IwQsQ8/+8", SIGNER_GOOGLE, 'G' }), back = { 0 };
	struct buf id = { 0 };

	(void)state;
	assert_true(callid_write("call_1", &carried, ORIGIN, &id));
	assert_true(callid_read(buf_text(&id), ORIGIN, &back));
	assert_int_equal(back.id.len, 0);
	assert_string_equal(buf_text(&back.signature), "AY89a18IwQsQ8/+8");
	call_state_free(&carried);
	call_state_free(&back);
	buf_free(&id);
}

/* Base64 is only spelled anew: it does not grow. */
static void signature_costs_twenty_characters(void **state)
{
	struct call_state carried = state_of(&(struct carried){ "", "AY89a18IwQsQ8/+8",
		SIGNER_GOOGLE, 'G' });
	struct buf id = { 0 };

	(void)state;
	callid_write("", &carried, ORIGIN, &id);
	assert_int_equal(id.len, strlen("AY89a18IwQsQ8/+8") + 20);
	call_state_free(&carried);
	buf_free(&id);
}

static void nothing_to_carry_leaves_the_id(void **state)
{
	struct call_state none = { 0 };
	struct buf id = { 0 };

	(void)state;
	assert_true(callid_write("call_1", &none, ORIGIN, &id));
	assert_string_equal(buf_text(&id), "call_1");
	assert_false(callid_read("call_1", ORIGIN, &none));
	buf_free(&id);
}

/* An id of this version, written down. */
static void first_version_stays_readable(void **state)
{
	struct call_state back = { 0 };

	(void)state;
	assert_true(callid_read("call_0r2__cp1ibed67c73Y2FsbF8w3CEj5f", "bed67c73", &back));
	assert_string_equal(buf_text(&back.id), "call_0");
	call_state_free(&back);
}

static void long_signature_travels_elsewhere(void **state)
{
	struct carried large = { "functions.Bash:0", NULL, SIGNER_GOOGLE, 'i' };
	char *text = must_zalloc(20001, 1);
	struct call_state carried, back = { 0 };
	struct buf id = { 0 };

	(void)state;
	large.signature = memset(text, 'A', 20000);
	carried = state_of(&large);
	assert_false(callid_write("call_1", &carried, ORIGIN, &id));
	assert_true(callid_read(buf_text(&id), ORIGIN, &back));
	assert_string_equal(buf_text(&back.id), large.id);
	assert_int_equal(back.signature.len, 0);
	call_state_free(&carried);
	call_state_free(&back);
	buf_free(&id);
	free(text);
}

static void what_can_be_visible(void **state)
{
	static const struct { const char *id; bool may_be; } ids[] = {
		{ "call_1", true }, { "toolu_01-A", true }, { "abc___cp2", true },
		{ "", false }, { "functions.Bash:0", false }, { "é", false }, { "a b", false },
		{ "a__cp1", false }, { "toolu_plugin_x", false }, { "confirm_x", false },
		{ "toolu_mcp_call_x", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_int_equal(callid_may_be_visible(ids[i].id), ids[i].may_be);
	assert_int_equal(callid_visible("__cp1x").len, 0);
	assert_int_equal(callid_visible("a___cp1x").len, 2);
}

/* An id with a right check around anything: such as only a hand can make. */
static void made_by_hand(char kind, const char *payload, struct buf *id)
{
	char check[7];

	buf_clear(id);
	buf_printf(id, "call_1__cp1%c" ORIGIN "%s", kind, payload);
	hash_base62(id->data, id->len, check, 6);
	buf_puts(id, check);
}

static void payloads_that_nobody_wrote_are_none(void **state)
{
	static const struct { char kind; const char *bytes; } made[] = {
		{ 'i', "" }, { 'g', "" }, { 'G', "" }, { 'V', "" },
		{ 'z', "functions.A:0" }, { '_', "functions.A:0" }, { 'I', "functions.A:0" },
		{ 'b', "functions.A:0" },
	};
	static const char *const spelled[] = { "Zg==", "Zh", "Z", "Zm9v=", "Zm 9v", "Pz8/" };
	struct call_state back = { 0 };
	struct buf id = { 0 }, payload = { 0 };

	(void)state;
	made_by_hand('i', "Pz8-", &id);
	assert_true(callid_read(buf_text(&id), ORIGIN, &back));
	call_state_free(&back);
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		buf_clear(&payload);
		base64_encode(BASE64_URL, slice_of(made[i].bytes), &payload);
		made_by_hand(made[i].kind, buf_text(&payload), &id);
		assert_false(callid_read(buf_text(&id), ORIGIN, &back));
		assert_int_equal(back.id.len + back.signature.len, 0);
	}
	for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++) {
		made_by_hand('g', spelled[i], &id);
		assert_false(callid_read(buf_text(&id), ORIGIN, &back));
	}
	buf_free(&payload);
	buf_free(&id);
}

static void payloads_have_a_limit(void **state)
{
	struct call_state back = { 0 };
	struct buf id = { 0 }, payload = { 0 };

	(void)state;
	while (payload.len < 16 << 10)
		buf_puts(&payload, "AAAA");
	made_by_hand('g', buf_text(&payload), &id);
	assert_true(callid_read(buf_text(&id), ORIGIN, &back));
	call_state_free(&back);
	buf_puts(&payload, "AAAA");
	made_by_hand('g', buf_text(&payload), &id);
	assert_false(callid_read(buf_text(&id), ORIGIN, &back));
	buf_free(&payload);
	buf_free(&id);
}

static void edits_are_seen(void **state)
{
	struct call_state carried = state_of(&(struct carried){ "", "AY89a18IwQsQ8/+8",
		SIGNER_GOOGLE, 'G' }), back = { 0 };
	struct buf id = { 0 }, cut = { 0 };

	(void)state;
	callid_write("call_1", &carried, ORIGIN, &id);
	for (size_t i = 0; i < id.len; i++) {
		buf_clear(&cut);
		buf_add(&cut, id.data, i);
		assert_false(callid_read(buf_text(&cut), ORIGIN, &back));
		for (unsigned bit = 0; bit < 8; bit++) {
			id.data[i] ^= (char)(1 << bit);
			assert_false(callid_read(buf_text(&id), ORIGIN, &back));
			id.data[i] ^= (char)(1 << bit);
		}
	}
	assert_int_equal(back.id.len + back.signature.len, 0);
	call_state_free(&carried);
	buf_free(&id);
	buf_free(&cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_carried_comes_back),
		cmocka_unit_test(of_both_the_signature_is_carried),
		cmocka_unit_test(signature_costs_twenty_characters),
		cmocka_unit_test(nothing_to_carry_leaves_the_id),
		cmocka_unit_test(first_version_stays_readable),
		cmocka_unit_test(long_signature_travels_elsewhere),
		cmocka_unit_test(what_can_be_visible),
		cmocka_unit_test(payloads_that_nobody_wrote_are_none),
		cmocka_unit_test(payloads_have_a_limit),
		cmocka_unit_test(edits_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
