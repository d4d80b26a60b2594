#include "model/handed.h"

#include <string.h>

#include "item_bytes.h"

enum { VERSION = 1, FIXED = 1 + 8 + 2 + 4 * 8 + 3 * 4 + 3 * 2 };

const char handed_key_taken[] = "key_taken";
const char handed_unreadable[] = "unreadable";

const char *handed_state_name(enum handed_state s)
{
    static const char *const NAMES[HANDED_STATE_COUNT] = {
        [HANDED_WAITING] = "handed_over", [HANDED_DONE] = "done", [HANDED_REFUSED] = "refused"
    };

    return NAMES[s];
}

static unsigned flags_of(const struct handed_step *h)
{
    const struct incident_impact *p = &h->act.impact;

    return h->act.drill | p->health_hazard << 1 | p->wide << 2 | p->source_threatened << 3 |
           p->road_opened << 4 | p->rural << 5 | p->partner << 6 | h->count_reach << 7;
}

void handed_write(struct strbuf *to, const struct handed_step *h)
{
    const struct incident_act *a = &h->act;

    put(to, VERSION, 1);
    put(to, a->kind, 1);
    put(to, a->source, 1);
    put(to, a->class, 1);
    put(to, a->controllability, 1);
    put(to, a->large, 1);
    put(to, a->duty, 1);
    put(to, flags_of(h), 1);
    put(to, a->member_count, 1);
    put(to, a->code, 2);
    put(to, a->incident, 8);
    put(to, a->member, 8);
    put(to, a->other, 8);
    put(to, (uint64_t)a->claimed.ms, 8);
    put(to, a->impact.people, 4);
    put(to, a->impact.connections, 4);
    put(to, a->impact.expected_min, 4);
    put(to, a->impact.hospitals, 2);
    put(to, a->impact.schools, 2);
    put(to, a->impact.high_rises, 2);
    put_text(to, a->key);
    put_text(to, a->who);
    put_text(to, a->note);
    put_text(to, a->site);
    put_text(to, a->zone);
    for (size_t i = 0; i < a->member_count; i++)
        put(to, a->members[i], 8);
}

static void read_fixed(const unsigned char **p, struct handed_step *out, unsigned *members)
{
    struct incident_act *a = &out->act;
    unsigned flags;

    a->kind = (uint8_t)get(p, 1);
    a->source = (uint8_t)get(p, 1);
    a->class = (uint8_t)get(p, 1);
    a->controllability = (uint8_t)get(p, 1);
    a->large = (uint8_t)get(p, 1);
    a->duty = (uint8_t)get(p, 1);
    flags = (unsigned)get(p, 1);
    *members = (unsigned)get(p, 1);
    a->code = (uint16_t)get(p, 2);
    a->incident = get(p, 8);
    a->member = get(p, 8);
    a->other = get(p, 8);
    a->claimed.ms = (int64_t)get(p, 8);
    a->impact.people = (uint32_t)get(p, 4);
    a->impact.connections = (uint32_t)get(p, 4);
    a->impact.expected_min = (uint32_t)get(p, 4);
    a->impact.hospitals = (uint16_t)get(p, 2);
    a->impact.schools = (uint16_t)get(p, 2);
    a->impact.high_rises = (uint16_t)get(p, 2);
    a->drill = flags & 1;
    a->impact.health_hazard = flags >> 1 & 1;
    a->impact.wide = flags >> 2 & 1;
    a->impact.source_threatened = flags >> 3 & 1;
    a->impact.road_opened = flags >> 4 & 1;
    a->impact.rural = flags >> 5 & 1;
    a->impact.partner = flags >> 6 & 1;
    out->count_reach = flags >> 7 & 1;
}

static bool is_sound(const struct incident_act *a)
{
    return a->kind < STEP_COUNT && a->kind != STEP_CALL && a->source < CLOCK_SOURCE_COUNT &&
           a->class < CLASS_COUNT && a->controllability < CONTROLLABILITY_COUNT && a->large < LARGE_COUNT &&
           a->duty < DUTY_COUNT && a->incident != 0 && a->incident <= INT64_MAX && a->key[0] != '\0';
}

enum err handed_read(const void *bytes, size_t len, struct handed_step *out)
{
    const unsigned char *p = bytes, *end = p + len;
    struct incident_act *a = &out->act;
    unsigned members;
    enum err rc;

    memset(a, 0, sizeof *a);
    if (len > 0 && *p > VERSION)
        return ERR_STATE;
    if (len < FIXED || *p != VERSION)
        return ERR_SHORT;
    p++;
    read_fixed(&p, out, &members);
    rc = get_text(&p, end, a->key, sizeof a->key);
    if (rc == ERR_NONE)
        rc = get_text(&p, end, a->who, sizeof a->who);
    if (rc == ERR_NONE)
        rc = get_text(&p, end, a->note, sizeof a->note);
    if (rc == ERR_NONE)
        rc = get_text(&p, end, a->site, sizeof a->site);
    if (rc == ERR_NONE)
        rc = get_text(&p, end, a->zone, sizeof a->zone);
    if (rc != ERR_NONE)
        return rc;
    if (members > INCIDENT_MEMBERS_MAX || (size_t)(end - p) != (size_t)members * 8)
        return ERR_RANGE;
    for (; a->member_count < members; a->member_count++)
        a->members[a->member_count] = get(&p, 8);
    return is_sound(a) ? ERR_NONE : ERR_RANGE;
}
