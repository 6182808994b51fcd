/* SPDX-License-Identifier: GPL-2.0 */
/* probe_spec_faults.h - malformed specs, with position, length and message of the error. */
/* clang-format off */
{ "", 0, 1, "a probe needs a name, such as vfs_mkdir, or tracepoint:sched:sched_switch" },
{ ":vfs_mkdir", 0, 1, "the type is missing before ':'" },
{ "kprob:vfs_mkdir", 0, 5, "unknown type of probe 'kprob'; the types are kprobe, kretprobe, "
			   "fentry, fexit, tracepoint, rawtracepoint, uprobe, uretprobe, usdt, "
			   "software, hardware, iter" },
{ "kprobe:", 7, 1, "the function is missing" },
{ "kprobe:vfs mkdir", 10, 1, "' ' is not allowed in the function" },
{ "kprobe:vfs_mkdir:x", 16, 2, "there are too many parts: kprobe:FUNCTION[+OFFSET]" },
{ "kprobe:vfs_mkdir+", 17, 1, "the offset is missing" },
{ "kprobe:vfs_mkdir+0xzz", 17, 4, "the offset is a number such as 16 or 0x10, not '0xzz'" },
{ "kprobe:vfs_*+4", 12, 2, "an offset needs one function, not a pattern" },
{ "kretprobe:vfs_mkdir+4", 19, 2, "kretprobe is at the end of a function, so there is no offset" },
{ "fentry:vfs_mkdir+4", 16, 2, "fentry is at the start of a function, so there is no offset" },
{ "tracepoint:", 11, 1, "the name is missing" },
{ "tracepoint:a:b:c", 14, 2, "there are too many parts: tracepoint:CATEGORY:NAME" },
{ "rawtracepoint:kfree_*", 20, 1, "the name cannot be a pattern" },
{ "rawtracepoint:a:b", 15, 2, "there are too many parts: rawtracepoint:NAME" },
{ "uprobe:/bin/bash", 16, 1, "a part is missing: uprobe:PATH:SYMBOL[+OFFSET]" },
{ "uprobe::readline", 7, 1, "the path of the program is missing" },
{ "uprobe:/bin/bash:", 17, 1, "the symbol is missing" },
{ "uprobe:/bin/bash:0x", 17, 2, "the address is a number such as 16 or 0x10, not '0x'" },
{ "uprobe:/bin/bash:f:g", 18, 2, "there are too many parts: uprobe:PATH:SYMBOL[+OFFSET]" },
{ "usdt:/bin/app", 13, 1, "a part is missing: usdt:PATH:PROVIDER:NAME" },
{ "usdt:/bin/app:x/y:z", 15, 1, "'/' is not allowed in the provider" },
{ "software:page-fault", 9, 10, "there is no software event 'page-fault'; `ctl probe list "
				"'software:*'` lists them" },
{ "software:page-faults:0", 21, 1, "the period must be at least 1 event" },
{ "software:page-faults:many", 21, 4, "the period is a number such as 16 or 0x10, not 'many'" },
{ "hardware:instructions:1:2", 23, 2, "there are too many parts: hardware:EVENT[:PERIOD]" },
