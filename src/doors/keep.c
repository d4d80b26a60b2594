/* What is kept on this node: one JSON object a line, the whole file written anew by each change.
 *
 * A file of its own, not the journal: a change is rare, must be on the disk before it is answered, and holds
 * hashes that have no business in the pipeline, its copies and its backlog. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "inner.h"

enum { FILE_MAX_BYTES = 8 << 20, PRIVATE = 0600, VERSION = 1 };

/* ---- out ---- */

static void write_account(struct json_out *j, const struct account *a)
{
    json_open_object(j);
    json_member_text(j, "account", a->name);
    json_member_text(j, "full_name", a->full_name);
    json_member_text(j, "hash", a->hash);
    json_member_text(j, "role", role_name(a->role));
    json_member_text(j, "supplier", a->supplier);
    json_member_text(j, "language", a->language);
    json_member_int(j, "leads", a->leads);
    json_member_int(j, "disabled", a->disabled);
    json_member_int(j, "must_change", a->must_change);
    json_member_int(j, "removed", a->removed);
    json_member_int(j, "made", a->made.ms);
    json_member_int(j, "password_set", a->password_set.ms);
    json_member_int(j, "disabled_set", a->disabled_set.ms);
    json_member_int(j, "changed", a->changed.ms);
    json_member_text(j, "changed_by", a->changed_by);
    json_close_object(j);
}

static void write_known(struct json_out *j, const char *name, const struct known *k)
{
    char list[DOORS_KNOWN_EACH * 17 + 1];
    size_t n = 0;

    for (size_t i = 0; i < DOORS_KNOWN_EACH; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%016" PRIx64 " ", k->at[i]);
    json_open_object(j);
    json_member_text(j, "known", name);
    json_member_text(j, "at", list);
    json_close_object(j);
}

static void write_token(struct json_out *j, const struct api_token *t)
{
    char hash[2 * API_TOKEN_HASH_BYTES + 1];

    for (size_t i = 0; i < API_TOKEN_HASH_BYTES; i++)
        (void)snprintf(hash + 2 * i, 3, "%02x", t->hash[i]);
    json_open_object(j);
    json_member_text(j, "token", t->prefix);
    json_member_text(j, "hash", hash);
    json_member_text(j, "purpose", t->purpose);
    json_member_text(j, "role", role_name(t->role));
    json_member_text(j, "supplier", t->supplier);
    json_member_text(j, "sites", t->sites);
    json_member_text(j, "addresses", t->addresses);
    json_member_int(j, "revoked", t->revoked);
    json_member_int(j, "made", t->made.ms);
    json_member_int(j, "expires", t->expires.ms);
    json_member_int(j, "used", t->used.ms);
    json_member_int(j, "changed", t->changed.ms);
    json_member_text(j, "changed_by", t->changed_by);
    json_close_object(j);
}

static void next_line(struct json_out *j, struct strbuf *b)
{
    strbuf_putc(b, '\n');
    json_out_init(j, b);
}

static void write_all(struct doors *d, struct strbuf *b)
{
    struct json_out j;

    json_out_init(&j, b);
    json_open_object(&j);
    json_member_int(&j, "capnuoc_doors", VERSION);
    json_close_object(&j);
    for (size_t i = 0; i < d->account_count; i++) {
        next_line(&j, b);
        write_account(&j, &d->accounts[i]);
        next_line(&j, b);
        write_known(&j, d->accounts[i].name, &d->known[i]);
    }
    for (size_t i = 0; i < d->token_count; i++) {
        next_line(&j, b);
        write_token(&j, &d->tokens[i]);
    }
    strbuf_putc(b, '\n');
}

enum err keep_write(struct doors *d, struct fault *why)
{
    struct strbuf b;
    enum err rc;

    if (d->path[0] == '\0')
        return ERR_NONE;
    strbuf_init(&b, FILE_MAX_BYTES);
    (void)pthread_mutex_lock(&d->lock);
    write_all(d, &b);
    d->unwritten = d->used = false;
    (void)pthread_mutex_unlock(&d->lock);
    rc = b.failed ? fault_set(why, ERR_MEMORY, "accounts: no memory")
                  : file_write(d->path, b.text, b.len, PRIVATE, why);
    if (b.text != NULL)
        explicit_bzero(b.text, b.len);
    strbuf_clear(&b);
    if (rc == ERR_NONE)
        return rc;
    (void)pthread_mutex_lock(&d->lock);
    d->unwritten = true;
    (void)pthread_mutex_unlock(&d->lock);
    return rc;
}

/* ---- in ---- */

static bool text_of(const struct json_in *doc, const char *key, char *out, size_t size)
{
    const char *value = json_in_string(doc, key);

    if (value == NULL || strlen(value) >= size)
        return false;
    (void)snprintf(out, size, "%s", value);
    return true;
}

static int64_t whole_of(const struct json_in *doc, const char *key)
{
    double value = json_in_number(doc, key);

    return isfinite(value) && fabs(value) < 9e15 ? (int64_t)value : 0;
}

static struct wall time_of(const struct json_in *doc, const char *key)
{
    return (struct wall){ whole_of(doc, key) };
}

static enum role role_of(const struct json_in *doc)
{
    const char *word = json_in_string(doc, "role");

    return word == NULL ? ROLE_NOBODY : role_parse(word);
}

static bool read_account(struct doors *d, const struct json_in *doc)
{
    struct account a = { .role = role_of(doc),
                         .leads = whole_of(doc, "leads") != 0,
                         .disabled = whole_of(doc, "disabled") != 0,
                         .must_change = whole_of(doc, "must_change") != 0,
                         .removed = whole_of(doc, "removed") != 0,
                         .made = time_of(doc, "made"),
                         .password_set = time_of(doc, "password_set"),
                         .disabled_set = time_of(doc, "disabled_set"),
                         .changed = time_of(doc, "changed") };

    return text_of(doc, "account", a.name, sizeof a.name) && account_name_is_fine(a.name) &&
           text_of(doc, "full_name", a.full_name, sizeof a.full_name) &&
           text_of(doc, "hash", a.hash, sizeof a.hash) &&
           text_of(doc, "supplier", a.supplier, sizeof a.supplier) &&
           text_of(doc, "language", a.language, sizeof a.language) &&
           text_of(doc, "changed_by", a.changed_by, sizeof a.changed_by) &&
           book_put_account(d, &a) == ERR_NONE;
}

static bool read_known(struct doors *d, const struct json_in *doc)
{
    const struct account *a = book_any_account(d, json_in_string(doc, "known"));
    const char *at = json_in_string(doc, "at");

    if (at == NULL)
        return false;
    for (size_t i = 0; a != NULL && i < DOORS_KNOWN_EACH; i++) {
        char *end;
        d->known[a - d->accounts].at[i] = strtoull(at, &end, 16);
        at = end;
    }
    return true;
}

static bool read_hash(const struct json_in *doc, unsigned char out[API_TOKEN_HASH_BYTES])
{
    const char *hash = json_in_string(doc, "hash");

    if (hash == NULL || strlen(hash) != (size_t)2 * API_TOKEN_HASH_BYTES ||
        strspn(hash, "0123456789abcdef") != (size_t)2 * API_TOKEN_HASH_BYTES)
        return false;
    for (size_t i = 0; i < API_TOKEN_HASH_BYTES; i++) {
        char two[3] = { hash[2 * i], hash[2 * i + 1], '\0' };
        out[i] = (unsigned char)strtoul(two, NULL, 16);
    }
    return true;
}

static bool read_token(struct doors *d, const struct json_in *doc)
{
    struct api_token t = { .role = role_of(doc),
                           .revoked = whole_of(doc, "revoked") != 0,
                           .made = time_of(doc, "made"),
                           .expires = time_of(doc, "expires"),
                           .used = time_of(doc, "used"),
                           .changed = time_of(doc, "changed") };

    return read_hash(doc, t.hash) && text_of(doc, "token", t.prefix, sizeof t.prefix) &&
           text_of(doc, "purpose", t.purpose, sizeof t.purpose) &&
           text_of(doc, "supplier", t.supplier, sizeof t.supplier) &&
           text_of(doc, "sites", t.sites, sizeof t.sites) &&
           text_of(doc, "addresses", t.addresses, sizeof t.addresses) &&
           text_of(doc, "changed_by", t.changed_by, sizeof t.changed_by) && book_put_token(d, &t) == ERR_NONE;
}

static bool read_line(struct doors *d, const char *line, size_t len)
{
    struct json_in *doc;
    struct fault why;
    bool fine = false;

    if (json_parse(line, len, &doc, &why) != ERR_NONE)
        return false;
    if (json_in_string(doc, "account") != NULL)
        fine = read_account(d, doc);
    else if (json_in_string(doc, "token") != NULL)
        fine = read_token(d, doc);
    else if (json_in_string(doc, "known") != NULL)
        fine = read_known(d, doc);
    else
        fine = whole_of(doc, "capnuoc_doors") == VERSION;
    json_in_free(doc);
    return fine;
}

static bool read_all(struct doors *d, const char *all)
{
    while (*all != '\0') {
        size_t n = strcspn(all, "\n");
        if (!read_line(d, all, n))
            return false;
        all += n + (all[n] == '\n');
    }
    return true;
}

/* Water is watched whatever became of this file; the database has it all, where there is one. */
static enum err put_aside(struct doors *d, struct fault *why)
{
    char aside[sizeof d->path + 16];

    d->account_count = d->token_count = 0;
    (void)snprintf(aside, sizeof aside, "%s.unreadable", d->path);
    log_error("doors file=%s cannot be read: put aside as %s", d->path, aside);
    return rename(d->path, aside) == 0 ? ERR_MISSING
                                       : fault_set(why, ERR_IO, "%s: cannot be put aside", d->path);
}

enum err keep_read(struct doors *d, struct fault *why)
{
    char *all;
    size_t len;
    bool fine;
    enum err rc;

    if (d->path[0] == '\0')
        return ERR_MISSING;
    rc = file_read(d->path, FILE_MAX_BYTES, &all, &len, why);
    if (rc != ERR_NONE)
        return rc;
    fine = strlen(all) == len && read_all(d, all);
    explicit_bzero(all, len);
    free(all);
    return fine ? ERR_NONE : put_aside(d, why);
}
