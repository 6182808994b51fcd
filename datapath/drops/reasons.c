// SPDX-License-Identifier: GPL-2.0
/* reasons.c - see reasons.h. */
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>
#include "datapath/base/cleanup.h"
#include "datapath/drops/reasons.h"

#define SUBSYSTEM(n) ((uint32_t)(n) << 16)

void reasons_free(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		free(reasons->items[i].name);
	free(reasons->items);
	*reasons = (struct reasons){};
}

static int add(struct reasons *reasons, uint32_t number, const char *name, size_t length)
{
	struct reason *grown = realloc(reasons->items,
				       (reasons->count + 1) * sizeof(*reasons->items));

	if (!grown)
		return -ENOMEM;
	reasons->items = grown;
	grown[reasons->count] = (struct reason){ number, strndup(name, length) };
	return grown[reasons->count].name ? (reasons->count++, 0) : -ENOMEM;
}

/* SKB_DROP_REASON_MAX and the like are bounds of the enum, not reasons. */
static bool is_bound(const char *name)
{
	size_t length = strlen(name);

	return strcmp(name, "MAX") == 0 || (length > 4 && strcmp(name + length - 4, "_MAX") == 0) ||
	       (length > 4 && strcmp(name + length - 4, "MASK") == 0);
}

int reasons_from_enum(struct reasons *reasons, const struct btf *btf, const char *enum_name,
		      const char *prefix, uint32_t base)
{
	int id = btf__find_by_name_kind(btf, enum_name, BTF_KIND_ENUM);
	const struct btf_type *type;
	const struct btf_enum *e;
	size_t length = strlen(prefix);

	if (id < 0)
		return -ENOENT;
	type = btf__type_by_id(btf, (__u32)id);
	e = btf_enum(type);
	for (int i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(btf, e[i].name_off);
		uint32_t number = (uint32_t)e[i].val;
		int ret;

		if (strncmp(name, prefix, length) == 0)
			name += length;
		/* some enums number reasons within their subsystem, some include it */
		if (is_bound(name) || (base && number >> 16 && number >> 16 != base >> 16))
			continue;
		ret = add(reasons, number | base, name, strlen(name));
		if (ret)
			return ret;
	}
	return 0;
}

int reasons_from_format(struct reasons *reasons, FILE *format)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, format) > 0) {
		const char *at = line;

		if (strncmp(line, "print fmt:", 10) != 0)
			continue;
		while ((at = strchr(at, '{'))) {
			unsigned int number;
			int name = 0, end = 0, ret;

			at++;
			if (sscanf(at, " %u , \"%n%*[A-Za-z0-9_]%n\"", &number, &name, &end) < 1 ||
			    end <= name || at[end] != '"')
				continue;
			ret = add(reasons, number, at + name, (size_t)(end - name));
			if (ret)
				return ret;
		}
	}
	return reasons->count ? 0 : -ENOENT;
}

/*
 * include/net/dropreason.h numbers the subsystems. Their enums are in drop.h of mac80211 and
 * net/openvswitch, so usually in the BTF of modules.
 */
static const struct {
	const char *subsystem;
	const char *module;
	const char *enum_name;
	const char *prefix;
} subsystems[] = {
	{ "SKB_DROP_REASON_SUBSYS_MAC80211_UNUSABLE", "mac80211", "mac80211_drop_reason", "" },
	{ "SKB_DROP_REASON_SUBSYS_OPENVSWITCH", "openvswitch", "ovs_drop_reason", "" },
};

static int add_subsystem(struct reasons *reasons, const struct btf *btf, size_t i, uint32_t base)
{
	struct btf *module;
	int ret;

	ret = reasons_from_enum(reasons, btf, subsystems[i].enum_name, subsystems[i].prefix, base);
	if (ret != -ENOENT)
		return ret;
	module = btf__load_module_btf(subsystems[i].module, (struct btf *)btf);
	if (!module) /* not loaded: it drops nothing */
		return 0;
	ret = reasons_from_enum(reasons, module, subsystems[i].enum_name, subsystems[i].prefix,
				base);
	btf__free(module);
	return ret == -ENOENT ? 0 : ret;
}

static int add_subsystems(struct reasons *reasons, const struct btf *btf)
{
	_cleanup_(reasons_free) struct reasons numbers = {};
	int ret = reasons_from_enum(&numbers, btf, "skb_drop_reason_subsys", "", 0);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(subsystems); i++) {
		uint32_t number = reasons_number(&numbers, subsystems[i].subsystem);

		if (number)
			ret = add_subsystem(reasons, btf, i, SUBSYSTEM(number));
	}
	return ret == -ENOENT ? 0 : ret;
}

static int from_tracefs(struct reasons *reasons)
{
	static const char *const paths[] = {
		"/sys/kernel/tracing/events/skb/kfree_skb/format",
		"/sys/kernel/debug/tracing/events/skb/kfree_skb/format",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_fclose_ FILE *f = fopen(paths[i], "re");

		if (f)
			return reasons_from_format(reasons, f);
	}
	return -ENOENT;
}

int reasons_of_drops(struct reasons *reasons, const struct btf *btf)
{
	int ret = reasons_from_enum(reasons, btf, "skb_drop_reason", "SKB_DROP_REASON_", 0);

	return ret == -ENOENT ? from_tracefs(reasons) : ret ? ret : add_subsystems(reasons, btf);
}

const char *reasons_name(const struct reasons *reasons, uint32_t number)
{
	for (size_t i = 0; i < reasons->count; i++) {
		if (reasons->items[i].number == number)
			return reasons->items[i].name;
	}
	return NULL;
}

uint32_t reasons_number(const struct reasons *reasons, const char *name)
{
	for (size_t i = 0; i < reasons->count; i++) {
		if (strcmp(reasons->items[i].name, name) == 0)
			return reasons->items[i].number;
	}
	return 0;
}
