#include "refusal.h"

#include "../provider/endpoint.h"
#include "../provider/model.h"
#include "wording.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* So much of upstream's own words passes. */
#define MOST_MESSAGE 2048

/* Upstream's status → one that clients know; the first row that holds it. */
static const struct {
	int first, last;
	int status;
} statuses[] = {
	{ 408, 408, 504 },
	{ 422, 422, 400 },
	{ 522, 522, 504 },
	{ 524, 524, 504 },
	{ 520, 523, 502 },
	{ 200, 200, 502 },	/* an error inside an answer, of no known code */
};

/* Where a word is believed. */
enum { ANYWHERE = 1, IN_503 = 2, IN_ANSWER = 4 };

/* Codes and types that say more than the status does. */
static const struct {
	const char *code;
	unsigned where;
	int status;
} codes[] = {
	/* By code, not by sentence: Gemini's limit a minute borrows OpenAI's about quota. */
	{ "insufficient_quota", ANYWHERE, 402 },
	{ "billing_hard_limit_reached", ANYWHERE, 402 },
	{ "billing_error", ANYWHERE, 402 },
	{ "exceeded_current_quota_error", ANYWHERE, 402 },	/* Kimi */
	{ "Arrearage", ANYWHERE, 402 },				/* DashScope */
	{ "1113", ANYWHERE, 402 },				/* GLM */
	{ "1008", IN_ANSWER, 402 },				/* MiniMax */

	{ "server_is_overloaded", IN_503 | IN_ANSWER, 529 },
	{ "overloaded_error", IN_503 | IN_ANSWER, 529 },
	{ "engine_overloaded_error", IN_503 | IN_ANSWER, 529 },	/* Kimi */

	{ "rate_limit_exceeded", IN_ANSWER, 429 },
	{ "rate_limit_error", IN_ANSWER, 429 },
	{ "rate_limit_reached_error", IN_ANSWER, 429 },
	{ "RESOURCE_EXHAUSTED", IN_ANSWER, 429 },
	{ "1302", IN_ANSWER, 429 },				/* GLM */
	{ "1002", IN_ANSWER, 429 },				/* MiniMax: requests a minute */
	{ "1039", IN_ANSWER, 429 },				/* … and tokens */
	{ "server_error", IN_ANSWER, 500 },
	{ "vector_store_timeout", IN_ANSWER, 500 },
	{ "internal_server_error", IN_ANSWER, 500 },
	{ "INTERNAL", IN_ANSWER, 500 },
	{ "UNAVAILABLE", IN_ANSWER, 503 },
	{ "DEADLINE_EXCEEDED", IN_ANSWER, 504 },
	{ "timeout_error", IN_ANSWER, 504 },
	{ "invalid_request_error", IN_ANSWER, 400 },
	{ "INVALID_ARGUMENT", IN_ANSWER, 400 },
	{ "InvalidParameter", IN_ANSWER, 400 },			/* DashScope */
	{ "content_filter", IN_ANSWER, 400 },
	{ "invalid_prompt", IN_ANSWER, 400 },
	{ "bio_policy", IN_ANSWER, 400 },
	{ "cyber_policy", IN_ANSWER, 400 },
	{ "data_residency_mismatch", IN_ANSWER, 400 },
	{ "invalid_encrypted_content", IN_ANSWER, 400 },
	{ "2013", IN_ANSWER, 400 },				/* MiniMax */
	{ "invalid_api_key", IN_ANSWER, 401 },
	{ "authentication_error", IN_ANSWER, 401 },
	{ "1004", IN_ANSWER, 401 },				/* MiniMax */
	{ "permission_error", IN_ANSWER, 403 },
	{ "model_not_found", IN_ANSWER, 404 },
};

/* Sentences that do, as wording.h writes them. */
static const struct {
	const char *words;
	unsigned where;
	int status;
} sentences[] = {
	{ "insufficient balance", ANYWHERE, 402 },		/* DeepSeek */
	{ "credit balance is too low", ANYWHERE, 402 },		/* Anthropic */
	{ "api key not valid", ANYWHERE, 401 },			/* Gemini's 400 */
	{ "overloaded", IN_503 | IN_ANSWER, 529 },
	{ "capacity", IN_503 | IN_ANSWER, 529 },
	{ "busy", IN_503 | IN_ANSWER, 529 },
};

/* Upstream does not know the model: codes, words with any status, words of a 404 or 405. */
static const char *const model_codes[] = {
	"model_not_found", "DeploymentNotFound", "model_not_available", "model_not_exist",
	"unknown_model", "invalid_model", "model_not_supported",
};
static const char *const model_words[] = {
	"model not exist",	/* DeepSeek, with 400 */
	"not a valid model",	/* OpenRouter, with 400 */
};
static const char *const model_words_404[] = {
	"model*not found", "model*not exist", "model*not be found", "model*not available",
	"model*unavailable", "model*not supported", "model*not have access", "model*no access",
	"model*not accessible", "model*no longer", "model*deprecated", "model*decommissioned",
	"model*retired", "model*not deployed", "model*not loaded", "model*no provider",
	"unknown model", "invalid model", "no such model", "access model", "access to model",
	"find*model", "not found the model", "no model", "not found: model",
	"providers are available for the selected model",	/* OpenRouter */
	"deployment*not exist", "deployment*not found",		/* Azure */
	"no endpoints found for",				/* OpenRouter */
};

/* Another API serves the model: OpenAI's words with any status, those of a 404 or 405. */
static const char *const other_api_words[] = {
	"only*v1/responses", "only*responses api", "use*v1/responses", "use*responses api",
};
static const char *const other_api_words_404[] = {
	"not supported*chat/completions", "not accessible via*chat/completions",
	"not a chat model", "use*v1/completions",
};

/* OpenRouter has the model too, but nobody who serves this request, or this account, with it. */
static const char *const no_host_words_404[] = {
	"data policy", "support the provided", "can handle the requested parameters",
};

/* It has the model, but no tool calls: without tools a coding client could only pretend to work. */
static const char *const no_tools_words[] = {
	"does not support tools",	/* Ollama */
	"found that support tool use",	/* OpenRouter */
	"requires --enable-auto-tool-choice",	/* vLLM */
};

/*
 * It does not even know the path: words with any status. A 404 or 405 needs none, since we made up
 * the path: routers have as many ways to say it as there are.
 */
static const char *const path_words[] = {
	"invalid url (",	/* OpenAI */
	"unknown request url",	/* Groq */
	"unexpected endpoint or method",	/* LM Studio, with 200 */
};
/* ---- reading ---- */

void refusal_read(const struct turn *turn, struct refusal *refusal)
{
	error_body_read(refusal->body, &refusal->error);
	if (refusal->retry_after_ms < 0)
		refusal->retry_after_ms = refusal->error.retry_after_ms;
	if (refusal->status >= 400)
		overflow_read(turn, refusal->status, &refusal->error, &refusal->overflow);
}

void refusal_read_in_answer(const struct turn *turn, struct json_object *holder,
	struct refusal *refusal)
{
	*refusal = (struct refusal){ .status = 200, .in_answer = true };
	error_body_read_json(holder, &refusal->error);
	if (refusal->error.status)
		refusal->status = refusal->error.status;
	refusal->retry_after_ms = refusal->error.retry_after_ms;
	overflow_read(turn, refusal->status, &refusal->error, &refusal->overflow);
}

void refusal_free(struct refusal *refusal)
{
	error_body_free(&refusal->error);
}

/* ---- judging ---- */

/* "invalid_image_format", "image_parse_error": doc/responses.md §6. */
static bool is_about_image(const struct error_body *error)
{
	return strcasestr(error->code, "image");
}

/* The status that upstream's own words name, else the one it came with. */
static int exact_status(const struct refusal *refusal, const char *normal)
{
	const struct error_body *error = &refusal->error;
	unsigned here = ANYWHERE | (refusal->status == 200 ? IN_ANSWER :
		refusal->status == 503 ? IN_503 : 0);

	for (size_t i = 0; i < COUNT(codes); i++)
		if ((codes[i].where & here) && (!strcasecmp(error->code, codes[i].code) ||
			!strcasecmp(error->type, codes[i].code)))
			return codes[i].status;
	if (refusal->status == 200 && is_about_image(error))
		return 400;
	for (size_t i = 0; i < COUNT(sentences); i++)
		if ((sentences[i].where & here) && strstr(normal, sentences[i].words))
			return sentences[i].status;
	return refusal->status;
}

/* Upstream's sentence as it may leave; one of ours when it said nothing readable. */
static void message_of(const struct turn *turn, const struct refusal *refusal,
	char message[MOST_MESSAGE])
{
	const struct buf *words = &refusal->error.message;
	struct buf text = { 0 };
	char *number_end;

	if (refusal->error.html) {
		/* Titles repeat it: "502 Bad Gateway". */
		long number = strtol(buf_text(words), &number_end, 10);

		buf_printf(&text, "upstream answered %d (HTML)", refusal->status);
		buf_join(&text, ": ", slice_of(number == refusal->status && *number_end == ' ' ?
			number_end + 1 : buf_text(words)));
	} else if (words->len == 0) {
		buf_printf(&text, "upstream answered %d with an empty body", refusal->status);
	} else {
		buf_add(&text, words->data, words->len);
	}
	refusal_redact(turn->settings, buf_slice(&text), message, MOST_MESSAGE);
	buf_free(&text);
}

/* The text without its paths: "POST /v1/models/chat/completions" speaks of no model. */
static void without_paths(const char *normal, struct buf *out)
{
	while (*normal) {
		size_t len = strcspn(normal, " ");
		struct slice word = { normal, len };

		if (*normal != '/' && !memmem(word.data, len, "://", 3) &&
			!memmem(word.data, len, ":/", 2) &&
			!memmem(word.data, len, "/chat/completions", 17))
			buf_add(out, word.data, len);
		normal += len;
		len = strspn(normal, " ");
		buf_add(out, normal, len);
		normal += len;
	}
}

static bool is_missing(int status)
{
	return status == 404 || status == 405;
}

/* Whether the name stands in the text as a word of its own. */
static bool names(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *at = text;

	while (len > 0 && (at = strcasestr(at, name))) {
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
			!isalnum((unsigned char)at[len]))
			return true;
		at++;
	}
	return false;
}

static bool is_unknown_model(const struct turn *turn, const struct refusal *refusal,
	const char *normal)
{
	const struct error_body *error = &refusal->error;
	struct buf words = { 0 };
	bool unknown;

	without_paths(normal, &words);
	unknown = wording_is(error->code, model_codes, COUNT(model_codes)) ||
		wording_is(error->type, model_codes, COUNT(model_codes)) ||
		wording_has(normal, model_words, COUNT(model_words)) ||
		(is_missing(refusal->status) &&
		(wording_has(buf_text(&words), model_words_404, COUNT(model_words_404)) ||
		names(buf_text(&words), turn->upstream_model)));
	buf_free(&words);
	return unknown;
}

bool refusal_names_other_api(const struct refusal *reading, const char *text)
{
	return !strcasecmp(reading->error.code, "unsupported_api_for_model") ||
		wording_has(text, other_api_words, COUNT(other_api_words)) ||
		(is_missing(reading->status) &&
		wording_has(text, other_api_words_404, COUNT(other_api_words_404)));
}

/* What is wrong, beyond the status; of several the first that fits. */
enum cause {
	CAUSE_UNKNOWN,
	CAUSE_PATH,	/* what no API wrote, but the server in front of it, or its router */
	CAUSE_NO_TOOLS,
	CAUSE_NO_HOST,
	CAUSE_OTHER_API,
	CAUSE_MODEL,
};

static bool is_api_chosen(const struct turn *turn)
{
	enum api chosen;

	return endpoint_chosen_api(turn->settings, &chosen);
}

static enum cause cause_of(const struct turn *turn, const struct refusal *refusal,
	const char *normal)
{
	bool missing = is_missing(refusal->status);

	if (wording_has(normal, path_words, COUNT(path_words)) ||
		(missing && refusal->error.html))
		return CAUSE_PATH;
	if (wording_has(normal, no_tools_words, COUNT(no_tools_words)))
		return CAUSE_NO_TOOLS;
	if (missing && wording_has(normal, no_host_words_404, COUNT(no_host_words_404)))
		return CAUSE_NO_HOST;
	if ((missing && strstr(normal, "model") && refusal_names_other_api(refusal, normal)) ||
		(refusal->status == 400 && is_api_chosen(turn) &&
		refusal_names_other_api(refusal, normal)))
		return CAUSE_OTHER_API;
	if (is_unknown_model(turn, refusal, normal))
		return CAUSE_MODEL;
	/* Inside an answer the path was right. */
	return missing && !refusal->in_answer ? CAUSE_PATH : CAUSE_UNKNOWN;
}

static void add_model_hint(const struct turn *turn, struct failure *why)
{
	const char *model = turn->upstream_model;
	const char *variable = model_variable(turn->settings, model);

	if (variable)
		failure_hint(why, "the model \"%s\" was chosen by %s", model, variable);
	else
		failure_hint(why, "the model \"%s\" was named by the client", model);
}

/* About a model that nobody chose, at an upstream whose models nobody knows. */
static bool is_about_guess(const struct turn *turn, const struct refusal *refusal,
	enum cause cause)
{
	const struct settings *settings = turn->settings;
	const char *words = buf_text(&refusal->error.message), *model = turn->upstream_model;

	return ((settings->big_model_guessed && !strcmp(model, settings->big_model)) ||
		(settings->small_model_guessed && !strcmp(model, settings->small_model))) &&
		(cause == CAUSE_MODEL || cause == CAUSE_OTHER_API || strstr(words, model));
}

/* What the user can do, behind upstream's own words. */
static void add_hints(const struct turn *turn, const struct refusal *refusal,
	enum cause cause, struct failure *why)
{
	const struct error_body *error = &refusal->error;
	const char *host = turn->settings->base.host;
	bool responses = turn->dialect.api == API_RESPONSES;
	char filtered[sizeof(error->filtered)];

	if (refusal->status == 407)
		failure_hint(why, "the proxy in http_proxy, https_proxy or all_proxy wants a name "
			"and a password: http://NAME:PASSWORD@HOST:PORT");
	else if (strstr(buf_text(&error->message), "subscription key"))
		failure_hint(why, "CUSTOM_HEADER_OCP_APIM_SUBSCRIPTION_KEY=KEY sends it under the "
			"name that Azure API Management usually wants");
	/* Without it users of Claude Code log in again, in vain. */
	else if (why->kind == AUTHENTICATION_ERROR)
		failure_hint(why, turn->settings->openai_api_key ?
			"upstream %s refused OPENAI_API_KEY" :
			"upstream %s wants another key: OPENAI_API_KEY is not set", host);
	else if (why->kind == REQUEST_TOO_LARGE)
		failure_hint(why, "too many bytes for upstream %s: images?", host);
	else if (cause == CAUSE_PATH)
		failure_hint(why, "is OPENAI_BASE_URL right (missing or doubled /v1)?");
	else if (cause == CAUSE_NO_TOOLS)
		failure_hint(why, "tool calls need another model, or a flag of its server");
	else if (is_about_guess(turn, refusal, cause))
		failure_hint(why, "BIG_MODEL is not set, so \"%s\" was asked for",
			turn->upstream_model);
	else if (cause == CAUSE_MODEL || cause == CAUSE_OTHER_API)
		add_model_hint(turn, why);
	/* Healing would have asked there, but the user chose. */
	if ((cause == CAUSE_OTHER_API || (cause == CAUSE_PATH && responses)) && is_api_chosen(turn))
		failure_hint(why, "UPSTREAM_API=%s asks by the other API", responses ? "chat" :
			"responses");
	if (error->filtered[0]) {
		refusal_redact(turn->settings, slice_of(error->filtered), filtered,
			sizeof(filtered));
		failure_hint(why, "filtered: %s", filtered);
	}
}

/* The status that the client sees. again: the same request is worth sending once more. */
static int status_for_client(int status, bool *again)
{
	for (size_t i = 0; i < COUNT(statuses); i++)
		if (status >= statuses[i].first && status <= statuses[i].last) {
			*again = failure_passes(statuses[i].status);
			return statuses[i].status;
		}
	*again = failure_passes(status);
	return *again || (status >= 400 && status < 500) ? status : 502;
}

/* The headers for the client, and whether the proxy itself tries again. */
static void set_retry(const struct refusal *refusal, bool again, struct failure *why)
{
	why->retry_after_ms = refusal->retry_after_ms;
	why->should_retry = refusal->should_retry;
	/* Groq: sampling broke the call's syntax, the request is fine. */
	why->once = !strcasecmp(refusal->error.code, "tool_use_failed");
	why->again = again || why->once;
	if (why->kind == AUTHENTICATION_ERROR || why->kind == BILLING_ERROR)
		why->should_retry = RETRY_NO;
	if (why->should_retry != RETRY_UNSAID)
		why->again = why->should_retry == RETRY_YES;
}

static void redirected(const struct turn *turn, const struct refusal *refusal,
	struct failure *why)
{
	char place[256];

	refusal_redact(turn->settings, slice_of(refusal->location ? refusal->location :
		"an unknown place"), place, sizeof(place));
	failed_as(why, 502, API_ERROR, "upstream answered %d: it redirects to %s", refusal->status,
		place);
	failure_hint(why, "not followed, since the key must not travel: is OPENAI_BASE_URL right?");
}

void refusal_judge(const struct turn *turn, const struct refusal *refusal,
	struct failure *why)
{
	char message[MOST_MESSAGE];
	struct buf normal = { 0 };
	enum cause cause;
	bool again;
	int status;

	if (refusal->status >= 300 && refusal->status < 400) {
		redirected(turn, refusal, why);
		return;
	}
	message_of(turn, refusal, message);
	if (refusal->overflow.kind != OVERFLOW_NONE) {
		overflow_to_failure(turn, &refusal->overflow, message, why);
		return;
	}
	wording_normalise(buf_slice(&refusal->error.message), &normal);
	status = exact_status(refusal, buf_text(&normal));
	cause = cause_of(turn, refusal, buf_text(&normal));
	/* Claude Code hides the words of a 404, but shows those of a 400. */
	if (cause == CAUSE_PATH || (is_missing(status) && cause != CAUSE_MODEL))
		status = 400;
	status = status_for_client(status, &again);
	/* On these words Claude Code takes the picture out of its history. */
	failed_as(why, status, failure_kind_of(status), "%s%s", status == 400 &&
		is_about_image(&refusal->error) ? "Could not process image: " : "", message);
	set_retry(refusal, again, why);
	add_hints(turn, refusal, cause, why);
	buf_free(&normal);
}
