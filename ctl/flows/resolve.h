/* SPDX-License-Identifier: GPL-2.0 */
/* resolve.h - looks up names of addresses within a time limit. */
#ifndef CTL_FLOWS_RESOLVE_H
#define CTL_FLOWS_RESOLVE_H

#include <stddef.h>
#include <stdint.h>

#define RESOLVE_MAX 256   /* addresses; more than these stay without a name */
#define RESOLVE_SECONDS 3 /* time limit for all of them */
#define RESOLVE_NAME 64

struct resolved {
	struct resolved_name {
		uint8_t address[16];     /* IPv4 as IPv4-mapped IPv6 */
		char name[RESOLVE_NAME]; /* "": unknown */
	} * items;
	size_t count;
};

void resolved_free(struct resolved *resolved);

/* Adds an address, unless it is there already. Returns 0 or -ENOMEM. */
int resolved_add(struct resolved *resolved, const uint8_t *address);

/* Looks up all addresses added so far, in child processes. Returns 0 or -errno. */
int resolved_ask(struct resolved *resolved);

/* Returns NULL if the name is unknown or the address was not added. */
const char *resolved_find(const struct resolved *resolved, const uint8_t *address);

#endif
