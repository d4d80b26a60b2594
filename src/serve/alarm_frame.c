#include "alarm_frame.h"

#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "sees.h"

/* One alarm of the list, by id. */
struct entry {
    uint64_t id, point;
    uint64_t since; /* the generation in which it came or changed last */
    uint32_t steps;
    uint32_t index; /* in the list */
};

struct gone {
    uint64_t id, point, at;
};

struct alarm_frame {
    struct alarm_list *list;
    uint64_t generation;
    struct entry *entries; /* list->count of them, by id */
    size_t count;
    struct gone gone[ALARM_GONE_MAX]; /* a ring */
    size_t gone_count, gone_next;
    uint64_t forgotten; /* who has less gets all anew */
};

struct alarm_frame *alarm_frame_new(void)
{
    return calloc(1, sizeof(struct alarm_frame));
}

void alarm_frame_free(struct alarm_frame *f)
{
    if (f == NULL)
        return;
    alarm_list_drop(f->list);
    free(f->entries);
    free(f);
}

uint64_t alarm_frame_generation(const struct alarm_frame *f)
{
    return f->generation;
}

/* ------------------------------------------------------------------ another list */

static int compare(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

static void add_gone(struct alarm_frame *f, const struct entry *e)
{
    struct gone *place = &f->gone[f->gone_next];

    if (f->gone_count == ALARM_GONE_MAX)
        f->forgotten = place->at;
    else
        f->gone_count++;
    *place = (struct gone){ e->id, e->point, f->generation };
    f->gone_next = (f->gone_next + 1) % ALARM_GONE_MAX;
}

/* Both by id: what was and is the same keeps its generation, what is no more is gone. */
static void compare_lists(struct alarm_frame *f, struct entry *fresh, size_t count)
{
    size_t i = 0;

    for (size_t k = 0; k < f->count; k++) {
        const struct entry *was = &f->entries[k];
        while (i < count && fresh[i].id < was->id)
            i++;
        if (i == count || fresh[i].id != was->id)
            add_gone(f, was);
        else if (fresh[i].steps == was->steps)
            fresh[i].since = was->since;
    }
}

enum err alarm_frame_adopt(struct alarm_frame *f, struct alarm_list *l)
{
    struct entry *fresh = calloc(l->count + 1, sizeof *fresh);

    if (fresh == NULL)
        return ERR_MEMORY;
    f->generation++;
    for (uint32_t i = 0; i < l->count; i++)
        fresh[i] = (struct entry){ l->items[i].id, l->items[i].point, f->generation, l->items[i].steps, i };
    if (l->count > 1)
        qsort(fresh, l->count, sizeof *fresh, compare);
    compare_lists(f, fresh, l->count);
    if (f->list != NULL && f->list->catalogue != l->catalogue)
        f->forgotten = f->generation; /* a point may be gone, or be somebody else's */
    free(f->entries);
    f->entries = fresh;
    f->count = l->count;
    alarm_list_drop(f->list);
    f->list = alarm_list_hold(l);
    return ERR_NONE;
}

/* ------------------------------------------------------------------ events */

static bool is_seen(const struct alarm_frame *f, const struct alarm_of *of, uint64_t key)
{
    const struct catalogue *c = f->list->catalogue;
    uint32_t i = catalogue_by_key(c, key);

    if (i == NO_INDEX)
        return of->site[0] == '\0' && (of->visitor == NULL || visitor_sees_all(of->visitor));
    if (of->visitor != NULL && !visitor_sees(of->visitor, c, &c->points[i]))
        return false;
    return of->site[0] == '\0' ||
           (c->points[i].site < c->site_count && strcmp(c->sites[c->points[i].site].id, of->site) == 0);
}

static size_t add_items(struct json_out *j, const struct alarm_frame *f, const struct alarm_of *of,
                        uint64_t from)
{
    size_t given = 0;

    json_key(j, "items");
    json_open_array(j);
    for (size_t i = 0; i < f->count; i++) {
        const struct entry *e = &f->entries[i];
        if (e->since <= from || !is_seen(f, of, e->point))
            continue;
        alarm_json(j, &f->list->items[e->index], f->list->catalogue, of->visitor);
        given++;
    }
    json_close_array(j);
    return given;
}

static size_t add_ended(struct json_out *j, const struct alarm_frame *f, const struct alarm_of *of,
                        uint64_t from)
{
    char id[ALARM_ID_TEXT];
    size_t given = 0;

    json_key(j, "ended");
    json_open_array(j);
    for (size_t i = 0; i < f->gone_count; i++)
        if (f->gone[i].at > from && is_seen(f, of, f->gone[i].point)) {
            json_string(j, alarm_id_text(f->gone[i].id, id));
            given++;
        }
    json_close_array(j);
    return given;
}

uint64_t alarm_frame_start(const struct alarm_frame *f, uint64_t has)
{
    return has < f->forgotten ? 0 : has;
}

/* Without an id: who comes back gets all anew, and goes on with points where they were. */
size_t alarm_frame_event(struct strbuf *b, const struct alarm_frame *f, const struct alarm_of *of)
{
    uint64_t from = alarm_frame_start(f, of->from);
    struct json_out j;
    size_t given;

    strbuf_printf(b, "event: %s\ndata: ", from == 0 ? "alarms" : "alarms-change");
    json_out_init(&j, b);
    json_open_object(&j);
    json_key(&j, "at");
    json_time(&j, f->list->at);
    given = add_items(&j, f, of, from);
    if (from != 0)
        given += add_ended(&j, f, of, from);
    json_close_object(&j);
    strbuf_puts(b, "\n\n");
    return given;
}
