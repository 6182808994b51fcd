// SPDX-License-Identifier: GPL-2.0
/* json_stream.c - see json_stream.h. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/write/json.h"
#include "ctl/write/json_stream.h"

/* A million flows are forty million short texts: stdio would take longer over them than we do. */
static void drain(struct json_stream *js)
{
	fwrite(js->buffer, 1, js->used, js->out);
	js->used = 0;
}

static void write_bytes(struct json_stream *js, const char *bytes, size_t length)
{
	if (length > sizeof(js->buffer) - js->used)
		drain(js);
	if (length > sizeof(js->buffer)) {
		fwrite(bytes, 1, length, js->out);
		return;
	}
	memcpy(js->buffer + js->used, bytes, length);
	js->used += length;
}

static void write_text(struct json_stream *js, const char *text)
{
	write_bytes(js, text, strlen(text));
}

static void write_letter(struct json_stream *js, char letter)
{
	write_bytes(js, &letter, 1);
}

static void new_line(struct json_stream *js)
{
	write_letter(js, '\n');
	for (int i = 0; i < js->depth; i++)
		write_text(js, "  ");
}

static void begin(struct json_stream *js, const char *key)
{
	if (js->begun)
		write_text(js, js->pretty ? "," : ", ");
	if (js->pretty && js->depth)
		new_line(js);
	js->begun = true;
	if (!key)
		return;
	write_letter(js, '"');
	write_text(js, key);
	write_text(js, "\": ");
}

void js_open(struct json_stream *js, const char *key, char bracket)
{
	begin(js, key);
	write_letter(js, bracket);
	js->depth++;
	js->begun = false;
}

void js_close(struct json_stream *js, char bracket)
{
	js->depth--;
	if (js->pretty && js->begun)
		new_line(js);
	write_letter(js, bracket);
	js->begun = true;
}

void js_number(struct json_stream *js, const char *key, uint64_t value)
{
	char digits[24], *at = digits + sizeof(digits) - 1;

	begin(js, key);
	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	write_bytes(js, at, (size_t)(digits + sizeof(digits) - 1 - at));
}

/* Through jansson: as elsewhere, whatever the locale. */
static void write_json(struct json_stream *js, json_t *json)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));

	write_text(js, text ? text : "null");
	free(text);
	json_decref(json);
}

void js_real(struct json_stream *js, const char *key, double value)
{
	begin(js, key);
	write_json(js, json_real(value));
}

void js_text(struct json_stream *js, const char *key, const char *text)
{
	begin(js, key);
	write_json(js, text ? json_text(text) : json_null());
}

void js_null(struct json_stream *js, const char *key)
{
	begin(js, key);
	write_text(js, "null");
}

void js_word(struct json_stream *js, const char *key, const char *word)
{
	begin(js, key);
	write_letter(js, '"');
	write_text(js, word);
	write_letter(js, '"');
}

void js_raw(struct json_stream *js, const char *key, const char *json)
{
	begin(js, key);
	write_text(js, json);
}

int js_end(struct json_stream *js)
{
	write_letter(js, '\n');
	drain(js);
	return fflush(js->out) != 0 || ferror(js->out) ? -EIO : 0;
}
