// SPDX-License-Identifier: GPL-2.0
/* error.c - see error.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "datapath/base/capabilities.h"
#include "datapath/base/error.h"

int weir_error_set(struct weir_error *err, int error, const char *fmt, ...)
{
	va_list args;

	if (err) {
		va_start(args, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, args);
		va_end(args);
	}
	return -abs(error);
}

const char *weir_error_text(int error)
{
	static __thread char text[160];
	char missing[96];

	error = abs(error);
	if (error != EPERM && error != EACCES)
		return strerror(error);
	if (capabilities_missing(missing, sizeof(missing)))
		snprintf(text, sizeof(text), "not permitted: missing %s (run as root)", missing);
	else
		snprintf(text, sizeof(text),
			 "not permitted, though no capability is missing: "
			 "a security module or lockdown forbids it");
	return text;
}
