#include "tools.h"

#include "../js.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define JSON(...) #__VA_ARGS__
#define EXPANDED_JSON(...) JSON(__VA_ARGS__)

/* Those of all tools that work on files; the arguments are the commands. */
#define FILE_PROPERTIES(...) \
	"command": { "type": "string", "enum": [__VA_ARGS__] }, \
	"path": { "type": "string" }, \
	"file_text": { "type": "string" }, \
	"old_str": { "type": "string" }, \
	"new_str": { "type": "string" }, \
	"insert_line": { "type": "integer" }, \
	"insert_text": { "type": "string" }, \
	"view_range": { "type": "array", "items": { "type": "integer" } }
#define EDITS "view", "create", "str_replace", "insert"
#define EDITOR_SCHEMA(...) EXPANDED_JSON({ \
	"type": "object", \
	"properties": { FILE_PROPERTIES(__VA_ARGS__) }, \
	"required": ["command", "path"] \
})

static const char bash_schema[] = JSON({
	"type": "object",
	"properties": {
		"command": { "type": "string" },
		"restart": { "type": "boolean" }
	}
});

static const char editor_schema[] = EDITOR_SCHEMA(EDITS);
static const char old_editor_schema[] = EDITOR_SCHEMA(EDITS, "undo_edit");

/* rename has no path, so only the command is required. */
static const char memory_schema[] = EXPANDED_JSON({
	"type": "object",
	"properties": {
		FILE_PROPERTIES(EDITS, "delete", "rename"),
		"old_path": { "type": "string" },
		"new_path": { "type": "string" }
	},
	"required": ["command"]
});

static const char computer_schema[] = JSON({
	"type": "object",
	"properties": {
		"action": { "type": "string" },
		"coordinate": { "type": "array", "items": { "type": "integer" } },
		"start_coordinate": { "type": "array", "items": { "type": "integer" } },
		"text": { "type": "string" },
		"scroll_direction": { "type": "string", "enum": ["up", "down", "left", "right"] },
		"scroll_amount": { "type": "integer" },
		"duration": { "type": "number" }
	},
	"required": ["action"]
});

#define EDITOR_TEXT(inserted) "Looks at and edits files. view shows a file, or the lines of " \
	"view_range, or lists a folder; create writes file_text to path; str_replace puts " \
	"new_str in the place of old_str, which must stand in the file exactly once; insert " \
	"puts " inserted " behind line insert_line."

/* The first two versions of the editor. */
#define OLD_EDITOR_TEXT EDITOR_TEXT("new_str") " undo_edit takes the last edit of path back."

struct builtin {
	const char *type;	/* begins with this: the rest is a date */
	const char *schema;
	const char *description;
};

static const struct builtin builtins[] = {
	{ "bash_2", bash_schema, "Runs a command in a shell that lives on between calls, and "
		"returns what it prints. restart:true starts a new shell." },
	{ "text_editor_2024", old_editor_schema, OLD_EDITOR_TEXT },
	{ "text_editor_202501", old_editor_schema, OLD_EDITOR_TEXT },
	{ "text_editor_2", editor_schema, EDITOR_TEXT("insert_text") },
	{ "memory_2", memory_schema, "Keeps notes in files under /memories that outlive the "
		"conversation. " EDITOR_TEXT("insert_text") " delete removes path; rename moves "
		"old_path to new_path." },
	{ "computer_2", computer_schema, "Uses a computer with screen, mouse and keyboard. action "
		"is one of screenshot, cursor_position, mouse_move, left_click, right_click, "
		"middle_click, double_click, triple_click, left_mouse_down, left_mouse_up, "
		"left_click_drag (from start_coordinate to coordinate), scroll, key (text names "
		"the keys, as in ctrl+s), hold_key (for duration seconds), type (text), wait." },
};

const struct builtin *builtin_find(const char *type)
{
	for (size_t i = 0; type && i < COUNT(builtins); i++)
		if (!strncmp(type, builtins[i].type, strlen(builtins[i].type)))
			return &builtins[i];
	return NULL;
}

void builtin_description(const struct builtin *builtin, struct json_object *tool, struct buf *out)
{
	int64_t width, height;

	buf_puts(out, builtin->description);
	if (js_get_int(tool, "display_width_px", &width) &&
		js_get_int(tool, "display_height_px", &height))
		buf_printf(out, " The screen is %" PRId64 " pixels wide and %" PRId64 " high; "
			"coordinates are [x, y] from its upper left corner.", width, height);
}

struct json_object *builtin_schema(const struct builtin *builtin)
{
	struct json_object *schema = NULL;
	bool parsed = js_parse(builtin->schema, strlen(builtin->schema), &schema, NULL);

	assert(parsed);
	(void)parsed;
	return schema;
}
