#include "model/audit.h"

#include <string.h>

/* Of the canonical text, which names its own form. */
static const char FORM[] = "capnuoc-audit-1";

static const char *const KINDS[ACTOR_COUNT] = { "system", "account", "token", "local", "nobody", "contact" };

const char *actor_kind_name(enum actor_kind k)
{
    return (unsigned)k < ACTOR_COUNT ? KINDS[k] : "unknown";
}

bool actor_kind_parse(const char *word, enum actor_kind *out)
{
    for (int k = 0; k < ACTOR_COUNT; k++)
        if (strcmp(word, KINDS[k]) == 0) {
            *out = (enum actor_kind)k;
            return true;
        }
    return false;
}

/* ---- the chain ---- */

/* Every part is bounded, and so is the whole. */
enum {
    FIELDS_MAX = 8 + 8 + 1 + 6 * 2 + AUDIT_ACTOR_MAX + PEER_TEXT_MAX + AUDIT_ACTION_MAX + AUDIT_SUBJECT_MAX +
                 2 * AUDIT_STATE_MAX + SEAL_HASH_BYTES,
    HASHED_MAX = SEAL_HASH_BYTES + sizeof FORM + 2 + ID_MAX + FIELDS_MAX,
    WRITTEN_MAX = FIELDS_MAX + SEAL_HASH_BYTES + 2 + AUDIT_PERSON_MAX
};

struct room {
    size_t len;
    unsigned char bytes[WRITTEN_MAX > HASHED_MAX ? WRITTEN_MAX : HASHED_MAX];
};

static void add(struct room *b, const void *bytes, size_t n)
{
    memcpy(b->bytes + b->len, bytes, n);
    b->len += n;
}

static void add_number(struct room *b, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        b->bytes[b->len++] = (unsigned char)(v >> (8 * i));
}

static void add_text(struct room *b, const char *text)
{
    size_t n = strlen(text);

    add_number(b, n, 2);
    add(b, text, n);
}

/* Every text with its length before it, so that no two entries have the same bytes. */
static void add_fields(struct room *b, const struct audit_row *r)
{
    const struct audit_entry *e = &r->entry;

    add_number(b, r->seq, 8);
    add_number(b, (uint64_t)e->at.ms, 8);
    add_number(b, e->by.kind, 1);
    add_text(b, e->by.name);
    add_text(b, e->by.address);
    add_text(b, e->action);
    add_text(b, e->subject);
    add_text(b, e->before);
    add_text(b, e->after);
    add(b, r->person.bytes, sizeof r->person.bytes);
}

struct seal_hash audit_hash(const struct seal_hash *before, const char *node, const struct audit_row *r)
{
    struct room b;

    b.len = 0;
    add(&b, before->bytes, sizeof before->bytes);
    add(&b, FORM, sizeof FORM - 1);
    add_text(&b, node);
    add_fields(&b, r);
    return seal_hash(b.bytes, b.len);
}

void audit_chain(struct audit_head *head, const char *node, const struct audit_entry *e,
                 const struct seal_hash *key, struct audit_row *out)
{
    memset(out, 0, sizeof *out);
    out->seq = head->seq + 1;
    out->entry = *e;
    if (e->person[0] != '\0')
        out->person = seal_keyed_hash(key, e->person, strlen(e->person));
    out->hash = audit_hash(&head->hash, node, out);
    head->seq = out->seq;
    head->hash = out->hash;
}

bool audit_person_fits(const struct audit_row *r, const char *words, const struct seal_hash *key)
{
    struct seal_hash is = { { 0 } };

    if (words[0] != '\0')
        is = seal_keyed_hash(key, words, strlen(words));
    return seal_hash_equal(&is, &r->person);
}

/* ---- on its way ---- */

void audit_write(struct strbuf *to, const struct audit_row *r)
{
    struct room b;
    unsigned char length[2];

    b.len = 0;
    add_fields(&b, r);
    add(&b, r->hash.bytes, sizeof r->hash.bytes);
    add_text(&b, r->entry.person);
    length[0] = (unsigned char)b.len;
    length[1] = (unsigned char)(b.len >> 8);
    strbuf_add(to, length, sizeof length);
    strbuf_add(to, b.bytes, b.len);
}

struct reader {
    const unsigned char *at, *end;
    enum err rc;
};

static const unsigned char *take(struct reader *r, size_t n)
{
    const unsigned char *p = r->at;

    if (r->rc != ERR_NONE || (size_t)(r->end - r->at) < n) {
        r->rc = r->rc == ERR_NONE ? ERR_SHORT : r->rc;
        return NULL;
    }
    r->at += n;
    return p;
}

static uint64_t take_number(struct reader *r, size_t bytes)
{
    const unsigned char *p = take(r, bytes);
    uint64_t v = 0;

    for (size_t i = p == NULL ? 0 : bytes; i > 0; i--)
        v = v << 8 | p[i - 1];
    return v;
}

static void take_text(struct reader *r, char *out, size_t size)
{
    size_t n = (size_t)take_number(r, 2);
    const unsigned char *p = take(r, n);

    if (p == NULL)
        return;
    if (n >= size || memchr(p, '\0', n) != NULL) {
        r->rc = ERR_RANGE;
        return;
    }
    memcpy(out, p, n);
    out[n] = '\0';
}

static void take_hash(struct reader *r, struct seal_hash *out)
{
    const unsigned char *p = take(r, sizeof out->bytes);

    if (p != NULL)
        memcpy(out->bytes, p, sizeof out->bytes);
}

static void take_fields(struct reader *r, struct audit_row *out)
{
    struct audit_entry *e = &out->entry;

    out->seq = take_number(r, 8);
    e->at.ms = (int64_t)take_number(r, 8);
    e->by.kind = (uint8_t)take_number(r, 1);
    take_text(r, e->by.name, sizeof e->by.name);
    take_text(r, e->by.address, sizeof e->by.address);
    take_text(r, e->action, sizeof e->action);
    take_text(r, e->subject, sizeof e->subject);
    take_text(r, e->before, sizeof e->before);
    take_text(r, e->after, sizeof e->after);
    take_hash(r, &out->person);
    take_hash(r, &out->hash);
    take_text(r, e->person, sizeof e->person);
}

/* What a later version put behind the fields that we know is passed over. */
enum err audit_read(const unsigned char **at, const unsigned char *end, struct audit_row *out)
{
    struct reader whole = { *at, end, ERR_NONE }, r;
    size_t n = (size_t)take_number(&whole, 2);
    const unsigned char *p = take(&whole, n);

    if (p == NULL)
        return ERR_SHORT;
    memset(out, 0, sizeof *out);
    r = (struct reader){ p, p + n, ERR_NONE };
    take_fields(&r, out);
    if (r.rc != ERR_NONE)
        return r.rc;
    if (out->seq == 0 || out->seq > INT64_MAX || out->entry.by.kind >= ACTOR_COUNT ||
        out->entry.action[0] == '\0')
        return ERR_RANGE;
    *at = whole.at;
    return ERR_NONE;
}
