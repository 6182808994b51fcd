// SPDX-License-Identifier: GPL-2.0
/*
 * test_serve_fuzz.c - random queries, Authorization headers and configurations for ctl serve: it
 * must not crash or leak, and must give a sentence with each refusal. WEIR_SEED repeats a run.
 */
#include <errno.h>
#include "ctl/serve/endpoints.h"
#include "ctl/tests/web_folder.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

#define QUERIES 20000
#define HEADERS 50000
#define CONFIGS 4000

/* Makes random bytes except NUL, or text that is almost valid. */
static void make_text(uint64_t *random, const char *const *words, size_t count, char *text,
		      size_t size)
{
	size_t n = 0;

	while (n + 1 < size && random_below(random, 8)) {
		const char *word = words[random_below(random, (uint32_t)count)];

		if (random_below(random, 5))
			n += (size_t)snprintf(text + n, size - n, "%s", word);
		else
			text[n++] = (char)(1 + random_below(random, 255));
		if (n >= size)
			n = size - 1;
	}
	text[n] = '\0';
}

/* --- queries --- */

static const char *const values[] = {
	"1",    "0",      "true", "10000",   "10001", "-1",     " ",        "bytes", "rate",
	"host", "reason", ",",    "netns",   "all",   "closed", "tcp",      "udp",   " and ",
	"(",    ")",      "not ", "port 80", "dst ",  "net ",   "10.0.0/8", "::1",   "established",
};
static const char *const names[] = {
	"top", "sort", "by", "filter", "rate", "bidirectional", "state", "closed", "histogram",
};

/* The reader has exited, so only errors in the query can come first. */
TEST(random_queries)
{
	static int (*const documents[])(struct server *, const struct query *,
					struct reply *) = { http_flows, http_tcp, http_drops,
							    http_where };
	struct reader reader = { .socket = -1 };
	struct server server = { .reader = &reader };
	uint64_t random = test_seed();
	unsigned int wrong = 0, right = 0;
	FILE *out = tmpfile();

	assert_non_null(out);
	for (int round = 0; round < QUERIES; round++) {
		char text[HTTP_PARAMETERS][200];
		struct query query = { .count = random_below(&random, HTTP_PARAMETERS) };
		struct reply reply = { .out = out };
		int ret;

		for (size_t i = 0; i < query.count; i++) {
			make_text(&random, values, ARRAY_SIZE(values), text[i], sizeof(text[i]));
			query.names[i] = names[random_below(&random, ARRAY_SIZE(names))];
			query.values[i] = text[i];
		}
		ret = documents[random_below(&random, ARRAY_SIZE(documents))](&server, &query,
									      &reply);
		assert_true(ret == -EINVAL || ret == -EPIPE);
		assert_true(reply.err.text[0]); /* it may quote anything; JSON escapes it */
		wrong += ret == -EINVAL;
		right += ret == -EPIPE;
	}
	fclose(out);
	assert_true(wrong > QUERIES / 10 && right > QUERIES / 100);
}

/* --- authorization --- */

TEST(random_headers_open_nothing)
{
	static const char *const words[] = { "Bearer ", "bearer", "Basic ",
					     "basic  ", "bWU6",   "c2VjcmV0",
					     "=",       "==",     "0123456789abcde",
					     ":",       " ",      "bWU6c2VjcmV1" };
	struct http_auth auth = {};
	struct weir_error err = {};
	uint64_t random = test_seed();

	write_file("token", "0123456789abcdef\n");
	write_file("web.yml", "bearer_token_file: token\nbasic_auth_users: {me: " HASH "}\n");
	assert_int_equal(http_auth_load(config, &auth, &err), 0);
	for (int round = 0; round < HEADERS; round++) {
		char header[400];
		enum auth_result result;

		make_text(&random, words, ARRAY_SIZE(words), header, sizeof(header));
		result = http_auth_check(&auth, header, 1000);
		/* A random header may contain the token or the password. */
		if (result == AUTH_OK && !strstr(header, "0123456789abcdef") &&
		    !strstr(header, "bWU6c2VjcmV0"))
			fail_msg("'%s' opened", header);
	}
	http_auth_free(&auth);
}

TEST(random_configurations)
{
	static const char *const words[] = {
		"tls_server_config",
		"cert_file",
		"key_file",
		"basic_auth_users",
		"bearer_token_file",
		": ",
		":",
		"\n",
		"\n  ",
		"{",
		"}",
		"[",
		"]",
		", ",
		"token",
		"cert.pem",
		"me",
		HASH,
		"'",
		"\"",
		"- ",
		"&a ",
		"*a",
		"!!int ",
		"---\n",
		"#",
		"|\n",
		"\t",
		"bearer_token_file: token\n",
		"basic_auth_users: {me: " HASH "}\n",
	};
	uint64_t random = test_seed();
	unsigned int taken = 0;

	write_file("cert.pem", "not PEM\n");
	for (int round = 0; round < CONFIGS; round++) {
		char text[2000];
		struct http_auth auth = {};
		struct weir_error err = {};

		make_text(&random, words, ARRAY_SIZE(words), text, sizeof(text));
		write_file("web.yml", text);
		if (http_auth_load(config, &auth, &err) == 0) {
			taken++;
			http_auth_free(&auth);
		} else {
			assert_true(err.text[0] && !strchr(err.text, '\n'));
		}
	}
	assert_true(taken > 0);
}

/* The file that a configuration names may contain anything. */
TEST(random_tokens)
{
	uint64_t random = test_seed();
	unsigned int taken = 0;

	write_file("web.yml", "bearer_token_file: token\n");
	for (int round = 0; round < CONFIGS; round++) {
		static const char *const words[] = { "0123456789abcdef", "\n", " ", "x" };
		char text[400];
		struct http_auth auth = {};
		struct weir_error err = {};

		make_text(&random, words, ARRAY_SIZE(words), text, sizeof(text));
		write_file("token", text);
		if (http_auth_load(config, &auth, &err) == 0) {
			taken++;
			assert_true(strlen(auth.token) >= 16);
			http_auth_free(&auth);
		} else {
			assert_true(err.text[0] && !strchr(err.text, '\n'));
		}
	}
	assert_true(taken > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_queries),
		cmocka_unit_test(random_headers_open_nothing),
		cmocka_unit_test(random_configurations),
		cmocka_unit_test(random_tokens),
	};

	return cmocka_run_group_tests_name("serve-fuzz", tests, make_folder, remove_folder);
}
