/* SPDX-License-Identifier: GPL-2.0 */
/*
 * words.h - parses and formats addresses, ports and values of `ctl tune`.
 *
 * The parsers return 0 or -EINVAL, and leave their outputs untouched on failure. Numbers are
 * decimal; bit values may be hexadecimal, as in 0x2a.
 */
#ifndef CTL_TUNE_WORDS_H
#define CTL_TUNE_WORDS_H

#include "ctl/frame/choices.h"
#include "datapath/tune/tune.h"

#define TUNE_WORD WEIR_TUNE_TEXT /* size for any of them */

/* Parses "N" or "A-B", from 1 to 65535. */
int tune_read_ports(const char *text, uint16_t *ret_min, uint16_t *ret_max);

/* Parses "10.0.0.0/8", "2001:db8::1" to mapped IPv6 with its mask. Host bits must be 0. */
int tune_read_network(const char *text, uint32_t ret_address[4], uint32_t ret_mask[4]);

/* Parses "192.0.2.1:443", "[2001:db8::1]:443"; the address becomes mapped IPv6. */
int tune_read_end(const char *text, uint8_t ret_address[16], uint16_t *ret_port);

/*
 * Parses the value of an option in the unit of weir_tune_setting.asked: "20", "200ms", "64KiB",
 * "10Mbit", "0x10". Not for names and switches. Returns -ERANGE if the value is out of range or not
 * an integer in that unit.
 */
int tune_read_value(const struct weir_tune_info *info, const char *text, uint32_t *ret_value);

extern const struct choices dscp_choices; /* names of classes */

/* "ef", "af11", "cs3", or a number up to 63, as the byte of the header. */
int tune_read_dscp(const char *text, uint32_t *ret_tos);

/* Describes the values that tune_read_value() accepts, for messages: "a time such as 200ms". */
const char *tune_value_words(const struct weir_tune_info *info);

/* Formats "443", "8000-8080"; "-": any. */
const char *tune_ports_word(uint16_t min, uint16_t max, char *buffer, size_t size);

/* Formats "10.0.0.0/8", "192.0.2.1", "2001:db8::/32"; "-": any. */
const char *tune_network_word(const struct weir_tune_rule *rule, char *buffer, size_t size);

#endif
