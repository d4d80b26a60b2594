/* A spreadsheet in memory from and to its file formats. */
#ifndef CTL_FORMATS_H
#define CTL_FORMATS_H

#include "book.h"
#include "conf/mistakes.h"

enum { FORMAT_FILE_MAX = 64 << 20, FORMAT_UNPACKED_MAX = 512 << 20 };

/* Both fill *b, which book_init has made; name stands for the file in marks.  Mistakes that leave the other
 * cells readable are in *m and give ERR_NONE; ERR_CONFIG and ERR_RANGE: not such a file, or larger than it
 * may be, *why says which. */
MUST_USE enum err csv_to_book(const char *name, const char *bytes, size_t len, struct book *b,
                              struct conf_mistakes *m, struct fault *why);
/* Numbers come as Excel shows them with all their digits, formulas as their last result, dates as numbers. */
MUST_USE enum err xlsx_to_book(const char *name, const char *bytes, size_t len, struct book *b,
                               struct conf_mistakes *m, struct fault *why);

/* Appends the file; with a byte order mark and CRLF, as spreadsheets want it. */
MUST_USE enum err csv_from_book(const struct book *b, struct strbuf *to, struct fault *why);
/* Writes the file under that path, every cell as text: a new file beside it that is renamed into place.  The
 * same book gives the same bytes. */
MUST_USE enum err xlsx_from_book(const struct book *b, const char *path, struct fault *why);

#endif
