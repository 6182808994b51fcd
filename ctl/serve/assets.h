/* SPDX-License-Identifier: GPL-2.0 */
/* assets.h - files that the Makefile embeds in weir-serve. */
#ifndef CTL_SERVE_ASSETS_H
#define CTL_SERVE_ASSETS_H

#include <stddef.h>

#define ASSET(name) extern const char asset_##name[], asset_##name##_end[];
ASSET(index_html)
ASSET(page_js)
ASSET(system_js)
ASSET(style_css)
ASSET(dygraph_min_js)
ASSET(dygraph_min_css)
#undef ASSET

#endif
