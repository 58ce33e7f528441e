/*
 * The client's side of a conversation, as tests play it: its requests, and how its history grows.
 */
#ifndef TALK_H
#define TALK_H

struct json_object;

/* A request with one tool, LS, and adaptive thinking; it owns the messages. The caller frees it. */
struct json_object *talk_request(const char *model, const char *display,
	struct json_object *messages);

/* Adds the Message to the history, and what a client says next: a result for each call. */
void talk_goes_on(struct json_object *history, struct json_object *message);

#endif
