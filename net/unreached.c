#include "unreached.h"

#include <stdio.h>
#include <string.h>

static const char no_http[] = "what answers there does not speak HTTP";

/*
 * Of other codes only the code's name is passed on: libcurl's words may quote https_proxy, password
 * and all ("Unsupported proxy scheme for 'quic://user:secret@…'").
 */
static const struct {
	CURLcode code;
	bool again;		/* the same request sent once more may help */
	const char *reason;	/* NULL: libcurl's words serve */
} reasons[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, true, "the name does not resolve" },
	{ CURLE_COULDNT_RESOLVE_PROXY, false, "there is no such proxy" },
	{ CURLE_COULDNT_CONNECT, true, "no connection" },
	{ CURLE_GOT_NOTHING, true, "the connection was closed without an answer" },
	/* Of all that end a transfer, delivery.h alone is not told apart before. */
	{ CURLE_ABORTED_BY_CALLBACK, true, "the connection died while the request was sent" },
	{ CURLE_SEND_ERROR, true, NULL },
	{ CURLE_RECV_ERROR, true, NULL },
	{ CURLE_UNSUPPORTED_PROTOCOL, false, no_http },
	{ CURLE_WEIRD_SERVER_REPLY, false, no_http },
	/* A line of the head above libcurl's own limit; memory that ends never comes back here. */
	{ CURLE_OUT_OF_MEMORY, false, no_http },
#if LIBCURL_VERSION_NUM >= 0x080600
	{ CURLE_TOO_LARGE, false, no_http },
#endif
};

/* "Failed to connect to HOST port PORT …": of the proxy, where there is one. */
static bool is_silent_proxy(const struct base_url *base, const char *words, char proxy[300])
{
	char host[256];
	unsigned port;

	if (sscanf(words, "Failed to connect to %255s port %u", host, &port) != 2 ||
		(port == base->port && strstr(base->host, host)))
		return false;
	snprintf(proxy, 300, "the proxy %s:%u: ", host, port);
	return true;
}

static void cannot_reach(CURL *curl, const struct base_url *base, CURLcode code,
	const char *words, struct failure *why)
{
	const char *reason = curl_easy_strerror(code);
	char proxy[300] = "";
	bool again = false, by_proxy;
	long os_errno = 0;

	/* By their words, since several codes have them: an unusable proxy, a closed tunnel. */
	if (slice_starts(slice_of(words), "Unsupported proxy"))
		code = CURLE_COULDNT_RESOLVE_PROXY;
	by_proxy = code == CURLE_COULDNT_RESOLVE_PROXY || strstr(words, " CONNECT") ||
		slice_starts(slice_of(words), "CONNECT ") || is_silent_proxy(base, words, proxy);
	for (size_t i = 0; i < COUNT(reasons); i++) {
		if (reasons[i].code != code)
			continue;
		reason = reasons[i].reason ? reasons[i].reason : words;
		again = reasons[i].again;
	}
	curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os_errno);
	if (code == CURLE_COULDNT_CONNECT && os_errno)
		reason = strerror((int)os_errno);
	failed_as(why, 502, API_ERROR, "cannot reach %s:%u: %s%s", base->host, base->port, proxy,
		reason);
	failure_hint(why, by_proxy ? "check https_proxy, http_proxy and all_proxy" :
		reason == no_http && !strcmp(base->scheme, "http") ?
		"check OPENAI_BASE_URL: try https" : "check OPENAI_BASE_URL");
	why->again = again;
}

/* libcurl's words for another name change from version to version. */
static void cannot_trust(const struct base_url *base, const char *words, struct failure *why)
{
	bool other_name = strstr(words, "subject name") != NULL;

	failed_as(why, 502, API_ERROR, "cannot trust %s:%u: %s", base->host, base->port,
		other_name ? "its certificate is for another name" : words);
	failure_hint(why, other_name ? "check OPENAI_BASE_URL" :
		"SSL_CERT_FILE or SSL_CERT_DIR names the certificates to trust");
}

void unreached(CURL *curl, const struct settings *settings, CURLcode code, const char *words,
	struct failure *why)
{
	const struct base_url *base = &settings->base;


	if (!words[0])
		words = curl_easy_strerror(code);
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:	/* libcurl knows no other limit of ours */
		failed(why, TIMEOUT_ERROR, "no connection to %s:%u within %d s (CONNECT_TIMEOUT)",
			base->host, base->port, settings->connect_timeout);
		why->again = true;
		return;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		cannot_trust(base, words, why);
		why->should_retry = RETRY_NO;
		return;
	case CURLE_SSL_CONNECT_ERROR:
		failed_as(why, 502, API_ERROR, "no TLS with %s:%u: %s", base->host, base->port,
			words);
		failure_hint(why, strstr(words, "wrong version number") ||
			strstr(words, "packet length") ? "check OPENAI_BASE_URL: try http" :
			"check OPENAI_BASE_URL");
		why->should_retry = RETRY_NO;
		return;
	default:
		cannot_reach(curl, base, code, words, why);
	}
}
