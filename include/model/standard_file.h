/* Limit sets as their files say them: reads into a catalogue, reports every mistake with its place, prints.
 */
#ifndef MODEL_STANDARD_FILE_H
#define MODEL_STANDARD_FILE_H

#include "base/strbuf.h"
#include "conf/table.h"
#include "model/catalogue.h"

struct standards_reader; /* what was named where, over all files */

/* Borrows the catalogue for its life. */
MUST_USE enum err standards_reader_new(struct standards_reader **out, struct catalogue *c);
void standards_reader_free(struct standards_reader *r); /* NULL is fine */

/* One file, one set.  The file stays open until standards_finish.  The outcome is in m->mistakes, but for
 * ERR_MEMORY. */
MUST_USE enum err standards_read(struct standards_reader *r, const struct conf_node *root,
                                 struct conf_mistakes *m);
/* After the last file: sets of one series must follow each other, day upon day. */
void standards_finish(struct standards_reader *r, struct conf_mistakes *m);

/* Appends the sets as a list that tells all of them, not as files. */
void standards_print(const struct catalogue *c, struct strbuf *to);

struct standards_table {
    const char *title;
    const struct conf_setting *rows;
    size_t count;
};
size_t standards_tables(const struct standards_table **out);

#endif
