#include "upstream.h"

#include "../convert/provider/family.h"
#include "client.h"
#include "host.h"
#include "unreached.h"
#include "version.h"

#include <curl/curl.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* A little less than libcurl's own second, so that its jitter costs no tick. */
#define TICK_MS 900
/* As soon as so many bytes of an answer have come, they are passed on. */
#define PASSED_AT_ONCE 65536
#define SYSTEM_CERTIFICATES "/etc/ssl/certs"
/* The longest wait believed when upstream names one. */
#define RETRY_AFTER_LIMIT_S (30 * 86400.0)

/* One post while it runs. */
struct transfer {
	struct upstream *upstream;
	CURL *curl;
	long long alive_ms;	/* upstream's last sign of life */
	long long tick_ms;	/* the last tick */
	curl_off_t uploaded;
	bool body_began;	/* of a 2xx answer */
	struct buf read;	/* of it: what was not passed on yet */
	bool silent;		/* for longer than REQUEST_TIMEOUT */
	bool ended;		/* by a callback */
	char error[CURL_ERROR_SIZE];
};

/* ---- request headers ---- */

static bool same_name(const char *header, const char *name)
{
	size_t len = strcspn(header, ":");

	return strlen(name) == len && !strncasecmp(header, name, len);
}

static void add_header(struct curl_slist **headers, const char *header)
{
	struct curl_slist *list = curl_slist_append(*headers, header);

	if (!list)
		out_of_memory();
	*headers = list;
}

/* One of ours, unless the user has one of that name. */
static void add_own(struct curl_slist **headers, const struct settings *settings,
	const char *header)
{
	for (size_t i = 0; i < settings->custom_header_count; i++)
		if (same_name(header, settings->custom_headers[i].name))
			return;
	add_header(headers, header);
}

/* Ours, but for a host that serves only programs on its list: the client may be one of them. */
static void add_user_agent(struct curl_slist **headers, const struct upstream *upstream)
{
	bool theirs = upstream->user_agent &&
		family_wants_user_agent(upstream->settings->base.host);
	struct buf line = { 0 };

	buf_printf(&line, "user-agent: %s",
		theirs ? upstream->user_agent : "claudeproxy/" VERSION);
	add_own(headers, upstream->settings, line.data);
	buf_free(&line);
}

static struct curl_slist *headers_of(const struct upstream *upstream, const char *key_header)
{
	const struct settings *settings = upstream->settings;
	struct curl_slist *headers = NULL;
	struct buf line = { 0 };

	add_header(&headers, "content-type: application/json");
	add_own(&headers, settings,
		upstream->stream ? "accept: text/event-stream" : "accept: application/json");
	add_user_agent(&headers, upstream);
	/* libcurl would ask before a body over 1 MB, and lose a second if nobody answers. */
	add_own(&headers, settings, "expect:");
	if (key_header)
		add_own(&headers, settings, key_header);
	for (size_t i = 0; i < settings->custom_header_count; i++) {
		buf_clear(&line);
		buf_printf(&line, "%s: %s", settings->custom_headers[i].name,
			settings->custom_headers[i].value);
		add_header(&headers, line.data);
	}
	buf_free(&line);
	return headers;
}

/* ---- response headers ---- */

/* Seconds, some with decimals, or a date. retry-after-ms is finer and wins. */
static void take_retry_after(struct upstream *upstream, const char *value)
{
	double seconds = -1;
	time_t date;

	if (upstream->retry_after_ms >= 0)
		return;
	if (value[0] >= '0' && value[0] <= '9')
		seconds = strtod(value, NULL);
	else if ((date = curl_getdate(value, NULL)) != -1)
		seconds = difftime(date, time(NULL)) > 0 ? difftime(date, time(NULL)) : 0;
	if (seconds >= 0 && seconds <= RETRY_AFTER_LIMIT_S)
		upstream->retry_after_ms = (long)(seconds * 1000 + 0.5);
}

static void take_header(struct upstream *upstream, const char *line, const char *value)
{
	if (same_name(line, "retry-after-ms")) {
		double ms = strtod(value, NULL);

		if (value[0] >= '0' && value[0] <= '9' && ms <= RETRY_AFTER_LIMIT_S * 1000)
			upstream->retry_after_ms = (long)ms;
	} else if (same_name(line, "retry-after")) {
		take_retry_after(upstream, value);
	} else if (same_name(line, "x-request-id")) {
		snprintf(upstream->request_id, sizeof(upstream->request_id), "%s", value);
	} else if (same_name(line, "x-should-retry")) {
		if (!strcasecmp(value, "true"))
			upstream->should_retry = RETRY_YES;
		else if (!strcasecmp(value, "false"))
			upstream->should_retry = RETRY_NO;
	}
}

/* What the answer before, of this or an earlier post, left behind. */
static void forget_answer(struct upstream *upstream)
{
	upstream->status = 0;
	buf_clear(&upstream->error_body);
	upstream->retry_after_ms = -1;
	upstream->should_retry = RETRY_UNSAID;
	upstream->request_id[0] = upstream->location[0] = '\0';
}

static size_t on_header(char *bytes, size_t size, size_t len, void *to)
{
	struct transfer *transfer = to;
	struct upstream *upstream = transfer->upstream;
	char line[1024], *value;
	long status = 0;

	(void)size;	/* always 1 */
	snprintf(line, sizeof(line), "%.*s", (int)len, bytes);
	line[strcspn(line, "\r\n")] = '\0';
	/* The real answer may come after an interim one (100, 103), which is none. */
	if (!strncasecmp(line, "HTTP/", 5)) {
		forget_answer(upstream);
		curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
		upstream->status = status >= 200 ? (int)status : 0;
	}
	/* Nor is it a sign of life: it could come for ever. */
	if (upstream->status)
		transfer->alive_ms = now_ms();
	value = line + strcspn(line, ":");
	if (*value == ':')
		value++;
	value += strspn(value, " \t");
	take_header(upstream, line, value);
	return len;
}

/* ---- while it runs ---- */

static bool is_2xx(int status)
{
	return status >= 200 && status < 300;
}

/* Takes the bytes of a 2xx answer to where they belong. */
static void pass_on(struct transfer *transfer)
{
	struct upstream *upstream = transfer->upstream;

	if (transfer->read.len == 0 || transfer->ended)
		return;
	transfer->ended = !upstream->bytes(upstream->to, transfer->read.data, transfer->read.len);
	buf_clear(&transfer->read);
	transfer->alive_ms = now_ms();
}

static size_t on_body(char *bytes, size_t size, size_t len, void *to)
{
	struct transfer *transfer = to;
	struct upstream *upstream = transfer->upstream;

	(void)size;	/* always 1 */
	if (!is_2xx(upstream->status)) {
		size_t room = UPSTREAM_ERROR_LIMIT - upstream->error_body.len;

		transfer->alive_ms = now_ms();
		buf_add(&upstream->error_body, bytes, len < room ? len : room);
		return len <= room ? len : 0;	/* 0 ends the transfer */
	}
	transfer->body_began = true;
	transfer->alive_ms = now_ms();
	buf_add(&transfer->read, bytes, len);
	if (transfer->read.len >= PASSED_AT_ONCE)
		pass_on(transfer);
	return transfer->ended ? 0 : len;
}

/*
 * libcurl calls it once a second, and whenever it has read what was there. An answer comes in one
 * call of on_body for each chunk of its coding, and most servers make one of every event; passed on
 * one by one, each would be a write of its own. Not 0 ends the transfer.
 */
static int on_progress(void *to, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal,
	curl_off_t ulnow)
{
	struct transfer *transfer = to;
	struct upstream *upstream = transfer->upstream;
	long long now = now_ms();

	(void)dltotal;
	(void)dlnow;
	(void)ultotal;
	pass_on(transfer);
	if (transfer->ended || transfer->silent)	/* it calls once more at the end */
		return 1;
	if (ulnow != transfer->uploaded) {
		transfer->uploaded = ulnow;
		transfer->alive_ms = now;
	}
	if (now - transfer->tick_ms >= TICK_MS) {
		transfer->tick_ms = now;
		transfer->ended = !upstream->tick(upstream->to);
		transfer->alive_ms += now_ms() - now;
	}
	transfer->silent = now - transfer->alive_ms > upstream->settings->request_timeout * 1000LL;
	return transfer->ended || transfer->silent || !delivery_look(&upstream->link->delivery);
}

/* ---- set up ---- */

bool upstream_trusts_by_hash(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool found = false;

	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		found = strspn(entry->d_name, "0123456789abcdef") == 8 &&
			!strcmp(entry->d_name + 8, ".0");
	closedir(dir);
	return found;
}

/* SSL_CERT_FILE and SSL_CERT_DIR, else the system's certificates. */
static void set_trust(CURL *curl, const struct settings *settings)
{
	const char *file = settings->ssl_cert_file, *folder = settings->ssl_cert_dir;
	const char *version = curl_version_info(CURLVERSION_NOW)->ssl_version;
	bool openssl = slice_starts(slice_of(version), "OpenSSL/");

	/*
	 * A process that makes one connection needs two or three of 140 certificates. OpenSSL looks
	 * them up in a hashed folder; a bundle it parses whole, which costs 37 ms of CPU, not 11.
	 * Others read a whole folder of certificates, used or not.
	 */
	if (!file && !folder && openssl && upstream_trusts_by_hash(SYSTEM_CERTIFICATES))
		folder = SYSTEM_CERTIFICATES;
	if (!file && !folder)
		return;
	/* NULL for the other one, or libcurl's own default would stand beside it. */
	curl_easy_setopt(curl, CURLOPT_CAINFO, file);
	curl_easy_setopt(curl, CURLOPT_CAPATH, folder);
}

static void set_connection(CURL *curl, const struct settings *settings)
{
	/* The key must not travel: only these protocols, and redirects are not followed. */
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/*
	 * HTTP/2 gains nothing where a connection carries one request at a time, and the 64 kB
	 * window that it begins with slows the upload of a long conversation.
	 */
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, settings->connect_timeout * 1000L);
	curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
	/* A model may think for minutes, longer than many a NAT remembers a silent connection. */
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	/*
	 * A connection may be used as long as this process waits for a request. libcurl sees
	 * whether upstream has closed it; TCP asks once a minute whether the path is still there,
	 * which also keeps a NAT from forgetting it.
	 */
	curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, (long)settings->keepalive_timeout + 60);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A name look-up that hangs would be waited for, after a time-out and a signal too. */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
#endif
	/* Else the variables of the environment hold, as libcurl reads them. */
	if (host_is_loopback(settings->base.host))
		curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (!strcmp(settings->base.scheme, "https"))
		set_trust(curl, settings);
}

static void set_callbacks(struct transfer *transfer)
{
	CURL *curl = transfer->curl;

	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->error);
	/* A proxy's answer to CONNECT is none of upstream's. */
	curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

static void set_request(struct transfer *transfer, const char *url,
	const struct curl_slist *headers)
{
	const struct upstream *upstream = transfer->upstream;
	CURL *curl = transfer->curl;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	/* What comes is decoded either way; compressed events would wait for each other. */
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING,
		upstream->stream || upstream->as_it_is ? "identity" : "gzip");
	curl_easy_setopt(curl, CURLOPT_HTTP_CONTENT_DECODING, upstream->as_it_is ? 0L : 1L);
}

/* ---- what came of it ---- */

static void was_cut(const struct transfer *transfer, CURLcode code, struct failure *why)
{
	/* A reset and broken framing have one code; these words are libcurl's for the first. */
	bool closed = code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING ||
		strstr(transfer->error, "Recv failure") || strstr(transfer->error, "SSL_read");

	failed_as(why, 502, API_ERROR, "%s", code == CURLE_BAD_CONTENT_ENCODING ?
		"upstream's answer cannot be decoded" : closed ?
		"upstream closed the connection in the middle of the answer" :
		"upstream's answer breaks the rules of HTTP");
	why->again = !transfer->body_began && closed;
}

static enum upstream_end end_of(struct transfer *transfer, CURLcode code, struct failure *why)
{
	struct upstream *upstream = transfer->upstream;

	if (transfer->ended)
		return UPSTREAM_ENDED;
	/* Some gateways write "content-encoding: gzip" over plain JSON. */
	if (code == CURLE_BAD_CONTENT_ENCODING && !transfer->body_began) {
		upstream->as_it_is = true;
		failed_as(why, 502, API_ERROR, "upstream's answer cannot be decoded");
		why->again = true;
		return UPSTREAM_FAILED;
	}
	/* libcurl takes 101 for the whole answer. */
	if (code == CURLE_OK && !upstream->status)
		code = CURLE_WEIRD_SERVER_REPLY;
	if (code == CURLE_OK || (upstream->status && !is_2xx(upstream->status)))
		return UPSTREAM_WHOLE;
	if (transfer->silent)
		/* Never again: waiting twice is paid twice. */
		failed(why, TIMEOUT_ERROR, "upstream sent nothing for %d s (REQUEST_TIMEOUT)",
			upstream->settings->request_timeout);
	else if (!upstream->status)
		unreached(transfer->curl, upstream->settings, code, transfer->error, why);
	else
		was_cut(transfer, code, why);
	return upstream->status ? UPSTREAM_CUT : UPSTREAM_FAILED;
}

/* Path and query stay out: they may hold what is nobody's business. */
static void note_location(struct upstream *upstream)
{
	char *target = NULL, *scheme = NULL, *host = NULL, *port = NULL;
	CURLU *url = curl_url();

	curl_easy_getinfo(upstream->link->curl, CURLINFO_REDIRECT_URL, &target);
	if (target && url && !curl_url_set(url, CURLUPART_URL, target, 0) &&
	    !curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) &&
	    !curl_url_get(url, CURLUPART_HOST, &host, 0)) {
		curl_url_get(url, CURLUPART_PORT, &port, 0);
		snprintf(upstream->location, sizeof(upstream->location), "%s://%s%s%s", scheme,
			host, port ? ":" : "", port ? port : "");
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(url);
}

static CURLcode perform(struct transfer *transfer, const char *url,
	const struct curl_slist *headers, struct slice body, bool fresh)
{
	struct delivery *delivery = &transfer->upstream->link->delivery;
	CURL *curl = transfer->curl;
	long connections = 0;
	CURLcode code;

	set_connection(curl, transfer->upstream->settings);
	set_callbacks(transfer);
	set_request(transfer, url, headers);
	delivery_begin(delivery, curl, body);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, (long)fresh);
	transfer->alive_ms = transfer->tick_ms = now_ms();
	code = curl_easy_perform(curl);
	pass_on(transfer);
	delivery_look(delivery);
	/* What libcurl says then is about the socket that it did not get, or the second reading. */
	delivery->broke |= code == CURLE_SEND_FAIL_REWIND;
	if (delivery->broke) {
		code = CURLE_GOT_NOTHING;
		transfer->error[0] = '\0';
	}
	curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &connections);
	transfer->upstream->kept = connections == 0 && transfer->upstream->status;
	return code;
}

enum upstream_end upstream_post(struct upstream *upstream, const char *url,
	const char *key_header, struct slice body, struct failure *why)
{
	struct curl_slist *headers = headers_of(upstream, key_header);
	struct transfer transfer = { .upstream = upstream };
	struct upstream_link *link = upstream->link;
	enum upstream_end end;
	CURLcode code;

	if (!link->curl && !(link->curl = curl_easy_init()))
		out_of_memory();
	forget_answer(upstream);
	transfer.curl = link->curl;
	code = perform(&transfer, url, headers, body, false);
	if (!transfer.ended && !upstream->status && delivery_was_lost(&link->delivery, code))
		code = perform(&transfer, url, headers, body, true);
	end = end_of(&transfer, code, why);
	note_location(upstream);
	/* Keeps the connections, forgets every address in this frame. */
	curl_easy_reset(link->curl);
	curl_slist_free_all(headers);
	buf_free(&transfer.read);
	return end;
}

void upstream_free(struct upstream *upstream)
{
	buf_free(&upstream->error_body);
}

void upstream_close(struct upstream_link *link)
{
	if (link->curl)
		curl_easy_cleanup(link->curl);
	link->curl = NULL;
}
