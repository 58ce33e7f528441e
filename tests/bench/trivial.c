/* trivial URL: posts stdin with libcurl and prints the answer. What `make bench` compares with. */
#include <curl/curl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	static char body[1 << 20];
	size_t len = fread(body, 1, sizeof(body), stdin);
	struct curl_slist *headers = curl_slist_append(NULL, "content-type: application/json");
	CURL *curl = curl_easy_init();
	CURLcode result;

	if (argc != 2 || !curl)
		return 2;
	curl_easy_setopt(curl, CURLOPT_URL, argv[1]);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	result = curl_easy_perform(curl);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return result == CURLE_OK ? 0 : 1;
}
