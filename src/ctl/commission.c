/* Every point of the running plant asked for once, each in its wire's own turn, and judged. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "command.h"
#include "sheet.h"

enum { ONLY_MAX = 100, SHEET_TEXT_MAX = 256 << 20 };

struct commission {
    const char *config;
    enum sheet_language language;
    bool csv;
    const char *only[ONLY_MAX];
    size_t only_count;

    struct catalogue catalogue;
    struct field field;
    struct found *found;
    size_t count, room;
};

/* ---- the running plant ---- */

static enum err read_plant(struct commission *j, const char *text, size_t len, struct fault *why)
{
    struct conf_mistakes m;
    struct conf_file *file = NULL;
    enum err rc;

    conf_mistakes_init(&m, 1);
    rc = conf_load_text("the running plant", text, len, &file, &m);
    if (rc == ERR_NONE)
        rc = field_load(conf_root(file), NULL, &j->catalogue, &j->field, &m);
    if (rc == ERR_NONE)
        rc = field_check(&j->field, conf_mark(conf_root(file)), &m);
    if (rc != ERR_NONE || m.mistakes > 0) {
        struct strbuf said;
        strbuf_init(&said, sizeof why->text);
        conf_mistakes_write(&m, &said);
        rc = fault_set(why, rc == ERR_NONE ? ERR_CONFIG : rc, "the running plant cannot be read back: %s",
                       said.text == NULL ? "" : said.text);
        strbuf_clear(&said);
    }
    conf_file_free(file);
    conf_mistakes_clear(&m);
    return rc;
}

static enum err ask_text(const struct commission *j, const char *line, char **text, size_t *len,
                         struct fault *why)
{
    FILE *to = open_memstream(text, len);
    enum err rc;

    if (to == NULL)
        return fault_set(why, ERR_MEMORY, "no memory");
    rc = ask(j->config, line, to, NULL, why);
    if (fclose(to) != 0 && rc == ERR_NONE)
        rc = fault_set(why, ERR_MEMORY, "no memory");
    return rc;
}

static enum err load(struct commission *j, struct fault *why)
{
    char *text = NULL;
    size_t len = 0;
    enum err rc = ask_text(j, "show\n", &text, &len, why);

    if (rc == ERR_NONE)
        rc = read_plant(j, text, len, why);
    free(text);
    return rc;
}

/* ---- which points ---- */

static bool is_named(const struct commission *j, const struct found *f, const char *name)
{
    return strcmp(name, f->point->id) == 0 || strcmp(name, f->device->id) == 0 ||
           strcmp(name, j->catalogue.sites[f->point->site].id) == 0;
}

static bool is_wanted(const struct commission *j, const struct found *f, bool seen[ONLY_MAX])
{
    bool wanted = j->only_count == 0;

    for (size_t i = 0; i < j->only_count; i++)
        if (is_named(j, f, j->only[i]))
            wanted = seen[i] = true;
    return wanted;
}

static enum err keep(struct commission *j, const struct found *f, struct fault *why)
{
    if (j->count == j->room) {
        size_t room = j->room == 0 ? 64 : 2 * j->room;
        struct found *more = realloc(j->found, room * sizeof *more);
        if (more == NULL)
            return fault_set(why, ERR_MEMORY, "no memory for %zu points", room);
        j->found = more;
        j->room = room;
    }
    j->found[j->count++] = *f;
    return ERR_NONE;
}

static enum err choose_of_device(struct commission *j, const struct wire_settings *w, const struct device *d,
                                 bool seen[ONLY_MAX], struct fault *why)
{
    enum err rc = ERR_NONE;

    for (size_t t = 0; t < d->tag_count && rc == ERR_NONE; t++) {
        struct found f = { .wire = w,
                           .device = d,
                           .tag = &d->tags[t],
                           .point = &j->catalogue.points[d->tags[t].point],
                           .verdict = VERDICT_NOT_READ,
                           .value = NAN };
        if (is_wanted(j, &f, seen))
            rc = keep(j, &f, why);
    }
    return rc;
}

static enum err choose(struct commission *j, struct fault *why)
{
    bool seen[ONLY_MAX] = { false };
    enum err rc = ERR_NONE;

    for (size_t w = 0; w < j->field.wire_count; w++)
        for (size_t d = 0; d < j->field.wires[w].device_count && rc == ERR_NONE; d++)
            rc = choose_of_device(j, &j->field.wires[w], &j->field.wires[w].devices[d], seen, why);
    for (size_t i = 0; i < j->only_count && rc == ERR_NONE; i++)
        if (!seen[i])
            rc = fault_set(why, ERR_MISSING, "no site, device or point with a register is called \"%s\"",
                           j->only[i]);
    return rc;
}

/* ---- asking ---- */

/* Bits come as words of sixteen, the first the least significant: of one bit the word is 0 or 1. */
static bool read_words(struct found *f, const char *text, uint16_t words[VALUE_REGISTERS_MAX])
{
    unsigned count = kind_registers((enum register_kind)f->tag->kind);
    char *end;

    for (unsigned i = 0; i < count; i++, text = end) {
        words[i] = (uint16_t)strtoul(text, &end, 16);
        if (end == text)
            return false;
        (void)snprintf(f->raw + strlen(f->raw), sizeof f->raw - strlen(f->raw), "%s%04X", i == 0 ? "" : " ",
                       words[i]);
    }
    return true;
}

static void judge(struct found *f, const char *text)
{
    uint16_t words[VALUE_REGISTERS_MAX];

    if (!read_words(f, text, words)) {
        (void)snprintf(f->why, sizeof f->why, "the daemon's answer is cut short");
        return;
    }
    f->verdict = verdict_of(f->point, f->tag, words, &f->value);
    if (!verdict_is_right(f->verdict))
        f->other_count = verdict_others(f->point, f->tag, words, f->others);
}

/* What a wire or device answers is a finding; that the daemon cannot be asked is the end. */
static enum err ask_one(const struct commission *j, struct found *f, struct fault *why)
{
    char line[ASK_MAX], *text = NULL;
    size_t len = 0;
    enum err rc;

    (void)snprintf(line, sizeof line, "probe %s %s %s %u %u\n", f->wire->id, f->device->id,
                   function_key(f->tag->function), f->tag->address,
                   kind_registers((enum register_kind)f->tag->kind));
    rc = ask_text(j, line, &text, &len, why);
    f->at = wall_read();
    if (rc == ERR_NONE)
        judge(f, text);
    else if (rc == ERR_STATE)
        (void)snprintf(f->why, sizeof f->why, "%s", why->text);
    free(text);
    return rc == ERR_STATE ? ERR_NONE : rc;
}

static enum err ask_all(struct commission *j, struct fault *why)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; i < j->count && rc == ERR_NONE; i++)
        rc = ask_one(j, &j->found[i], why);
    return rc;
}

/* ---- telling ---- */

static enum err print(const struct commission *j, struct fault *why)
{
    struct strbuf to;
    enum err rc = ERR_NONE;

    strbuf_init(&to, SHEET_TEXT_MAX);
    if (j->csv)
        sheet_csv(&j->catalogue, j->found, j->count, &to);
    else
        sheet_print(&j->catalogue, j->found, j->count, j->language, &to);
    if (to.failed || fwrite(to.text, 1, to.len, stdout) != to.len || fflush(stdout) != 0)
        rc = fault_set(why, ERR_IO, "the sheet cannot be written");
    strbuf_clear(&to);
    return rc;
}

static int result(const struct commission *j)
{
    for (size_t i = 0; i < j->count; i++)
        if (!verdict_is_right(j->found[i].verdict))
            return CTL_WRONG;
    return CTL_RIGHT;
}

static int commission(struct commission *j)
{
    struct fault why;
    enum err rc;

    catalogue_init(&j->catalogue);
    field_init(&j->field);
    rc = load(j, &why);
    if (rc == ERR_NONE)
        rc = choose(j, &why);
    if (rc == ERR_NONE)
        rc = ask_all(j, &why);
    if (rc == ERR_NONE)
        rc = print(j, &why);
    if (rc != ERR_NONE)
        (void)fprintf(stderr, "capnuocctl: %s\n", why.text);
    return rc == ERR_NONE ? result(j) : CTL_UNABLE;
}

static bool read_option(struct commission *j, int option, const char *said)
{
    switch (option) {
    case 'c': j->config = said; return true;
    case 's': j->csv = true; return true;
    case 'l':
        j->language = strcmp(said, "en") == 0 ? SHEET_EN : SHEET_VI;
        return j->language == SHEET_EN || strcmp(said, "vi") == 0;
    case 'o':
        if (j->only_count == ONLY_MAX)
            return false;
        j->only[j->only_count++] = said;
        return true;
    default: return false;
    }
}

int daemon_commission(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { "lang", required_argument, NULL, 'l' },
                                             { "csv", no_argument, NULL, 's' },
                                             { "only", required_argument, NULL, 'o' },
                                             { NULL, 0, NULL, 0 } };
    struct commission j = { 0 };
    int option, code;

    while ((option = getopt_long(argc, argv, "c:l:so:", OPTIONS, NULL)) != -1)
        if (!read_option(&j, option, optarg))
            return CTL_USAGE;
    if (j.config == NULL || optind != argc)
        return CTL_USAGE;
    code = commission(&j);
    free(j.found);
    field_clear(&j.field);
    catalogue_clear(&j.catalogue);
    return code;
}
