/* SPDX-License-Identifier: GPL-2.0 */
/* tcp_names.h - names for TCP connections; NULL if a number is out of range. */
#ifndef WEIR_STATE_TCP_NAMES_H
#define WEIR_STATE_TCP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "bpf/abi/abi.h"

enum weir_tcp_state { /* include/net/tcp_states.h */
		      WEIR_TCP_ESTABLISHED = 1,
		      WEIR_TCP_SYN_SENT,
		      WEIR_TCP_SYN_RECV,
		      WEIR_TCP_FIN_WAIT1,
		      WEIR_TCP_FIN_WAIT2,
		      WEIR_TCP_TIME_WAIT,
		      WEIR_TCP_CLOSE,
		      WEIR_TCP_CLOSE_WAIT,
		      WEIR_TCP_LAST_ACK,
		      WEIR_TCP_LISTEN,
		      WEIR_TCP_CLOSING,
		      WEIR_TCP_STATES,
};

const char *weir_tcp_state_name(unsigned int state); /* as in ss: "established" */
const char *weir_tcp_direction_name(enum weir_tcp_direction direction); /* NULL: unknown */
const char *weir_tcp_end_name(enum weir_tcp_end end);                   /* NULL: open */
const char *weir_tcp_event_name(enum weir_tcp_event_kind kind);

#endif
