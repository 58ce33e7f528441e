/* net/confine.c: what a process that was taken over can still do. Each attempt is a process. */
#include "../../net/confine.h"
#include "../../net/sanitized.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CONFINED_MB 500u

static char folder[] = "/tmp/claudeproxy-confine.XXXXXX";
static struct settings settings = { .confine = CHOICE_ON, .max_body_bytes = 32u << 20 };
static unsigned other_port;

static int listener_on(unsigned *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(fd, 8), 0);
	getsockname(fd, (struct sockaddr *)&address, &size);
	*port = ntohs(address.sin_port);
	return fd;
}

static bool connects(unsigned port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static bool opens(const char *path, int flags)
{
	return open(path, flags, 0600) >= 0;
}

static const char *in_folder(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* ---- attempts; true: it can be done ---- */

static bool read_hosts(void) { return opens("/etc/hosts", O_RDONLY); }
static bool read_home(void) { return opens("/root", O_RDONLY) || opens("/home", O_RDONLY); }
static bool read_log(void) { return opens("/var/log", O_RDONLY); }
static bool write_tmp(void) { return opens("/tmp/claudeproxy-escaped", O_CREAT | O_WRONLY); }
static bool write_cache(void) { return opens(in_folder("new"), O_CREAT | O_WRONLY); }
static bool rename_in_cache(void) { return rename(in_folder("old"), "/tmp/claudeproxy-old") == 0; }
static bool connect_upstream(void) { return connects(settings.base.port); }
static bool connect_elsewhere(void) { return connects(other_port); }

static bool listen_somewhere(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || listen(fd, 1) == 0;
}

static bool run_a_program(void)
{
	static char program[] = "/bin/true";
	char *const argv[] = { program, NULL };

	execve(argv[0], argv, NULL);
	return false;	/* it would have ended with 0, which means true here */
}

static bool signal_the_parent(void) { return kill(getppid(), 0) == 0; }
static __attribute__((unused)) bool make_a_process(void) { return fork() >= 0; }
static __attribute__((unused)) bool trace(void) { return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0; }
static bool change_a_mode(void) { return chmod(in_folder("old"), 0777) == 0; }
static bool make_a_link(void) { return symlink("/etc", in_folder("link")) == 0; }
static bool make_a_ring(void) { return syscall(SYS_io_uring_setup, 1, NULL) >= 0 || errno != EPERM; }

static void *nothing(void *to) { return to; }

static bool make_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static bool look_up_a_name(void)
{
	struct addrinfo *found = NULL;
	bool fine = getaddrinfo("localhost", NULL, NULL, &found) == 0;

	if (found)
		freeaddrinfo(found);
	return fine;
}

static __attribute__((unused)) bool take_memory(void)
{
	return mmap(NULL, CONFINED_MB << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		-1, 0) != MAP_FAILED;
}

static const struct {
	const char *what;
	bool (*try)(void);
	bool confined, free;	/* can it be done? */
} attempts[] = {
	{ "read /etc/hosts", read_hosts, true, true },
	{ "read a home", read_home, false, true },
	{ "read /var/log", read_log, false, true },
	{ "write in /tmp", write_tmp, false, true },
	{ "write in the cache", write_cache, true, true },
	{ "move a file out of the cache", rename_in_cache, false, true },
	{ "connect to upstream", connect_upstream, true, true },
	{ "connect to another port", connect_elsewhere, false, true },
	{ "listen", listen_somewhere, false, true },
	{ "run a program", run_a_program, false, true },
	{ "signal the parent", signal_the_parent, false, true },
	{ "make a thread", make_a_thread, true, true },
	{ "look up a name", look_up_a_name, true, true },
	{ "change a mode", change_a_mode, false, true },
	{ "make a link", make_a_link, false, true },
	{ "make a ring", make_a_ring, false, true },
#ifndef SANITIZED
	{ "make a process", make_a_process, false, true },
	{ "trace", trace, false, true },
	{ "take 500 MB", take_memory, false, true },
#endif
};

static bool attempt(bool (*try)(void), enum choice how)
{
	struct settings chosen = settings;
	int status;
	pid_t pid;

	close(open(in_folder("old"), O_CREAT | O_WRONLY, 0600));
	pid = fork();
	if (pid == 0) {
		chosen.confine = how;
		confine(&chosen);
		_exit(try() ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status) == 0;
}

/* An old kernel, or one in a container, lacks a part: then what can be done there says nothing. */
static bool all_is_there(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit((int)confine(&settings).count);
	waitpid(pid, &status, 0);
	return status == 0;
}

static void what_can_be_done(void **state)
{
	int listener = listener_on(&settings.base.port), other = listener_on(&other_port);

	(void)state;
	if (!all_is_there())
		skip();
	assert_non_null(mkdtemp(folder));
	settings.cache_directory = folder;
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		bool confined_can = attempt(attempts[i].try, CHOICE_ON);
		bool free_can = attempt(attempts[i].try, CHOICE_OFF);

		if (confined_can != attempts[i].confined || free_can != attempts[i].free)
			print_message("%s: confined %d, else %d\n", attempts[i].what, confined_can,
				free_can);
		assert_int_equal(confined_can, attempts[i].confined);
		assert_int_equal(free_can, attempts[i].free);
	}
	close(listener);
	close(other);
	unlink("/tmp/claudeproxy-escaped");
	unlink("/tmp/claudeproxy-old");
	unlink(in_folder("old"));
	unlink(in_folder("new"));
	unlink(in_folder("link"));
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
