#include "conf/seen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/pages.h"
#include "chars.h"

struct conf_seen_slot {
    const char *name; /* NULL: free */
    uint64_t hash;
    size_t number;
    struct conf_mark at;
};

void conf_seen_init(struct conf_seen *s)
{
    *s = (struct conf_seen){ 0 };
}

void conf_seen_clear(struct conf_seen *s)
{
    free(s->slots);
    conf_seen_init(s);
}

/* FNV-1a, its high bits folded down. */
static uint64_t hash_of(const char *name)
{
    uint64_t h = 0xcbf29ce484222325ULL;

    for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++)
        h = (h ^ *c) * 0x100000001b3ULL;
    return h ^ h >> 32;
}

/* The slot that holds the name, or the free one where it belongs.  There is always a free one. */
static struct conf_seen_slot *slot_of(struct conf_seen_slot *slots, size_t cap, const char *name,
                                      uint64_t hash)
{
    size_t i = hash & (cap - 1);

    while (slots[i].name != NULL && (slots[i].hash != hash || strcmp(slots[i].name, name) != 0))
        i = (i + 1) & (cap - 1);
    return &slots[i];
}

static bool grow(struct conf_seen *s)
{
    size_t cap = s->cap == 0 ? 64 : 2 * s->cap;
    struct conf_seen_slot *slots = calloc(cap, sizeof *slots);

    if (slots == NULL)
        return false;
    pages_large(slots, cap * sizeof *slots);
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i].name != NULL)
            *slot_of(slots, cap, s->slots[i].name, s->slots[i].hash) = s->slots[i];
    free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return true;
}

enum err conf_seen_note(struct conf_seen *s, const char *name, struct conf_mark at,
                        struct conf_seen_first *first)
{
    uint64_t hash = hash_of(name);
    struct conf_seen_slot *slot;

    if (2 * s->count >= s->cap && !grow(s))
        return ERR_MEMORY;
    slot = slot_of(s->slots, s->cap, name, hash);
    if (slot->name != NULL) {
        *first = (struct conf_seen_first){ slot->number, slot->at };
        return ERR_RANGE;
    }
    *slot = (struct conf_seen_slot){ name, hash, s->count++, at };
    *first = (struct conf_seen_first){ slot->number, at };
    return ERR_NONE;
}

bool conf_seen_find(const struct conf_seen *s, const char *name, struct conf_seen_first *first)
{
    const struct conf_seen_slot *slot;

    if (s->cap == 0)
        return false;
    slot = slot_of(s->slots, s->cap, name, hash_of(name));
    if (slot->name == NULL)
        return false;
    *first = (struct conf_seen_first){ slot->number, slot->at };
    return true;
}

bool conf_seen_once(struct conf_seen *s, const char *what, const char *name, struct conf_mark at,
                    struct conf_mistakes *m)
{
    struct conf_seen_first first;
    char place[CONF_PLACE_MAX], clip[CHARS_CLIP_MAX];

    switch (conf_seen_note(s, name, at, &first)) {
    case ERR_NONE: return true;
    case ERR_MEMORY: conf_mistake(m, at, "no memory to look for a second %s", what); return false;
    default: break;
    }
    conf_mistake(m, at, "%s \"%s\" stands twice, first at %s", what, chars_clip(name, clip),
                 conf_place(first.at, place));
    return false;
}
