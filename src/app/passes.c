#include "passes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "seal/seal.h"

enum { KEY_TEXT = 2 * SEAL_HASH_BYTES, PASS_BYTES = (PASS_TEXT - 1) / 2 };

struct passes {
    struct seal_hash key;
    struct passes_settings set;
};

/* ---- the key ---- */

static enum err make_key(const char *path, char text[KEY_TEXT + 2], struct fault *why)
{
    struct seal_hash secret;

    seal_random(&secret);
    seal_hash_text(&secret, text);
    explicit_bzero(&secret, sizeof secret);
    return file_write(path, text, KEY_TEXT, 0600, why);
}

static enum err read_key(struct passes *p, struct fault *why)
{
    char path[4096 + 16], text[KEY_TEXT + 2];
    bool sound;
    enum err rc;

    (void)snprintf(path, sizeof path, "%s/pass.key", p->set.folder);
    rc = access(path, F_OK) != 0 ? make_key(path, text, why) : file_read_secret(path, text, sizeof text, why);
    if (rc != ERR_NONE)
        return rc;
    sound = seal_hash_parse(text, &p->key);
    explicit_bzero(text, sizeof text);
    return sound ? ERR_NONE : fault_set(why, ERR_RANGE, "%s: not a key (%d hex digits)", path, KEY_TEXT);
}

/* ---- tokens ---- */

/* The first half, the rest is nought. */
static struct seal_hash token_of(const struct passes *p, const struct letter *l)
{
    char name[LETTER_NAME_MAX], words[LETTER_NAME_MAX + ID_MAX + 64];
    struct seal_hash h;

    letter_name(l, name);
    (void)snprintf(words, sizeof words, "pass 1\n%s\n%s\n%lld", p->set.node, name, (long long)l->about.at.ms);
    h = seal_keyed_hash(&p->key, words, strlen(words));
    memset(h.bytes + PASS_BYTES, 0, sizeof h.bytes - PASS_BYTES);
    return h;
}

static bool parse(const char *token, struct seal_hash *out)
{
    char whole[KEY_TEXT + 1];

    if (strlen(token) != PASS_TEXT - 1)
        return false;
    (void)snprintf(whole, sizeof whole, "%s%032d", token, 0);
    return seal_hash_parse(whole, out);
}

/* ---- whose it is ---- */

/* *c: its contact. */
static bool may_act(const struct passes *p, const struct letter *l, struct contact *c)
{
    return l->about.incident != 0 && l->about.kind != OUT_ENDED &&
           pipeline_contact(p->set.pipeline, l->to, c) && c->acts;
}

static bool is_over(const struct passes *p, const struct letter *l, struct wall now)
{
    return now.ms - l->about.at.ms >= p->set.valid_ms;
}

struct search {
    const struct passes *p;
    struct seal_hash token;
};

static bool is_shown(void *self, const struct letter *l)
{
    const struct search *s = self;
    struct seal_hash own;

    if (l->about.incident == 0)
        return false;
    own = token_of(s->p, l);
    return seal_hash_equal(&own, &s->token);
}

static void name_key(const struct letter *l, char out[PASS_TEXT])
{
    char name[LETTER_NAME_MAX], hex[KEY_TEXT + 1];
    struct seal_hash h;

    letter_name(l, name);
    h = seal_hash(name, strlen(name));
    seal_hash_text(&h, hex);
    (void)snprintf(out, PASS_TEXT, "%.16s", hex);
}

/* Where it was merged, the one that it is part of now. */
static uint64_t living(const struct passes *p, uint64_t incident)
{
    struct incident_list *l = pipeline_incidents(p->set.pipeline);
    const struct incident_copy *c = l == NULL ? NULL : incident_list_living(l, incident);
    const uint64_t id = c == NULL ? incident : c->is.id;

    incident_list_drop(l);
    return id;
}

static bool find(void *self, const char *token, struct wall now, struct pass *out)
{
    struct search s = { .p = self };
    const struct passes *p = self;
    struct contact c;
    struct letter l;

    if (!parse(token, &s.token) || !pipeline_letter_find(p->set.pipeline, is_shown, &s, &l))
        return false;
    if (!may_act(p, &l, &c) || is_over(p, &l, now))
        return false;
    *out = (struct pass){ .incident = living(p, l.about.incident),
                          .english = c.language == CONTACT_EN,
                          .until = { l.about.at.ms + p->set.valid_ms } };
    memcpy(out->name, c.name, sizeof out->name);
    (void)snprintf(out->who, sizeof out->who, "%s", contact_who(&c));
    name_key(&l, out->key);
    return true;
}

void passes_address(const struct passes *p, const struct letter *l, char out[LETTER_PASS_MAX])
{
    char hex[KEY_TEXT + 1];
    struct seal_hash h;
    struct contact c;

    out[0] = '\0';
    if (p == NULL || p->set.link[0] == '\0' || !may_act(p, l, &c))
        return;
    h = token_of(p, l);
    seal_hash_text(&h, hex);
    (void)snprintf(out, LETTER_PASS_MAX, "%s/p/%.*s", p->set.link, PASS_TEXT - 1, hex);
    explicit_bzero(hex, sizeof hex);
}

/* ---- life ---- */

enum err passes_new(struct passes **out, const struct passes_settings *s, struct fault *why)
{
    struct passes *p = calloc(1, sizeof *p);
    enum err rc;

    if (p == NULL)
        return fault_set(why, ERR_MEMORY, "no memory for links that act");
    p->set = *s;
    rc = read_key(p, why);
    if (rc != ERR_NONE) {
        passes_free(p);
        return rc;
    }
    *out = p;
    return ERR_NONE;
}

void passes_free(struct passes *p)
{
    if (p == NULL)
        return;
    explicit_bzero(p, sizeof *p);
    free(p);
}

struct passes_port passes_port(struct passes *p)
{
    return (struct passes_port){ p, p == NULL ? NULL : find };
}
