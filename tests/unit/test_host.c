/* net/host.c: how a host is spelled, which are this machine, and what a socket is bound to. */
#include "../../net/host.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void authorities_are_taken_apart(void **state)
{
	static const struct {
		const char *authority, *host;	/* NULL: it is none */
	} cases[] = {
		{ "localhost", "localhost" }, { "localhost:8082", "localhost" },
		{ "localhost:", "localhost" }, { "a.b-c_d~e", "a.b-c_d~e" },
		{ "127.0.0.1:0", "127.0.0.1" }, { "[::1]", "[::1]" }, { "[::1]:80", "[::1]" },
		{ "[fe80::1%25eth0]:80", "[fe80::1%25eth0]" }, { "x:65535", "x" },
		{ "", NULL }, { ":80", NULL }, { "x:65536", NULL }, { "x:-1", NULL },
		{ "x:8o", NULL }, { "x:1:2", NULL }, { "::1", NULL }, { "[::1", NULL },
		{ "[]", NULL }, { "[::1]x", NULL }, { "[::1]]", NULL }, { "[", NULL },
		{ "a/b", NULL }, { "a b", NULL }, { "a@b", NULL }, { "http://a", NULL },
		{ "a?b", NULL }, { "\xC3\xA9", NULL }, { "a\x01", NULL }, { "[::1]:99999999", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice host = { 0 };
		bool fine = host_of_authority(slice_of(cases[i].authority), &host);

		if (fine != (cases[i].host != NULL) ||
			(fine && !slice_equals(host, cases[i].host)))
			fail_msg("%s", cases[i].authority);
	}
}

static void some_hosts_are_this_machine(void **state)
{
	static const char *const loopback[] = {
		"localhost", "LocalHost", "localhost.", "a.localhost", "localhost.localdomain",
		"ip6-localhost",
		"ip6-loopback", "127.0.0.1", "127.255.0.3", "0.0.0.0", "[::1]", "[::]",
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
	};
	static const char *const others[] = {
		"localhost.example", "notlocalhost", "128.0.0.1", "1.127.0.0", "127.1", "0.0.0.1",
		"[::2]", "[::ffff:8.8.8.8]", "[fe80::1%25lo]", "", "[", ".", "cafe",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(loopback); i++)
		if (!host_is_loopback(loopback[i]) || !host_is_private(loopback[i]))
			fail_msg("%s", loopback[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		if (host_is_loopback(others[i]))
			fail_msg("%s", others[i]);
}

static void some_hosts_are_on_private_networks(void **state)
{
	static const char *const private[] = {
		"10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1", "100.64.0.1",
		"100.127.0.1", "169.254.1.1", "[fd00::1]", "[fc00::1]", "[fe80::1%25eth0]",
		"[::ffff:10.0.0.1]", "ollama", "cafe", "box.local", "host.docker.internal",
		"nas.lan", "x.home.arpa", "gateway.test", "gw.",
	};
	static const char *const public[] = {
		"api.openai.com", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1",
		"100.128.0.1", "192.169.0.1", "11.0.0.1", "[2001:db8::1]", "[fec0::1]",
		"[::ffff:8.8.8.8]", "local.example", "evillocal.com", "192.168.1.1.example",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(private); i++)
		if (!host_is_private(private[i]))
			fail_msg("%s", private[i]);
	for (size_t i = 0; i < COUNT(public); i++)
		if (host_is_private(public[i]))
			fail_msg("%s", public[i]);
}

/* A socket with that local address, whether this machine has it or not; -1: no such family. */
static int bound_socket(const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	bool six = inet_pton(AF_INET, address, &in.sin_addr) != 1;
	int fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM, 0), on = 1;

	if (fd < 0)
		return -1;
	if (six)
		assert_int_equal(inet_pton(AF_INET6, address, &in6.sin6_addr), 1);
	setsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? IPV6_FREEBIND : IP_FREEBIND, &on,
		sizeof(on));
	if (six && IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
		int off = 0;

		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
		setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	}
	assert_int_equal(six ? bind(fd, (struct sockaddr *)&in6, sizeof(in6)) :
		bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	return fd;
}

static void sockets_tell_what_they_are_bound_to(void **state)
{
	static const struct {
		const char *address, *spelled;
		bool loopback;
		const char *same, *other;
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1", true, "127.0.0.1", "[::ffff:127.0.0.1]" },
		{ "127.0.0.1", "127.0.0.1", true, "127.0.0.1", "0.0.0.0" },
		{ "127.0.0.9", "127.0.0.9", true, "127.0.0.9", "127.0.0.1" },
		{ "192.0.2.7", "192.0.2.7", false, "192.0.2.7", "localhost" },
		{ "::1", "[::1]", true, "[0:0:0:0:0:0:0:1]", "::1" },
		{ "2001:db8::7", "[2001:db8::7]", false, "[2001:DB8::7]", "[2001:db8::8]" },
		{ "::ffff:127.0.0.1", "127.0.0.1", true, "127.0.0.1", "[::ffff:127.0.0.1]" },
		{ "::ffff:192.0.2.7", "192.0.2.7", false, "192.0.2.7", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int fd = bound_socket(cases[i].address);
		struct host_bound bound;

		if (fd < 0)
			continue;	/* a kernel without IPv6 */
		bound = host_bound_to(fd);
		assert_string_equal(bound.address, cases[i].spelled);
		assert_int_equal(bound.where, cases[i].loopback ? BOUND_LOOPBACK : BOUND_ELSEWHERE);
		assert_true(host_is_bound(&bound, slice_of(cases[i].same)));
		assert_false(host_is_bound(&bound, slice_of(cases[i].other)));
		close(fd);
	}
}

static void what_is_no_inet_socket_is_bound_to_nothing(void **state)
{
	struct host_bound bound;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	bound = host_bound_to(ends[0]);
	assert_int_equal(bound.where, BOUND_UNKNOWN);
	assert_false(host_is_bound(&bound, slice_of("127.0.0.1")));
	assert_false(host_is_bound(&bound, slice_of("")));
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_int_equal(host_bound_to(ends[0]).where, BOUND_UNKNOWN);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(authorities_are_taken_apart),
		cmocka_unit_test(some_hosts_are_this_machine),
		cmocka_unit_test(some_hosts_are_on_private_networks),
		cmocka_unit_test(sockets_tell_what_they_are_bound_to),
		cmocka_unit_test(what_is_no_inet_socket_is_bound_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
