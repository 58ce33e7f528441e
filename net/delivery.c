#include "delivery.h"

#include "client.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

/* For so long what was sent may stay without an acknowledgement. */
#define DEAD_MS 10000

/* The states of RFC 9293 §3.3.2, by Linux' numbers, in which what was sent can still arrive. */
#define ESTABLISHED 1
#define CLOSE_WAIT 8

/* ---- TCP's view ---- */

/*
 * What stands in the queue is not acknowledged. A reset empties it; then the counters tell: what
 * was sent, once each, and what was acknowledged, the SYN among it.
 */
static bool all_acknowledged(int fd, const struct tcp_info *info)
{
	int queued;

	if (info->tcpi_state == ESTABLISHED || info->tcpi_state == CLOSE_WAIT)
		return ioctl(fd, SIOCOUTQ, &queued) != 0 || queued == 0;
	return info->tcpi_bytes_acked > info->tcpi_bytes_sent - info->tcpi_bytes_retrans;
}

/*
 * Not TCP_USER_TIMEOUT: that also ends a connection whose other end is well and has not read for a
 * while, as a server does that is busy with another request. Then nothing is on its way.
 */
static bool is_dead(struct delivery *delivery, const struct tcp_info *info)
{
	long long now = now_ms();

	if (info->tcpi_unacked == 0 || info->tcpi_bytes_acked != delivery->acknowledged) {
		delivery->acknowledged = info->tcpi_bytes_acked;
		delivery->moved_ms = now;
	}
	return now - delivery->moved_ms > DEAD_MS;
}

bool delivery_look(struct delivery *delivery)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);
	curl_off_t uploaded = 0;

	if (delivery->whole || delivery->fd < 0)
		return true;
	/* Where TCP does not say it, nothing is sent twice. */
	if (getsockopt(delivery->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || size <
			offsetof(struct tcp_info, tcpi_bytes_retrans) +
			sizeof(info.tcpi_bytes_retrans)) {
		delivery->whole = true;
		return true;
	}
	curl_easy_getinfo(delivery->curl, CURLINFO_SIZE_UPLOAD_T, &uploaded);
	delivery->whole = (size_t)uploaded >= delivery->body.len &&
		all_acknowledged(delivery->fd, &info);
	delivery->dead = !delivery->whole && is_dead(delivery, &info);
	return !delivery->dead;
}

/* ---- libcurl's callbacks ---- */

static int on_socket(void *to, curl_socket_t fd, curlsocktype purpose)
{
	struct delivery *delivery = to;

	(void)purpose;
	delivery->broke |= delivery->left.len < delivery->body.len;
	if (delivery->broke || delivery->count == DELIVERY_SOCKETS)
		return CURL_SOCKOPT_ERROR;
	delivery->sockets[delivery->count].used = false;
	delivery->sockets[delivery->count++].fd = fd;
	return CURL_SOCKOPT_OK;
}

static int on_close(void *to, curl_socket_t fd)
{
	struct delivery *delivery = to;

	if (fd == delivery->fd) {
		delivery_look(delivery);
		delivery->fd = -1;
	}
	for (size_t i = 0; i < delivery->count; i++)
		if (delivery->sockets[i].fd == fd)
			delivery->sockets[i] = delivery->sockets[--delivery->count];
	return close(fd);
}

static unsigned local_port(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address = { 0 };
	socklen_t size = sizeof(address);

	if (getsockname(fd, &address.any, &size) != 0)
		return 0;
	return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port :
		address.v4.sin_port);
}

static bool can_be_read(int fd)
{
	struct pollfd look = { .fd = fd, .events = POLLIN };

	return poll(&look, 1, 0) > 0;
}

/*
 * The connection stands, new or reused, and the request is about to be sent. Bytes that came while
 * it was idle would be taken for the answer: a balancer's 408 before it closes, or worse. (On a new
 * one they may be part of TLS.)
 */
static int on_connected(void *to, char *remote_ip, char *local_ip, int remote_port, int port)
{
	struct delivery *delivery = to;

	(void)remote_ip, (void)local_ip, (void)remote_port;
	for (size_t i = 0; i < delivery->count; i++) {
		if (local_port(delivery->sockets[i].fd) != (unsigned)port)
			continue;
		delivery->fd = delivery->sockets[i].fd;
		delivery->stale = delivery->sockets[i].used && can_be_read(delivery->fd);
		delivery->sockets[i].used = true;
	}
	delivery->moved_ms = now_ms();
	return delivery->stale ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static size_t on_read(char *bytes, size_t size, size_t count, void *to)
{
	struct slice *left = &((struct delivery *)to)->left;
	size_t len = size * count < left->len ? size * count : left->len;

	memcpy(bytes, left->data, len);
	left->data += len;
	left->len -= len;
	return len;
}

/* libcurl 7.88 still wants to rewind when the next transfer begins: of that nothing was taken. */
static int on_seek(void *to, curl_off_t offset, int origin)
{
	const struct delivery *delivery = to;

	(void)offset, (void)origin;
	return delivery->left.len < delivery->body.len ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

void delivery_begin(struct delivery *delivery, CURL *curl, struct slice body)
{
	delivery->curl = curl;
	delivery->body = delivery->left = body;
	delivery->fd = -1;
	delivery->whole = delivery->broke = delivery->dead = delivery->stale = false;
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(curl, CURLOPT_READDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(curl, CURLOPT_SEEKDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, on_socket);
	curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, on_close);
	curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, delivery);
	curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(curl, CURLOPT_PREREQDATA, delivery);
}

bool delivery_was_lost(const struct delivery *delivery, CURLcode code)
{
	long connections = 0;

	if (delivery->whole || delivery->broke || delivery->stale)
		return !delivery->whole;
	curl_easy_getinfo(delivery->curl, CURLINFO_NUM_CONNECTS, &connections);
	return connections == 0 && (delivery->dead || code == CURLE_SEND_ERROR ||
		code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING);
}
