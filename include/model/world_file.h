/* The world as a plant file says it: suppliers, areas, systems, sites, mains, zones.  Reads into a catalogue,
 * reports every mistake with its place, prints what it read. */
#ifndef MODEL_WORLD_FILE_H
#define MODEL_WORLD_FILE_H

#include "base/strbuf.h"
#include "conf/table.h"
#include "model/catalogue.h"

struct world_reader; /* what was named where, over all files */

/* Borrows the catalogue for its life. */
MUST_USE enum err world_reader_new(struct world_reader **out, struct catalogue *c);
void world_reader_free(struct world_reader *w); /* NULL is fine */

/* The sections of one plant file, NULL when not given: either supplier and system, to which all its sites
 * belong, or lists of both, and every site names its system. */
struct world_sections {
    const struct conf_node *root, *supplier, *system, *suppliers, *systems, *areas, *sites, *mains, *zones;
};

/* Suppliers, areas, systems, sites and mains at once; zones are kept until world_finish, when all points are
 * known. The file stays open until then.  The outcome is in m->mistakes, but for ERR_MEMORY. */
MUST_USE enum err world_read(struct world_reader *w, const struct world_sections *s, struct conf_mistakes *m);
/* A list of areas from a file of its own; the file stays open until world_finish. */
MUST_USE enum err world_read_areas(struct world_reader *w, const struct conf_node *list,
                                   struct conf_mistakes *m);
/* Zones, whose meters are points: seals the catalogue first. */
MUST_USE enum err world_finish(struct world_reader *w, struct conf_mistakes *m);
/* Index of a site by its id, by hash; NO_INDEX when there is none. */
uint32_t world_site(const struct world_reader *w, const char *id);

/* Appends the world as the sections of one plant file that reads back the same. */
void world_print(const struct catalogue *c, struct strbuf *to);

struct world_table {
    const char *title;
    const struct conf_setting *rows;
    size_t count;
};
size_t world_tables(const struct world_table **out);

#endif
