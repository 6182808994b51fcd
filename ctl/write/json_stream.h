/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json_stream.h - JSON written as it comes, for what is too long to stand in memory as a tree.
 * Looks as json_print() would have it.
 */
#ifndef CTL_WRITE_JSON_STREAM_H
#define CTL_WRITE_JSON_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_stream {
	FILE *out;
	bool pretty;
	bool begun; /* something stands before on this level */
	int depth;
	size_t used;
	char buffer[8192];
};

/* key: NULL within an array, and for the outermost. bracket: '{' or '['. */
void js_open(struct json_stream *js, const char *key, char bracket);
void js_close(struct json_stream *js, char bracket);

void js_number(struct json_stream *js, const char *key, uint64_t value);
void js_real(struct json_stream *js, const char *key, double value);

/* Escaped; bytes that are no UTF-8 become \xff and so on. NULL: null. */
void js_text(struct json_stream *js, const char *key, const char *text);
void js_null(struct json_stream *js, const char *key);

/* Text that needs no escape. */
void js_word(struct json_stream *js, const char *key, const char *word);

/* What is JSON already. */
void js_raw(struct json_stream *js, const char *key, const char *json);

/* The last line end; -EIO if anything was not written. */
int js_end(struct json_stream *js);

#endif
