// SPDX-License-Identifier: GPL-2.0
/* options.c - see options.h. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "ctl/tune/options.h"
#include "ctl/tune/words.h"

#define AT(field) offsetof(struct tune_options, field)
#define VALUE(option) ARG_VALUE, AT(values[option])
#define SWITCH(option) ARG_FLAG, AT(switches[option]), NULL

static const struct choices congestion_choices = { .source = "congestion" };

/* clang-format off */
const struct arg tune_args[] = {
	{ "cgroup", 0, ARG_VALUE, AT(cgroup), "PATH", "only connections of that cgroup and those below",
	  &choices_cgroups },
	{ "remote", 0, ARG_VALUE, AT(remote), "CIDR", "only to or from that address or network" },
	{ "local-port", 0, ARG_VALUE, AT(local_port), "N|A-B", "only with that local port" },
	{ "remote-port", 0, ARG_VALUE, AT(remote_port), "N|A-B", "only with that remote port" },
	{ "before", 0, ARG_VALUE, AT(before), "N", "insert before entry N; default: at the end" },
	{ "congestion", 0, VALUE(WEIR_TUNE_CONGESTION), "NAME", "congestion control, such as bbr",
	  &congestion_choices },
	{ "initcwnd", 0, VALUE(WEIR_TUNE_INITCWND), "N", "initial congestion window, packets" },
	{ "cwnd-clamp", 0, VALUE(WEIR_TUNE_CWND_CLAMP), "N", "maximum congestion window, packets" },
	{ "initrwnd", 0, VALUE(WEIR_TUNE_INITRWND), "N",
	  "initial receive window, segments; can only reduce it" },
	{ "rto-min", 0, VALUE(WEIR_TUNE_RTO_MIN), "TIME", "minimum retransmission timeout" },
	{ "rto-max", 0, VALUE(WEIR_TUNE_RTO_MAX), "TIME", "maximum retransmission timeout; since Linux 6.15" },
	{ "syn-rto", 0, VALUE(WEIR_TUNE_SYN_RTO), "TIME", "initial timeout of SYN and SYN-ACK" },
	{ "delack-max", 0, VALUE(WEIR_TUNE_DELACK_MAX), "TIME", "maximum delay of an ACK" },
	{ "sndbuf", 0, VALUE(WEIR_TUNE_SNDBUF), "SIZE", "send buffer, like SO_SNDBUF" },
	{ "rcvbuf", 0, VALUE(WEIR_TUNE_RCVBUF), "SIZE", "receive buffer, like SO_RCVBUF" },
	{ "window-clamp", 0, VALUE(WEIR_TUNE_WINDOW_CLAMP), "SIZE", "maximum receive window" },
	{ "pacing", 0, VALUE(WEIR_TUNE_PACING), "RATE", "maximum sending rate, such as 10Mbit" },
	{ "notsent-lowat", 0, VALUE(WEIR_TUNE_NOTSENT_LOWAT), "SIZE",
	  "maximum of unsent bytes before a sender has to wait" },
	{ "nodelay", 0, SWITCH(WEIR_TUNE_NODELAY), "send small segments without delay" },
	{ "keepalive", 0, SWITCH(WEIR_TUNE_KEEPALIVE), "probe idle connections" },
	{ "keepidle", 0, VALUE(WEIR_TUNE_KEEPIDLE), "TIME", "time to the first probe" },
	{ "keepintvl", 0, VALUE(WEIR_TUNE_KEEPINTVL), "TIME", "time between probes" },
	{ "keepcnt", 0, VALUE(WEIR_TUNE_KEEPCNT), "N", "unanswered probes before the connection ends" },
	{ "user-timeout", 0, VALUE(WEIR_TUNE_USER_TIMEOUT), "TIME",
	  "how long sent data may stay unacknowledged" },
	{ "tos", 0, VALUE(WEIR_TUNE_TOS), "N", "byte of the IP header; the low two bits are 0" },
	{ "dscp", 0, ARG_VALUE, AT(dscp), "CLASS", "instead of --tos: a class, or 0 to 63", &dscp_choices },
	{ "mark", 0, VALUE(WEIR_TUNE_MARK), "N", "mark of the packets, for nft and ip rule" },
	{ "ecn", 0, SWITCH(WEIR_TUNE_ECN), "use ECN, regardless of the sysctl" },
	{},
};
/* clang-format on */

int tune_number(const char *text, uint32_t *ret_number)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || !isdigit((unsigned char)text[0]) || !number || number > UINT32_MAX)
		return -EINVAL;
	*ret_number = (uint32_t)number;
	return 0;
}

static int read_which(const struct invocation *inv, const struct tune_options *options,
		      struct weir_tune_request *request)
{
	struct weir_tune_rule *rule = &request->rule;

	request->cgroup = options->cgroup;
	rule->local_max = rule->remote_max = UINT16_MAX;
	if (options->remote && tune_read_network(options->remote, rule->remote, rule->mask) < 0)
		return usage_error(inv,
				   "--remote is an address or a network without host bits, as "
				   "192.0.2.0/24, not '%s'",
				   options->remote);
	if (options->local_port &&
	    tune_read_ports(options->local_port, &rule->local_min, &rule->local_max) < 0)
		return usage_error(inv, "--local-port is a port or a range of them, not '%s'",
				   options->local_port);
	if (options->remote_port &&
	    tune_read_ports(options->remote_port, &rule->remote_min, &rule->remote_max) < 0)
		return usage_error(inv, "--remote-port is a port or a range of them, not '%s'",
				   options->remote_port);
	if (options->before && tune_number(options->before, &request->before) < 0)
		return usage_error(inv, "--before is the number of an entry, not '%s'",
				   options->before);
	return EXIT_DONE;
}

static int read_option(const struct invocation *inv, unsigned int option, const char *text,
		       struct weir_tune_rule *rule)
{
	const struct weir_tune_info *info = weir_tune_option(option);
	struct weir_tune_setting *set = &rule->settings[rule->setting_count];
	int ret;

	set->option = (__u8)option;
	if (info->unit == WEIR_TUNE_NAME) {
		if (strlen(text) >= sizeof(rule->congestion))
			return usage_error(inv, "--%s is a name of up to %d letters, not '%s'",
					   info->name, WEIR_CONGESTION_LEN - 1, text);
		strcpy(rule->congestion, text);
		rule->setting_count++;
		return EXIT_DONE;
	}
	ret = tune_read_value(info, text, &set->asked);
	if (ret == -ERANGE)
		return usage_error(inv, "--%s is out of range, or too precise: '%s'", info->name,
				   text);
	if (ret)
		return usage_error(inv, "--%s is %s, not '%s'", info->name, tune_value_words(info),
				   text);
	rule->setting_count++;
	return EXIT_DONE;
}

static int read_dscp(const struct invocation *inv, const struct tune_options *options,
		     struct weir_tune_rule *rule)
{
	struct weir_tune_setting *set = &rule->settings[rule->setting_count];

	if (!options->dscp)
		return EXIT_DONE;
	if (options->values[WEIR_TUNE_TOS])
		return usage_error(inv, "--tos and --dscp exclude each other");
	set->option = WEIR_TUNE_TOS;
	if (tune_read_dscp(options->dscp, &set->asked) < 0)
		return usage_error(
			inv, "--dscp is a class, such as ef, af11 or cs3, or 0 to 63, not '%s'",
			options->dscp);
	rule->setting_count++;
	return EXIT_DONE;
}

int tune_options_request(const struct invocation *inv, const struct tune_options *options,
			 struct weir_tune_request *ret_request)
{
	struct weir_tune_request request = {};
	int ret = read_which(inv, options, &request);

	for (unsigned int i = 0; i < WEIR_TUNE_OPTIONS && !ret; i++) {
		if (options->switches[i])
			request.rule.settings[request.rule.setting_count++] =
				(struct weir_tune_setting){ .option = (__u8)i, .asked = 1 };
		else if (options->values[i])
			ret = read_option(inv, i, options->values[i], &request.rule);
	}
	if (!ret)
		ret = read_dscp(inv, options, &request.rule);
	if (ret)
		return ret;
	if (!request.rule.setting_count)
		return usage_error(inv, "no option to set: give one, such as --rto-min 20ms");
	*ret_request = request;
	return EXIT_DONE;
}

int tune_options_question(const struct invocation *inv, const struct tune_options *options,
			  struct weir_tune_question *question)
{
	uint16_t last;

	if (!options->local_port)
		return EXIT_DONE;
	if (tune_read_ports(options->local_port, &question->local_port, &last) < 0 ||
	    last != question->local_port)
		return usage_error(inv, "--local-port is one port here, not '%s'",
				   options->local_port);
	return EXIT_DONE;
}

const char *tune_options_odd(const struct tune_options *options, bool test)
{
	for (const struct arg *arg = tune_args; arg->name; arg++) {
		if (arg_is_given(arg, options) &&
		    !(test && (arg->offset == AT(cgroup) || arg->offset == AT(local_port))))
			return arg->name;
	}
	return NULL;
}
