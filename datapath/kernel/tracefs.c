// SPDX-License-Identifier: GPL-2.0
/* tracefs.c - see tracefs.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include "datapath/base/capabilities.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/error.h"
#include "datapath/kernel/pseudo_fs.h"
#include "datapath/kernel/tracefs.h"

const char *tracing_denied(int error)
{
	static __thread char text[256];
	enum lockdown level;
	char missing[96];

	error = abs(error);
	if ((error != EPERM && error != EACCES) || capabilities_missing(missing, sizeof(missing)))
		return weir_error_text(error);
	level = lockdown_level();
	if (level != LOCKDOWN_INTEGRITY && level != LOCKDOWN_CONFIDENTIALITY)
		return weir_error_text(error);
	snprintf(text, sizeof(text),
		 "not permitted: the kernel is locked down (%s), which forbids instrumenting its "
		 "functions%s; tracepoints and uprobes may still work",
		 lockdown_name(level),
		 level == LOCKDOWN_CONFIDENTIALITY ? " and reading its memory" : "");
	return text;
}

int tracefs_open(int *ret_tracefs, struct weir_error *err)
{
	int ret = pseudo_fs_open(PSEUDO_FS_TRACEFS, ret_tracefs);

	if (ret == -ENODEV)
		return weir_error_set(err, ret, "this kernel has no tracefs (CONFIG_FTRACE)");
	if (ret)
		return weir_error_set(err, ret, "cannot open tracefs: %s", tracing_denied(ret));
	return 0;
}

int tracefs_file(int tracefs, const char *path, int *ret_fd, struct weir_error *err)
{
	int ret = pseudo_fs_file(tracefs, path, ret_fd);

	if (ret)
		return weir_error_set(err, ret, "cannot read '%s' of tracefs: %s", path,
				      tracing_denied(ret));
	return 0;
}

static int read_words(int fs, const char *path, char *(*pick)(char *line), struct word_set *ret_set,
		      struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	int ret = tracefs_file(fs, path, &fd, err);

	if (ret)
		return ret;
	ret = word_set_read(fd, pick, ret_set);
	if (ret)
		return weir_error_set(err, ret, "cannot read '%s' of tracefs: %s", path,
				      tracing_denied(ret));
	return 0;
}

static char *whole_line(char *line)
{
	return *line ? line : NULL;
}

int tracefs_events(int tracefs, struct word_set *ret_events, struct weir_error *err)
{
	return read_words(tracefs, "available_events", whole_line, ret_events, err);
}

int tracefs_format(int tracefs, const char *category, const char *name,
		   struct trace_format *ret_format, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	size_t length;
	int ret;

	snprintf(path, sizeof(path), "events/%s/%s/format", category, name);
	ret = strchr(category, '/') || strchr(name, '/') || category[0] == '.' || name[0] == '.'
		      ? -ENOENT
		      : pseudo_fs_file(tracefs, path, &fd);
	if (ret == -ENOENT)
		return weir_error_set(err, ret, "there is no tracepoint '%s:%s'", category, name);
	if (!ret)
		ret = file_slurp(fd, &text, &length);
	if (ret)
		return weir_error_set(err, ret, "cannot read the format of tracepoint '%s:%s': %s",
				      category, name, tracing_denied(ret));
	ret = trace_format_parse(text, length, ret_format);
	if (ret)
		return weir_error_set(err, ret,
				      "cannot understand the format of tracepoint '%s:%s': %s",
				      category, name, strerror(-ret));
	return 0;
}

/* Parses "name" or "name [module]". "__ftrace_invalid_address___1234" means the name is gone. */
static char *traceable(char *line)
{
	line[strcspn(line, " \t")] = '\0';
	return *line && strncmp(line, "__ftrace_invalid", 16) != 0 ? line : NULL;
}

int tracefs_functions(int tracefs, struct word_set *ret_functions, struct weir_error *err)
{
	return read_words(tracefs, "available_filter_functions", traceable, ret_functions, err);
}

/* "0xffffffff81000000-0xffffffff81000010\tname" */
static char *blacklisted(char *line)
{
	char *name = strchr(line, '\t');

	return name && name[1] ? name + 1 : NULL;
}

int kprobe_blacklist(struct word_set *ret_functions, struct weir_error *err)
{
	_cleanup_close_ int debugfs = -1, fd = -1;
	int ret = pseudo_fs_open(PSEUDO_FS_DEBUGFS, &debugfs);

	if (!ret)
		ret = pseudo_fs_file(debugfs, "kprobes/blacklist", &fd);
	if (ret == -ENOENT)
		return weir_error_set(err, ret, "this kernel has no kprobes (CONFIG_KPROBES)");
	if (!ret)
		ret = word_set_read(fd, blacklisted, ret_functions);
	if (ret)
		return weir_error_set(err, ret, "cannot read the blacklist of kprobes: %s",
				      tracing_denied(ret));
	return 0;
}
