#include "incident_frame.h"

#include <stdlib.h>
#include <string.h>

#include "incidents.h"

struct incident_frame {
    struct incident_list *list;
    uint64_t generation;
    uint64_t *since; /* of each of the list: the generation in which it came or changed last */
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
static bool is_told(const struct incident_frame *f, const struct incident_of *of, size_t n)
{
    const struct incident *i = &f->list->items[n]->is;
    bool over = i->closed || i->merged_into != 0;

    if (of->from == 0 ? over : f->since[n] <= of->from)
        return false;
    return (i->merged_into != 0 || is_at(i, of->site)) && sees_incident(of->visitor, f->list, i);
}

size_t incident_frame_event(struct strbuf *b, const struct incident_frame *f, const struct incident_of *of)
{
    struct json_out j;
    size_t given = 0;

    strbuf_printf(b, "event: %s\ndata: ", of->from == 0 ? "incidents" : "incidents-change");
    json_out_init(&j, b);
    json_open_object(&j);
    json_member_time(&j, "at", f->list->at);
    json_key(&j, "items");
    json_open_array(&j);
    for (size_t n = f->list->count; n > 0; n--)
        if (is_told(f, of, n - 1)) {
            incident_json(&j, &f->list->items[n - 1]->is, f->list, INCIDENT_BRIEF, of->now);
            given++;
        }
    json_close_array(&j);
    json_close_object(&j);
    strbuf_puts(b, "\n\n");
    return given;
}
