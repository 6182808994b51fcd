/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe_fixture.h - types that do not exist in the kernel, a function with such arguments, and a
 * machine that runs plans in this process, as bpf/probes/steps.bpf.h does in the kernel.
 */
#ifndef WEIR_TESTS_PROBE_FIXTURE_H
#define WEIR_TESTS_PROBE_FIXTURE_H

#include "datapath/probes/compile/plan.h"
#include "datapath/tests/check.h"

struct inner {
	int x, y;
};

struct thing {
	int value;
	unsigned int flag : 3;
	int small : 5;
	struct inner inner;
	char name[16];
	struct thing *next;
	struct {
		int hidden;
	};
	unsigned int list[4];
	unsigned char addr[4];
	int color;
	int count;
	char *text;
};

enum { RED = 1, GREEN = 2 };

struct fixture {
	struct btf *btf;
	struct probe_param params[7];
	struct probe_scope scope;
};

/* function(struct thing *thing, int number, void *raw, char *text, bool, long, long last) */
static void fixture_open(struct fixture *f)
{
	static const char *const names[] = {
		"thing", "number", "raw", "text", "yes", "wide", "last"
	};
	struct btf *btf = btf__new_empty();
	int i32 = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int u32 = btf__add_int(btf, "unsigned int", 4, 0);
	int letter = btf__add_int(btf, "char", 1, BTF_INT_SIGNED);
	int byte = btf__add_int(btf, "unsigned char", 1, 0);
	int truth = btf__add_int(btf, "_Bool", 1, BTF_INT_BOOL);
	int wide = btf__add_int(btf, "long", 8, BTF_INT_SIGNED);
	int name = btf__add_array(btf, i32, letter, 16), list = btf__add_array(btf, i32, u32, 4);
	int addr = btf__add_array(btf, i32, byte, 4), text = btf__add_ptr(btf, letter);
	int raw = btf__add_ptr(btf, 0), color, inner, hidden, thing, pointer;
	int types[7];

	color = btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "RED", RED);
	btf__add_enum_value(btf, "GREEN", GREEN);
	inner = btf__add_struct(btf, "inner", sizeof(struct inner));
	btf__add_field(btf, "x", i32, 0, 0);
	btf__add_field(btf, "y", i32, 32, 0);
	hidden = btf__add_struct(btf, NULL, 4);
	btf__add_field(btf, "hidden", i32, 0, 0);
	pointer = hidden + 2; /* id of the type that follows `thing` */
	thing = btf__add_struct(btf, "thing", sizeof(struct thing));
#define FIELD(name, type) \
	btf__add_field(btf, #name, type, (__u32)offsetof(struct thing, name) * 8, 0)
	FIELD(value, i32);
	btf__add_field(btf, "flag", u32, 32, 3);
	btf__add_field(btf, "small", i32, 35, 5);
	FIELD(inner, inner);
	FIELD(name, name);
	FIELD(next, pointer);
	btf__add_field(btf, NULL, hidden, (__u32)offsetof(struct thing, hidden) * 8, 0);
	FIELD(list, list);
	FIELD(addr, addr);
	FIELD(color, color);
	FIELD(count, i32);
	FIELD(text, text);
	assert_int_equal(btf__add_ptr(btf, thing), pointer);
	memcpy(types, (int[]){ pointer, i32, raw, text, truth, wide, wide }, sizeof(types));
	*f = (struct fixture){ .btf = btf };
	for (uint32_t i = 0; i < 7; i++) {
		strcpy(f->params[i].name, names[i]);
		f->params[i].type = probe_type_btf(btf, (__u32)types[i]);
		f->params[i].index = i < 6 ? i : PROBE_ARGS;
	}
	f->scope = (struct probe_scope){
		.type = WEIR_PROBE_KPROBE,
		.target = "function",
		.btf = btf,
		.params = f->params,
		.param_count = 7,
		.params_known = true,
		.kernel = true,
		.space = PROBE_ANY,
	};
}

static void fixture_close(struct fixture *f)
{
	btf__free(f->btf);
}

#endif
