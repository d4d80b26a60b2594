#include "incident_frame.h"

#include <stdlib.h>
#include <string.h>

#include "incidents.h"
#include "sees.h"

struct incident_frame {
    struct incident_list *list;
    uint64_t generation;
    uint64_t *since;    /* of each of the list: the generation in which it came or changed last */
    uint64_t forgotten; /* who has less gets all anew */
    uint64_t moved;     /* likewise, who does not see all: something may have left their sight */
};

struct incident_frame *incident_frame_new(void)
{
    return calloc(1, sizeof(struct incident_frame));
}

void incident_frame_free(struct incident_frame *f)
{
    if (f == NULL)
        return;
    incident_list_drop(f->list);
    free(f->since);
    free(f);
}

uint64_t incident_frame_generation(const struct incident_frame *f)
{
    return f->generation;
}

static bool is_of_place(const struct incident *i, const struct member *of)
{
    for (size_t k = 0; k < i->member_count; k++)
        if (strcmp(i->members[k].site, of->site) == 0 && strcmp(i->members[k].zone, of->zone) == 0)
            return true;
    return false;
}

static bool is_within(const struct incident *a, const struct incident *b)
{
    for (size_t k = 0; k < a->member_count; k++)
        if (!is_of_place(b, &a->members[k]))
            return false;
    return true;
}

/* Seen by the same readers as before. */
static bool stays(const struct incident *a, const struct incident *b)
{
    return a->merged_into == b->merged_into && is_within(a, b) && is_within(b, a);
}

static bool is_over(const struct incident *i)
{
    return i->closed || i->merged_into != 0;
}

/* What is listed no more was told to be over, or everybody has to be told now. */
static void note_left(struct incident_frame *f, const struct incident_list *l)
{
    for (size_t k = 0; k < f->list->count; k++) {
        const struct incident_copy *was = f->list->items[k], *is = incident_list_find(l, was->is.id);
        if (is == was)
            continue;
        if (is == NULL && !is_over(&was->is))
            f->forgotten = f->generation;
        else if (is != NULL && !stays(&was->is, &is->is))
            f->moved = f->generation;
    }
    if (f->list->catalogue != l->catalogue)
        f->forgotten = f->generation; /* a place may be gone, or be somebody else's */
}

/* One that did not change is the same copy.  Both are by id. */
static void keep_old(const struct incident_frame *f, const struct incident_list *l, uint64_t *since)
{
    size_t k = 0;

    for (size_t i = 0; f->list != NULL && i < l->count; i++) {
        while (k < f->list->count && f->list->items[k]->is.id < l->items[i]->is.id)
            k++;
        if (k < f->list->count && f->list->items[k] == l->items[i])
            since[i] = f->since[k];
    }
}

enum err incident_frame_adopt(struct incident_frame *f, struct incident_list *l)
{
    uint64_t *since = calloc(l->count + 1, sizeof *since);

    if (since == NULL)
        return ERR_MEMORY;
    f->generation++;
    for (size_t i = 0; i < l->count; i++)
        since[i] = f->generation;
    keep_old(f, l, since);
    if (f->list != NULL)
        note_left(f, l);
    free(f->since);
    f->since = since;
    incident_list_drop(f->list);
    f->list = incident_list_hold(l);
    return ERR_NONE;
}

static bool is_at(const struct incident *i, const char *site)
{
    if (site[0] == '\0')
        return true;
    for (size_t k = 0; k < i->member_count; k++)
        if (strcmp(i->members[k].site, site) == 0)
            return true;
    return false;
}

/* What became part of another is at no place any more, and is told all the same. */
static bool is_told(const struct incident_frame *f, const struct incident_of *of, uint64_t from, size_t n)
{
    const struct incident *i = &f->list->items[n]->is;

    if (from == 0 ? is_over(i) : f->since[n] <= from)
        return false;
    return (i->merged_into != 0 || is_at(i, of->site)) && sees_incident(of->visitor, f->list, i);
}

uint64_t incident_frame_start(const struct incident_frame *f, const struct incident_of *of)
{
    bool narrow = of->site[0] != '\0' || !visitor_sees_all(of->visitor);

    return of->from < f->forgotten || (narrow && of->from < f->moved) ? 0 : of->from;
}

size_t incident_frame_event(struct strbuf *b, const struct incident_frame *f, const struct incident_of *of)
{
    uint64_t from = incident_frame_start(f, of);
    struct json_out j;
    size_t given = 0;

    strbuf_printf(b, "event: %s\ndata: ", from == 0 ? "incidents" : "incidents-change");
    json_out_init(&j, b);
    json_open_object(&j);
    json_member_time(&j, "at", f->list->at);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t n = f->list->count; n > 0; n--)
        if (is_told(f, of, from, n - 1)) {
            incident_json(&j, &f->list->items[n - 1]->is, f->list, INCIDENT_BRIEF, of->now);
            given++;
        }
    json_close_array(&j);
    json_close_object(&j);
    strbuf_puts(b, "\n\n");
    return given;
}
