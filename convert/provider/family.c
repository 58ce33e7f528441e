#include "family.h"

#include <fnmatch.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#define ANY_NUMBER UINT_MAX
#define EFFORT_ALL (EFFORT_NONE | EFFORT_MINIMAL | EFFORT_LOW_TO_HIGH | EFFORT_XHIGH | EFFORT_MAX)

/*
 * What is left out is the plain case: max_tokens, no stop sequences, every tool_choice, ids of at
 * most 40 characters, content null beside calls, no images, no PDFs, nothing of one's own.
 */
static const struct family families[] = {
	{
		.name = "openai", .label = "OpenAI",
		.hosts = { { "api.openai.com", "/v1" } },
		.url = "https://api.openai.com/v1",
		.big_model = "gpt-4o", .small_model = "gpt-4o-mini",
		.responses = true,
		.dialect = {
			.token_field = MAX_COMPLETION_TOKENS,
			.max_stops = 4,
			.parallel_tool_calls = true,
			.strict_tools = STRICT_EACH,
			.prompt_cache_key = true,
			.max_tools = 128,
			.schema = SCHEMA_OPENAI,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA_AND_URL,
			.pdfs = PDF_FILE,
		},
	},
	{
		/* A deployment's name says little; all but the reasoning models take max_tokens. */
		.name = "azure", .label = "Azure OpenAI",
		.hosts = { { "openai.azure.com", "/openai/v1" },
			{ "cognitiveservices.azure.com", "/openai/v1" },
			{ "services.ai.azure.com", "/openai/v1" } },
		.key_header = KEY_API_KEY,
		.deployments = true,
		.responses = true,
		.dialect = {
			.max_stops = 4,
			.parallel_tool_calls = true,
			.strict_tools = STRICT_EACH,
			.prompt_cache_key = true,
			.max_tools = 128,
			.schema = SCHEMA_OPENAI,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA_AND_URL,
			.pdfs = PDF_FILE,
		},
	},
	{
		/* Both routers ask OpenAI's Responses API: "Expected a value >= 16, but got 1". */
		.name = "openrouter", .label = "OpenRouter",
		.hosts = { { "openrouter.ai", "/api/v1" } },
		.url = "https://openrouter.ai",
		.dialect = {
			.token_field = MAX_COMPLETION_TOKENS,
			.output_least = 16,
			.max_stops = 4,
			.top_k = true,
			.parallel_tool_calls = true,
			.strict_tools = STRICT_EACH,
			/* What is encrypted in reasoning_details names its call by that id. */
			.call_ids = IDS_KEPT,
			.session_id = true,
			.cache_whole = true,
			.thinking = THINKING_OPENROUTER,
			.efforts = EFFORT_ALL,
			.images = IMAGES_DATA_AND_URL,
			.pdfs = PDF_FILE_OR_URL,
			.reasoning_field = "reasoning",
		},
	},
	{
		.name = "requesty", .label = "Requesty",
		.hosts = { { "router.requesty.ai", "/v1" }, { "router.eu.requesty.ai", "/v1" } },
		.url = "https://router.requesty.ai",
		.requesty_key = true,
		.auto_cache = "requesty",
		.dialect = {
			.output_least = 16,
			.max_stops = 4,
			.parallel_tool_calls = true,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA_AND_URL,
			.pdfs = PDF_FILE,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		/* With and without /v1 are the same; /beta is the user's choice, who writes it. */
		.name = "deepseek", .label = "DeepSeek",
		.hosts = { { "api.deepseek.com", NULL } },
		.url = "https://api.deepseek.com",
		.big_model = "deepseek-flash", .small_model = "deepseek-flash",
		.beta = { "/beta", STRICT_ALL, PREFILL_PREFIX },
		.dialect = {
			.max_stops = 16,
			.forcing = FORCE_NOT_THINKING,
			.response_format = FORMAT_JSON_OBJECT,
			.max_tools = 128,
			.thinking = THINKING_DEEPSEEK,
			.efforts = EFFORT_LOW | EFFORT_HIGH | EFFORT_MAX,
			.reasoning_field = "reasoning_content",
			.reasoning_required = true,
			.reasoning_while_thinking = true,
		},
	},
	{
		.name = "kimi", .label = "Kimi",
		/* 403 "Kimi For Coding is currently only available for Coding Agents such as …" */
		.hosts = { { "api.moonshot.ai", "/v1" }, { "api.moonshot.cn", "/v1" },
			{ "api.kimi.com", "/coding/v1" } },
		.user_agent = "api.kimi.com",
		.url = "https://api.moonshot.ai",
		.dialect = {
			.token_field = MAX_COMPLETION_TOKENS,
			.max_stops = 5,
			.max_stop_len = 32,
			.strict_tools = STRICT_EACH,
			.response_format = FORMAT_JSON_OBJECT,
			.prompt_cache_key = true,
			.schema = SCHEMA_KIMI,
			.thinking = THINKING_KIMI,
			.call_ids = IDS_KEPT,
			.images = IMAGES_DATA,
			.prefill = PREFILL_PARTIAL,
			.reasoning_field = "reasoning_content",
			.reasoning_while_thinking = true,
		},
	},
	{
		.name = "glm", .label = "GLM",
		.hosts = { { "api.z.ai", "/api/paas/v4" }, { "open.bigmodel.cn", "/api/paas/v4" } },
		.url = "https://api.z.ai",
		.dialect = {
			.no_stream_options = true,
			.max_stops = 1,
			.forcing = FORCE_NONE,
			.response_format = FORMAT_JSON_OBJECT,
			.tool_stream = true,
			.thinking = THINKING_GLM,
			.user_first = true,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		.name = "qwen", .label = "Qwen",
		.hosts = { { "dashscope*.aliyuncs.com", "/compatible-mode/v1" } },
		.url = "https://dashscope-intl.aliyuncs.com",
		.dialect = {
			.max_stops = 4,
			.parallel_tool_calls = true,
			.forcing = FORCE_NOT_THINKING,
			.response_format = FORMAT_JSON_OBJECT,
			.thinking = THINKING_QWEN,
			.empty_tool_content = true,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		/* A function without parameters is refused, and so is a second system message. */
		.name = "minimax", .label = "MiniMax",
		.hosts = { { "api.minimax.io", "/v1" }, { "api.minimaxi.com", "/v1" } },
		.url = "https://api.minimax.io",
		.dialect = {
			.token_field = MAX_COMPLETION_TOKENS,
			.max_stops = 4,
			.forcing = FORCE_UNSAID,
			.response_format = FORMAT_NONE,
			.reasoning_split = true,
			.thinking = THINKING_MINIMAX,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		.name = "gemini", .label = "Gemini",
		.hosts = { { "generativelanguage.googleapis.com", "/v1beta/openai" },
			{ "*aiplatform.googleapis.com", NULL } },
		.vertex = "aiplatform.googleapis.com",
		.url = "https://generativelanguage.googleapis.com",
		.dialect = {
			.max_stops = 5,
			.schema = SCHEMA_GEMINI,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA,
			.pdfs = PDF_IMAGE_URL,
			.signed_calls = true,
		},
	},
	{
		.name = "mistral", .label = "Mistral",
		.hosts = { { "api.mistral.ai", "/v1" } },
		.url = "https://api.mistral.ai",
		.dialect = {
			.no_stream_options = true,	/* any unknown field is a 422 here */
			.max_stops = ANY_NUMBER,
			.parallel_tool_calls = true,
			.strict_tools = STRICT_EACH,
			.prompt_cache_key = true,
			.thinking = THINKING_EFFORT,
			.call_ids = IDS_9,
			.strict_alternation = true,
			.images = IMAGES_DATA_AND_URL,
			.pdfs = PDF_DOCUMENT_URL,
			.prefill = PREFILL_PREFIX,
		},
	},
	{
		.name = "groq", .label = "Groq",
		.hosts = { { "api.groq.com", "/openai/v1" } },
		.url = "https://api.groq.com",
		.dialect = {
			.token_field = MAX_COMPLETION_TOKENS,
			.max_stops = 4,
			.parallel_tool_calls = true,
			.strict_tools = STRICT_EACH,
			.max_tools = 128,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning",
		},
	},
	{
		.name = "xai", .label = "xAI",
		.hosts = { { "api.x.ai", "/v1" } },
		.url = "https://api.x.ai",
		.dialect = {
			.token_field = MAX_COMPLETION_TOKENS,
			.parallel_tool_calls = true,
			.strict_tools = STRICT_EACH,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA_AND_URL,
			.image_types = IMAGES_PNG_JPEG,
		},
	},
	{
		/*
		 * Content is always a string: "Type mismatch of '/messages/1/content', 'string'
		 * not in 'null'", and the same for an array. The path holds the account's id.
		 */
		.name = "cloudflare", .label = "Cloudflare Workers AI",
		.hosts = { { "api.cloudflare.com", NULL } },
		.dialect = {
			.max_stops = 4,
			.parallel_tool_calls = true,
			.thinking = THINKING_EFFORT,
			.efforts = EFFORT_LOW_TO_HIGH,
			.empty_tool_content = true,
			.reasoning_as_came = true,
		},
	},
	{
		/*
		 * "Unsupported parameter(s): `stream_options`", and so for parallel_tool_calls,
		 * prompt_cache_key, thinking and reasoning.
		 */
		.name = "nvidia", .label = "NVIDIA NIM",
		.hosts = { { "integrate.api.nvidia.com", "/v1" } },
		.url = "https://integrate.api.nvidia.com",
		.dialect = {
			.no_stream_options = true,
			.max_stops = 4,
			.thinking = THINKING_NIM,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_as_came = true,
		},
	},
	{
		/* Older ones take just these; a model that does not think is refused any. */
		.name = "ollama", .label = "Ollama",
		.hosts = { { "ollama.com", "/v1" } },
		.port = 11434,
		.dialect = {
			.cuts_prompt = true,
			.max_stops = ANY_NUMBER,
			.schema = SCHEMA_GRAMMAR,
			.thinking = THINKING_EFFORT,
			.efforts = EFFORT_NONE | EFFORT_LOW_TO_HIGH,
			.images = IMAGES_DATA,
			.reasoning_field = "reasoning",
		},
	},
	{
		.name = "lmstudio", .label = "LM Studio",
		.port = 1234,
		.dialect = {
			.no_output_parts = true,
			.max_stops = ANY_NUMBER,
			.top_k = true,
			.schema = SCHEMA_GRAMMAR,
			.thinking = THINKING_EFFORT,
			.efforts = EFFORT_NONE | EFFORT_LOW_TO_HIGH | EFFORT_XHIGH,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		.name = "llamacpp", .label = "llama.cpp",
		.dialect = {
			.max_stops = ANY_NUMBER,
			.top_k = true,
			.parallel_tool_calls = true,
			.forcing = FORCE_REQUIRED,	/* an object silently becomes "auto" */
			.schema = SCHEMA_GRAMMAR,
			.thinking = THINKING_LLAMACPP,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		/* It calls reasoning by its new name on input, whatever it calls it on output. */
		.name = "vllm", .label = "vLLM",
		.dialect = {
			.max_stops = ANY_NUMBER,
			.top_k = true,
			.parallel_tool_calls = true,
			.thinking = THINKING_TEMPLATE,
			.efforts = EFFORT_LOW_TO_HIGH,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning",
		},
	},
	{
		/* Its message model knows reasoning_content and drops every other name. */
		.name = "sglang", .label = "SGLang",
		.dialect = {
			.max_stops = ANY_NUMBER,
			.top_k = true,
			.parallel_tool_calls = true,
			.thinking = THINKING_TEMPLATE,
			.efforts = EFFORT_LOW_TO_HIGH,
			.images = IMAGES_DATA_AND_URL,
			.reasoning_field = "reasoning_content",
		},
	},
	{
		/* Last: whoever it is. OpenAI's own fields only. */
		.name = "generic", .label = "OpenAI-compatible",
		.dialect = {
			.max_stops = 4,
			.parallel_tool_calls = true,
			.thinking = THINKING_EFFORT,
			.images = IMAGES_DATA_AND_URL,
			.image_types = IMAGES_OF_ANY_TYPE,
			.pdfs = PDF_FILE,
			.reasoning_as_came = true,
		},
	},
};

/* By suffix on a dot border: "evil-openrouter.ai" and "openrouter.ai.evil.org" are neither. */
static bool host_fits(const char *name, const char *host)
{
	size_t name_len = strlen(name), host_len = strlen(host);

	if (strchr(name, '*'))
		return fnmatch(name, host, 0) == 0;
	if (host_len < name_len || strcmp(host + host_len - name_len, name) != 0)
		return false;
	return host_len == name_len || host[host_len - name_len - 1] == '.';
}

static const struct family_host *find_host(const struct family *family, const char *host)
{
	for (size_t i = 0; i < COUNT(family->hosts) && family->hosts[i].name; i++)
		if (host_fits(family->hosts[i].name, host))
			return &family->hosts[i];
	return NULL;
}

const struct family *family_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (!strcasecmp(families[i].name, name))
			return &families[i];
	return NULL;
}

const struct family *family_by_host(const char *host, unsigned port)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (find_host(&families[i], host))
			return &families[i];
	for (size_t i = 0; i < COUNT(families); i++)
		if (families[i].port && families[i].port == port)
			return &families[i];
	return &families[COUNT(families) - 1];
}

const struct family *family_usual(void)
{
	return &families[0];
}

const struct family *family_with_deployments(void)
{
	size_t i = 0;

	while (!families[i].deployments)
		i++;
	return &families[i];
}

bool family_owns_host(const struct family *family, const char *host)
{
	return find_host(family, host) != NULL;
}

const char *family_path(const char *host)
{
	const struct family_host *found = NULL;

	for (size_t i = 0; host && !found && i < COUNT(families); i++)
		found = find_host(&families[i], host);
	return found ? found->path : "/v1";
}

bool family_wants_user_agent(const char *host)
{
	for (size_t i = 0; i < COUNT(families); i++)
		if (families[i].user_agent && host_fits(families[i].user_agent, host))
			return true;
	return false;
}

const struct family *family_at(size_t index)
{
	return index < COUNT(families) ? &families[index] : NULL;
}
