// SPDX-License-Identifier: GPL-2.0
/* serve_auth.c - fuzzes the Authorization header of requests to ctl serve. */
#include "ctl/serve/auth.h"
#include "fuzz/fuzz.h"

/*
 * The hash matches no password. Only a few attempts are checked, because hashing is slow on
 * purpose.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_auth auth = {
		.token = (char *)"0123456789abcdef",
		.users = { { (char *)"me", (char *)"$6$weirweir$none" } },
		.user_count = 1,
	};
	_cleanup_free_ char *header = text_of(data, size);

	if (http_auth_check(&auth, header, 1000) == AUTH_OK)
		HOLDS(strstr(header, auth.token));
	return 0;
}
