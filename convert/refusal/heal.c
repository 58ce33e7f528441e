#include "heal.h"

#include "../js.h"
#include "named.h"
#include "wording.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A refusal while an edit is looked for. */
struct looking {
	const struct refusal_reading *reading;
	const char *text;	/* its message, as wording.h writes them */
	struct json_object *chat;
};

/* ---- what the text says besides ---- */

static bool say_number(int64_t number, struct edit *edit)
{
	snprintf(edit->what, sizeof(edit->what), "%" PRId64, number);
	return number > 0;
}

static bool say_list(struct buf *list, struct edit *edit)
{
	bool any = list->len > 0;

	snprintf(edit->what, sizeof(edit->what), "%s", buf_text(list));
	buf_free(list);
	return any;
}

static bool find_room(const struct looking *looking, struct edit *edit)
{
	return say_number(overflow_room(&looking->reading->overflow), edit);
}

static bool find_cap(const struct looking *looking, struct edit *edit)
{
	return say_number(looking->reading->overflow.cap, edit);
}

static bool find_length(const struct looking *looking, struct edit *edit)
{
	return say_number(named_length(looking->text), edit);
}

static bool find_efforts(const struct looking *looking, struct edit *edit)
{
	struct buf list = { .limit = sizeof(edit->what) - 1 };

	named_efforts(looking->text, &list);
	return say_list(&list, edit);
}

static bool find_fields(const struct looking *looking, struct edit *edit)
{
	struct buf list = { .limit = sizeof(edit->what) - 1 };

	named_fields(looking->text, looking->chat, &list);
	return say_list(&list, edit);
}

static bool find_param(const struct looking *looking, struct edit *edit)
{
	static const char *const words[] = {
		"supported", "unknown", "not allowed", "not permitted", "unrecognized",
	};
	struct buf list = { .limit = sizeof(edit->what) - 1 };

	if (wording_has(looking->text, words, COUNT(words)))
		named_param(looking->reading->error.param, looking->chat, &list);
	return say_list(&list, edit);
}

/* gpt-5.6 wants the word even where no effort was sent; others want none sent. */
static bool find_no_effort(const struct looking *looking, struct edit *edit)
{
	if (js_has(looking->chat, "reasoning_effort") && !strstr(looking->text, "none"))
		*edit = (struct edit){ EDIT_DROP, "reasoning_effort" };
	return true;
}

/* ---- the table ---- */

enum {
	IN_500 = 1,	/* templates raise, and llama.cpp answers 500 */
	ANYWHERE = 2,	/* with any status */
};

/*
 * The first row whose words fit, whose edit was not made yet and whose occasion is there. So of
 * two rows with the same words the second is for the second time. Words of an own kind come before
 * the general ones, which drop a field.
 */
static const struct {
	const char *words;	/* "*": whatever is between */
	struct edit edit;
	/* Reads the edit's "what" from the refusal; or NULL. */
	bool (*find)(const struct looking *looking, struct edit *edit);
	unsigned statuses;	/* beside 200, 400, 404, 422 */
} rows[] = {
	{ "", { EDIT_ROOM, "" }, find_room, ANYWHERE },
	{ "", { EDIT_CAP, "" }, find_cap, ANYWHERE },

	/* effort and thinking */
	{ "function tools with reasoning_effort", { EDIT_EFFORT_NONE, "" }, find_no_effort, 0 },
	{ "effort", { EDIT_EFFORT, "" }, find_efforts, 0 },
	/* Ollama */
	{ "does not support thinking", { EDIT_DROP, "reasoning_effort" }, NULL, 0 },
	{ "think value*not supported", { EDIT_DROP, "reasoning_effort" }, NULL, 0 },
	{ "cannot be disabled*reasoning_effort", { EDIT_DROP, "reasoning_effort" }, NULL, 0 },
	{ "reasoning_effort*cannot be disabled", { EDIT_DROP, "reasoning_effort" }, NULL, 0 },
	/* Kimi, GLM, OpenRouter */
	{ "thinking*cannot be disabled", { EDIT_THINKING_ON, "" }, NULL, 0 },
	{ "reasoning is mandatory", { EDIT_THINKING_ON, "" }, NULL, 0 },
	/* Kimi: N differs by mode */
	{ "invalid temperature: only", { EDIT_DROP, "temperature,top_p" }, NULL, 0 },
	{ "does not support this tool_choice", { EDIT_THINKING_OFF, "tool_choice" }, NULL, 0 },
	{ "does not support this tool_choice", { EDIT_TOOL_CHOICE, "auto" }, NULL, 0 },
	{ "tool_choice*in thinking mode", { EDIT_THINKING_OFF, "tool_choice" }, NULL, 0 },
	{ "tool_choice*in thinking mode", { EDIT_TOOL_CHOICE, "auto" }, NULL, 0 },
	{ "enable_thinking*non-streaming", { EDIT_STREAM, "" }, NULL, 0 },
	{ "enable_thinking*stream=false", { EDIT_STREAM, "" }, NULL, 0 },
	{ "reasoning_content*must be passed back", { EDIT_PLACEHOLDER, "" }, NULL, 0 },
	{ "reasoning_content*must be passed back", { EDIT_THINKING_OFF, "calls" }, NULL, 0 },
	{ "reasoning_content is missing", { EDIT_PLACEHOLDER, "" }, NULL, 0 },
	{ "reasoning_content is missing", { EDIT_THINKING_OFF, "calls" }, NULL, 0 },
	{ "missing a thought_signature", { EDIT_SIGNATURE, "" }, NULL, 0 },
	/* Gemini, Claude and OpenAI, behind one host: the history has turns of another model */
	{ "corrupted thought signature", { EDIT_STATE, "" }, NULL, 0 },
	{ "thought signature is not valid", { EDIT_STATE, "" }, NULL, 0 },
	{ "invalid signature in thinking block", { EDIT_STATE, "" }, NULL, 0 },
	{ "encrypted content*could not be verified", { EDIT_STATE, "" }, NULL, 0 },
	{ "item with id*not found", { EDIT_STATE, "" }, NULL, 0 },
	{ "duplicate item found with id", { EDIT_STATE, "" }, NULL, 0 },

	/* tools */
	{ "tools: array too long", { EDIT_TOOLS, "" }, find_length, 0 },
	{ "description*too long", { EDIT_DESCRIPTIONS, "" }, find_length, 0 },
	{ "moonshot flavored", { EDIT_SCHEMA, "kimi" }, NULL, 0 },
	{ "invalid schema for function", { EDIT_SCHEMA, "" }, NULL, 0 },
	{ "is not a regex", { EDIT_SCHEMA, "" }, NULL, 0 },
	{ "unsupported schema keyword", { EDIT_SCHEMA, "" }, NULL, 0 },
	/* DeepSeek, behind OpenRouter too */
	{ "object with no properties is not allowed", { EDIT_DROP, "tools[].function.strict" },
		NULL, 0 },
	/* OpenRouter: no host of the model takes it; some take a request without the field. */
	{ "support the provided tool_choice", { EDIT_TOOL_CHOICE, "auto" }, NULL, 0 },
	{ "support the provided tool_choice", { EDIT_TOOL_CHOICE, "absent" }, NULL, 0 },
	/* … or not all of the fields; which, it does not say. */
	{ "can handle the requested parameters", { EDIT_RESPONSE_FORMAT, "" }, NULL, 0 },
	{ "can handle the requested parameters", { EDIT_DROP, "parallel_tool_calls" }, NULL, 0 },
	/* Mistral */
	{ "input should be auto, none or any", { EDIT_TOOL_CHOICE, "any" }, NULL, 0 },
	/* Bedrock and Anthropic, behind routers */
	{ "toolconfig field must be defined", { EDIT_DECLARE, "" }, NULL, 0 },
	{ "tool_use or tool_result blocks must define tools", { EDIT_DECLARE, "" }, NULL, 0 },
	{ "support tool calling without tools=", { EDIT_DECLARE, "" }, NULL, 0 },

	{ "response_format*json_schema*not supported", { EDIT_RESPONSE_FORMAT, "" }, NULL, 0 },
	{ "response_format type is unavailable", { EDIT_RESPONSE_FORMAT, "" }, NULL, 0 },

	/* PDFs: DeepSeek, OpenAI's copies, vLLM, LM Studio, llama.cpp */
	{ "unknown variant file", { EDIT_PDFS, "" }, NULL, 0 },
	{ "invalid value: file", { EDIT_PDFS, "" }, NULL, 0 },
	{ "unknown part type: file", { EDIT_PDFS, "" }, NULL, 0 },
	{ "content type*file", { EDIT_PDFS, "" }, NULL, 0 },
	{ "either text or image_url", { EDIT_PDFS, "" }, NULL, 0 },
	{ "unsupported content[].type", { EDIT_PDFS, "" }, NULL, IN_500 },

	/* images: DeepSeek, OpenRouter's 404, llama.cpp, vLLM */
	{ "unknown variant image_url", { EDIT_IMAGES, "" }, NULL, 0 },
	{ "image_url is only supported by", { EDIT_IMAGES, "" }, NULL, 0 },
	{ "not support image", { EDIT_IMAGES, "" }, NULL, 0 },
	{ "no endpoints found that support image", { EDIT_IMAGES, "" }, NULL, 0 },
	{ "image input is not supported", { EDIT_IMAGES, "" }, NULL, IN_500 },
	{ "only support*text input", { EDIT_IMAGES, "" }, NULL, 0 },
	{ "not a multimodal model", { EDIT_IMAGES, "" }, NULL, 0 },

	/* who speaks when: llama.cpp's templates, Anthropic, Mistral, MiniMax */
	{ "prefill is incompatible", { EDIT_PREFILL, "" }, NULL, IN_500 },
	{ "does not support assistant message prefill", { EDIT_PREFILL, "" }, NULL, 0 },
	{ "expected last role user", { EDIT_PREFILL, "" }, NULL, 0 },
	{ "unexpected role*after role tool", { EDIT_BRIDGE, "" }, NULL, 0 },
	{ "unexpected role*after tool", { EDIT_BRIDGE, "" }, NULL, 0 },
	{ "system message must be at the beginning", { EDIT_SYSTEM, "" }, NULL, IN_500 },
	{ "single system message", { EDIT_SYSTEM, "" }, NULL, 0 },
	{ "roles must alternate", { EDIT_SYSTEM, "" }, NULL, IN_500 },
	{ "roles must alternate", { EDIT_BRIDGE, "" }, NULL, IN_500 },

	/* fields that upstream does not take, or not with this value */
	{ "", { EDIT_DROP, "" }, find_fields, 0 },
	{ "", { EDIT_DROP, "" }, find_param, 0 },
};

/* Whatever else the text says: no edit makes these good. Without tools Claude Code only pretends
 * to work. */
static const char *const hopeless[] = {
	"flagged", "policy", "policies", "moderation", "quota", "does not support tools",
	"support tool use", "--enable-auto-tool-choice",
};
static const char *const hopeless_codes[] = {
	"content_filter", "content_policy_violation", "insufficient_quota", "model_not_found",
	"DeploymentNotFound",
};

static const char empty[] =
	"could not finish the message because max_tokens or model output limit was reached";

/* ---- healing ---- */

static bool is_hopeless(const struct looking *looking)
{
	const struct error_body *error = &looking->reading->error;

	/* A page is a web server's, not the API's. */
	return error->html || wording_has(looking->text, hopeless, COUNT(hopeless)) ||
		wording_is(error->code, hopeless_codes, COUNT(hopeless_codes)) ||
		wording_is(error->type, hopeless_codes, COUNT(hopeless_codes));
}

static bool is_in(unsigned statuses, int status)
{
	if (statuses & ANYWHERE)
		return true;
	/* 200: an error inside an answer that names no status. */
	return status == 200 || status == 400 || status == 404 || status == 422 ||
		((statuses & IN_500) && status == 500);
}

/* A limit that was lowered is not lowered again: the client decides, in its own words. */
static bool was_made(const struct healing *healing, const struct edit *edit)
{
	for (size_t i = 0; i < healing->count; i++) {
		const struct edit *made = &healing->edits[i];

		if (edit_equals(made, edit) || (made->kind == edit->kind &&
				(edit->kind == EDIT_ROOM || edit->kind == EDIT_CAP)))
			return true;
	}
	return false;
}

static enum heal look(const struct looking *looking, const struct turn *turn,
	struct healing *healing, struct notes *notes)
{
	if (strstr(looking->text, empty))
		return HEAL_EMPTY;
	if (healing->count == HEAL_MOST || is_hopeless(looking))
		return HEAL_NONE;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct edit edit = rows[i].edit;

		if (!is_in(rows[i].statuses, looking->reading->status) ||
			!wording_fits(looking->text, rows[i].words) ||
			(rows[i].find && !rows[i].find(looking, &edit)) ||
			was_made(healing, &edit) ||
			!edit_apply(looking->chat, &edit, turn, notes))
			continue;
		healing->edits[healing->count++] = edit;
		return HEAL_EDITED;
	}
	return HEAL_NONE;
}

enum heal heal(const struct refusal_reading *reading, struct json_object *chat,
	const struct turn *turn, struct healing *healing, struct notes *notes)
{
	struct looking looking = { .reading = reading, .chat = chat };
	struct buf text = { 0 };
	enum heal result;

	wording_normalise(buf_slice(&reading->error.message), &text);
	looking.text = buf_text(&text);
	result = look(&looking, turn, healing, notes);
	buf_free(&text);
	return result;
}
