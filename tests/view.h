/*
 * HTTP answers made readable while they arrive: the head with LF for CRLF, the body without its
 * chunk frames, and a line that says how it ended ("-- end: last chunk"). What breaks the rules of
 * HTTP is told there too. CGI answers have no status line and end by close.
 */
#ifndef VIEW_H
#define VIEW_H

#include "../convert/buf.h"

enum view_state {
	VIEW_HEAD, VIEW_BY_LENGTH, VIEW_BY_CLOSE,
	VIEW_CHUNK_SIZE, VIEW_CHUNK, VIEW_CHUNK_END, VIEW_TRAILER,
	VIEW_END,
};

#define VIEW_ANSWERS 16

/* Zero-initialised but for answers and, where a request is a HEAD, its head_only. */
struct view {
	unsigned answers;	/* how many are to come on the connection */
	bool head_only[VIEW_ANSWERS];
	unsigned ended;		/* so many are whole; what comes now belongs to the next */
	enum view_state state;
	bool interim;		/* the head that is read is a 1xx */
	bool chunked, has_length;
	int status;
	size_t left;		/* of the body or of the chunk */
	size_t surplus;		/* bytes behind the end */
	const char *wrong;	/* the first breach of the rules, or NULL */
	struct buf line;
	struct buf text;	/* all of the view so far */
};

void view_feed(struct view *view, const char *bytes, size_t len);

/* The connection ended, with a reset or in order: adds the last line. */
void view_end(struct view *view, bool reset);

void view_free(struct view *view);

#endif
