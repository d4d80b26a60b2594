#include "rosters.h"

#include <stdio.h>
#include <string.h>

#include "groups.h"

enum { DATE_TEXT_MAX = 16, TIME_TEXT_MAX = 8, DAYS_TEXT_MAX = 64, GAPS_SAID = 3, DAY_MIN = 24 * 60 };

static const char *const WEIGHTS[] = { "all", "legal", "grave", NULL };

/* ---- the tables ---- */

struct escalation_row {
    int64_t after_ms, every_ms, steps, again_ms;
};

static const struct conf_setting ESCALATION[] = {
    { CONF_DURATION("after", struct escalation_row, after_ms), .fallback = "10min", .low = CLOCK_SECOND_MS,
      .high = CLOCK_DAY_MS,
      .help = "nobody took it (acknowledged, assigned, on site) for so long: the first step" },
    { CONF_DURATION("every", struct escalation_row, every_ms), .fallback = "10min", .low = CLOCK_SECOND_MS,
      .high = CLOCK_DAY_MS, .help = "from one step to the next" },
    { CONF_COUNT("steps", struct escalation_row, steps), .fallback = "8", .low = 1,
      .high = ESCALATION_STEPS_MAX,
      .help = "each tells one person more and again all before; the last tells all" },
    { CONF_DURATION("again", struct escalation_row, again_ms), .fallback = "1h", .low = CLOCK_SECOND_MS,
      .high = CLOCK_DAY_MS,
      .help = "the last step is repeated so often for a day, then once a day, until somebody takes it" },
};

struct holiday_row {
    char from[DATE_TEXT_MAX], to[DATE_TEXT_MAX], name[NAME_MAX_BYTES];
};

static const struct conf_setting HOLIDAY[] = {
    { CONF_TEXT("from", struct holiday_row, from), .required = true,
      .help = "first day, such as 2027-02-05" },
    { CONF_TEXT("to", struct holiday_row, to), .help = "last day; none: the first" },
    { CONF_TEXT("name", struct holiday_row, name), .help = "for people" },
};

struct roster_row {
    char id[ID_MAX], name[NAME_MAX_BYTES], leader[ID_MAX], authority[ID_MAX], since[DATE_TEXT_MAX];
    char supplier[ID_MAX], sites[CONTACT_PLACES_MAX], classes[CONTACT_PLACES_MAX];
    int weight;
    int64_t weeks;
    const struct conf_node *shifts, *substitutes;
};

static const struct conf_setting ROSTER[] = {
    { CONF_ID("id", struct roster_row, id), .required = true, .help = "name of the roster in records" },
    { CONF_TEXT("name", struct roster_row, name), .help = "for people" },
    { CONF_ID("leader", struct roster_row, leader), .required = true,
      .help =
          "contact that leads shifts without a leader of their own, and is told where nobody is on duty" },
    { CONF_ID("authority", struct roster_row, authority),
      .help = "contact that the escalation reaches behind the leader, where the effect is large or the cause "
              "beyond control" },
    GROUP_ROWS(struct roster_row),
    { CONF_CHOICE("told", struct roster_row, weight), .fallback = "all", .choices = WEIGHTS,
      .help = "as of a contact" },
    { CONF_COUNT("weeks", struct roster_row, weeks), .fallback = "1", .low = 1, .high = 12,
      .help = "weeks until shifts come round again" },
    { CONF_TEXT("since", struct roster_row, since),
      .help = "a day of the first of these weeks; weeks begin on Monday" },
    { CONF_LIST("shifts", struct roster_row, shifts), .required = true, .help = "when who is on duty" },
    { CONF_LIST("substitutes", struct roster_row, substitutes), .help = "who comes instead of whom" },
};

struct shift_row {
    char days[DAYS_TEXT_MAX], from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];
    char people[SHIFT_PEOPLE_MAX * ID_MAX], leader[ID_MAX];
    int64_t week;
};

static const struct conf_setting SHIFT[] = {
    { CONF_TEXT("days", struct shift_row, days), .required = true,
      .help =
          "days on which it begins: mon tue wed thu fri sat sun, daily, workdays, weekend; holiday: where "
          "a roster has these, its other shifts do not begin on holidays" },
    { CONF_TEXT("from", struct shift_row, from), .required = true, .help = "such as 22:00, +07:00" },
    { CONF_TEXT("to", struct shift_row, to), .required = true,
      .help = "such as 06:00; not after `from`: on the next day" },
    { CONF_TEXT("people", struct shift_row, people), .required = true,
      .help = "contacts, blanks between; the first is told first" },
    { CONF_ID("leader", struct shift_row, leader), .help = "contact that leads it; none: the roster's" },
    { CONF_COUNT("week", struct shift_row, week), .fallback = "0", .low = 0, .high = 12,
      .help = "of the roster's weeks; 0: each" },
};

struct substitute_row {
    char who[ID_MAX], by[ID_MAX], from[DATE_TEXT_MAX], to[DATE_TEXT_MAX];
};

static const struct conf_setting SUBSTITUTE[] = {
    { CONF_ID("who", struct substitute_row, who), .required = true, .help = "contact that is away" },
    { CONF_ID("by", struct substitute_row, by), .help = "contact that comes instead; none: nobody" },
    { CONF_TEXT("from", struct substitute_row, from), .required = true,
      .help = "first day, of shifts that begin on it" },
    { CONF_TEXT("to", struct substitute_row, to), .help = "last day; none: the first" },
};

/* ---- words ---- */

static uint8_t contact_at(const struct contacts *c, const char *id, struct conf_mark at,
                          struct conf_mistakes *m)
{
    const char *names[CONTACTS_MAX], *meant;

    for (size_t k = 0; k < c->count; k++) {
        if (strcmp(c->list[k].id, id) == 0)
            return (uint8_t)k;
        names[k] = c->list[k].id;
    }
    meant = conf_nearest(id, names, c->count);
    conf_mistake(m, at, "there is no contact \"%s\"%s%s%s", id, meant == NULL ? "" : "; perhaps \"",
                 meant == NULL ? "" : meant, meant == NULL ? "" : "\"");
    return NO_CONTACT;
}

/* "": NO_CONTACT. */
static uint8_t contact_if_any(const struct contacts *c, const struct conf_node *n, const char *key,
                              const char *id, struct conf_mistakes *m)
{
    return id[0] == '\0' ? NO_CONTACT : contact_at(c, id, conf_mark_at(n, key), m);
}

static bool is_date(const char *text)
{
    static const char SHAPE[] = "dddd-dd-dd";

    for (size_t k = 0; k < sizeof SHAPE; k++)
        if (SHAPE[k] == 'd' ? text[k] < '0' || text[k] > '9' : text[k] != SHAPE[k])
            return false;
    return true;
}

static int32_t day_of(const struct conf_node *n, const char *key, const char *text, struct conf_mistakes *m)
{
    char whole[DATE_TEXT_MAX + 8];
    struct wall at;

    (void)snprintf(whole, sizeof whole, "%sT00:00:00Z", text);
    if (is_date(text) && wall_parse(whole, &at) == ERR_NONE)
        return (int32_t)(at.ms / CLOCK_DAY_MS);
    conf_mistake(m, conf_mark_at(n, key), "%s: \"%s\" is no day such as 2027-02-05", key, text);
    return 0;
}

static void days_of(const struct conf_node *n, const char *from, const char *to, int32_t *first,
                    int32_t *last, struct conf_mistakes *m)
{
    *first = day_of(n, "from", from, m);
    *last = to[0] == '\0' ? *first : day_of(n, "to", to, m);
    if (*last < *first)
        conf_mistake(m, conf_mark_at(n, "to"), "to: \"%s\" is before \"%s\"", to, from);
}

static void print_day(char out[DATE_TEXT_MAX], int32_t day)
{
    int y, mo, d;

    wall_local_date((struct wall){ (int64_t)day * CLOCK_DAY_MS - CLOCK_LOCAL_OFFSET_MS }, &y, &mo, &d);
    (void)snprintf(out, DATE_TEXT_MAX, "%04d-%02d-%02d", y % 10000, mo, d);
}

static uint16_t minute_of(const struct conf_node *n, const char *key, const char *text, unsigned most,
                          struct conf_mistakes *m)
{
    unsigned minute = UINT16_MAX;

    if (strlen(text) == 5 && text[2] == ':' && strspn(text, "0123456789") == 2 &&
        strspn(text + 3, "0123456789") == 2 && text[3] < '6')
        minute = (unsigned)((text[0] - '0') * 10 + text[1] - '0') * 60 +
                 (unsigned)((text[3] - '0') * 10 + text[4] - '0');
    if (minute <= most)
        return (uint16_t)minute;
    conf_mistake(m, conf_mark_at(n, key), "%s: \"%s\" is no time of day such as 06:00", key, text);
    return 0;
}

void quiet_load(const struct conf_node *n, const char *text, struct contact *to, struct conf_mistakes *m)
{
    char from[QUIET_TEXT_MAX], until[QUIET_TEXT_MAX];
    size_t dash = strcspn(text, "-");

    if (text[0] == '\0')
        return;
    (void)snprintf(from, sizeof from, "%.*s", (int)dash, text);
    (void)snprintf(until, sizeof until, "%s", text[dash] == '\0' ? "" : text + dash + 1);
    to->quiet_from = minute_of(n, "quiet", from, DAY_MIN - 1, m);
    to->quiet_to = minute_of(n, "quiet", until, DAY_MIN - 1, m);
}

void quiet_print(const struct contact *c, char out[QUIET_TEXT_MAX])
{
    out[0] = '\0';
    if (c->quiet_from != c->quiet_to)
        (void)snprintf(out, QUIET_TEXT_MAX, "%02u:%02u-%02u:%02u", c->quiet_from / 60U % 24,
                       c->quiet_from % 60U, c->quiet_to / 60U % 24, c->quiet_to % 60U);
}

static const struct {
    const char *name;
    uint8_t days;
} DAYS[] = {
    { "daily", 0x7F },
    { "workdays", 0x1F },
    { "weekend", 0x60 },
    { "mon", 0x01 },
    { "tue", 0x02 },
    { "wed", 0x04 },
    { "thu", 0x08 },
    { "fri", 0x10 },
    { "sat", 0x20 },
    { "sun", 0x40 },
    { "holiday", 1 << SHIFT_HOLIDAY },
};

static uint8_t week_days_of(const struct conf_node *n, const char *text, struct conf_mistakes *m)
{
    char word[DAYS_TEXT_MAX];
    unsigned days = 0;

    while (group_next_word(&text, word, sizeof word)) {
        size_t k = 0;
        while (k < COUNT_OF(DAYS) && strcmp(DAYS[k].name, word) != 0)
            k++;
        if (k == COUNT_OF(DAYS))
            conf_mistake(m, conf_mark_at(n, "days"),
                         "days: \"%s\" is none of mon tue wed thu fri sat sun daily "
                         "workdays weekend holiday",
                         word);
        else
            days |= DAYS[k].days;
    }
    return (uint8_t)days;
}

static void print_days(char out[DAYS_TEXT_MAX], unsigned days)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t k = 0; k < COUNT_OF(DAYS); k++)
        if ((days & DAYS[k].days) == DAYS[k].days) {
            used += (size_t)snprintf(out + used, DAYS_TEXT_MAX - used, "%s%s", used == 0 ? "" : " ",
                                     DAYS[k].name);
            days &= ~(unsigned)DAYS[k].days;
        }
}

/* ---- loading ---- */

static void load_people(const struct conf_node *n, const char *people, const struct contacts *c,
                        struct roster_shift *s, struct conf_mistakes *m)
{
    char word[SHIFT_PEOPLE_MAX * ID_MAX];

    while (group_next_word(&people, word, sizeof word)) {
        if (s->count == SHIFT_PEOPLE_MAX) {
            conf_mistake(m, conf_mark_at(n, "people"), "people: at most %d in a shift", SHIFT_PEOPLE_MAX);
            return;
        }
        s->people[s->count++] = contact_at(c, word, conf_mark_at(n, "people"), m);
    }
}

static void load_shift(const struct conf_node *n, const struct contacts *c, struct roster *r,
                       struct conf_mistakes *m)
{
    struct roster_shift *s = &r->shifts[r->shift_count];
    struct shift_row row;

    if (!conf_apply(SHIFT, COUNT_OF(SHIFT), n, &row, m))
        return;
    *s = (struct roster_shift){ .days = week_days_of(n, row.days, m), .week = (uint8_t)row.week };
    s->from_min = minute_of(n, "from", row.from, DAY_MIN - 1, m);
    s->to_min = minute_of(n, "to", row.to, DAY_MIN, m);
    s->leader = contact_if_any(c, n, "leader", row.leader, m);
    load_people(n, row.people, c, s, m);
    if (s->week > r->weeks)
        conf_mistake(m, conf_mark_at(n, "week"), "week: the roster has %u weeks", (unsigned)r->weeks);
    r->shift_count++;
}

static void load_substitute(const struct conf_node *n, const struct contacts *c, struct roster *r,
                            struct conf_mistakes *m)
{
    struct stand_in *s = &r->stand_ins[r->stand_in_count];
    struct substitute_row row;

    if (!conf_apply(SUBSTITUTE, COUNT_OF(SUBSTITUTE), n, &row, m))
        return;
    s->who = contact_at(c, row.who, conf_mark_at(n, "who"), m);
    s->by = contact_if_any(c, n, "by", row.by, m);
    days_of(n, row.from, row.to, &s->from_day, &s->to_day, m);
    r->stand_in_count++;
}

/* Each item in turn, as many as there is room for. */
static void
each(const struct conf_node *list, size_t max, const char *what, const struct contacts *c, struct roster *r,
     void (*load)(const struct conf_node *, const struct contacts *, struct roster *, struct conf_mistakes *),
     struct conf_mistakes *m)
{
    for (size_t k = 0; list != NULL && k < conf_count(list); k++) {
        if (k == max) {
            conf_mistake(m, conf_mark(conf_item(list, k)), "at most %zu %s", max, what);
            return;
        }
        load(conf_item(list, k), c, r, m);
    }
}

static void load_roster(const struct conf_node *n, const struct catalogue *c, struct notify_settings *s,
                        struct conf_mistakes *m)
{
    struct roster *r = &s->rosters.list[s->rosters.count];
    struct roster_row row;

    if (!conf_apply(ROSTER, COUNT_OF(ROSTER), n, &row, m))
        return;
    for (size_t k = 0; k < s->rosters.count; k++)
        if (strcmp(s->rosters.list[k].id, row.id) == 0)
            conf_mistake(m, conf_mark_at(n, "id"), "there is another roster \"%s\"", row.id);
    memcpy(r->id, row.id, sizeof r->id);
    memcpy(r->name, row.name, sizeof r->name);
    r->of = group_load(n, row.supplier, row.sites, row.classes, row.weight, c, m);
    r->leader = contact_at(&s->contacts, row.leader, conf_mark_at(n, "leader"), m);
    r->authority = contact_if_any(&s->contacts, n, "authority", row.authority, m);
    r->weeks = (uint8_t)row.weeks;
    if (row.since[0] != '\0')
        r->since_day = day_of(n, "since", row.since, m);
    else if (r->weeks > 1)
        conf_mistake(m, conf_mark_at(n, "weeks"), "weeks: more than one need `since`, a day of the first");
    each(row.shifts, ROSTER_SHIFTS_MAX, "shifts", &s->contacts, r, load_shift, m);
    each(row.substitutes, ROSTER_STAND_INS_MAX, "substitutes", &s->contacts, r, load_substitute, m);
    s->rosters.count++;
}

static void load_holidays(const struct conf_node *list, struct rosters *r, struct conf_mistakes *m)
{
    for (size_t k = 0; list != NULL && k < conf_count(list); k++) {
        const struct conf_node *n = conf_item(list, k);
        struct holiday *h = &r->holidays[r->holiday_count];
        struct holiday_row row;
        if (r->holiday_count == HOLIDAYS_MAX) {
            conf_mistake(m, conf_mark(n), "at most %d holidays", HOLIDAYS_MAX);
            return;
        }
        if (!conf_apply(HOLIDAY, COUNT_OF(HOLIDAY), n, &row, m))
            continue;
        days_of(n, row.from, row.to, &h->from_day, &h->to_day, m);
        memcpy(h->name, row.name, sizeof h->name);
        r->holiday_count++;
    }
}

/* ---- what is right, and yet worth a word ---- */

static void warn_of_gaps(const struct conf_node *n, const struct roster *r, const struct rosters *all,
                         struct conf_mistakes *m)
{
    struct wall from = wall_read(), until = { from.ms + ROSTERS_LOOK_DAYS * (int64_t)CLOCK_DAY_MS };
    struct roster_gap gap;
    char begins[CLOCK_TEXT_MAX], ends[CLOCK_TEXT_MAX];
    size_t said = 0;

    for (; roster_gap(r, all, from, until, &gap); from = gap.to)
        if (said++ < GAPS_SAID) {
            wall_text(gap.from, begins);
            wall_text(gap.to, ends);
            conf_warning(m, conf_mark(n),
                         "roster %s: nobody is on duty from %.16s to %.16s; the leader is told", r->id,
                         begins, ends);
        }
    if (said > GAPS_SAID)
        conf_warning(m, conf_mark(n), "roster %s: %zu more such gaps in %d days", r->id, said - GAPS_SAID,
                     ROSTERS_LOOK_DAYS);
}

static void warn_of_idle(const struct conf_node *list, const struct notify_settings *s,
                         struct conf_mistakes *m)
{
    for (size_t c = 0; c < s->contacts.count; c++) {
        bool on = s->contacts.list[c].of.weight != WEIGHT_DUTY;
        for (size_t k = 0; k < s->rosters.count && !on; k++)
            on = roster_has(&s->rosters.list[k], (uint8_t)c);
        if (!on)
            conf_warning(m, conf_mark(list), "contact %s has told: duty, and is on no roster",
                         s->contacts.list[c].id);
    }
}

void rosters_load(const struct duty_rows *row, const struct catalogue *c, struct notify_settings *s,
                  struct conf_mistakes *m)
{
    const struct conf_node *list = row->rosters;
    size_t before = m->mistakes;
    struct escalation_row e;

    (void)conf_apply(ESCALATION, COUNT_OF(ESCALATION), row->escalation, &e, m);
    s->end_wait_ms = row->end_ms;
    load_holidays(row->holidays, &s->rosters, m);
    for (size_t k = 0; list != NULL && k < conf_count(list); k++) {
        if (k == ROSTERS_MAX) {
            conf_mistake(m, conf_mark(conf_item(list, k)), "at most %d rosters", ROSTERS_MAX);
            break;
        }
        load_roster(conf_item(list, k), c, s, m);
    }
    if (m->mistakes > before || list == NULL || s->rosters.count == 0)
        return;
    s->escalation = (struct escalation_rules){ e.after_ms, e.every_ms, (unsigned)e.steps, e.again_ms };
    for (size_t k = 0; k < s->rosters.count; k++)
        warn_of_gaps(conf_item(list, k), &s->rosters.list[k], &s->rosters, m);
    warn_of_idle(list, s, m);
}

/* ---- printing ---- */

struct duty_rows rosters_row(const struct notify_settings *s)
{
    return (struct duty_rows){ .end_ms = s->end_wait_ms };
}

static void put_id(char out[ID_MAX], const struct contacts *c, uint8_t who)
{
    (void)snprintf(out, ID_MAX, "%s", who == NO_CONTACT ? "" : c->list[who].id);
}

static void print_shift(const struct contacts *c, const struct roster_shift *s, struct strbuf *to)
{
    struct shift_row row = { .week = s->week };
    size_t used = 0;

    print_days(row.days, s->days);
    (void)snprintf(row.from, sizeof row.from, "%02u:%02u", s->from_min / 60U % 100, s->from_min % 60U);
    (void)snprintf(row.to, sizeof row.to, "%02u:%02u", s->to_min / 60U % 100, s->to_min % 60U);
    for (size_t k = 0; k < s->count; k++)
        used += (size_t)snprintf(row.people + used, sizeof row.people - used, "%s%s", k == 0 ? "" : " ",
                                 c->list[s->people[k]].id);
    put_id(row.leader, c, s->leader);
    strbuf_puts(to, "        -\n");
    conf_print(SHIFT, COUNT_OF(SHIFT), &row, 10, to);
}

static void print_substitute(const struct contacts *c, const struct stand_in *s, struct strbuf *to)
{
    struct substitute_row row = { .by = "" };

    put_id(row.who, c, s->who);
    put_id(row.by, c, s->by);
    print_day(row.from, s->from_day);
    print_day(row.to, s->to_day);
    strbuf_puts(to, "        -\n");
    conf_print(SUBSTITUTE, COUNT_OF(SUBSTITUTE), &row, 10, to);
}

static void print_roster(const struct contacts *c, const struct roster *r, struct strbuf *to)
{
    struct roster_row row = { .weight = r->of.weight, .weeks = r->weeks };

    memcpy(row.id, r->id, sizeof row.id);
    memcpy(row.name, r->name, sizeof row.name);
    put_id(row.leader, c, r->leader);
    put_id(row.authority, c, r->authority);
    memcpy(row.supplier, r->of.supplier, sizeof row.supplier);
    memcpy(row.sites, r->of.sites, sizeof row.sites);
    group_print_classes(row.classes, sizeof row.classes, r->of.classes);
    if (r->since_day != 0)
        print_day(row.since, r->since_day);
    strbuf_puts(to, "    -\n");
    conf_print(ROSTER, COUNT_OF(ROSTER), &row, 6, to);
    strbuf_puts(to, "      shifts:\n");
    for (size_t k = 0; k < r->shift_count; k++)
        print_shift(c, &r->shifts[k], to);
    if (r->stand_in_count > 0)
        strbuf_puts(to, "      substitutes:\n");
    for (size_t k = 0; k < r->stand_in_count; k++)
        print_substitute(c, &r->stand_ins[k], to);
}

static void print_holidays(const struct rosters *r, struct strbuf *to)
{
    if (r->holiday_count > 0)
        strbuf_puts(to, "  holidays:\n");
    for (size_t k = 0; k < r->holiday_count; k++) {
        struct holiday_row row;
        print_day(row.from, r->holidays[k].from_day);
        print_day(row.to, r->holidays[k].to_day);
        memcpy(row.name, r->holidays[k].name, sizeof row.name);
        strbuf_puts(to, "    -\n");
        conf_print(HOLIDAY, COUNT_OF(HOLIDAY), &row, 6, to);
    }
}

void rosters_print(const struct notify_settings *s, struct strbuf *to)
{
    const struct escalation_row e = { s->escalation.after_ms, s->escalation.every_ms, s->escalation.steps,
                                      s->escalation.again_ms };

    print_holidays(&s->rosters, to);
    if (s->rosters.count == 0)
        return;
    strbuf_puts(to, "  escalation:\n");
    conf_print(ESCALATION, COUNT_OF(ESCALATION), &e, 4, to);
    strbuf_puts(to, "  rosters:\n");
    for (size_t k = 0; k < s->rosters.count; k++)
        print_roster(&s->contacts, &s->rosters.list[k], to);
}

void rosters_document(struct strbuf *to)
{
    conf_document(ESCALATION, COUNT_OF(ESCALATION), "notify: escalation", to);
    conf_document(HOLIDAY, COUNT_OF(HOLIDAY), "notify: a holiday", to);
    conf_document(ROSTER, COUNT_OF(ROSTER), "notify: a roster", to);
    conf_document(SHIFT, COUNT_OF(SHIFT), "notify: a shift of a roster", to);
    conf_document(SUBSTITUTE, COUNT_OF(SUBSTITUTE), "notify: a substitute in a roster", to);
}
