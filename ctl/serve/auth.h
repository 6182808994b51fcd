/* SPDX-License-Identifier: GPL-2.0 */
/*
 * auth.h - TLS and who may ask: the configuration file of `ctl serve`, in the YAML of
 * Prometheus's exporter toolkit as far as it goes, and the check of an Authorization header.
 */
#ifndef CTL_SERVE_AUTH_H
#define CTL_SERVE_AUTH_H

#include "datapath/weir.h"

#define AUTH_USERS 32
#define AUTH_TOKEN_MIN 16 /* characters */

struct auth_user {
	char *name;
	char *hash; /* as crypt(3) makes: bcrypt, yescrypt, SHA-512 */
};

struct http_auth {
	char *certificate; /* PEM; NULL: no TLS */
	char *key;
	char *token; /* NULL: none */
	struct auth_user users[AUTH_USERS];
	size_t user_count;
	unsigned char salt[32];     /* of the digests */
	unsigned char known[8][32]; /* digests of passwords that were right */
	size_t known_next;
	double allowance; /* hashes that may be tried now */
	double refilled;  /* CLOCK_MONOTONIC, seconds */
};

/* Reads the file and those that it names; relative names are relative to it. 0 or -errno. */
int http_auth_load(const char *file, struct http_auth *ret_auth, struct weir_error *err);
void http_auth_free(struct http_auth *auth);

/* Whether anybody has to prove who they are. */
bool http_auth_needed(const struct http_auth *auth);

enum auth_result {
	AUTH_OK,
	AUTH_REFUSED,
	AUTH_BUSY, /* too many passwords were tried within a moment: later */
};

/*
 * header: of Authorization, NULL: none. A password hash costs tens of milliseconds on purpose, so
 * that there are at most four a second; one that was right is remembered, as a digest.
 */
enum auth_result http_auth_check(struct http_auth *auth, const char *header, double now);

#endif
