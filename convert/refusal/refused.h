/*
 * What upstream said when it refused a request: all that healing knows of an answer. The top fills
 * it from what answer/ read; request/ looks for an edit.
 */
#ifndef REFUSED_H
#define REFUSED_H

#include <stdint.h>

struct refused {
	int status;		/* of HTTP; inside an answer the one it names, else 200 */
	const char *message;	/* upstream's words as they came; "" when it said nothing */
	const char *code, *type, *param;	/* "" likewise */
	int64_t room;	/* the max_tokens that the context window leaves; 0: that is not the trouble */
	int64_t cap;	/* the model's own limit of max_tokens; 0 likewise */
};

#endif
