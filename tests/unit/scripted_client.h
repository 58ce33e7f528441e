/*
 * A client made of memory, in place of net/client.c: its bytes come in pieces, then it leaves or
 * falls silent. The clock moves only while it is silent, so that nothing has to be waited for.
 */
#ifndef SCRIPTED_CLIENT_H
#define SCRIPTED_CLIENT_H

#include "../../net/client.h"

#include <stdio.h>
#include <string.h>

static struct {
	const char *bytes;
	size_t len, at;
	size_t first;		/* size of the first piece; 0: as the others */
	size_t piece;		/* size of the others; 0: all there is */
	bool silent;		/* after its bytes, instead of leaving */
	bool stopped;		/* a signal asks us to end, instead of its leaving */
	long long pause_ms;	/* before every piece */
	long long clock_ms;
	char written[256];	/* what it got */
	size_t written_at;	/* the bytes that it had sent before */
} script;

static struct client scripted_client;

static void script_start(const char *bytes, size_t len)
{
	buf_clear(&scripted_client.unread);
	memset(&script, 0, sizeof(script));
	script.bytes = bytes;
	script.len = len;
	script.clock_ms = 1000;
}

long long now_ms(void)
{
	return script.clock_ms;
}

ssize_t client_read(struct client *client, void *bytes, size_t size, int timeout_ms)
{
	size_t n = script.len - script.at;
	size_t piece = script.at == 0 && script.first ? script.first : script.piece;

	(void)client;
	if (script.pause_ms > timeout_ms || (n == 0 && script.silent)) {
		script.clock_ms += timeout_ms;
		return -2;
	}
	script.clock_ms += script.pause_ms;
	if (piece && n > piece)
		n = piece;
	if (n > size)
		n = size;
	memcpy(bytes, script.bytes + script.at, n);
	script.at += n;
	return (ssize_t)n;
}

bool client_told_to_stop(void)
{
	return script.stopped && script.at == script.len;
}

bool client_stopped(struct failure *why)
{
	return failed(why, OVERLOADED_ERROR, "stopped");
}

bool client_write(struct client *client, const void *bytes, size_t len)
{
	(void)client;
	script.written_at = script.at;
	snprintf(script.written, sizeof(script.written), "%.*s", (int)len, (const char *)bytes);
	return true;
}

#endif
