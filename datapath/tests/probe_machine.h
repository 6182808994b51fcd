/* SPDX-License-Identifier: GPL-2.0 */
/* probe_machine.h - runs plans in this process. Addresses below 4096 are unreadable. */
#ifndef WEIR_TESTS_PROBE_MACHINE_H
#define WEIR_TESTS_PROBE_MACHINE_H

#include "datapath/tests/probe_fixture.h"

struct machine {
	uint64_t args[PROBE_ARGS];
	uint64_t values[PROBE_VALUES];
	uint64_t bad; /* bit per value: unreadable */
	uint64_t event_bad, key_bad;
	uint8_t record[PROBE_RECORD];
	uint8_t area[PROBE_DATA + PROBE_BLOB];
	bool refused; /* by the filter */
	bool unsure;  /* refused, because the filter could not be evaluated */
};

static void machine_put(struct machine *m, const struct probe_step *t, uint64_t value, bool bad)
{
	m->values[t->dst] = bad ? 0 : value;
	if (t->doubt)
		m->bad = (m->bad & ~(1ULL << t->dst)) | (uint64_t)bad << t->dst;
	else /* the kernel does not check */
		assert_false(bad || (m->bad >> t->dst & 1));
	if (t->filter == PROBE_FILTER_ALL)
		m->unsure = bad;
	if (t->filter)
		m->refused = m->unsure || (!bad && !value);
}

static uint64_t machine_side(const struct machine *m, const struct probe_step *t,
			     enum probe_fixed side)
{
	if (t->op == PROBE_BINARY && t->fixed == side)
		return (uint64_t)t->imm;
	return m->values[side == PROBE_FIXED_A ? t->a : t->b];
}

static bool machine_bad(const struct machine *m, const struct probe_step *t, enum probe_fixed side)
{
	if (t->op == PROBE_BINARY && t->fixed == side)
		return false;
	return m->bad >> (side == PROBE_FIXED_A ? t->a : t->b) & 1;
}

static uint64_t machine_binary(uint32_t op, uint64_t a, uint64_t b)
{
	int64_t x = (int64_t)a, y = (int64_t)b;

	switch (op) {
	case PROBE_ADD:
		return a + b;
	case PROBE_SUB:
		return a - b;
	case PROBE_MUL:
		return a * b;
	case PROBE_DIV:
		return a / b;
	case PROBE_MOD:
		return a % b;
	case PROBE_SDIV:
		return (uint64_t)(x / y);
	case PROBE_SMOD:
		return (uint64_t)(x % y);
	case PROBE_BITAND:
		return a & b;
	case PROBE_BITOR:
		return a | b;
	case PROBE_BITXOR:
		return a ^ b;
	case PROBE_SHL:
		return a << (b & 63);
	case PROBE_SHR:
		return a >> (b & 63);
	case PROBE_SAR:
		return (uint64_t)(x >> (b & 63));
	case PROBE_EQ:
		return a == b;
	case PROBE_NE:
		return a != b;
	case PROBE_LT:
		return a < b;
	case PROBE_LE:
		return a <= b;
	case PROBE_SLT:
		return x < y;
	case PROBE_SLE:
		return x <= y;
	}
	fail_msg("no operator %u", op);
	return 0;
}

static void machine_join(struct machine *m, const struct probe_step *t)
{
	bool bad_a = machine_bad(m, t, PROBE_FIXED_A), bad_b = machine_bad(m, t, PROBE_FIXED_B),
	     decides = t->offset == PROBE_OR;

	if ((!bad_a && !!machine_side(m, t, PROBE_FIXED_A) == decides) ||
	    (!bad_b && !!machine_side(m, t, PROBE_FIXED_B) == decides))
		machine_put(m, t, decides, false);
	else
		machine_put(m, t, !decides, bad_a || bad_b);
}

static void machine_read(struct machine *m, const struct probe_step *t)
{
	uint64_t from = m->values[t->a] + (uint64_t)t->imm;
	bool bad = (m->bad >> t->a & 1) || from < 4096;

	assert_true(t->offset + t->size <= PROBE_DATA);
	assert_true(t->size <= (t->op == PROBE_READ ? PROBE_BLOB : PROBE_STRING));
	if (bad && t->offset < PROBE_KEY)
		m->key_bad |= 1ULL << t->item;
	else if (bad)
		m->event_bad |= 1ULL << t->item;
	else if (t->op == PROBE_READ)
		memcpy(m->area + t->offset, (void *)from, t->size);
	else
		snprintf((char *)m->area + t->offset, t->size, "%s", (char *)from);
}

static void machine_step(struct machine *m, const struct probe_program *p,
			 const struct probe_step *t)
{
	uint64_t a = machine_side(m, t, PROBE_FIXED_A), b = 0;
	bool bad = machine_bad(m, t, PROBE_FIXED_A);
	uint64_t value = 0, from = m->values[t->a] + (uint64_t)t->imm;

	assert_true(t->dst < PROBE_VALUES && t->a < PROBE_VALUES);
	switch (t->op) {
	case PROBE_IMM:
		machine_put(m, t, (uint64_t)t->imm, false);
		return;
	case PROBE_ARG:
		machine_put(m, t, m->args[t->offset], false);
		return;
	case PROBE_BUILTIN:
		machine_put(m, t, 1000 + t->offset, false);
		return;
	case PROBE_FIELD:
		assert_true(t->offset + t->size <= PROBE_RECORD);
		memcpy(&value, m->record + t->offset, t->size);
		machine_put(m, t, value, false);
		return;
	case PROBE_LOAD:
		assert_true(t->size >= 1 && t->size <= 8);
		bad = bad || from < 4096;
		if (!bad)
			memcpy(&value, (void *)from, t->size);
		machine_put(m, t, value, bad);
		return;
	case PROBE_EXTEND:
		assert_true(t->offset < 64 && t->size < 64);
		value = m->values[t->a] << t->offset;
		machine_put(m, t, t->b ? (uint64_t)((int64_t)value >> t->size) : value >> t->size,
			    bad);
		return;
	case PROBE_BINARY:
		b = machine_side(m, t, PROBE_FIXED_B);
		bad = bad || machine_bad(m, t, PROBE_FIXED_B);
		if (t->offset == PROBE_AND || t->offset == PROBE_OR)
			machine_join(m, t);
		else if (t->offset >= PROBE_DIV && t->offset <= PROBE_SMOD && !b)
			machine_put(m, t, 0, true);
		else
			machine_put(m, t, machine_binary(t->offset, a, b), bad);
		return;
	case PROBE_UNARY:
		value = m->values[t->a];
		value = t->offset == PROBE_NEG      ? -value
			: t->offset == PROBE_INVERT ? ~value
			: t->offset == PROBE_NOT    ? !value
			: t->offset == PROBE_SWAP16 ? __builtin_bswap16((uint16_t)value)
			: t->offset == PROBE_SWAP32 ? __builtin_bswap32((uint32_t)value)
						    : __builtin_bswap64(value);
		machine_put(m, t, value, bad);
		return;
	case PROBE_STORE:
		assert_true(t->offset % 8 == 0 && t->offset + 8 <= PROBE_DATA);
		memcpy(m->area + t->offset, &m->values[t->a], 8);
		if (bad && t->offset < PROBE_KEY)
			m->key_bad |= 1ULL << t->item;
		else if (bad)
			m->event_bad |= 1ULL << t->item;
		return;
	case PROBE_READ:
	case PROBE_READ_STRING:
		machine_read(m, t);
		return;
	case PROBE_COMM:
		snprintf((char *)m->area + t->offset, 16, "tester");
		return;
	case PROBE_COMM_IS:
		assert_true((uint64_t)t->imm + 16 <= sizeof(p->texts));
		machine_put(m, t,
			    memcmp("tester\0\0\0\0\0\0\0\0\0", p->texts + t->imm, t->size) == 0,
			    false);
		return;
	case PROBE_COMPARE:
		assert_true((uint64_t)t->imm + t->size <= sizeof(p->texts));
		machine_put(m, t, memcmp(m->area + t->offset, p->texts + t->imm, t->size) == 0,
			    m->event_bad >> t->item & 1);
		return;
	default:
		fail_msg("no step %u", t->op);
	}
}

static void machine_run(struct machine *m, const struct probe_program *p)
{
	for (uint32_t i = 0; i < p->plan.steps && !m->refused; i++)
		machine_step(m, p, &p->steps[i]);
}

#endif
