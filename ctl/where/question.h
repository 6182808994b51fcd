/* SPDX-License-Identifier: GPL-2.0 */
/*
 * question.h - parses the question of `ctl where` and the server: an interface, a flow in the usual
 * notation, or a filter. Prints nothing.
 */
#ifndef CTL_WHERE_QUESTION_H
#define CTL_WHERE_QUESTION_H

#include "datapath/flows/flows.h"
#include "datapath/weir.h"

struct where_question {
	const char *text;
	bool one_word;              /* may be the name of an interface */
	bool here;                  /* only interfaces of the context's namespace */
	char ifname[128];           /* interface or glob; "": the question is about flows */
	char netns[WEIR_NETNS_LEN]; /* of IFACE@NETNS, or "" */
	struct weir_flow_filter *filter;
	uint64_t now_ns; /* CLOCK_REALTIME of the reading */
};

void where_question_free(struct where_question *question);

enum where_fault_kind {
	WHERE_FAULT_FILTER, /* at `filter.position` of the text */
	WHERE_FAULT_PHRASE, /* an invalid flow */
	WHERE_FAULT_NOTHING /* neither an interface nor a flow */
};

struct where_fault {
	enum where_fault_kind kind;
	struct weir_filter_error filter; /* the sentence, for every kind */
};

/*
 * Parses the text. weir: to look up alternative names, or NULL. Returns 0, -ENOMEM, or -EINVAL with
 * the fault.
 */
int where_question_understand(struct where_question *question, struct weir *weir,
			      const struct weir_attachments *list, struct where_fault *ret_fault);

/* Callback for where_interfaces(); the last argument is the question. */
bool where_question_chooses(const struct weir_attachment *attachment, void *question);

/* Callback for weir_flows_read(). */
bool where_question_wants(const struct weir_flow_info *flow, const struct weir_attachment *at,
			  void *question);

#endif
