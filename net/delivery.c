#include "delivery.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sockios.h>

/* How long TCP may wait for an acknowledgement while the request is under way. */
#define DELIVERY_TIMEOUT_MS 10000u

/* The states of RFC 9293 §3.3.2, by Linux' numbers, in which what was sent can still arrive. */
#define ESTABLISHED 1
#define CLOSE_WAIT 8

/* ---- TCP's view ---- */

/*
 * What stands in the queue is not acknowledged. A reset empties it; then the counters tell: what
 * was sent, once each, and what was acknowledged, the SYN among it.
 */
static bool all_acknowledged(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);
	int queued;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return true;
	if (info.tcpi_state == ESTABLISHED || info.tcpi_state == CLOSE_WAIT)
		return ioctl(fd, SIOCOUTQ, &queued) != 0 || queued == 0;
	if (size < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof(info.tcpi_bytes_retrans))
		return true;
	return info.tcpi_bytes_acked > info.tcpi_bytes_sent - info.tcpi_bytes_retrans;
}

static void limit_silence(int fd, unsigned ms)
{
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
}

void delivery_look(struct delivery *delivery)
{
	curl_off_t uploaded = 0;

	if (delivery->whole || delivery->fd < 0)
		return;
	curl_easy_getinfo(delivery->curl, CURLINFO_SIZE_UPLOAD_T, &uploaded);
	if ((size_t)uploaded < delivery->body.len || !all_acknowledged(delivery->fd))
		return;
	delivery->whole = true;
	limit_silence(delivery->fd, 0);
}

/* ---- libcurl's callbacks ---- */

static int on_socket(void *to, curl_socket_t fd, curlsocktype purpose)
{
	struct delivery *delivery = to;

	(void)purpose;
	if (delivery->count == DELIVERY_SOCKETS)
		return CURL_SOCKOPT_ERROR;
	delivery->sockets[delivery->count++] = fd;
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
		if (delivery->sockets[i] == fd)
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

/* The connection stands, new or reused, and the request is about to be sent. */
static int on_connected(void *to, char *remote_ip, char *local_ip, int remote_port, int port)
{
	struct delivery *delivery = to;

	(void)remote_ip, (void)local_ip, (void)remote_port;
	for (size_t i = 0; i < delivery->count; i++)
		if (local_port(delivery->sockets[i]) == (unsigned)port)
			delivery->fd = delivery->sockets[i];
	if (delivery->fd >= 0)
		limit_silence(delivery->fd, DELIVERY_TIMEOUT_MS);
	return CURL_PREREQFUNC_OK;
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

void delivery_begin(struct delivery *delivery, CURL *curl, struct slice body)
{
	delivery->curl = curl;
	delivery->body = delivery->left = body;
	delivery->fd = -1;
	delivery->whole = false;
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	/* No CURLOPT_SEEKFUNCTION: that is what keeps libcurl from sending it again. */
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
	curl_easy_setopt(curl, CURLOPT_READDATA, delivery);
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

	if (delivery->whole)
		return false;
	/* libcurl wanted to send it again, as it does on a reused connection alone. */
	if (code == CURLE_SEND_FAIL_REWIND)
		return true;
	curl_easy_getinfo(delivery->curl, CURLINFO_NUM_CONNECTS, &connections);
	return connections == 0 && (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
		code == CURLE_GOT_NOTHING || code == CURLE_OPERATION_TIMEDOUT);
}
