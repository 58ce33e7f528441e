/* convert/refusal/heal.c: the refusals of one request, one after the other. doc/answer.md §3.8 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "healed.h"

struct patient {
	struct settings settings;
	struct turn turn;
	struct json_object *chat;
	struct healing healing;
	struct notes notes;
};

static void begin(struct patient *patient, const char *family, const char *model)
{
	*patient = (struct patient){ .settings = settings_of(family), .chat = tree(everything) };
	patient->turn = turn_of(&patient->settings, model);
}

static void end(struct patient *patient)
{
	js_free(patient->chat);
	turn_free(&patient->turn);
}

static enum heal refuse(struct patient *patient, const char *message)
{
	struct refusal_reading reading = { .status = 400 };
	enum heal result;

	buf_puts(&reading.error.message, message);
	result = heal(&reading, patient->chat, &patient->turn, &patient->healing, &patient->notes);
	refusal_reading_free(&reading);
	return result;
}

/* Without any words. */
static enum heal overflow(struct patient *patient, int status, struct overflow overflow)
{
	struct refusal_reading reading = { .status = status, .overflow = overflow };

	return heal(&reading, patient->chat, &patient->turn, &patient->healing, &patient->notes);
}

static void assert_last(const struct patient *patient, const char *wanted)
{
	struct buf text = { 0 };

	edit_to_text(&patient->healing.edits[patient->healing.count - 1], &text);
	assert_string_equal(buf_text(&text), wanted);
	buf_free(&text);
}

static void the_second_time_another_edit_is_made(void **state) /* doc/answer.md §3.8 */
{
	static const char back[] = "reasoning_content in the thinking mode must be passed back";
	static const char choice[] = "No endpoints found that support the provided 'tool_choice' "
		"value.";
	static const char alternate[] = "Conversation roles must alternate user/assistant";
	struct patient patient;

	(void)state;
	begin(&patient, "deepseek", "deepseek-v4");
	assert_int_equal(refuse(&patient, back), HEAL_EDITED);
	assert_last(&patient, "placeholder");
	assert_int_equal(refuse(&patient, back), HEAL_EDITED);
	assert_last(&patient, "thinking_off calls");
	assert_int_equal(refuse(&patient, back), HEAL_NONE);
	end(&patient);

	begin(&patient, "openrouter", "m");
	assert_int_equal(refuse(&patient, choice), HEAL_EDITED);
	assert_last(&patient, "tool_choice auto");
	assert_int_equal(refuse(&patient, choice), HEAL_EDITED);
	assert_last(&patient, "tool_choice absent");
	assert_int_equal(refuse(&patient, choice), HEAL_NONE);
	end(&patient);

	begin(&patient, "generic", "m");
	assert_int_equal(refuse(&patient, alternate), HEAL_EDITED);
	assert_last(&patient, "system");
	assert_int_equal(refuse(&patient, alternate), HEAL_EDITED);
	assert_last(&patient, "bridge");
	assert_int_equal(refuse(&patient, alternate), HEAL_NONE);
	end(&patient);
}

static void three_edits_and_no_more(void **state) /* doc/answer.md §3.8 */
{
	struct patient patient;

	(void)state;
	begin(&patient, "generic", "m");
	for (size_t i = 0; i < HEAL_MOST; i++) {
		static const char *const texts[] = { "Unknown parameter: 'stop'",
			"Unknown parameter: 'store'", "Unknown parameter: 'top_p'" };

		assert_int_equal(refuse(&patient, texts[i]),
			HEAL_EDITED);
	}
	assert_int_equal(refuse(&patient, "Unknown parameter: 'temperature'"), HEAL_NONE);
	assert_true(js_has(patient.chat, "temperature"));
	end(&patient);
}

static void room_and_cap_are_taken_once_with_any_status(void **state) /* doc/answer.md §3.5, §3.6 */
{
	struct patient patient;
	int64_t max_tokens;

	(void)state;
	begin(&patient, "generic", "m");
	assert_int_equal(overflow(&patient, 413, (struct overflow){ .kind = OVERFLOW_CONTEXT,
		.window = 10000, .input = 1900, .output = 9000 }), HEAL_EDITED);
	assert_last(&patient, "room 8000");
	assert_int_equal(overflow(&patient, 400, (struct overflow){ .kind = OVERFLOW_CONTEXT,
		.window = 10000, .input = 2000, .output = 9000 }), HEAL_NONE);
	assert_int_equal(overflow(&patient, 500, (struct overflow){ .kind = OVERFLOW_OUTPUT,
		.cap = 4096 }), HEAL_EDITED);
	assert_last(&patient, "cap 4096");
	assert_int_equal(overflow(&patient, 400, (struct overflow){ .kind = OVERFLOW_OUTPUT,
		.cap = 2048 }), HEAL_NONE);
	js_get_int(patient.chat, "max_tokens", &max_tokens);
	assert_int_equal(max_tokens, 4096);
	end(&patient);
}

static void all_thought_and_nothing_said_is_an_answer(void **state) /* doc/answer.md §3.8 */
{
	struct patient patient;

	(void)state;
	begin(&patient, "generic", "m");
	assert_int_equal(refuse(&patient, "Could not finish the "
		"message because max_tokens or model output limit was reached. Please try again "
		"with higher max_tokens."), HEAL_EMPTY);
	assert_int_equal(patient.healing.count, 0);
	end(&patient);
}

static void names_that_do_not_fit_are_left_out(void **state)
{
	struct patient patient;
	struct buf text = { 0 };

	(void)state;
	begin(&patient, "generic", "m");
	/* 64 fields of 12 bytes are more than an edit holds. */
	buf_puts(&text, "Unrecognized request arguments supplied: stop");
	for (int i = 0; i < 64; i++) {
		char field[20];

		snprintf(field, sizeof(field), "field_%06d", i);
		js_add_bool(patient.chat, field, true);
		buf_printf(&text, ", %s", field);
	}
	assert_int_equal(refuse(&patient, buf_text(&text)),
		HEAL_EDITED);
	assert_false(js_has(patient.chat, "stop"));
	assert_false(js_has(patient.chat, "field_000000"));
	assert_true(js_has(patient.chat, "field_000063"));
	assert_true(strlen(patient.healing.edits[0].what) < EDIT_WHAT_SIZE);
	buf_free(&text);
	end(&patient);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_time_another_edit_is_made),
		cmocka_unit_test(three_edits_and_no_more),
		cmocka_unit_test(room_and_cap_are_taken_once_with_any_status),
		cmocka_unit_test(all_thought_and_nothing_said_is_an_answer),
		cmocka_unit_test(names_that_do_not_fit_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
