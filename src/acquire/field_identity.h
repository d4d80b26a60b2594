/* Settings of a device's identity: the registers with a text that says who it is. */
#ifndef FIELD_IDENTITY_H
#define FIELD_IDENTITY_H

#include "field_rows.h"

struct profile;

/* A section by itself; NULL: there is none. */
void load_identity(const struct conf_node *n, struct identity *to, struct conf_mistakes *m);

/* That of *d, from its own section, or else from its profile (NULL: none), and what can be wrong with it in
 * this device, whose tags are read.  n is where the device stands. */
void identity_of(const struct conf_node *n, const struct conf_node *own, const struct profile *profile,
                 struct device *d, struct conf_mistakes *m);

void print_identity(const struct identity *i, struct strbuf *to);

#endif
