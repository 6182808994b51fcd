/* SPDX-License-Identifier: GPL-2.0 */
/* web_folder.h - a directory with a configuration of ctl serve and the files that it names. */
#ifndef CTL_TESTS_WEB_FOLDER_H
#define CTL_TESTS_WEB_FOLDER_H

#include <stdlib.h>
#include <unistd.h>
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

/* SHA-512 of "secret", because it is fast. */
#define HASH \
	"$6$weirweir$oeTJ7xgeEk45QaI52wQwtEr2kdYr45aEt9jjPRaLyHTZLdF1VNBHpLbePwek4JNl2WJHlsfjJeHRF1SB9dcVi/"

static char folder[] = "/tmp/weir-serve-XXXXXX", config[64];

static void write_file(const char *name, const char *content)
{
	char path[80];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(content, f);
	fclose(f);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(config, sizeof(config), "%s/web.yml", folder);
	return 0;
}

/* Removes the directory and the files of the tests; fails if there are others. */
static int remove_folder(void **state)
{
	static const char *const names[] = { "web.yml", "token", "cert", "cert.pem" };
	char path[80];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

#endif
