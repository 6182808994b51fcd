// SPDX-License-Identifier: GPL-2.0
/* main.c - ctl: finds the command, reads its options, runs it. */
#include <string.h>
#include "ctl.h"
#include "frame.h"

int main(int argc, char **argv)
{
	return ctl_main(argc, argv);
}
