#include "revision.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "seal/seal.h"

enum { MEANING_MAX = 1024 };

static uint64_t meaning_of(const struct point_states *s)
{
    char text[STATES_MAX * (STATE_WORD_MAX + 24)];
    size_t n = 0;

    for (unsigned i = 0; i < s->count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%" PRId64 " %s\n", s->list[i].raw, s->list[i].word);
    return seal_key63(text);
}

uint64_t revision_of(const struct point *p, const struct device *d, const struct tag *t)
{
    char text[MEANING_MAX], scale[JSON_NUMBER_MAX], offset[JSON_NUMBER_MAX];
    const char *id = p->first_id[0] != '\0' ? p->first_id : p->id;
    uint64_t key;
    int n;

    (void)json_number_text(t->scale, scale);
    (void)json_number_text(t->offset, offset);
    n = snprintf(text, sizeof text, "%s\n%s\n%s\n%s\n%" PRId64 "\n%u %u %u %u\n%s\n%s", id, p->wire, d->id,
                 p->unit, d->unit, t->function, t->address, t->kind, t->order, scale, offset);
    /* what has neither keeps the revision it always had */
    if (t->kind == KIND_BOOL && t->bit != BIT_NONE)
        n += snprintf(text + n, sizeof text - (size_t)n, "\nbit %u", t->bit);
    if (t->states != NULL)
        (void)snprintf(text + n, sizeof text - (size_t)n, "\nstates %" PRIx64, meaning_of(t->states));
    key = seal_key63(text);
    return key == 0 ? 1 : key;
}

uint64_t revision_counted(const struct point *p)
{
    char text[MEANING_MAX];
    uint64_t key;

    (void)snprintf(text, sizeof text, "%s\ncounted\n%d", p->first_id[0] != '\0' ? p->first_id : p->id,
                   p->counts);
    key = seal_key63(text);
    return key == 0 ? 1 : key;
}

uint64_t revision_by_hand(const struct point *p)
{
    char text[MEANING_MAX];
    uint64_t key;

    (void)snprintf(text, sizeof text, "%s\nmanual\n%s", p->first_id[0] != '\0' ? p->first_id : p->id,
                   p->unit);
    key = seal_key63(text);
    return key == 0 ? 1 : key;
}

static bool same_number(double a, double b)
{
    return (isnan(a) && isnan(b)) || a == b;
}

static bool same_current(const struct current *a, const struct current *b)
{
    return a->on == b->on && (!a->on || (same_number(a->below, b->below) && same_number(a->above, b->above)));
}

static bool same_tag(const struct tag *a, const struct tag *b)
{
    return a->revision == b->revision && a->function == b->function && a->address == b->address &&
           states_same(a->states, b->states) && a->kind == b->kind && a->order == b->order &&
           a->bit == b->bit && same_number(a->scale, b->scale) && same_number(a->offset, b->offset) &&
           same_number(a->low, b->low) && same_number(a->high, b->high) &&
           same_current(&a->current, &b->current) && a->no_value.count == b->no_value.count &&
           memcmp(a->no_value.word, b->no_value.word, a->no_value.count * sizeof a->no_value.word[0]) == 0;
}

static bool same_forbidden(const struct device *a, const struct device *b)
{
    if (a->forbidden_count != b->forbidden_count)
        return false;
    for (size_t i = 0; i < a->forbidden_count; i++)
        if (a->forbidden[i].function != b->forbidden[i].function ||
            a->forbidden[i].address != b->forbidden[i].address ||
            a->forbidden[i].count != b->forbidden[i].count)
            return false;
    return true;
}

static bool same_watches(const struct device *a, const struct device *b)
{
    const struct gate *g = &a->gate, *h = &b->gate;

    if (g->on != h->on || a->alive.within_ms != b->alive.within_ms || a->watched != b->watched)
        return false;
    if (g->on &&
        (g->tag != h->tag || g->mask != h->mask || g->equals != h->equals || g->uncertain != h->uncertain))
        return false;
    return a->alive.within_ms == 0 || a->alive.tag == b->alive.tag;
}

static bool same_habits(const struct device *a, const struct device *b)
{
    return a->answer_ms == b->answer_ms && a->busy_retries == b->busy_retries &&
           a->busy_pause_ms == b->busy_pause_ms && a->tolerates == b->tolerates &&
           a->reply_unit == b->reply_unit && a->close_after_cycle == b->close_after_cycle;
}

static bool same_identity(const struct identity *a, const struct identity *b)
{
    return a->function == b->function && a->address == b->address && a->registers == b->registers &&
           a->low_first == b->low_first;
}

static bool same_device(const struct device *a, const struct device *b)
{
    if (strcmp(a->id, b->id) != 0 || a->unit != b->unit || a->every_ms != b->every_ms ||
        a->max_registers != b->max_registers || a->holes != b->holes || a->tag_count != b->tag_count ||
        !same_forbidden(a, b) || !same_habits(a, b) || !same_watches(a, b) ||
        !same_identity(&a->identity, &b->identity))
        return false;
    for (size_t i = 0; i < a->tag_count + a->watched; i++)
        if (!same_tag(&a->tags[i], &b->tags[i]))
            return false;
    return true;
}

static bool same_serial(const struct serial_settings *a, const struct serial_settings *b)
{
    return strcmp(a->device, b->device) == 0 && a->baud == b->baud && a->stop_bits == b->stop_bits &&
           a->parity == b->parity && a->echo == b->echo;
}

static bool same_listen(const struct listen_settings *a, const struct listen_settings *b)
{
    return strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0 && strcmp(a->from, b->from) == 0 &&
           a->rtu == b->rtu;
}

static bool same_way(const struct wire_settings *a, const struct wire_settings *b)
{
    return a->kind == b->kind && strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0 &&
           same_serial(&a->serial, &b->serial) && same_listen(&a->listen, &b->listen);
}

bool wire_settings_same(const struct wire_settings *a, const struct wire_settings *b)
{
    if (strcmp(a->id, b->id) != 0 || !same_way(a, b) || a->late_ms != b->late_ms ||
        a->connect_ms != b->connect_ms || a->answer_ms != b->answer_ms || a->pause_ms != b->pause_ms ||
        a->device_count != b->device_count)
        return false;
    for (size_t i = 0; i < a->device_count; i++)
        if (!same_device(&a->devices[i], &b->devices[i]))
            return false;
    return true;
}
