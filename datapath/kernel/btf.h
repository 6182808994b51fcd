/* SPDX-License-Identifier: GPL-2.0 */
/* btf.h - types of the kernel and its modules. */
#ifndef WEIR_KERNEL_BTF_H
#define WEIR_KERNEL_BTF_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "datapath/base/error.h"

/* A type with a name that stands by itself: a FUNC, a TYPEDEF, a STRUCT. */
struct btf_item {
	const char *name;
	const struct btf *btf; /* a module's one has the ids of the kernel's too */
	const char *module;    /* NULL: the kernel */
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

/* modules: those too, of /sys/kernel/btf. -ENOENT: the kernel has no BTF (CONFIG_DEBUG_INFO_BTF) */
int kernel_btf_load(bool modules, struct kernel_btf *ret_btf, struct weir_error *err);
void kernel_btf_free(struct kernel_btf *btf);

/*
 * Every type of one kind (BTF_KIND_*) whose name begins with the prefix, in the kernel and in the
 * modules that were loaded with it; borrows their names. -ENOMEM.
 */
int kernel_btf_items(const struct kernel_btf *btf, uint32_t kind, const char *prefix,
		     struct btf_items *ret_items);
void btf_items_free(struct btf_items *items);

/* The first of that name; NULL: there is none. */
const struct btf_item *btf_items_find(const struct btf_items *items, const char *name);

/*
 * A declaration as C has it, without the name of its type's members: "struct sk_buff *skb",
 * "u8 addr[6]", "int (*fn)(void *)". name "": the type alone. Cut short where it does not fit.
 */
void btf_declare(const struct btf *btf, uint32_t type, const char *name, char *ret_text,
		 size_t size);

/* Of the prototype of a FUNC, or of a FUNC_PROTO itself. NULL: it is neither. */
const struct btf_type *btf_prototype(const struct btf *btf, uint32_t id);

/* Arguments of a tracepoint, the hidden first one not counted; -1: there is no such tracepoint. */
int tracepoint_arguments(const struct btf *btf, const char *name);

#endif
