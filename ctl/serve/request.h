/* SPDX-License-Identifier: GPL-2.0 */
/* request.h - handles requests. */
#ifndef CTL_SERVE_REQUEST_H
#define CTL_SERVE_REQUEST_H

#include "ctl/serve/server.h"

enum MHD_Result http_request(void *cls, struct MHD_Connection *mhd, const char *url,
			     const char *method, const char *version, const char *upload,
			     size_t *upload_size, void **request);

#endif
