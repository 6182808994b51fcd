/* SPDX-License-Identifier: GPL-2.0 */
/*
 * privileges.h - drops privileges of the two processes of `ctl serve`. Both functions describe in
 * words what is left.
 */
#ifndef CTL_SERVE_PRIVILEGES_H
#define CTL_SERVE_PRIVILEGES_H

#include <stddef.h>

/*
 * For the process that reads. It stays the same user, who owns the pins, and keeps CAP_SYS_ADMIN
 * (links, other network namespaces) and a few others, if it had them. words: "user root,
 * capabilities: CAP_SYS_ADMIN".
 */
int privileges_of_reader(char *words, size_t size);

/*
 * For the process that serves: user nobody if it was root, no groups, no capabilities, and no way
 * to regain any.
 */
int privileges_of_server(char *words, size_t size);

#endif
