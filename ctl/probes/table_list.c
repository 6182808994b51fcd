// SPDX-License-Identifier: GPL-2.0
/* table_list.c - see table_list.h. */
#include <errno.h>
#include "ctl/probes/table_list.h"

#define DIM "\033[2m"
#define PLAIN "\033[0m"

static void out_args(const struct weir_probe_item *item, FILE *out)
{
	for (size_t i = 0; i < item->arg_count; i++) {
		const struct weir_probe_arg *arg = &item->args[i];

		fprintf(out, "    %s%s%s\n", arg->declaration, arg->place ? " in " : "",
			arg->place ? arg->place : "");
	}
	if (item->args_known && !item->arg_count)
		fputs("    no arguments\n", out);
	if (item->returns)
		fprintf(out, "    returns %s\n", item->returns);
}

int out_probe(const struct weir_probe_item *item, void *arg)
{
	const struct probe_view *view = arg;
	FILE *out = view->out;

	if (!item->obstacle)
		fprintf(out, "%s%s%s\n", item->spec, item->remark ? "  # " : "",
			item->remark ? item->remark : "");
	else
		fprintf(out, "%s%s  # %s%s\n", view->color ? DIM : "", item->spec, item->obstacle,
			view->color ? PLAIN : "");
	if (view->verbose) {
		if (item->module)
			fprintf(out, "    of module %s\n", item->module);
		if (item->detail)
			fprintf(out, "    %s\n", item->detail);
		out_args(item, out);
	}
	return ferror(out) ? -EIO : 0;
}

void out_probe_notes(const struct weir_probe_notes *notes, FILE *out)
{
	for (size_t i = 0; i < notes->count; i++)
		fprintf(out, "ctl: note: %s\n", notes->texts[i]);
}

/* --- JSON --- */

void json_probes_begin(struct probe_view *view, bool pretty)
{
	view->js = (struct json_stream){ .out = view->out, .pretty = pretty };
}

static void begin(struct probe_view *view)
{
	if (view->begun)
		return;
	view->begun = true;
	js_open(&view->js, NULL, '{');
	js_open(&view->js, "probes", '[');
}

static void put_args(struct json_stream *js, const struct weir_probe_item *item)
{
	if (!item->args_known) {
		js_null(js, "arguments");
		return;
	}
	js_open(js, "arguments", '[');
	for (size_t i = 0; i < item->arg_count; i++) {
		const struct weir_probe_arg *arg = &item->args[i];

		js_open(js, NULL, '{');
		js_text(js, "name", arg->name);
		js_text(js, "type", arg->type);
		js_text(js, "declaration", arg->declaration);
		js_text(js, "place", arg->place);
		js_close(js, '}');
	}
	js_close(js, ']');
}

int json_probe(const struct weir_probe_item *item, void *arg)
{
	struct probe_view *view = arg;
	struct json_stream *js = &view->js;

	begin(view);
	js_open(js, NULL, '{');
	js_text(js, "probe", item->spec);
	js_word(js, "type", weir_probe_type_name(item->type));
	js_text(js, "module", item->module);
	js_bool(js, "attachable", !item->obstacle && !item->forbidden);
	js_text(js, "obstacle", item->obstacle);
	js_text(js, "remark", item->remark);
	if (view->verbose) {
		js_text(js, "detail", item->detail);
		put_args(js, item);
		js_text(js, "returns", item->returns);
	}
	js_close(js, '}');
	return ferror(view->out) ? -EIO : 0;
}

int json_probes_end(struct probe_view *view, const struct weir_probe_notes *notes)
{
	struct json_stream *js = &view->js;

	begin(view);
	js_close(js, ']');
	js_open(js, "notes", '[');
	for (size_t i = 0; i < notes->count; i++)
		js_text(js, NULL, notes->texts[i]);
	js_close(js, ']');
	js_close(js, '}');
	return js_end(js);
}

void json_probes_fail(struct probe_view *view, const char *sentence)
{
	if (!view->begun)
		return;
	js_fail(&view->js, sentence);
	js_end(&view->js); /* a failure is being reported already */
}
