// SPDX-License-Identifier: GPL-2.0
/* mounts.c - see mounts.h. */
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/mounts.h"

static int octal(char c)
{
	return c >= '0' && c <= '7' ? c - '0' : -1;
}

void mounts_unescape(char *text)
{
	char *out = text;

	while (*text) {
		if (text[0] == '\\' && octal(text[1]) >= 0 && octal(text[1]) <= 3 &&
		    octal(text[2]) >= 0 && octal(text[3]) >= 0) {
			*out++ = (char)(octal(text[1]) << 6 | octal(text[2]) << 3 | octal(text[3]));
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

int mounts_find(FILE *mounts, const char *fstype, char *ret_path, size_t size)
{
	_cleanup_free_ char *line = NULL;
	size_t capacity = 0;

	while (getline(&line, &capacity, mounts) >= 0) {
		char *rest = line;
		char *device = strsep(&rest, " ");
		char *path = strsep(&rest, " ");
		char *type = strsep(&rest, " \n");

		if (!device || !path || !type || strcmp(type, fstype) != 0)
			continue;
		mounts_unescape(path);
		if (strlen(path) >= size)
			return -ENAMETOOLONG;
		memcpy(ret_path, path, strlen(path) + 1);
		return 0;
	}
	return -ENOENT;
}
