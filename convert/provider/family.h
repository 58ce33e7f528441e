/*
 * Provider families: which servers there are, and what each accepts. One row per provider, data
 * only; the model's name then changes the row's dialect (model.h). README.md describes how a
 * provider is added; doc/request.md §4 says where the facts come from.
 */
#ifndef FAMILY_H
#define FAMILY_H

#include "../ids.h"
#include "../settings.h"

/* Which of OpenAI's APIs a request is written for. */
enum api { API_CHAT, API_RESPONSES };

enum token_field { MAX_TOKENS, MAX_COMPLETION_TOKENS };

enum images { IMAGES_NONE, IMAGES_DATA, IMAGES_DATA_AND_URL };

enum image_types {
	IMAGES_OF_THE_WEB,	/* png, jpeg, gif, webp */
	IMAGES_PNG_JPEG,
	IMAGES_OF_ANY_TYPE,	/* nobody knows what it can read */
};

/* How a PDF is sent. */
enum pdfs {
	PDF_NONE,		/* a marker in its place */
	PDF_FILE,		/* {type:"file",file:{filename,file_data:<data URL>}} */
	PDF_FILE_OR_URL,	/* the same; a URL may stand in file_data (OpenRouter) */
	PDF_DOCUMENT_URL,	/* {type:"document_url",document_url,document_name} (Mistral) */
	PDF_IMAGE_URL,		/* an image_url part with the PDF's data URL (Gemini) */
};

/* How a trailing assistant message is marked. */
enum prefill {
	PREFILL_PLAIN, PREFILL_PREFIX, PREFILL_PARTIAL,
	PREFILL_NONE,		/* it accepts none: a last word of the user follows */
};

/* What a tool_choice can force. */
enum forcing {
	FORCE_ANY,		/* "required" and a named function */
	FORCE_REQUIRED,		/* only "required": a named one becomes it (llama.cpp) */
	FORCE_NAMED,		/* only a named one: "required" becomes "auto" (Kimi K2.6, K2.7) */
	FORCE_NOT_THINKING,	/* both, with thinking switched off (DeepSeek, Qwen) */
	FORCE_NONE,		/* "auto" only, not even "none" (GLM) */
	FORCE_BY_ANY,		/* only the word "any" (Mistral, behind some gateways) */
	FORCE_UNSAID,		/* the field is left out, but for "none" */
};

/* Which tools may ask for strict:true. */
enum strict_tools {
	STRICT_NONE,
	STRICT_EACH,
	/* DeepSeek's /beta: all of a request's tools or none, and fewer keywords in a schema. */
	STRICT_ALL,
};

/* How an answer in a schema is asked for. */
enum response_format {
	FORMAT_JSON_SCHEMA,
	FORMAT_JSON_OBJECT,	/* no json_schema: json_object, and the schema as text */
	FORMAT_NONE,		/* the field is unknown: the schema as text alone */
};

enum schema_dialect {
	SCHEMA_PLAIN,
	SCHEMA_OPENAI,	/* no combinators at the root */
	SCHEMA_GEMINI,	/* a white list of keywords */
	SCHEMA_KIMI,	/* every property typed */
	SCHEMA_GRAMMAR,	/* no patterns, no huge lengths (llama.cpp and what is built on it) */
};

/* Which control carries effort and thinking: doc/request.md §1.1. */
enum thinking_control {
	THINKING_NONE,		/* nothing is ever sent */
	THINKING_EFFORT,	/* reasoning_effort, for models that are known to take it */
	THINKING_OPENROUTER,	/* reasoning:{effort|max_tokens|enabled} */
	THINKING_DEEPSEEK,	/* thinking:{type} and reasoning_effort */
	THINKING_GLM,		/* thinking:{type,clear_thinking}, from 5.2 reasoning_effort */
	THINKING_KIMI,		/* K2: thinking:{type}; K3: reasoning_effort */
	THINKING_QWEN,		/* enable_thinking, thinking_budget */
	THINKING_MINIMAX,	/* thinking:{type}, "adaptive" or "disabled" */
	THINKING_TEMPLATE,	/* chat_template_kwargs:{enable_thinking} (vLLM, SGLang) */
	THINKING_LLAMACPP,	/* the same, efforts as a template argument too */
	THINKING_NIM,		/* chat_template_kwargs with the model's own switch, or an effort */
};

/* The switch of a model's chat template. */
enum template_switch {
	SWITCH_ENABLE_THINKING,	/* enable_thinking:true (Qwen, GLM, Nemotron, Gemma) */
	SWITCH_THINKING,	/* thinking:true (DeepSeek, Kimi) */
	SWITCH_THINKING_MODE,	/* thinking_mode:"adaptive" (MiniMax) */
};

/* The words of reasoning_effort, as bits, weakest first. EFFORT_NONE switches thinking off. */
enum effort {
	EFFORT_NONE = 1 << 0, EFFORT_MINIMAL = 1 << 1, EFFORT_LOW = 1 << 2,
	EFFORT_MEDIUM = 1 << 3, EFFORT_HIGH = 1 << 4, EFFORT_XHIGH = 1 << 5, EFFORT_MAX = 1 << 6,
};
#define EFFORT_LOW_TO_HIGH (EFFORT_LOW | EFFORT_MEDIUM | EFFORT_HIGH)

/* Whether tools and an effort may stand in one request (OpenAI's chat endpoint). */
enum tools_and_effort {
	TOOLS_WITH_EFFORT,
	TOOLS_WITHOUT_EFFORT,	/* with tools the effort is left out (gpt-5.2, 5.3) */
	TOOLS_WITH_NONE,	/* with tools it must be "none" (gpt-5.4 and later) */
};

#define DROP_SIZE 256

/* What one upstream accepts with one model; in a family's row, what holds for any model. */
struct dialect {
	enum api api;

	/* parameters */
	enum token_field token_field;
	bool no_stream_options;		/* the family refuses the field */
	unsigned max_stops;		/* stop sequences it takes; 0: the field is not sent */
	unsigned max_stop_len;		/* bytes of each; 0: no limit */
	bool no_sampling;		/* temperature and top_p are not sent */
	bool top_k;
	bool parallel_tool_calls;	/* it takes the field */
	unsigned output_cap;		/* the model's limit of max_tokens; 0: unknown */
	unsigned output_least;		/* the least max_tokens that all its hosts take; 0: any */
	enum forcing forcing;
	enum strict_tools strict_tools;
	enum response_format response_format;
	bool prompt_cache_key;
	bool session_id;		/* OpenRouter's */
	bool cache_control;		/* the client's marks go on: Claude behind a router */
	bool cache_ttl;			/* …and how long they ask for: Claude alone */
	bool cache_whole;		/* …and the mark of the whole request (OpenRouter) */
	bool tool_stream;		/* GLM: tool_stream:true when streaming tools */
	bool reasoning_split;		/* MiniMax: else thoughts are in the text */
	unsigned max_tools;		/* 0: no limit */
	bool cuts_prompt;		/* it silently cuts the prompt to its window (Ollama) */
	enum schema_dialect schema;

	/* thinking */
	enum thinking_control thinking;
	enum template_switch template_switch;	/* with THINKING_NIM */
	unsigned efforts;		/* bits of enum effort that it takes; 0: send none */
	bool thinks;			/* a reasoning model by its name */
	bool thinking_always;		/* it cannot be switched off */
	bool thinking_ends_with_calls;	/* off if the history has calls: it misses their thoughts */
	bool thinking_keep;		/* thinking:{keep:"all"} beside the type (Kimi K2.6) */
	bool budget;			/* reasoning.max_tokens instead of an effort (Claude) */
	enum tools_and_effort tools_and_effort;

	/* messages */
	enum call_ids call_ids;
	bool no_output_parts;	/* by Responses: the output of a call is a text */
	bool empty_tool_content;	/* content:"" beside tool_calls, not null */
	bool strict_alternation;	/* an assistant turn between tool and user (Mistral) */
	bool user_first;		/* no conversation without a user's turn (GLM) */
	enum images images;
	enum image_types image_types;
	enum pdfs pdfs;
	enum prefill prefill;
	const char *reasoning_field;	/* by which it takes reasoning back (thinking.h); or NULL */
	bool reasoning_as_came;		/* by the name it came in (a host that nobody knows) */
	bool reasoning_required;	/* beside calls, at least "", while it thinks */
	bool reasoning_while_thinking;	/* only if the request lets it think */
	bool signed_calls;		/* a turn's first call needs a thought_signature (Gemini) */
	enum signer signer;		/* …under this name; it depends on the host */

	/* what no row says, but a setting may, or a refusal (change.h) */
	char drop[DROP_SIZE];		/* places to leave out (place.h), joined by "+" */
	unsigned room;			/* the most max_tokens beside this one input; 0: any */
	unsigned max_description;	/* characters of a tool's description; 0: any number */
	bool bare_schemas;		/* no limits, patterns and formats, and no strict */
	bool declare_tools;		/* for the calls in a history without tools */
	bool stream_always;		/* it answers in events alone */
	bool no_state;			/* the history's is of another model: none goes back */
	bool no_old_media;		/* images and PDFs that were answered already stay away */
	enum system_messages system;	/* where system messages inside the conversation go */
};

enum key_header { KEY_BEARER, KEY_API_KEY };

struct family_host {
	const char *name;		/* suffix on a dot border; with "*" in it a pattern */
	const char *path;		/* replaces an empty path and "/v1"; NULL: both stay */
};

struct family {
	const char *name;		/* value of PROVIDER */
	const char *label;		/* for people: "Azure OpenAI" */
	struct family_host hosts[4];
	const char *url;		/* the base URL, if OPENAI_BASE_URL is unset; or NULL */
	const char *big_model, *small_model;	/* for the tiers, unless set; NULL: unknown */
	unsigned port;			/* recognises it on any host; 0: never */
	enum key_header key_header;
	bool deployments;		/* Azure's URLs, with deployment and api-version */
	bool responses;			/* its own hosts speak the Responses API, all of it */
	const char *user_agent;		/* its host that refuses what it does not list; or NULL */
	const char *vertex;		/* hosts that end so sign calls as SIGNER_VERTEX */
	bool requesty_key;		/* REQUESTY_API_KEY is meant for it */
	const char *auto_cache;		/* where REQUESTY_AUTO_CACHE goes; NULL: nowhere */
	struct {
		const char *path;	/* segments of the base URL's path; NULL: none */
		enum strict_tools strict_tools;
		enum prefill prefill;
	} beta;				/* what it accepts in addition below that path */
	struct dialect dialect;		/* efforts: what the server takes from any thinking model */
};

/* By the value of PROVIDER, any case; NULL: no such family. */
const struct family *family_by_name(const char *name);

/* By host (lower case) and port; "generic" when nothing fits. Never NULL. */
const struct family *family_by_host(const char *host, unsigned port);

/* The upstream of those who name none; the one that AZURE_API_VERSION is meant for. */
const struct family *family_usual(void);
const struct family *family_with_deployments(void);

/* True when the host itself, not a setting or the port, names the family. */
bool family_owns_host(const struct family *family, const char *host);

/*
 * The path of the API on a host, whatever PROVIDER is: that of the family to which the host
 * belongs, else "/v1". It replaces an empty path and "/v1"; NULL: both stay.
 */
const char *family_path(const char *host);

/* The host gets the client's own user agent instead of ours. */
bool family_wants_user_agent(const char *host);

/* The rows in order; NULL past the last. For --check, tests and documents. */
const struct family *family_at(size_t index);

#endif
