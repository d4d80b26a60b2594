#include "incident_fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "model/incident_form.h"
#include "model/incident_words.h"
#include "words.h"

enum { WORD_MAX = 256 };

static bool take_text(char *out, size_t size, const char *value)
{
    size_t n = strlen(value);

    if (n >= size)
        return false;
    memcpy(out, value, n + 1);
    if (utf8_is_blank(out))
        out[0] = '\0'; /* nobody said anything by it */
    return true;
}

static bool take_id(uint64_t *out, const char *value)
{
    char *end;

    *out = strtoull(value, &end, 10);
    return value[0] >= '0' && value[0] <= '9' && *end == '\0' && *out != 0 && *out <= INT64_MAX;
}

static bool take_word(struct incident_act *a, const char *field, const char *value)
{
    static const struct {
        const char *field;
        enum incident_words of;
    } WORDS[] = { { "class", WORDS_OF_CLASS },     { "source", WORDS_OF_SOURCE }, { "cause", WORDS_OF_CAUSE },
                  { "measure", WORDS_OF_MEASURE }, { "finder", WORDS_OF_FINDER }, { "duty", WORDS_OF_DUTY },
                  { "control", WORDS_OF_CONTROL }, { "large", WORDS_OF_LARGE } };
    unsigned n;

    for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
        if (strcmp(field, WORDS[i].field) != 0 || !incident_word_parse(WORDS[i].of, value, &n))
            continue;
        switch (WORDS[i].of) {
        case WORDS_OF_CLASS: a->class = (uint8_t)n; break;
        case WORDS_OF_SOURCE: a->source = (uint8_t)n; break;
        case WORDS_OF_DUTY: a->duty = (uint8_t)n; break;
        case WORDS_OF_CONTROL: a->controllability = (uint8_t)n; break;
        case WORDS_OF_LARGE: a->large = (uint8_t)n; break;
        default: a->code = (uint16_t)n; break;
        }
        return true;
    }
    return false;
}

/* Of the one measure that an evaluation told here may plan. */
static bool take_planned(struct incident_act *a, const char *field, const char *value)
{
    struct planned_measure *m = &a->planned[0];
    bool taken = false;

    if (a->planned_count == 0 && strcmp(field, "due") != 0)
        m->due = DAY_NONE;
    if (strcmp(field, "what") == 0)
        taken = take_text(m->what, sizeof m->what, value);
    else if (strcmp(field, "responsible") == 0)
        taken = take_text(m->responsible, sizeof m->responsible, value);
    else if (strcmp(field, "due") == 0)
        taken = day_parse(value, &m->due);
    a->planned_count = taken ? 1 : a->planned_count;
    return taken;
}

static bool take_field(struct incident_act *a, const char *field, const char *value)
{
    if (strcmp(field, "note") == 0 || strcmp(field, "to") == 0)
        return take_text(a->note, sizeof a->note, value);
    if (strcmp(field, "key") == 0)
        return take_text(a->key, sizeof a->key, value);
    if (strcmp(field, "site") == 0)
        return take_text(a->site, sizeof a->site, value);
    if (strcmp(field, "zone") == 0)
        return take_text(a->zone, sizeof a->zone, value);
    if (strcmp(field, "caller") == 0)
        return take_text(a->caller, sizeof a->caller, value);
    if (strcmp(field, "phone") == 0)
        return take_text(a->phone, sizeof a->phone, value);
    if (strcmp(field, "member") == 0)
        return take_id(&a->member, value);
    if (strcmp(field, "incident") == 0)
        return take_id(a->kind == STEP_MERGE ? &a->other : &a->incident, value);
    if (strcmp(field, "at") == 0)
        return wall_parse(value, &a->claimed) == ERR_NONE;
    return a->kind == STEP_EVALUATE && take_planned(a, field, value) ? true : take_word(a, field, value);
}

/* The next word, up to a tab; false: there is none, or it is too long. */
static bool next_word(const char **words, char out[WORD_MAX])
{
    size_t n;

    if (**words != '\t')
        return false;
    ++*words;
    n = strcspn(*words, "\t");
    if (n >= WORD_MAX)
        return false;
    memcpy(out, *words, n);
    out[n] = '\0';
    *words += n;
    return true;
}

/* Which of its words a field has, or what else it is. */
static enum err refuse_field(const char *field, const char *value, struct fault *why)
{
    static const char *const TEXTS[] = { "note", "to", "key", "site", "zone", "caller", "phone", NULL },
                             *const IDS[] = { "member", "incident", NULL },
                             *const WORDS[] = { "class", "source",  "cause", "measure", "finder",
                                                "duty",  "control", "large", NULL };
    struct fault unsaid;
    int at;

    if (words_index("field", TEXTS, field, &at, &unsaid) == ERR_NONE)
        return fault_set(why, ERR_RANGE, "%s: this is too long", field);
    if (words_index("field", IDS, field, &at, &unsaid) == ERR_NONE)
        return fault_set(why, ERR_RANGE, "%s: \"%.40s\" is no id: digits, as the list has them", field,
                         value);
    if (strcmp(field, "at") == 0)
        return fault_set(why, ERR_RANGE, "at: \"%.40s\" is no time such as 2026-11-26T05:00:00+07:00", value);
    if (words_index("field", WORDS, field, &at, &unsaid) == ERR_NONE)
        return fault_set(why, ERR_RANGE, "%s: \"%.40s\" is none of its words, which docs/openapi.yaml lists",
                         field, value);
    return fault_set(why, ERR_RANGE, "there is no field \"%.40s\"", field);
}

/* The fields beside those that every step has, by what it takes. */
static const struct {
    const char *name;
    unsigned of;
} FIELDS[] = { { "class", TAKES_CLASS },     { "member", TAKES_MEMBER },       { "incident", TAKES_OTHER },
               { "incident", TAKES_CALLER }, { "cause", TAKES_CAUSE },         { "control", TAKES_CAUSE },
               { "measure", TAKES_MEASURE }, { "duty", TAKES_DUTY },           { "large", TAKES_LARGE },
               { "site", TAKES_PLACE },      { "zone", TAKES_PLACE },          { "finder", TAKES_FINDER },
               { "to", TAKES_TO },           { "caller", TAKES_CALLER },       { "phone", TAKES_CALLER },
               { "what", TAKES_PLANNED },    { "responsible", TAKES_PLANNED }, { "due", TAKES_PLANNED } };

/* What of it the field is; 0: none, though the step takes it. */
static unsigned field_of(unsigned takes, const char *field)
{
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if ((FIELDS[i].of & takes) != 0 && strcmp(FIELDS[i].name, field) == 0)
            return FIELDS[i].of;
    return 0;
}

/* To whom it is assigned stands in the place of the note. */
static bool every_step_has(unsigned takes, const char *field)
{
    return strcmp(field, "key") == 0 || strcmp(field, "at") == 0 || strcmp(field, "source") == 0 ||
           (strcmp(field, "note") == 0 && (takes & TAKES_TO) == 0);
}

static enum err take_one(struct incident_act *a, const char *field, const char *value, unsigned *given,
                         struct fault *why)
{
    const unsigned takes = step_takes((enum step_kind)a->kind), of = field_of(takes, field);
    const bool named = strcmp(field, "incident") == 0 && a->kind != STEP_MERGE && a->incident != 0;

    if (!take_field(a, field, value))
        return refuse_field(field, value, why);
    if (named || (of == 0 && !every_step_has(takes, field)))
        return fault_set(why, ERR_RANGE, "%s: the step %s takes no such field", field,
                         step_name((enum step_kind)a->kind));
    *given |= of;
    return ERR_NONE;
}

/* A place may be either of two: incident_fields_place() looks for it. */
static enum err need_fields(const struct incident_act *a, unsigned given, struct fault *why)
{
    const unsigned lacks = step_needs((enum step_kind)a->kind) & ~given & ~(unsigned)TAKES_PLACE;
    const bool blank = (given & TAKES_TO) != 0 && a->note[0] == '\0';
    const struct planned_measure *m = &a->planned[0];

    for (size_t i = 0; i < COUNT_OF(FIELDS); i++)
        if ((FIELDS[i].of & (blank ? lacks | TAKES_TO : lacks)) != 0)
            return fault_set(why, ERR_RANGE, "the step %s needs %s=...", step_name((enum step_kind)a->kind),
                             FIELDS[i].name);
    if (a->planned_count > 0 && (m->what[0] == '\0' || m->responsible[0] == '\0'))
        return fault_set(why, ERR_RANGE, "a measure that is planned needs what=... and responsible=...");
    return ERR_NONE;
}

static enum err take_fields(struct incident_act *a, const char *words, struct fault *why)
{
    char word[WORD_MAX + 32];
    unsigned given = 0;

    while (*words != '\0') {
        char *value = next_word(&words, word) ? strchr(word, '=') : NULL;
        enum err rc;
        if (value == NULL)
            return fault_set(why, ERR_RANGE,
                             "a field has a name and a value, as note=\"...\", of %d bytes at most",
                             WORD_MAX - 1);
        *value++ = '\0';
        rc = take_one(a, word, value, &given, why);
        if (rc != ERR_NONE)
            return rc;
    }
    return need_fields(a, given, why);
}

static bool take_who(struct incident_act *a, const char **words)
{
    char name[WORD_MAX];

    return next_word(words, name) && take_text(a->who, sizeof a->who, name) && a->who[0] != '\0';
}

enum err incident_fields_step(struct incident_act *a, const char *words, struct fault *why)
{
    char id[WORD_MAX], name[WORD_MAX];
    enum step_kind kind;

    *a = (struct incident_act){ .source = CLOCK_OPERATOR, .class = CLASS_SERVICE_NETWORK };
    if (!take_who(a, &words) || !next_word(&words, id) || !next_word(&words, name))
        return fault_set(why, ERR_RANGE, "not understood: NAME, ID, STEP [FIELD=VALUE ...]");
    if (!take_id(&a->incident, id))
        return fault_set(why, ERR_RANGE, "\"%.40s\" is no id of an incident", id);
    if (!step_parse(name, &kind) || kind == STEP_SPLIT || kind == STEP_IMPACT)
        return fault_set(why, ERR_RANGE,
                         "\"%.40s\" is no step that is taken here, as on_site, progress or close: "
                         "docs/incidents.md has all",
                         name);
    a->kind = (uint8_t)kind;
    a->source = kind == STEP_CALL ? CLOCK_PHONE : CLOCK_OPERATOR;
    return take_fields(a, words, why);
}

enum err incident_fields_call(struct incident_act *a, const char *words, struct fault *why)
{
    *a = (struct incident_act){ .kind = STEP_CALL, .source = CLOCK_PHONE, .class = CLASS_SERVICE_NETWORK };
    if (!take_who(a, &words))
        return fault_set(why, ERR_RANGE, "not understood: NAME, site=ID or zone=ID [FIELD=VALUE ...]");
    return take_fields(a, words, why);
}

enum err incident_fields_place(const struct incident_act *a, const struct catalogue *c, struct fault *why)
{
    if ((step_takes((enum step_kind)a->kind) & TAKES_PLACE) == 0)
        return ERR_NONE;
    if (a->zone[0] != '\0' && catalogue_zone(c, a->zone) == NULL)
        return fault_set(why, ERR_RANGE, "there is no zone \"%s\"", a->zone);
    if (a->site[0] != '\0' && catalogue_site(c, a->site) == NULL)
        return fault_set(why, ERR_RANGE, "there is no site \"%s\"", a->site);
    return a->site[0] != '\0' || a->zone[0] != '\0'
               ? ERR_NONE
               : fault_set(why, ERR_RANGE, "say where: site=ID or zone=ID is needed");
}
