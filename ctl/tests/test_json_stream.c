// SPDX-License-Identifier: GPL-2.0
/* test_json_stream.c - compares the JSON writer with jansson. */
#include <errno.h>
#include <float.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include "ctl/write/json_stream.h"
#include "ctl/write/utf8.h"
#include "datapath/base/cleanup.h"
#include "datapath/tests/check.h"

static char *text;
static size_t size;

static struct json_stream begin(bool pretty)
{
	return (struct json_stream){ .out = open_memstream(&text, &size), .pretty = pretty };
}

/* Returns the text until the next begin(), without the newline. */
static const char *end(struct json_stream *js)
{
	static char *last;

	assert_int_equal(js_end(js), 0);
	fclose(js->out);
	free(last);
	last = text;
	assert_int_equal(text[size - 1], '\n');
	text[size - 1] = '\0';
	return text;
}

static void expect_as_jansson(json_t *value, const char *written)
{
	char *expected = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));

	assert_string_equal(written, expected);
	free(expected);
	json_decref(value);
}

static const char *written_text(const char *value)
{
	struct json_stream js = begin(false);

	js_text(&js, NULL, value);
	return end(&js);
}

/* --- values --- */

TEST(documents_look_as_by_jansson)
{
	static char big[20000];

	memset(big, 'x', sizeof(big) - 1);
	for (int pretty = 0; pretty < 2; pretty++) {
		struct json_stream js = begin(pretty);
		json_t *json;
		char *again;

		js_open(&js, NULL, '{');
		js_open(&js, "none", '[');
		js_close(&js, ']');
		js_open(&js, "empty", '{');
		js_close(&js, '}');
		js_open(&js, "within", '[');
		js_open(&js, NULL, '{');
		js_number(&js, "most", INT64_MAX);
		js_number(&js, "least", 0);
		js_close(&js, '}');
		js_text(&js, NULL, "behind");
		js_close(&js, ']');
		js_signed(&js, "negative", INT64_MIN);
		js_real(&js, "half", 0.5);
		js_null(&js, "null");
		js_word(&js, "big", big);
		js_bool(&js, "bool", true);
		js_key(&js, "a \"foreign\" key");
		js_open(&js, NULL, '[');
		js_bool(&js, NULL, false);
		js_close(&js, ']');
		js_close(&js, '}');
		end(&js);
		json = json_loads(text, 0, NULL);
		assert_non_null(json);
		again = json_dumps(json, JSON_REAL_PRECISION(12) | (pretty ? JSON_INDENT(2) : 0));
		assert_string_equal(text, again);
		free(again);
		json_decref(json);
	}
}

TEST(numbers_have_all_of_64_bits)
{
	static const struct {
		uint64_t number;
		int64_t is_signed;
		const char *expected;
	} rows[] = {
		{ 0, 0, "[0, 0]" },
		{ 9, -9, "[9, -9]" },
		{ 10, INT64_MAX, "[10, 9223372036854775807]" },
		{ UINT64_MAX, INT64_MIN, "[18446744073709551615, -9223372036854775808]" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct json_stream js = begin(false);

		js_open(&js, NULL, '[');
		js_number(&js, NULL, rows[i].number);
		js_signed(&js, NULL, rows[i].is_signed);
		js_close(&js, ']');
		assert_string_equal(end(&js), rows[i].expected);
	}
}

static void expect_real(double value)
{
	struct json_stream js = begin(false);

	js_real(&js, NULL, value);
	expect_as_jansson(json_real(value), end(&js));
}

TEST(reals_are_spelt_as_by_jansson)
{
	static const double values[] = {
		0,
		-0.0,
		1,
		-1,
		0.1,
		1e-5,
		1e-10,
		123456789012.0,
		1e12,
		1e15,
		1e100,
		-1e-99,
		999999999999,
		0.0001234,
		1.0 / 3,

		DBL_MAX,
		DBL_MIN,
		5e-324,
		719.261990446,
		1e20,
	};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		expect_real(values[i]);
	srand(1);
	for (int i = 0; i < 20000; i++)
		expect_real(ldexp((double)rand() / RAND_MAX - 0.5, rand() % 2000 - 1000));
}

TEST(what_is_not_finite_is_null)
{
	static const double values[] = { NAN, INFINITY, -INFINITY };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		struct json_stream js = begin(false);

		js_real(&js, NULL, values[i]);
		assert_string_equal(end(&js), "null");
	}
}

TEST(nothing_is_null)
{
	struct json_stream js = begin(false);

	js_open(&js, NULL, '[');
	js_text(&js, NULL, NULL);
	js_name(&js, NULL, NULL);
	js_name(&js, NULL, "");
	js_name(&js, NULL, "x");
	js_nonzero(&js, NULL, 0);
	js_nonzero(&js, NULL, 7);
	js_number_if(&js, NULL, 0, true);
	js_number_if(&js, NULL, 7, false);
	js_close(&js, ']');
	assert_string_equal(end(&js), "[null, null, null, \"x\", null, 7, 0, null]");
}

/* --- texts --- */

TEST(every_byte_of_ASCII)
{
	char all[128];

	for (int i = 1; i < 128; i++)
		all[i - 1] = (char)i;
	all[127] = '\0';
	expect_as_jansson(json_string(all), written_text(all));
	assert_string_equal(written_text("a\"b\\c\n\x01\x1b"), "\"a\\\"b\\\\c\\n\\u0001\\u001B\"");
}

TEST(foreign_bytes_are_told)
{
	assert_string_equal(written_text("dr\xc3\xa4ht"), "\"dr\xc3\xa4ht\"");
	/* All of them, because one invalid byte means that the text is not UTF-8. */
	assert_string_equal(written_text("\xc3\xa4\xff\"\n"), "\"\\\\xc3\\\\xa4\\\\xff\\\"\\n\"");
	assert_string_equal(written_text("\xc3"), "\"\\\\xc3\"");
}

TEST(valid_is_what_jansson_takes)
{
	static const char *const edges[] = {
		"\xc2\x80",         "\xdf\xbf",         "\xc1\xbf",         "\xc0\x80",
		"\xe0\xa0\x80",     "\xe0\x9f\xbf",     "\xed\x9f\xbf",     "\xed\xa0\x80",
		"\xee\x80\x80",     "\xef\xbf\xbf",     "\xf0\x90\x80\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80", "\x80",
	};
	unsigned int seed = 1;

	for (size_t i = 0; i < ARRAY_SIZE(edges); i++) {
		json_t *json = json_string(edges[i]);

		assert_int_equal(utf8_valid(edges[i]), json != NULL);
		json_decref(json);
	}
	for (int i = 0; i < 100000; i++) {
		char bytes[6] = "";
		json_t *json;

		for (int j = 0; j < 5; j++)
			bytes[j] = (char)((j ? 0x80 : 0xc0) + rand_r(&seed) % (i % 2 ? 64 : 128));
		bytes[1 + i % 5] = '\0';
		json = json_string(bytes);
		assert_int_equal(utf8_valid(bytes), json != NULL);
		json_decref(json);
	}
}

/* --- failures --- */

/* Writes a document step by step, up to the given number of steps. */
static void make(struct json_stream *js, char outermost, int steps)
{
	const char *key = outermost == '{' ? "a" : NULL;

	for (int step = 0; step < steps; step++) {
		switch (step) {
		case 0:
			js_open(js, NULL, outermost);
			break;
		case 1:
			js_number(js, key, 1);
			break;
		case 2:
			js_open(js, key ? "b" : NULL, '[');
			break;
		case 3:
			js_open(js, NULL, '{');
			break;
		case 4:
			js_key(js, "c");
			break;
		case 5:
			js_open(js, NULL, '{');
			break;
		case 6:
			js_close(js, '}');
			break;
		case 7:
			js_close(js, '}');
			break;
		case 8:
			js_close(js, ']');
			break;
		}
	}
}

TEST(a_failure_closes_whatever_is_open)
{
	for (int kind = 0; kind < 2; kind++) {
		for (int step = 0; step < 10; step++) {
			struct json_stream js = begin(step % 2);
			json_t *json, *at;

			make(&js, kind ? '{' : '[', step);
			js_fail(&js, "a \"map\" is gone");
			end(&js);
			json = at = json_loads(text, 0, NULL);
			assert_non_null(json);
			if (json_is_array(json)) {
				at = json_array_get(json, json_array_size(json) - 1);
				assert_int_equal(json_object_size(at), 1);
			}
			assert_string_equal(json_string_value(json_object_get(at, "error")),
					    "a \"map\" is gone");
			json_decref(json);
		}
	}
}

TEST(a_failure_letter_by_letter)
{
	struct json_stream js = begin(false);

	make(&js, '{', 5);
	js_fail(&js, "so");
	assert_string_equal(end(&js), "{\"a\": 1, \"b\": [{\"c\": null}], \"error\": \"so\"}");
	js = begin(false);
	make(&js, '[', 4);
	js_fail(&js, "so");
	assert_string_equal(end(&js), "[1, [{}], {\"error\": \"so\"}]");
	js = begin(false);
	js_fail(&js, "so");
	assert_string_equal(end(&js), "{\"error\": \"so\"}");
}

TEST(output_that_cannot_be_written)
{
	static const size_t sizes[] = { 1, 8192, 100000 };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct json_stream js = { .out = fopen("/dev/full", "w") };

		js_open(&js, NULL, '[');
		for (size_t j = 0; j < sizes[i]; j++)
			js_number(&js, NULL, j);
		js_close(&js, ']');
		assert_int_equal(js_end(&js), -EIO);
		fclose(js.out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_look_as_by_jansson),
		cmocka_unit_test(numbers_have_all_of_64_bits),
		cmocka_unit_test(reals_are_spelt_as_by_jansson),
		cmocka_unit_test(what_is_not_finite_is_null),
		cmocka_unit_test(nothing_is_null),
		cmocka_unit_test(every_byte_of_ASCII),
		cmocka_unit_test(foreign_bytes_are_told),
		cmocka_unit_test(valid_is_what_jansson_takes),
		cmocka_unit_test(a_failure_closes_whatever_is_open),
		cmocka_unit_test(a_failure_letter_by_letter),
		cmocka_unit_test(output_that_cannot_be_written),
	};

	return cmocka_run_group_tests_name("json_stream", tests, NULL, NULL);
}
