#include "sessions.h"

#include <string.h>

bool session_is_live(const struct session *s, struct mono now)
{
    return s->came != CAME_NOT && now.ms - s->made.ms < DOORS_SESSION_MS;
}

void session_id(const struct session *s, char out[17])
{
    seal_short_text(&s->id, out);
}

struct session *sessions_find(struct sessions *s, const char *text, struct mono now)
{
    struct seal_hash h = seal_hash(text, strlen(text));

    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++)
        if (session_is_live(&s->items[i], now) && seal_hash_equal(&s->items[i].id, &h))
            return &s->items[i];
    return NULL;
}

struct session *sessions_place(struct sessions *s, const char *name, struct mono now)
{
    struct session *free_one = NULL, *oldest = &s->items[0], *own = NULL;
    size_t count = 0;

    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++) {
        struct session *is = &s->items[i];
        if (!session_is_live(is, now)) {
            free_one = free_one == NULL ? is : free_one;
            continue;
        }
        if (is->made.ms < oldest->made.ms)
            oldest = is;
        if (is->came != CAME_WITH_PASSWORD || strcmp(is->name, name) != 0)
            continue;
        count++;
        if (own == NULL || is->made.ms < own->made.ms)
            own = is;
    }
    return count >= DOORS_SESSIONS_EACH ? own : free_one != NULL ? free_one : oldest;
}

static bool is_meant(const struct session *s, const char *name, const char *id)
{
    char own[17];

    if (s->came == CAME_NOT || (name != NULL && strcmp(s->name, name) != 0))
        return false;
    session_id(s, own);
    return id == NULL || strcmp(own, id) == 0;
}

size_t sessions_end(struct sessions *s, const char *name, const char *id, const struct session *but)
{
    size_t ended = 0;

    for (size_t i = 0; i < DOORS_SESSIONS_MAX; i++)
        if (&s->items[i] != but && is_meant(&s->items[i], name, id)) {
            s->items[i] = (struct session){ .came = CAME_NOT };
            ended++;
        }
    return ended;
}
