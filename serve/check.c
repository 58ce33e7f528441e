#include "check.h"

#include "../convert/provider/change.h"
#include "../convert/provider/endpoint.h"
#include "../convert/provider/family.h"
#include "../convert/provider/model.h"
#include "../net/confine.h"
#include "draft.h"

#include <stdio.h>
#include <string.h>

/* Whatever a setting holds, the terminal must not take it for an order of its own. */
static void print_text(FILE *to, const char *text)
{
	struct slice whole = slice_of(text);

	for (size_t at = 0; at < whole.len;) {
		size_t len = slice_character(whole, at);
		unsigned char c = (unsigned char)text[at];
		bool control = c < ' ' || c == 0x7F ||
			(len == 2 && c == 0xC2 && (unsigned char)text[at + 1] < 0xA0);

		if (len > 0 && !control)
			fwrite(text + at, 1, len, to);
		else
			fprintf(to, "\\x%02X", c);
		at += len > 0 && !control ? len : 1;
	}
}

static void print_row(const char *name, const char *text)
{
	printf("%-15s ", name);
	print_text(stdout, text);
	printf("\n");
}

static void print_file(const struct config *config)
{
	const char *name;

	print_row("file", config->file_path ? config->file_path : "none");
	for (size_t i = 0; (name = config_unknown_name(config, i)); i++)
		printf("%s %s", i ? "," : "unknown names  ", name);
	if (config_unknown_name(config, 0))
		printf(" (ignored)\n");
}

static void print_difference(const char *model, const char *source, const struct dialect *from,
	const struct dialect *to)
{
	struct buf text = { 0 }, row = { 0 };

	change_difference(from, to, &text);
	buf_printf(&row, "%s, by %s: %s", model, source, buf_text(&text));
	if (text.len > 0)
		print_row("differs", buf_text(&row));
	buf_free(&text);
	buf_free(&row);
}

/* By which API the model is asked, and who says so: the last of them that had a word. */
static void print_api(const struct settings *settings, const char *model,
	const struct dialect *by_name, const struct dialect *remembered,
	const struct dialect *by_settings, const struct dialect *by_dialect)
{
	const char *source = by_name->api == API_RESPONSES ? "by its name" : "as usual";
	struct buf row = { 0 };
	enum api chosen;

	if (by_dialect->api != by_settings->api)
		source = "by DIALECT";
	else if (settings->upstream_api != UPSTREAM_API_AUTO)
		source = "by UPSTREAM_API";
	else if (endpoint_chosen_api(settings, &chosen))
		source = "by the end of OPENAI_BASE_URL";
	else if (remembered->api != by_name->api)
		source = "by refusals of this week";
	buf_printf(&row, "%s → %s, %s", model, by_dialect->api == API_RESPONSES ? "responses" :
		"chat", source);
	print_row("api", buf_text(&row));
	buf_free(&row);
}

/* What is not as in the family's row, and why. */
static void print_dialect(const struct settings *settings, const char *model)
{
	struct settings bare = *settings, without = *settings;
	struct dialect by_name, remembered, by_settings, by_dialect;
	struct changes changes = { 0 };
	struct notes unused = { 0 };

	bare.upstream_api = UPSTREAM_API_AUTO;
	bare.token_field = TOKEN_FIELD_AUTO;
	bare.images = CHOICE_AUTO;
	bare.system_messages = SYSTEM_AUTO;
	bare.dialect = without.dialect = NULL;
	draft_remembered(settings, model, draft_today(), &changes, &unused);
	model_dialect(&bare, model, NULL, &by_name);
	model_dialect(&bare, model, &changes, &remembered);
	model_dialect(&without, model, &changes, &by_settings);
	model_dialect(settings, model, &changes, &by_dialect);
	print_api(settings, model, &by_name, &remembered, &by_settings, &by_dialect);
	print_difference(model, "its name", &settings->family->dialect, &by_name);
	print_difference(model, "refusals of this week", &by_name, &remembered);
	print_difference(model, "settings", &remembered, &by_settings);
	print_difference(model, "DIALECT", &by_settings, &by_dialect);
}

static bool print_settings(const struct settings *settings, struct failure *why)
{
	struct buf models = { 0 };
	struct changes changes = { 0 };
	struct notes unused = { 0 };
	struct endpoint endpoint;
	struct dialect dialect;

	draft_remembered(settings, settings->big_model, draft_today(), &changes, &unused);
	model_dialect(settings, settings->big_model, &changes, &dialect);
	if (!endpoint_of(settings, settings->big_model, dialect.api, &endpoint, why))
		return false;
	print_row("request URL", endpoint.shown);
	printf("family          %s (%s)\n", settings->family->name, settings->family->label);
	buf_printf(&models, "opus → %s, sonnet → %s, haiku → %s", settings->big_model,
		settings->middle_model, settings->small_model);
	print_row("models", buf_text(&models));
	buf_free(&models);
	print_dialect(settings, settings->big_model);
	if (strcmp(settings->middle_model, settings->big_model) != 0)
		print_dialect(settings, settings->middle_model);
	if (strcmp(settings->small_model, settings->big_model) != 0 &&
		strcmp(settings->small_model, settings->middle_model) != 0)
		print_dialect(settings, settings->small_model);
	printf("upstream key    %s\n", endpoint.key_header ? "set" : "not set");
	printf("client key      %s\n", settings->anthropic_api_key ?
		"set: clients must show it" :
		"not set: only clients on this machine are served, and no web pages");
	if (!settings->anthropic_api_key && settings->allowed_hosts)
		print_row("allowed hosts", settings->allowed_hosts);
	if (settings->big_model_guessed)
		printf("warning         BIG_MODEL is not set: does this upstream have %s?\n",
			settings->big_model);
	if (config_key_in_clear(settings))
		printf("warning         the key goes over plain http to a public host: anyone on "
			"the way can read it\n");
	endpoint_free(&endpoint);
	return true;
}

/* Only what is not as it should be: it is done to this process, whose work is over. */
static void print_confinement(const struct settings *settings)
{
	struct confined confined = confine(settings);

	if (settings->confine == CHOICE_OFF)
		print_row("not confined", "CONFINE=off");
	for (size_t i = 0; i < confined.count; i++)
		print_row("not confined", confined.missing[i]);
}

int check_config(const char *file, char *const env[])
{
	struct config config = { 0 };
	struct failure why;
	bool fine = config_load(&config, file, env, &why);

	print_file(&config);
	fine = fine && print_settings(&config.settings, &why);
	fflush(stdout);
	if (fine)
		print_confinement(&config.settings);
	if (!fine) {
		fflush(stdout);
		fprintf(stderr, "claudeproxy: ");
		if (config.wrong_in_file && config.file_path) {
			print_text(stderr, config.file_path);
			fprintf(stderr, ": ");
		}
		print_text(stderr, why.message);
		fprintf(stderr, "\n");
	}
	config_free(&config);
	return fine ? 0 : 1;
}
