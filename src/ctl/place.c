#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "conf/table.h"

/* ---- the rows of interest; the daemon says what else is wrong with its file ---- */

struct node_row {
    char id[ID_MAX];
};

static const struct conf_setting NODE[] = {
    { CONF_ID("id", struct node_row, id), .required = true, .help = "name of the node" },
};

struct journal_row {
    char folder[PATH_MAX - 64];
};

static const struct conf_setting JOURNAL[] = {
    { CONF_PATH("folder", struct journal_row, folder), .required = true, .help = "of the journal" },
};

struct database_row {
    char connect[STORE_CONNECT_MAX];
    int64_t answer_ms;
    const struct conf_node *owner;
};

static const struct conf_setting DATABASE[] = {
    { CONF_TEXT("connect", struct database_row, connect), .required = true, .help = "libpq keywords" },
    { CONF_DURATION("answer_within", struct database_row, answer_ms), .fallback = "10s", .low = 100,
      .high = 600000, .help = "a server silent for so long is left" },
    { CONF_SECTION("owner", struct database_row, owner), .help = "role that owns the schema" },
};

struct login_row {
    char user[64], password_file[PATH_MAX];
};

static const struct conf_setting LOGIN[] = {
    { CONF_TEXT("user", struct login_row, user), .required = true, .help = "database role" },
    { CONF_PATH("password_file", struct login_row, password_file), .help = "file of mode 0600" },
};

static enum err take_owner(const struct conf_node *n, struct store_login *owner, struct conf_mistakes *m,
                           struct fault *why)
{
    static struct login_row row;

    (void)conf_apply(LOGIN, COUNT_OF(LOGIN), n, &row, m);
    if (n == NULL || row.user[0] == '\0')
        return fault_set(why, ERR_CONFIG, "the daemon file has no database.owner: its login is needed here");
    memcpy(owner->user, row.user, sizeof owner->user);
    return row.password_file[0] == '\0'
               ? ERR_NONE
               : file_read_secret(row.password_file, owner->password, sizeof owner->password, why);
}

static enum err take(struct place *p, struct conf_mistakes *m, struct fault *why)
{
    const struct conf_node *root = conf_root(p->file);
    static struct journal_row journal;
    struct node_row node;
    struct database_row database;

    (void)conf_apply(NODE, COUNT_OF(NODE), conf_get(root, "node"), &node, m);
    (void)conf_apply(JOURNAL, COUNT_OF(JOURNAL), conf_get(root, "journal"), &journal, m);
    (void)conf_apply(DATABASE, COUNT_OF(DATABASE), conf_get(root, "database"), &database, m);
    if (node.id[0] == '\0' || journal.folder[0] == '\0' || database.connect[0] == '\0')
        return fault_set(why, ERR_CONFIG, "%s: node.id, journal.folder or database.connect is missing",
                         p->config);
    memcpy(p->store.node, node.id, sizeof p->store.node);
    memcpy(p->journal, journal.folder, sizeof p->journal);
    memcpy(p->store.connect, database.connect, sizeof p->store.connect);
    p->store.answer_ms = database.answer_ms;
    return take_owner(database.owner, &p->store.owner, m, why);
}

enum err place_find(const char *config, struct place *out, struct fault *why)
{
    struct conf_mistakes m;
    enum err rc;

    *out = (struct place){ .file = NULL };
    if (realpath(config, out->config) == NULL)
        return fault_set(why, ERR_MISSING, "%s: %s", config, strerror(errno));
    conf_mistakes_init(&m, 0);
    rc = conf_load(out->config, &out->file, &m);
    rc = rc != ERR_NONE ? fault_set(why, rc, "%s: cannot be read", config) : take(out, &m, why);
    conf_mistakes_clear(&m);
    if (rc != ERR_NONE)
        place_clear(out);
    return rc;
}

void place_clear(struct place *p)
{
    conf_file_free(p->file);
    p->file = NULL;
    explicit_bzero(&p->store, sizeof p->store);
}

/* ---- the files ---- */

struct visiting {
    const struct place *place;
    enum err (*visit)(void *self, const char *path, struct fault *why);
    void *self;
};

static enum err visit_folder(const struct visiting *v, const char *folder, struct fault *why)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    char path[PATH_MAX];
    enum err rc = ERR_NONE;

    if (d == NULL)
        return fault_set(why, ERR_MISSING, "%s: %s", folder, strerror(errno));
    while (rc == ERR_NONE && (e = readdir(d)) != NULL) {
        size_t n = strlen(e->d_name);
        if (e->d_name[0] != '.' && n > 5 && strcmp(e->d_name + n - 5, ".yaml") == 0 &&
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < (int)sizeof path)
            rc = v->visit(v->self, path, why);
    }
    (void)closedir(d);
    return rc;
}

/* Relative paths begin where the daemon file is. */
static enum err visit_path(const struct visiting *v, const char *text, struct fault *why)
{
    const char *slash = strrchr(v->place->config, '/');
    int folder = text[0] == '/' ? 0 : (int)(slash - v->place->config + 1);
    char written[PATH_MAX], path[PATH_MAX];
    struct stat st;

    if (snprintf(written, sizeof written, "%.*s%s", folder, v->place->config, text) >= (int)sizeof written ||
        realpath(written, path) == NULL || stat(path, &st) != 0)
        return fault_set(why, ERR_MISSING, "%s: %s", text, strerror(errno));
    return S_ISDIR(st.st_mode) ? visit_folder(v, path, why) : v->visit(v->self, path, why);
}

static enum err visit_item(const struct visiting *v, const struct conf_node *n, struct fault *why)
{
    enum err rc = ERR_NONE;

    if (conf_kind(n) != CONF_MAPPING)
        return conf_text(n)[0] == '\0' ? ERR_NONE : visit_path(v, conf_text(n), why);
    for (size_t i = 0; i < conf_count(n) && rc == ERR_NONE; i++) /* a template and its table */
        rc = visit_item(v, &conf_entry(n, i)->value, why);
    return rc;
}

enum err place_files(const struct place *p,
                     enum err (*visit)(void *self, const char *path, struct fault *why), void *self,
                     struct fault *why)
{
    static const char *const LISTS[] = { "profiles", "standards", "areas", "plants" };
    const struct visiting v = { p, visit, self };
    enum err rc = visit(self, p->config, why);

    for (size_t i = 0; i < COUNT_OF(LISTS) && rc == ERR_NONE; i++) {
        const struct conf_node *list = conf_get(conf_root(p->file), LISTS[i]);
        for (size_t k = 0; list != NULL && k < conf_count(list) && rc == ERR_NONE; k++)
            if (conf_kind(list) == CONF_SEQUENCE)
                rc = visit_item(&v, conf_item(list, k), why);
    }
    return rc;
}
