/*
 * A chat request and its edits: JSON written with ' for ", as in conversion.h. Include after
 * cmocka.h.
 */
#ifndef EDITED_H
#define EDITED_H

#include "../../convert/request/edit.h"
#include "conversion.h"

/* What one edit, as its text, makes of a chat request; wanted NULL: it finds no occasion. */
static inline void compare_edit(const char *family, const char *model, const char *text,
	const char *chat, const char *wanted, const char *codes, const char *file, int line)
{
	struct settings settings = settings_of(family);
	struct turn turn = turn_of(&settings, model);
	struct json_object *edited = tree(chat), *expected = tree(wanted ? wanted : chat);
	struct notes notes = { 0 };
	struct edit edit;

	if (!edit_from_text(text, &edit)) {
		print_error("no edit: %s\n", text);
		_assert_true(0, text, file, line);
	}
	_assert_int_equal(edit_apply(edited, &edit, &turn, &notes), wanted != NULL, file, line);
	same_text(edited, expected, file, line);
	_assert_string_equal(notes.text, codes, file, line);
	/* Its own work gives it no second occasion. */
	_assert_int_equal(edit_apply(edited, &edit, &turn, &notes), 0, file, line);
	js_free(edited);
	js_free(expected);
	turn_free(&turn);
}

#define assert_edit_of(family, model, text, chat, wanted, codes) \
	compare_edit(family, model, text, chat, wanted, codes, __FILE__, __LINE__)
#define assert_edit(text, chat, wanted, codes) \
	assert_edit_of("generic", "m", text, chat, wanted, codes)
#define assert_no_edit(text, chat) assert_edit(text, chat, NULL, "")

#endif
