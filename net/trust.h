/*
 * Which certificates are trusted: those of SSL_CERT_FILE and SSL_CERT_DIR, else the system's.
 */
#ifndef TRUST_H
#define TRUST_H

#include "../convert/settings.h"

/* Sets it on a CURL handle. */
void trust_set(void *curl, const struct settings *settings);

/* True when the folder holds certificates under names such as 5ed36f99.0 (openssl rehash). */
bool trust_is_hashed(const char *folder);

#endif
