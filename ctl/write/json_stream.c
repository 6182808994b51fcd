// SPDX-License-Identifier: GPL-2.0
/* json_stream.c - see json_stream.h. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include "ctl/write/json_stream.h"
#include "ctl/write/utf8.h"

/*
 * Bypasses stdio, which would take longer than formatting: a million flows are forty million short
 * texts.
 */
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

/* --- text --- */

/* Returns the number of leading bytes that need no escape. UTF-8 sequences need none. */
static size_t plain_length(const char *text, bool valid)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at >= 0x20 && *at != '"' && *at != '\\' && (*at < 0x80 || valid))
		at++;
	return (size_t)((const char *)at - text);
}

static void write_escaped(struct json_stream *js, unsigned char byte)
{
	static const char letters[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
	const char *letter = strchr(letters, byte);
	char code[8];

	if (letter)
		snprintf(code, sizeof(code), "\\%c", names[letter - letters]);
	else if (byte < 0x20)
		snprintf(code, sizeof(code), "\\u%04X", byte);
	else
		snprintf(code, sizeof(code), "\\\\x%02x", byte);
	write_text(js, code);
}

static void write_string(struct json_stream *js, const char *text)
{
	bool valid = utf8_valid(text);

	write_letter(js, '"');
	for (;;) {
		size_t length = plain_length(text, valid);

		write_bytes(js, text, length);
		text += length;
		if (!*text)
			break;
		write_escaped(js, (unsigned char)*text++);
	}
	write_letter(js, '"');
}

/* --- members --- */

static void begin(struct json_stream *js, const char *key)
{
	if (js->keyed) {
		js->keyed = false;
		return;
	}
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

void js_key(struct json_stream *js, const char *key)
{
	begin(js, NULL);
	write_string(js, key);
	write_text(js, ": ");
	js->keyed = true;
}

void js_open(struct json_stream *js, const char *key, char bracket)
{
	begin(js, key);
	write_letter(js, bracket);
	js->closing[js->depth++] = bracket == '{' ? '}' : ']';
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

/* Writes the digits of a value to the end of the buffer. */
static const char *digits_of(uint64_t value, char (*room)[24])
{
	char *at = *room + sizeof(*room) - 1;

	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	return at;
}

void js_number(struct json_stream *js, const char *key, uint64_t value)
{
	char room[24];
	const char *digits = digits_of(value, &room);

	begin(js, key);
	write_bytes(js, digits, (size_t)(room + sizeof(room) - 1 - digits));
}

void js_signed(struct json_stream *js, const char *key, int64_t value)
{
	char room[24];

	begin(js, key);
	if (value < 0)
		write_letter(js, '-');
	write_text(js, digits_of(value < 0 ? -(uint64_t)value : (uint64_t)value, &room));
}

void js_bool(struct json_stream *js, const char *key, bool value)
{
	begin(js, key);
	write_text(js, value ? "true" : "false");
}

void js_null(struct json_stream *js, const char *key)
{
	begin(js, key);
	write_text(js, "null");
}

/*
 * printf() writes a decimal point, because LC_NUMERIC is never set. Shortens 1e+06 to 1e6 and 1e-05
 * to 1e-5.
 */
void js_real(struct json_stream *js, const char *key, double value)
{
	char digits[32];
	const char *e;

	if (!isfinite(value)) {
		js_null(js, key);
		return;
	}
	begin(js, key);
	snprintf(digits, sizeof(digits), "%.12g", value);
	e = strchr(digits, 'e');
	if (!e) {
		write_text(js, digits);
		write_text(js, strchr(digits, '.') ? "" : ".0");
		return;
	}
	write_bytes(js, digits, (size_t)(e + 1 - digits));
	write_text(js, e[1] == '-' ? "-" : "");
	write_text(js, e + 2 + strspn(e + 2, "0"));
}

void js_text(struct json_stream *js, const char *key, const char *text)
{
	if (!text) {
		js_null(js, key);
		return;
	}
	begin(js, key);
	write_string(js, text);
}

void js_word(struct json_stream *js, const char *key, const char *word)
{
	begin(js, key);
	write_letter(js, '"');
	write_text(js, word);
	write_letter(js, '"');
}

/* --- null --- */

void js_name(struct json_stream *js, const char *key, const char *name)
{
	js_text(js, key, name && *name ? name : NULL);
}

void js_number_if(struct json_stream *js, const char *key, uint64_t value, bool known)
{
	if (known)
		js_number(js, key, value);
	else
		js_null(js, key);
}

void js_nonzero(struct json_stream *js, const char *key, uint64_t value)
{
	js_number_if(js, key, value, value != 0);
}

/* --- the end --- */

void js_fail(struct json_stream *js, const char *sentence)
{
	if (js->keyed)
		js_null(js, NULL);
	while (js->depth > 1)
		js_close(js, js->closing[js->depth - 1]);
	if (!js->depth || js->closing[0] == ']')
		js_open(js, NULL, '{');
	js_text(js, "error", sentence);
	while (js->depth)
		js_close(js, js->closing[js->depth - 1]);
}

int js_end(struct json_stream *js)
{
	write_letter(js, '\n');
	drain(js);
	return fflush(js->out) != 0 || ferror(js->out) ? -EIO : 0;
}
