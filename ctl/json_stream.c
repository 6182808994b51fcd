// SPDX-License-Identifier: GPL-2.0
/* json_stream.c - see json_stream.h. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include "json_stream.h"
#include "out_json.h"

static void write_text(struct json_stream *js, const char *text)
{
	fputs_unlocked(text, js->out);
}

static void new_line(struct json_stream *js)
{
	putc_unlocked('\n', js->out);
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
	putc_unlocked('"', js->out);
	write_text(js, key);
	write_text(js, "\": ");
}

void js_open(struct json_stream *js, const char *key, char bracket)
{
	begin(js, key);
	putc_unlocked(bracket, js->out);
	js->depth++;
	js->begun = false;
}

void js_close(struct json_stream *js, char bracket)
{
	js->depth--;
	if (js->pretty && js->begun)
		new_line(js);
	putc_unlocked(bracket, js->out);
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
	write_text(js, at);
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

void js_raw(struct json_stream *js, const char *key, const char *json)
{
	begin(js, key);
	write_text(js, json);
}

int js_end(struct json_stream *js)
{
	putc_unlocked('\n', js->out);
	return fflush(js->out) != 0 || ferror(js->out) ? -EIO : 0;
}
