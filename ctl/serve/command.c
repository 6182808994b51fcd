// SPDX-License-Identifier: GPL-2.0
/*
 * command.c - ctl serve: its options. It executes weir-serve, because no other command needs the
 * libraries for HTTP and TLS.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ctl/serve/command.h"
#include "datapath/base/cleanup.h"

#define AT(field) offsetof(struct serve_options, field)

static const struct arg args[] = {
	{ "listen", 0, ARG_VALUE, AT(listen), "ADDR:PORT",
	  "address to listen on; default 127.0.0.1:9435" },
	{ "config", 0, ARG_VALUE, AT(config), "FILE",
	  "TLS, passwords and token; required except on loopback", &choices_files },
	{ "insecure", 0, ARG_FLAG, AT(insecure), NULL,
	  "allow any address without TLS and passwords" },
	{ "max-scrapes", 0, ARG_VALUE, AT(scrapes), "N",
	  "concurrent requests for documents; default 8; more get 503" },
	{ "no-probes", 0, ARG_FLAG, AT(no_probes), NULL,
	  "load no tracepoint programs: no kernel drops, no health" },
	{},
};

/* Returns the directory of the running file; resolves symbolic links. */
static int own_folder(char ret_folder[PATH_MAX], struct weir_error *err)
{
	ssize_t length = readlink("/proc/self/exe", ret_folder, PATH_MAX - 1);

	if (length < 0) {
		int error = errno;

		snprintf(err->text, sizeof(err->text), "cannot read '/proc/self/exe': %s",
			 strerror(error));
		return -error;
	}
	ret_folder[length] = '\0';
	*strrchr(ret_folder, '/') = '\0';
	return 0;
}

/* Executes weir-serve. Returns only on failure. */
static int become_server(char *const *argv, struct weir_error *err)
{
	/* in the build directory, and installed */
	static const char *const places[] = { "", "/../libexec/weir" };
	char folder[PATH_MAX], path[PATH_MAX + 64];
	int ret = own_folder(folder, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), "%s%s/weir-serve", folder, places[i]);
		execv(path, argv);
		if (errno == ENOENT)
			continue;
		ret = -errno;
		snprintf(err->text, sizeof(err->text), "cannot execute '%.512s': %s", path,
			 strerror(-ret));
		return ret;
	}
	snprintf(err->text, sizeof(err->text),
		 "`ctl serve` executes weir-serve, which is neither in '%.256s' nor in '%.256s%s': "
		 "install weir again",
		 folder, folder, places[1]);
	return -ENOENT;
}

static int run(const struct invocation *inv, const void *bound)
{
	struct weir_error err;

	(void)bound; /* weir-serve checks the values */
	if (setenv(SERVE_CALLER, SERVE_VERSION, 1) < 0)
		return ctl_failed(&(struct weir_error){ "out of memory" });
	become_server(inv->argv, &err);
	return ctl_failed(&err);
}

const struct command cmd_serve = {
	.name = "serve",
	.summary = "serve metrics for Prometheus, an API and a web page",
	.description =
		"Serves /metrics (Prometheus, OpenMetrics), /api/v1/{status,counters,flows,where,tcp,\n"
		"sockets,drops,health,tune} (the JSON of -j), /api/v1/stream (server-sent events),\n"
		"/healthz, and a page at /, over HTTP until Ctrl-C. It is read-only, and counting\n"
		"does not depend on it. It counts kernel drops and health from its start, with programs\n"
		"on tracepoints, which it removes when it ends.\n"
		"It listens on loopback only, unless you configure TLS and a token or passwords. FILE\n"
		"is YAML as in Prometheus's exporter toolkit: tls_server_config with cert_file and\n"
		"key_file, basic_auth_users, and bearer_token_file.\n"
		"One process reads the maps; another one, without privileges, talks to the network.",
	.args = args,
	.options_size = sizeof(struct serve_options),
	.run = run,
};
