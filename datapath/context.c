// SPDX-License-Identifier: GPL-2.0
/* context.c - opening and closing. */
#include <errno.h>
#include <string.h>
#include "cleanup.h"
#include "context.h"
#include "libbpf_log.h"

int weir_open(const struct weir_options *options, struct weir **ret_weir, struct weir_error *err)
{
	const char *root = options && options->root ? options->root : WEIR_DEFAULT_ROOT;
	_cleanup_free_ struct weir *weir = calloc(1, sizeof(*weir));
	int ret;

	if (!weir)
		return weir_error_set(err, ENOMEM, "out of memory");
	if (root[0] != '/' || strlen(root) >= sizeof(weir->root) || strlen(root) < 2)
		return weir_error_set(err, EINVAL, "pin directory '%s' is no absolute path", root);
	strcpy(weir->root, root);
	for (int i = 0; i < WEIR_MAPS; i++)
		weir->maps[i] = -1;
	libbpf_log_capture();
	ret = netns_open(&weir->netns, options ? options->netns : NULL, err);
	if (ret) {
		netns_close(&weir->netns);
		return ret;
	}
	weir->netns_named = options && options->netns;
	*ret_weir = TAKE_PTR(weir);
	return 0;
}

void weir_close(struct weir *weir)
{
	if (!weir)
		return;
	netns_close(&weir->netns);
	for (int i = 0; i < WEIR_MAPS; i++)
		close_fd(&weir->maps[i]);
	free(weir);
}
