// SPDX-License-Identifier: GPL-2.0
/* system.c - connections, tuning, sockets, drops, health: both ends; see wire.h. */
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include "ctl/serve/reader/wire.h"
#include "datapath/base/cleanup.h"

#define NO_PATH UINT32_MAX
#define SOCKETS_MS 10 /* others wait that long at most */

/* --- the process that reads: sessions --- */

/* Whatever the kernel's errno, and no loss of the process: these numbers mean one in process.h. */
static int refused(int ret)
{
	return ret ? -ENOTSUP : 0;
}

void probes_open(const struct invocation *inv, bool wanted, struct probes *ret_probes)
{
	const struct weir_error off = { "switched off by --no-probes" };
	struct probes p = {
		.request = { .here = inv->netns != NULL, .interfaces = true, .verdicts = true }
	};

	if (!wanted) {
		p.drops_err = p.health_err = off;
		p.drops_ret = p.health_ret = -ENOTSUP;
	} else if (open_weir(inv, &p.weir, &p.drops_err) < 0) {
		p.health_err = p.drops_err;
		p.drops_ret = p.health_ret = -ENOTSUP;
	} else {
		p.drops_ret = refused(weir_drops_open(p.weir, &p.request, &p.drops, &p.drops_err));
		p.health_ret = refused(weir_health_open(p.weir, &p.health, &p.health_err));
	}
	malloc_trim(0); /* the kernel's types took megabytes */
	*ret_probes = p;
}

/* What has come and gone fills the table in the end: then counting begins anew. */
static void begin_again(struct probes *p)
{
	struct weir_drops_session *fresh = NULL;
	struct weir_error err;

	if (weir_drops_open(p->weir, &p->request, &fresh, &err) < 0)
		return;
	weir_drops_close(p->drops);
	p->drops = fresh;
}

int answer_drops(struct probes *probes, int fd, struct answer *answer)
{
	_cleanup_(weir_drops_free) struct weir_drops drops = {};
	int ret;

	answer->ret = probes->drops_ret;
	answer->err = probes->drops_err;
	if (!answer->ret)
		answer->ret = weir_drops_read(probes->drops, &drops, &answer->err);
	if (drops.uncounted)
		begin_again(probes);
	answer->count = drops.count;
	answer->others = drops.interface_count;
	answer->head.drops = drops;
	ret = send_all(fd, answer, sizeof(*answer));
	if (!ret)
		ret = send_all(fd, drops.items, drops.count * sizeof(*drops.items));
	if (!ret)
		ret = send_all(fd, drops.interfaces,
			       drops.interface_count * sizeof(*drops.interfaces));
	return ret ? ret
		   : send_all(fd, drops.verdicts, drops.verdict_count * sizeof(*drops.verdicts));
}

int answer_health(struct probes *probes, int fd, struct answer *answer)
{
	_cleanup_(weir_health_report_free) struct weir_health_report report = {};
	int ret;

	answer->ret = probes->health_ret;
	answer->err = probes->health_err;
	if (!answer->ret)
		answer->ret = weir_health_read(probes->health, &report, &answer->err);
	answer->count = report.reason_count;
	answer->head.health = report;
	ret = send_all(fd, answer, sizeof(*answer));
	return ret ? ret
		   : send_all(fd, report.reasons, report.reason_count * sizeof(*report.reasons));
}

/* --- the process that reads: tables --- */

/* Where in the text each path stands; most connections share theirs with the one before. */
static int write_paths(const struct weir_tcp_list *list, uint32_t *offsets, FILE *out)
{
	const char *known[64] = {};
	uint32_t at[64] = {}, end = 0;
	size_t used = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *path = list->items[i].cgroup;
		size_t k = 0;

		offsets[i] = NO_PATH;
		if (!path)
			continue;
		while (k < used && known[k] != path)
			k++;
		if (k == used) {
			if (used == ARRAY_SIZE(known))
				k = 0; /* room for one is made */
			else
				used++;
			known[k] = path;
			at[k] = end;
			end += (uint32_t)strlen(path) + 1;
			if (fwrite(path, strlen(path) + 1, 1, out) != 1)
				return -ENOMEM;
		}
		offsets[i] = at[k];
	}
	return 0;
}

static int send_tcp(const struct weir_tcp_list *list, const uint32_t *offsets, const char *text,
		    int fd, const struct answer *answer)
{
	int ret = send_all(fd, answer, sizeof(*answer));

	if (!ret)
		ret = send_all(fd, list->items, list->count * sizeof(*list->items));
	if (!ret)
		ret = send_all(fd, list->slots, list->slot_count * sizeof(*list->slots));
	if (!ret)
		ret = send_all(fd, offsets, list->count * sizeof(*offsets));
	return ret ? ret : send_all(fd, text, answer->bytes);
}

int answer_tcp(struct weir *weir, int fd, struct answer *answer)
{
	_cleanup_(weir_tcp_list_free) struct weir_tcp_list list = {};
	_cleanup_free_ uint32_t *offsets = NULL;
	_cleanup_free_ char *text = NULL;
	FILE *out;

	answer->ret = weir_tcp_read(weir, &list, &answer->err);
	if (answer->ret)
		return send_all(fd, answer, sizeof(*answer));
	offsets = calloc(list.count + 1, sizeof(*offsets));
	out = open_memstream(&text, &answer->bytes);
	if (!offsets || !out || write_paths(&list, offsets, out) < 0)
		answer->ret = -ENOMEM;
	if ((out && fclose(out) != 0) || answer->ret) {
		snprintf(answer->err.text, sizeof(answer->err.text), "out of memory");
		answer->ret = -ENOMEM;
		return send_all(fd, answer, sizeof(*answer));
	}
	answer->count = list.count;
	answer->others = list.slot_count;
	answer->head.tcp = list;
	return send_tcp(&list, offsets, text, fd, answer);
}

int answer_tune(struct weir *weir, int fd, struct answer *answer)
{
	_cleanup_(weir_tune_entries_free) struct weir_tune_entries entries = {};
	int ret;

	answer->ret = weir_tune_list(weir, &entries, &answer->err);
	answer->count = entries.count;
	answer->head.tune = entries;
	ret = send_all(fd, answer, sizeof(*answer));
	return ret ? ret : send_all(fd, entries.items, entries.count * sizeof(*entries.items));
}

/* With -n: those of the namespace. */
static bool wanted_socket(const struct weir_socket *s, void *arg)
{
	return s->here || !*(const bool *)arg;
}

void walk_end(struct walk *walk)
{
	weir_sockets_close(walk->session); /* it borrows the context */
	close_weir(&walk->weir);
	*walk = (struct walk){};
}

static int walk_begin(const struct invocation *inv, struct walk *walk, struct weir_error *err)
{
	int ret = open_weir(inv, &walk->weir, err);

	walk->here = inv->netns != NULL;
	return ret ? ret
		   : weir_sockets_open(walk->weir, wanted_socket, &walk->here, &walk->session, err);
}

int answer_sockets(const struct invocation *inv, struct walk *walk, int fd, struct answer *answer)
{
	_cleanup_(weir_sockets_free) struct weir_sockets sockets = {};
	int ret;

	if (!walk->session)
		answer->ret = walk_begin(inv, walk, &answer->err);
	if (!answer->ret)
		answer->ret = weir_sockets_step(walk->session, SOCKETS_MS, &sockets, &answer->more,
						&answer->err);
	if (!answer->more)
		walk_end(walk);
	answer->count = sockets.count;
	ret = send_all(fd, answer, sizeof(*answer));
	return ret ? ret : send_all(fd, sockets.items, sockets.count * sizeof(*sockets.items));
}

/* --- the process that asks --- */

void reader_tcp_free(struct reader_tcp *tcp)
{
	weir_tcp_list_free(&tcp->list);
	free(tcp->text);
	*tcp = (struct reader_tcp){};
}

static void set_paths(struct reader_tcp *tcp, const uint32_t *offsets, size_t bytes)
{
	for (size_t i = 0; i < tcp->list.count; i++)
		tcp->list.items[i].cgroup = offsets[i] < bytes ? tcp->text + offsets[i] : NULL;
}

int reader_tcp(struct reader *reader, struct reader_tcp *ret_tcp, struct weir_error *err)
{
	_cleanup_(reader_tcp_free) struct reader_tcp tcp = {};
	_cleanup_free_ void *offsets = NULL;
	void *items = NULL, *slots = NULL, *text = NULL;
	struct answer answer;
	int ret = reader_ask(reader, ASK_TCP, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(*tcp.list.items), &items, err);
	if (!ret)
		ret = reader_take(reader, answer.others, sizeof(*tcp.list.slots), &slots, err);
	if (!ret)
		ret = reader_take(reader, answer.count, sizeof(uint32_t), &offsets, err);
	if (!ret)
		ret = reader_take(reader, answer.bytes, 1, &text, err);
	tcp.list = answer.head.tcp;
	tcp.list.items = items;
	tcp.list.slots = slots;
	tcp.list.paths = NULL;
	tcp.text = text;
	if (ret)
		return ret;
	set_paths(&tcp, offsets, answer.bytes);
	*ret_tcp = tcp;
	tcp = (struct reader_tcp){};
	return 0;
}

int reader_tune(struct reader *reader, struct weir_tune_entries *ret_entries,
		struct weir_error *err)
{
	struct answer answer;
	void *items = NULL;
	int ret = reader_ask(reader, ASK_TUNE, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(*ret_entries->items), &items, err);
	if (ret)
		return ret;
	*ret_entries = answer.head.tune;
	ret_entries->items = items;
	return 0;
}

int reader_sockets(struct reader *reader, struct weir_sockets *ret_sockets, bool *ret_more,
		   struct weir_error *err)
{
	struct answer answer;
	void *items = NULL;
	int ret = reader_ask(reader, ASK_SOCKETS, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(*ret_sockets->items), &items, err);
	if (ret)
		return ret;
	*ret_sockets = (struct weir_sockets){ items, answer.count };
	*ret_more = answer.more;
	return 0;
}

int reader_drops(struct reader *reader, struct weir_drops *ret_drops, struct weir_error *err)
{
	_cleanup_free_ void *items = NULL, *interfaces = NULL;
	struct answer answer;
	void *verdicts = NULL;
	int ret = reader_ask(reader, ASK_DROPS, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(*ret_drops->items), &items, err);
	if (!ret)
		ret = reader_take(reader, answer.others, sizeof(*ret_drops->interfaces),
				  &interfaces, err);
	if (!ret)
		ret = reader_take(reader, answer.head.drops.verdict_count,
				  sizeof(*ret_drops->verdicts), &verdicts, err);
	if (ret)
		return ret;
	*ret_drops = answer.head.drops;
	ret_drops->items = TAKE_PTR(items);
	ret_drops->interfaces = TAKE_PTR(interfaces);
	ret_drops->verdicts = verdicts;
	return 0;
}

int reader_health(struct reader *reader, struct weir_health_report *ret_report,
		  struct weir_error *err)
{
	struct answer answer;
	void *reasons = NULL;
	int ret = reader_ask(reader, ASK_HEALTH, &answer, err);

	if (ret || answer.ret)
		return ret ? ret : answer.ret;
	ret = reader_take(reader, answer.count, sizeof(*ret_report->reasons), &reasons, err);
	if (ret)
		return ret;
	*ret_report = answer.head.health;
	ret_report->reasons = reasons;
	return 0;
}
