/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json.h - the ends of JSON documents that commands print. Documents are an interface; see
 * docs/json.md.
 */
#ifndef CTL_WRITE_JSON_H
#define CTL_WRITE_JSON_H

#include "ctl/frame/ctl.h"
#include "ctl/write/json_stream.h"

/*
 * Like ctl_failed(), for commands that print one document per line: with -j the last line has the
 * error, too. `bracket` is that of the documents.
 */
int json_failed(const struct invocation *inv, char bracket, const struct weir_error *err);

#endif
