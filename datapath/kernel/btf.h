/* SPDX-License-Identifier: GPL-2.0 */
/* btf.h - the BTF of the kernel and its modules. */
#ifndef WEIR_KERNEL_BTF_H
#define WEIR_KERNEL_BTF_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

/* A named type that is not part of another: a FUNC, a TYPEDEF, a STRUCT. */
struct btf_item {
	const char *name;
	const struct btf *btf; /* BTF of a module includes the kernel's ids */
	const char *module;    /* NULL: the kernel itself */
	uint32_t id;
};

struct btf_items {
	struct btf_item *items; /* by name */
	size_t count;
};

struct kernel_btf {
	struct btf *vmlinux;
	struct kernel_btf_module {
		char *name;
		struct btf *btf;
	} * modules;
	size_t module_count;
};

/*
 * Loads the kernel's BTF. modules: also that of modules, from /sys/kernel/btf. Returns -ENOENT if
 * the kernel has no BTF (CONFIG_DEBUG_INFO_BTF).
 */
int kernel_btf_load(bool modules, struct kernel_btf *ret_btf, struct weir_error *err);
void kernel_btf_free(struct kernel_btf *btf);

/*
 * Collects the types of one kind (BTF_KIND_*) whose names start with the prefix, from the kernel
 * and the loaded modules. Borrows the names. Returns -ENOMEM.
 */
int kernel_btf_items(const struct kernel_btf *btf, uint32_t kind, const char *prefix,
		     struct btf_items *ret_items);
void btf_items_free(struct btf_items *items);

/* Returns the first item with that name, or NULL. */
const struct btf_item *btf_items_find(const struct btf_items *items, const char *name);

/*
 * Formats a C declaration, without members of structures: "struct sk_buff *skb", "u8 addr[6]", "int
 * (*fn)(void *)". If name is "", formats the type alone. Truncates to `size`.
 */
void btf_declare(const struct btf *btf, uint32_t type, const char *name, char *ret_text,
		 size_t size);

/* Returns the prototype of a FUNC, or a FUNC_PROTO itself; NULL for other types. */
const struct btf_type *btf_prototype(const struct btf *btf, uint32_t id);

/*
 * Number of arguments of a tracepoint, without the hidden first one; -1 if there is no such
 * tracepoint.
 */
int tracepoint_arguments(const struct btf *btf, const char *name);

#endif
