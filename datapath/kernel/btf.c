// SPDX-License-Identifier: GPL-2.0
/* btf.c - see btf.h. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/by_name.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/btf.h"

#define BTF_FOLDER "/sys/kernel/btf"

void kernel_btf_free(struct kernel_btf *btf)
{
	for (size_t i = 0; i < btf->module_count; i++) {
		btf__free(btf->modules[i].btf);
		free(btf->modules[i].name);
	}
	free(btf->modules);
	btf__free(btf->vmlinux);
	*btf = (struct kernel_btf){};
}

/* A module may be unloaded meanwhile. Then it has nothing to probe. */
static int add_module(struct kernel_btf *btf, const char *name)
{
	struct kernel_btf_module *grown, module;

	grown = realloc(btf->modules, (btf->module_count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	btf->modules = grown;
	module = (struct kernel_btf_module){ strdup(name),
					     btf__load_module_btf(name, btf->vmlinux) };
	if (!module.name || !module.btf) {
		free(module.name);
		btf__free(module.btf);
		return module.name ? 0 : -ENOMEM;
	}
	grown[btf->module_count++] = module;
	return 0;
}

static int load_modules(struct kernel_btf *btf)
{
	_cleanup_closedir_ DIR *dir = opendir(BTF_FOLDER);
	struct dirent *entry;
	int ret = 0;

	while (!ret && dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "vmlinux") != 0)
			ret = add_module(btf, entry->d_name);
	}
	return ret;
}

int kernel_btf_load(bool modules, struct kernel_btf *ret_btf, struct weir_error *err)
{
	_cleanup_(kernel_btf_free) struct kernel_btf btf = {};
	int ret;

	btf.vmlinux = btf__load_vmlinux_btf();
	if (!btf.vmlinux) {
		ret = -errno;
		return weir_error_set(err, ret == -ESRCH ? -ENOENT : ret,
				      "cannot read the types of the kernel in '%s/vmlinux' "
				      "(CONFIG_DEBUG_INFO_BTF): %s",
				      BTF_FOLDER, weir_error_text(ret));
	}
	ret = modules ? load_modules(&btf) : 0;
	if (ret)
		return weir_error_set(err, ret, "out of memory");
	*ret_btf = btf;
	btf = (struct kernel_btf){};
	return 0;
}

/* --- items --- */

void btf_items_free(struct btf_items *items)
{
	free(items->items);
	*items = (struct btf_items){};
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct btf_item *)a)->name, ((const struct btf_item *)b)->name);
}

static int add_item(struct btf_items *items, size_t *room, struct btf_item item)
{
	if (items->count == *room) {
		size_t more = *room ? 2 * *room : 1024;
		struct btf_item *grown = realloc(items->items, more * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		items->items = grown;
		*room = more;
	}
	items->items[items->count++] = item;
	return 0;
}

static int add_items(const struct btf *btf, uint32_t from, const char *module, uint32_t kind,
		     const char *prefix, struct btf_items *items, size_t *room)
{
	size_t length = strlen(prefix);
	uint32_t end = btf__type_cnt(btf);

	for (uint32_t id = from; id < end; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name;

		if (btf_kind(type) != kind)
			continue;
		name = btf__name_by_offset(btf, type->name_off);
		if (!name || !*name || strncmp(name, prefix, length) != 0)
			continue;
		if (add_item(items, room, (struct btf_item){ name, btf, module, id }) < 0)
			return -ENOMEM;
	}
	return 0;
}

int kernel_btf_items(const struct kernel_btf *btf, uint32_t kind, const char *prefix,
		     struct btf_items *ret_items)
{
	_cleanup_(btf_items_free) struct btf_items items = {};
	size_t room = 0;
	int ret = add_items(btf->vmlinux, 1, NULL, kind, prefix, &items, &room);

	for (size_t i = 0; !ret && i < btf->module_count; i++)
		ret = add_items(btf->modules[i].btf, btf__type_cnt(btf->vmlinux),
				btf->modules[i].name, kind, prefix, &items, &room);
	if (ret)
		return ret;
	if (items.count)
		qsort(items.items, items.count, sizeof(*items.items), compare);
	*ret_items = items;
	items = (struct btf_items){};
	return 0;
}

const struct btf_item *btf_items_find(const struct btf_items *items, const char *name)
{
	static_assert(offsetof(struct btf_item, name) == 0, "as by_name() takes it");

	return by_name(items->items, items->count, sizeof(*items->items), name);
}

const struct btf_type *btf_prototype(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	if (type && btf_is_func(type))
		type = btf__type_by_id(btf, type->type);
	return type && btf_is_func_proto(type) ? type : NULL;
}

int tracepoint_arguments(const struct btf *btf, const char *name)
{
	char type_name[64];
	const struct btf_type *type;
	int id;

	snprintf(type_name, sizeof(type_name), "btf_trace_%s", name);
	id = btf__find_by_name_kind(btf, type_name, BTF_KIND_TYPEDEF);
	type = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
	if (type)
		type = btf__type_by_id(btf, type->type); /* pointer to the prototype */
	if (!type || !btf_is_ptr(type))
		return -1;
	type = btf__type_by_id(btf, type->type);
	return type && btf_is_func_proto(type) ? btf_vlen(type) - 1 : -1;
}
