/* yaml_to_json FROM TO: the plain part of YAML (mappings, sequences, scalars) as one line of JSON.  Anchors,
 * aliases and tags are refused: a description does not need them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/json.h"

enum { DEPTH_MAX = 60, BYTES_MAX = 8 * 1024 * 1024 };

/* Commas by hand: a description nests deeper than replies do, so json_out's ceiling does not fit. */
struct writer {
    struct strbuf *to;
    struct {
        bool mapping, any, expects_value;
    } level[DEPTH_MAX + 1];
    unsigned depth;
};

static void quote(struct strbuf *to, const char *text)
{
    struct json_out j;

    json_out_init(&j, to);
    json_string(&j, text);
}

static bool is_number(const char *s)
{
    char *end;

    if (!isdigit((unsigned char)*s) && !(*s == '-' && isdigit((unsigned char)s[1])))
        return false;
    (void)strtod(s, &end);
    return *end == '\0' && strpbrk(s, "xXpP") == NULL && (*s != '0' || s[1] == '\0' || s[1] == '.');
}

static bool is_bare(const char *s)
{
    return strcmp(s, "true") == 0 || strcmp(s, "false") == 0 || strcmp(s, "null") == 0 || is_number(s);
}

static void before(struct writer *w)
{
    if (w->level[w->depth].expects_value)
        w->level[w->depth].expects_value = false;
    else if (w->level[w->depth].any)
        strbuf_putc(w->to, ',');
    w->level[w->depth].any = true;
}

static bool scalar(struct writer *w, const yaml_event_t *e)
{
    const char *text = (const char *)e->data.scalar.value;
    bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    bool key = w->level[w->depth].mapping && !w->level[w->depth].expects_value;

    if (e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL || strlen(text) != e->data.scalar.length)
        return false;
    before(w);
    if (key) {
        quote(w->to, text);
        strbuf_putc(w->to, ':');
        w->level[w->depth].expects_value = true;
    } else if (plain && is_bare(text)) {
        strbuf_puts(w->to, text);
    } else {
        quote(w->to, text);
    }
    return true;
}

static bool open_level(struct writer *w, bool mapping)
{
    if (w->depth == DEPTH_MAX)
        return false;
    before(w);
    strbuf_putc(w->to, mapping ? '{' : '[');
    w->depth++;
    w->level[w->depth].mapping = mapping;
    w->level[w->depth].any = w->level[w->depth].expects_value = false;
    return true;
}

static bool close_level(struct writer *w)
{
    strbuf_putc(w->to, w->level[w->depth].mapping ? '}' : ']');
    w->depth--;
    return true;
}

static bool take(struct writer *w, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT: return scalar(w, e);
    case YAML_MAPPING_START_EVENT: return e->data.mapping_start.anchor == NULL && open_level(w, true);
    case YAML_SEQUENCE_START_EVENT: return e->data.sequence_start.anchor == NULL && open_level(w, false);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT: return close_level(w);
    case YAML_ALIAS_EVENT: return false;
    default: return true;
    }
}

static bool convert(FILE *from, struct strbuf *to, const char *name)
{
    struct writer w = { .to = to };
    yaml_parser_t parser;
    yaml_event_t e = { 0 };
    bool fine = true, end = false;

    (void)yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, from);
    while (fine && !end) {
        fine = yaml_parser_parse(&parser, &e) == 1 && take(&w, &e);
        end = fine && e.type == YAML_STREAM_END_EVENT;
        if (!fine)
            (void)fprintf(stderr, "%s:%zu: %s\n", name, parser.mark.line + 1,
                          parser.problem != NULL ? parser.problem : "not plain YAML");
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&parser);
    return fine && !to->failed;
}

int main(int argc, char **argv)
{
    struct strbuf text;
    FILE *from = argc == 3 ? fopen(argv[1], "r") : NULL;
    FILE *to = from == NULL ? NULL : fopen(argv[2], "w");
    bool fine;

    if (to == NULL) {
        (void)fprintf(stderr, "usage: yaml_to_json FROM TO (both must open)\n");
        return 2;
    }
    strbuf_init(&text, BYTES_MAX);
    fine = convert(from, &text, argv[1]) && fwrite(text.text, 1, text.len, to) == text.len;
    (void)fclose(from);
    fine = fclose(to) == 0 && fine;
    if (!fine)
        (void)remove(argv[2]);
    strbuf_clear(&text);
    return fine ? 0 : 1;
}
