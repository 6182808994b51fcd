// SPDX-License-Identifier: GPL-2.0
/* loader.c - see loader.h. */
#include <pthread.h>
#include "datapath/base/cleanup.h"
#include "datapath/hooks/loader.h"

/* Programs loaded ahead. Each holds several descriptors and locked memory. */
#define AHEAD 4

struct loaded {
	struct program program;
	struct weir_error err;
	int ret;
};

struct loader {
	struct weir *weir;
	const struct program_config *configs;
	size_t count;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	/* under the mutex: */
	struct loaded slots[AHEAD]; /* program i is in slot i % AHEAD */
	size_t loaded;              /* programs [taken, loaded) are in their slots */
	size_t taken;
	bool stop;
};

static int load(struct loader *l, size_t index, struct loaded *ret_loaded)
{
	*ret_loaded = (struct loaded){};
	ret_loaded->ret = program_open(l->weir, &l->configs[index], &ret_loaded->program,
				       &ret_loaded->err);
	if (!ret_loaded->ret)
		ret_loaded->ret = program_load(&ret_loaded->program, &l->configs[index],
					       &ret_loaded->err);
	if (ret_loaded->ret)
		program_close(&ret_loaded->program);
	return ret_loaded->ret;
}

/* Waits for room. Returns false if no program is left to load, or on loader_free(). */
static bool may_load(struct loader *l)
{
	bool go;

	pthread_mutex_lock(&l->mutex);
	while (!l->stop && l->loaded < l->count && l->loaded - l->taken == AHEAD)
		pthread_cond_wait(&l->changed, &l->mutex);
	go = !l->stop && l->loaded < l->count;
	pthread_mutex_unlock(&l->mutex);
	return go;
}

static void *run(void *arg)
{
	struct loader *l = arg;

	while (may_load(l)) {
		/* Only this thread increments `loaded`, so it owns the free slot. */
		size_t index = l->loaded;
		int ret = load(l, index, &l->slots[index % AHEAD]);

		pthread_mutex_lock(&l->mutex);
		l->loaded++;
		if (ret) /* loader_take() returns the error, and its caller gives up */
			l->stop = true;
		pthread_cond_broadcast(&l->changed);
		pthread_mutex_unlock(&l->mutex);
	}
	return NULL;
}

struct loader *loader_start(struct weir *weir, const struct program_config *configs, size_t count)
{
	struct loader *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->weir = weir;
	l->configs = configs;
	l->count = count;
	pthread_mutex_init(&l->mutex, NULL);
	pthread_cond_init(&l->changed, NULL);
	if (pthread_create(&l->thread, NULL, run, l) != 0) {
		free(l);
		return NULL;
	}
	return l;
}

int loader_take(struct loader *l, size_t index, struct program *ret_program, struct weir_error *err)
{
	struct loaded *slot = &l->slots[index % AHEAD];
	int ret;

	pthread_mutex_lock(&l->mutex);
	while (l->loaded <= index && !l->stop)
		pthread_cond_wait(&l->changed, &l->mutex);
	if (l->loaded <= index) {
		pthread_mutex_unlock(&l->mutex);
		return weir_error_set(err, ECANCELED, "loading programs was cancelled");
	}
	ret = slot->ret;
	if (ret && err)
		*err = slot->err;
	if (!ret)
		*ret_program = slot->program;
	slot->program = (struct program){};
	l->taken = index + 1;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->mutex);
	return ret;
}

void loader_free(struct loader *l)
{
	if (!l)
		return;
	pthread_mutex_lock(&l->mutex);
	l->stop = true;
	pthread_cond_broadcast(&l->changed);
	pthread_mutex_unlock(&l->mutex);
	pthread_join(l->thread, NULL);
	for (size_t i = 0; i < AHEAD; i++)
		program_close(&l->slots[i].program);
	pthread_cond_destroy(&l->changed);
	pthread_mutex_destroy(&l->mutex);
	free(l);
}

void loader_freep(struct loader **loader)
{
	loader_free(*loader);
}
