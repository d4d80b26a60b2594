/* Rules as plant files say them, at a site, a device or a point: reads into a catalogue, reports every
 * mistake with its place, prints.
 *
 * A rule is known by its id.  What is said of it at a site holds for the devices and points there, until one
 * says otherwise; said at a site or a device it is for all points there, or those of its parameter. */
#ifndef MODEL_RULE_FILE_H
#define MODEL_RULE_FILE_H

#include "base/strbuf.h"
#include "conf/table.h"
#include "model/catalogue.h"

struct rules_reader;

/* Borrows the catalogue for its life. */
MUST_USE enum err rules_reader_new(struct rules_reader **out, struct catalogue *c);
void rules_reader_free(struct rules_reader *r); /* NULL is fine */

/* One list, NULL is fine; the file stays open until rules_finish.  ERR_MEMORY. */
MUST_USE enum err rules_of_site(struct rules_reader *r, uint32_t site, const struct conf_node *list);
MUST_USE enum err rules_of_device(struct rules_reader *r, const char *device, const struct conf_node *list);
MUST_USE enum err rules_of_point(struct rules_reader *r, uint32_t point, const struct conf_node *list);

/* After the last file, all points being known: a rule for each point it is meant for, and one on the limits
 * for each point that is held to them and has none.  Seals the catalogue first.  The outcome is in *m, but
 * for ERR_MEMORY. */
MUST_USE enum err rules_finish(struct rules_reader *r, struct conf_mistakes *m);

/* Appends "rules:" and what the point has, as they are after inheritance; nothing when it has none. */
void rules_print(const struct catalogue *c, uint32_t point, unsigned indent, struct strbuf *to);

struct rules_table {
    const char *title;
    const struct conf_setting *rows;
    size_t count;
};
size_t rules_tables(const struct rules_table **out);

#endif
