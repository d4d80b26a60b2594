/* Who makes the texts of a report out of rows: asked by a worker of the store, between its reading and its
 * writing. */
#ifndef PORTS_REPORT_MAKER_H
#define PORTS_REPORT_MAKER_H

#include "base/strbuf.h"
#include "model/report.h"

struct report_maker {
    void *self;
    /* Begins one: gives the points of this node whose water is asked for, as a JSON array of their keys as
     * texts, in *keys, and the parameters that are regulated, likewise. NULL: no memory.  What it gives is
     * ended by `end`. */
    void *(*begin)(void *self, const struct report_ask *ask, struct strbuf *keys, struct strbuf *parameters);
    /* Writes the texts whose bit (1 << format) is set in `formats`.  `is`: version 0 is a preview; gets its
     * node and the head of the record of acts. */
    enum err (*make)(void *job, const struct report_rows *rows, struct report_item *is, unsigned formats,
                     struct strbuf texts[REPORT_FORMAT_COUNT], struct fault *why);
    /* It is going to be stored under that id, with these hashes: may it?  Then that is on record. */
    enum err (*prepare)(void *job, const struct report_item *is, struct fault *why);
    /* It is stored. */
    void (*issued)(void *job, const struct report_item *is);
    void (*end)(void *job);
};

#endif
