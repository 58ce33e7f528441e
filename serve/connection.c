#include "connection.h"

#include <malloc.h>
#include <string.h>

#define FIRST_REQUEST_MS 30000
#define KEEPALIVE_GRACE_S 5
/* Claude Code opens 25 connections at once for counts, and leaves them open. */
#define WITHOUT_MESSAGES_S 10

/* How long it is kept, where nothing speaks against it. */
static int usual_s(const struct connection *connection)
{
	int most = connection->config.settings.keepalive_timeout;

	return connection->carries_messages || most < WITHOUT_MESSAGES_S ? most :
		WITHOUT_MESSAGES_S;
}

int connection_keeps_s(const struct connection *connection)
{
	if (client_told_to_close() || watch_changed(&connection->config.watch))
		return 0;
	return usual_s(connection);
}

/* Old clients send an empty line behind a body: that is no request yet. RFC 9112 §2.2. */
static bool has_begun(struct buf *unread)
{
	buf_shift(unread, strspn(buf_text(unread), "\r\n"));
	return unread->len > 0;
}

/* False: the client's end. */
static bool take_bytes(struct client *client)
{
	char bytes[16384];
	ssize_t n = client_read(client, bytes, sizeof(bytes), 0);

	if (n > 0)
		buf_add(&client->unread, bytes, (size_t)n);
	return n > 0 || n == -2;
}

bool connection_await(struct connection *connection)
{
	struct client *client = &connection->client;
	struct watch *watch = &connection->config.watch;
	int seconds = usual_s(connection) + KEEPALIVE_GRACE_S;
	long long until = now_ms() + (connection->requests ? seconds * 1000LL : FIRST_REQUEST_MS);
	bool idle = connection->requests > 0 && !has_begun(&client->unread);
	/* One user has few of them, and without a Messages request we are soon gone anyway. */
	int other_fd = idle && connection->carries_messages ? watch_fd(watch) : -1;
	/* We have a reason to end: only what is there already is served. */
	bool last = idle && watch_changed(watch);

	/* What a large request took: otherwise we would keep it while we wait. */
	if (idle)
		malloc_trim(0);
	while (!has_begun(&client->unread)) {
		long long left = last ? 0 : until - now_ms();

		switch (client_await(client, other_fd, left > 0 ? (int)left : 0)) {
		case AWAITED_BYTES:
			if (!take_bytes(client))
				return false;
			break;
		case AWAITED_CHANGE:
			watch_drain(watch);
			last = watch_changed(watch);
			break;
		case AWAITED_SIGNAL:
			last = true;
			break;
		case AWAITED_NOTHING:
			return false;
		}
	}
	connection->requests++;
	return true;
}

void connection_close(struct connection *connection)
{
	upstream_close(&connection->link);
	known_free(&connection->knowledge);
	config_free(&connection->config);
	buf_free(&connection->client.unread);
}
