/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json_stream.h - writes JSON piece by piece, for all documents and events. It allocates no memory,
 * and reports errors of the output at the end.
 */
#ifndef CTL_WRITE_JSON_STREAM_H
#define CTL_WRITE_JSON_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JS_LEVELS 32 /* more than any document has */

struct json_stream {
	FILE *out;
	bool pretty; /* with indentation, else in one line */
	bool begun;  /* this level has an earlier member */
	bool keyed;  /* a key was written, and its value is missing */
	int depth;
	char closing[JS_LEVELS]; /* closing brackets of open levels */
	size_t used;
	char buffer[8192];
};

/*
 * key: NULL within an array, for the outermost level and after js_key(). It is written without
 * escapes. bracket: '{' or '['.
 */
void js_open(struct json_stream *js, const char *key, char bracket);
void js_close(struct json_stream *js, char bracket);

/* Writes a key from outside, with escapes like js_text(). */
void js_key(struct json_stream *js, const char *key);

void js_number(struct json_stream *js, const char *key, uint64_t value);
void js_signed(struct json_stream *js, const char *key, int64_t value);
void js_bool(struct json_stream *js, const char *key, bool value);
void js_null(struct json_stream *js, const char *key);

/* Writes twelve digits, and always a point or an exponent. Infinity and NaN become null. */
void js_real(struct json_stream *js, const char *key, double value);

/*
 * Writes an escaped string. If it is not UTF-8, the bytes above 127 become \xff and so on. NULL
 * becomes null.
 */
void js_text(struct json_stream *js, const char *key, const char *text);

/* Writes text that needs no escapes. */
void js_word(struct json_stream *js, const char *key, const char *word);

/* Write null for "", for 0, and for unknown values. */
void js_name(struct json_stream *js, const char *key, const char *name);
void js_nonzero(struct json_stream *js, const char *key, uint64_t value);
void js_number_if(struct json_stream *js, const char *key, uint64_t value, bool known);

/*
 * Ends the document with an error. All levels are closed, so that the document is valid. "error" is
 * the last member of the outermost object, or in an object that ends the outermost array. If
 * nothing is open, it is the whole document.
 */
void js_fail(struct json_stream *js, const char *sentence);

/* Ends the line. Returns -EIO if not everything was written. */
int js_end(struct json_stream *js);

#endif
