/* SPDX-License-Identifier: GPL-2.0 */
/* weave.h - the instructions of an expression become part of a socket's program. */
#ifndef WEIR_SOCKETS_WEAVE_H
#define WEIR_SOCKETS_WEAVE_H

#include "datapath/sockets/classic.h"

/*
 * Tells libbpf of WEIR_SOCKET_SECTION; before an object with such a section is opened. Once for
 * the process.
 */
int weave_register(void);

/*
 * What the next program of that section that this thread loads has for its expression; NULL: it
 * has none. Borrowed till then.
 */
void weave_next(const struct insns *insns);

/*
 * `program`, an array of count instructions, with the function that has the marker replaced from
 * there on. -EPROTO: there is no marker, or it is not in the last function. Pure.
 */
int weave(const struct bpf_insn *program, size_t count, const struct insns *insns,
	  struct insns *ret_woven);

#endif
