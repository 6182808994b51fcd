// SPDX-License-Identifier: GPL-2.0
/* respond.c - see respond.h. */
#include <stdlib.h>
#include "ctl/serve/respond.h"
#include "ctl/write/json_stream.h"
#include "datapath/base/cleanup.h"

/* The page loads only from this server, and other pages cannot embed it. */
static const char *const security_headers[][2] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
	{ "Cache-Control", "no-store" },
};

enum MHD_Result http_send(struct server *server, struct connection *c, unsigned int status,
			  const char *type, struct MHD_Response *response)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", type);
	for (size_t i = 0; i < ARRAY_SIZE(security_headers); i++)
		MHD_add_response_header(response, security_headers[i][0], security_headers[i][1]);
	if (server->auth->certificate)
		MHD_add_response_header(response, "Strict-Transport-Security", "max-age=31536000");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET, HEAD");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE || status == MHD_HTTP_TOO_MANY_REQUESTS)
		MHD_add_response_header(response, "Retry-After", "1");
	if (status == MHD_HTTP_UNAUTHORIZED)
		MHD_add_response_header(response, "WWW-Authenticate",
					server->auth->user_count ? "Basic realm=\"weir\""
								 : "Bearer realm=\"weir\"");
	result = MHD_queue_response(c->mhd, status, response);
	MHD_destroy_response(response);
	if (result == MHD_YES && status / 100 < ARRAY_SIZE(server->self.requests))
		server->self.requests[status / 100]++;
	return result;
}

enum MHD_Result http_send_fault(struct server *server, struct connection *c, unsigned int status,
				const char *sentence)
{
	char *text = NULL;
	size_t size;
	struct json_stream js = { .out = open_memstream(&text, &size) };

	if (!js.out)
		return MHD_NO;
	js_fail(&js, sentence);
	js_end(&js); /* fclose() reports failures */
	if (fclose(js.out) != 0) {
		free(text);
		return MHD_NO;
	}
	return http_send(server, c, status, "application/json",
			 MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE));
}
