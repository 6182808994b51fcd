// SPDX-License-Identifier: GPL-2.0
/* sock_diag.c - fuzzes the parser of replies of sock_diag(7): TCP sockets. */
#include "datapath/tcp/diag.h"
#include "fuzz/fuzz.h"

static int on_socket(const struct tcp_diag *socket, void *arg)
{
	(void)socket, (void)arg;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ void *answer = bytes_of(data, size);

	tcp_diag_parse(answer, size, 0, on_socket, NULL);
	return 0;
}
