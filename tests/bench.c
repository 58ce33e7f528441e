/*
 * bench CLAUDEPROXY TRIVIAL: what one cold request costs, as a ratio to a trivial libcurl program
 * that posts the same bytes to the same server. Both are run in turn, so that a busy machine
 * slows both.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 101

struct sample {
	double wall, cpu;	/* milliseconds */
};

static double ms_of(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Answers each connection once its request's last brace has come. */
static void serve_for_ever(int listener, const char *answer)
{
	char bytes[65536];

	for (;;) {
		int fd = accept(listener, NULL, NULL);
		size_t len = 0;
		ssize_t n;

		while ((n = read(fd, bytes + len, sizeof(bytes) - 1 - len)) > 0) {
			bytes[len += (size_t)n] = '\0';
			if (strstr(bytes, "\r\n\r\n") && bytes[len - 1] == '}')
				break;
		}
		if (write(fd, answer, strlen(answer)) < 0)
			perror("bench: write");
		close(fd);
	}
}

static pid_t start_server(unsigned *port)
{
	static const char completion[] = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
		"connection: close\r\n\r\n{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"m\","
		"\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},"
		"\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":1}}";
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 16) ||
			getsockname(listener, (struct sockaddr *)&address, &size)) {
		perror("bench: listen");
		exit(1);
	}
	*port = ntohs(address.sin_port);
	pid = fork();
	if (pid == 0)
		serve_for_ever(listener, completion);
	close(listener);
	return pid;
}

static struct sample run(char *const argv[], const char *input)
{
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid == 0) {
		dup2(open(input, O_RDONLY), 0);
		dup2(open("/dev/null", O_WRONLY), 1);
		dup2(1, 2);
		execv(argv[0], argv);
		_exit(127);
	}
	wait4(pid, &status, 0, &usage);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (status) {
		fprintf(stderr, "bench: %s ended with status %d\n", argv[0], status);
		exit(1);
	}
	return (struct sample){ (double)(end.tv_sec - begin.tv_sec) * 1e3 +
		(double)(end.tv_nsec - begin.tv_nsec) / 1e6,
		ms_of(usage.ru_utime) + ms_of(usage.ru_stime) };
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const struct sample *samples, int of_cpu)
{
	double values[ROUNDS];

	for (int i = 0; i < ROUNDS; i++)
		values[i] = of_cpu ? samples[i].cpu : samples[i].wall;
	qsort(values, ROUNDS, sizeof(values[0]), by_size);
	return values[ROUNDS / 2];
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file)) {
		perror(path);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static const char body[] = "{\"model\":\"claude-sonnet-5-5\",\"max_tokens\":100,"
		"\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
	static struct sample proxy[ROUNDS], trivial[ROUNDS];
	char url[64], request[512], directory[] = "/tmp/bench.XXXXXX";
	unsigned port;
	pid_t server;

	if (argc != 3 || !mkdtemp(directory) || chdir(directory)) {
		fprintf(stderr, "usage: bench CLAUDEPROXY TRIVIAL (absolute paths)\n");
		return 2;
	}
	server = start_server(&port);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1", port);
	snprintf(request, sizeof(request), "POST /v1/messages HTTP/1.1\r\nhost: x\r\n"
		"content-length: %zu\r\n\r\n%s", strlen(body), body);
	write_file("request", request);
	write_file("body", body);
	setenv("OPENAI_BASE_URL", url, 1);
	for (int i = 0; i < ROUNDS; i++) {
		proxy[i] = run((char *[]){ argv[1], NULL }, "request");
		trivial[i] = run((char *[]){ argv[2], url, NULL }, "body");
	}
	kill(server, SIGTERM);
	waitpid(server, NULL, 0);
	unlink("request");
	unlink("body");
	if (chdir("/") || rmdir(directory))
		perror(directory);
	printf("one cold request, median of %d, beside a trivial libcurl program:\n", ROUNDS);
	printf("  wall  %6.2f ms : %6.2f ms = %.2f\n", median(proxy, 0), median(trivial, 0),
		median(proxy, 0) / median(trivial, 0));
	printf("  cpu   %6.2f ms : %6.2f ms = %.2f\n", median(proxy, 1), median(trivial, 1),
		median(proxy, 1) / median(trivial, 1));
	return 0;
}
