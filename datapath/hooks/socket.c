// SPDX-License-Identifier: GPL-2.0
/*
 * socket.c - the filter of a single socket.
 *
 * The socket holds the program. There is no link, and the kernel does not report which eBPF program
 * a socket has, only that it has one. So the program is pinned as well, and for each packet it
 * checks its slot. Once the slot is detached, the program does nothing, even on accepted sockets
 * that inherited it and on sockets with a locked filter.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "bpf/abi/abi.h"
#include "bpf/hooks/sockfilter.skel.h"
#include "datapath/base/cleanup.h"
#include "datapath/hooks/hook.h"
#include "datapath/hooks/object.h"
#include "datapath/sockets/filter.h"
#include "datapath/sockets/weave.h"
#include "datapath/state/pin.h"
#include "datapath/state/slot.h"

DEFINE_DESTROY(sockfilter)

static int socket_open(struct weir *weir, const struct program_config *config,
		       struct program *ret_program)
{
	int ret = weave_register();
	struct sockfilter_bpf *skel = ret ? NULL : sockfilter_bpf__open();

	(void)weir;
	if (!skel)
		return ret ? ret : -errno;
	TELL(skel, config);
	memcpy((void *)&skel->rodata->cfg_socket, &config->target->socket->config,
	       sizeof(skel->rodata->cfg_socket));
	*ret_program = (struct program){ skel, destroy_sockfilter, skel->obj,
					 skel->progs.weir_socket };
	return 0;
}

/*
 * Duplicates the job's socket, if it is still the same one. The caller closes the descriptor soon.
 */
static int reach(const struct job *job, struct socket_facts *facts, int *ret_fd,
		 struct weir_error *err)
{
	int ret = socket_find(job->target->object_id, job->target->socket->facts.pid,
			      job->target->socket->facts.fd, facts, ret_fd);

	return ret ? weir_error_set(err, ret, "cannot attach to socket '%s': it has been closed",
				    job->target->name)
		   : 0;
}

static int check_place(const struct job *job, const struct socket_facts *facts, bool ours,
		       struct weir_error *err)
{
	const char *name = job->target->name;

	if (facts->locked)
		return weir_error_set(err, EPERM,
				      "cannot attach to socket '%s': its process has locked the "
				      "filter (SO_LOCK_FILTER), which nobody can undo",
				      name);
	if (ours || job->request->force || facts->filter == WEIR_SOCKET_FILTER_NONE)
		return 0;
	if (facts->filter == WEIR_SOCKET_FILTER_CLASSIC)
		return weir_error_set(err, EBUSY,
				      "cannot attach to socket '%s': it already has a classic BPF "
				      "filter; --force replaces it for good",
				      name);
	return weir_error_set(
		err, EBUSY,
		"cannot attach to socket '%s': it already has an eBPF filter, its own or its "
		"listener's; --force replaces it for good",
		name);
}

/* Holds a duplicate of the socket for the duration of the call. */
static int set_filter(struct job *job, int program_fd, bool ours, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	struct socket_facts facts;
	int ret = reach(job, &facts, &fd, err);

	if (!ret)
		ret = check_place(job, &facts, ours, err);
	if (ret)
		return ret;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program_fd, sizeof(program_fd)) == 0)
		return 0;
	if (errno == ENOMEM)
		return weir_error_set(err, ENOMEM,
				      "cannot attach to socket '%s': the kernel allows its socket "
				      "no more memory (net.core.optmem_max)",
				      job->target->name);
	return weir_error_set(err, errno, "cannot attach to socket '%s': %s", job->target->name,
			      weir_error_text(errno));
}

static int socket_attach(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	struct weir_slot *record = job->record;
	int ret = hook_load(weir, job, &program, err), fd = -1;

	if (ret)
		return ret;
	fd = bpf_program__fd(program.prog);
	ret = program_identify(fd, &record->program_id, NULL);
	if (ret)
		return weir_error_set(err, ret, "cannot inspect the program: %s",
				      weir_error_text(ret));
	/* From now on, recovery may treat an eBPF filter of the socket as weir's. */
	record->method = WEIR_METHOD_SOCKET;
	ret = slot_write(weir, job->slot, record, err);
	if (!ret)
		ret = pin_put(weir, PIN_PROGRAM, job->slot, fd, err);
	if (!ret)
		ret = set_filter(job, fd, false, err);
	if (ret)
		record->method = WEIR_METHOD_NONE;
	return ret;
}

static int rename_next(struct weir *weir, uint32_t slot, struct weir_error *err)
{
	char next[PATH_MAX + 64], current[PATH_MAX + 64];

	pin_path(weir, PIN_PROGRAM_NEXT, slot, next, sizeof(next));
	pin_path(weir, PIN_PROGRAM, slot, current, sizeof(current));
	if (rename(next, current) < 0)
		return weir_error_set(err, errno, "cannot rename '%s': %s", next, strerror(errno));
	return 0;
}

/* If the request has no filter of its own, configures the new program like the old one. */
static int keep_filter(struct weir *weir, struct job *job, struct weir_error *err)
{
	const struct weir_socket_choice *choice = job->request->sockets;
	struct weir_socket_config old;
	_cleanup_close_ int fd = -1;
	int ret;

	if (choice->keep || choice->snap)
		return 0;
	ret = pin_get(weir, PIN_PROGRAM, job->slot, &fd);
	if (!ret)
		ret = socket_filter_of(fd, &old);
	if (ret)
		return weir_error_set(err, ret,
				      "cannot find out what the filter of '%s' was: %s; detach and "
				      "attach again",
				      job->target->name, weir_error_text(ret));
	old.expression[sizeof(old.expression) - 1] = '\0';
	ret = socket_filter_prepare(job->target->socket, old.expression, 0, err);
	job->target->socket->config.snap = old.snap;
	return ret;
}

static int socket_replace(struct weir *weir, struct job *job, struct weir_error *err)
{
	_cleanup_(close_program) struct program program = {};
	int ret = keep_filter(weir, job, err), fd = -1;

	if (!ret)
		ret = hook_load(weir, job, &program, err);
	if (ret)
		return ret;
	fd = bpf_program__fd(program.prog);
	ret = pin_put(weir, PIN_PROGRAM_NEXT, job->slot, fd, err);
	if (!ret)
		ret = set_filter(job, fd, true, err);
	if (ret) {
		pin_remove(weir, PIN_PROGRAM_NEXT, job->slot);
		return ret;
	}
	ret = rename_next(weir, job->slot, err);
	if (ret)
		return ret;
	ret = program_identify(fd, &job->record->program_id, NULL);
	return ret ? weir_error_set(err, ret, "cannot inspect the new program: %s",
				    weir_error_text(ret))
		   : 0;
}

/*
 * The kernel does not report which of two programs a socket has. An interrupted replacement is
 * therefore repeated, which changes nothing if it had already succeeded.
 */
static int finish_replacing(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			    struct weir_error *err)
{
	_cleanup_close_ int program = -1, fd = -1;
	struct socket_facts facts;

	if (pin_get(weir, PIN_PROGRAM_NEXT, slot, &program) < 0)
		return 0;
	if (socket_find(record->object_id, record->pid, record->fd, &facts, &fd) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof(program)) < 0)
		return weir_error_set(err, errno, "cannot attach to socket '%s': %s",
				      record->target, weir_error_text(errno));
	return rename_next(weir, slot, err);
}

static int socket_remove(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			 uint32_t keep, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	struct socket_facts facts;
	int unused = 0;

	if (keep)
		return finish_replacing(weir, slot, record, err);
	/* A classic filter is not weir's. A locked one stays, but no longer does anything. */
	if (record->method == WEIR_METHOD_SOCKET &&
	    socket_find(record->object_id, record->pid, record->fd, &facts, &fd) == 0 &&
	    facts.filter == WEIR_SOCKET_FILTER_EBPF && !facts.locked &&
	    setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof(unused)) < 0 &&
	    errno != ENOENT)
		return weir_error_set(err, errno, "cannot detach from socket '%s': %s",
				      record->target, weir_error_text(errno));
	return hook_pins_remove(weir, slot, err);
}

static uint32_t pinned_program(struct weir *weir, uint32_t slot, const struct weir_slot *record)
{
	_cleanup_close_ int fd = -1;
	uint32_t id = 0;

	if (record->program_id)
		return record->program_id;
	if (pin_get(weir, PIN_PROGRAM_NEXT, slot, &fd) < 0 &&
	    pin_get(weir, PIN_PROGRAM, slot, &fd) < 0)
		return 0;
	return program_identify(fd, &id, NULL) == 0 ? id : 0;
}

static int socket_inspect(struct weir *weir, uint32_t slot, const struct weir_slot *record,
			  bool exists, struct live *ret_live)
{
	_cleanup_close_ int fd = -1;
	struct socket_facts facts;

	(void)exists;
	if (socket_find(record->object_id, record->pid, record->fd, &facts, &fd) < 0) {
		hook_missing(record, false, 0, ret_live);
		return 0;
	}
	if (facts.filter == WEIR_SOCKET_FILTER_EBPF) {
		*ret_live = (struct live){ .state = WEIR_STATE_ATTACHED,
					   .program_id = pinned_program(weir, slot, record) };
		return 0;
	}
	hook_missing(record, true, 0, ret_live);
	if (facts.filter == WEIR_SOCKET_FILTER_CLASSIC)
		snprintf(ret_live->detail, sizeof(ret_live->detail),
			 "program %u was replaced by a classic BPF filter", record->program_id);
	return 0;
}

const struct hook_ops hook_socket_ops = {
	.open = socket_open,
	.attach = socket_attach,
	.replace = socket_replace,
	.remove = socket_remove,
	.inspect = socket_inspect,
};
