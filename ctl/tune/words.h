/* SPDX-License-Identifier: GPL-2.0 */
/*
 * words.h - the words for addresses, ports and values of `ctl tune`, there and back.
 *
 * The readers return 0 or -EINVAL and leave their outputs untouched then. Numbers are decimal;
 * those of bits may be hexadecimal, as in 0x2a.
 */
#ifndef CTL_TUNE_WORDS_H
#define CTL_TUNE_WORDS_H

#include "ctl/frame/choices.h"
#include "datapath/tune/tune.h"

#define TUNE_WORD WEIR_TUNE_TEXT /* room for any of them */

/* "N" or "A-B", from 1 to 65535. */
int tune_read_ports(const char *text, uint16_t *ret_min, uint16_t *ret_max);

/* "10.0.0.0/8", "2001:db8::1", as mapped IPv6 with its mask; host bits have to be 0. */
int tune_read_network(const char *text, uint32_t ret_address[4], uint32_t ret_mask[4]);

/* "192.0.2.1:443", "[2001:db8::1]:443"; the address as mapped IPv6. */
int tune_read_end(const char *text, uint8_t ret_address[16], uint16_t *ret_port);

/*
 * The value of an option in the unit of weir_tune_setting.asked: "20", "200ms", "64KiB", "10Mbit",
 * "0x10". Not of names and switches. -ERANGE: a value that is out of bounds or no whole one.
 */
int tune_read_value(const struct weir_tune_info *info, const char *text, uint32_t *ret_value);

extern const struct choices dscp_choices; /* names of classes */

/* "ef", "af11", "cs3", or a number up to 63, as the byte of the header. */
int tune_read_dscp(const char *text, uint32_t *ret_tos);

/* What tune_read_value() takes, for messages: "a time such as 200ms". */
const char *tune_value_words(const struct weir_tune_info *info);

/* "443", "8000-8080"; "-" for any. */
const char *tune_ports_word(uint16_t min, uint16_t max, char *buffer, size_t size);

/* "10.0.0.0/8", "192.0.2.1", "2001:db8::/32"; "-" for any. */
const char *tune_network_word(const struct weir_tune_rule *rule, char *buffer, size_t size);

#endif
