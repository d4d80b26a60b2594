#include "plants.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/table.h"
#include "conf/template.h"
#include "model/standard_file.h"

/* A path in a list, from the folder of the file it stands in. */
static bool path_of(const struct conf_node *n, const char *what, char out[PATH_MAX], struct conf_mistakes *m)
{
    const char *text = conf_text(n), *file = conf_mark(n).file, *slash = strrchr(file, '/');
    int folder = text[0] == '/' || slash == NULL ? 0 : (int)(slash - file + 1);

    if (text[0] == '\0' || snprintf(out, PATH_MAX, "%.*s%s", folder, file, text) >= PATH_MAX) {
        conf_mistake(m, conf_mark(n), "this is not the path of a %s", what);
        return false;
    }
    return true;
}

/* ---- lists of files and folders ---- */

/* What is done with each file; it says its own mistakes, so ERR_MEMORY is all it may return. */
struct files_of {
    const char *what; /* "profile" */
    enum err (*load)(void *self, const char *path, struct conf_mistakes *m);
    void *self;
};

static int is_yaml(const struct dirent *e)
{
    size_t len = strlen(e->d_name);

    return e->d_name[0] != '.' && len > 5 && strcmp(e->d_name + len - 5, ".yaml") == 0;
}

/* By bytes: the same order under every locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum err load_folder(const struct conf_node *n, const char *folder, const struct files_of *f,
                            struct conf_mistakes *m)
{
    char path[PATH_MAX];
    struct dirent **names = NULL;
    int count = scandir(folder, &names, is_yaml, by_name);
    enum err rc = ERR_NONE;

    if (count < 0 && errno == ENOMEM)
        return ERR_MEMORY;
    if (count < 0)
        conf_mistake(m, conf_mark(n), "%s: %s", folder, strerror(errno));
    else if (count == 0 || count > PLANTS_FOLDER_FILES_MAX)
        conf_mistake(m, conf_mark(n), "a folder of %ss holds 1 to %d files *.yaml, here are %d", f->what,
                     PLANTS_FOLDER_FILES_MAX, count);
    for (int i = 0; i < count; i++) {
        if (rc == ERR_NONE && count <= PLANTS_FOLDER_FILES_MAX) {
            if (snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) < PATH_MAX)
                rc = f->load(f->self, path, m);
            else
                conf_mistake(m, conf_mark(n), "the path of %s is too long", names[i]->d_name);
        }
        free(names[i]);
    }
    free((void *)names);
    return rc;
}

static enum err load_files(const struct conf_node *list, const struct files_of *f, struct conf_mistakes *m)
{
    char what[64];
    enum err rc = ERR_NONE;

    (void)snprintf(what, sizeof what, "%s file or of a folder of them", f->what);
    for (size_t i = 0; list != NULL && i < conf_count(list) && rc == ERR_NONE; i++) {
        const struct conf_node *n = conf_item(list, i);
        char path[PATH_MAX];
        struct stat st;
        if (!path_of(n, what, path, m))
            continue;
        if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            rc = load_folder(n, path, f, m);
        else
            rc = f->load(f->self, path, m);
    }
    return rc;
}

static enum err load_profile(void *self, const char *path, struct conf_mistakes *m)
{
    struct conf_file *file;
    enum err rc;

    if (conf_load(path, &file, m) != ERR_NONE)
        return ERR_NONE; /* said already, with its place */
    rc = profiles_load(self, conf_root(file), m);
    conf_file_free(file);
    return rc;
}

/* ---- plants ---- */

struct template_row {
    char template[PATH_MAX], table[PATH_MAX];
};

static const struct conf_setting TEMPLATE[] = {
    { CONF_PATH("template", struct template_row, template), .required = true,
      .help = "plant file with ${name} in its values" },
    { CONF_PATH("table", struct template_row, table), .required = true,
      .help = "CSV file: its header names the parameters, each row gives one plant file" },
};

struct areas_row {
    const struct conf_node *areas;
};

static const struct conf_setting AREAS[] = {
    { CONF_LIST("areas", struct areas_row, areas), .required = true, .help = "administrative areas" },
};

void plants_document(struct strbuf *to)
{
    conf_document(AREAS, COUNT_OF(AREAS), "file of areas", to);
    conf_document(TEMPLATE, COUNT_OF(TEMPLATE), "plants: a template", to);
}

/* Files stay open until the last was read: mistakes name places in all. */
struct open_files {
    struct conf_file **items;
    size_t count, cap;
};

struct reading_plants {
    const struct profiles *profiles;
    struct catalogue *catalogue;
    struct field *field;
    struct open_files files;
    struct conf_mistakes *mistakes;
};

static enum err keep_open(struct open_files *f, struct conf_file *file)
{
    if (f->count == f->cap) {
        size_t cap = f->cap == 0 ? 16 : 2 * f->cap;
        struct conf_file **grown = realloc((void *)f->items, cap * sizeof(struct conf_file *));
        if (grown == NULL) {
            conf_file_free(file);
            return ERR_MEMORY;
        }
        f->items = grown;
        f->cap = cap;
    }
    f->items[f->count++] = file;
    return ERR_NONE;
}

struct reading_standards {
    struct standards_reader *reader;
    struct open_files files;
};

static enum err load_standard(void *self, const char *path, struct conf_mistakes *m)
{
    struct reading_standards *r = self;
    struct conf_file *file;
    enum err rc;

    if (conf_load(path, &file, m) != ERR_NONE)
        return ERR_NONE; /* said already, with its place */
    rc = keep_open(&r->files, file);
    return rc != ERR_NONE ? rc : standards_read(r->reader, conf_root(file), m);
}

static void close_files(struct open_files *f)
{
    for (size_t i = 0; i < f->count; i++)
        conf_file_free(f->items[i]);
    free((void *)f->items);
}

static enum err load_standards(const struct conf_node *list, struct catalogue *c, struct conf_mistakes *m)
{
    struct reading_standards r = { 0 };
    const struct files_of files = { "limit set", load_standard, &r };
    enum err rc = standards_reader_new(&r.reader, c);

    if (rc == ERR_NONE)
        rc = load_files(list, &files, m);
    if (rc == ERR_NONE)
        standards_finish(r.reader, m);
    standards_reader_free(r.reader);
    close_files(&r.files);
    return rc;
}

static enum err take_plant(struct reading_plants *r, struct conf_file *file)
{
    enum err rc = keep_open(&r->files, file);

    return rc != ERR_NONE ? rc
                          : field_load(conf_root(file), r->profiles, r->catalogue, r->field, r->mistakes);
}

/* One plant for each row of the table. */
static enum err load_template(struct reading_plants *r, const struct conf_node *n)
{
    struct template_row *row = calloc(1, sizeof *row);
    struct conf_template *t = NULL;
    enum err rc = ERR_NONE;

    if (row == NULL)
        return ERR_MEMORY;
    if (conf_apply(TEMPLATE, COUNT_OF(TEMPLATE), n, row, r->mistakes) &&
        conf_template_load(row->template, row->table, &t, r->mistakes) != ERR_NONE)
        t = NULL; /* said already, with its place */
    for (size_t i = 0; t != NULL && i < conf_template_rows(t) && rc == ERR_NONE; i++) {
        struct conf_file *file;
        if (r->files.count == PLANTS_ROWS_MAX) {
            conf_mistake(r->mistakes, conf_mark(n), "more than %d plants: use several nodes",
                         PLANTS_ROWS_MAX);
            break;
        }
        if (conf_template_row(t, i, &file, r->mistakes) == ERR_NONE) /* else said already, too */
            rc = take_plant(r, file);
    }
    conf_template_free(t);
    free(row);
    return rc;
}

static enum err load_plant(struct reading_plants *r, const struct conf_node *n)
{
    char path[PATH_MAX];
    struct conf_file *file;

    if (conf_kind(n) == CONF_MAPPING)
        return load_template(r, n);
    if (!path_of(n, "plant file", path, r->mistakes) || conf_load(path, &file, r->mistakes) != ERR_NONE)
        return ERR_NONE; /* said already, with its place */
    return take_plant(r, file);
}

/* Administrative areas, before the plants that stand in them. */
static enum err load_area_file(struct reading_plants *r, const struct conf_node *n)
{
    char path[PATH_MAX];
    struct conf_file *file;
    struct areas_row row;
    enum err rc;

    if (!path_of(n, "file of areas", path, r->mistakes) || conf_load(path, &file, r->mistakes) != ERR_NONE)
        return ERR_NONE; /* said already, with its place */
    rc = keep_open(&r->files, file);
    if (rc == ERR_NONE && conf_apply(AREAS, COUNT_OF(AREAS), conf_root(file), &row, r->mistakes))
        rc = field_load_areas(row.areas, r->catalogue, r->field, r->mistakes);
    return rc;
}

static enum err load_areas(const struct conf_node *list, struct reading_plants *r)
{
    enum err rc = ERR_NONE;

    for (size_t i = 0; list != NULL && i < conf_count(list) && rc == ERR_NONE; i++)
        rc = load_area_file(r, conf_item(list, i));
    return rc;
}

static enum err load_plants(const struct conf_node *list, struct reading_plants *r)
{
    size_t count = list == NULL ? 0 : conf_count(list);
    enum err rc = ERR_NONE;

    if (list == NULL)
        return ERR_NONE;
    if (count == 0 || count > PLANTS_FILES_MAX) {
        conf_mistake(r->mistakes, conf_mark(list), "1 to %d plant files, here are %zu", PLANTS_FILES_MAX,
                     count);
        return ERR_NONE;
    }
    for (size_t i = 0; i < count && rc == ERR_NONE; i++)
        rc = load_plant(r, conf_item(list, i));
    if (rc == ERR_NONE)
        rc = field_check(r->field, conf_mark(list), r->mistakes);
    return rc;
}

/* ---- devices whose silence nobody would hear of ---- */

enum { SILENT_NAMED = 5 };

static bool is_read(const struct point *p)
{
    return !p->manual && p->counts == COUNTED_NOTHING && !point_is_commissioning(p);
}

/* Points of a device stand together.  stale: by points, those with a rule of that kind. */
static size_t silent_devices(const struct catalogue *c, const bool *stale, size_t *all, char *names,
                             size_t size)
{
    size_t silent = 0, used = 0;

    *all = 0;
    names[0] = '\0';
    for (size_t i = 0, end; i < c->point_count; i = end) {
        bool heard = false;
        for (end = i; end < c->point_count && strcmp(c->points[end].device, c->points[i].device) == 0 &&
                      is_read(&c->points[end]) == is_read(&c->points[i]);
             end++)
            heard = heard || stale[end];
        if (!is_read(&c->points[i]))
            continue;
        ++*all;
        if (!heard && silent++ < SILENT_NAMED && used < size)
            used += (size_t)snprintf(names + used, size - used, "%s%s", silent > 1 ? ", " : "",
                                     c->points[i].device);
    }
    return silent;
}

/* A device that is unplugged is shown and told as an event; only a rule makes an alarm and an incident of it.
 */
static void warn_of_silence(const struct conf_node *plants, const struct catalogue *c,
                            struct conf_mistakes *m)
{
    bool *stale = calloc(c->point_count + 1, sizeof *stale);
    char names[SILENT_NAMED * (ID_MAX + 2)];
    size_t all, silent;

    if (stale == NULL)
        return; /* a warning less */
    for (size_t i = 0; i < c->rule_count; i++)
        if (c->rules[i].kind == RULE_STALE)
            stale[c->rules[i].point] = true;
    silent = silent_devices(c, stale, &all, names, sizeof names);
    if (silent > 0)
        conf_warning(
            m, conf_mark(plants),
            "%zu of %zu devices raise no alarm when they fall silent: no point of theirs has a rule of "
            "kind stale (%s%s)",
            silent, all, names, silent > SILENT_NAMED ? ", ..." : "");
    free(stale);
}

enum err plants_load(const struct plants_lists *lists, struct catalogue *c, struct field *f,
                     struct conf_mistakes *m)
{
    struct profiles p;
    const struct files_of profiles = { "profile", load_profile, &p };
    struct reading_plants r = { .profiles = &p, .catalogue = c, .field = f, .mistakes = m };
    enum err rc;

    catalogue_init(c);
    field_init(f);
    profiles_init(&p);
    rc = load_files(lists->profiles, &profiles, m);
    if (rc == ERR_NONE)
        rc = load_standards(lists->standards, c, m);
    if (rc == ERR_NONE)
        rc = load_areas(lists->areas, &r);
    if (rc == ERR_NONE)
        rc = load_plants(lists->plants, &r);
    if (rc == ERR_NONE && m->mistakes == 0 && lists->plants != NULL)
        warn_of_silence(lists->plants, c, m);
    close_files(&r.files);
    profiles_clear(&p);
    return rc;
}
