#include "model/shift.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "item_bytes.h"
#include "seal/seal.h"

const char *const SHIFT_STATES[] = { "on", "offered", "handed_over", "relieved", NULL };
const char *const SHIFT_KINDS[] = { "taken", "note", "handed_over", "accepted", "relieved", NULL };

static uint64_t named(const char *what, const char *key)
{
    char text[HAND_KEY_MAX + 16];

    (void)snprintf(text, sizeof text, "%s %s", what, key);
    return seal_key63(text);
}

uint64_t shift_id(const char *key)
{
    return named("shift", key);
}

uint64_t shift_entry_id(const char *key)
{
    return named("shift entry", key);
}

/* ---- sheets ---- */

struct shift_sheet *shift_sheet_new(const char *text, size_t len)
{
    struct shift_sheet *s = len > SHIFT_SHEET_MAX ? NULL : calloc(1, sizeof *s + len + 1);

    if (s == NULL)
        return NULL;
    atomic_init(&s->holders, 1);
    s->len = len;
    memcpy(s->text, text, len);
    return s;
}

struct shift_sheet *shift_sheet_hold(struct shift_sheet *s)
{
    if (s != NULL)
        atomic_fetch_add(&s->holders, 1);
    return s;
}

void shift_sheet_drop(struct shift_sheet *s)
{
    if (s != NULL && atomic_fetch_sub(&s->holders, 1) == 1)
        free(s);
}

/* ---- lists ---- */

struct shift_list *shift_list_new(size_t shifts, size_t entries)
{
    struct shift_list *l = calloc(1, sizeof *l);

    if (l == NULL)
        return NULL;
    atomic_init(&l->holders, 1);
    l->shift_count = shifts;
    l->entry_count = entries;
    l->shifts = calloc(shifts + 1, sizeof *l->shifts);
    l->sheets = calloc(shifts + 1, sizeof *l->sheets);
    l->entries = calloc(entries + 1, sizeof *l->entries);
    if (l->shifts != NULL && l->sheets != NULL && l->entries != NULL)
        return l;
    if (l->sheets == NULL)
        l->shift_count = 0;
    shift_list_drop(l);
    return NULL;
}

struct shift_list *shift_list_hold(struct shift_list *l)
{
    if (l != NULL)
        atomic_fetch_add(&l->holders, 1);
    return l;
}

void shift_list_drop(struct shift_list *l)
{
    if (l == NULL || atomic_fetch_sub(&l->holders, 1) != 1)
        return;
    for (size_t i = 0; i < l->shift_count; i++)
        shift_sheet_drop(l->sheets[i]);
    free(l->shifts);
    free(l->sheets);
    free(l->entries);
    free(l);
}

const struct shift *shift_list_find(const struct shift_list *l, uint64_t id, struct shift_sheet **sheet)
{
    for (size_t i = 0; i < l->shift_count; i++)
        if (l->shifts[i].id == id) {
            if (sheet != NULL)
                *sheet = l->sheets[i];
            return &l->shifts[i];
        }
    return NULL;
}

const struct shift *shift_list_current(const struct shift_list *l, const char *supplier)
{
    for (size_t i = 0; i < l->shift_count; i++)
        if (l->shifts[i].state <= SHIFT_OFFERED && strcmp(l->shifts[i].supplier, supplier) == 0)
            return &l->shifts[i];
    return NULL;
}

/* ---- bytes: a length, fixed numbers, texts ---- */

enum { SHIFT_FIXED = 2 * 8 + 2 + 2 + 4 * 8, ENTRY_FIXED = 4 * 8 + 2 + 1 + 2 * 8, SHEET_FIXED = 2 * 8 };

static size_t begin(struct strbuf *to, size_t bytes)
{
    size_t at = to->len;

    put(to, 0, bytes);
    return at;
}

static void end(struct strbuf *to, size_t at, size_t bytes)
{
    size_t n = to->len - at - bytes;

    for (size_t i = 0; i < bytes && !to->failed; i++)
        to->text[at + i] = (char)(unsigned char)(n >> (8 * i));
}

void shift_write(struct strbuf *to, const struct shift *s)
{
    size_t at = begin(to, 2);

    put(to, s->id, 8);
    put(to, s->before, 8);
    put(to, s->state, 1);
    put(to, s->leads, 1);
    put(to, s->entries, 2);
    put(to, (uint64_t)s->from.ms, 8);
    put(to, (uint64_t)s->taken.ms, 8);
    put(to, (uint64_t)s->offered.ms, 8);
    put(to, (uint64_t)s->ended.ms, 8);
    put_text(to, s->supplier);
    put_text(to, s->who);
    put_text(to, s->to);
    end(to, at, 2);
}

static bool shift_is_sound(const struct shift *s)
{
    bool over = s->state == SHIFT_HANDED || s->state == SHIFT_RELIEVED;

    return s->id != 0 && s->id <= INT64_MAX && s->state < SHIFT_STATE_COUNT && s->who[0] != '\0' &&
           over == (s->ended.ms != 0) && (s->to[0] != '\0') == (s->offered.ms != 0);
}

enum err shift_read(const unsigned char **at, const unsigned char *all, struct shift *out)
{
    const unsigned char *p, *own_end;
    enum err rc = open_item(at, all, 2, SHIFT_FIXED, &p, &own_end);

    memset(out, 0, sizeof *out);
    if (rc != ERR_NONE)
        return rc;
    out->id = get(&p, 8);
    out->before = get(&p, 8);
    out->state = (uint8_t)get(&p, 1);
    out->leads = get(&p, 1) != 0;
    out->entries = (uint16_t)get(&p, 2);
    out->from.ms = (int64_t)get(&p, 8);
    out->taken.ms = (int64_t)get(&p, 8);
    out->offered.ms = (int64_t)get(&p, 8);
    out->ended.ms = (int64_t)get(&p, 8);
    rc = get_text(&p, own_end, out->supplier, sizeof out->supplier);
    if (rc == ERR_NONE)
        rc = get_text(&p, own_end, out->who, sizeof out->who);
    if (rc == ERR_NONE)
        rc = get_text(&p, own_end, out->to, sizeof out->to);
    return rc != ERR_NONE || shift_is_sound(out) ? rc : ERR_RANGE;
}

void shift_entry_write(struct strbuf *to, const struct shift_entry *e)
{
    size_t at = begin(to, 2), n = strlen(e->text);

    put(to, e->id, 8);
    put(to, e->shift, 8);
    put(to, e->corrects, 8);
    put(to, e->incident, 8);
    put(to, e->n, 2);
    put(to, e->kind, 1);
    put(to, (uint64_t)e->claimed.ms, 8);
    put(to, (uint64_t)e->recorded.ms, 8);
    put_text(to, e->key);
    put_text(to, e->who);
    put_text(to, e->to);
    put_text(to, e->site);
    put_text(to, e->point);
    put(to, n, 2);
    strbuf_add(to, e->text, n);
    end(to, at, 2);
}

static enum err get_words(const unsigned char **at, const unsigned char *all, char out[SHIFT_TEXT_MAX])
{
    size_t n;

    if (all - *at < 2)
        return ERR_SHORT;
    n = get(at, 2);
    if ((size_t)(all - *at) < n)
        return ERR_SHORT;
    if (n >= SHIFT_TEXT_MAX || memchr(*at, '\0', n) != NULL)
        return ERR_RANGE;
    memcpy(out, *at, n);
    out[n] = '\0';
    *at += n;
    return ERR_NONE;
}

static bool entry_is_sound(const struct shift_entry *e)
{
    return e->id != 0 && e->id <= INT64_MAX && e->shift != 0 && e->shift <= INT64_MAX && e->n > 0 &&
           e->corrects <= INT64_MAX && e->incident <= INT64_MAX && e->kind < SHIFT_KIND_COUNT &&
           e->key[0] != '\0' && e->who[0] != '\0';
}

enum err shift_entry_read(const unsigned char **at, const unsigned char *all, struct shift_entry *out)
{
    const unsigned char *p, *own_end;
    enum err rc = open_item(at, all, 2, ENTRY_FIXED, &p, &own_end);

    memset(out, 0, sizeof *out);
    if (rc != ERR_NONE)
        return rc;
    out->id = get(&p, 8);
    out->shift = get(&p, 8);
    out->corrects = get(&p, 8);
    out->incident = get(&p, 8);
    out->n = (uint16_t)get(&p, 2);
    out->kind = (uint8_t)get(&p, 1);
    out->claimed.ms = (int64_t)get(&p, 8);
    out->recorded.ms = (int64_t)get(&p, 8);
    rc = get_text(&p, own_end, out->key, sizeof out->key);
    if (rc == ERR_NONE)
        rc = get_text(&p, own_end, out->who, sizeof out->who);
    if (rc == ERR_NONE)
        rc = get_text(&p, own_end, out->to, sizeof out->to);
    if (rc == ERR_NONE)
        rc = get_text(&p, own_end, out->site, sizeof out->site);
    if (rc == ERR_NONE)
        rc = get_text(&p, own_end, out->point, sizeof out->point);
    if (rc == ERR_NONE)
        rc = get_words(&p, own_end, out->text);
    return rc != ERR_NONE || entry_is_sound(out) ? rc : ERR_RANGE;
}

void shift_sheet_write(struct strbuf *to, const struct shift_sheet *s)
{
    size_t at = begin(to, 4);

    put(to, s->shift, 8);
    put(to, (uint64_t)s->made.ms, 8);
    strbuf_add(to, s->text, s->len);
    end(to, at, 4);
}

enum err shift_sheet_read(const unsigned char **at, const unsigned char *all, struct shift_sheet_bytes *out)
{
    const unsigned char *p, *own_end;
    enum err rc = open_item(at, all, 4, SHEET_FIXED, &p, &own_end);

    *out = (struct shift_sheet_bytes){ 0 };
    if (rc != ERR_NONE)
        return rc;
    out->shift = get(&p, 8);
    out->made.ms = (int64_t)get(&p, 8);
    out->text = (const char *)p;
    out->len = (size_t)(own_end - p);
    if (out->shift == 0 || out->shift > INT64_MAX || out->len > SHIFT_SHEET_MAX ||
        memchr(p, '\0', out->len) != NULL)
        return ERR_RANGE;
    return ERR_NONE;
}
