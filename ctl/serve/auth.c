// SPDX-License-Identifier: GPL-2.0
/* auth.c - see auth.h. */
#include <crypt.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "ctl/serve/auth.h"
#include "datapath/base/cleanup.h"

#define TRIES_PER_SECOND 4
#define TRIES_AT_ONCE 4

void http_auth_free(struct http_auth *auth)
{
	free(auth->certificate);
	free(auth->key);
	free(auth->token);
	for (size_t i = 0; i < AUTH_USERS; i++) {
		free(auth->users[i].name);
		free(auth->users[i].hash);
	}
	*auth = (struct http_auth){};
}

bool http_auth_needed(const struct http_auth *auth)
{
	return auth->token || auth->user_count;
}

static void digest(const struct http_auth *auth, const char *text, unsigned char ret_digest[32])
{
	gnutls_hmac_fast(GNUTLS_MAC_SHA256, auth->salt, sizeof(auth->salt), text, strlen(text),
			 ret_digest);
}

/* Compares digests, so that the time does not depend on the length or the first difference. */
static bool same(const struct http_auth *auth, const char *a, const char *b)
{
	unsigned char x[32], y[32];

	digest(auth, a, x);
	digest(auth, b, y);
	return gnutls_memcmp(x, y, sizeof(x)) == 0;
}

static bool known(const struct http_auth *auth, const unsigned char seen[32])
{
	static const unsigned char empty[32];
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(auth->known); i++)
		found |= gnutls_memcmp(auth->known[i], seen, 32) == 0;
	return found && memcmp(seen, empty, 32) != 0;
}

static bool may_try(struct http_auth *auth, double now)
{
	auth->allowance += (now - auth->refilled) * TRIES_PER_SECOND;
	if (auth->allowance > TRIES_AT_ONCE)
		auth->allowance = TRIES_AT_ONCE;
	auth->refilled = now;
	if (auth->allowance < 1)
		return false;
	auth->allowance -= 1;
	return true;
}

static bool right(const struct http_auth *auth, const char *name, const char *password)
{
	_cleanup_free_ struct crypt_data *data = calloc(1, sizeof(*data));
	const struct auth_user *user = &auth->users[0]; /* unknown names take as long */
	bool found = false;
	const char *hash;

	for (size_t i = 0; i < auth->user_count; i++) {
		if (strcmp(auth->users[i].name, name) == 0) {
			user = &auth->users[i];
			found = true;
		}
	}
	if (!data)
		return false;
	hash = crypt_r(password, user->hash, data);
	return hash && hash[0] != '*' && same(auth, hash, user->hash) && found;
}

static enum auth_result check_basic(struct http_auth *auth, const char *encoded, double now)
{
	gnutls_datum_t in = { (unsigned char *)encoded, (unsigned int)strlen(encoded) }, out = {};
	enum auth_result result = AUTH_REFUSED;
	unsigned char seen[32];
	char *colon, *text;

	if (!auth->user_count || in.size > 1024 || gnutls_base64_decode2(&in, &out) < 0)
		return AUTH_REFUSED;
	text = strndup((char *)out.data, out.size);
	colon = text && strlen(text) == out.size ? strchr(text, ':') : NULL;
	if (colon) {
		digest(auth, text, seen);
		*colon = '\0';
		if (known(auth, seen)) {
			result = AUTH_OK;
		} else if (!may_try(auth, now)) {
			result = AUTH_BUSY;
		} else if (right(auth, text, colon + 1)) {
			memcpy(auth->known[auth->known_next++ % ARRAY_SIZE(auth->known)], seen, 32);
			result = AUTH_OK;
		}
	}
	free(text);
	gnutls_free(out.data);
	return result;
}

enum auth_result http_auth_check(struct http_auth *auth, const char *header, double now)
{
	if (!http_auth_needed(auth))
		return AUTH_OK;
	if (!header)
		return AUTH_REFUSED;
	if (auth->token && strncasecmp(header, "Bearer ", 7) == 0)
		return same(auth, header + 7, auth->token) ? AUTH_OK : AUTH_REFUSED;
	if (strncasecmp(header, "Basic ", 6) == 0)
		return check_basic(auth, header + 6, now);
	return AUTH_REFUSED;
}
