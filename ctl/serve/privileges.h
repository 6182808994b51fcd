/* SPDX-License-Identifier: GPL-2.0 */
/* privileges.h - what the two processes of `ctl serve` give up; each says what remains. */
#ifndef CTL_SERVE_PRIVILEGES_H
#define CTL_SERVE_PRIVILEGES_H

#include <stddef.h>

/*
 * Of the process that reads: it stays the user it is, who owns the pins, and keeps CAP_SYS_ADMIN
 * (links, other network namespaces) if it had it. words: "user root, CAP_SYS_ADMIN".
 */
int privileges_of_reader(char *words, size_t size);

/* Of the process that serves: user nobody if it was root, no group, no capability, ever. */
int privileges_of_server(char *words, size_t size);

#endif
