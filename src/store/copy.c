#include "copy.h"

#include <endian.h>
#include <math.h>
#include <string.h>

/* https://www.postgresql.org/docs/15/sql-copy.html, "Binary Format": every number in network order. */
enum { FIELDS = 5, ROW_MAX = 2 + 12 + 12 + 12 + 6 + 6 };

static const int64_t EPOCH_2000_MS = 946684800000;

static unsigned char *put16(unsigned char *to, uint16_t v)
{
    v = htobe16(v);
    memcpy(to, &v, sizeof v);
    return to + sizeof v;
}

static unsigned char *put32(unsigned char *to, uint32_t v)
{
    v = htobe32(v);
    memcpy(to, &v, sizeof v);
    return to + sizeof v;
}

static unsigned char *put64(unsigned char *to, uint64_t v)
{
    v = htobe64(v);
    memcpy(to, &v, sizeof v);
    return to + sizeof v;
}

static unsigned char *field16(unsigned char *to, uint16_t v)
{
    return put16(put32(to, 2), v);
}

static unsigned char *field64(unsigned char *to, uint64_t v)
{
    return put64(put32(to, 8), v);
}

/* No value is null, not zero. */
static unsigned char *field_value(unsigned char *to, double value)
{
    uint64_t bits;

    if (isnan(value))
        return put32(to, UINT32_MAX);
    memcpy(&bits, &value, sizeof bits);
    return field64(to, bits);
}

void copy_begin_rows(struct strbuf *to)
{
    static const char HEAD[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* signature, no flags, no extension */

    strbuf_add(to, HEAD, 19);
}

void copy_add_reading(struct strbuf *to, const struct stored_reading *r)
{
    unsigned char *at, *row = (unsigned char *)strbuf_reserve(to, ROW_MAX);

    if (row == NULL)
        return;
    at = put16(row, FIELDS);
    at = field64(at, r->key);
    at = field64(at, (uint64_t)(r->at.ms - EPOCH_2000_MS) * 1000);
    at = field_value(at, r->value);
    at = field16(at, r->quality);
    at = field16(at, r->reason);
    strbuf_grew(to, (size_t)(at - row));
}

void copy_end_rows(struct strbuf *to)
{
    strbuf_add(to, "\377\377", 2);
}
