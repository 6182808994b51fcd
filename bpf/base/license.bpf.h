/* SPDX-License-Identifier: GPL-2.0 */
/*
 * license.bpf.h - each object's licence, and the compiler that made it.
 *
 * The tag lies in the object's BTF, which llvm-strip leaves and the kernel is given too: `bpftool
 * btf dump` shows it of a loaded program. No object lacks it, for without a licence none loads.
 */
#ifndef WEIR_BPF_BASE_LICENSE_BPF_H
#define WEIR_BPF_BASE_LICENSE_BPF_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "bpf/abi/abi.h"

char LICENSE[] SEC("license")
	__attribute__((btf_decl_tag(WEIR_COMPILER_TAG "clang " __clang_version__))) = "GPL";

#endif
