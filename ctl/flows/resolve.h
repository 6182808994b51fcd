/* SPDX-License-Identifier: GPL-2.0 */
/* resolve.h - names of addresses, as many as can be had in a bounded time. */
#ifndef CTL_FLOWS_RESOLVE_H
#define CTL_FLOWS_RESOLVE_H

#include <stddef.h>
#include <stdint.h>

#define RESOLVE_MAX 256   /* addresses; those behind go without a name */
#define RESOLVE_SECONDS 3 /* for all of them */
#define RESOLVE_NAME 64

struct resolved {
	struct resolved_name {
		uint8_t address[16];     /* IPv4 as mapped IPv6 */
		char name[RESOLVE_NAME]; /* "": none */
	} * items;
	size_t count;
};

void resolved_free(struct resolved *resolved);

/* Once per address. 0 or -ENOMEM. */
int resolved_add(struct resolved *resolved, const uint8_t *address);

/* Asks for all that were added; by processes of its own, as a resolver takes its time. */
int resolved_ask(struct resolved *resolved);

/* NULL: no name, or none was asked for. */
const char *resolved_find(const struct resolved *resolved, const uint8_t *address);

#endif
