// SPDX-License-Identifier: GPL-2.0
/*
 * serve_config.c - fuzzes the configuration file of ctl serve. The file "token" beside it has a
 * token.
 */
#include <limits.h>
#include "ctl/serve/auth.h"
#include "fuzz/fuzz.h"

static char folder[PATH_MAX - 16];

static void write_file(const char *name, const void *data, size_t size)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path); /* otherwise a file system may write it to the disk when it is replaced */
	f = fopen(path, "we");
	HOLDS(f && fwrite(data, 1, size, f) == size);
}

static void remove_folder(void)
{
	static const char *const names[] = { "token", "web.yml" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static void make_folder(void)
{
	const char *above = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/weir-fuzz-XXXXXX", above ? above : "/tmp");
	HOLDS(mkdtemp(folder));
	atexit(remove_folder);
	write_file("token", "0123456789abcdef\n", 17);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_auth auth = {};
	struct weir_error err = {};
	char path[PATH_MAX];

	if (!*folder)
		make_folder();
	/* Skip inputs with paths to other files, which may be anything. */
	if (memchr(data, '/', size))
		return 0;
	write_file("web.yml", data, size);
	snprintf(path, sizeof(path), "%s/web.yml", folder);
	if (http_auth_load(path, &auth, &err) == 0)
		http_auth_free(&auth);
	else
		HOLDS(err.text[0] && !strchr(err.text, '\n'));
	return 0;
}
