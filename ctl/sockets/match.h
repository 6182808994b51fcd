/* SPDX-License-Identifier: GPL-2.0 */
/* match.h - the pattern of `ctl socket list`. */
#ifndef CTL_SOCKETS_MATCH_H
#define CTL_SOCKETS_MATCH_H

#include "datapath/weir.h"

/*
 * Returns true if the pattern matches the command, a port, an address with or without its port, or
 * the process. A number is a port or process id; anything else is a glob.
 */
bool socket_match(const struct weir_socket *s, const char *pattern);

#endif
