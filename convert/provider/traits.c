#include "model.h"

#include "change.h"
#include "family.h"

#include <assert.h>
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* "5.6" as a number. Each part is one: 4.20 comes after 4.3. */
#define V(major, minor) ((major) * 100 + (minor))
#define NEWEST V(1000, 0)

/* What a name says, as changes of the dialect; each ends in a comma, so they can stand in a row. */
#define THINKS "thinks=true,"
#define THINKS_ALWAYS "thinking_always=true,"
#define THINKS_NEVER "thinking=none,"	/* and refuses the switch */
#define COMPLETION_TOKENS "token_field=max_completion_tokens,"
#define NO_SAMPLING "sampling=false,"
#define REASONING THINKS COMPLETION_TOKENS NO_SAMPLING "max_stops=0,"
#define BLIND "images=none,"
#define CACHE "cache_control=true,"
#define TTL "cache_ttl=true,"
#define BUDGET "thinking_budget=true,"
#define TEMPLATE_THINKING "template_switch=thinking,"
#define MISTRAL "alternation=true,call_ids=9,"	/* its chat templates check both */
#define RESPONSES "api=responses,"		/* where the host has it */
#define EFFORT_LOW_HIGH_MAX (EFFORT_LOW | EFFORT_HIGH | EFFORT_MAX)
#define EFFORT_5_2 (EFFORT_NONE | EFFORT_LOW_TO_HIGH | EFFORT_XHIGH)
#define EFFORT_6 (EFFORT_5_2 | EFFORT_MAX)
#define EFFORT_GEMINI (EFFORT_MINIMAL | EFFORT_LOW_TO_HIGH)

/*
 * Every row that fits counts, in this order; a later number replaces an earlier one. A version
 * follows the prefix at once; what follows the version is rest.
 */
struct trait {
	const char *prefix;
	int from, below;	/* versions; both 0: with any version or none */
	const char *rest;	/* shell pattern; NULL: anything */
	const char *family;	/* only there; NULL: everywhere */
	const char *says;	/* NULL: nothing */
	bool last;		/* no later row counts */
	unsigned efforts;	/* 0: nothing said */
	unsigned output_cap;	/* likewise */
};

static const struct trait traits[] = {
	/* OpenAI. A version of 35 is Azure's spelling of 3.5. */
	{ "o", V(1, 0), V(10, 0), .says = REASONING THINKS_ALWAYS "parallel_tool_calls=false,",
		.efforts = EFFORT_LOW_TO_HIGH, .output_cap = 100000 },
	{ "o", V(1, 0), V(4, 0), "-mini*", .says = BLIND },
	{ "o", V(1, 0), V(10, 0), "*-pro*", .says = RESPONSES },
	{ "o", V(1, 0), V(10, 0), "*-deep-research*", .says = RESPONSES },
	{ "gpt-", V(5, 0), V(30, 0), "*-chat*", .says = COMPLETION_TOKENS, .last = true,
		.output_cap = 16384 },
	{ "gpt-", V(5, 0), V(30, 0), .says = REASONING, .output_cap = 128000 },
	{ "gpt-", V(5, 0), V(30, 0), "*-codex*", .says = RESPONSES },
	{ "gpt-", V(5, 0), V(30, 0), "*-pro*", .says = THINKS_ALWAYS RESPONSES, .last = true,
		.efforts = EFFORT_HIGH },
	{ "gpt-", V(5, 0), V(5, 1), .says = THINKS_ALWAYS,
		.efforts = EFFORT_MINIMAL | EFFORT_LOW_TO_HIGH },
	{ "gpt-", V(5, 1), V(5, 2), .efforts = EFFORT_NONE | EFFORT_LOW_TO_HIGH },
	{ "gpt-", V(5, 2), V(5, 4), .says = "effort_beside_tools=unsaid," RESPONSES,
		.efforts = EFFORT_5_2 },
	{ "gpt-", V(5, 4), V(30, 0), .says = "effort_beside_tools=none," RESPONSES,
		.efforts = EFFORT_5_2 },
	{ "gpt-", V(6, 0), V(30, 0), .efforts = EFFORT_6 },
	/* "Supported values are: low, medium, high, xhigh": no thinking is none of them. */
	{ "gpt-", V(6, 0), V(30, 0), "-astra*", .says = THINKS_ALWAYS,
		.efforts = EFFORT_6 & ~EFFORT_NONE },
	{ "gpt-", V(6, 0), V(6, 1), "-rosalind*", .says = THINKS_ALWAYS,
		.efforts = EFFORT_6 & ~EFFORT_NONE },
	{ "gpt-", V(6, 1), V(6, 2), "-sol*", .says = THINKS_ALWAYS,
		.efforts = EFFORT_6 & ~EFFORT_NONE },
	{ "gpt-", V(6, 1), V(6, 2), "-terra*", "azure", .says = THINKS_ALWAYS,
		.efforts = EFFORT_6 & ~EFFORT_NONE },
	{ "gpt-daybreak-", .says = REASONING RESPONSES },
	{ "codex-", .says = REASONING RESPONSES, .efforts = EFFORT_LOW_TO_HIGH },
	{ "computer-use-preview", .says = RESPONSES },
	{ "gpt-4o", .output_cap = 16384 },
	{ "chatgpt-4o", .output_cap = 16384 },
	{ "gpt-4.1", .output_cap = 32768 },
	{ "gpt-4-turbo", .output_cap = 4096 },
	{ "gpt-3.5", .says = BLIND, .output_cap = 4096 },
	{ "gpt-35", .says = BLIND, .output_cap = 4096 },
	{ "gpt-oss", .says = THINKS THINKS_ALWAYS BLIND, .efforts = EFFORT_LOW_TO_HIGH },

	/* DeepSeek. Hosts of the open 3.1 and later have caps of their own. */
	{ "deepseek-v", V(3, 0), V(3, 1), .says = BLIND, .output_cap = 8192 },
	{ "deepseek-v", V(3, 1), V(4, 0), .says = THINKS BLIND },
	{ "deepseek-v", V(4, 0), NEWEST, .says = THINKS BLIND, .efforts = EFFORT_LOW_HIGH_MAX,
		.output_cap = 384000 },
	{ "deepseek-flash", .says = THINKS BLIND, .efforts = EFFORT_LOW_HIGH_MAX,
		.output_cap = 384000 },
	{ "deepseek-pro", .says = THINKS BLIND, .efforts = EFFORT_LOW_HIGH_MAX,
		.output_cap = 384000 },
	{ "deepseek-reasoner", .says = THINKS BLIND, .efforts = EFFORT_LOW_HIGH_MAX,
		.output_cap = 64000 },
	{ "deepseek-r", V(1, 0), NEWEST, .says = THINKS BLIND },
	{ "deepseek-v", V(3, 1), NEWEST, .family = "nvidia", .says = TEMPLATE_THINKING },
	{ "deepseek-chat", .says = BLIND },
	{ "deepseek-coder", .says = BLIND },

	/* Kimi: sampling is fixed, any other temperature is a 400. */
	{ "kimi-k", V(2, 0), V(2, 5), .says = BLIND },
	{ "kimi-k", V(2, 0), NEWEST, "*-thinking*", .says = THINKS THINKS_ALWAYS NO_SAMPLING },
	{ "kimi-k", V(2, 5), NEWEST, .says = THINKS NO_SAMPLING },
	{ "kimi-for-coding", .says = THINKS NO_SAMPLING },
	{ "kimi-k", V(2, 6), V(2, 7), .family = "kimi", .says = "thinking_keep=true," },
	{ "kimi-k", V(2, 6), V(3, 0), .family = "kimi", .says = "tool_choice=named," },
	{ "kimi-k", V(2, 5), NEWEST, .family = "nvidia", .says = TEMPLATE_THINKING },
	{ "kimi-k", V(2, 7), NEWEST, .says = THINKS_ALWAYS },
	{ "kimi-k", V(3, 0), NEWEST, .family = "kimi", .efforts = EFFORT_LOW_HIGH_MAX },

	/* GLM: only the models with a v behind the version have eyes (4.5v, 4.6v-flash). */
	{ "glm-", V(4, 5), V(4, 6), .says = THINKS, .output_cap = 98304 },
	{ "glm-", V(4, 6), NEWEST, .says = THINKS, .output_cap = 131072 },
	{ "glm-", V(5, 2), NEWEST, .family = "glm", .efforts = EFFORT_LOW_HIGH_MAX },
	{ "glm-", V(5, 3), NEWEST, .says = THINKS_ALWAYS },
	{ "glm-", V(4, 0), NEWEST, "v*", "glm", .says = "images=url," },
	{ "glm", V(4, 5), NEWEST, .family = "nvidia", .says = THINKS },	/* "glm4.7" */

	/* Qwen. "-thinking" ones think always, "-instruct" and coders never. */
	{ "qwen", .family = "openrouter", .says = CACHE },
	{ "qwen", .rest = "*coder*", .says = THINKS_NEVER BLIND, .last = true },
	{ "qwen", .rest = "*instruct*", .says = THINKS_NEVER, .last = true },
	{ "qwen", V(1, 0), V(3, 0), .says = THINKS_NEVER, .last = true },
	{ "qwen", V(3, 0), NEWEST, .says = THINKS },
	{ "qwen", V(3, 0), NEWEST, "*-thinking*", .says = THINKS_ALWAYS },
	{ "qwen", V(3, 0), NEWEST, .family = "groq", .efforts = EFFORT_NONE },	/* else "default" */
	{ "qwq", .says = THINKS THINKS_ALWAYS BLIND },

	/* MiniMax 3.1 answers "requires adaptive thinking", 2 thinks all the same. */
	{ "minimax-m", V(1, 0), V(3, 0), .says = THINKS THINKS_ALWAYS BLIND },
	{ "minimax-m", V(3, 0), NEWEST, .says = THINKS },
	{ "minimax-m", V(3, 0), NEWEST, .family = "nvidia",
		.says = "template_switch=thinking_mode," },
	{ "minimax-m", V(3, 1), NEWEST, .says = THINKS_ALWAYS },

	/* Templates with a switch that only NVIDIA's endpoint is known to pass on */
	{ "nemotron-", V(3, 0), NEWEST, .family = "nvidia", .says = THINKS },
	{ "gemma-", V(4, 0), NEWEST, .family = "nvidia", .says = THINKS },

	/* Gemini */
	{ "gemini-", V(2, 5), NEWEST, .says = THINKS, .efforts = EFFORT_GEMINI,
		.output_cap = 65536 },
	{ "gemini-", V(2, 5), NEWEST, "-pro*", .says = THINKS_ALWAYS },
	{ "gemini-", V(2, 5), V(3, 0), "-flash*", .efforts = EFFORT_NONE | EFFORT_GEMINI },
	{ "gemini-", V(3, 0), NEWEST, .says = THINKS_ALWAYS },
	{ "gemini-", V(1, 0), V(3, 0), .says = "signed_calls=false," },
	{ "gemini-", .family = "openrouter", .says = CACHE BUDGET },

	/* xAI: 4.20 is older than 4.3; it and all others refuse an effort. */
	{ "grok-3-mini", .says = THINKS THINKS_ALWAYS, .efforts = EFFORT_LOW | EFFORT_HIGH },
	{ "grok-", V(4, 3), V(4, 20), .says = THINKS, .efforts = EFFORT_NONE | EFFORT_LOW_TO_HIGH },
	{ "grok-", V(5, 0), NEWEST, .says = THINKS, .efforts = EFFORT_NONE | EFFORT_LOW_TO_HIGH },

	/* Claude behind a router */
	{ "claude", .family = "openrouter", .says = CACHE TTL BUDGET },
	{ "claude", .family = "requesty", .says = CACHE TTL },

	/* Mistral's; those with a switch know just on and off. */
	{ "mistral", .says = MISTRAL },
	{ "ministral", .says = MISTRAL },
	{ "magistral", .says = MISTRAL },
	{ "devstral", .says = MISTRAL },
	{ "codestral", .says = MISTRAL BLIND },
	{ "mixtral", .says = MISTRAL BLIND },
	{ "pixtral", .says = MISTRAL },
	{ "mistral-small-2603", .family = "mistral", .says = THINKS,
		.efforts = EFFORT_NONE | EFFORT_HIGH },
	{ "mistral-small-latest", .family = "mistral", .says = THINKS,
		.efforts = EFFORT_NONE | EFFORT_HIGH },
	{ "mistral-medium-3", .rest = "[-.]5*", .family = "mistral", .says = THINKS,
		.efforts = EFFORT_NONE | EFFORT_HIGH },
};

/* "openai/GPT-4o:free" → "gpt-4o": no vendor, no variant, lower case. */
static void bare_name(const char *model, char *out, size_t size)
{
	const char *slash = strrchr(model, '/');

	snprintf(out, size, "%s", slash ? slash + 1 : model);
	out[strcspn(out, ":")] = '\0';
	for (char *p = out; *p; p++)
		*p = (char)tolower((unsigned char)*p);
}

static int read_number(const char **at)
{
	int number = 0;

	for (; isdigit((unsigned char)**at); ++*at)
		if (number < 1000)
			number = number * 10 + (**at - '0');
	return number;
}

/* Moves *at past a version: "5.6", "3", Fireworks' "4p6". -1: there is none. */
static int read_version(const char **at)
{
	int major, minor = 0;

	if (!isdigit((unsigned char)**at))
		return -1;
	major = read_number(at);
	if ((**at == '.' || **at == 'p') && isdigit((unsigned char)(*at)[1])) {
		++*at;
		minor = read_number(at);
	}
	return V(major < 1000 ? major : 999, minor < 100 ? minor : 99);
}

static bool trait_fits(const struct trait *trait, const char *family, const char *name)
{
	size_t len = strlen(trait->prefix);
	const char *rest = name + len;
	int version;

	if (strncmp(name, trait->prefix, len) != 0)
		return false;
	if (trait->family && strcmp(trait->family, family) != 0)
		return false;
	version = read_version(&rest);
	if (trait->below && (version < trait->from || version >= trait->below))
		return false;
	return !trait->rest || fnmatch(trait->rest, rest, 0) == 0;
}

void traits_apply(const struct family *family, const char *model, struct dialect *dialect)
{
	unsigned efforts = 0;
	char name[128];

	bare_name(model, name, sizeof(name));
	for (size_t i = 0; i < COUNT(traits); i++) {
		const struct trait *trait = &traits[i];
		bool known;

		if (!trait_fits(trait, family->name, name))
			continue;
		known = change_apply(dialect, slice_of(trait->says));
		assert(known);
		(void)known;
		if (trait->efforts)
			efforts = trait->efforts;
		if (trait->output_cap)
			dialect->output_cap = trait->output_cap;
		if (trait->last)
			break;
	}
	if (!family->responses)
		dialect->api = API_CHAT;
	if (dialect->thinking == THINKING_NONE && dialect->forcing == FORCE_NOT_THINKING)
		dialect->forcing = FORCE_ANY;
	/* vLLM with Mistral's own tokenizer: "chat_template is not supported", nor an effort. */
	if (dialect->strict_alternation && dialect->thinking == THINKING_TEMPLATE)
		dialect->thinking = THINKING_NONE;
	/* What the model knows, as far as the server has words for it. "none" is the router's. */
	if (efforts && dialect->thinking == THINKING_OPENROUTER)
		efforts |= EFFORT_NONE;
	if (efforts && dialect->efforts)
		dialect->efforts &= efforts;
	else if (efforts)
		dialect->efforts = efforts;
	/* reasoning_effort is refused by models that do not think (Ollama, OpenAI). */
	if (dialect->thinking == THINKING_NONE ||
	    (dialect->thinking == THINKING_EFFORT && !dialect->thinks))
		dialect->efforts = 0;
}
