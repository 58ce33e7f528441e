/* A name look-up that never ends. LD_PRELOAD puts it before libc's. */
#include <netdb.h>
#include <unistd.h>

int getaddrinfo(const char *restrict name, const char *restrict service,
	const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
	(void)name, (void)service, (void)hints, (void)found;
	for (;;)
		pause();
}
