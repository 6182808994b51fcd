// SPDX-License-Identifier: GPL-2.0
/* tcp_names.c - see tcp_names.h. */
#include "bpf/abi/abi.h"
#include "datapath/base/name.h"
#include "datapath/state/tcp_names.h"

/* As ss(8) prints them. */
static const char *const states[] = {
	[WEIR_TCP_ESTABLISHED] = "established",
	[WEIR_TCP_SYN_SENT] = "syn-sent",
	[WEIR_TCP_SYN_RECV] = "syn-recv",
	[WEIR_TCP_FIN_WAIT1] = "fin-wait-1",
	[WEIR_TCP_FIN_WAIT2] = "fin-wait-2",
	[WEIR_TCP_TIME_WAIT] = "time-wait",
	[WEIR_TCP_CLOSE] = "closed",
	[WEIR_TCP_CLOSE_WAIT] = "close-wait",
	[WEIR_TCP_LAST_ACK] = "last-ack",
	[WEIR_TCP_LISTEN] = "listening",
	[WEIR_TCP_CLOSING] = "closing",
};
static_assert(ARRAY_SIZE(states) == WEIR_TCP_STATES, "a TCP state has no name");

static const char *const directions[] = {
	[WEIR_TCP_UNKNOWN] = NULL,
	[WEIR_TCP_ACTIVE] = "active",
	[WEIR_TCP_PASSIVE] = "passive",
};
static_assert(ARRAY_SIZE(directions) == WEIR_TCP_DIRECTIONS, "a direction has no name");

static const char *const ends[] = {
	[WEIR_TCP_OPEN] = NULL,
	[WEIR_TCP_ACTIVE_CLOSE] = "active-close",
	[WEIR_TCP_PASSIVE_CLOSE] = "passive-close",
	[WEIR_TCP_RESET_RECEIVED] = "reset-received",
	[WEIR_TCP_RESET_SENT] = "reset-sent",
	[WEIR_TCP_REFUSED] = "refused",
	[WEIR_TCP_TIMED_OUT] = "timed-out",
	[WEIR_TCP_UNREACHABLE] = "unreachable",
	[WEIR_TCP_ABORTED] = "aborted",
	[WEIR_TCP_FAILED] = "failed",
};
static_assert(ARRAY_SIZE(ends) == WEIR_TCP_ENDS, "an end has no name");

static const char *const events[] = {
	[WEIR_TCP_EVENT_CONNECT] = "connect", [WEIR_TCP_EVENT_ACCEPT] = "accept",
	[WEIR_TCP_EVENT_CLOSE] = "close",     [WEIR_TCP_EVENT_RETRANSMIT] = "retransmit",
	[WEIR_TCP_EVENT_RTO] = "rto",
};
static_assert(ARRAY_SIZE(events) == WEIR_TCP_EVENT_KINDS, "an event has no name");

const char *weir_tcp_state_name(unsigned int state)
{
	return NAME(states, state);
}

const char *weir_tcp_direction_name(enum weir_tcp_direction direction)
{
	return NAME(directions, direction);
}

const char *weir_tcp_end_name(enum weir_tcp_end end)
{
	return NAME(ends, end);
}

const char *weir_tcp_event_name(enum weir_tcp_event_kind kind)
{
	return NAME(events, kind);
}
