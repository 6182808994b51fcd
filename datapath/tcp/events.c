// SPDX-License-Identifier: GPL-2.0
/*
 * events.c - the stream of TCP events.
 *
 * A reader renews a lease, and programs write events only while it is valid, so events cost nothing
 * if nobody reads them. A ring buffer has one reader, who holds a flock on the directory of the
 * maps.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include "datapath/attach/list.h"
#include "datapath/base/cleanup.h"
#include "datapath/base/clock.h"
#include "datapath/base/growth.h"
#include "datapath/kernel/jiffies.h"
#include "datapath/state/pin.h"
#include "datapath/tcp/live.h"

#define LEASE_NS 3000000000ULL
#define POLL_MS 50 /* programs do not wake the reader before the ring is half full */

struct weir_tcp_stream {
	struct weir *weir;
	int lock;
	struct ring_buffer *ring;
	struct jiffies_clock clock;
	uint64_t opened;      /* CLOCK_MONOTONIC; older events were for another reader */
	uint64_t lost_before; /* count at open */
	uint64_t lost;
	struct weir_attachments attachments;
	struct weir_paths *paths;
	void (*on_event)(const struct weir_tcp_occurrence *, void *);
	void *arg;
};

void weir_tcp_stream_close(struct weir_tcp_stream *stream)
{
	__u64 never = 0;
	__u32 zero = 0;

	if (!stream)
		return;
	/* if this fails, the lease expires by itself */
	if (stream->ring)
		bpf_map_update_elem(stream->weir->maps[WEIR_MAP_TCP_LEASE], &zero, &never, BPF_ANY);
	ring_buffer__free(stream->ring);
	close_fd(&stream->lock);
	weir_attachments_free(&stream->attachments);
	tcp_paths_free(stream->paths);
	free(stream);
}

static void close_stream(struct weir_tcp_stream **stream)
{
	weir_tcp_stream_close(*stream);
}

/* --- events --- */

static const struct weir_attachment *find_owner(const struct weir_tcp_stream *stream,
						uint32_t owner)
{
	for (size_t i = 0; i < stream->attachments.count; i++) {
		if (stream->attachments.items[i].record.instance == owner)
			return &stream->attachments.items[i];
	}
	return NULL;
}

/* Looks again for an attachment made meanwhile. Returns NULL if it was detached. */
static const struct weir_attachment *owner_of(struct weir_tcp_stream *stream, uint32_t owner)
{
	const struct weir_attachment *found = find_owner(stream, owner);

	if (found)
		return found;
	weir_attachments_free(&stream->attachments);
	return list_read(stream->weir, false, &stream->attachments, NULL) < 0
		       ? NULL
		       : find_owner(stream, owner);
}

static int on_record(void *arg, void *data, size_t size)
{
	struct weir_tcp_stream *stream = arg;
	const struct weir_tcp_event *event = data;
	uint64_t offset = tcp_clock_offset();
	struct weir_tcp_occurrence occurrence;

	if (size < sizeof(*event) || event->time < stream->opened ||
	    event->kind >= WEIR_TCP_EVENT_KINDS)
		return 0;
	occurrence = (struct weir_tcp_occurrence){
		.kind = event->kind,
		.time_ns = event->time + offset,
		.value = event->value,
		.info = { .tcp = event->connection },
		.attachment = owner_of(stream, event->key.owner),
	};
	if (!occurrence.attachment)
		return 0;
	if (event->kind == WEIR_TCP_EVENT_RTO)
		occurrence.value = (uint32_t)(event->value * (stream->clock.tick_ns / 1000) / 1000);
	occurrence.info.slot = (uint16_t)occurrence.attachment->slot;
	tcp_times(&occurrence.info.tcp, offset);
	if (tcp_place(stream->weir, &stream->paths, &occurrence.info) < 0)
		return -ENOMEM;
	stream->on_event(&occurrence, stream->arg);
	return 0;
}

/* --- the stream --- */

static int read_lost(struct weir *weir, uint64_t *ret_lost)
{
	int cpus = libbpf_num_possible_cpus();
	_cleanup_free_ struct weir_tcp_stats *stats = NULL;
	uint64_t lost = 0;
	__u32 zero = 0;

	if (cpus < 0)
		return cpus;
	stats = calloc((size_t)cpus, sizeof(*stats));
	if (!stats)
		return -ENOMEM;
	if (bpf_map_lookup_elem(weir->maps[WEIR_MAP_TCP_STATS], &zero, stats) < 0)
		return -errno;
	for (int i = 0; i < cpus; i++)
		lost += stats[i].events_lost;
	*ret_lost = lost;
	return 0;
}

static int renew(struct weir_tcp_stream *stream)
{
	uint64_t past = clock_ns(CLOCK_REALTIME) - stream->clock.real_ns;
	__u64 until = stream->clock.jiffies + (past + LEASE_NS) / stream->clock.tick_ns;
	__u32 zero = 0;

	return bpf_map_update_elem(stream->weir->maps[WEIR_MAP_TCP_LEASE], &zero, &until, BPF_ANY) <
			       0
		       ? -errno
		       : 0;
}

static int take_lock(struct weir_tcp_stream *stream, struct weir_error *err)
{
	char path[PATH_MAX + 8];

	snprintf(path, sizeof(path), "%s/maps", stream->weir->root);
	stream->lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (stream->lock < 0)
		return weir_error_set(err, errno, "cannot open '%s': %s", path,
				      weir_error_text(errno));
	if (flock(stream->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return weir_error_set(err, EBUSY,
				      "another process already reads the events of '%s'; there can "
				      "be only one reader",
				      stream->weir->root);
	return weir_error_set(err, errno, "cannot lock '%s': %s", path, strerror(errno));
}

static int start(struct weir_tcp_stream *stream, struct weir_error *err)
{
	int ret = jiffies_clock_read(&stream->clock, err);

	if (ret)
		return ret;
	stream->opened = clock_ns(CLOCK_MONOTONIC);
	ret = read_lost(stream->weir, &stream->lost_before);
	if (!ret) {
		stream->ring = ring_buffer__new(stream->weir->maps[WEIR_MAP_TCP_EVENTS], on_record,
						stream, NULL);
		ret = stream->ring ? renew(stream) : -errno;
	}
	return ret ? weir_error_set(err, ret, "cannot read TCP events: %s", weir_error_text(ret))
		   : 0;
}

int weir_tcp_stream_open(struct weir *weir, struct weir_tcp_stream **ret_stream,
			 struct weir_error *err)
{
	_cleanup_(close_stream) struct weir_tcp_stream *stream = calloc(1, sizeof(*stream));
	int ret;

	if (!stream)
		return weir_error_set(err, ENOMEM, "out of memory");
	stream->weir = weir;
	stream->lock = -1;
	ret = pin_maps_read(weir, err);
	if (ret == -ENOENT)
		return weir_error_set(err, ENOENT,
				      "no program that records TCP connections was ever attached; "
				      "begin with `ctl attach --cgroup`");
	if (!ret)
		ret = list_read(weir, false, &stream->attachments, err);
	if (!ret)
		ret = take_lock(stream, err);
	if (!ret)
		ret = start(stream, err);
	if (ret)
		return ret;
	*ret_stream = TAKE_PTR(stream);
	return 0;
}

int weir_tcp_stream_read(struct weir_tcp_stream *stream, int wait_ms,
			 void (*on_event)(const struct weir_tcp_occurrence *, void *), void *arg,
			 struct weir_error *err)
{
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + (uint64_t)wait_ms * 1000000;
	int ret = renew(stream);

	stream->on_event = on_event;
	stream->arg = arg;
	while (!ret) {
		/* wakes at once if the ring is half full, else after the timeout */
		ret = ring_buffer__poll(stream->ring, POLL_MS);
		if (ret == -EINTR) {
			ret = ring_buffer__consume(stream->ring);
			end = 0;
		} else if (ret >= 0) {
			ret = ring_buffer__consume(stream->ring);
		}
		ret = ret < 0 ? ret : 0;
		if (clock_ns(CLOCK_MONOTONIC) >= end)
			break;
	}
	if (!ret)
		ret = read_lost(stream->weir, &stream->lost);
	return ret ? weir_error_set(err, ret, "cannot read TCP events: %s", weir_error_text(ret))
		   : 0;
}

uint64_t weir_tcp_stream_lost(const struct weir_tcp_stream *stream)
{
	return growth(stream->lost_before, stream->lost);
}
