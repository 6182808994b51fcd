/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pin.h - the pin directory in bpffs: lock, shared maps, links.
 *
 *       ROOT/maps/{meta,slots,counters,...}   see docs/maps.md
 *       ROOT/links/slot_N        links, by slot
 *       ROOT/programs/slot_N     programs that no link holds (clsact)
 *
 * bpffs does not allow dots in names.
 */
#ifndef WEIR_STATE_PIN_H
#define WEIR_STATE_PIN_H

#include "datapath/state/context.h"

enum pin_kind { PIN_LINK, PIN_PROGRAM, PIN_PROGRAM_NEXT };

/* Formats ROOT/links/slot_3 and so on. */
void pin_path(const struct weir *weir, enum pin_kind kind, uint32_t slot, char *ret_path,
	      size_t size);

/*
 * Creates the directories, mounting bpffs if necessary, and takes the writers' lock; ret_lock is a
 * descriptor that holds it. Waits at most half a minute for another writer, then returns -EBUSY.
 */
int pin_lock(struct weir *weir, int *ret_lock, struct weir_error *err);

/*
 * Opens the shared maps. Returns -ENOENT, without a message, if there are no maps, -EPROTO if they
 * have another layout.
 */
int pin_maps_open(struct weir *weir, struct weir_error *err);

/* The same for readers: returns -ENODEV, with a message, if this mount namespace hides the maps. */
int pin_maps_read(struct weir *weir, struct weir_error *err);

/* Closes the maps. The next use opens those that are pinned then. */
void pin_maps_close(struct weir *weir);

/*
 * Opens the shared maps, creating them if necessary. Call it under the lock. sizes: 0 means the
 * default or the existing size. Returns -EBUSY if a table exists with another size.
 */
int pin_maps_make(struct weir *weir, struct table_sizes sizes, struct weir_error *err);

const char *pin_map_name(enum weir_map map);

/* Opens a pinned object. Returns -ENOENT if there is no such pin. */
int pin_get(const struct weir *weir, enum pin_kind kind, uint32_t slot, int *ret_fd);

/* Removes a pin, if it exists. */
int pin_remove(const struct weir *weir, enum pin_kind kind, uint32_t slot);

/* Pins fd. Replaces a pin left by a killed process. */
int pin_put(const struct weir *weir, enum pin_kind kind, uint32_t slot, int fd,
	    struct weir_error *err);

/* Removes the whole directory with all its contents. */
int pin_remove_all(struct weir *weir, struct weir_error *err);

/*
 * For readers that found no maps. Returns -ENOENT, without a message, or -ENODEV, with one, if maps
 * may exist but this mount namespace hides them.
 */
int pin_bpffs_needed(const struct weir *weir, struct weir_error *err);

/* Returns 1 if root is, or would be, on a bpffs, 0 if not, or -errno. Mounts nothing. */
int pin_bpffs_present(const struct weir *weir);

#endif
