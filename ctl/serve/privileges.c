// SPDX-License-Identifier: GPL-2.0
/* privileges.c - see privileges.h. */
#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "ctl/serve/privileges.h"
#include "datapath/base/cleanup.h"

#define NOBODY 65534 /* used if there is no user of that name */

static int no_way_back(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

static void describe(char *words, size_t size)
{
	char *names = capng_print_caps_text(CAPNG_PRINT_BUFFER, CAPNG_EFFECTIVE);
	const struct passwd *user = getpwuid(geteuid());
	bool any = capng_have_capabilities(CAPNG_SELECT_CAPS) > CAPNG_NONE;

	snprintf(words, size, "user %s, %s%s", user ? user->pw_name : "without a name",
		 any && names ? "capabilities: " : "no capability", any && names ? names : "");
	free(names);
}

/*
 * CAP_SYS_ADMIN for links and other network namespaces; CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH for
 * sockets of other users' processes; CAP_SYSLOG for kernel symbols.
 */
static const unsigned int readers[] = { CAP_SYS_ADMIN, CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH,
					CAP_SYSLOG };

int privileges_of_reader(char *words, size_t size)
{
	bool had[ARRAY_SIZE(readers)], bounding;

	if (capng_get_caps_process() < 0)
		return -EPERM;
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		had[i] = capng_have_capability(CAPNG_EFFECTIVE, readers[i]);
	bounding = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	/* Without CAP_SETPCAP the bounding set stays, but no_new_privs makes it useless. */
	capng_clear(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		if (had[i])
			capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, readers[i]);
	}
	if (capng_apply(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) < 0)
		return -EPERM;
	describe(words, size);
	return no_way_back();
}

int privileges_of_server(char *words, size_t size)
{
	const struct passwd *nobody = getpwnam("nobody");
	bool bounding;

	if (capng_get_caps_process() < 0)
		return -EPERM;
	bounding = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS);
	if (geteuid() == 0) {
		int uid = nobody ? (int)nobody->pw_uid : NOBODY;
		int gid = nobody ? (int)nobody->pw_gid : NOBODY;

		if (capng_change_id(uid, gid,
				    CAPNG_DROP_SUPP_GRP | (bounding ? CAPNG_CLEAR_BOUNDING : 0)) <
		    0)
			return -EPERM;
	} else if (capng_apply(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) < 0) {
		return -EPERM;
	}
	if (capng_get_caps_process() < 0)
		return -EPERM;
	describe(words, size);
	return no_way_back();
}
