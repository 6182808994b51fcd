/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json_stream.h - JSON written as it comes: the one way in which documents, and events, are made.
 * Nothing is allocated, and a failure of the output shows at the end.
 */
#ifndef CTL_WRITE_JSON_STREAM_H
#define CTL_WRITE_JSON_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JS_LEVELS 32 /* nobody nests as deep */

struct json_stream {
	FILE *out;
	bool pretty; /* indented, else in one line */
	bool begun;  /* something stands before on this level */
	bool keyed;  /* a key stands before, without its value */
	int depth;
	char closing[JS_LEVELS]; /* the bracket of each open level */
	size_t used;
	char buffer[8192];
};

/*
 * key: NULL within an array, for the outermost and behind js_key(); it is written as it is.
 * bracket: '{' or '['.
 */
void js_open(struct json_stream *js, const char *key, char bracket);
void js_close(struct json_stream *js, char bracket);

/* A key of foreign bytes, escaped as by js_text(). */
void js_key(struct json_stream *js, const char *key);

void js_number(struct json_stream *js, const char *key, uint64_t value);
void js_signed(struct json_stream *js, const char *key, int64_t value);
void js_bool(struct json_stream *js, const char *key, bool value);
void js_null(struct json_stream *js, const char *key);

/* Twelve digits, and always a point or an exponent. What is not finite is null. */
void js_real(struct json_stream *js, const char *key, double value);

/* Escaped; of a text that is not UTF-8, foreign bytes become \xff and so on. NULL: null. */
void js_text(struct json_stream *js, const char *key, const char *text);

/* Text that needs no escape. */
void js_word(struct json_stream *js, const char *key, const char *word);

/* null where there is nothing: for "", for 0, for what is not known. */
void js_name(struct json_stream *js, const char *key, const char *name);
void js_nonzero(struct json_stream *js, const char *key, uint64_t value);
void js_number_if(struct json_stream *js, const char *key, uint64_t value, bool known);

/*
 * Closes whatever is open, so that the document is one, with the sentence as "error": the last
 * member of the outermost object, or an object of its own that ends the outermost array. Where
 * nothing is open it is the whole document.
 */
void js_fail(struct json_stream *js, const char *sentence);

/* The last line end; -EIO if anything was not written. */
int js_end(struct json_stream *js);

#endif
