/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bound.bpf.h - bounds checks that the compiler cannot remove.
 *
 * The verifier must see that an index or a length is in bounds. A check in C does not ensure that.
 * A compiler that proves the check redundant, sometimes from other functions, drops it. A compiler
 * that keeps it may check one copy of the value and use another, or spill half of it. The compiler
 * cannot look into BOUND(), so the bound is where the verifier needs it in every build.
 */
#ifndef WEIR_BPF_BASE_BOUND_BPF_H
#define WEIR_BPF_BASE_BOUND_BPF_H

#include <linux/types.h>

/*
 * Returns `value` as 64 bits if it is below the constant `count`. Otherwise returns its lower bits
 * if `count` is a power of two, which costs one instruction, or else 0, which costs a branch. Use
 * it in the expression that needs the bound, not earlier.
 */
#define BOUND(value, count)                                                              \
	({                                                                               \
		__u64 _bound = (value);                                                  \
		if (((count) & ((count)-1)) == 0)                                        \
			asm("%0 &= %1" : "+r"(_bound) : "i"((count)-1));                 \
		else                                                                     \
			asm("if %0 < %1 goto +1\n\t%0 = 0" : "+r"(_bound) : "i"(count)); \
		_bound;                                                                  \
	})

#endif
