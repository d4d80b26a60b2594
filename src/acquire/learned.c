#include "learned.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const KINDS[LESSON_KIND_COUNT] = { "cut", "missing" };

/* The place of a lesson, or count. */
static size_t find(const struct learned *l, struct lesson what)
{
    size_t i = 0;

    while (i < l->count && (l->list[i].kind != what.kind || l->list[i].function != what.function ||
                            l->list[i].address != what.address))
        i++;
    return i;
}

bool learned_has(const struct learned *l, struct lesson what)
{
    return find(l, what) < l->count;
}

bool learned_add(struct learned *l, struct lesson what)
{
    if (l->count == LEARNED_MAX || learned_has(l, what))
        return false;
    l->list[l->count++] = what;
    return true;
}

void learned_drop(struct learned *l, struct lesson what)
{
    size_t i = find(l, what);

    if (i == l->count)
        return;
    l->count--;
    memmove(&l->list[i], &l->list[i + 1], (l->count - i) * sizeof l->list[0]);
}

unsigned learned_count(const struct learned *l, enum lesson_kind kind)
{
    unsigned n = 0;

    for (size_t i = 0; i < l->count; i++)
        n += l->list[i].kind == kind;
    return n;
}

/* ---- whose lessons ---- */

/* FNV-1a, 64 bits (Fowler, Noll, Vo): it tells maps apart, it guards nothing. */
static void mix(uint64_t *key, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;

    for (size_t i = 0; i < n; i++)
        *key = (*key ^ b[i]) * 0x100000001B3u;
}

static void mix_number(uint64_t *key, int64_t n)
{
    mix(key, &n, sizeof n);
}

uint64_t learned_key(const struct wire_settings *w, const struct device *d)
{
    uint64_t key = 0xCBF29CE484222325u;

    mix(&key, w->host, strlen(w->host) + 1);
    mix(&key, w->port, strlen(w->port) + 1);
    mix(&key, w->serial.device, strlen(w->serial.device) + 1);
    mix(&key, d->id, strlen(d->id) + 1);
    mix_number(&key, d->unit);
    mix_number(&key, d->max_registers);
    mix_number(&key, d->holes);
    for (size_t i = 0; i < d->forbidden_count; i++) {
        mix_number(&key, d->forbidden[i].function);
        mix_number(&key, d->forbidden[i].address);
        mix_number(&key, d->forbidden[i].count);
    }
    for (size_t i = 0; i < d->tag_count + d->watched; i++) {
        mix_number(&key, d->tags[i].function);
        mix_number(&key, d->tags[i].address);
        mix_number(&key, d->tags[i].kind);
    }
    return key;
}

/* ---- text ---- */

void learned_write(const struct learned *l, struct strbuf *to)
{
    if (l->most > 0)
        strbuf_printf(to, "most %u\n", l->most);
    for (size_t i = 0; i < l->count; i++)
        strbuf_printf(to, "%s %u %u\n", KINDS[l->list[i].kind], l->list[i].function, l->list[i].address);
}

bool learned_read_line(struct learned *l, const char *line)
{
    char word[16];
    uint16_t a, b;
    int end = 0;

    if (sscanf(line, "most %" SCNu16 "%n", &a, &end) == 1 && line[end] == '\0') { /* NOLINT(cert-err34-c) */
        l->most = a;
        return true;
    }
    if (sscanf(line, "%15s %" SCNu16 " %" SCNu16 "%n", word, &a, &b, &end) != 3 || /* NOLINT(cert-err34-c) */
        line[end] != '\0' || a > UINT8_MAX)
        return false;
    for (unsigned k = 0; k < LESSON_KIND_COUNT; k++)
        if (strcmp(word, KINDS[k]) == 0)
            return learned_add(l, (struct lesson){ (uint8_t)k, (uint8_t)a, b });
    return false;
}
