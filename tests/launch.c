#include "launch.h"

#include "play.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SMALL 4096

void launch_connect(struct launch *launch, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval patience = { play_patience() / 1000, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), size = SMALL;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (launch->small_buffers)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)))
		play_stop("cannot connect to 127.0.0.1:%d: %s", port, strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	launch->in = launch->out = fd;
}

/* One descriptor for the program, the other for us. */
static void open_pipe(int *reader, int *writer)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		play_stop("pipe: %s", strerror(errno));
	*reader = ends[0];
	*writer = ends[1];
}

static void open_terminal(struct launch *launch, int *slave)
{
	launch->in = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (launch->in < 0 || grantpt(launch->in) || unlockpt(launch->in))
		play_stop("no terminal: %s", strerror(errno));
	*slave = open(ptsname(launch->in), O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static void open_connection(struct launch *launch, int fds[3])
{
	int port = 0, listener = play_listen(&port, launch->small_buffers ? SMALL : 0);

	launch_connect(launch, port);
	fds[0] = fds[1] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	close(listener);
}

/* A core file must be kept from being written by the program itself, not by the shell's limit. */
static void set_limits(const struct launch *launch)
{
	const struct rlimit memory = { launch->memory, launch->memory };
	struct rlimit core;

	getrlimit(RLIMIT_CORE, &core);
	core.rlim_cur = core.rlim_max;
	setrlimit(RLIMIT_CORE, &core);
	if (launch->memory)
		setrlimit(RLIMIT_AS, &memory);
}

static void set_descriptors(const struct launch *launch, const int fds[3])
{
	for (int fd = 0; fd < 3; fd++) {
		const char *path = launch->instead[fd];

		if (!strcmp(path, "-"))
			close(fd);
		else
			dup2(path[0] ? open(path, O_RDWR | O_CLOEXEC) : fds[fd], fd);
	}
}

/* In the child. */
static _Noreturn void become(const struct launch *launch, const int fds[3], char **command)
{
	set_limits(launch);
	set_descriptors(launch, fds);
	execv(command[0], command);
	_exit(127);
}

void launch(struct launch *launch, char **command)
{
	int fds[3] = { -1, -1, STDERR_FILENO };
	sigset_t child;

	if (launch->way == LAUNCH_INETD)
		open_connection(launch, fds);
	else
		open_pipe(&launch->out, &fds[1]);
	if (launch->way == LAUNCH_PIPES)
		open_pipe(&fds[0], &launch->in);
	if (launch->way == LAUNCH_TERMINAL)
		open_terminal(launch, &fds[0]);
	if (launch->stderr_too)
		fds[2] = fds[0];
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	launch->program = fork();
	if (launch->program == 0) {
		signal(SIGPIPE, SIG_DFL);
		sigprocmask(SIG_UNBLOCK, &child, NULL);
		become(launch, fds, command);
	}
	close(fds[0]);
	if (fds[1] != fds[0])
		close(fds[1]);
}

void launch_leave(struct launch *launch)
{
	if (launch->in >= 0)
		close(launch->in);
	if (launch->out >= 0 && launch->out != launch->in)
		close(launch->out);
	launch->in = launch->out = -1;
}

int launch_end(struct launch *launch)
{
	struct timespec patience = { play_patience() / 1000, 0 };
	sigset_t child;
	int status;

	if (launch->program == 0)
		return 0;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (waitpid(launch->program, &status, WNOHANG) == 0) {
		if (sigtimedwait(&child, NULL, &patience) < 0) {
			kill(launch->program, SIGKILL);
			waitpid(launch->program, &status, 0);
			return 124;
		}
		waitpid(launch->program, &status, 0);
	}
	if (WIFSIGNALED(status) && WCOREDUMP(status))
		printf("-- its memory was written to a file\n");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
