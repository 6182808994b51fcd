// SPDX-License-Identifier: GPL-2.0
/* pin.c - see pin.h. */
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include "datapath/base/cleanup.h"
#include "datapath/state/pin.h"

#define BPFFS "/sys/fs/bpf"
#define LOCK_WAIT_MS 30000
#define LOCK_POLL_MS 10

static const char *const directories[] = { "maps", "links", "programs" };

void pin_path(const struct weir *weir, enum pin_kind kind, uint32_t slot, char *ret_path,
	      size_t size)
{
	static const char *const formats[] = {
		[PIN_LINK] = "%s/links/slot_%u",
		[PIN_PROGRAM] = "%s/programs/slot_%u",
		[PIN_PROGRAM_NEXT] = "%s/programs/slot_%u_next",
	};

	snprintf(ret_path, size, formats[kind], weir->root, slot);
}

/* --- bpffs --- */

static void parent_of(const char *path, char *ret_parent, size_t size)
{
	char *slash;

	snprintf(ret_parent, size, "%s", path);
	slash = strrchr(ret_parent, '/');
	if (slash && slash != ret_parent)
		*slash = '\0';
}

int pin_bpffs_present(const struct weir *weir)
{
	char parent[PATH_MAX];
	struct statfs fs;

	parent_of(weir->root, parent, sizeof(parent));
	if (statfs(parent, &fs) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fs.f_type == BPF_FS_MAGIC;
}

/* Returns the parent of a process; 0 if it has none or cannot be read. */
static pid_t parent_process(pid_t pid)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[32], line[256], *end;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "re");
	/* "PID (NAME) STATE PARENT ...". NAME may contain brackets, see proc(5). */
	end = f && fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	return end && sscanf(end, ") %*c %d", &parent) == 1 ? parent : 0;
}

/*
 * Returns true if other processes cannot see mounts made here, as under `ip netns exec`: the oldest
 * ancestor with a readable mount namespace is in another one. Asking init alone is not enough: in a
 * container or without CAP_SYS_PTRACE its namespace often cannot be read.
 */
static bool mount_namespace_is_private(void)
{
	bool is_private = false;
	struct stat ours;

	if (stat("/proc/self/ns/mnt", &ours) < 0)
		return false;
	for (pid_t pid = getppid(); pid > 0; pid = parent_process(pid)) {
		struct stat theirs;
		char path[32];

		snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
		if (stat(path, &theirs) == 0)
			is_private = theirs.st_ino != ours.st_ino;
	}
	return is_private;
}

static int hidden_bpffs(const char *parent, struct weir_error *err)
{
	return weir_error_set(err, ENODEV,
			      "no bpffs at '%s' in this mount namespace (`ip netns "
			      "exec` makes one of its own): run `ctl -n NETNS ...` outside, which "
			      "changes only the network namespace",
			      parent);
}

int pin_bpffs_needed(const struct weir *weir, struct weir_error *err)
{
	char parent[PATH_MAX];

	parent_of(weir->root, parent, sizeof(parent));
	if (pin_bpffs_present(weir) == 0 && mount_namespace_is_private())
		return hidden_bpffs(parent, err);
	return -ENOENT;
}

static int need_bpffs(const struct weir *weir, struct weir_error *err)
{
	char parent[PATH_MAX];
	int present = pin_bpffs_present(weir);

	parent_of(weir->root, parent, sizeof(parent));
	if (present > 0)
		return 0;
	if (present < 0)
		return weir_error_set(err, present, "cannot look at '%s': %s", parent,
				      weir_error_text(present));
	if (mount_namespace_is_private())
		return hidden_bpffs(parent, err);
	if (strcmp(parent, BPFFS) != 0)
		return weir_error_set(err, ENODEV,
				      "'%s' is not on a bpffs: pins need one "
				      "(`mount -t bpf bpf DIRECTORY`)",
				      parent);
	if (mount("bpf", BPFFS, "bpf", 0, "mode=0700") < 0)
		return weir_error_set(err, errno, "cannot mount bpffs at '%s': %s", BPFFS,
				      weir_error_text(errno));
	return 0;
}

static int make_directory(const char *path, struct weir_error *err)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return 0;
	return weir_error_set(err, errno, "cannot make pin directory '%s': %s", path,
			      errno == EROFS ? "the bpffs is mounted read-only"
					     : weir_error_text(errno));
}

/* --- lock --- */

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* Returns false if a purge has meanwhile removed the locked directory. */
static bool still_there(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino;
}

/* Returns 1 if the lock is taken, 0 to try again, or -errno. */
static int try_lock(struct weir *weir, int *ret_lock, struct weir_error *err)
{
	_cleanup_close_ int fd = -1;
	int ret = make_directory(weir->root, err);

	if (ret)
		return ret;
	fd = open(weir->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return weir_error_set(err, errno, "cannot open '%s': %s", weir->root,
				      weir_error_text(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK || errno == EINTR)
			return 0;
		return weir_error_set(err, errno, "cannot lock '%s': %s", weir->root,
				      strerror(errno));
	}
	if (!still_there(fd, weir->root))
		return 0;
	*ret_lock = TAKE_FD(fd);
	return 1;
}

int pin_lock(struct weir *weir, int *ret_lock, struct weir_error *err)
{
	_cleanup_close_ int lock = -1;
	int ret = need_bpffs(weir, err);

	if (ret)
		return ret;
	for (int waited = 0; (ret = try_lock(weir, &lock, err)) == 0; waited += LOCK_POLL_MS) {
		if (waited >= LOCK_WAIT_MS)
			return weir_error_set(err, EBUSY,
					      "another ctl has been changing '%s' for "
					      "%d seconds",
					      weir->root, LOCK_WAIT_MS / 1000);
		pause_ms(LOCK_POLL_MS);
	}
	if (ret < 0)
		return ret;
	for (size_t i = 1; i < ARRAY_SIZE(directories); i++) { /* not maps, see make_maps() */
		char path[PATH_MAX + 16];

		snprintf(path, sizeof(path), "%s/%s", weir->root, directories[i]);
		ret = make_directory(path, err);
		if (ret)
			return ret;
	}
	*ret_lock = TAKE_FD(lock);
	return 0;
}

/* --- pins --- */

int pin_get(const struct weir *weir, enum pin_kind kind, uint32_t slot, int *ret_fd)
{
	char path[PATH_MAX + 64];
	int fd = -1;

	pin_path(weir, kind, slot, path, sizeof(path));
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int pin_remove(const struct weir *weir, enum pin_kind kind, uint32_t slot)
{
	char path[PATH_MAX + 64];

	pin_path(weir, kind, slot, path, sizeof(path));
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

int pin_put(const struct weir *weir, enum pin_kind kind, uint32_t slot, int fd,
	    struct weir_error *err)
{
	char path[PATH_MAX + 64];
	int ret;

	pin_path(weir, kind, slot, path, sizeof(path));
	ret = bpf_obj_pin(fd, path);
	if (ret < 0 && errno == EEXIST && unlink(path) == 0)
		ret = bpf_obj_pin(fd, path);
	if (ret < 0)
		return weir_error_set(err, errno, "cannot pin '%s': %s", path,
				      weir_error_text(errno));
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -errno : 0;
}

int pin_remove_all(struct weir *weir, struct weir_error *err)
{
	int ret = nftw(weir->root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);

	if (ret == -1)
		ret = -errno;
	if (ret && ret != -ENOENT)
		return weir_error_set(err, ret, "cannot remove '%s': %s", weir->root,
				      weir_error_text(ret));
	return 0;
}
