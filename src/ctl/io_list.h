/* The two directions of an I/O list, without the command line: for the commands and for tests. */
#ifndef CTL_IO_LIST_H
#define CTL_IO_LIST_H

#include <stdbool.h>

#include "base/err.h"
#include "conf/mistakes.h"

/* Both read and write whole files; the ending of the sheet's name says its format.  What is wrong with the
 * content is in *m with its place, and ERR_CONFIG is returned: nothing has been written then. */
MUST_USE enum err io_list_write(const char *plant, const char *sheet, struct conf_mistakes *m,
                                struct fault *why);
/* checked: the plant must also be one that the daemon would take, with the mistakes marked in the sheet. */
MUST_USE enum err io_list_read(const char *sheet, const char *plant, bool checked, struct conf_mistakes *m,
                               struct fault *why);

#endif
