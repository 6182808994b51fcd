// SPDX-License-Identifier: GPL-2.0
/* main.c - main() of ctl. Everything else is in ctl/frame/frame.c, so that tests can link it. */
#include "ctl/commands.h"
#include "ctl/frame/frame.h"

int main(int argc, char **argv)
{
	return ctl_main(commands, argc, argv);
}
