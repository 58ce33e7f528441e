#include "http.h"

#include <stdlib.h>
#include <string.h>

bool cgi_is(void)
{
	return getenv("GATEWAY_INTERFACE") != NULL;
}

/*
 * Expect is the web server's business. Apache hands Authorization over only with
 * "CGIPassAuth On".
 */
static const struct {
	const char *variable, *field;
} fields[] = {
	{ "CONTENT_LENGTH", "content-length" },
	{ "HTTP_AUTHORIZATION", "authorization" },
	{ "HTTP_CONTENT_ENCODING", "content-encoding" },
	{ "HTTP_TRANSFER_ENCODING", "transfer-encoding" },
	{ "HTTP_USER_AGENT", "user-agent" },
	{ "HTTP_X_API_KEY", "x-api-key" },
};

/* Empty is unset: nginx gives a GET an empty CONTENT_LENGTH. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

bool cgi_read_head(struct http_request *request, struct failure *why)
{
	const char *method = variable("REQUEST_METHOD");
	const char *path = variable("PATH_INFO");
	const char *protocol = variable("SERVER_PROTOCOL");

	*request = (struct http_request){ .cgi = true, .identity = true };
	request->minor = protocol && !strcmp(protocol, "HTTP/1.0") ? 0 : 1;
	if (!http_set_method(request, slice_of(method ? method : ""), why))
		return false;
	request->raw_path = must_strdup(path ? path : "/");
	if (!http_set_path(request, must_strdup(request->raw_path), why))
		return false;
	for (size_t i = 0; i < COUNT(fields); i++) {
		const char *value = variable(fields[i].variable);

		if (value && !http_set_field(request, slice_of(fields[i].field), slice_of(value),
			why))
			return false;
	}
	/* nginx gives both for a chunked body, which it has decoded: the length wins. */
	if (request->has_length)
		request->chunked = false;
	return true;
}
