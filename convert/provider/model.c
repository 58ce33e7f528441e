#include "model.h"

#include "../js.h"
#include "change.h"
#include "endpoint.h"
#include "family.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * In the order in which a name is searched for them. The ids are what /v1/models offers: they lead
 * back to their tier, and Claude Code keeps only ids that begin with "claude".
 */
static const struct {
	const char *word, *variable, *id;
	size_t model;	/* where the settings hold it */
} tiers[] = {
#define AT(member) offsetof(struct settings, member)
	{ "haiku", "SMALL_MODEL", "claude-haiku-proxy", AT(small_model) },
	{ "sonnet", "MIDDLE_MODEL", "claude-sonnet-proxy", AT(middle_model) },
	{ "opus", "BIG_MODEL", "claude-opus-proxy", AT(big_model) },
#undef AT
};

/* Names of upstreams that are taken literally even when a tier's word is in them. */
static const char *const literal[] = { "gpt-", "o1-", "ep-", "doubao-", "deepseek-" };

static const char *tier_model(const struct settings *settings, size_t tier)
{
	return *(const char *const *)((const char *)settings + tiers[tier].model);
}

/* "[1m]" at the end is Claude Code's note to itself about the context window. */
static char *without_window(const char *asked)
{
	static const char window[] = "[1m]";
	char *name = must_strdup(asked);
	size_t len = strlen(name), mark = strlen(window);

	if (len > mark && !strcasecmp(name + len - mark, window))
		name[len - mark] = '\0';
	return name;
}

/* The tier's model that a name means; NULL: the name itself. */
static const char *tier_of(const struct settings *settings, const char *name)
{
	/* A name that we listed ourselves must not be mapped once more. */
	if (model_variable(settings, name) ||
		starts_with_one_of(name, literal, COUNT(literal)))
		return NULL;
	for (size_t i = 0; i < COUNT(tiers); i++)
		if (strcasestr(name, tiers[i].word))
			return tier_model(settings, i);
	if (strcasestr(name, "claude") || strcasestr(name, "anthropic"))
		return settings->big_model;
	return NULL;
}

char *model_map(const struct settings *settings, const char *asked)
{
	char *name = without_window(asked);
	const char *mapped = tier_of(settings, name);

	if (!mapped)
		return name;
	free(name);
	return must_strdup(mapped);
}

const char *model_variable(const struct settings *settings, const char *model)
{
	for (size_t i = COUNT(tiers); i-- > 0;)
		if (!strcmp(model, tier_model(settings, i)))
			return tiers[i].variable;
	return NULL;
}

/* ---- the dialect ---- */

/* MODEL_TRAITS "mine=gpt-5.1, other=gpt-4o": the known model for an alias; the caller frees it. */
static char *known_as(const char *model_traits, const char *model)
{
	struct slice rest = slice_of(model_traits);

	while (rest.len > 0) {
		struct slice known = slice_cut(&rest, ',');
		bool pair = known.len && memchr(known.data, '=', known.len);
		struct slice alias = slice_cut(&known, '=');

		if (pair && slice_equals(slice_trim(alias), model))
			return slice_copy(slice_trim(known));
	}
	return must_strdup(model);
}

/* Whether part, "/beta", is one or more whole segments of the path. */
static bool is_in_path(const char *part, const char *path)
{
	size_t len = strlen(part);

	for (; path && (path = strstr(path, part)); path += len)
		if (path[len] == '\0' || path[len] == '/')
			return true;
	return false;
}

/* What depends on the base URL. */
static void apply_base(const struct settings *settings, struct dialect *dialect)
{
	const struct family *family = settings->family;

	if (family->vertex && slice_ends(slice_of(settings->base.host), family->vertex))
		dialect->signer = SIGNER_VERTEX;
	if (!family->beta.path || !is_in_path(family->beta.path, settings->base.path))
		return;
	dialect->strict_tools = family->beta.strict_tools;
	dialect->prefill = family->beta.prefill;
}

void model_dialect(const struct settings *settings, const char *model,
	const struct changes *remembered, struct dialect *dialect)
{
	char *known = known_as(settings->model_traits, model);
	struct slice unused;

	*dialect = settings->family->dialect;
	apply_base(settings, dialect);
	traits_apply(settings->family, known, dialect);
	free(known);
	if (!endpoint_offers_responses(settings))
		dialect->api = API_CHAT;
	for (size_t i = 0; remembered && i < remembered->count; i++)
		change_apply(dialect, slice_of(remembered->text[i]));
	endpoint_chosen_api(settings, &dialect->api);
	if (settings->system_messages != SYSTEM_AUTO)
		dialect->system = settings->system_messages;
	if (settings->token_field == TOKEN_FIELD_MAX_TOKENS)
		dialect->token_field = MAX_TOKENS;
	if (settings->token_field == TOKEN_FIELD_MAX_COMPLETION_TOKENS)
		dialect->token_field = MAX_COMPLETION_TOKENS;
	if (settings->images == CHOICE_OFF)
		dialect->images = IMAGES_NONE;
	if (settings->images == CHOICE_ON && dialect->images == IMAGES_NONE)
		dialect->images = IMAGES_DATA;
	if (settings->dialect)
		change_apply_setting(dialect, settings->dialect, model, &unused);
}

/* ---- the list ---- */

static void add_entry(const struct settings *settings, struct json_object *data, const char *id,
	const char *display_name)
{
	struct json_object *entry = js_append_object(data);

	js_add_string(entry, "type", "model");
	js_add_string(entry, "id", id);
	js_add_string(entry, "display_name", display_name);
	js_add_string(entry, "created_at", "2025-01-01T00:00:00Z");
	if (settings->max_tokens_limit > 0)
		js_add_int(entry, "max_tokens", settings->max_tokens_limit);
}

static struct json_object *find_entry(struct json_object *data, const char *id)
{
	for (size_t i = 0; i < js_count(data); i++)
		if (slice_equals(js_get_slice(js_at(data, i), "id"), id))
			return js_at(data, i);
	return NULL;
}

/* The tiers first, biggest first, then the upstream's own names for other clients. */
struct json_object *model_list(const struct settings *settings)
{
	struct json_object *list = js_new_object(), *data = js_add_array(list, "data");

	for (size_t i = COUNT(tiers); i-- > 0;) {
		struct buf display = { 0 };

		buf_printf(&display, "%s (%s)", tier_model(settings, i), tiers[i].word);
		add_entry(settings, data, tiers[i].id, buf_text(&display));
		buf_free(&display);
	}
	for (size_t i = COUNT(tiers); i-- > 0;) {
		const char *model = tier_model(settings, i);

		if (!find_entry(data, model))
			add_entry(settings, data, model, model);
	}
	js_add_bool(list, "has_more", false);
	js_share(list, "first_id", js_get(js_at(data, 0), "id"));
	js_share(list, "last_id", js_get(js_at(data, js_count(data) - 1), "id"));
	return list;
}

struct json_object *model_entry(const struct settings *settings, const char *id)
{
	struct json_object *list = model_list(settings);
	struct json_object *entry = js_hold(find_entry(js_get_array(list, "data"), id));

	js_free(list);
	return entry;
}
