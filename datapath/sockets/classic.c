// SPDX-License-Identifier: GPL-2.0
/* classic.c - see classic.h. */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/sockets/classic.h"

/* Registers of the converted code. BPF_LD | BPF_ABS requires A in r0; r10 is the frame. */
enum {
	A = BPF_REG_0,
	TMP = BPF_REG_2,
	SKB = BPF_REG_6, /* where BPF_LD | BPF_ABS expects it */
	X = BPF_REG_7,
	DELTA = BPF_REG_8, /* length of the IP header before the data */
	LEN = BPF_REG_9,   /* of the packet, including the IP header */
};

#define NOWHERE 0x10000 /* a DELTA beyond all offsets: use the network header only */
#define OFFSET_MAX 0xffff
#define IP4_HEADER_MIN 20
#define IP6_HEADER_LEN 40
#define MEMORY_WORDS 16 /* BPF_MEMWORDS */

struct conversion {
	const struct classic *code;
	enum packet_start start;
	struct insns out;
	size_t room;
	size_t *begins; /* index into out, by index into code; one more for the end */
	struct jump {
		size_t at;     /* index into out */
		size_t target; /* index into code */
	} * jumps;
	size_t jump_count;
	int error;
};

static void emit(struct conversion *c, uint8_t code, uint8_t dst, uint8_t src, int16_t off,
		 int32_t imm)
{
	struct bpf_insn *grown;

	if (c->out.count == c->room) {
		c->room = c->room ? c->room * 2 : 64;
		grown = realloc(c->out.items, c->room * sizeof(*grown));
		if (!grown) {
			c->error = -ENOMEM;
			c->room = c->out.count;
			return;
		}
		c->out.items = grown;
	}
	c->out.items[c->out.count++] = (struct bpf_insn){
		.code = code, .dst_reg = dst & 0xf, .src_reg = src & 0xf, .off = off, .imm = imm
	};
}

/* --- building blocks --- */

static void mov(struct conversion *c, uint8_t dst, uint32_t imm)
{
	emit(c, BPF_ALU | BPF_MOV | BPF_K, dst, 0, 0, (int32_t)imm);
}

static void mov_reg(struct conversion *c, uint8_t dst, uint8_t src)
{
	emit(c, BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0);
}

static void leave(struct conversion *c)
{
	emit(c, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void leave_with(struct conversion *c, uint32_t value)
{
	mov(c, A, value);
	leave(c);
}

static void load_fixed(struct conversion *c, uint8_t size, int32_t offset)
{
	emit(c, BPF_LD | BPF_ABS | size, 0, 0, 0, offset);
}

static void load_at(struct conversion *c, uint8_t size, uint8_t reg, int32_t offset)
{
	emit(c, BPF_LD | BPF_IND | size, 0, reg, 0, offset);
}

static void load_skb(struct conversion *c, uint8_t dst, size_t field)
{
	emit(c, BPF_LDX | BPF_MEM | BPF_W, dst, SKB, (int16_t)field, 0);
}

static int size_of(uint8_t size)
{
	return size == BPF_W ? 4 : size == BPF_H ? 2 : 1;
}

/* --- prologue --- */

/*
 * DELTA for IPv6: 40 if the transport header follows directly. With extension headers, it is the
 * difference of the two lengths.
 */
static void begin_ip6(struct conversion *c, uint8_t protocol)
{
	const int next_header_at = 6, payload_len_at = 4;

	mov(c, DELTA, IP6_HEADER_LEN);
	load_fixed(c, BPF_B, SKF_NET_OFF + next_header_at);
	emit(c, BPF_JMP32 | BPF_JEQ | BPF_K, A, 0, 5, protocol);
	load_fixed(c, BPF_H, SKF_NET_OFF + payload_len_at);
	emit(c, BPF_ALU | BPF_ADD | BPF_X, DELTA, A, 0, 0);
	emit(c, BPF_ALU | BPF_SUB | BPF_X, DELTA, LEN, 0, 0);
	emit(c, BPF_JMP32 | BPF_JLE | BPF_K, DELTA, 0, 1, OFFSET_MAX);
	mov(c, DELTA, NOWHERE);
}

static void begin_transport(struct conversion *c, uint8_t protocol)
{
	size_t to_ip6, to_end;

	load_fixed(c, BPF_B, SKF_NET_OFF);
	mov_reg(c, DELTA, A);
	emit(c, BPF_ALU | BPF_RSH | BPF_K, A, 0, 0, 4);
	to_ip6 = c->out.count;
	emit(c, BPF_JMP32 | BPF_JEQ | BPF_K, A, 0, 0, 6);
	emit(c, BPF_ALU | BPF_AND | BPF_K, DELTA, 0, 0, 0xf);
	emit(c, BPF_ALU | BPF_LSH | BPF_K, DELTA, 0, 0, 2);
	to_end = c->out.count;
	emit(c, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	if (c->error)
		return;
	c->out.items[to_ip6].off = (int16_t)(c->out.count - to_ip6 - 1);
	begin_ip6(c, protocol);
	if (c->error)
		return;
	c->out.items[to_end].off = (int16_t)(c->out.count - to_end - 1);
	emit(c, BPF_ALU | BPF_ADD | BPF_X, LEN, DELTA, 0, 0);
}

static void begin(struct conversion *c, uint8_t protocol)
{
	emit(c, BPF_ALU64 | BPF_MOV | BPF_X, SKB, BPF_REG_1, 0, 0);
	load_skb(c, LEN, offsetof(struct __sk_buff, len));
	if (c->start == STARTS_AT_TRANSPORT)
		begin_transport(c, protocol);
	mov(c, A, 0);
	mov(c, X, 0);
	/* the verifier rejects reads of uninitialised stack */
	for (int16_t i = 1; i <= MEMORY_WORDS; i++)
		emit(c, BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, (int16_t)(-4 * i), 0);
}

/* --- instructions --- */

static int16_t memory(struct conversion *c, uint32_t word)
{
	if (word >= MEMORY_WORDS) {
		c->error = -EINVAL;
		return -4;
	}
	return (int16_t)(-4 * ((int)word + 1));
}

/* Loads from offset TMP, which counts from the IP header. */
static void load_anywhere(struct conversion *c, uint8_t size)
{
	emit(c, BPF_JMP32 | BPF_JGE | BPF_X, TMP, DELTA, 2, 0);
	load_at(c, size, TMP, SKF_NET_OFF);
	emit(c, BPF_JMP | BPF_JA, 0, 0, 2, 0);
	emit(c, BPF_ALU | BPF_SUB | BPF_X, TMP, DELTA, 0, 0);
	load_at(c, size, TMP, 0);
}

/* A = P[k], or P[X + k] if `indexed`. */
static void load(struct conversion *c, uint8_t size, uint32_t k, bool indexed)
{
	bool transport = c->start == STARTS_AT_TRANSPORT;

	if (c->start == STARTS_AT_PAYLOAD) {
		c->error = -EOPNOTSUPP;
		return;
	}
	if (k > OFFSET_MAX) {
		leave_with(c, 0);
		return;
	}
	if (!indexed && (!transport || (int)k + size_of(size) <= IP4_HEADER_MIN)) {
		load_fixed(c, size, (transport ? SKF_NET_OFF : 0) + (int32_t)k);
		return;
	}
	mov(c, TMP, k);
	if (indexed) {
		/* in 64 bits, so that it cannot overflow */
		emit(c, BPF_ALU64 | BPF_ADD | BPF_X, TMP, X, 0, 0);
		emit(c, BPF_JMP | BPF_JLE | BPF_K, TMP, 0, 2, OFFSET_MAX);
		leave_with(c, 0);
	}
	if (transport)
		load_anywhere(c, size);
	else
		load_at(c, size, TMP, 0);
}

/* X = 4 * (P[k] & 0xf): the length of an IP header. */
static void load_header_len(struct conversion *c, uint32_t k)
{
	mov_reg(c, X, A); /* the load needs A, and X will be overwritten anyway */
	load(c, BPF_B, k, false);
	if (k > OFFSET_MAX) /* the load ended the program */
		return;
	emit(c, BPF_ALU | BPF_AND | BPF_K, A, 0, 0, 0xf);
	emit(c, BPF_ALU | BPF_LSH | BPF_K, A, 0, 0, 2);
	/* swap */
	emit(c, BPF_ALU | BPF_XOR | BPF_X, A, X, 0, 0);
	emit(c, BPF_ALU | BPF_XOR | BPF_X, X, A, 0, 0);
	emit(c, BPF_ALU | BPF_XOR | BPF_X, A, X, 0, 0);
}

static void convert_load(struct conversion *c, const struct sock_filter *i, uint8_t dst)
{
	switch (BPF_MODE(i->code)) {
	case BPF_IMM:
		mov(c, dst, i->k);
		return;
	case BPF_LEN:
		mov_reg(c, dst, LEN);
		return;
	case BPF_MEM:
		emit(c, BPF_LDX | BPF_MEM | BPF_W, dst, BPF_REG_10, memory(c, i->k), 0);
		return;
	default:
		break;
	}
	if (i->code == (BPF_LDX | BPF_MSH | BPF_B))
		load_header_len(c, i->k);
	else if (dst == A && BPF_MODE(i->code) == BPF_ABS)
		load(c, BPF_SIZE(i->code), i->k, false);
	else if (dst == A && BPF_MODE(i->code) == BPF_IND)
		load(c, BPF_SIZE(i->code), i->k, true);
	else
		c->error = -EINVAL;
}

/* A shift by 32 or more gives 0 in libpcap; eBPF would shift by the number modulo 32. */
static void shift(struct conversion *c, uint8_t op, const struct sock_filter *i)
{
	if (BPF_SRC(i->code) == BPF_X) {
		emit(c, BPF_JMP32 | BPF_JLT | BPF_K, X, 0, 2, 32);
		mov(c, A, 0);
		emit(c, BPF_JMP | BPF_JA, 0, 0, 1, 0);
		emit(c, BPF_ALU | op | BPF_X, A, X, 0, 0);
	} else if (i->k >= 32) {
		mov(c, A, 0);
	} else {
		emit(c, BPF_ALU | op | BPF_K, A, 0, 0, (int32_t)i->k);
	}
}

static void convert_alu(struct conversion *c, const struct sock_filter *i)
{
	uint8_t op = BPF_OP(i->code), src = BPF_SRC(i->code);
	bool divides = op == BPF_DIV || op == BPF_MOD;

	if (op > BPF_XOR || (divides && src == BPF_K && i->k == 0)) {
		c->error = -EINVAL;
		return;
	}
	if (divides && src == BPF_X) {
		emit(c, BPF_JMP32 | BPF_JNE | BPF_K, X, 0, 2, 0);
		leave_with(c, 0);
	}
	if (op == BPF_LSH || op == BPF_RSH)
		shift(c, op, i);
	else if (op == BPF_NEG)
		emit(c, BPF_ALU | BPF_NEG, A, 0, 0, 0);
	else if (src == BPF_X)
		emit(c, BPF_ALU | op | BPF_X, A, X, 0, 0);
	else
		emit(c, BPF_ALU | op | BPF_K, A, 0, 0, (int32_t)i->k);
}

static void jump_to(struct conversion *c, size_t target)
{
	if (target >= c->code->count) {
		c->error = -EINVAL;
		return;
	}
	c->jumps[c->jump_count++] = (struct jump){ c->out.count, target };
}

static void convert_jump(struct conversion *c, size_t at, const struct sock_filter *i)
{
	uint8_t op = BPF_OP(i->code);
	bool by_x = BPF_SRC(i->code) == BPF_X;

	if (op == BPF_JA) {
		jump_to(c, at + 1 + (size_t)i->k);
		emit(c, BPF_JMP | BPF_JA, 0, 0, 0, 0);
		return;
	}
	if (op != BPF_JEQ && op != BPF_JGT && op != BPF_JGE && op != BPF_JSET) {
		c->error = -EINVAL;
		return;
	}
	jump_to(c, at + 1 + i->jt);
	emit(c, BPF_JMP32 | op | (by_x ? BPF_X : BPF_K), A, by_x ? X : 0, 0,
	     by_x ? 0 : (int32_t)i->k);
	if (i->jf) {
		jump_to(c, at + 1 + i->jf);
		emit(c, BPF_JMP | BPF_JA, 0, 0, 0, 0);
	}
}

static void convert_one(struct conversion *c, size_t at, const struct sock_filter *i)
{
	switch (BPF_CLASS(i->code)) {
	case BPF_LD:
		convert_load(c, i, A);
		break;
	case BPF_LDX:
		convert_load(c, i, X);
		break;
	case BPF_ST:
		emit(c, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, A, memory(c, i->k), 0);
		break;
	case BPF_STX:
		emit(c, BPF_STX | BPF_MEM | BPF_W, BPF_REG_10, X, memory(c, i->k), 0);
		break;
	case BPF_ALU:
		convert_alu(c, i);
		break;
	case BPF_JMP:
		convert_jump(c, at, i);
		break;
	case BPF_RET:
		if (BPF_RVAL(i->code) == BPF_K)
			mov(c, A, i->k);
		leave(c);
		break;
	default:
		if (BPF_MISCOP(i->code) == BPF_TAX)
			mov_reg(c, X, A);
		else
			mov_reg(c, A, X);
	}
}

/* --- conversion --- */

/* Returns true if the instruction ends the program, as loads beyond any packet do. */
static bool is_last(const struct sock_filter *i)
{
	uint8_t class = BPF_CLASS(i->code), mode = BPF_MODE(i->code);

	if (class == BPF_RET)
		return true;
	return i->k > OFFSET_MAX && ((class == BPF_LD && (mode == BPF_ABS || mode == BPF_IND)) ||
				     (class == BPF_LDX && mode == BPF_MSH));
}

static void reach(bool *reached, size_t count, size_t target)
{
	if (target < count)
		reached[target] = true;
}

/* The verifier rejects unreachable instructions, which classic BPF allows. All jumps go forward. */
static void mark_reached(const struct classic *code, bool *reached)
{
	reached[0] = true;
	for (size_t i = 0; i < code->count; i++) {
		const struct sock_filter *insn = &code->items[i];

		if (!reached[i] || is_last(insn))
			continue;
		if (BPF_CLASS(insn->code) != BPF_JMP) {
			reach(reached, code->count, i + 1);
		} else if (BPF_OP(insn->code) == BPF_JA) {
			reach(reached, code->count, i + 1 + insn->k);
		} else {
			reach(reached, code->count, i + 1 + insn->jt);
			reach(reached, code->count, i + 1 + insn->jf);
		}
	}
}

static int resolve_jumps(struct conversion *c)
{
	for (size_t i = 0; i < c->jump_count; i++) {
		const struct jump *jump = &c->jumps[i];
		size_t distance = c->begins[jump->target] - jump->at - 1;

		if (distance > INT16_MAX)
			return -E2BIG;
		c->out.items[jump->at].off = (int16_t)distance;
	}
	return 0;
}

static void conversion_free(struct conversion *c)
{
	insns_free(&c->out);
	free(c->begins);
	free(c->jumps);
}

void insns_free(struct insns *insns)
{
	free(insns->items);
	*insns = (struct insns){};
}

int classic_convert(const struct classic *code, enum packet_start start, uint8_t protocol,
		    struct insns *ret_insns)
{
	_cleanup_(conversion_free) struct conversion c = { .code = code, .start = start };
	_cleanup_free_ bool *reached = NULL;
	size_t count = code->count;
	int ret;

	if (!count || BPF_CLASS(code->items[count - 1].code) != BPF_RET)
		return -EINVAL;
	c.begins = calloc(count, sizeof(*c.begins));
	c.jumps = calloc(2 * count, sizeof(*c.jumps));
	reached = calloc(count, sizeof(*reached));
	if (!c.begins || !c.jumps || !reached)
		return -ENOMEM;
	mark_reached(code, reached);
	begin(&c, protocol);
	for (size_t i = 0; i < count && !c.error; i++) {
		c.begins[i] = c.out.count;
		if (reached[i])
			convert_one(&c, i, &code->items[i]);
	}
	ret = c.error ? c.error : resolve_jumps(&c);
	if (ret)
		return ret;
	*ret_insns = c.out;
	c.out = (struct insns){};
	return 0;
}
