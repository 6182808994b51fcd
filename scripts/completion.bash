# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Completion of ctl(8) for bash. `ctl help --complete` prints the words that the tables of ctl allow
# at the cursor, so that this file knows no command, option or value. For words that no table can
# have it prints their source: "@interfaces" stands for the output of _weir_list_interfaces.

# The namespace chosen by -n, if any.
_weir_netns() {
	local i
	for ((i = 0; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		-n | --netns) printf '%s\n' "${words[i + 1]}" ;;
		--netns=*) printf '%s\n' "${words[i]#*=}" ;;
		esac
	done | tail -n 1
}

_weir_list_interfaces() {
	local netns
	netns=$(_weir_netns)
	if [[ $netns ]]; then
		ip -o -n "$netns" link show 2>/dev/null | sed -E 's/^[0-9]+: ([^:@]+).*/\1/'
	else
		ls /sys/class/net 2>/dev/null
	fi
}

_weir_list_namespaces() {
	ls /run/netns 2>/dev/null
}

# The children of the path that is being written, below the cgroup2 mount.
_weir_list_cgroups() {
	local mount path
	mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	[[ $mount ]] || return
	for path in "$mount/${1%"${1##*/}"}"*/; do
		[[ -d $path ]] || continue
		path=${path#"$mount/"}
		printf '%s\n' "${path%/}"
	done
}

_weir_list_files() {
	compgen -f -- "$1"
}

_weir_list_congestion() {
	tr ' ' '\n' </proc/sys/net/ipv4/tcp_available_congestion_control
}

# Offers a word if it begins like the value, without the part that bash has split off.
_weir_offer() {
	[[ $1 != "$value"* ]] || COMPREPLY+=("${1#"${value%"$current"}"}")
}

# Names of interfaces, namespaces, cgroups and files are other people's: nothing in them is
# expanded, neither here nor when the line is run.
_weir_offer_list() {
	local word
	while IFS= read -r word; do
		[[ $word == "$value"* ]] || continue
		printf -v word '%q' "${word#"${value%"$current"}"}"
		COMPREPLY+=("$word")
	done
}

_weir_complete() {
	local current=${COMP_WORDS[COMP_CWORD]} words=() joined='' value word
	COMPREPLY=()

	# bash splits words at = and ':' and --color=auto into three
	for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
		if [[ ${#words[@]} -gt 0 && ($joined || $word == [=:]*) ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		[[ $word == [=:]* ]] && joined=1 || joined=''
	done
	[[ $current == [=:] ]] && current=''
	value=${words[-1]}
	[[ $value != --*=* ]] || value=${value#*=}
	while IFS= read -r word; do
		[[ $word != @cgroups ]] || compopt -o nospace 2>/dev/null
		case $word in
		@*) _weir_offer_list < <("_weir_list_${word#@}" "$value" 2>/dev/null) ;;
		*) _weir_offer "$word" ;;
		esac
	done < <("${COMP_WORDS[0]}" help --complete -- "${words[@]}" 2>/dev/null)
}

complete -F _weir_complete ctl
