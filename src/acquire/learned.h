/* What a device taught about its own map: pure.  How many registers it gives at most, between which registers
 * a request must end, which registers it does not have.  Bounded; kept over restarts by learned_file.h. */
#ifndef LEARNED_H
#define LEARNED_H

#include "acquire/field.h"
#include "base/strbuf.h"

enum { LEARNED_MAX = 256 };

enum lesson_kind {
    LESSON_CUT,     /* no request reaches over the beginning of this register */
    LESSON_MISSING, /* refused whenever asked, alone and repeatedly */
    LESSON_KIND_COUNT
};

struct lesson {
    uint8_t kind, function;
    uint16_t address;
};

struct learned {
    uint16_t most; /* registers in one answer; 0: as many as the settings say */
    uint16_t count;
    struct lesson list[LEARNED_MAX];
};

/* False when it is known already, or there is no room: then what was refused goes on being refused. */
bool learned_add(struct learned *l, struct lesson what);
bool learned_has(const struct learned *l, struct lesson what);
void learned_drop(struct learned *l, struct lesson what);
unsigned learned_count(const struct learned *l, enum lesson_kind kind);

/* Names everything about a device that its lessons depend on: another key, other lessons. */
uint64_t learned_key(const struct wire_settings *w, const struct device *d);

/* Lines of text, nothing when nothing was learned. */
void learned_write(const struct learned *l, struct strbuf *to);
/* One such line without its end; false when it is none. */
bool learned_read_line(struct learned *l, const char *line);

#endif
