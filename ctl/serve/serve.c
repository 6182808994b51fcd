// SPDX-License-Identifier: GPL-2.0
/* serve.c - see serve.h. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include "ctl/frame/watch.h"
#include "ctl/serve/listen_option.h"
#include "ctl/serve/loop.h"
#include "ctl/serve/privileges.h"
#include "ctl/serve/serve.h"
#include "datapath/base/cleanup.h"

#define SCRAPES_AT_ONCE 8

/* Without TLS and authentication, addresses other than loopback need --insecure. */
static int check_secure(const struct serve_options *options, const struct listen_address *address,
			const struct http_auth *auth)
{
	struct weir_error err;

	if (address->loopback || options->insecure || (auth->certificate && http_auth_needed(auth)))
		return EXIT_DONE;
	snprintf(err.text, sizeof(err.text),
		 "'%s' is not loopback: everybody there could read the traffic of this machine; "
		 "give --config FILE with %s, or --insecure",
		 address->text,
		 auth->certificate        ? "a token or passwords"
		 : http_auth_needed(auth) ? "certificate and key"
					  : "certificate and key, and a token or passwords");
	return ctl_failed(&err);
}

static int listen_on(const struct listen_address *address, int *ret_socket, struct weir_error *err)
{
	_cleanup_close_ int fd = socket(address->storage.ss_family,
					SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address->storage, address->length) < 0 ||
	    listen(fd, 128) < 0) {
		int error = errno;

		snprintf(err->text, sizeof(err->text), "cannot listen on '%s': %s", address->text,
			 strerror(error));
		return -error;
	}
	*ret_socket = TAKE_FD(fd);
	return 0;
}

/* Prints the address (with port 0, the kernel chose the port) and the processes. */
static void announce(int fd, const struct http_auth *auth, const struct reader *reader,
		     const char *rights)
{
	struct sockaddr_storage storage;
	socklen_t length = sizeof(storage);
	char host[64] = "", port[16] = "";

	if (getsockname(fd, (struct sockaddr *)&storage, &length) == 0)
		getnameinfo((struct sockaddr *)&storage, length, host, sizeof(host), port,
			    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	printf("http%s://%s%s%s:%s/ until Ctrl-C; metrics at /metrics\n",
	       auth->certificate ? "s" : "", strchr(host, ':') ? "[" : "", host,
	       strchr(host, ':') ? "]" : "", port);
	printf("the process that serves (pid %d): %s\n", (int)getpid(), rights);
	if (reader->words.drops[0])
		printf("no kernel drops: %s\n", reader->words.drops);
	if (reader->words.health[0])
		printf("no health: %s\n", reader->words.health);
	printf("the process that reads the maps (pid %d): %s\n", (int)reader->pid,
	       reader->words.rights);
	fflush(stdout);
}

static int serve(const struct invocation *inv, const struct serve_options *options,
		 struct server *server, const struct listen_address *address)
{
	struct reader *reader = server->reader;
	struct weir_error err = {};
	char rights[256];
	int fd = -1, ret = listen_on(address, &fd, &err);

	if (ret)
		return ctl_failed(&err);
	ret = reader_start(inv, !options->no_probes, reader, &err);
	if (!ret && privileges_of_server(rights, sizeof(rights)) < 0) {
		snprintf(err.text, sizeof(err.text), "cannot give up privileges");
		ret = -EPERM;
	}
	if (ret) {
		close(fd);
		reader_stop(reader);
		return ctl_failed(&err);
	}
	watch_begin();
	announce(fd, server->auth, reader, rights);
	ret = http_serve(server, fd, &err);
	reader_stop(reader);
	return ret ? ctl_failed(&err) : EXIT_DONE;
}

/* Opens the pins and the namespace once, to report errors now and not to a browser. */
static int look(const struct invocation *inv)
{
	_cleanup_(weir_attachments_free) struct weir_attachments list = {};
	_cleanup_(close_weir) struct weir *weir = NULL;
	struct weir_error err = {};

	if (open_weir(inv, &weir, &err) < 0 || weir_list(weir, &list, &err) < 0)
		return ctl_failed(&err);
	return EXIT_DONE;
}

static void auth_free(struct http_auth *auth)
{
	http_auth_free(auth);
}

int serve_run(const struct invocation *inv, const void *bound)
{
	const struct serve_options *options = bound;
	_cleanup_(auth_free) struct http_auth auth = {};
	struct reader reader = { .socket = -1 };
	struct server server = { .auth = &auth, .reader = &reader, .most = SCRAPES_AT_ONCE };
	struct listen_address address;
	struct weir_error err = {};

	if (listen_option(options->listen ? options->listen : "127.0.0.1:9435", &address) < 0)
		return usage_error(
			inv,
			"--listen takes ADDR:PORT, such as 127.0.0.1:9435, [::1]:9435 or "
			":9435 for all addresses, not '%s'",
			options->listen);
	if (options->scrapes && count_option(options->scrapes, 1000, &server.most) < 0)
		return usage_error(inv, "--max-scrapes is a number from 1 to 1000, not '%s'",
				   options->scrapes);
	if (options->config && http_auth_load(options->config, &auth, &err) < 0)
		return ctl_failed(&err);
	if (check_secure(options, &address, &auth) || look(inv))
		return EXIT_FAILED;
	server.loopback = address.loopback;
	snprintf(server.address, sizeof(server.address), "%s", address.host);
	return serve(inv, options, &server, &address);
}
