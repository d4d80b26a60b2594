/* The hand-over sheet (sổ giao ca): what is open, silent, not as usual or late at one moment, of what is in
 * memory.  Made once as a plain text, which is what is kept with a hand-over; shown from that text, then and
 * later, as JSON and as a page to print.
 *
 * The text: lines of cells with tabs between.  "H", then supplier, who is on, 1 when they lead, since when,
 * to whom, when it was made; for each list "S", its name, how many there are, and for each row that found
 * room "R" and its cells, as the table of columns in shift_sheet.c names them.  A cell that is empty is not
 * known. */
#ifndef SERVE_SHIFT_SHEET_H
#define SERVE_SHIFT_SHEET_H

#include "base/json.h"
#include "face.h"
#include "model/shift.h"

/* What it is made of.  Borrows all; what is NULL is listed as nothing. */
struct sheet_from {
    const struct shift *shift;
    const char *to; /* "": nobody yet */
    const struct shift_list *shifts;
    const struct incident_list *incidents;
    const struct alarm_list *alarms;
    const struct snapshot *snapshot;
    const struct catalogue *catalogue;
    struct wall now;
};

/* Of what the shift's supplier has.  At most SHIFT_SHEET_MAX bytes: lists are cut until it fits, and say how
 * many there are.  False: no memory. */
bool shift_sheet_make(struct face *f, const struct sheet_from *from, struct strbuf *out);
/* Members of an object that is open; a line that is none of the above is passed over. */
void shift_sheet_json(struct json_out *j, const char *text);
/* The page, Vietnamese, as the office is that keeps it: people by their names, as the doors know them now. */
void shift_sheet_html(struct strbuf *b, const char *text, const struct doors_port *doors);

#endif
