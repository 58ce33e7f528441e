/* Tool names there and back. doc/request.md §3.4 */
#include "../../convert/js.h"
#include "../../convert/names.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char sixty_four[] = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01";

static void assert_accepted_everywhere(const char *name)
{
	regex_t rule;

	assert_int_equal(regcomp(&rule, "^[A-Za-z_][A-Za-z0-9_-]{0,63}$", REG_EXTENDED | REG_NOSUB),
		0);
	assert_int_equal(regexec(&rule, name, 0, NULL, 0), 0);
	regfree(&rule);
}

static void a_fitting_name_is_unchanged(void **state)
{
	static const char *const fine[] = { "Bash", "mcp__github__get-issue", "_x", "a",
		sixty_four };
	struct names names = { 0 };
	char buffer[65];

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		assert_string_equal(names_to_upstream(&names, fine[i], buffer), fine[i]);
	names_free(&names);
}

static void every_other_name_becomes_one_that_fits_and_comes_back(void **state)
{
	static const char *const odd[] = { "a.b", "1st", "-dash", "with blank", "größe", "文件",
		"abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz012",
		"9bcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789",
		"", "/" };
	struct names names = { 0 };
	char buffer[65];

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		const char *upstream;

		names_declare(&names, odd[i]);
		upstream = names_to_upstream(&names, odd[i], buffer);
		assert_accepted_everywhere(upstream);
		assert_string_equal(names_to_client(&names, upstream), odd[i]);
	}
	names_free(&names);
}

static void the_stem_stays_readable(void **state)
{
	struct names names = { 0 };
	char buffer[65];

	(void)state;
	assert_int_equal(strncmp(names_to_upstream(&names, "a.b", buffer), "a_b_", 4), 0);
	assert_int_equal(strlen(buffer), strlen("a_b_") + 8);
	assert_int_equal(strncmp(names_to_upstream(&names, "1st", buffer), "_1st_", 5), 0);
	assert_int_equal(strncmp(names_to_upstream(&names, "größe", buffer), "gr__e_", 6), 0);
	names_free(&names);
}

static void long_names_differ_by_their_hash(void **state)
{
	struct names names = { 0 };
	char one[65], two[65], name[90];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[80] = '\0';
	names_to_upstream(&names, name, one);
	name[79] = 'y';
	names_to_upstream(&names, name, two);
	assert_int_equal(strlen(one), 64);
	assert_string_not_equal(one, two);
}

/* History and tool_choice must agree with the declaration, and with earlier requests. */
static void encoding_needs_no_memory(void **state)
{
	struct names none = { 0 }, names = { 0 };
	char buffer[65];
	const char *declared;

	(void)state;
	names_declare(&names, "mcp__x.y__z");
	declared = names_to_upstream(&names, "mcp__x.y__z", NULL);
	assert_string_equal(names_to_upstream(&none, "mcp__x.y__z", buffer), declared);
	names_free(&names);
}

static void declared_names_never_collide(void **state)
{
	struct names names = { 0 }, none = { 0 };
	char twin[65], buffer[65];
	const char *encoded, *other;

	(void)state;
	names_to_upstream(&none, "a.b", twin);	/* a tool that has just this name */
	names_declare(&names, "a.b");
	names_declare(&names, twin);
	encoded = names_to_upstream(&names, "a.b", buffer);
	other = names_to_upstream(&names, twin, buffer);
	assert_string_not_equal(encoded, other);
	assert_accepted_everywhere(other);
	assert_string_equal(names_to_client(&names, encoded), "a.b");
	assert_string_equal(names_to_client(&names, other), twin);
	names_free(&names);
}

static void an_unknown_name_stays_as_it_came(void **state)
{
	struct names names = { 0 };

	(void)state;
	assert_string_equal(names_to_client(&names, "never.heard"), "never.heard");
	names_declare(&names, "Bash");
	assert_string_equal(names_to_client(&names, "never.heard"), "never.heard");
	names_free(&names);
}

static void the_only_name(void **state)
{
	struct names names = { 0 };

	(void)state;
	assert_null(names_only(&names));
	names_declare(&names, "a.b");
	names_declare(&names, "a.b");
	assert_string_equal(names_only(&names), "a.b");
	assert_true(js_has(names.to_upstream, "a.b"));
	assert_false(js_has(names.to_upstream, "Bash"));
	names_declare(&names, "Bash");
	assert_null(names_only(&names));
	names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fitting_name_is_unchanged),
		cmocka_unit_test(every_other_name_becomes_one_that_fits_and_comes_back),
		cmocka_unit_test(the_stem_stays_readable),
		cmocka_unit_test(long_names_differ_by_their_hash),
		cmocka_unit_test(encoding_needs_no_memory),
		cmocka_unit_test(declared_names_never_collide),
		cmocka_unit_test(an_unknown_name_stays_as_it_came),
		cmocka_unit_test(the_only_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
