/* SPDX-License-Identifier: GPL-2.0 */
/* frame.h - the frame around commands; apart from main() so that tests can link it. */
#ifndef CTL_FRAME_FRAME_H
#define CTL_FRAME_FRAME_H

/* Runs a command line; returns the exit code. */
int ctl_main(int argc, char **argv);

#endif
