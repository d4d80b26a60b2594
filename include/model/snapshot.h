/* The present: one reading per point, in counted, immutable snapshots that share unchanged pages.
 *
 * One thread owns the board and changes it; snapshot_freeze() gives everyone else a picture that never
 * changes.  A page is copied only when it is changed while a snapshot still holds it. */
#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "model/catalogue.h"
#include "model/reading.h"

enum { SNAPSHOT_PAGE = 256 };

struct present {
    struct reading reading;
    uint64_t generation; /* of the snapshot in which it last changed; 1 is the first */
};

struct snapshot; /* counted, immutable */
struct board;    /* one owner */

/* One reading per point of the catalogue, which the board and its snapshots hold.  All points start as bad,
 * never read. */
MUST_USE enum err board_new(struct board **out, struct catalogue *c, struct fault *why);
/* One whose first freeze carries that generation. */
MUST_USE enum err board_from(struct board **out, struct catalogue *c, uint64_t generation, struct fault *why);
/* A board that takes the place of another: its generations go on from there, and every point counts as
 * changed. */
MUST_USE enum err board_after(struct board **out, struct catalogue *c, const struct board *before,
                              struct fault *why);
void board_free(struct board *b);
/* Replaces the point's reading; a reading equal in value, quality and time changes nothing.  Nor does one
 * that is bad for the same reason as the last: pictures that follow have its time, and none is made for it.
 * ERR_MEMORY: the page could not be copied, the change is lost. */
MUST_USE enum err board_set(struct board *b, const struct reading *r);
const struct reading *board_get(const struct board *b, uint32_t point);
/* Gives the next snapshot (generation + 1), or NULL when nothing changed since the last or there is no
 * memory. */
struct snapshot *board_freeze(struct board *b, struct wall at);
/* The generation that the next freeze will carry. */
uint64_t board_generation(const struct board *b);

/* Any thread. */
struct snapshot *snapshot_hold(struct snapshot *s); /* one more holder */
void snapshot_drop(struct snapshot *s);             /* NULL is fine */
uint64_t snapshot_generation(const struct snapshot *s);
struct wall snapshot_at(const struct snapshot *s);
size_t snapshot_points(const struct snapshot *s);
/* What its points are; lives as long as the snapshot does. */
struct catalogue *snapshot_catalogue(const struct snapshot *s);
/* The first generation of that catalogue: what was seen before it cannot be brought up to date by changes. */
uint64_t snapshot_first(const struct snapshot *s);
const struct present *snapshot_point(const struct snapshot *s, uint32_t point);
/* Newest generation on the page that holds `point`: whole pages can be skipped when looking for changes. */
uint64_t snapshot_page_generation(const struct snapshot *s, uint32_t point);

#endif
