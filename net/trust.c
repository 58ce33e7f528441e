#include "trust.h"

#include "../convert/buf.h"

#include <curl/curl.h>
#include <dirent.h>
#include <string.h>

#define SYSTEM_CERTIFICATES "/etc/ssl/certs"

bool trust_is_hashed(const char *folder)
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

void trust_set(void *curl, const struct settings *settings)
{
	const char *file = settings->ssl_cert_file, *folder = settings->ssl_cert_dir;
	const char *version = curl_version_info(CURLVERSION_NOW)->ssl_version;
	bool openssl = slice_starts(slice_of(version), "OpenSSL/");

	/*
	 * A process that makes one connection needs two or three of 140 certificates. OpenSSL looks
	 * them up in a hashed folder; a bundle it parses whole, which costs 37 ms of CPU, not 11.
	 * Others read a whole folder of certificates, used or not.
	 */
	if (!file && !folder && openssl && trust_is_hashed(SYSTEM_CERTIFICATES))
		folder = SYSTEM_CERTIFICATES;
	if (!file && !folder)
		return;
	/* NULL for the other one, or libcurl's own default would stand beside it. */
	curl_easy_setopt(curl, CURLOPT_CAINFO, file);
	curl_easy_setopt(curl, CURLOPT_CAPATH, folder);
}
