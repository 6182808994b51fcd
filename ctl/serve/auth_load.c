// SPDX-License-Identifier: GPL-2.0
/* auth_load.c - loads the configuration file; see auth.h. */
#include <ctype.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <stdarg.h>
#include <string.h>
#include <yaml.h>
#include "ctl/serve/auth.h"
#include "datapath/base/cleanup.h"

#define FILE_MAX 262144

struct loader {
	const char *file;
	yaml_document_t document;
	struct http_auth auth;
	struct weir_error *err;
};

static int fault(struct loader *l, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fault(struct loader *l, const yaml_node_t *node, const char *format, ...)
{
	size_t used;
	va_list args;

	snprintf(l->err->text, sizeof(l->err->text), "'%s'", l->file);
	used = strlen(l->err->text);
	if (node)
		snprintf(l->err->text + used, sizeof(l->err->text) - used, " line %zu",
			 node->start_mark.line + 1);
	strncat(l->err->text, ": ", sizeof(l->err->text) - strlen(l->err->text) - 1);
	used = strlen(l->err->text);
	va_start(args, format);
	vsnprintf(l->err->text + used, sizeof(l->err->text) - used, format, args);
	va_end(args);
	return -EINVAL;
}

static int read_file(const char *path, char **ret_text, struct weir_error *err)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *text = NULL;
	size_t size;

	if (!f) {
		int error = errno;

		snprintf(err->text, sizeof(err->text), "cannot read '%s': %s", path,
			 strerror(error));
		return -error;
	}
	text = malloc(FILE_MAX + 1);
	if (!text)
		return -ENOMEM;
	size = fread(text, 1, FILE_MAX + 1, f);
	if (ferror(f) || size > FILE_MAX) {
		snprintf(err->text, sizeof(err->text), "cannot read '%s': %s", path,
			 size > FILE_MAX ? "it is larger than 256 KiB" : "input error");
		return -EIO;
	}
	text[size] = '\0';
	if (strlen(text) != size) {
		snprintf(err->text, sizeof(err->text), "'%s' is not a text file", path);
		return -EINVAL;
	}
	*ret_text = TAKE_PTR(text);
	return 0;
}

static const char *scalar(const yaml_node_t *node)
{
	return node && node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value
						      : NULL;
}

/* Reads the file that a value names. */
static int read_named(struct loader *l, const yaml_node_t *node, char **ret_text)
{
	_cleanup_free_ char *path = NULL;
	const char *name = scalar(node), *slash = strrchr(l->file, '/');
	int ret;

	if (!name || !*name)
		return fault(l, node, "a file name is missing");
	if (*ret_text)
		return fault(l, node, "this key is there twice");
	ret = asprintf(&path, "%.*s%s", *name == '/' || !slash ? 0 : (int)(slash - l->file + 1),
		       l->file, name);
	return ret < 0 ? -ENOMEM : read_file(path, ret_text, l->err);
}

typedef int (*each)(struct loader *, const char *key, const yaml_node_t *key_node,
		    const yaml_node_t *value);

static int for_each(struct loader *l, const yaml_node_t *map, each function)
{
	int ret = 0;

	if (map->type != YAML_MAPPING_NODE)
		return fault(l, map, "expected keys and values");
	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top && !ret; p++) {
		const yaml_node_t *key = yaml_document_get_node(&l->document, p->key);

		if (!scalar(key))
			return fault(l, key, "a key must be a scalar");
		ret = function(l, scalar(key), key, yaml_document_get_node(&l->document, p->value));
	}
	return ret;
}

static int load_tls(struct loader *l, const char *key, const yaml_node_t *at,
		    const yaml_node_t *value)
{
	if (strcmp(key, "cert_file") == 0)
		return read_named(l, value, &l->auth.certificate);
	if (strcmp(key, "key_file") == 0)
		return read_named(l, value, &l->auth.key);
	return fault(l, at, "unknown key '%s' in tls_server_config; it has cert_file and key_file",
		     key);
}

static int load_user(struct loader *l, const char *name, const yaml_node_t *at,
		     const yaml_node_t *value)
{
	struct auth_user *user = &l->auth.users[l->auth.user_count];
	const char *hash = scalar(value);

	if (!*name || strchr(name, ':'))
		return fault(l, at, "a user name must not be empty or have a colon");
	/*
	 * Refuse plain passwords. They would never match, and everybody who can read the file would
	 * see them.
	 */
	if (!hash || hash[0] != '$' || strlen(hash) < 20)
		return fault(
			l, at,
			"the password of '%s' must be a hash of crypt(5), such as $2y$... from "
			"`htpasswd -nB`",
			name);
	if (l->auth.user_count == AUTH_USERS)
		return fault(l, at, "more than %d users", AUTH_USERS);
	user->name = strdup(name);
	user->hash = strdup(hash);
	l->auth.user_count++;
	return user->name && user->hash ? 0 : -ENOMEM;
}

static int load_token(struct loader *l, const yaml_node_t *value)
{
	int ret = read_named(l, value, &l->auth.token);
	size_t length;

	if (ret)
		return ret;
	length = strlen(l->auth.token);
	while (length && isspace((unsigned char)l->auth.token[length - 1]))
		l->auth.token[--length] = '\0';
	if (length < AUTH_TOKEN_MIN)
		return fault(l, value, "a token must have at least %d characters", AUTH_TOKEN_MIN);
	return 0;
}

static int load_top(struct loader *l, const char *key, const yaml_node_t *at,
		    const yaml_node_t *value)
{
	if (strcmp(key, "tls_server_config") == 0)
		return for_each(l, value, load_tls);
	if (strcmp(key, "basic_auth_users") == 0)
		return for_each(l, value, load_user);
	if (strcmp(key, "bearer_token_file") == 0)
		return load_token(l, value);
	return fault(l, at,
		     "unknown key '%.64s'; use tls_server_config, basic_auth_users and "
		     "bearer_token_file",
		     key);
}

static int load_document(struct loader *l, const char *text)
{
	const yaml_node_t *root;
	yaml_parser_t parser;
	int ret = 0;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	if (!yaml_parser_load(&parser, &l->document)) {
		ret = fault(l, NULL, "line %zu: %s", parser.problem_mark.line + 1,
			    parser.problem ? parser.problem : "invalid YAML");
		yaml_parser_delete(&parser);
		return ret;
	}
	root = yaml_document_get_root_node(&l->document);
	ret = root ? for_each(l, root, load_top) : fault(l, NULL, "the file is empty");
	if (!ret && !l->auth.certificate != !l->auth.key)
		ret = fault(l, NULL, "cert_file and key_file go together");
	yaml_document_delete(&l->document);
	yaml_parser_delete(&parser);
	return ret;
}

/*
 * Replaces control characters. Names from the file may contain any, and the message is one line on
 * a terminal.
 */
static void make_plain(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

int http_auth_load(const char *file, struct http_auth *ret_auth, struct weir_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct loader l = { .file = file, .err = err };
	int ret = read_file(file, &text, err);

	if (!ret)
		ret = load_document(&l, text);
	if (!ret && gnutls_rnd(GNUTLS_RND_KEY, l.auth.salt, sizeof(l.auth.salt)) < 0)
		ret = -EIO;
	if ((ret == -ENOMEM || ret == -EIO) && !*err->text)
		snprintf(err->text, sizeof(err->text), "%s",
			 ret == -ENOMEM ? "out of memory" : "no random numbers");
	if (ret) {
		make_plain(err->text);
		http_auth_free(&l.auth);
		return ret;
	}
	*ret_auth = l.auth;
	return 0;
}
