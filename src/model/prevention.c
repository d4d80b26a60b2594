#include "model/prevention.h"

#include <stdio.h>
#include <stdlib.h>

#include "item_bytes.h"
#include "seal/seal.h"

const char *const SPOT_REASONS[] = {
    "repeated_incidents", "low_pressure", "end_of_network", "high_place", "missing_pipes", "other", NULL
};

uint64_t prevention_id(const char *key)
{
    char text[HAND_KEY_MAX + sizeof "prevention "];

    (void)snprintf(text, sizeof text, "prevention %s", key);
    return seal_key63(text);
}

bool prevention_overdue(const struct prevention *p, int32_t today)
{
    return p->kind != PREVENTION_ROUND && p->state == PREVENTION_OPEN && p->due != DAY_NONE && today > p->due;
}

bool prevention_late(const struct prevention *p, int32_t today)
{
    return p->kind == PREVENTION_MEASURE &&
           (prevention_overdue(p, today) || (p->state == PREVENTION_DONE && p->ended_on > p->due));
}

int32_t prevention_next_round(const struct prevention *spot, const struct prevention *last)
{
    if (spot->state != PREVENTION_OPEN)
        return DAY_NONE;
    return last == NULL ? spot->due : last->due;
}

/* ---- days of the year ---- */

static int days_of(int year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return DAYS[month - 1] + (month == 2 && leap);
}

static int32_t day_in(int year, int month, int day)
{
    char text[DAY_ISO_MAX];
    int32_t out;

    if (day > days_of(year, month))
        day = days_of(year, month);
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year % 10000, month, day);
    return day_parse(text, &out) ? out : DAY_NONE;
}

int32_t prevention_due(int32_t after, int month, int day)
{
    char text[DAY_ISO_MAX];
    int year;
    int32_t due;

    (void)day_iso(after, text);
    year = (int)strtol(text, NULL, 10);
    due = day_in(year, month, day);
    return due == DAY_NONE || due > after ? due : day_in(year + 1, month, day);
}

bool prevention_yearly(const char *text, int *month, int *day)
{
    for (int i = 0; i < 5; i++)
        if (i == 2 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    if (text[5] != '\0')
        return false;
    *month = (text[0] - '0') * 10 + text[1] - '0';
    *day = (text[3] - '0') * 10 + text[4] - '0';
    return *month >= 1 && *month <= 12 && *day >= 1 && *day <= days_of(2000, *month);
}

/* ---- bytes: two of length, then fixed numbers, then texts ---- */

enum { FIXED = 3 + 5 * 8 + 3 * 4, TEXTS = 10 };

static void fields_of(struct prevention *p, struct text_field out[TEXTS])
{
    const struct text_field all[TEXTS] = { { p->site, sizeof p->site },
                                           { p->zone, sizeof p->zone },
                                           { p->key, sizeof p->key },
                                           { p->who, sizeof p->who },
                                           { p->responsible, sizeof p->responsible },
                                           { p->what, sizeof p->what },
                                           { p->evidence, sizeof p->evidence },
                                           { p->end_key, sizeof p->end_key },
                                           { p->ended_by, sizeof p->ended_by },
                                           { p->end_why, sizeof p->end_why } };

    memcpy(out, all, sizeof all);
}

void prevention_write(struct strbuf *to, const struct prevention *p)
{
    struct prevention copy = *p;
    struct text_field f[TEXTS];
    size_t len = FIXED;

    fields_of(&copy, f);
    len += texts_length(f, TEXTS);
    len += 4 + 1 + strlen(p->amend_key) + 1 + strlen(p->amended_by);
    put(to, len, 2);
    put(to, p->id, 8);
    put(to, p->kind, 1);
    put(to, p->state, 1);
    put(to, p->reason, 1);
    put(to, p->incident, 8);
    put(to, p->spot, 8);
    put(to, (uint64_t)p->entered.ms, 8);
    put(to, (uint64_t)p->closed.ms, 8);
    put(to, (uint32_t)p->on, 4);
    put(to, (uint32_t)p->due, 4);
    put(to, (uint32_t)p->ended_on, 4);
    put_texts(to, f, TEXTS);
    put(to, p->revision, 4);
    put_text(to, p->amend_key);
    put_text(to, p->amended_by);
}

/* One that an earlier version wrote ends before it. */
static enum err read_revision(const unsigned char **p, const unsigned char *end, struct prevention *out)
{
    enum err rc;

    if (*p == end)
        return ERR_NONE;
    if (end - *p < 4)
        return ERR_SHORT;
    out->revision = (uint32_t)get(p, 4);
    rc = get_text(p, end, out->amend_key, sizeof out->amend_key);
    return rc != ERR_NONE ? rc : get_text(p, end, out->amended_by, sizeof out->amended_by);
}

static bool is_sound(const struct prevention *p)
{
    return p->id != 0 && p->id <= INT64_MAX && p->kind >= PREVENTION_MEASURE &&
           p->kind < PREVENTION_KIND_END && p->state < PREVENTION_STATE_COUNT &&
           p->reason < SPOT_REASON_COUNT && p->incident <= INT64_MAX && p->spot <= INT64_MAX &&
           p->key[0] != '\0' && (p->site[0] != '\0' || p->zone[0] != '\0') && p->what[0] != '\0' &&
           p->on != DAY_NONE && (p->kind == PREVENTION_ROUND) <= (p->spot != 0) &&
           (p->state == PREVENTION_OPEN) == (p->ended_on == DAY_NONE) &&
           (p->state == PREVENTION_OPEN) == (p->closed.ms == 0);
}

enum err prevention_read(const unsigned char **at, const unsigned char *end, struct prevention *out)
{
    const unsigned char *p, *own_end;
    struct text_field f[TEXTS];
    enum err rc = open_item(at, end, 2, FIXED, &p, &own_end);

    memset(out, 0, sizeof *out);
    if (rc != ERR_NONE)
        return rc;
    out->id = get(&p, 8);
    out->kind = (uint8_t)get(&p, 1);
    out->state = (uint8_t)get(&p, 1);
    out->reason = (uint8_t)get(&p, 1);
    out->incident = get(&p, 8);
    out->spot = get(&p, 8);
    out->entered.ms = (int64_t)get(&p, 8);
    out->closed.ms = (int64_t)get(&p, 8);
    out->on = (int32_t)get(&p, 4);
    out->due = (int32_t)get(&p, 4);
    out->ended_on = (int32_t)get(&p, 4);
    fields_of(out, f);
    rc = get_texts(&p, own_end, f, TEXTS);
    if (rc == ERR_NONE)
        rc = read_revision(&p, own_end, out);
    return rc != ERR_NONE || is_sound(out) ? rc : ERR_RANGE;
}
