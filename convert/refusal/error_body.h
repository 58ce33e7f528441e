/*
 * An error body of any upstream → its sentence, its codes and its figures. doc/answer.md §3.3.
 */
#ifndef ERROR_BODY_H
#define ERROR_BODY_H

#include "../buf.h"

#include <stdint.h>

struct json_object;

struct error_body {
	struct buf message;	/* the innermost sentence, unchanged; empty: none is readable */
	bool html;		/* the body is a page, and message its title */
	int status;		/* an HTTP status inside the body; 0: none */
	char code[64];		/* "" if missing; a number that is no status as its digits */
	char type[64];
	char param[128];
	char filtered[128];	/* the categories of Azure's content filter: "hate, violence" */
	long retry_after_ms;	/* Gemini's retryDelay; -1: none */
	int64_t n_prompt_tokens, n_ctx;	/* fields of llama.cpp; 0: missing */
};

/* Reads the body of a refusal. The caller frees error with error_body_free(). */
void error_body_read(struct slice body, struct error_body *error);

/* Does the same with a chunk or completion that contains an error. message is never empty. */
void error_body_read_json(struct json_object *holder, struct error_body *error);

/* True if a chunk or completion contains an error in one of the known shapes. */
bool error_body_is_in(struct json_object *holder);

void error_body_free(struct error_body *error);

#endif
