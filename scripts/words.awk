# SPDX-License-Identifier: GPL-2.0
# Finds habits of bad English that a regular expression finds reliably: sentences that begin with
# "What" or "Whether" and are not questions, and some phrases. Prints FILE:LINE: and the words; LINE
# is where the paragraph or comment begins. Reads the text of Markdown and manual pages, comments, and
# names of bats tests. Skips code, headings, and the items of a manual page, which quote messages.

# checks the text collected since the last call, a paragraph or a comment
function flush(  text, low, sentence) {
	text = paragraph " "
	paragraph = ""
	gsub(/`[^`]*`/, "x", text)
	low = tolower(text)
	if (match(low, phrases))
		print file ":" begin ":" substr(text, RSTART, RLENGTH)
	while (match(text, /[.?!:;|]["')]* /)) {
		sentence = substr(text, 1, RSTART)
		text = substr(text, RSTART + RLENGTH)
		check(sentence)
	}
	check(text)
}

function check(sentence) {
	if (sentence ~ /^[ "(*]*(What|Whether) / && sentence !~ /\?$/)
		print file ":" begin ": not a question: " sentence
}

function add(text) {
	if (paragraph == "")
		begin = FNR
	sub(/^[ \t]+/, "", text)
	paragraph = paragraph " " text
}

function markdown() {
	if (/^```/)
		code = !code
	if (code || /^(```|#|    |$)/) {
		flush()
		return
	}
	if (/^ *(-|[0-9]+\.) /)
		flush()
	sub(/^ *(-|[0-9]+\.) /, "")
	gsub(/\*\*/, "")
	add($0)
}

function manual() {
	if (/^\.B[dl]/)
		code = /^\.Bd/
	if (/^\.E[dl]/)
		code = 0
	if (code || /^\.(B[dl]|E[dl]|It|Pp|S[hs]|D[dt]|\\")/)
		flush()
	else {
		sub(/^\.[A-Z][a-z] /, "")
		add($0)
	}
}

function c_source(  rest, before) {
	rest = $0
	if (!comment) {
		if (!match(rest, /(^|[ \t])(\/\*|\/\/)( |$)/)) {
			flush()
			return
		}
		before = substr(rest, 1, RSTART)
		rest = substr(rest, RSTART + RLENGTH)
		if (before ~ /[^ \t\/]/)
			flush()
		comment = $0 !~ /(^|[ \t])\/\/ /
	}
	if (comment && match(rest, /\*\//)) {
		rest = substr(rest, 1, RSTART - 1)
		comment = 0
	}
	sub(/^[ \t]+\*? ?/, "", rest)
	if (rest ~ /^[ \t]*$/)
		flush()
	else
		add(rest)
	if (!comment)
		flush()
}

function script() {
	if (/^@test /) {
		flush()
		sub(/^@test .(")?/, "")
		add($0)
		flush()
	} else if (/^[ \t]*# /) {
		sub(/^[ \t]*# /, "")
		add($0)
	} else {
		flush()
		if (match($0, / # [A-Za-z][^"']*$/)) {
			add(substr($0, RSTART + 3))
			flush()
		}
	}
}

BEGIN {
	phrases = "(^|[^a-z])(but for|as of|of ours|(tell|tells|told) of|" \
		"(is|are|was|were) none|lacks?)[^a-z]"
}

FNR == 1 {
	flush()
	code = comment = 0
	file = FILENAME
}
FILENAME ~ /\.md$/ { markdown(); next }
FILENAME ~ /\.8$/ { manual(); next }
FILENAME ~ /\.[ch]$/ { c_source(); next }
{ script() }
END { flush() }
