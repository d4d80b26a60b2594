#include "incident/shifts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seal/seal.h"

struct kept {
    struct shift is;
    struct shift_sheet *sheet; /* held; NULL: none */
};

/* One more of each than there may be: what is let go goes when the act is recorded. */
struct shifts {
    struct kept list[SHIFTS_MAX + 1]; /* by when they were taken */
    size_t count;
    struct shift_entry entries[SHIFTS_ENTRIES_MAX + 1]; /* those of a shift in their order */
    size_t entry_count;
    uint64_t generation;
    struct shifts_news news;
    struct shift before;       /* the first of the changed, as it was */
    struct shift_sheet *sheet; /* likewise its sheet, held while the act may be undone */
    size_t forget[3];          /* indices, falling, of shifts to let go with it */
    size_t forget_count;
    size_t sheet_of; /* index + 1 of the one whose sheet is let go; 0: none */
    bool began;      /* the act began one */
};

struct shifts *shifts_new(void)
{
    return calloc(1, sizeof(struct shifts));
}

void shifts_free(struct shifts *s)
{
    if (s == NULL)
        return;
    shift_sheet_drop(s->sheet);
    for (size_t i = 0; i < s->count; i++)
        shift_sheet_drop(s->list[i].sheet);
    free(s);
}

const struct shifts_news *shifts_news(const struct shifts *s)
{
    return &s->news;
}

uint64_t shifts_generation(const struct shifts *s)
{
    return s->generation;
}

uint64_t shifts_sheet_key(uint64_t shift)
{
    char text[40];

    (void)snprintf(text, sizeof text, "shift sheet %" PRIu64, shift);
    return seal_key63(text);
}

/* ---- looking ---- */

static struct kept *find(const struct shifts *s, uint64_t id)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].is.id == id)
            return (struct kept *)&s->list[i];
    return NULL;
}

static const struct shift_entry *find_entry(const struct shifts *s, uint64_t id)
{
    for (size_t i = 0; i < s->entry_count; i++)
        if (s->entries[i].id == id)
            return &s->entries[i];
    return NULL;
}

static bool is_on(const struct shift *s)
{
    return s->state <= SHIFT_OFFERED;
}

static struct kept *current(const struct shifts *s, const char *supplier)
{
    for (size_t i = 0; i < s->count; i++)
        if (is_on(&s->list[i].is) && strcmp(s->list[i].is.supplier, supplier) == 0)
            return (struct kept *)&s->list[i];
    return NULL;
}

/* ---- room ---- */

static size_t entries_of(const struct shifts *s, uint64_t shift)
{
    size_t n = 0;

    for (size_t i = 0; i < s->entry_count; i++)
        n += s->entries[i].shift == shift;
    return n;
}

static bool goes_already(const struct shifts *s, size_t i)
{
    for (size_t k = 0; k < s->forget_count; k++)
        if (s->forget[k] == i)
            return true;
    return false;
}

/* The one that has been over for longest; not the one that is just left.  False: there is none. */
static bool oldest_over(const struct shifts *s, const struct kept *but, size_t *out)
{
    bool found = false;

    for (size_t i = 0; i < s->count; i++) {
        const struct kept *k = &s->list[i];
        if (is_on(&k->is) || k == but || goes_already(s, i))
            continue;
        if (!found || k->is.ended.ms < s->list[*out].is.ended.ms)
            *out = i;
        found = true;
    }
    return found;
}

static bool let_one_go(struct shifts *s, const struct kept *but)
{
    struct shifts_news *n = &s->news;
    size_t i = 0;

    if (s->forget_count == 2 || !oldest_over(s, but, &i))
        return false;
    n->gone[n->gone_count++] = s->list[i].is.id;
    if (s->list[i].sheet != NULL)
        n->gone[n->gone_count++] = shifts_sheet_key(s->list[i].is.id);
    for (size_t k = 0; k < s->entry_count; k++)
        if (s->entries[k].shift == s->list[i].is.id && n->gone_count < SHIFTS_GONE_MAX - 3)
            n->gone[n->gone_count++] = s->entries[k].id;
    s->forget[s->forget_count++] = i;
    return true;
}

/* Shifts and entries that there are when what goes is gone. */
static size_t entries_then(const struct shifts *s)
{
    size_t n = s->entry_count;

    for (size_t k = 0; k < s->forget_count; k++)
        n -= entries_of(s, s->list[s->forget[k]].is.id);
    return n;
}

/* For an entry, and perhaps for the shift that begins with it. */
static enum err make_room(struct shifts *s, bool begins, const struct kept *but, struct fault *why)
{
    s->forget_count = s->sheet_of = 0;
    s->news.gone_count = 0;
    while ((begins && s->count - s->forget_count >= SHIFTS_MAX) || entries_then(s) >= SHIFTS_ENTRIES_MAX)
        if (!let_one_go(s, but))
            return fault_set(why, ERR_FULL, "no room for more of the shift log: hand shifts over first");
    return ERR_NONE;
}

/* The oldest sheet goes where there are too many. */
static void make_room_for_sheet(struct shifts *s, const struct kept *but)
{
    struct shifts_news *n = &s->news;
    size_t held = 0, oldest = s->count;

    for (size_t i = 0; i < s->count; i++) {
        if (s->list[i].sheet == NULL || &s->list[i] == but || goes_already(s, i))
            continue;
        held++;
        if (oldest == s->count || s->list[i].sheet->made.ms < s->list[oldest].sheet->made.ms)
            oldest = i;
    }
    if (held < SHIFTS_SHEETS_MAX)
        return;
    n->gone[n->gone_count++] = shifts_sheet_key(s->list[oldest].is.id);
    s->sheet_of = oldest + 1;
}

/* ---- what people want ---- */

static bool same_act(const struct shift_entry *e, const struct shift_act *a)
{
    const struct shift_entry *w = &a->entry;
    bool same_kind = e->kind == a->kind || (e->kind == SHIFT_RELIEF && a->kind == SHIFT_TAKEN);
    bool begins = a->kind == SHIFT_TAKEN || a->kind == SHIFT_ACCEPTED;

    return same_kind && (begins || w->shift == 0 || w->shift == e->shift) &&
           (w->claimed.ms == 0 || w->claimed.ms == e->claimed.ms) && w->corrects == e->corrects &&
           w->incident == e->incident && strcmp(w->who, e->who) == 0 && strcmp(w->to, e->to) == 0 &&
           strcmp(w->site, e->site) == 0 && strcmp(w->point, e->point) == 0 && strcmp(w->text, e->text) == 0;
}

static enum err again(const struct shifts *s, const struct shift_entry *was, const struct shift_act *act,
                      struct shift_told *told, struct fault *why)
{
    const struct kept *k = find(s, was->shift);

    if (k == NULL || !same_act(was, act) || (act->kind == SHIFT_ACCEPTED && k->is.before != act->entry.shift))
        return fault_say(why, ERR_STATE, "mã này đã dùng cho việc khác",
                         "this key was used before, for something else");
    *told = (struct shift_told){ k->is, *was };
    return ERR_NONE;
}

static enum err check_time(const struct shift_act *act, struct wall now, struct fault *why)
{
    int64_t at = act->entry.claimed.ms;

    if (at == 0)
        return ERR_NONE;
    if (at > now.ms + SHIFT_AHEAD_MS)
        return fault_say(why, ERR_RANGE, "giờ ghi còn ở phía trước", "that time is still to come");
    if (at < now.ms - SHIFT_BACK_MS)
        return fault_say(why, ERR_RANGE, "giờ ghi đã quá 7 ngày", "that time is more than 7 days ago");
    return ERR_NONE;
}

/* Who begins, and what is over with that: NULL, nobody was on. */
static enum err check_taking(const struct shifts *s, const struct shift_act *act, struct kept **over,
                             struct fault *why)
{
    struct kept *k = current(s, act->supplier);

    *over = k;
    if (k == NULL)
        return ERR_NONE;
    if (strcmp(k->is.who, act->entry.who) == 0)
        return fault_say(why, ERR_STATE, "bạn đang trực ca này", "you are on already");
    if (!act->leads)
        return fault_say(why, ERR_STATE, "ca đang có người trực: người đó giao ca, hoặc trưởng ca nhận thay",
                         "%s is on: they hand over, or who leads the shift takes it", k->is.who);
    if (act->entry.text[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi lý do nhận ca không qua bàn giao",
                         "a reason is needed to take a shift that was not handed over");
    return ERR_NONE;
}

static enum err check_accepting(const struct shifts *s, const struct shift_act *act, struct kept **over,
                                struct fault *why)
{
    struct kept *k = find(s, act->entry.shift);

    *over = k;
    if (k == NULL)
        return fault_set(why, ERR_MISSING, "there is no such shift");
    if (k->is.state != SHIFT_OFFERED)
        return fault_say(why, ERR_STATE, "ca này chưa được giao hoặc đã được nhận",
                         "this shift is not handed over, or was accepted already");
    if (strcmp(k->is.to, act->entry.who) != 0)
        return fault_say(why, ERR_DENIED, "ca được giao cho người khác", "the shift is handed over to %s",
                         k->is.to);
    return ERR_NONE;
}

/* The shift that something is written into. */
static enum err check_writing(const struct shifts *s, const struct shift_act *act, struct kept **into,
                              struct fault *why)
{
    struct kept *k = act->entry.shift == 0 ? current(s, act->supplier) : find(s, act->entry.shift);
    size_t most = act->kind == SHIFT_NOTE ? SHIFT_LOG_MAX - 20 : SHIFT_LOG_MAX;

    *into = k;
    if (k == NULL && act->entry.shift == 0)
        return fault_say(why, ERR_STATE, "chưa có ai nhận ca", "nobody is on: take the shift first");
    if (k == NULL)
        return fault_set(why, ERR_MISSING, "there is no such shift");
    if (!is_on(&k->is))
        return fault_say(why, ERR_STATE, "ca này đã kết thúc", "this shift is over");
    if (k->is.entries >= most)
        return fault_say(why, ERR_STATE, "sổ ca đã đầy: hãy giao ca",
                         "the log of this shift is full: hand it over");
    return ERR_NONE;
}

static enum err check_note(const struct shifts *s, const struct shift_act *act, const struct kept *into,
                           struct fault *why)
{
    const struct shift_entry *was = act->entry.corrects == 0 ? NULL : find_entry(s, act->entry.corrects);
    const struct kept *of = was == NULL ? NULL : find(s, was->shift);

    if (act->entry.text[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi nội dung", "an entry has words");
    if (act->entry.corrects != 0 && (of == NULL || strcmp(of->is.supplier, into->is.supplier) != 0))
        return fault_set(why, ERR_MISSING, "there is no such entry");
    return ERR_NONE;
}

static enum err check_offer(const struct shift_act *act, const struct kept *k, struct fault *why)
{
    if (strcmp(k->is.who, act->entry.who) != 0 && !act->leads)
        return fault_say(why, ERR_DENIED, "chỉ người đang trực hoặc trưởng ca được giao ca",
                         "%s is on: they hand over, or who leads the shift", k->is.who);
    if (act->entry.to[0] == '\0')
        return fault_say(why, ERR_RANGE, "cần ghi người nhận ca", "somebody must be named to hand over to");
    if (strcmp(k->is.who, act->entry.to) == 0)
        return fault_say(why, ERR_RANGE, "không thể giao ca cho chính người đang trực",
                         "a shift is not handed over to who is on");
    return ERR_NONE;
}

/* ---- what follows ---- */

static struct shift_entry *add_entry(struct shifts *s, const struct shift_act *act, struct kept *k,
                                     enum shift_kind kind, struct wall now)
{
    struct shift_entry *e = &s->entries[s->entry_count++];

    *e = act->entry;
    e->id = shift_entry_id(e->key);
    e->shift = k->is.id;
    e->kind = (uint8_t)kind;
    e->n = ++k->is.entries;
    e->recorded = now;
    if (e->claimed.ms == 0)
        e->claimed = now;
    s->news.entry = *e;
    return e;
}

static void note_change(struct shifts *s, const struct kept *k)
{
    s->news.changed[s->news.changed_count++] = k->is;
}

/* over: what ends with that; NULL: nothing. */
static struct kept *begin(struct shifts *s, const struct shift_act *act, struct kept *over, struct wall now)
{
    struct kept *k = &s->list[s->count++];

    *k = (struct kept){ .is = { .id = shift_id(act->entry.key),
                                .before = over == NULL ? 0 : over->is.id,
                                .leads = act->leads,
                                .taken = now,
                                .from = act->entry.claimed.ms == 0 ? now : act->entry.claimed } };
    (void)snprintf(k->is.supplier, sizeof k->is.supplier, "%s",
                   over == NULL ? act->supplier : over->is.supplier);
    (void)snprintf(k->is.who, sizeof k->is.who, "%s", act->entry.who);
    s->began = true;
    if (over == NULL)
        return k;
    s->before = over->is;
    over->is.state = act->kind == SHIFT_ACCEPTED ? SHIFT_HANDED : SHIFT_RELIEVED;
    over->is.ended = now;
    note_change(s, over);
    return k;
}

static enum err start_one(struct shifts *s, const struct shift_act *act, struct wall now,
                          struct shift_told *told, struct fault *why)
{
    struct kept *over, *k;
    enum shift_kind kind;
    enum err rc =
        act->kind == SHIFT_TAKEN ? check_taking(s, act, &over, why) : check_accepting(s, act, &over, why);

    if (rc == ERR_NONE && find(s, shift_id(act->entry.key)) != NULL)
        rc = fault_say(why, ERR_STATE, "mã này đã dùng cho việc khác",
                       "this key was used before, for something else");
    if (rc == ERR_NONE)
        rc = make_room(s, true, over, why);
    if (rc != ERR_NONE)
        return rc;
    kind = act->kind == SHIFT_ACCEPTED ? SHIFT_ACCEPTED : over == NULL ? SHIFT_TAKEN : SHIFT_RELIEF;
    k = begin(s, act, over, now);
    told->entry = *add_entry(s, act, k, kind, now);
    note_change(s, k);
    told->is = k->is;
    return ERR_NONE;
}

static void offer(struct shifts *s, const struct shift_act *act, struct kept *k, struct wall now)
{
    k->is.state = SHIFT_OFFERED;
    k->is.offered = now;
    (void)snprintf(k->is.to, sizeof k->is.to, "%s", act->entry.to);
    if (act->sheet == NULL)
        return;
    make_room_for_sheet(s, k);
    act->sheet->shift = k->is.id;
    s->sheet = k->sheet; /* held until it is recorded */
    k->sheet = shift_sheet_hold(act->sheet);
    s->news.sheet = k->sheet;
}

static enum err write_down(struct shifts *s, const struct shift_act *act, struct wall now,
                           struct shift_told *told, struct fault *why)
{
    struct kept *k = NULL;
    enum err rc = check_writing(s, act, &k, why);

    if (rc != ERR_NONE || k == NULL)
        return rc;
    rc = act->kind == SHIFT_NOTE ? check_note(s, act, k, why) : check_offer(act, k, why);
    if (rc == ERR_NONE)
        rc = make_room(s, false, k, why);
    if (rc != ERR_NONE)
        return rc;
    s->before = k->is;
    if (act->kind == SHIFT_OFFER)
        offer(s, act, k, now);
    told->entry = *add_entry(s, act, k, (enum shift_kind)act->kind, now);
    note_change(s, k);
    told->is = k->is;
    return ERR_NONE;
}

enum err shifts_act(struct shifts *s, const struct shift_act *act, struct wall now, bool *known,
                    struct shift_told *told, struct fault *why)
{
    const struct shift_entry *was = find_entry(s, shift_entry_id(act->entry.key));
    enum err rc;

    *known = was != NULL;
    if (was != NULL)
        return again(s, was, act, told, why);
    rc = check_time(act, now, why);
    if (rc != ERR_NONE)
        return rc;
    s->news.changed_count = 0;
    s->news.sheet = NULL;
    s->began = false;
    s->before.id = 0;
    rc = act->kind == SHIFT_TAKEN || act->kind == SHIFT_ACCEPTED ? start_one(s, act, now, told, why)
                                                                 : write_down(s, act, now, told, why);
    if (rc == ERR_NONE)
        s->generation++;
    else
        s->news.gone_count = s->forget_count = s->sheet_of = 0;
    return rc;
}

static void settled(struct shifts *s)
{
    s->news.changed_count = s->news.gone_count = s->forget_count = s->sheet_of = 0;
    s->news.sheet = NULL;
    s->began = false;
}

void shifts_undo(struct shifts *s)
{
    struct kept *k;

    if (s->news.changed_count == 0)
        return;
    s->entry_count--;
    if (s->began)
        s->count--;
    k = s->before.id == 0 ? NULL : find(s, s->before.id);
    if (k != NULL && s->news.sheet != NULL) {
        shift_sheet_drop(k->sheet);
        k->sheet = s->sheet;
        s->sheet = NULL;
    }
    if (k != NULL)
        k->is = s->before;
    s->generation++;
    settled(s);
}

static void forget_entries(struct shifts *s, uint64_t shift)
{
    size_t n = 0;

    for (size_t i = 0; i < s->entry_count; i++)
        if (s->entries[i].shift != shift)
            s->entries[n++] = s->entries[i];
    s->entry_count = n;
}

static void forget_shift(struct shifts *s, size_t i)
{
    forget_entries(s, s->list[i].is.id);
    shift_sheet_drop(s->list[i].sheet);
    s->count--;
    memmove(&s->list[i], &s->list[i + 1], (s->count - i) * sizeof s->list[0]);
}

void shifts_recorded(struct shifts *s)
{
    if (s->news.changed_count == 0)
        return;
    if (s->news.sheet != NULL) {
        shift_sheet_drop(s->sheet);
        s->sheet = NULL;
    }
    if (s->sheet_of > 0) {
        shift_sheet_drop(s->list[s->sheet_of - 1].sheet);
        s->list[s->sheet_of - 1].sheet = NULL;
    }
    if (s->forget_count == 2 && s->forget[0] < s->forget[1]) { /* the later one first: places hold */
        size_t first = s->forget[0];
        s->forget[0] = s->forget[1];
        s->forget[1] = first;
    }
    for (size_t k = 0; k < s->forget_count; k++)
        forget_shift(s, s->forget[k]);
    settled(s);
}

/* ---- restart ---- */

/* Its sheet may have come before it, and waits in a place of its own. */
void shifts_restore(struct shifts *s, const struct shift *is)
{
    struct kept *k = find(s, is->id);

    if (k == NULL && s->count < SHIFTS_MAX)
        k = &s->list[s->count++];
    if (k != NULL)
        k->is = *is;
}

void shifts_restore_entry(struct shifts *s, const struct shift_entry *e)
{
    if (s->entry_count < SHIFTS_ENTRIES_MAX && find_entry(s, e->id) == NULL)
        s->entries[s->entry_count++] = *e;
}

void shifts_restore_sheet(struct shifts *s, struct shift_sheet *sheet)
{
    struct kept *k = find(s, sheet->shift);

    if (k == NULL && s->count < SHIFTS_MAX) {
        k = &s->list[s->count++];
        *k = (struct kept){ .is = { .id = sheet->shift } };
    }
    if (k == NULL || k->sheet != NULL)
        shift_sheet_drop(sheet);
    else
        k->sheet = sheet;
}

static int compare_taken(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;

    if (x->is.taken.ms != y->is.taken.ms)
        return x->is.taken.ms < y->is.taken.ms ? -1 : 1;
    return (x->is.id > y->is.id) - (x->is.id < y->is.id);
}

static int compare_entries(const void *a, const void *b)
{
    const struct shift_entry *x = a, *y = b;

    if (x->shift != y->shift)
        return x->shift < y->shift ? -1 : 1;
    return (int)x->n - (int)y->n;
}

/* A sheet whose shift did not come, and an entry likewise, are nobody's. */
static void drop_strays(struct shifts *s)
{
    size_t n = 0;

    for (size_t i = s->count; i-- > 0;)
        if (s->list[i].is.who[0] == '\0')
            forget_shift(s, i);
    for (size_t i = 0; i < s->entry_count; i++)
        if (find(s, s->entries[i].shift) != NULL)
            s->entries[n++] = s->entries[i];
    s->entry_count = n;
}

void shifts_resume(struct shifts *s)
{
    drop_strays(s);
    qsort(s->list, s->count, sizeof s->list[0], compare_taken);
    qsort(s->entries, s->entry_count, sizeof s->entries[0], compare_entries);
    s->generation++;
}

struct shift_list *shifts_freeze(const struct shifts *s)
{
    struct shift_list *l = shift_list_new(s->count, s->entry_count);

    if (l == NULL)
        return NULL;
    l->generation = s->generation;
    for (size_t i = 0; i < s->count; i++) {
        l->shifts[i] = s->list[s->count - 1 - i].is;
        l->sheets[i] = shift_sheet_hold(s->list[s->count - 1 - i].sheet);
    }
    memcpy(l->entries, s->entries, s->entry_count * sizeof *l->entries);
    return l;
}
