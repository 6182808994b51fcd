/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rig.h - jobs of the rig program. A job gets its arguments, starting with its name, and returns
 * the exit status: 2 for wrong arguments. On any other failure the process exits with a message.
 */
#ifndef NETNS_TESTS_RIG_H
#define NETNS_TESTS_RIG_H

#include <stdnoreturn.h>

/* Prints the message and a description of errno, and exits. */
noreturn void __attribute__((format(printf, 1, 2))) die(const char *fmt, ...);

unsigned long number(const char *text);

/* Returns the index of the interface in the network namespace of this process. */
int interface(const char *name);

/* rig_frames.c */
int cmd_send(int argc, char **argv);
int cmd_tun(int argc, char **argv);
int cmd_up(int argc, char **argv);

/* Makes this process enter the network namespace. */
void enter(const char *netns);

/* rig_wait.c */
int cmd_settle(int argc, char **argv);
int cmd_ping(int argc, char **argv);

/* Opens the socket that the functions below use. Call it before entering another namespace. */
void marker_open(void);

/* Waits until this CPU has handled the packets that it sent, or 64 of them. */
void marker_pass(void);

/* Waits until this CPU has handled all packets that it sent, and the replies. */
void settle_cpu(void);

/* The same for all CPUs. */
void settle(void);

void pin_to_cpu(int cpu);

/* rig_programs.c */
int cmd_program(int argc, char **argv);
int cmd_drops_icmp(int argc, char **argv);
int cmd_count(int argc, char **argv);
int cmd_tcx(int argc, char **argv);
int cmd_xdp_link(int argc, char **argv);
int cmd_update_link(int argc, char **argv);
int cmd_hooks(int argc, char **argv);
int cmd_map_id(int argc, char **argv);
int cmd_programs(int argc, char **argv);

/* rig_maps.c */
int cmd_fill(int argc, char **argv);
int cmd_layout(int argc, char **argv);
int cmd_misfit(int argc, char **argv);
int cmd_tcp_tags(int argc, char **argv);

#endif
