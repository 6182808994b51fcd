// SPDX-License-Identifier: GPL-2.0
/*
 * test_load.c - loads every object of every compiler into the kernel, in each combination of
 * switches.
 *
 * One compiler keeps a bounds check that another proves redundant and drops, and then the verifier
 * rejects the program. So each object in build/objects/, which `make` builds with every installed
 * clang, is loaded with the read-only data that ctl would give it.
 */
#include <glob.h>
#include <libgen.h>
#include "datapath/base/cleanup.h"
#include "datapath/kernel/btf.h"
#include "datapath/sockets/expression.h"
#include "datapath/kernel/features.h"
#include "datapath/tests/check.h"
#include "datapath/sockets/weave.h"
#include "bpf/tests/load_plans.h"
#include "bpf/tests/programs.h"

/* Below build/, or below $WEIR_BUILD in a VM with another architecture. */
#define OBJECTS "objects/*/bpf/*.bpf.o"
#define OBJECTS_OF_ROOMS "objects/*/bpf/*/*.bpf.o"
#define SWITCHES 8

static struct btf *vmlinux;
static struct features features;

/* --- objects --- */

/* A variable of the read-only data, and its number of values: 0, 1, ... */
struct switches {
	const char *variable;
	uint32_t values;
	bool (*possible)(void); /* NULL or true: all values; false: only 0 */
};

struct kind {
	const char *name;
	struct switches switches[SWITCHES];
	/* Further preparation. Returns a reason to skip the variant, or NULL. */
	const char *(*prepare)(struct bpf_object *object, uint32_t variant);
	uint32_t variants; /* variants of prepare(); 0 is 1 */
};

struct object {
	char *path;
	char name[64]; /* "xdp by clang-14" */
	const struct kind *kind;
};

static void *rodata(struct bpf_object *object, const char *variable, size_t *ret_size)
{
	const struct btf *btf = bpf_object__btf(object);
	const struct btf_type *section;
	struct btf_var_secinfo *info;
	struct bpf_map *map;
	size_t size;
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC);

	section = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;
	info = section ? btf_var_secinfos(section) : NULL;
	for (int i = 0; section && i < btf_vlen(section); i++) {
		const struct btf_type *var = btf__type_by_id(btf, info[i].type);

		if (strcmp(btf__name_by_offset(btf, var->name_off), variable) != 0)
			continue;
		bpf_object__for_each_map(map, object)
		{
			char *data = NULL;

			if (strstr(bpf_map__name(map), ".rodata")) /* const before libbpf 1.2 */
				data = (char *)bpf_map__initial_value(map, &size);

			*ret_size = info[i].size;
			if (data)
				return data + info[i].offset;
		}
	}
	fail_msg("no variable '%s'", variable);
	return NULL;
}

static void set(struct bpf_object *object, const char *variable, uint64_t value)
{
	size_t size = 0;
	void *at = rodata(object, variable, &size);

	assert_uint_in_range(size, 1, sizeof(value));
	memcpy(at, &value, size); /* BPF is little endian here */
}

/* --- what the kernel offers --- */

static bool has_kernel_ctx(void)
{
	return feature_kernel_ctx(&features);
}

static bool has_cast(void)
{
	return btf__find_by_name_kind(vmlinux, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
}

static bool has_receiver(void)
{
	return tracepoint_arguments(vmlinux, "kfree_skb") > 3;
}

static bool has_reset_reason(void)
{
	return tracepoint_arguments(vmlinux, "tcp_send_reset") >= 3;
}

/* --- preparations --- */

static void load_only(struct bpf_object *object, const char *name)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, object)
		bpf_program__set_autoload(prog, strcmp(bpf_program__name(prog), name) == 0);
}

/* Native mode takes fragments, generic mode does not. */
static const char *prepare_xdp(struct bpf_object *object, uint32_t variant)
{
	bpf_program__set_flags(bpf_object__find_program_by_name(object, "weir_xdp"),
			       variant ? BPF_F_XDP_HAS_FRAGS : 0);
	return NULL;
}

static const char *prepare_cgroup_skb(struct bpf_object *object, uint32_t variant)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(object, "weir_cgroup_skb");

	set(object, "cfg_raw_ip", 1);
	bpf_program__set_expected_attach_type(prog, variant ? BPF_CGROUP_INET_EGRESS
							    : BPF_CGROUP_INET_INGRESS);
	return NULL;
}

static const char *prepare_sockops(struct bpf_object *object, uint32_t variant)
{
	(void)variant;
	set(object, "cfg_tcp_sets", 131072);
	set(object, "cfg_depth", 3);
	return NULL;
}

/* An expression that reads bytes, lengths and memory. */
static const char *prepare_socket_filter(struct bpf_object *object, uint32_t variant)
{
	static const uint32_t layers[] = { WEIR_L4_TCP, WEIR_L4_UDP, WEIR_L4_OTHER };
	static struct insns insns;
	struct weir_socket_config config = {
		.ip = variant & 1,
		.l4 = layers[variant / 2 % 3],
		.keep = variant / 6 % 2,
		.snap = variant / 12 % 2 ? 64 : 0,
	};
	struct classic code = {};
	struct weir_error err;
	size_t size;

	memcpy(rodata(object, "cfg_socket", &size), &config, sizeof(config));
	insns_free(&insns);
	insns = (struct insns){};
	if (!config.keep)
		return NULL;
	if (expression_compile("udp port 53 or (tcp[tcpflags] & tcp-syn != 0 and less 90)", &code,
			       &err))
		fail_msg("%s", err.text);
	assert_int_equal(classic_convert(&code, STARTS_AT_TRANSPORT, 17, &insns), 0);
	classic_free(&code);
	weave_next(&insns);
	return NULL;
}

static const char *prepare_tune(struct bpf_object *object, uint32_t variant)
{
	size_t size;
	struct weir_tune_rule *rule = rodata(object, "cfg_rule", &size);

	assert_int_equal(size, sizeof(*rule));
	rule->setting_count = variant;
	for (uint32_t i = 0; i < variant; i++)
		rule->settings[i] = (struct weir_tune_setting){
			.option = (uint8_t)(i + 1), .level = 6, .name = 1001 + i, .value = 10
		};
	return NULL;
}

static const char *prepare_drops(struct bpf_object *object, uint32_t variant)
{
	struct bpf_program *prog;

	(void)variant;
	set(object, "cfg_consumed", 5);
	prog = bpf_object__find_program_by_name(object, "weir_xdp_redirect");
	bpf_program__set_autoload(prog, tracepoint_arguments(vmlinux, "xdp_redirect_err") >= 4);
	return NULL;
}

static const char *prepare_extension(struct bpf_object *object, uint32_t variant)
{
	(void)variant;
	load_only(object, "weir_feature_target");
	return NULL;
}

static const char *prepare_probe(struct bpf_object *object, uint32_t variant)
{
	static const char *const programs[] = {
		"weir_kprobe",     "weir_kprobe_call",   "weir_kretprobe", "weir_usdt",
		"weir_tracepoint", "weir_rawtracepoint", "weir_iter",      "weir_perf_event",
		"weir_fentry",     "weir_fentry_call",   "weir_fexit",
	};
	/*
	 * The first program is loaded with each plan. The others share its code and get the first
	 * few plans.
	 */
	uint32_t other = variant < LOAD_PLANS ? 0 : 1 + (variant - LOAD_PLANS) / LOAD_FEW_PLANS;
	uint32_t plan_number = other ? (variant - LOAD_PLANS) % LOAD_FEW_PLANS : variant;
	const char *name = programs[other];
	struct bpf_program *prog = bpf_object__find_program_by_name(object, name);
	struct probe_plan *plan;
	struct probe_step *early, *steps;
	size_t size;

	static_assert(ARRAY_SIZE(programs) == LOAD_PROBE_PROGRAMS, "each is loaded");
	load_only(object, name);
	plan = rodata(object, "plan", &size);
	early = rodata(object, "early", &size);
	steps = rodata(object, "steps", &size);
	load_plan(plan_number, plan, early, steps);
	plan->saved = strstr(name, "ret") || strstr(name, "fexit") || strstr(name, "_call");
	if (plan->kernel && !load_may_read_kernel())
		return "this kernel is locked down: no bpf_probe_read_kernel()";
	if (strcmp(name, "weir_iter") == 0) {
		plan->stack = 0;
		plan->args &= 1U << 0 | 1U << 1; /* an iterator's context has only a task */
	}
	if (!strstr(name, "fentry") && !strstr(name, "fexit"))
		return NULL;
	if (!load_may_trace_functions())
		return "this kernel is locked down: no fentry";
	if (bpf_program__set_attach_target(prog, 0, "vfs_mkdir"))
		fail_msg("no function vfs_mkdir");
	return NULL;
}

/* --- all objects --- */

#define YES_OR_NO(variable)       \
	{                         \
		variable, 2, NULL \
	}
#define IF(feature, variable)        \
	{                            \
		variable, 2, feature \
	}

static const struct kind kinds[] = {
	{ .name = "xdp",
	  .switches = { YES_OR_NO("cfg_flows"), YES_OR_NO("cfg_raw_ip"), YES_OR_NO("cfg_loopback"),
			YES_OR_NO("cfg_generation"), YES_OR_NO("cfg_runs_last"),
			IF(has_kernel_ctx, "cfg_kernel_ctx") },
	  .prepare = prepare_xdp,
	  .variants = 2 },
	{ .name = "tc",
	  .switches = { YES_OR_NO("cfg_flows"), YES_OR_NO("cfg_raw_ip"),
			YES_OR_NO("cfg_loopback") } },
	{ .name = "cgroup_skb", .prepare = prepare_cgroup_skb, .variants = 2 },
	{ .name = "sockops",
	  .switches = { YES_OR_NO("cfg_tcp"), YES_OR_NO("cfg_tune"),
			IF(has_kernel_ctx, "cfg_kernel_ctx") },
	  .prepare = prepare_sockops },
	{ .name = "sockfilter", .prepare = prepare_socket_filter, .variants = 24 },
	{ .name = "tcp_adopt" },
	{ .name = "tune_trial", .prepare = prepare_tune, .variants = WEIR_TUNE_SETTINGS + 1 },
	{ .name = "clock" },
	{ .name = "maps" },
	{ .name = "feature_ext", .prepare = prepare_extension },
	{ .name = "drops",
	  .switches = { YES_OR_NO("cfg_stacks"), YES_OR_NO("cfg_events"), YES_OR_NO("cfg_netns"),
			YES_OR_NO("cfg_tuples"), IF(has_receiver, "cfg_receiver"),
			IF(has_cast, "cfg_cast") },
	  .prepare = prepare_drops },
	{ .name = "health",
	  .switches = { YES_OR_NO("cfg_netns"), IF(has_reset_reason, "cfg_reasons"),
			IF(has_cast, "cfg_cast") } },
	{ .name = "probe",
	  .prepare = prepare_probe,
	  .variants = LOAD_PLANS + (LOAD_PROBE_PROGRAMS - 1) * LOAD_FEW_PLANS },
	/* for the benches */
	{ .name = "cost_xdp" },
	{ .name = "cost_tc" },
	{ .name = "cost_peers" },
	/* before Linux 6.2 the functions of the peers cannot pass on a map key */
	{ .name = "cost_flows_xdp", .switches = { IF(has_cast, "cfg_flows") } },
	{ .name = "cost_flows_tc", .switches = { IF(has_cast, "cfg_flows") } },
};

/* Selects combination `variant` of the switches. The quotient is the variant for prepare(). */
static uint32_t choose(const struct kind *kind, struct bpf_object *object, uint32_t variant)
{
	for (const struct switches *s = kind->switches; s->variable; s++) {
		uint32_t values = !s->possible || s->possible() ? s->values : 1;

		set(object, s->variable, variant % values);
		variant /= values;
	}
	return variant;
}

static uint32_t variants_of(const struct kind *kind)
{
	uint32_t count = kind->variants ? kind->variants : 1;

	for (const struct switches *s = kind->switches; s->variable; s++)
		count *= !s->possible || s->possible() ? s->values : 1;
	return count;
}

/* Maps are not under test, and large ones take time. */
static void shrink_maps(struct bpf_object *object)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		if (bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF)
			bpf_map__set_max_entries(map, (uint32_t)getpagesize());
		else if (bpf_map__max_entries(map) > 64 &&
			 !bpf_map__initial_value(map, &(size_t){ 0 }))
			bpf_map__set_max_entries(map, 64);
	}
}

static uint32_t verified_insns(struct bpf_object *object)
{
	struct bpf_program *prog;
	uint32_t sum = 0;

	bpf_object__for_each_program(prog, object)
	{
		struct bpf_prog_info info = {};
		__u32 len = sizeof(info);

		if (bpf_program__fd(prog) >= 0 &&
		    bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &len) == 0)
			sum += info.verified_insns;
	}
	return sum;
}

static char said[1 << 24]; /* the verifier log may be long */
static size_t said_size;

static int hear(enum libbpf_print_level level, const char *format, va_list args)
{
	int n;

	if (level == LIBBPF_DEBUG || said_size >= sizeof(said))
		return 0;
	n = vsnprintf(said + said_size, sizeof(said) - said_size, format, args);
	said_size += n > 0 ? (size_t)n : 0;
	return 0;
}

/* Prints the end of the log: the last instructions before the rejected one, and the reason. */
static void print_tail(void)
{
	size_t lines = 0, at = said_size < sizeof(said) ? said_size : sizeof(said) - 1;

	while (at > 0 && lines < 60)
		lines += said[--at] == '\n';
	for (char *line = strtok(said + at, "\n"); line; line = strtok(NULL, "\n"))
		printf("# %s\n", line);
}

/* Loads one variant. Returns the number of instructions that the verifier processed; 0: skipped. */
static uint32_t load_variant(const struct object *o, uint32_t variant, const char **ret_why)
{
	struct bpf_object *object = bpf_object__open_file(o->path, NULL);
	uint32_t insns, rest;

	if (!object)
		fail_msg("cannot open '%s': %s", o->path, strerror(errno));
	shrink_maps(object);
	rest = choose(o->kind, object, variant);
	*ret_why = o->kind->prepare ? o->kind->prepare(object, rest) : NULL;
	if (*ret_why) {
		bpf_object__close(object);
		return 0;
	}
	said_size = 0;
	said[0] = '\0';
	if (bpf_object__load(object)) {
		int error = errno;

		print_tail();
		fail_msg("variant %u of '%s' does not load: %s", variant, o->path, strerror(error));
	}
	insns = verified_insns(object);
	bpf_object__close(object);
	weave_next(NULL);
	return insns;
}

static void loads(void **state)
{
	const struct object *o = *state;
	uint32_t count = variants_of(o->kind), loaded = 0, most = 0;
	uint64_t sum = 0;
	const char *why, *left_out = NULL;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t insns = load_variant(o, i, &why);

		if (why) {
			left_out = why;
			continue;
		}
		loaded++;
		sum += insns;
		most = insns > most ? insns : most;
	}
	printf("# %s: %u variants, %u instructions verified at most, %llu in all\n", o->name,
	       loaded, most, (unsigned long long)sum);
	if (left_out)
		printf("# %s: %u variants were left out: %s\n", o->name, count - loaded, left_out);
	assert_true(loaded > 0);
}

static const struct kind *kind_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* Parses objects/COMPILER/.../NAME.bpf.o. An object without a row above is a failure. */
static void object_from(const char *path, struct object *ret)
{
	char *copy = strdup(path), *compiler, *name = strdup(basename(copy));

	strtok(copy, "/");
	compiler = strtok(NULL, "/");
	name[strcspn(name, ".")] = '\0';
	ret->path = strdup(path);
	ret->kind = kind_of(name);
	snprintf(ret->name, sizeof(ret->name), "%s by %s", name, compiler);
	free(copy);
	free(name);
}

static void every_object_is_known(void **state)
{
	const struct object *o = *state;

	for (; o->path; o++) {
		if (!o->kind)
			fail_msg("'%s' has no row in test_load.c", o->path);
	}
}

int main(void)
{
	const char *build = getenv("WEIR_BUILD");
	struct CMUnitTest *tests;
	struct object *objects;
	glob_t found = {};
	size_t count = 0;

	libbpf_set_print(hear);
	vmlinux = btf__load_vmlinux_btf();
	if (chdir(build ? build : "build") == 0) {
		glob(OBJECTS, 0, NULL, &found);
		glob(OBJECTS_OF_ROOMS, GLOB_APPEND, NULL, &found);
	}
	if (!found.gl_pathc || !vmlinux || weave_register()) {
		printf("Bail out! no objects in build/objects, or no BTF\n");
		return 1;
	}
	tests = calloc(found.gl_pathc + 1, sizeof(*tests));
	objects = calloc(found.gl_pathc + 1, sizeof(*objects));
	tests[count++] = (struct CMUnitTest)cmocka_unit_test_prestate(every_object_is_known,
								      objects);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		object_from(found.gl_pathv[i], &objects[i]);
		if (objects[i].kind)
			tests[count++] = (struct CMUnitTest){ objects[i].name, loads, NULL, NULL,
							      &objects[i] };
	}
	return _cmocka_run_group_tests("load", tests, count, NULL, NULL);
}
