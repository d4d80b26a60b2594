#include <string.h>

#include "model/mode.h"

/* Two bytes of length, then fixed numbers, then texts with a byte of length each. */
enum { FIXED = 8 + 3 + 3 * 8 };

struct field {
    char *text;
    size_t size;
};

enum { FIELDS = 7 };

static void fields_of(struct mode *m, struct field out[FIELDS])
{
    const struct field all[FIELDS] = { { m->subject, sizeof m->subject }, { m->key, sizeof m->key },
                                       { m->who, sizeof m->who },         { m->why, sizeof m->why },
                                       { m->end_key, sizeof m->end_key }, { m->ended_by, sizeof m->ended_by },
                                       { m->end_why, sizeof m->end_why } };

    memcpy(out, all, sizeof all);
}

static void put(unsigned char *to, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get(const unsigned char *from, size_t bytes)
{
    uint64_t v = 0;

    for (size_t i = bytes; i-- > 0;)
        v = v << 8 | from[i];
    return v;
}

void mode_write(struct strbuf *to, const struct mode *m)
{
    struct mode copy = *m;
    struct field f[FIELDS];
    unsigned char head[2 + FIXED];
    size_t len = FIXED;

    fields_of(&copy, f);
    for (size_t i = 0; i < FIELDS; i++)
        len += 1 + strlen(f[i].text);
    put(head, len, 2);
    put(head + 2, m->id, 8);
    head[10] = m->kind;
    head[11] = m->place;
    head[12] = m->end;
    put(head + 13, (uint64_t)m->from.ms, 8);
    put(head + 21, (uint64_t)m->until.ms, 8);
    put(head + 29, (uint64_t)m->ended.ms, 8);
    strbuf_add(to, head, sizeof head);
    for (size_t i = 0; i < FIELDS; i++) {
        size_t n = strlen(f[i].text);
        strbuf_putc(to, (char)(unsigned char)n);
        strbuf_add(to, f[i].text, n);
    }
}

static enum err take_text(const unsigned char **at, const unsigned char *end, const struct field *f)
{
    size_t n;

    if (*at == end)
        return ERR_SHORT;
    n = *(*at)++;
    if ((size_t)(end - *at) < n)
        return ERR_SHORT;
    if (n >= f->size || memchr(*at, '\0', n) != NULL)
        return ERR_RANGE;
    memcpy(f->text, *at, n);
    f->text[n] = '\0';
    *at += n;
    return ERR_NONE;
}

static bool is_sound(const struct mode *m)
{
    return m->id != 0 && m->kind < MODE_COUNT && m->place >= MODE_AT_SITE && m->place < MODE_PLACE_END &&
           m->end < MODE_END_COUNT && m->subject[0] != '\0' && m->key[0] != '\0' &&
           (m->end == MODE_OPEN) == (m->ended.ms == 0);
}

enum err mode_read(const unsigned char **at, const unsigned char *end, struct mode *out)
{
    const unsigned char *p = *at, *own_end;
    struct field f[FIELDS];
    enum err rc = ERR_NONE;

    memset(out, 0, sizeof *out);
    if (end - p < 2 || (size_t)(end - p) < 2 + get(p, 2))
        return ERR_SHORT;
    own_end = p + 2 + get(p, 2);
    *at = own_end;
    if (own_end - p < 2 + FIXED)
        return ERR_SHORT;
    out->id = get(p + 2, 8);
    out->kind = p[10];
    out->place = p[11];
    out->end = p[12];
    out->from.ms = (int64_t)get(p + 13, 8);
    out->until.ms = (int64_t)get(p + 21, 8);
    out->ended.ms = (int64_t)get(p + 29, 8);
    p += 2 + FIXED;
    fields_of(out, f);
    for (size_t i = 0; i < FIELDS && rc == ERR_NONE; i++)
        rc = take_text(&p, own_end, &f[i]);
    return rc != ERR_NONE || is_sound(out) ? rc : ERR_RANGE;
}
