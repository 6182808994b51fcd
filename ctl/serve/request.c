// SPDX-License-Identifier: GPL-2.0
/* request.c - handles requests; see request.h. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include "ctl/serve/assets.h"
#include "ctl/serve/endpoints.h"
#include "ctl/serve/query.h"
#include "ctl/serve/request.h"
#include "ctl/serve/respond.h"
#include "ctl/serve/stream.h"
#include "datapath/base/cleanup.h"

static const struct asset {
	const char *path, *type;
	const char *begin, *end;
} assets[] = {
#define ASSET(name) asset_##name, asset_##name##_end
	{ "/", "text/html; charset=utf-8", ASSET(index_html) },
	{ "/page.js", "text/javascript; charset=utf-8", ASSET(page_js) },
	{ "/system.js", "text/javascript; charset=utf-8", ASSET(system_js) },
	{ "/style.css", "text/css; charset=utf-8", ASSET(style_css) },
	{ "/dygraph.min.js", "text/javascript; charset=utf-8", ASSET(dygraph_min_js) },
	{ "/dygraph.min.css", "text/css; charset=utf-8", ASSET(dygraph_min_css) },
#undef ASSET
};

/* --- the query --- */

struct gathering {
	struct query query;
	const struct endpoint *endpoint;
	struct weir_error *err;
	bool wrong;
};

static enum MHD_Result wrong(struct gathering *g, const char *format, const char *name)
{
	snprintf(g->err->text, sizeof(g->err->text), format, name);
	g->wrong = true;
	return MHD_NO;
}

static enum MHD_Result gather(void *cls, enum MHD_ValueKind kind, const char *name,
			      size_t name_size, const char *value, size_t value_size)
{
	struct gathering *g = cls;
	bool known = false;

	(void)kind;
	if (strlen(name) != name_size || (value && strlen(value) != value_size))
		return wrong(g, "the query has a zero byte%s", "");
	for (const char *const *p = g->endpoint->parameters; p && *p; p++)
		known |= strcmp(*p, name) == 0;
	if (!known)
		return wrong(g, "unknown parameter '%.64s'", name);
	if (query_value(&g->query, name))
		return wrong(g, "parameter '%.64s' is given twice", name);
	g->query.names[g->query.count] = name;
	g->query.values[g->query.count++] = value ? value : "";
	return MHD_YES;
}

/* --- documents --- */

static unsigned int status_of(int ret)
{
	if (!ret)
		return MHD_HTTP_OK;
	if (ret == -ENOTSUP) /* not by this kernel, or not with these options */
		return MHD_HTTP_NOT_IMPLEMENTED;
	return ret == -EINVAL ? MHD_HTTP_BAD_REQUEST : MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* Takes ownership of text. */
static struct MHD_Response *response_of(const struct reply *reply, char *text, size_t size)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(size, text,
									MHD_RESPMEM_MUST_FREE);

	if (!response) {
		free(text);
		return NULL;
	}
	for (size_t i = 0; i < reply->header_count; i++)
		MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
	return response;
}

static enum MHD_Result answer_by(struct server *server, struct connection *c,
				 const struct endpoint *endpoint, const struct query *query)
{
	struct reply reply = { .type = endpoint->type, .err = { "out of memory" } };
	char *text = NULL;
	size_t size = 0;
	int ret;

	reply.out = open_memstream(&text, &size);
	ret = reply.out ? endpoint->handle(server, query, &reply) : -ENOMEM;
	if (reply.out && fclose(reply.out) != 0 && !ret)
		ret = -ENOMEM;
	if (ret == -EPIPE || ret == -ETIMEDOUT)
		server->broken = true;
	if (ret)
		free(text);
	if (ret == -EAGAIN) {
		c->waiting = c->parked = true;
		MHD_suspend_connection(c->mhd);
		return MHD_YES;
	}
	if (ret)
		return http_send_fault(server, c, status_of(ret), reply.err.text);
	if (endpoint->counts) {
		c->counts = true;
		server->under_way++;
	}
	return http_send(server, c, MHD_HTTP_OK, reply.type, response_of(&reply, text, size));
}

static enum MHD_Result answer_endpoint(struct server *server, struct connection *c,
				       const struct endpoint *endpoint)
{
	struct weir_error err = {};
	struct gathering g = { .endpoint = endpoint, .err = &err };

	if (endpoint->counts && server->under_way >= server->most) {
		server->self.rejected++;
		return http_send_fault(server, c, MHD_HTTP_SERVICE_UNAVAILABLE,
				       "too many requests in progress, try again later");
	}
	MHD_get_connection_values_n(c->mhd, MHD_GET_ARGUMENT_KIND, gather, &g);
	if (g.wrong)
		return http_send_fault(server, c, MHD_HTTP_BAD_REQUEST, err.text);
	g.query.accept = MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND,
						     MHD_HTTP_HEADER_ACCEPT);
	return answer_by(server, c, endpoint, &g.query);
}

/* --- authorization --- */

/*
 * Protects a server without passwords from DNS rebinding: a page of another site could resolve its
 * name to this address, and read everything through the user's browser. But the Host header has
 * that name.
 */
static bool foreign_host(const struct server *server, struct MHD_Connection *mhd)
{
	const char *host = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, "Host");
	char name[128];

	if (!server->loopback || http_auth_needed(server->auth) || !host)
		return false;
	if (*host == '[')
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(host + 1, "]"), host + 1);
	else
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(host, ":"), host);
	return strcasecmp(name, "localhost") != 0 && strcmp(name, "127.0.0.1") != 0 &&
	       strcmp(name, "::1") != 0 && strcmp(name, server->address) != 0;
}

/* Refuses requests without authorization. Returns true if it has sent the reply. */
static bool refuse(struct server *server, struct connection *c, enum MHD_Result *result)
{
	const char *header = MHD_lookup_connection_value(c->mhd, MHD_HEADER_KIND,
							 MHD_HTTP_HEADER_AUTHORIZATION);
	enum auth_result allowed = http_auth_check(server->auth, header, http_now());

	if (allowed == AUTH_OK)
		return false;
	server->self.refused++;
	if (allowed == AUTH_BUSY)
		*result = http_send_fault(server, c, MHD_HTTP_TOO_MANY_REQUESTS,
					  "too many passwords were tried, try again later");
	else
		*result = http_send_fault(server, c, MHD_HTTP_UNAUTHORIZED,
					  "a token or a password is required");
	return true;
}

static const struct endpoint *endpoint_of(const char *path)
{
	for (const struct endpoint *e = http_endpoints; e->path; e++) {
		if (strcmp(e->path, path) == 0)
			return e;
	}
	return NULL;
}

/* Headers that a request may contain more than once. */
struct framing {
	bool body;
	unsigned int hosts;
};

static enum MHD_Result look_at(void *cls, enum MHD_ValueKind kind, const char *name,
			       const char *value)
{
	struct framing *framing = cls;

	(void)kind;
	if (strcasecmp(name, "Host") == 0)
		framing->hosts++;
	/* Proxies may differ in which of two lengths they use, so any non-zero length counts. */
	if (strcasecmp(name, "Content-Length") == 0 && (!value || strcmp(value, "0") != 0))
		framing->body = true;
	if (strcasecmp(name, "Transfer-Encoding") == 0)
		framing->body = true;
	return MHD_YES;
}

static enum MHD_Result answer(struct server *server, struct connection *c, const char *path)
{
	const struct endpoint *endpoint = endpoint_of(path);
	enum MHD_Result result;

	if (!(endpoint && endpoint->open) && refuse(server, c, &result))
		return result;
	if (endpoint)
		return answer_endpoint(server, c, endpoint);
	if (strcmp(path, "/api/v1/stream") == 0)
		return http_stream_open(server, c);
	for (const struct asset *a = assets; a < assets + ARRAY_SIZE(assets); a++) {
		if (strcmp(a->path, path) == 0)
			return http_send(server, c, MHD_HTTP_OK, a->type,
					 MHD_create_response_from_buffer((size_t)(a->end -
										  a->begin),
									 (void *)a->begin,
									 MHD_RESPMEM_PERSISTENT));
	}
	return http_send_fault(server, c, MHD_HTTP_NOT_FOUND,
			       "not found; see /, /metrics and /api/v1/status");
}

enum MHD_Result http_request(void *cls, struct MHD_Connection *mhd, const char *url,
			     const char *method, const char *version, const char *upload,
			     size_t *upload_size, void **request)
{
	struct connection *c = *request;
	struct server *server = cls;
	struct framing framing = {};

	(void)version;
	(void)upload;
	if (!c || c->mhd != mhd)
		return MHD_NO;
	if (c->waiting) {
		c->waiting = false;
		return answer_endpoint(server, c, endpoint_of(url));
	}
	if (c->answering) { /* a body, which is ignored */
		*upload_size = 0;
		return MHD_YES;
	}
	MHD_get_connection_values(mhd, MHD_HEADER_KIND, look_at, &framing);
	/*
	 * A reply in the first call, before a body, closes the connection. Reply in the second
	 * call.
	 */
	if (!c->begun && !framing.body) {
		c->begun = true;
		return MHD_YES;
	}
	c->answering = true;
	c->since = http_now();
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return http_send_fault(server, c, MHD_HTTP_METHOD_NOT_ALLOWED,
				       "only GET and HEAD are allowed: the server is read-only");
	if (framing.body)
		return http_send_fault(server, c, MHD_HTTP_CONTENT_TOO_LARGE,
				       "a request must not have a body");
	if (framing.hosts > 1)
		return http_send_fault(server, c, MHD_HTTP_BAD_REQUEST,
				       "there is more than one Host header");
	if (c->bad_path)
		return http_send_fault(server, c, MHD_HTTP_BAD_REQUEST,
				       "the path has a malformed escape");
	if (foreign_host(server, mhd))
		return http_send_fault(server, c, MHD_HTTP_MISDIRECTED_REQUEST,
				       "Host does not name this server");
	return answer(server, c, url);
}
