/*
 * The request from CGI variables (RFC 3875). The body comes by http_read_body.
 */
#ifndef CGI_H
#define CGI_H

#include "http.h"

/* GATEWAY_INTERFACE alone decides; argv is never looked at then. */
bool cgi_is(void);

bool cgi_read_head(struct http_request *request, struct failure *why);

#endif
