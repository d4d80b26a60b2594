/* Shifts and their log: decided, recorded in one piece, answered and shown when that is durable. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "base/json.h"
#include "pipeline_inner.h"

/* First bytes of what the journal keeps; no item of a lane, and nothing of others begins so. */
enum { TAG_SHIFT = 0xD1, TAG_ENTRY = 0xD2, TAG_SHEET = 0xD3 };

/* ---- the record of acts ---- */

static void id_member(struct json_out *j, const char *key, uint64_t id)
{
    char text[24];

    if (id == 0)
        return;
    (void)snprintf(text, sizeof text, "%016" PRIx64, id);
    json_member_text(j, key, text);
}

static void word_member(struct json_out *j, const char *key, const char *word)
{
    if (word[0] != '\0')
        json_member_text(j, key, word);
}

static void sheet_member(struct json_out *j, const struct shift_sheet *sheet)
{
    char text[2 * SEAL_HASH_BYTES + 1];
    struct seal_hash hash;

    if (sheet == NULL)
        return;
    hash = seal_hash(sheet->text, sheet->len);
    seal_hash_text(&hash, text);
    json_member_text(j, "sheet_blake2b", text);
}

static void person_of(char out[AUDIT_PERSON_MAX], const struct shift_entry *e)
{
    char all[2 * HAND_WHO_MAX + SHIFT_TEXT_MAX + 4];

    (void)snprintf(all, sizeof all, "%s%s%s%s%s", e->who, e->to[0] == '\0' ? "" : "\n", e->to,
                   e->text[0] == '\0' ? "" : "\n", e->text);
    acts_person(out, all);
}

void acts_of_shift(struct audit_entry *out, const struct shift_told *told, const struct shift_sheet *sheet,
                   const struct actor *by)
{
    static const char *const ACTIONS[SHIFT_KIND_COUNT] = { "shift.take", "shift.note", "shift.hand_over",
                                                           "shift.accept", "shift.relieve" };
    const struct shift_entry *e = &told->entry;
    struct strbuf b;
    struct json_out j;

    memset(out, 0, sizeof *out);
    out->by = *by;
    (void)snprintf(out->action, sizeof out->action, "%s", ACTIONS[e->kind]);
    (void)snprintf(out->subject, sizeof out->subject, "shift:%016" PRIx64, told->is.id);
    person_of(out->person, e);
    strbuf_init(&b, AUDIT_STATE_MAX - 1);
    json_out_init(&j, &b);
    json_open_object(&j);
    json_member_text(&j, "key", e->key);
    id_member(&j, "entry", e->id);
    json_member_time(&j, "at", e->claimed);
    word_member(&j, "supplier", told->is.supplier);
    word_member(&j, "site", e->site);
    word_member(&j, "point", e->point);
    id_member(&j, "corrects", e->corrects);
    sheet_member(&j, sheet);
    json_close_object(&j);
    (void)snprintf(out->after, sizeof out->after, "%s",
                   b.failed         ? "{\"too_long\":true}"
                   : b.text == NULL ? ""
                                    : b.text);
    strbuf_clear(&b);
}

/* ---- acts ---- */

static enum err keep(struct pipeline *p, const struct message_shift *m, struct promise *promise,
                     struct now now, struct fault *why)
{
    enum err rc = shifts_act(p->shifts, m->act, now.wall, &promise->known, promise->shift, why);

    if (rc != ERR_NONE || promise->known)
        return rc;
    acts_of_shift(&p->act, promise->shift, m->act->sheet, &m->by);
    rc = record_append_act(p, now, why);
    if (rc != ERR_NONE)
        shifts_undo(p->shifts);
    return rc;
}

static void free_act(struct shift_act *act)
{
    shift_sheet_drop(act->sheet);
    free(act);
}

void shift_desk_act(struct pipeline *p, struct message_shift *m, struct now now)
{
    struct promise promise = { .answer_shift = m->answer, .self = m->self };
    struct fault why = { .text = "" };
    enum err rc;

    promise.shift = calloc(1, sizeof *promise.shift);
    if (promise.shift == NULL)
        rc = fault_set(&why, ERR_MEMORY, "no memory to answer");
    else if (promises_full(&p->promises))
        rc = fault_set(&why, ERR_FULL, "too much is being told at once");
    else
        rc = keep(p, m, &promise, now, &why);
    free_act(m->act);
    if (rc != ERR_NONE) {
        free(promise.shift);
        m->answer(m->self, rc, false, NULL, &why);
        return;
    }
    promise.seq = p->last_seq;
    promises_add(&p->promises, &promise);
}

/* NOLINTBEGIN(clang-analyzer-unix.Malloc): the inbox has it then */
enum err pipeline_shift(struct pipeline *p, const struct shift_act *act, const struct actor *by,
                        void (*answer)(void *self, enum err code, bool known, const struct shift_told *is,
                                       const struct fault *why),
                        void *self, struct fault *why)
{
    struct message message = { .kind = MESSAGE_SHIFT, .shift = { malloc(sizeof *act), *by, answer, self } };
    enum err rc;

    if (message.shift.act == NULL)
        return fault_set(why, ERR_MEMORY, "no memory; nothing was done");
    *message.shift.act = *act;
    (void)shift_sheet_hold(act->sheet);
    rc = queue_put(p->inbox, &message);
    if (rc == ERR_NONE)
        return rc;
    free_act(message.shift.act);
    return fault_set(why, rc, "the inbox takes no more; nothing was done");
}
/* NOLINTEND(clang-analyzer-unix.Malloc) */

/* ---- the next record ---- */

void shift_desk_add_entries(struct pipeline *p)
{
    const struct shifts_news *n = shifts_news(p->shifts);

    if (n->changed_count == 0)
        return;
    for (size_t i = 0; i < n->changed_count; i++)
        body_add_shift(&p->events, &n->changed[i]);
    body_add_shift_entry(&p->events, &n->entry);
    if (n->sheet != NULL)
        body_add_shift_sheet(&p->events, n->sheet);
}

static void add_state(struct journal_state *states, size_t *ends, size_t *n, uint64_t key, size_t end)
{
    states[*n].key = key;
    ends[(*n)++] = end;
}

void shift_desk_add_states(struct pipeline *p, struct journal_state *states, size_t *ends, size_t *n)
{
    const struct shifts_news *news = shifts_news(p->shifts);
    struct strbuf *to = &p->states;

    if (news->changed_count == 0)
        return;
    for (size_t i = 0; i < news->gone_count; i++)
        add_state(states, ends, n, news->gone[i], to->len);
    for (size_t i = 0; i < news->changed_count; i++) {
        strbuf_putc(to, (char)TAG_SHIFT);
        shift_write(to, &news->changed[i]);
        add_state(states, ends, n, news->changed[i].id, to->len);
    }
    strbuf_putc(to, (char)TAG_ENTRY);
    shift_entry_write(to, &news->entry);
    add_state(states, ends, n, news->entry.id, to->len);
    if (news->sheet == NULL)
        return;
    strbuf_putc(to, (char)TAG_SHEET);
    shift_sheet_write(to, news->sheet);
    add_state(states, ends, n, shifts_sheet_key(news->sheet->shift), to->len);
}

static void restore_sheet(struct pipeline *p, const struct shift_sheet_bytes *b)
{
    struct shift_sheet *s = shift_sheet_new(b->text, b->len);

    if (s == NULL)
        return;
    s->shift = b->shift;
    s->made = b->made;
    shifts_restore_sheet(p->shifts, s);
}

bool shift_desk_restore(struct pipeline *p, const struct journal_state *state)
{
    const unsigned char *at = state->body, *end = at + state->len;
    struct shift is;
    struct shift_entry entry;
    struct shift_sheet_bytes sheet;

    if (state->len < 1 || *at < TAG_SHIFT || *at > TAG_SHEET)
        return false;
    switch (*at++) {
    case TAG_SHIFT:
        if (shift_read(&at, end, &is) == ERR_NONE)
            shifts_restore(p->shifts, &is);
        return true;
    case TAG_ENTRY:
        if (shift_entry_read(&at, end, &entry) == ERR_NONE)
            shifts_restore_entry(p->shifts, &entry);
        return true;
    default:
        if (shift_sheet_read(&at, end, &sheet) == ERR_NONE)
            restore_sheet(p, &sheet);
        return true;
    }
}

/* ---- as they are durable ---- */

static void freeze(struct pipeline *p)
{
    if (p->shifts_waiting != NULL || p->shifts_frozen == shifts_generation(p->shifts))
        return;
    p->shifts_waiting = shifts_freeze(p->shifts);
    if (p->shifts_waiting == NULL)
        return;
    p->shifts_frozen = p->shifts_waiting->generation;
    p->shifts_seq = p->last_seq;
}

static void show(struct pipeline *p)
{
    struct shift_list *old;

    (void)pthread_mutex_lock(&p->lock);
    old = p->shifts_shown;
    p->shifts_shown = p->shifts_waiting;
    (void)pthread_mutex_unlock(&p->lock);
    p->shifts_seen = p->shifts_seq;
    p->shifts_waiting = NULL;
    if (p->set.publish_shifts != NULL)
        p->set.publish_shifts(p->set.publish_self, p->shifts_shown);
    shift_list_drop(old);
}

uint64_t shift_desk_release(struct pipeline *p, uint64_t durable)
{
    for (freeze(p); p->shifts_waiting != NULL && durable >= p->shifts_seq; freeze(p))
        show(p);
    return shown_up_to(p->shifts_waiting == NULL && p->shifts_frozen == shifts_generation(p->shifts),
                       p->shifts_seen);
}

struct shift_list *pipeline_shifts(struct pipeline *p)
{
    struct shift_list *l;

    (void)pthread_mutex_lock(&p->lock);
    l = shift_list_hold(p->shifts_shown);
    (void)pthread_mutex_unlock(&p->lock);
    return l;
}
