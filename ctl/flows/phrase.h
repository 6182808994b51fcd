/* SPDX-License-Identifier: GPL-2.0 */
/*
 * phrase.h - parses a flow as people write one: "10.0.0.1:4242 to 10.0.0.2:53/udp". "->" and "<->"
 * (both directions) may replace "to", but need quotes in a shell. Ports and protocol are optional.
 * IPv6 is written as in "[fe80::1]:53 to fe80::2/tcp".
 */
#ifndef CTL_FLOWS_PHRASE_H
#define CTL_FLOWS_PHRASE_H

#include "datapath/weir.h"

#define FLOW_PHRASE_FILTER 512

/*
 * Writes the equivalent filter to ret_filter. Returns -ENOENT if the text is not a phrase, and
 * -EINVAL if it is a phrase with an error.
 */
int flow_phrase(const char *text, char ret_filter[FLOW_PHRASE_FILTER], struct weir_error *err);

#endif
