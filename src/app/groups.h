/* A group of incidents as a row of a table says it: supplier, sites, classes; looked up, and printed. */
#ifndef APP_GROUPS_H
#define APP_GROUPS_H

#include "conf/table.h"
#include "model/contact.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): a type */
#define GROUP_ROWS(row)                                                                                      \
    { CONF_TEXT("supplier", row, supplier), .help = "only incidents of this supplier; none: of any" },       \
        { CONF_TEXT("sites", row, sites),                                                                    \
          .help = "only incidents at these sites, blanks between; none: at any" },                           \
    {                                                                                                        \
        CONF_TEXT("classes", row, classes),                                                                  \
            .help = "only incidents of these classes, blanks between; none: of any"                          \
    }

/* The next of words with blanks between, and *at behind it.  False: no more. */
bool group_next_word(const char **at, char *word, size_t size);

/* What of it does not exist is a mistake at its key in n. */
struct told_of group_load(const struct conf_node *n, const char *supplier, const char *sites,
                          const char *classes, int weight, const struct catalogue *c,
                          struct conf_mistakes *m);
void group_print_classes(char *out, size_t size, unsigned mask);

#endif
