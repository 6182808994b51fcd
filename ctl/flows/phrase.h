/* SPDX-License-Identifier: GPL-2.0 */
/*
 * phrase.h - a flow as people write one: "10.0.0.1:4242 to 10.0.0.2:53/udp". Instead of "to",
 * "->" or "<->" (both directions), which want quotes in a shell. Ports and protocol may be left
 * out. IPv6 as in "[fe80::1]:53 to fe80::2/tcp".
 */
#ifndef CTL_FLOWS_PHRASE_H
#define CTL_FLOWS_PHRASE_H

#include "datapath/weir.h"

#define FLOW_PHRASE_FILTER 512

/*
 * Writes the filter that it stands for into ret_filter. -ENOENT: it is no such phrase.
 * -EINVAL: it is one, but wrong.
 */
int flow_phrase(const char *text, char ret_filter[FLOW_PHRASE_FILTER], struct weir_error *err);

#endif
