/* SPDX-License-Identifier: GPL-2.0 */
/* match.h - the pattern of `ctl socket list`. */
#ifndef CTL_SOCKETS_MATCH_H
#define CTL_SOCKETS_MATCH_H

#include "datapath/weir.h"

/*
 * Whether the command, a port, an address with or without its port, or the process is what the
 * pattern says: a number is a port or a process, anything else is compared as a glob.
 */
bool socket_match(const struct weir_socket *s, const char *pattern);

#endif
