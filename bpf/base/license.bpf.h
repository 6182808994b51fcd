/* SPDX-License-Identifier: GPL-2.0 */
/*
 * license.bpf.h - the licence of an object, and the compiler that built it.
 *
 * The tag is in the object's BTF. llvm-strip keeps it, and libbpf passes it to the kernel, so
 * `bpftool btf dump` shows it for a loaded program. Every object has the tag: without a licence it
 * would not load.
 */
#ifndef WEIR_BPF_BASE_LICENSE_BPF_H
#define WEIR_BPF_BASE_LICENSE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"

char LICENSE[] SEC("license")
	__attribute__((btf_decl_tag(WEIR_COMPILER_TAG "clang " __clang_version__))) = "GPL";

#endif
