#include "draft.h"

#include "../convert/js.h"
#include "../convert/provider/endpoint.h"
#include "../convert/provider/model.h"
#include "../convert/request/request.h"
#include "../convert/responses/body.h"
#include "../net/remember.h"
#include "guard.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static void note_healed(struct notes *notes, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct slice rest = slice_of(changes->text[i]);

		while (rest.len > 0) {
			struct slice one = slice_cut(&rest, ',');

			note_changed(notes, "healed:%.*s", (int)one.len, one.data);
		}
	}
}

/* The exchange's turn and notes become this text's. */
static bool convert(struct draft *draft, const struct dialect *dialect, struct json_object **chat,
	struct failure *why)
{
	struct exchange *ex = draft->ex;
	struct json_object *body;
	bool fine;

	turn_free(&ex->turn);
	ex->turn = (struct turn){ .settings = ex->settings, .changed = dialect };
	memcpy(ex->turn.seed, ex->seed, SEED_SIZE);
	ex->notes = draft->before;
	guard_begin();
	fine = request_to_chat(draft->tree, FOR_MESSAGES, &ex->turn, chat, &ex->notes, why);
	guard_end();
	ex->turn.changed = NULL;
	if (fine && dialect->api == API_RESPONSES) {
		body = responses_body(*chat, &ex->turn);
		js_free(*chat);
		*chat = body;
	}
	note_healed(&ex->notes, &draft->remembered);
	note_healed(&ex->notes, &draft->made);
	ex->line.model = ex->turn.model;
	ex->line.upstream_model = ex->turn.upstream_model;
	return fine;
}

long draft_today(void)
{
	return (long)(time(NULL) / 86400);
}

void draft_remembered(const struct settings *settings, const char *upstream_model, long today,
	struct changes *changes, struct notes *notes)
{
	struct remembered remembered = { 0 };

	remember_read(settings, upstream_model, today, &remembered, notes);
	for (size_t i = 0; i < remembered.count; i++)
		if (change_lasts(remembered.lines[i].text))
			changes_add(changes, "%s", remembered.lines[i].text);
}

bool draft_begin(struct draft *draft, struct exchange *ex, struct json_object *tree,
	struct failure *why)
{
	const char *model = js_get_string(tree, "model");

	/* Without a name the conversion is refused, in its own order of checks. */
	*draft = (struct draft){ .ex = ex, .tree = tree, .today = draft_today(),
		.upstream_model = model_map(ex->settings, model ? model : "") };
	draft_remembered(ex->settings, draft->upstream_model, draft->today,
		&draft->remembered, &ex->notes);
	draft->known = known_model(&ex->connection->knowledge, draft->upstream_model);
	for (size_t i = 0; i < draft->known->learnt.count; i++)
		changes_add(&draft->remembered, "%s", draft->known->learnt.text[i]);
	draft->before = ex->notes;
	model_dialect(ex->settings, draft->upstream_model, &draft->remembered,
		&draft->dialect);
	return convert(draft, &draft->dialect, &draft->chat, why);
}

/* A limit that was lowered is not lowered again: the client decides, in its own words. */
static bool was_lowered(const struct changes *made, const char *change)
{
	size_t key = strcspn(change, "=");

	if (strncmp(change, "room=", 5) != 0 && strncmp(change, "max_tokens=", 11) != 0)
		return false;
	for (size_t i = 0; i < made->count; i++)
		if (!strncmp(made->text[i], change, key + 1))
			return true;
	return false;
}

/*
 * Another API: not where the user chose one, and there and back once at most. Two that send each
 * other's requests away would be asked for ever.
 */
static bool may_change_api(const struct draft *draft, const char *change)
{
	enum api chosen;
	size_t changed = 0;

	if (strncmp(change, "api=", 4) != 0)
		return true;
	for (size_t i = 0; i < draft->made.count; i++)
		changed += !strncmp(draft->made.text[i], "api=", 4);
	return changed < 2 && !endpoint_chosen_api(draft->ex->settings, &chosen);
}

static bool differ(const struct dialect *one, const struct dialect *other)
{
	struct buf difference = { 0 };
	bool any;

	change_difference(one, other, &difference);
	any = difference.len > 0;
	buf_free(&difference);
	return any;
}

/* The new text; NULL: the change has no effect. */
static struct json_object *converted_with(struct draft *draft, const char *change)
{
	struct dialect dialect = draft->dialect;
	struct json_object *chat = NULL;
	struct failure unused;

	if (!change_apply(&dialect, slice_of(change)) || !differ(&draft->dialect, &dialect))
		return NULL;
	if (was_lowered(&draft->made, change) || !may_change_api(draft, change) ||
		!changes_add(&draft->made, "%s", change))
		return NULL;
	if (convert(draft, &dialect, &chat, &unused) && !js_equal(chat, draft->chat)) {
		draft->dialect = dialect;
		return chat;
	}
	js_free(chat);
	draft->made.count--;
	return NULL;
}

/* A change after which upstream says the same again was none of those that it asked for. */
static void compare(struct draft *draft, struct slice refused)
{
	if (draft->made.count > 0 && slice_same(buf_slice(&draft->refused), refused))
		draft->in_vain |= 1U << (draft->made.count - 1);
	buf_clear(&draft->refused);
	buf_add(&draft->refused, refused.data, refused.len);
}

enum heal draft_change(struct draft *draft, const struct refusal *reading)
{
	struct changes candidates = { 0 };
	struct json_object *chat = NULL;
	struct failure unused;
	enum heal result;

	if (!draft->tree)
		return HEAL_NONE;
	compare(draft, buf_slice(&reading->error.message));
	result = heal(reading, draft->chat, &candidates);
	for (size_t i = 0; i < candidates.count && !chat; i++)
		chat = converted_with(draft, candidates.text[i]);
	/* After a candidate in vain turn and notes must be those of the text that was sent. */
	if (!chat && candidates.count > 0) {
		convert(draft, &draft->dialect, &chat, &unused);
		result = HEAL_NONE;
	}
	if (chat) {
		js_free(draft->chat);
		draft->chat = chat;
	}
	return result;
}

/* Only what a refusal has just asked for: so each change is put to the test again every week. */
void draft_answered(const struct draft *draft)
{
	struct exchange *ex = draft->ex;

	for (size_t i = 0; i < draft->made.count; i++) {
		if (draft->in_vain & 1U << i || !change_lasts(draft->made.text[i]))
			continue;
		changes_add(&draft->known->learnt, "%s", draft->made.text[i]);
		remember_add(ex->settings, draft->upstream_model, draft->today,
			draft->made.text[i], &ex->notes);
	}
}

void draft_settle(struct draft *draft)
{
	js_free(draft->tree);
	draft->tree = NULL;
}

void draft_free(struct draft *draft)
{
	draft_settle(draft);
	js_free(draft->chat);
	buf_free(&draft->refused);
	free(draft->upstream_model);
	draft->chat = NULL;
	draft->upstream_model = NULL;
}
