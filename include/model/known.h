/* Words of the water works in a file: units, parameters, days.  Each reports what is wrong with it, marked,
 * with the word that was probably meant. */
#ifndef MODEL_KNOWN_H
#define MODEL_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/table.h"
#include "model/unit.h"

/* A day in a table: "2025-07-01".  Whether it exists is for known_day. */
#define KNOWN_DAY(key, s, m) CONF_TEXT(key, s, m), .low = 0, .high = 10

/* `key` is where in the mapping n the text stands. */
const struct unit *known_unit(const struct conf_node *n, const char *key, const char *text,
                              struct conf_mistakes *m); /* NULL after a complaint */
bool known_parameter(const struct conf_node *n, const char *key, const char *id, struct conf_mistakes *m);
/* DAY_NONE for "", and after a complaint. */
int32_t known_day(const struct conf_node *n, const char *key, const char *text, struct conf_mistakes *m);

#endif
