#include "host.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* ---- the spelling ---- */

size_t host_scheme_length(const char *url)
{
	return !strncasecmp(url, "https://", 8) ? 8 : !strncasecmp(url, "http://", 7) ? 7 : 0;
}

static bool has_only(struct slice text, const char *signs)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isalnum((unsigned char)text.data[i]) &&
			(!text.data[i] || !strchr(signs, text.data[i])))
			return false;
	return text.len > 0;
}

bool host_of_authority(struct slice authority, struct slice *host)
{
	struct slice rest = authority;
	uint64_t port = 0;

	if (slice_starts(authority, "[")) {
		struct slice address = { authority.data + 1, 0 };

		address.len = slice_cut(&rest, ']').len - 1;
		if (address.len + 2 > authority.len || !has_only(address, ":.%-_~"))
			return false;
		*host = (struct slice){ authority.data, address.len + 2 };
	} else {
		*host = slice_cut(&rest, ':');
		if (!has_only(*host, "-._~%!$&'()*+,;="))
			return false;
	}
	rest = (struct slice){ authority.data + host->len, authority.len - host->len };
	if (rest.len == 0)
		return true;
	rest.data++;
	rest.len--;
	return rest.data[-1] == ':' &&
		(rest.len == 0 || (slice_number(rest, 10, &port) && port <= UINT16_MAX));
}

/* ---- addresses ---- */

/* An IPv4 address becomes its form inside IPv6, so that one look serves both. */
static bool parse_address(const char *host, struct in6_addr *address)
{
	static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	char text[INET6_ADDRSTRLEN];

	if (host[0] == '[') {
		snprintf(text, sizeof(text), "%s", host + 1);
		text[strcspn(text, "]%")] = '\0';	/* a zone says nothing here */
		return inet_pton(AF_INET6, text, address) == 1;
	}
	memcpy(address->s6_addr, mapped, sizeof(mapped));
	return inet_pton(AF_INET, host, address->s6_addr + sizeof(mapped)) == 1;
}

struct range {
	const char *first;
	unsigned bits;
};

static bool is_among(const struct in6_addr *address, const struct range *ranges)
{
	for (; ranges->first; ranges++) {
		unsigned bytes = ranges->bits / 8, bits = ranges->bits % 8;
		struct in6_addr first;

		inet_pton(AF_INET6, ranges->first, &first);
		if (!memcmp(address, &first, bytes) && (bits == 0 ||
			!((address->s6_addr[bytes] ^ first.s6_addr[bytes]) >> (8 - bits))))
			return true;
	}
	return false;
}

static const struct range loopback[] = {
	{ "::ffff:127.0.0.0", 96 + 8 },
	{ "::1", 128 },
	/* To connect to "any address" is to connect to oneself. */
	{ "::ffff:0.0.0.0", 128 },
	{ "::", 128 },
	{ 0 },
};

/* RFC 1918, RFC 6598 (carriers and overlay networks), RFC 3927, RFC 4193, RFC 4291. */
static const struct range private[] = {
	{ "::ffff:10.0.0.0", 96 + 8 },
	{ "::ffff:172.16.0.0", 96 + 12 },
	{ "::ffff:192.168.0.0", 96 + 16 },
	{ "::ffff:100.64.0.0", 96 + 10 },
	{ "::ffff:169.254.0.0", 96 + 16 },
	{ "fc00::", 7 },
	{ "fe80::", 10 },
	{ 0 },
};

/* ---- names ---- */

/* One of the names itself, or one below it; a dot at the end of the host is that of the root. */
static bool is_at_or_below(const char *host, const char *const *names, size_t count)
{
	size_t host_len = strlen(host);

	if (host_len > 1 && host[host_len - 1] == '.')
		host_len--;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(names[i]);

		if (host_len >= len && !strncasecmp(host + host_len - len, names[i], len) &&
			(host_len == len || host[host_len - len - 1] == '.'))
			return true;
	}
	return false;
}

bool host_is_loopback(const char *host)
{
	static const char *const names[] = { "localhost", "localhost.localdomain", "ip6-localhost",
		"ip6-loopback" };
	struct in6_addr address;

	return parse_address(host, &address) ? is_among(&address, loopback) :
		is_at_or_below(host, names, COUNT(names));
}

bool host_is_private(const char *host)
{
	static const char *const names[] = {
		"local", "internal", "lan", "home.arpa", "test", "invalid",
	};
	struct in6_addr address;

	if (host_is_loopback(host))
		return true;
	if (parse_address(host, &address))
		return is_among(&address, private);
	return is_at_or_below(host, names, COUNT(names)) || !host[strcspn(host, ".:")] ||
		!strcmp(host + strcspn(host, ".:"), ".");
}

/* ---- sockets ---- */

struct host_bound host_bound_to(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_storage room;
	} name;
	socklen_t size = sizeof(name);
	struct host_bound bound = { 0 };
	char text[INET6_ADDRSTRLEN];

	if (getsockname(fd, &name.any, &size) != 0)
		return bound;
	if (name.any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &name.in6.sin6_addr, text, sizeof(text));
		if (IN6_IS_ADDR_V4MAPPED(&name.in6.sin6_addr))
			snprintf(bound.address, sizeof(bound.address), "%s",
				text + strlen("::ffff:"));
		else
			snprintf(bound.address, sizeof(bound.address), "[%s]", text);
	} else if (name.any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &name.in.sin_addr, bound.address, sizeof(bound.address));
	} else {
		return bound;
	}
	bound.where = host_is_loopback(bound.address) ? BOUND_LOOPBACK : BOUND_ELSEWHERE;
	return bound;
}

bool host_is_bound(const struct host_bound *bound, struct slice host)
{
	struct in6_addr one, other;
	char text[sizeof(bound->address)];

	if (host.len >= sizeof(text) || (host.len > 0 && host.data[0] == '[') !=
			(bound->address[0] == '['))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)host.len, host.data);
	return parse_address(bound->address, &one) && parse_address(text, &other) &&
		!memcmp(&one, &other, sizeof(one));
}
