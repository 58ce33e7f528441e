#include "check.h"

#include "../convert/provider/endpoint.h"
#include "../convert/provider/family.h"

#include <stdio.h>

static void print_unknown(const struct config *config)
{
	const char *name;

	for (size_t i = 0; (name = config_unknown_name(config, i)); i++)
		printf("%s %s", i ? "," : "unknown names  ", name);
	if (config_unknown_name(config, 0))
		printf(" (ignored)\n");
}

static bool print_config(const struct config *config, struct failure *why)
{
	const struct settings *settings = &config->settings;
	struct endpoint endpoint;

	printf("file            %s\n", config->file_path ? config->file_path : "none");
	print_unknown(config);
	if (!endpoint_of(settings, settings->big_model, &endpoint, why))
		return false;
	printf("request URL     %s\n", endpoint.shown);
	printf("family          %s (%s)\n", settings->family->name, settings->family->label);
	printf("models          opus → %s, sonnet → %s, haiku → %s\n", settings->big_model,
		settings->middle_model, settings->small_model);
	printf("upstream key    %s\n", endpoint.key_header ? "set" : "not set");
	printf("client key      %s\n",
		settings->anthropic_api_key ? "set: clients must show it" :
		"not set: any client is accepted");
	endpoint_free(&endpoint);
	return true;
}

int check_config(const char *file, char *const env[])
{
	struct config config = { 0 };
	struct failure why;
	bool fine = config_load(&config, file, env, &why) && print_config(&config, &why);

	if (!fine)
		fprintf(stderr, "claudeproxy: %s\n", why.message);
	config_free(&config);
	return fine ? 0 : 1;
}
