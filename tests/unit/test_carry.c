/* Capsules. doc/request.md §5.1, §5.3 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../convert/base64.h"
#include "../../convert/carry.h"
#include "../../convert/hash.h"
#include "conversion.h"

#define ORIGIN "0a1b2c3d"

static struct buf capsule_of(const char *state)
{
	struct json_object *object = tree(state);
	struct buf capsule = { 0 };

	capsule_write(object, ORIGIN, &capsule);
	js_free(object);
	return capsule;
}

/* A capsule with a right check around any JSON: such as only a hand can make. */
static struct buf made_by_hand(const char *prefix, enum base64 spelling, const char *json)
{
	struct buf capsule = { 0 };
	char check[9];
	char *quotes = must_strdup(json);

	for (char *p = quotes; *p; p++)
		if (*p == '\'')
			*p = '"';
	buf_puts(&capsule, prefix);
	base64_encode(spelling, slice_of(quotes), &capsule);
	hash_hex(capsule.data, capsule.len, check, 8);
	buf_printf(&capsule, ".%s", check);
	free(quotes);
	return capsule;
}

static void reads_as(struct slice capsule, const char *expected)
{
	struct json_object *state = capsule_read(capsule, ORIGIN), *wanted = tree(expected);

	assert_non_null(state);
	same_text(state, wanted, __FILE__, __LINE__);
	js_free(state);
	js_free(wanted);
}

static void is_foreign(struct slice capsule)
{
	assert_null(capsule_read(capsule, ORIGIN));
}

static void origin_is_scheme_host_and_port(void **state)
{
	static const struct base_url bases[] = {
		{ .scheme = "https", .host = "api.deepseek.com", .port = 443 },
		{ .scheme = "http", .host = "api.deepseek.com", .port = 443 },
		{ .scheme = "https", .host = "api.deepseek.org", .port = 443 },
		{ .scheme = "https", .host = "api.deepseek.com", .port = 444 },
	};
	const struct base_url path = { .scheme = "https", .host = "api.deepseek.com", .port = 443,
		.path = "/beta" };
	char first[ORIGIN_SIZE], other[ORIGIN_SIZE];

	(void)state;
	carry_origin(&bases[0], first);
	assert_string_equal(first, "ba642c22");	/* sessions outlive upgrades */
	for (size_t i = 1; i < sizeof(bases) / sizeof(bases[0]); i++) {
		carry_origin(&bases[i], other);
		assert_string_not_equal(first, other);
	}
	carry_origin(&path, other);
	assert_string_equal(first, other);
}

static void state_comes_back_to_the_byte(void **state)
{
	static const char *const states[] = {
		"{}",
		"{'f':'reasoning_content'}",
		"{'f':'reasoning','t':'\\u0000 é \\ud83d\\udca1 / \\\\'}",
		"{'d':[{'type':'reasoning.text','text':'a','index':0,'x':[1.50,-0,null]},"
			"{'type':'reasoning.encrypted','data':'AA=='}]}",
		"{'m':[{'type':'thinking','thinking':[{'type':'text','text':'a'}],"
			"'signature':'s'}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct buf capsule = capsule_of(states[i]), again = capsule_of(states[i]);

		assert_string_equal(buf_text(&capsule), buf_text(&again));
		reads_as(buf_slice(&capsule), states[i]);
		buf_free(&capsule);
		buf_free(&again);
	}
}

/* A capsule of this version, written down: it must be readable for ever. */
static void first_version_stays_readable(void **state)
{
	(void)state;
	reads_as(slice_of("cp1.eyJvIjoiMGExYjJjM2QiLCJmIjoicmVhc29uaW5nIn0.ffcd2655"),
		"{'f':'reasoning'}");
}

static void what_is_not_ours_is_foreign(void **state)
{
	static const char *const texts[] = { "", "cp1", "cp1.", "cp1..00000000", "EqoBCkgIBBAB",
		"cp2.eyJvIjoiMGExYjJjM2QifQ.00000000", "c2lnbmF0dXJl" };
	struct buf capsule = capsule_of("{'f':'reasoning'}");

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		is_foreign(slice_of(texts[i]));
	is_foreign((struct slice){ 0 });
	assert_null(capsule_read(buf_slice(&capsule), "ffffffff"));
	for (size_t len = 0; len < capsule.len; len++)
		is_foreign((struct slice){ capsule.data, len });
	buf_free(&capsule);
}

static void only_known_keys_in_their_shapes(void **state)
{
	static const char *const foreign[] = {
		"[]", "7", "{", "{}", "{'o':7}", "{'o':'0a1b2c3d','f':'tools'}",
		"{'o':'0a1b2c3d','f':['reasoning']}", "{'o':'0a1b2c3d','t':7}",
		"{'o':'0a1b2c3d','d':{}}", "{'o':'0a1b2c3d','d':[7]}",
		"{'o':'0a1b2c3d','d':[{'text':'no type'}]}",
		"{'o':'0a1b2c3d','m':[{'type':'image_url','image_url':{}}]}",
		"{'o':'0a1b2c3d','m':[{'type':'thinking','thinking':'x'}]}",
		"{'o':'0a1b2c3d','r':'e'}", "{'o':'0a1b2c3d','r':{'p':'commentary'}}",
		"{'o':'0a1b2c3d','r':{'e':''}}", "{'o':'0a1b2c3d','r':{'e':'x','n':[1]}}",
		"{'o':'0a1b2c3d','r':{'e':'x','p':{}}}",
	};
	struct buf capsule = made_by_hand("cp1.", BASE64_URL,
		"{'o':'0a1b2c3d','tools':[],'f':'reasoning','g':['old'],'role':'system'}");

	(void)state;
	reads_as(buf_slice(&capsule), "{'f':'reasoning'}");
	buf_free(&capsule);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		capsule = made_by_hand("cp1.", BASE64_URL, foreign[i]);
		is_foreign(buf_slice(&capsule));
		buf_free(&capsule);
	}
	capsule = made_by_hand("cp2.", BASE64_URL, "{'o':'0a1b2c3d','f':'reasoning'}");
	is_foreign(buf_slice(&capsule));
	buf_free(&capsule);
}

/* Only what capsule_write writes: one state has one spelling. */
static void other_spellings_are_foreign(void **state)
{
	static const char *const around[][2] = { { " ", "" }, { "", " " }, { "", "\n" },
		{ "\"", "\"" } };
	struct buf capsule = made_by_hand("cp1.", BASE64_STANDARD, "{'o':'0a1b2c3d','t':'?>?>'}");
	struct buf other = { 0 };

	(void)state;
	assert_non_null(strpbrk(buf_text(&capsule), "+/="));
	is_foreign(buf_slice(&capsule));
	buf_free(&capsule);
	capsule = capsule_of("{'t':'?>?>'}");
	for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		buf_clear(&other);
		buf_printf(&other, "%s%s%s", around[i][0], buf_text(&capsule), around[i][1]);
		is_foreign(buf_slice(&other));
	}
	buf_free(&other);
	buf_free(&capsule);
}

static void too_large_is_not_carried(void **state)
{
	struct json_object *large = js_new_object();
	struct buf text = { 0 }, capsule = { 0 };
	struct slice piece;

	(void)state;
	while (text.len < CAPSULE_MAX)
		buf_puts(&text, "All work and no play. ");
	js_add_slice(large, "t", buf_slice(&text));
	capsule_write(large, ORIGIN, &capsule);
	reads_as(buf_slice(&capsule), "{}");
	buf_clear(&capsule);
	/* The text in the block can still go back, under its name. */
	js_add_string(large, "f", "reasoning");
	capsule_write(large, ORIGIN, &capsule);
	reads_as(buf_slice(&capsule), "{'f':'reasoning'}");
	buf_clear(&capsule);
	piece = (struct slice){ text.data, CAPSULE_MAX / 4 * 3 - 100 };
	js_add_slice(large, "t", piece);
	capsule_write(large, ORIGIN, &capsule);
	assert_in_range(capsule.len, CAPSULE_MAX - 200, CAPSULE_MAX);
	js_free(large);
	large = capsule_read(buf_slice(&capsule), ORIGIN);
	assert_int_equal(js_get_slice(large, "t").len, piece.len);
	js_free(large);
	buf_free(&text);
	buf_free(&capsule);
}

/* Any change of any character is seen. */
static void edits_are_foreign(void **state)
{
	struct buf capsule = capsule_of("{'f':'reasoning','d':[{'type':'reasoning.text',"
		"'text':'because'}]}");

	(void)state;
	for (size_t i = 0; i < capsule.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			capsule.data[i] ^= (char)(1 << bit);
			is_foreign(buf_slice(&capsule));
			capsule.data[i] ^= (char)(1 << bit);
		}
	buf_puts(&capsule, "0");
	is_foreign(buf_slice(&capsule));
	buf_free(&capsule);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(origin_is_scheme_host_and_port),
		cmocka_unit_test(state_comes_back_to_the_byte),
		cmocka_unit_test(first_version_stays_readable),
		cmocka_unit_test(what_is_not_ours_is_foreign),
		cmocka_unit_test(only_known_keys_in_their_shapes),
		cmocka_unit_test(other_spellings_are_foreign),
		cmocka_unit_test(too_large_is_not_carried),
		cmocka_unit_test(edits_are_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
