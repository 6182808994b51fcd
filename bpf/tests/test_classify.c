// SPDX-License-Identifier: GPL-2.0
/*
 * test_classify.c - tests the reference classifier: it agrees with the hand-made classes of the
 * corpus, and it reads no byte outside the packet (build with SANITIZE=1). Needs no privileges.
 */
#include "bpf/tests/classify.h"
#include "bpf/tests/corpus.h"
#include "bpf/tests/mutate.h"
#include "datapath/tests/asserts.h"

static struct packet packet;

static void corpus_has_the_classes_it_says(void **state)
{
	struct reference r;
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < CORPUS_LEN; i++) {
		packet_build(&packet, corpus[i].layers);
		r = reference_classify(packet.data, packet.len, row_is_raw(&corpus[i]));
		if (r.class == corpus[i].class)
			continue;
		print_message("# '%s': class %d, said to be %d\n", corpus[i].name, r.class,
			      corpus[i].class);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void names_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < CORPUS_LEN; i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(corpus[i].name, corpus[j].name);
}

static void header_lengths(void **state)
{
	static const struct {
		uint32_t header_len;
		struct layer layers[LAYERS_MAX];
	} rows[] = {
		{ 54, { ETH(), IP4(), TCP(), BODY(6) } },
		{ 14 + 20 + 32, { ETH(), IP4(), TCP(.options = 12), BODY(6) } },
		{ 18 + 24 + 8, { ETH(), VLAN(), IP4(.options = 4), UDP(), BODY(6) } },
		{ 14 + 40 + 8 + 8 + 8, { ETH(), IP6(), EXT(HOP), EXT(FRAG), ICMP6(), BODY(6) } },
		{ 14 + 40 + 8, { ETH(), IP6(), EXT(FRAG, .frag = MORE6), TCP() } },
		{ 34, { ETH(), IP4(.frag = MORE), UDP(), BODY(8) } },
		{ 34, { ETH(), IP4(), BODY(8) } },
		{ 46, { ETH(), IP4(), SCTP(), BODY(8) } },
		{ 42, { ETH(), ARP(), PAD(18) } },
		{ 0, { ETH(), IP4(.len = 1), TCP() } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		packet_build(&packet, rows[i].layers);
		assert_int_equal(reference_classify(packet.data, packet.len, false).header_len,
				 rows[i].header_len);
	}
}

/* Copies each packet to memory of exactly its size, so that the sanitizer detects an overrun. */
static void reads_only_the_packet(void **state)
{
	struct random random = random_from(1);
	struct reference r;
	uint8_t *copy;
	bool raw;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		raw = mutate_next(&random, &packet);
		packet.len -= random_below(&random, 3) ? 0 : random_below(&random, packet.len + 1);
		copy = malloc(packet.len ? packet.len : 1);
		assert_non_null(copy);
		memcpy(copy, packet.data, packet.len);
		r = reference_classify(copy, packet.len, raw);
		assert_uint_in_range(r.class, 0, WEIR_CLASSES - 1);
		assert_uint_in_range(r.header_len, 0, packet.len);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corpus_has_the_classes_it_says),
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(header_lengths),
		cmocka_unit_test(reads_only_the_packet),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("reference classifier", tests, NULL, NULL);
}
