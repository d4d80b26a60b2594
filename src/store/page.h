/* A page of a node's present as it stands in the database, for other nodes to read.  Pure.
 *
 *     1 byte   version: 1
 *     2 bytes  how many points, at most 256
 *     8 bytes  base: ms since 1970
 *     each     8 bytes key; the time less the base in ms, zigzag, 7 bits a byte, low ones first, bit 7: more;
 *              1 byte quality, bit 7: there is a value; 1 byte reason; 8 bytes the value
 *
 * Little-endian; qualities and reasons are the numbers of model/quality.h.  An empty body has no points.  A
 * program that meets another version leaves the page alone. */
#ifndef STORE_PAGE_H
#define STORE_PAGE_H

#include "base/strbuf.h"
#include "model/snapshot.h"

enum { PAGE_VERSION = 1, PAGE_BYTES_MAX = 11 + SNAPSHOT_PAGE * (8 + 10 + 2 + 8) };

/* Appends page number `page` of the snapshot. */
void page_write(const struct snapshot *s, size_t page, struct strbuf *to);
/* Visits its readings; their `point` is not set.  ERR_RANGE: no page of this version, or damaged: what was
 * visited before is right. */
MUST_USE enum err page_read(const void *body, size_t len,
                            void (*visit)(void *self, uint64_t key, const struct reading *r), void *self);

#endif
