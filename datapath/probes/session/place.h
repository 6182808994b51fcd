/* SPDX-License-Identifier: GPL-2.0 */
/*
 * place.h - parses the location of a USDT argument, in assembler syntax.
 *
 *   x86     "%eax", "-20(%rbp)", "8(%rax,%rbx,4)", "$5", "12+name(%rip)"
 *   arm64   "x0", "w0", "[sp, 12]", "[x0, x1, lsl 3]", "5", "[x2, #:lo12:name+8]"
 */
#ifndef WEIR_PROBES_SESSION_PLACE_H
#define WEIR_PROBES_SESSION_PLACE_H

#include "bpf/probes/shared.h"
#include "datapath/elf/usdt.h"

/*
 * machine: of the file, EM_X86_64 and so on. path: of the file, to look up variables. Returns
 * -EINVAL if the location cannot be parsed, -ENOENT if there is no such variable, -ENOTSUP for
 * another machine or a floating-point number.
 */
int probe_place_parse(uint16_t machine, const struct usdt_location *location,
		      const struct usdt_arg *from, const char *path,
		      struct probe_place_arg *ret_arg);

/* Parsers by machine. `at` is the text; size and sign are already set. */
int probe_place_x86(const struct usdt_location *location, const char *at, const char *path,
		    struct probe_place_arg *arg);
int probe_place_arm64(const struct usdt_location *location, const char *at, const char *path,
		      struct probe_place_arg *arg);

#endif
