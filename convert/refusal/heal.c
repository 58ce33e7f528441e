#include "heal.h"

#include "../js.h"
#include "named.h"
#include "wording.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* A refusal while changes are looked for. */
struct looking {
	const struct refusal *reading;
	const char *text;	/* see named_text() */
	const char *unquoted;	/* the same without what it quotes */
	struct json_object *chat;
};

/* ---- what the text says besides ---- */

static void add_limits(const struct looking *looking, struct changes *candidates)
{
	int64_t room = overflow_room(&looking->reading->overflow);

	if (room > 0)
		changes_add(candidates, "room=%" PRId64, room);
	if (looking->reading->overflow.cap > 0)
		changes_add(candidates, "max_tokens=%" PRId64, looking->reading->overflow.cap);
}

/* gpt-5.6 wants the word even where no effort was sent; others want none sent. NULL: neither. */
static const char *without_effort(const struct looking *looking)
{
	bool sent = js_has(looking->chat, "reasoning_effort");

	if (!strstr(looking->text, "function tools with reasoning_effort"))
		return NULL;
	return sent && !strstr(looking->text, "none") ? "effort_beside_tools=unsaid" :
		"effort_beside_tools=none";
}

/* ---- which API ---- */

/*
 * The first change of all: no other would help. Where the text also offers chat without reasoning,
 * that is what chat gets if the host turns out to have no Responses API, which it says with a 404
 * of any text.
 */
static void add_api(const struct looking *looking, struct changes *candidates)
{
	const struct error_body *error = &looking->reading->error;
	bool is_responses = js_has(looking->chat, "input");
	int status = looking->reading->status;
	bool missing = status == 404 || status == 405;
	const char *change = without_effort(looking);

	if (!strcasecmp(error->code, "model_not_found"))
		return;
	if (is_responses && missing && !looking->reading->in_answer)
		changes_add(candidates, "api=chat");
	if (is_responses || !(missing || status == 400 || status == 200) ||
		!refusal_names_other_api(looking->reading, looking->text))
		return;
	changes_add(candidates, "api=responses%s%s", change ? "," : "", change ? change : "");
}

static void add_no_effort(const struct looking *looking, struct changes *candidates)
{
	const char *change = without_effort(looking);

	if (change)
		changes_add(candidates, "%s", change);
}

/* ---- the table ---- */

#define IN_500 1	/* templates raise, and llama.cpp answers 500 */

/*
 * Every row whose words fit gives candidates, in this order. So of two rows with the same words the
 * second is for the case that the first did not help. Words of an own kind come before the general
 * ones, which leave a field out.
 */
static const struct {
	const char *words;	/* "*": whatever is between */
	const char *change;
	unsigned in_500;	/* … as well as in 200, 400, 404, 422 */
} rows[] = {
	/* effort and thinking: Ollama */
	{ "does not support thinking", "drop=reasoning_effort", 0 },
	{ "think value*not supported", "drop=reasoning_effort", 0 },
	{ "cannot be disabled*reasoning_effort", "drop=reasoning_effort", 0 },
	{ "reasoning_effort*cannot be disabled", "drop=reasoning_effort", 0 },
	/* Kimi, GLM, OpenRouter */
	{ "thinking*cannot be disabled", "thinking_always=true", 0 },
	{ "reasoning is mandatory", "thinking_always=true", 0 },
	/* Kimi: N differs by mode */
	{ "invalid temperature: only", "sampling=false", 0 },
	{ "does not support this tool_choice", "tool_choice=not_thinking", 0 },
	{ "tool_choice*in thinking mode", "tool_choice=not_thinking", 0 },
	{ "enable_thinking*non-streaming", "stream_always=true", 0 },
	{ "enable_thinking*stream=false", "stream_always=true", 0 },
	/* Fireworks, Anthropic's SDK */
	{ "must have stream=true", "stream_always=true", 0 },
	{ "streaming is required", "stream_always=true", 0 },
	{ "reasoning_content*must be passed back", "reasoning_required=true", 0 },
	{ "reasoning_content is missing", "reasoning_required=true", 0 },
	{ "reasoning_content*must be passed back", "thinking_ends_with_calls=true", 0 },
	{ "reasoning_content is missing", "thinking_ends_with_calls=true", 0 },
	{ "missing a thought_signature", "signed_calls=true", 0 },
	/* Gemini, Claude and OpenAI, behind one host: the history has turns of another model */
	{ "corrupted thought signature", "state=none", 0 },
	{ "thought signature is not valid", "state=none", 0 },
	{ "invalid signature in thinking block", "state=none", 0 },
	{ "encrypted content*could not be verified", "state=none", 0 },
	{ "without its required following item", "state=none", 0 },
	{ "items are not persisted", "state=none", 0 },
	{ "invalid value*reasoning.encrypted_content", "drop=include", 0 },
	/* LM Studio, and imitators by other names */
	{ "invalid type for*input", "output_parts=false", 0 },
	/* OpenAI: an organisation that is not verified gets no summaries. */
	{ "verified*reasoning.summary", "drop=reasoning.summary", 0 },
	{ "verified*reasoning summar", "drop=reasoning.summary", 0 },
	{ "item with id*not found", "state=none", 0 },
	{ "duplicate item found with id", "state=none", 0 },

	/* tools */
	{ "moonshot flavored", "schema=typed", 0 },
	{ "invalid schema for function", "schema_limits=false", 0 },
	/* DeepSeek, behind OpenRouter too */
	{ "object with no properties is not allowed", "strict=none", 0 },
	/* OpenRouter: no host of the model takes it; some take a request without the field. */
	{ "support the provided tool_choice", "tool_choice=auto", 0 },
	{ "support the provided tool_choice", "tool_choice=unsaid", 0 },
	/* … or not all of the fields; which, it does not say. */
	{ "can handle the requested parameters", "response_format=json_object", 0 },
	{ "can handle the requested parameters", "parallel_tool_calls=false", 0 },
	/* Groq */
	{ "json mode", "response_format=none", 0 },
	/* Mistral */
	{ "input should be auto, none or any", "tool_choice=word_any", 0 },
	/* Bedrock and Anthropic, behind routers */
	{ "toolconfig field must be defined", "declare_tools=true", 0 },
	{ "tool_use or tool_result blocks must define tools", "declare_tools=true", 0 },
	{ "support tool calling without tools=", "declare_tools=true", 0 },

	/* PDFs: DeepSeek, OpenAI's copies, vLLM, LM Studio, llama.cpp */
	{ "either text or image_url", "pdfs=none", 0 },
	{ "unsupported content[].type", "pdfs=none", IN_500 },

	/* images: DeepSeek, OpenRouter's 404, llama.cpp, vLLM */
	{ "no endpoints found that support image", "images=none", 0 },
	{ "image input is not supported", "images=none", IN_500 },
	{ "only support*text input", "images=none", 0 },
	{ "content*type*should be text", "images=none", 0 },
	{ "content*type*should be text", "pdfs=none", 0 },
	{ "not a multimodal model", "images=none", 0 },

	/* who speaks when: llama.cpp's templates, Anthropic, Mistral, MiniMax */
	{ "prefill is incompatible", "prefill=none", IN_500 },
	{ "does not support assistant message prefill", "prefill=none", 0 },
	{ "expected last role user", "prefill=none", 0 },
	{ "last message must", "prefill=none", 0 },
	{ "unexpected role*after role tool", "alternation=true", 0 },
	{ "unexpected role*after tool", "alternation=true", 0 },
	{ "system message must be at the beginning", "system=reminder", IN_500 },
	{ "roles must alternate", "system=reminder", IN_500 },
	{ "roles must alternate", "alternation=true", IN_500 },
};

/* Whatever else the text says: no change makes these good. Without tools Claude Code only pretends
 * to work. */
static const char *const hopeless[] = {
	"flagged", "safety", "sensitive", "inappropriate", "policy", "policies", "moderation",
	"quota", "authentication", "your plan", "temporarily",
	"does not support tools", "support tool use", "--enable-auto-tool-choice",
};
static const char *const hopeless_codes[] = {
	"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation",
	"moderation_blocked", "data_inspection_failed", "DataInspectionFailed",
	"insufficient_quota", "model_not_found", "DeploymentNotFound",
};

static const char empty[] =
	"could not finish the message because max_tokens or model output limit was reached";

/* ---- healing ---- */

static bool is_hopeless(const struct looking *looking)
{
	const struct error_body *error = &looking->reading->error;

	/* A page is a web server's, not the API's. */
	return error->html || wording_has(looking->unquoted, hopeless, COUNT(hopeless)) ||
		wording_is(error->code, hopeless_codes, COUNT(hopeless_codes)) ||
		wording_is(error->type, hopeless_codes, COUNT(hopeless_codes));
}

static bool is_in(unsigned in_500, int status)
{
	/* 200: an error inside an answer that names no status. */
	return status == 200 || status == 400 || status == 404 || status == 422 ||
		(in_500 && status == 500);
}

static void find_all(const struct looking *looking, struct changes *candidates)
{
	bool refused = is_in(0, looking->reading->status);

	add_limits(looking, candidates);
	/* Of a prompt that is too long only its length is meant, whatever the text names. */
	if (looking->reading->overflow.kind == OVERFLOW_CONTEXT)
		return;
	/* Its text is sometimes another. */
	if (!strcasecmp(looking->reading->error.code, "invalid_encrypted_content"))
		changes_add(candidates, "state=none");
	if (refused)
		add_no_effort(looking, candidates);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!is_in(rows[i].in_500, looking->reading->status) ||
			!wording_fits(looking->text, rows[i].words))
			continue;
		changes_add(candidates, "%s", rows[i].change);
	}
	if (refused)
		named_changes(looking->text, looking->chat, candidates);
}

enum heal heal(const struct refusal *reading, struct json_object *chat,
	struct changes *candidates)
{
	struct looking looking = { .reading = reading, .chat = chat };
	struct buf text = { 0 }, unquoted = { 0 };
	enum heal result = HEAL_NONE;

	named_text(&reading->error, chat, &text, &unquoted);
	looking.text = buf_text(&text);
	looking.unquoted = buf_text(&unquoted);
	add_api(&looking, candidates);
	if (strstr(looking.text, empty))
		result = HEAL_EMPTY;
	else if (is_hopeless(&looking))
		result = HEAL_HOPELESS;
	else
		find_all(&looking, candidates);
	buf_free(&text);
	buf_free(&unquoted);
	return candidates->count > 0 ? HEAL_CHANGES : result;
}
