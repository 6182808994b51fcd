/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pin.h - the pin directory in bpffs: lock, shared maps, links.
 *
 *     ROOT/maps/{meta,slots,counters,...}   see docs/maps.md
 *     ROOT/links/slot_N        links, by slot
 *     ROOT/programs/slot_N     programs that no link holds (clsact)
 *
 * bpffs takes no dots in names.
 */
#ifndef WEIR_STATE_PIN_H
#define WEIR_STATE_PIN_H

#include "datapath/state/context.h"

enum pin_kind { PIN_LINK, PIN_PROGRAM, PIN_PROGRAM_NEXT };

/* ROOT/links/slot_3 and so on. */
void pin_path(const struct weir *weir, enum pin_kind kind, uint32_t slot, char *ret_path,
	      size_t size);

/*
 * Takes the writers' lock, making the directories (and mounting bpffs) first; ret_lock is a fd
 * that holds it. Waits for another writer for at most half a minute: -EBUSY.
 */
int pin_lock(struct weir *weir, int *ret_lock, struct weir_error *err);

/* Opens the shared maps. -ENOENT, with no sentence: there are none. -EPROTO: other layout. */
int pin_maps_open(struct weir *weir, struct weir_error *err);

/* As above, for readers: -ENODEV, with a sentence, where this mount namespace hides them. */
int pin_maps_read(struct weir *weir, struct weir_error *err);

/* They are opened anew when next needed: those that are pinned then. */
void pin_maps_close(struct weir *weir);

/*
 * Opens the shared maps, made first where there are none. Call under the lock. sizes: 0 for the
 * default or what is there; -EBUSY where a table of another size is there already.
 */
int pin_maps_make(struct weir *weir, struct table_sizes sizes, struct weir_error *err);

const char *pin_map_name(enum weir_map map);

/* Opens a pinned object. -ENOENT: no such pin. */
int pin_get(const struct weir *weir, enum pin_kind kind, uint32_t slot, int *ret_fd);

/* Removes a pin; one that is not there is no error. */
int pin_remove(const struct weir *weir, enum pin_kind kind, uint32_t slot);

/* Pins fd, in place of a pin that a killed run left. */
int pin_put(const struct weir *weir, enum pin_kind kind, uint32_t slot, int fd,
	    struct weir_error *err);

/* Removes the whole directory, whatever is in it. */
int pin_remove_all(struct weir *weir, struct weir_error *err);

/*
 * For readers that found no maps: -ENOENT without a sentence, or -ENODEV with one where the maps
 * may well exist but this mount namespace hides them.
 */
int pin_bpffs_needed(const struct weir *weir, struct weir_error *err);

/* 1: there is a bpffs where root lies (or will lie), 0: not, -errno. Mounts nothing. */
int pin_bpffs_present(const struct weir *weir);

#endif
