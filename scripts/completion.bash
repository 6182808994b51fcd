# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Completion of ctl(8) for bash. `ctl help --words` lists commands and options; this file knows only
# their values.

# The command to complete: the first word that is neither an option nor an option's value.
_weir_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n | --netns) ((i++)) ;;
		-* | =) ;;
		*)
			# bash splits --color=auto into three words
			[[ ${COMP_WORDS[i - 1]} == = ]] && continue
			printf '%s\n' "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

# The namespace chosen by -n, if any.
_weir_netns() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-n) printf '%s\n' "${COMP_WORDS[i + 1]}" ;;
		--netns)
			[[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
			printf '%s\n' "${COMP_WORDS[i + 1]}"
			;;
		esac
	done | tail -n 1
}

_weir_interfaces() {
	local netns
	netns=$(_weir_netns)
	if [[ $netns ]]; then
		ip -o -n "$netns" link show 2>/dev/null | sed -E 's/^[0-9]+: ([^:@]+).*/\1/'
	else
		ls /sys/class/net 2>/dev/null
	fi
}

_weir_namespaces() {
	ls /run/netns 2>/dev/null
}

# Prints the values of an option, one a line; fails if it takes no value.
_weir_values() {
	case $1 in
	-n | --netns) _weir_namespaces ;;
	--hook) printf '%s\n' xdp tc-ingress tc-egress ;;
	--tc-method) printf '%s\n' tcx clsact ;;
	--xdp) printf '%s\n' auto native generic ;;
	--by) printf '%s\n' flow host pair port proto ;;
	--sort) printf '%s\n' bytes packets rate age ;;
	--top) printf '%s\n' all ;;
	--congestion) tr ' ' '\n' </proc/sys/net/ipv4/tcp_available_congestion_control ;;
	--dscp) printf '%s\n' ef af{1,2,3,4}{1,2,3} cs{0..7} va le ;;
	--color) printf '%s\n' auto always never ;;
	*) return 1 ;;
	esac
}

# The sub-commands, then the types. There are more than a hundred thousand names.
_weir_probe() {
	if [[ " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *' '@(list|run)' '* ]]; then
		printf '%s\n' kprobe kretprobe fentry fexit tracepoint rawtracepoint uprobe uretprobe \
			usdt software hardware iter
	else
		printf '%s\n' list run
	fi
}

# The words that may follow a command.
_weir_words() {
	case $1 in
	attach | detach | counters | flows | where) _weir_interfaces ;;
	skip-loopback) printf '%s\n' on off ;;
	tune) printf '%s\n' add list del test ;;
	probe) _weir_probe ;;
	socket) echo list ;;
	help) "${COMP_WORDS[0]}" help --words 2>/dev/null | grep -v '^-' ;;
	esac
}

_weir_complete() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command words

	# --option=VALUE comes as three words, or as two while VALUE is empty
	if [[ $current == = ]]; then
		current=
		words=$(_weir_values "$previous")
	elif [[ $previous == = ]]; then
		words=$(_weir_values "${COMP_WORDS[COMP_CWORD - 2]}")
	elif [[ $previous == -n || $previous == --netns || $previous == --hook ||
		$previous == --tc-method || $previous == --by || $previous == --sort ||
		$previous == --top || $previous == --congestion || $previous == --dscp ]]; then
		words=$(_weir_values "$previous")
	else
		command=$(_weir_command)
		if [[ -z $command && $current != -* ]]; then
			words=$("${COMP_WORDS[0]}" help --words 2>/dev/null | grep -v '^-')
		elif [[ $current == -* ]]; then
			words=$("${COMP_WORDS[0]}" help --words ${command:+"$command"} 2>/dev/null |
				grep '^-')
		else
			words=$(_weir_words "$command")
		fi
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _weir_complete ctl
