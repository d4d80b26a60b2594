/* A shift: who is on for a supplier, since when, and to whom it was handed over; the log that is written in
 * it; the hand-over sheet as it was.  An entry of the log is never changed: a correction is a new entry that
 * names the one it corrects. */
#ifndef MODEL_SHIFT_H
#define MODEL_SHIFT_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "model/hand.h"
#include "model/world.h"

/* The numbers of both enums are stored: add at the end, never renumber. */
enum shift_state {
    SHIFT_ON,
    SHIFT_OFFERED,  /* handed over, not yet accepted: who is on is still on */
    SHIFT_HANDED,   /* accepted: over */
    SHIFT_RELIEVED, /* over without a hand-over: somebody who leads took it */
    SHIFT_STATE_COUNT
};
extern const char *const SHIFT_STATES[]; /* NULL-terminated: the words of the API, likewise the next */

enum shift_kind {
    SHIFT_TAKEN,    /* begins: nobody was on */
    SHIFT_NOTE,     /* somebody writes something down */
    SHIFT_OFFER,    /* who is on hands over to somebody */
    SHIFT_ACCEPTED, /* begins: it was handed over */
    SHIFT_RELIEF,   /* begins: it was taken from who was on */
    SHIFT_KIND_COUNT
};
extern const char *const SHIFT_KINDS[];

enum { SHIFT_TEXT_MAX = 1001 };
/* So many entries a shift has at most, its end included; so large is a sheet. */
enum { SHIFT_LOG_MAX = 200, SHIFT_SHEET_MAX = 96 * 1024 };

struct shift {
    uint64_t id;
    uint64_t before;        /* the one it follows; 0: none is known */
    uint8_t state;          /* enum shift_state */
    bool leads;             /* who is on leads the shift */
    uint16_t entries;       /* of its log so far */
    struct wall from;       /* since when, as is claimed */
    struct wall taken;      /* when that was recorded */
    struct wall offered;    /* .ms == 0: it was not handed over, likewise the next */
    struct wall ended;      /* accepted, or taken by another */
    char supplier[ID_MAX];  /* whose; "": of the whole node */
    char who[HAND_WHO_MAX]; /* the name of the account */
    char to[HAND_WHO_MAX];  /* to whom it is handed over; "": nobody */
};

struct shift_entry {
    uint64_t id;
    uint64_t shift;
    uint64_t corrects; /* an earlier entry; 0: none */
    uint64_t incident; /* 0: none */
    uint16_t n;        /* 1, 2, ... in its shift */
    uint8_t kind;      /* enum shift_kind */
    struct wall claimed, recorded;
    char key[HAND_KEY_MAX]; /* the teller's own name for it: told twice is told once */
    char who[HAND_WHO_MAX];
    char to[HAND_WHO_MAX];            /* of an offer */
    char site[ID_MAX], point[ID_MAX]; /* "": none */
    char text[SHIFT_TEXT_MAX];
};

/* The same for the same key, on every node. */
uint64_t shift_id(const char *key);
uint64_t shift_entry_id(const char *key);

/* The hand-over sheet of a shift, as it was when it was handed over: a text of serve/shift_sheet.h, kept
 * without looking inside.  Immutable, counted. */
struct shift_sheet {
    atomic_uint holders;
    uint64_t shift;
    struct wall made;
    size_t len;
    char text[]; /* NUL-terminated */
};

struct shift_sheet *shift_sheet_new(const char *text,
                                    size_t len);             /* one holder; NULL: no memory, too large */
struct shift_sheet *shift_sheet_hold(struct shift_sheet *s); /* NULL is fine, likewise the next */
void shift_sheet_drop(struct shift_sheet *s);

/* What people want. */
struct shift_act {
    uint8_t kind;              /* SHIFT_TAKEN (or relief), _NOTE, _OFFER or _ACCEPTED */
    bool leads;                /* they lead the shift */
    char supplier[ID_MAX];     /* of SHIFT_TAKEN */
    struct shift_entry entry;  /* what they say: shift, corrects, incident, claimed, key ... text */
    struct shift_sheet *sheet; /* of SHIFT_OFFER */
};

/* What became of it, for the answer. */
struct shift_told {
    struct shift is;
    struct shift_entry entry;
};

/* The shifts of a node at one moment: immutable, counted. */
struct shift_list {
    atomic_uint holders;
    uint64_t generation; /* another one is another list */
    size_t shift_count, entry_count;
    struct shift *shifts;        /* the newest first */
    struct shift_sheet **sheets; /* beside them, held; NULL: none is in memory */
    struct shift_entry *entries; /* those of a shift in their order */
};

/* One holder, room for so many.  NULL without memory. */
struct shift_list *shift_list_new(size_t shifts, size_t entries);
struct shift_list *shift_list_hold(struct shift_list *l); /* NULL is fine, likewise the next */
void shift_list_drop(struct shift_list *l);
const struct shift *shift_list_find(const struct shift_list *l, uint64_t id, struct shift_sheet **sheet);
/* The one that is on for that supplier, NULL: nobody is. */
const struct shift *shift_list_current(const struct shift_list *l, const char *supplier);

/* As kept and delivered: says how long it is, a later version may add to its end.  A reader takes one from
 * *at and moves it; ERR_SHORT, ERR_RANGE: it is none. */
void shift_write(struct strbuf *to, const struct shift *s);
MUST_USE enum err shift_read(const unsigned char **at, const unsigned char *end, struct shift *out);
void shift_entry_write(struct strbuf *to, const struct shift_entry *e);
MUST_USE enum err shift_entry_read(const unsigned char **at, const unsigned char *end,
                                   struct shift_entry *out);
/* What a sheet is read as: its text lies in the bytes that were read. */
struct shift_sheet_bytes {
    uint64_t shift;
    struct wall made;
    const char *text;
    size_t len;
};
void shift_sheet_write(struct strbuf *to, const struct shift_sheet *s);
MUST_USE enum err shift_sheet_read(const unsigned char **at, const unsigned char *end,
                                   struct shift_sheet_bytes *out);

#endif
