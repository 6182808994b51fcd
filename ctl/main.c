// SPDX-License-Identifier: GPL-2.0
/* main.c - ctl; all but main() is in ctl/frame/frame.c, where tests can reach it. */
#include "ctl/commands.h"
#include "ctl/frame/frame.h"

int main(int argc, char **argv)
{
	return ctl_main(commands, argc, argv);
}
