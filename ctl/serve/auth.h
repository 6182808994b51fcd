/* SPDX-License-Identifier: GPL-2.0 */
/*
 * auth.h - TLS and authentication: the configuration file of `ctl serve`, a subset of the YAML of
 * Prometheus's exporter toolkit, and the check of an Authorization header.
 */
#ifndef CTL_SERVE_AUTH_H
#define CTL_SERVE_AUTH_H

#include "datapath/weir.h"

#define AUTH_USERS 32
#define AUTH_TOKEN_MIN 16 /* characters */

struct auth_user {
	char *name;
	char *hash; /* a hash of crypt(3): bcrypt, yescrypt, SHA-512 */
};

struct http_auth {
	char *certificate; /* PEM; NULL: no TLS */
	char *key;
	char *token; /* NULL: no token */
	struct auth_user users[AUTH_USERS];
	size_t user_count;
	unsigned char salt[32];     /* salt of the digests */
	unsigned char known[8][32]; /* digests of passwords that were valid */
	size_t known_next;
	double allowance; /* number of hashes that may be computed now */
	double refilled;  /* CLOCK_MONOTONIC in seconds */
};

/* Reads the file, and the files that it names, relative to it. Returns 0 or -errno. */
int http_auth_load(const char *file, struct http_auth *ret_auth, struct weir_error *err);
void http_auth_free(struct http_auth *auth);

/* Returns true if requests need a token or a password. */
bool http_auth_needed(const struct http_auth *auth);

enum auth_result {
	AUTH_OK,
	AUTH_REFUSED,
	AUTH_BUSY, /* too many passwords in a short time; try again later */
};

/*
 * header: the Authorization header, or NULL. Password hashes take tens of milliseconds by design,
 * so at most four are computed in a second. Digests of valid passwords are cached.
 */
enum auth_result http_auth_check(struct http_auth *auth, const char *header, double now);

#endif
