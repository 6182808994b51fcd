// SPDX-License-Identifier: GPL-2.0
/* context.c - opens and closes a context. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/base/libbpf_log.h"
#include "datapath/state/context.h"
#include "datapath/state/state.h"

static int set_root(struct weir *weir, const char *root, struct weir_error *err)
{
	size_t len = strlen(root);

	if (root[0] != '/')
		return weir_error_set(err, EINVAL, "pin directory '%s' is not an absolute path",
				      root);
	while (len && root[len - 1] == '/') /* the parent has to be a bpffs */
		len--;
	if (!len)
		return weir_error_set(err, EINVAL, "pin directory '%s' is the root directory",
				      root);
	if (len >= sizeof(weir->root))
		return weir_error_set(err, ENAMETOOLONG, "pin directory '%.900s' is too long",
				      root);
	memcpy(weir->root, root, len);
	weir->root[len] = '\0';
	if (strchr(strrchr(weir->root, '/'), '.'))
		return weir_error_set(err, EINVAL,
				      "pin directory '%s' has a dot in its name, which a bpffs "
				      "refuses",
				      root);
	return 0;
}

int weir_open(const struct weir_options *options, struct weir **ret_weir, struct weir_error *err)
{
	const char *root = options && options->root ? options->root : WEIR_DEFAULT_ROOT;
	_cleanup_free_ struct weir *weir = calloc(1, sizeof(*weir));
	int ret;

	if (!weir)
		return weir_error_set(err, ENOMEM, "out of memory");
	ret = set_root(weir, root, err);
	if (ret)
		return ret;
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

int netns_home_interfaces(struct weir *weir, const struct interfaces **ret_interfaces,
			  struct weir_error *err)
{
	int ret = netns_interfaces(&weir->netns, netns_home(&weir->netns), ret_interfaces);

	return ret ? weir_error_set(err, ret, "cannot list the interfaces: %s",
				    weir_error_text(ret))
		   : 0;
}
