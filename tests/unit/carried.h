/*
 * Histories with state in them, as an upstream at a host had given it, and what goes back. Include
 * after cmocka.h.
 */
#ifndef CARRIED_H
#define CARRIED_H

#include "../../convert/ids.h"
#include "../../convert/carry.h"
#include "conversion.h"

#define HOST "upstream.example"
#define ELSEWHERE "elsewhere.example"
#define RESULT(id) "{'role':'user','content':[{'type':'tool_result','tool_use_id':'" id \
	"','content':'x'}]}"
#define RESULT_OUT(id) "{'role':'tool','tool_call_id':'" id "','content':'x'}"
#define CALL_OUT(id) "{'id':'" id "','type':'function','function':{'name':'A','arguments':'{}'}}"

static inline struct settings at(const char *family, const char *host)
{
	struct settings settings = settings_of(family);

	settings.base = (struct base_url){ .scheme = "https", .host = host, .port = 443 };
	return settings;
}

static inline void origin_of(const char *host, char origin[ORIGIN_SIZE])
{
	struct settings settings = at("generic", host);

	carry_origin(&settings.base, origin);
}

/* In templates $N is the Nth of these capsules' text or ids. */
static struct buf carried[4];

static inline int forget(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]); i++)
		buf_free(&carried[i]);
	return 0;
}

static inline void carry(unsigned number, const char *host, const char *state)
{
	struct json_object *object = tree(state);
	char origin[ORIGIN_SIZE];

	origin_of(host, origin);
	buf_clear(&carried[number]);
	capsule_write(object, origin, &carried[number]);
	js_free(object);
}

static inline void carry_in_id(unsigned number, const char *host, const char *visible,
	const char *id, const char *signature)
{
	struct call_state state = { .signer = SIGNER_GOOGLE };
	char origin[ORIGIN_SIZE];

	origin_of(host, origin);
	buf_puts(&state.id, id);
	buf_puts(&state.signature, signature);
	callid_write(visible, &state, origin, &carried[number]);
	call_state_free(&state);
}

static inline char *filled(const char *template)
{
	struct buf text = { 0 };
	char *copy;

	for (const char *p = template; *p; p++) {
		if (*p == '$')
			buf_puts(&text, buf_text(&carried[*++p - '0']));
		else
			buf_add(&text, p, 1);
	}
	copy = must_strdup(buf_text(&text));
	buf_free(&text);
	return copy;
}

/* Whether a chat message holds anything that only state can have brought. */
static inline bool mentions_state(struct json_object *message)
{
	static const char *const fields[] = { "reasoning", "reasoning_content",
		"reasoning_details" };
	struct json_object *calls = js_get_array(message, "tool_calls");

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (js_has(message, fields[i]))
			return true;
	for (size_t i = 0; i < js_count(calls); i++)
		if (js_has(js_at(calls, i), "extra_content"))
			return true;
	return js_is_array(js_get(message, "content"));
}

/* What the last history left for the log. */
static struct notes noted;

/* The chat messages of that history; wanted holds those of the assistant and of tools. */
static inline void becomes_with(const char *family, enum wanted_thinking thinking,
	const char *model, const char *history, const char *wanted)
{
	struct settings settings = at(family, HOST);
	struct turn turn = turn_of(&settings, model);
	struct json_object *messages = js_new_array(), *others = js_new_array(), *in, *expected;
	char *text = filled(history);

	turn.thinking = thinking;
	turn.notes = &noted;
	noted = (struct notes){ .debug = false };
	in = tree(text);
	expected = tree(wanted);
	history_add(messages, in, &turn);
	for (size_t i = 0; i < js_count(messages); i++)
		if (!slice_equals(js_get_slice(js_at(messages, i), "role"), "user"))
			js_append_share(others, js_at(messages, i));
	same_text(others, expected, __FILE__, __LINE__);
	js_free(messages);
	js_free(others);
	js_free(in);
	js_free(expected);
	free(text);
	turn_free(&turn);
}

static inline void becomes(const char *family, const char *history, const char *wanted)
{
	becomes_with(family, WANTED_ON, "model", history, wanted);
}

#endif
