#include "versions.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "conf/diff.h"
#include "seal/seal.h"

enum { FILE_MAX = 4 << 20, NUMBER_MAX = 99999999, PRIVATE = 0600 };

struct versions {
    char folder[PATH_MAX - 64];
    pthread_mutex_t lock; /* guards what follows */
    uint32_t last;
    struct wall since;
    char *text; /* of the newest, NULL: none */
    size_t len;
};

/* ---- files ---- */

static void path_of(const struct versions *v, uint32_t number, char out[PATH_MAX])
{
    (void)snprintf(out, PATH_MAX, "%s/%08" PRIu32 ".json", v->folder, number);
}

static void text_path(const struct versions *v, char out[PATH_MAX])
{
    (void)snprintf(out, PATH_MAX, "%s/newest.yaml", v->folder);
}

struct version_file {
    char *bytes;
    struct json_in *doc;
    struct config_version version;
};

static void version_free(struct version_file *f)
{
    json_in_free(f->doc);
    free(f->bytes);
}

static enum err version_read(const struct versions *v, uint32_t number, struct version_file *f,
                             struct fault *why)
{
    char path[PATH_MAX];
    size_t len;
    enum err rc;
    const char *at;

    *f = (struct version_file){ .version.number = number };
    path_of(v, number, path);
    rc = file_read(path, FILE_MAX, &f->bytes, &len, why);
    if (rc == ERR_NONE)
        rc = json_parse(f->bytes, len, &f->doc, why);
    if (rc == ERR_NONE) {
        at = json_in_string(f->doc, "at");
        f->version.author = json_in_string(f->doc, "author");
        f->version.digest = json_in_string(f->doc, "digest");
        f->version.difference = json_in_string(f->doc, "difference");
        if (at == NULL || wall_parse(at, &f->version.at) != ERR_NONE || f->version.author == NULL ||
            f->version.digest == NULL || f->version.difference == NULL)
            rc = fault_set(why, ERR_RANGE, "%s: not a version", path);
    }
    if (rc != ERR_NONE)
        version_free(f);
    return rc;
}

static enum err version_write(const struct versions *v, const struct config_version *version,
                              struct fault *why)
{
    char path[PATH_MAX];
    struct strbuf b;
    struct json_out j;
    enum err rc;

    strbuf_init(&b, FILE_MAX);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_key(&j, "version");
    json_int(&j, version->number);
    json_key(&j, "at");
    json_time(&j, version->at);
    json_member_text(&j, "author", version->author);
    json_member_text(&j, "digest", version->digest);
    json_member_text(&j, "difference", version->difference);
    json_close_object(&j);
    path_of(v, version->number, path);
    rc = b.failed ? fault_set(why, ERR_MEMORY, "%s: no memory", path)
                  : file_write(path, b.text, b.len, PRIVATE, why);
    strbuf_clear(&b);
    return rc;
}

/* ---- life ---- */

static void note_number(struct versions *v, const char *name)
{
    char *end;
    unsigned long n = strtoul(name, &end, 10);

    if (end == name + 8 && strcmp(end, ".json") == 0 && n <= NUMBER_MAX && n > v->last)
        v->last = (uint32_t)n;
}

/* A version file without its text was cut off by a crash in between: the next start compares with nothing and
 * writes a whole new version. */
static enum err read_newest(struct versions *v, struct fault *why)
{
    DIR *dir = opendir(v->folder);
    struct version_file newest;
    char path[PATH_MAX];
    enum err rc;

    if (dir == NULL)
        return fault_set(why, ERR_IO, "%s: cannot be read", v->folder);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
        note_number(v, e->d_name);
    (void)closedir(dir);
    text_path(v, path);
    rc = v->last == 0 ? ERR_MISSING : file_read(path, VERSIONS_TEXT_MAX, &v->text, &v->len, why);
    if (rc == ERR_NONE && version_read(v, v->last, &newest, why) == ERR_NONE) {
        v->since = newest.version.at;
        version_free(&newest);
    }
    return rc == ERR_MISSING ? ERR_NONE : rc;
}

enum err versions_open(struct versions **out, const char *folder, struct fault *why)
{
    struct versions *v = calloc(1, sizeof *v);
    enum err rc;

    if (v == NULL)
        return fault_set(why, ERR_MEMORY, "versions: no memory");
    (void)pthread_mutex_init(&v->lock, NULL);
    if (snprintf(v->folder, sizeof v->folder, "%s", folder) >= (int)sizeof v->folder)
        rc = fault_set(why, ERR_RANGE, "versions: the path of the folder is too long");
    else
        rc = file_make_folder(v->folder, why);
    if (rc == ERR_NONE)
        rc = read_newest(v, why);
    if (rc != ERR_NONE) {
        versions_close(v);
        return rc;
    }
    *out = v;
    return ERR_NONE;
}

void versions_close(struct versions *v)
{
    if (v == NULL)
        return;
    (void)pthread_mutex_destroy(&v->lock);
    free(v->text);
    free(v);
}

/* ---- what changes ---- */

static enum err read_tree(const char *text, size_t len, struct conf_file **out, struct fault *why)
{
    struct conf_mistakes m;
    enum err rc;

    conf_mistakes_init(&m, 1);
    rc = conf_load_text("configuration", text, len, out, &m);
    if (rc != ERR_NONE) {
        struct strbuf said;
        strbuf_init(&said, 200);
        conf_mistakes_write(&m, &said);
        rc = fault_set(why, rc, "an effective configuration cannot be read back: %s",
                       said.text == NULL ? "" : said.text);
        strbuf_clear(&said);
    }
    conf_mistakes_clear(&m);
    return rc;
}

static enum err difference_of(const struct versions *v, const char *text, size_t len,
                              struct strbuf *difference, struct conf_changes *changes, struct fault *why)
{
    struct conf_file *was, *is;
    enum err rc = read_tree(v->text == NULL ? "" : v->text, v->len, &was, why);

    if (rc != ERR_NONE)
        return rc;
    rc = read_tree(text, len, &is, why);
    if (rc == ERR_NONE) {
        *changes = conf_diff(conf_root(was), conf_root(is), difference);
        conf_file_free(is);
    }
    conf_file_free(was);
    return rc;
}

enum err versions_difference(struct versions *v, const char *text, size_t len, struct strbuf *difference,
                             char summary[VERSIONS_SUMMARY_MAX], struct fault *why)
{
    struct conf_changes c = { 0 };
    bool first;
    enum err rc;

    (void)pthread_mutex_lock(&v->lock);
    first = v->text == NULL;
    rc = difference_of(v, text, len, difference, &c, why);
    (void)pthread_mutex_unlock(&v->lock);
    (void)snprintf(summary, VERSIONS_SUMMARY_MAX,
                   first ? "the first configuration" : "%zu added, %zu removed, %zu changed", c.added,
                   c.removed, c.changed);
    return rc;
}

uint32_t versions_next(struct versions *v)
{
    uint32_t next;

    (void)pthread_mutex_lock(&v->lock);
    next = v->last + 1;
    (void)pthread_mutex_unlock(&v->lock);
    return next;
}

struct wall versions_since(struct versions *v)
{
    struct wall since;

    (void)pthread_mutex_lock(&v->lock);
    since = v->since;
    (void)pthread_mutex_unlock(&v->lock);
    return since;
}

static enum err add(struct versions *v, const struct config_version *version, const char *text, size_t len,
                    struct fault *why)
{
    char path[PATH_MAX], *copy = malloc(len + 1);
    enum err rc;

    if (copy == NULL)
        return fault_set(why, ERR_MEMORY, "versions: no memory");
    rc = version_write(v, version, why);
    if (rc == ERR_NONE) {
        text_path(v, path);
        rc = file_write(path, text, len, PRIVATE, why);
    }
    if (rc != ERR_NONE) {
        free(copy);
        return rc;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    free(v->text);
    v->text = copy;
    v->len = len;
    v->last = version->number;
    v->since = version->at;
    if (v->last > VERSIONS_KEPT) {
        path_of(v, v->last - VERSIONS_KEPT, path);
        (void)unlink(path); /* it may be gone already */
    }
    return ERR_NONE;
}

enum err versions_add(struct versions *v, const char *author, struct wall at, const char *text, size_t len,
                      const char *difference, struct fault *why)
{
    struct seal_hash hash = seal_hash(text, len);
    struct config_version version = { .at = at, .author = author, .difference = difference };
    char digest[17];
    enum err rc;

    seal_short_text(&hash, digest);
    version.digest = digest;
    (void)pthread_mutex_lock(&v->lock);
    version.number = v->last + 1;
    rc = add(v, &version, text, len, why);
    (void)pthread_mutex_unlock(&v->lock);
    return rc;
}

/* ---- the port ---- */

static enum err visit(void *self, uint32_t after, size_t max,
                      enum err (*one)(void *ctx, const struct config_version *v), void *ctx,
                      struct fault *why)
{
    struct versions *v = self;
    uint32_t last = versions_next(v) - 1, first = last > VERSIONS_KEPT ? last - VERSIONS_KEPT + 1 : 1;
    enum err rc = ERR_NONE;

    for (uint32_t n = after + 1 > first ? after + 1 : first; n <= last && max > 0 && rc == ERR_NONE; n++) {
        struct version_file f;
        struct fault unread;
        if (version_read(v, n, &f, &unread) != ERR_NONE)
            continue; /* a hole: taken away, or never whole */
        rc = one(ctx, &f.version);
        version_free(&f);
        max--;
    }
    (void)why;
    return rc;
}

static uint32_t newest(void *self)
{
    return versions_next(self) - 1;
}

struct versions_port versions_port(struct versions *v)
{
    return (struct versions_port){ v, newest, visit };
}
