// SPDX-License-Identifier: GPL-2.0
/* question.c - see question.h. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include "ctl/flows/phrase.h"
#include "ctl/where/question.h"

void where_question_free(struct where_question *question)
{
	weir_flow_filter_freep(&question->filter);
}

bool where_question_chooses(const struct weir_attachment *a, void *arg)
{
	const struct where_question *q = arg;

	if (q->here && !a->here)
		return false;
	if (q->netns[0] && strcmp(q->netns, a->record.netns_name) != 0)
		return false;
	return fnmatch(q->ifname, a->record.ifname, 0) == 0;
}

bool where_question_wants(const struct weir_flow_info *flow, const struct weir_attachment *at,
			  void *arg)
{
	const struct where_question *q = arg;

	return weir_flow_filter_match(q->filter, flow, at, q->now_ns);
}

/* Returns true if the text names interfaces with attachments. */
static bool names_interface(struct where_question *q, struct weir *weir,
			    const struct weir_attachments *list)
{
	const char *at = strrchr(q->text, '@');
	char name[128];

	if (!q->one_word || strlen(q->text) >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", at ? (int)(at - q->text) : (int)strlen(q->text),
		 q->text);
	if (at)
		snprintf(q->netns, sizeof(q->netns), "%s", at + 1);
	if (weir)
		weir_interface_name(weir, name, q->ifname, sizeof(q->ifname));
	else
		memcpy(q->ifname, name, sizeof(name));
	for (size_t i = 0; i < list->count; i++) {
		if (where_question_chooses(&list->items[i], q))
			return true;
	}
	q->ifname[0] = q->netns[0] = '\0';
	return false;
}

static int fault(enum where_fault_kind kind, const char *format, const char *text,
		 struct where_fault *ret_fault)
{
	*ret_fault = (struct where_fault){ .kind = kind };
	snprintf(ret_fault->filter.text, sizeof(ret_fault->filter.text), format, text);
	return -EINVAL;
}

static int compile(struct where_question *q, const char *text, struct where_fault *ret_fault)
{
	*ret_fault = (struct where_fault){ .kind = WHERE_FAULT_FILTER };
	return weir_flow_filter_compile(text, &q->filter, &ret_fault->filter);
}

int where_question_understand(struct where_question *q, struct weir *weir,
			      const struct weir_attachments *list, struct where_fault *ret_fault)
{
	char filter[FLOW_PHRASE_FILTER];
	size_t length = strlen(q->text);
	struct weir_error err = {};
	int ret;

	if (names_interface(q, weir, list))
		return 0;
	ret = flow_phrase(q->text, filter, &err);
	if (ret == -EINVAL)
		return fault(WHERE_FAULT_PHRASE, "%.255s", err.text, ret_fault);
	if (ret == 0)
		return compile(q, filter, ret_fault);
	if (length && q->text[length - 1] == '-')
		return fault(
			WHERE_FAULT_PHRASE,
			"'%s' ends with '-': did the shell interpret '>'? Write 'to', or quote",
			q->text, ret_fault);
	ret = compile(q, q->text, ret_fault);
	/* a single word that is neither was probably meant as an interface */
	if (ret == -EINVAL && q->one_word && !strpbrk(q->text, " ()!<>="))
		return fault(WHERE_FAULT_NOTHING,
			     "nothing is attached to '%.100s', and it is not a flow such as "
			     "'10.0.0.1:4242 to 10.0.0.2:53/udp'",
			     q->text, ret_fault);
	return ret;
}
