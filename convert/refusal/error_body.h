/*
 * An error body of any upstream → its sentence, its codes and its figures. doc/answer.md §3.3.
 */
#ifndef ERROR_BODY_H
#define ERROR_BODY_H

#include "../buf.h"

#include <stdint.h>

struct json_object;

struct error_body {
	struct buf message;	/* the innermost sentence, as it came; empty: nothing readable */
	bool json, html;	/* html: message is the title of a page */
	int status;		/* the HTTP status that the body names; 0: none */
	char code[64];		/* "" when not said; another number as its digits */
	char type[64];
	char param[128];
	char filtered[128];	/* what Azure's content filter found: "hate, violence" */
	long retry_after_ms;	/* Gemini's retryDelay; -1: none */
	int64_t n_prompt_tokens, n_ctx;	/* llama.cpp's fields; 0: not said */
};

/* The bytes of a refusal. The caller frees with error_body_free(). */
void error_body_read(struct slice body, struct error_body *error);

/* The same for a chunk or completion that holds an error. Its message is never empty. */
void error_body_read_json(struct json_object *holder, struct error_body *error);

/* True when a chunk or completion reports an error in one of the known shapes. */
bool error_body_is_in(struct json_object *holder);

void error_body_free(struct error_body *error);

#endif
