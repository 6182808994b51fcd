/* SPDX-License-Identifier: GPL-2.0 */
/* weave.h - inserts the instructions of an expression into a socket filter. */
#ifndef WEIR_SOCKETS_WEAVE_H
#define WEIR_SOCKETS_WEAVE_H

#include "datapath/sockets/classic.h"

/*
 * Registers a handler for WEIR_SOCKET_SECTION in libbpf. Call it once per process, before opening
 * an object with that section.
 */
int weave_register(void);

/*
 * Sets the expression of the next program in that section that this thread loads; NULL: no
 * expression. Must stay valid until then.
 */
void weave_next(const struct insns *insns);

/*
 * Replaces the end of a function in `program`, an array of `count` instructions, from the marker
 * on. Returns -EPROTO if there is no marker, or it is not in the last function. No side effects.
 */
int weave(const struct bpf_insn *program, size_t count, const struct insns *insns,
	  struct insns *ret_woven);

#endif
