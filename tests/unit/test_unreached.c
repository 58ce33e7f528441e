/* No answer, or half of one: what the client is told. */
#include "../../net/upstream.h"
#include "upstream_fixture.h"

static void refused_connection(void **state)	/* doc/answer.md §3.2, §3.7 */
{
	struct fixture *f = new_fixture();
	char expected[128];

	(void)state;
	close(f->listener);
	assert_int_equal(post(f), UPSTREAM_FAILED);
	snprintf(expected, sizeof(expected),
		"cannot reach 127.0.0.1:%u: Connection refused — check OPENAI_BASE_URL",
		f->settings.base.port);
	assert_string_equal(f->why.message, expected);
	assert_int_equal(f->why.kind, API_ERROR);
	assert_failure(f, 502, "", true);
	assert_int_equal(f->upstream.status, 0);
	f->listener = -1;
	free_fixture(f);
}

static void unknown_name(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.base.host = "upstream.invalid";
	f->settings.base.port = 80;
	snprintf(f->url, sizeof(f->url), "http://user:secret@upstream.invalid/v1?key=secret");
	assert_int_equal(post(f), UPSTREAM_FAILED);
	assert_failure(f, 502, "cannot reach upstream.invalid:80: the name does not resolve", true);
	assert_null(strstr(f->why.message, "secret"));
	free_fixture(f);
}

/* libcurl quotes the first two with the password. */
static void wrong_proxy_keeps_its_password(void **state)
{
	static const char *const proxies[] = {
		"quic://user:secret@127.0.0.1:1",
		"http://user:secret@127.0.0.1:99999",
		"http://user:secret@127.0.0.1:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(proxies) / sizeof(proxies[0]); i++) {
		struct fixture *f = new_fixture();

		f->settings.base.host = "upstream.invalid";
		snprintf(f->url, sizeof(f->url), "http://upstream.invalid/v1");
		setenv("http_proxy", proxies[i], 1);
		assert_int_equal(post(f), UPSTREAM_FAILED);
		assert_failure(f, 502, "cannot reach upstream.invalid:", i == 2);
		assert_non_null(strstr(f->why.message, "check https_proxy"));
		assert_null(strstr(f->why.message, "secret"));
		unsetenv("http_proxy");
		free_fixture(f);
	}
}

static void what_is_no_answer_is_said(void **state)
{
	static const struct {
		const char *answer;
		enum ending ending;
		const char *message;
		bool again;
	} cases[] = {
		{ "", CLOSES, "closed without an answer", true },
		{ "", RESETS, "Connection reset", true },
		{ "HTTP/1.1 100 Continue\r\n\r\n", RESETS, "cannot reach", true },
		{ "SSH-2.0-OpenSSH_9.2p1\r\n", CLOSES, "does not speak HTTP", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture *f = new_fixture();

		answers(f, cases[i].answer, cases[i].ending);
		assert_int_equal(post(f), UPSTREAM_FAILED);
		assert_int_equal(f->upstream.status, 0);
		assert_failure(f, 502, cases[i].message, cases[i].again);
		free_fixture(f);
	}
}

/* libcurl counts TLS as part of connecting; the server waits for the end of a head. */
static void no_connection_in_time(void **state)	/* doc/answer.md §3.2 */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.base.scheme = "https";
	f->settings.connect_timeout = 1;
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:%u/v1", f->settings.base.port);
	answers(f, "", CLOSES);
	assert_int_equal(post(f), UPSTREAM_FAILED);
	assert_failure(f, 504, "within 1 s (CONNECT_TIMEOUT)", true);
	assert_int_equal(f->why.kind, TIMEOUT_ERROR);
	free_fixture(f);
}

static void tls_where_there_is_none(void **state)	/* doc/answer.md §3.7: no second try */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.base.scheme = "https";
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:%u/v1", f->settings.base.port);
	f->server = fork_server();
	if (f->server == 0) {
		int fd = accept(f->listener, NULL, NULL);

		send_all(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
		end_connection(fd, HANGS);
		_exit(0);
	}
	assert_int_equal(post(f), UPSTREAM_FAILED);
	assert_failure(f, 502, "no TLS with 127.0.0.1:", false);
	free_fixture(f);
}

static void cut_in_the_middle(void **state)	/* doc/answer.md §2.6 */
{
	static const char *const answers_cut[] = {
		OK_HEAD "content-length: 100\r\n\r\n{\"id\":",
		OK_HEAD "transfer-encoding: chunked\r\n\r\n6\r\n{\"id\":\r\n",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fixture *f = new_fixture();

		answers(f, answers_cut[i], CLOSES);
		assert_int_equal(post(f), UPSTREAM_CUT);
		assert_string_equal(f->why.message,
			"upstream closed the connection in the middle of the answer");
		assert_failure(f, 502, "", false);
		assert_string_equal(buf_text(&f->got), "{\"id\":");
		free_fixture(f);
	}
}

static void cut_before_the_body_may_be_tried_again(void **state)
{
	struct fixture *f = new_fixture();

	(void)state;
	answers(f, OK_HEAD "content-length: 100\r\n\r\n", RESETS);
	assert_int_equal(post(f), UPSTREAM_CUT);
	assert_failure(f, 502, "in the middle", true);
	free_fixture(f);
}

/* ---- trust ---- */

static void hashed_folder_is_known_by_its_names(void **state)
{
	char folder[] = "/tmp/trust-XXXXXX", path[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_false(upstream_trusts_by_hash(folder));
	snprintf(path, sizeof(path), "%s/ca-certificates.crt", folder);
	fclose(fopen(path, "w"));
	assert_false(upstream_trusts_by_hash(folder));
	unlink(path);
	snprintf(path, sizeof(path), "%s/5ed36f99.0", folder);
	fclose(fopen(path, "w"));
	assert_true(upstream_trusts_by_hash(folder));
	unlink(path);
	rmdir(folder);
	assert_false(upstream_trusts_by_hash(folder));
}

static void unreadable_certificates_are_named(void **state)	/* doc/answer.md §3.2 */
{
	struct fixture *f = new_fixture();

	(void)state;
	f->settings.base.scheme = "https";
	f->settings.ssl_cert_file = "/nowhere/ca.pem";
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:%u/v1", f->settings.base.port);
	answers(f, "", CLOSES);
	assert_int_equal(post(f), UPSTREAM_FAILED);
	assert_failure(f, 502, "SSL_CERT_FILE", false);
	assert_int_equal(f->why.should_retry, RETRY_NO);
	free_fixture(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_connection),
		cmocka_unit_test(unknown_name),
		cmocka_unit_test(wrong_proxy_keeps_its_password),
		cmocka_unit_test(what_is_no_answer_is_said),
		cmocka_unit_test(no_connection_in_time),
		cmocka_unit_test(tls_where_there_is_none),
		cmocka_unit_test(cut_in_the_middle),
		cmocka_unit_test(cut_before_the_body_may_be_tried_again),
		cmocka_unit_test(hashed_folder_is_known_by_its_names),
		cmocka_unit_test(unreadable_certificates_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
