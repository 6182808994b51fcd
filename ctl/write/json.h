/* SPDX-License-Identifier: GPL-2.0 */
/* json.h - documents as what a command prints. Their shapes are an interface: docs/json.md. */
#ifndef CTL_WRITE_JSON_H
#define CTL_WRITE_JSON_H

#include "ctl/frame/ctl.h"
#include "ctl/write/json_stream.h"

/* The exit code of a document, by what its writer returned; with a sentence if it is not whole. */
int json_printed(int ret);

/*
 * As ctl_failed(), for commands that print a document a line: with -j the last line has the
 * sentence, too. bracket: of those documents.
 */
int json_failed(const struct invocation *inv, char bracket, const struct weir_error *err);

#endif
