/* SPDX-License-Identifier: GPL-2.0 */
/*
 * place.h - where a program keeps the arguments of a USDT probe, as its assembler said it:
 * "%eax", "-20(%rbp)", "8(%rax,%rbx,4)", "$5", "12+name(%rip)". x86-64 alone.
 */
#ifndef WEIR_PROBES_SESSION_PLACE_H
#define WEIR_PROBES_SESSION_PLACE_H

#include "bpf/probes/shared.h"
#include "datapath/elf/usdt.h"

/*
 * path: of the file, for variables that are named. -EINVAL: not understood; -ENOENT: it has no such
 * variable; -ENOTSUP: another machine, or a floating-point number.
 */
int probe_place_parse(const struct usdt_location *location, const struct usdt_arg *arg,
		      const char *path, struct probe_place_arg *ret_arg);

#endif
