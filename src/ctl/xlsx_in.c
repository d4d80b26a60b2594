/* XLSX is a ZIP of XML parts: ECMA-376 part 1, 12 (parts) and 18 (SpreadsheetML).  A file comes from
 * anywhere, so everything is bounded, a document type (the door of entity expansion) is refused, and parts
 * are read in pieces as they unpack. */
#include <expat.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "formats.h"

enum { PIECE = 64 << 10, TEXT_MAX = 1 << 20, PART_NAME_MAX = 512, DEPTH_MAX = 64, STRINGS_MAX = 4000000 };

struct part {
    char title[128]; /* the name of the sheet, at most 31 characters */
    char relation[64];
    char path[PART_NAME_MAX];
};

struct xlsx {
    const char *name;
    struct book *book;
    struct conf_mistakes *m;
    struct fault *why;
    zip_t *zip;
    size_t unpacked; /* bytes of all parts */
    size_t kept;     /* bytes of all texts */
    struct part *sheets;
    size_t sheet_count;
    char strings_path[PART_NAME_MAX];
    const char **strings;
    size_t string_count, string_cap;
};

/* One part in the reading. */
struct parse {
    struct xlsx *x;
    XML_Parser parser;
    enum err rc;
    unsigned depth;
    struct strbuf text; /* of the value in the making */
    bool in_text;       /* within <t> or <v> */
    bool in_phonetic;   /* <rPh>: how a text is spoken, not what it is */
    /* a sheet */
    struct book_sheet *sheet;
    uint32_t row, column; /* from 1 and from 0; the next ones, when they are not given */
    char type; /* of the cell: n number, s shared, i inline, f formula's text, b yes or no, e error */
    bool formula, has_value;
};

static void stop(struct parse *p, enum err rc)
{
    if (p->rc == ERR_NONE)
        p->rc = rc;
    (void)XML_StopParser(p->parser, XML_FALSE);
}

static void refuse(struct parse *p, const char *sentence)
{
    if (p->rc == ERR_NONE)
        stop(p, fault_set(p->x->why, ERR_CONFIG, "%s: %s", p->x->name, sentence));
}

/* Prefixes of namespaces are the writer's choice. */
static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

static const char *attribute(const char **pairs, const char *name)
{
    for (; *pairs != NULL; pairs += 2)
        if (strcmp(local(pairs[0]), name) == 0)
            return pairs[1];
    return NULL;
}

/* `id` stands twice in a sheet's element: sheetId aside, the one with a prefix is the relation. */
static const char *prefixed_id(const char **pairs)
{
    for (; *pairs != NULL; pairs += 2)
        if (strchr(pairs[0], ':') != NULL && strcmp(local(pairs[0]), "id") == 0)
            return pairs[1];
    return NULL;
}

/* ---- a part through the parser ---- */

static void XMLCALL on_doctype(void *me, const char *name, const char *system, const char *public_id,
                               int inner)
{
    (void)name, (void)system, (void)public_id, (void)inner;
    refuse(me, "its XML declares a document type, which no spreadsheet does");
}

static void XMLCALL on_text(void *me, const char *text, int len)
{
    struct parse *p = me;

    if (!p->in_text || p->in_phonetic)
        return;
    strbuf_add(&p->text, text, (size_t)len);
    if (p->text.failed)
        refuse(p, "a cell holds more than 1 MiB");
}

static bool too_deep(struct parse *p)
{
    if (++p->depth > DEPTH_MAX)
        refuse(p, "its XML is nested too deep");
    return p->rc != ERR_NONE;
}

static enum err feed(struct parse *p, zip_file_t *file)
{
    zip_int64_t n;

    do {
        void *piece = XML_GetBuffer(p->parser, PIECE);
        if (piece == NULL)
            return fault_set(p->x->why, ERR_MEMORY, "no memory to read %s", p->x->name);
        n = zip_fread(file, piece, PIECE);
        if (n < 0)
            return fault_set(p->x->why, ERR_CONFIG, "%s: a part of it is damaged", p->x->name);
        p->x->unpacked += (size_t)n;
        if (p->x->unpacked > FORMAT_UNPACKED_MAX)
            return fault_set(p->x->why, ERR_RANGE, "%s: unpacks to more than %d MiB", p->x->name,
                             FORMAT_UNPACKED_MAX >> 20);
        if (XML_ParseBuffer(p->parser, (int)n, n == 0) != XML_STATUS_OK) {
            if (p->rc == ERR_NONE)
                p->rc = fault_set(p->x->why, ERR_CONFIG, "%s: its XML is damaged: %s", p->x->name,
                                  XML_ErrorString(XML_GetErrorCode(p->parser)));
            return p->rc;
        }
    } while (n > 0);
    return ERR_NONE;
}

static enum err parse_part(struct xlsx *x, const char *path, struct parse *p, XML_StartElementHandler start,
                           XML_EndElementHandler end)
{
    zip_file_t *file = zip_fopen(x->zip, path, 0);
    enum err rc;

    p->x = x;
    if (file == NULL)
        return fault_set(x->why, ERR_CONFIG, "%s: is no XLSX file: its part %.100s cannot be read", x->name,
                         path);
    p->parser = XML_ParserCreate(NULL);
    if (p->parser == NULL) {
        (void)zip_fclose(file);
        return fault_set(x->why, ERR_MEMORY, "no memory to read %s", x->name);
    }
    strbuf_init(&p->text, TEXT_MAX);
    XML_SetUserData(p->parser, p);
    XML_SetElementHandler(p->parser, start, end);
    XML_SetCharacterDataHandler(p->parser, on_text);
    XML_SetStartDoctypeDeclHandler(p->parser, on_doctype);
    rc = feed(p, file);
    strbuf_clear(&p->text);
    XML_ParserFree(p->parser);
    (void)zip_fclose(file);
    return rc;
}

static void XMLCALL on_end_plain(void *me, const char *name)
{
    struct parse *p = me;

    (void)name;
    p->depth--;
}

/* ---- the workbook: names of the sheets, and which parts they are ---- */

static void XMLCALL on_workbook(void *me, const char *name, const char **pairs)
{
    struct parse *p = me;
    struct xlsx *x = p->x;
    const char *title = attribute(pairs, "name"), *relation = prefixed_id(pairs);
    struct part *part = &x->sheets[x->sheet_count];

    if (too_deep(p) || strcmp(local(name), "sheet") != 0)
        return;
    if (x->sheet_count == BOOK_SHEETS_MAX || title == NULL || relation == NULL ||
        strlen(title) >= sizeof part->title || strlen(relation) >= sizeof part->relation) {
        refuse(p, "its list of sheets is damaged or too long");
        return;
    }
    (void)snprintf(part->relation, sizeof part->relation, "%s", relation);
    (void)snprintf(part->title, sizeof part->title, "%s", title);
    x->sheet_count++;
}

/* "worksheets/sheet1.xml" lies beside the workbook, "/xl/worksheets/sheet1.xml" is whole. */
static void part_path(const char *target, char out[PART_NAME_MAX])
{
    (void)snprintf(out, PART_NAME_MAX, "%s%s", target[0] == '/' ? "" : "xl/",
                   target[0] == '/' ? target + 1 : target);
}

static void XMLCALL on_relation(void *me, const char *name, const char **pairs)
{
    struct parse *p = me;
    const char *id = attribute(pairs, "Id"), *type = attribute(pairs, "Type"),
               *target = attribute(pairs, "Target"), *slash;

    if (too_deep(p) || strcmp(local(name), "Relationship") != 0)
        return;
    if (id == NULL || type == NULL || target == NULL || strlen(target) > PART_NAME_MAX - 4) {
        refuse(p, "its list of parts is damaged");
        return;
    }
    slash = strrchr(type, '/');
    if (slash != NULL && strcmp(slash, "/sharedStrings") == 0)
        part_path(target, p->x->strings_path);
    for (size_t i = 0; slash != NULL && strcmp(slash, "/worksheet") == 0 && i < p->x->sheet_count; i++)
        if (strcmp(p->x->sheets[i].relation, id) == 0)
            part_path(target, p->x->sheets[i].path);
}

/* ---- texts ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "_x005F_" and its like, in place; only what is one byte, others stay as they are. */
static void unescape(struct strbuf *b)
{
    size_t to = 0;

    for (size_t i = 0; i < b->len;) {
        const char *s = b->text + i;
        int code = -1; /* below 0x80: one byte */
        if (b->len - i >= 7 && s[0] == '_' && s[1] == 'x' && s[2] == '0' && s[3] == '0' && s[6] == '_' &&
            hex_digit(s[4]) >= 0 && hex_digit(s[4]) < 8 && hex_digit(s[5]) >= 0)
            code = 16 * hex_digit(s[4]) + hex_digit(s[5]);
        b->text[to] = s[0];
        if (code > 0)
            b->text[to] = (char)(unsigned char)code;
        to++;
        i += code > 0 ? 7 : 1;
    }
    b->len = to;
    if (b->text != NULL)
        b->text[to] = '\0';
}

/* The text so far as one that belongs to the book. */
static const char *keep(struct parse *p)
{
    const char *kept;

    unescape(&p->text);
    p->x->kept += p->text.len;
    if (p->x->kept > FORMAT_FILE_MAX) {
        stop(p, fault_set(p->x->why, ERR_RANGE, "%s: more than %d MiB of text", p->x->name,
                          FORMAT_FILE_MAX >> 20));
        return NULL;
    }
    kept = book_text(p->x->book, p->text.text == NULL ? "" : p->text.text, p->text.len);
    strbuf_reset(&p->text);
    if (kept == NULL)
        stop(p, fault_set(p->x->why, ERR_MEMORY, "no memory to read %s", p->x->name));
    return kept;
}

static void add_string(struct parse *p)
{
    struct xlsx *x = p->x;
    const char *kept = keep(p);

    if (kept == NULL)
        return;
    if (x->string_count == x->string_cap) {
        size_t cap = x->string_cap == 0 ? 1024 : 2 * x->string_cap;
        const char **more =
            cap > (size_t)2 * STRINGS_MAX ? NULL : realloc((void *)x->strings, cap * sizeof *more);
        if (more == NULL) {
            stop(p, fault_set(x->why, ERR_MEMORY, "no memory to read %s", x->name));
            return;
        }
        x->strings = more;
        x->string_cap = cap;
    }
    x->strings[x->string_count++] = kept;
}

static void XMLCALL on_string(void *me, const char *name, const char **pairs)
{
    struct parse *p = me;

    (void)pairs;
    if (too_deep(p))
        return;
    p->in_text = strcmp(local(name), "t") == 0;
    if (strcmp(local(name), "rPh") == 0)
        p->in_phonetic = true;
}

static void XMLCALL on_string_end(void *me, const char *name)
{
    struct parse *p = me;

    p->depth--;
    p->in_text = false;
    if (strcmp(local(name), "rPh") == 0)
        p->in_phonetic = false;
    if (strcmp(local(name), "si") == 0)
        add_string(p);
}

/* ---- cells ---- */

/* "AB12": column 27, row 12.  False when it is no such thing. */
static bool read_reference(const char *s, uint32_t *column, uint32_t *row)
{
    uint32_t c = 0;
    unsigned long n;
    char *end;

    for (; *s >= 'A' && *s <= 'Z'; s++) {
        c = c * 26 + (uint32_t)(*s - 'A') + 1;
        if (c > 16384) /* the most the format knows */
            return false;
    }
    if (c == 0 || *s < '1' || *s > '9')
        return false;
    n = strtoul(s, &end, 10);
    if (*end != '\0' || n > 1048576)
        return false;
    *column = c - 1;
    *row = (uint32_t)n;
    return true;
}

static void begin_row(struct parse *p, const char *given)
{
    uint32_t row = p->row + 1;

    if (given != NULL) {
        char *end;
        unsigned long n = strtoul(given, &end, 10);
        if (*end != '\0' || n < row || n > 1048576) {
            refuse(p, "its rows are not in order");
            return;
        }
        row = (uint32_t)n;
    }
    p->row = row;
    p->column = 0;
    if (book_add_row(p->x->book, p->sheet, row, p->x->why) != ERR_NONE)
        stop(p, p->x->why->code);
}

static void begin_cell(struct parse *p, const char **pairs)
{
    const char *reference = attribute(pairs, "r"), *type = attribute(pairs, "t");
    uint32_t row;

    if (p->row == 0) {
        refuse(p, "a cell stands outside of every row");
        return;
    }
    if (reference != NULL && (!read_reference(reference, &p->column, &row) || row != p->row)) {
        refuse(p, "a cell says it stands elsewhere");
        return;
    }
    /* n, s, b, e, str (of a formula), inlineStr, d (a date as text) */
    p->type = 'n';
    if (type != NULL && strcmp(type, "str") == 0)
        p->type = 'f';
    else if (type != NULL)
        p->type = type[0];
    p->formula = p->has_value = false;
    strbuf_reset(&p->text);
}

static void XMLCALL on_cell(void *me, const char *qualified, const char **pairs)
{
    struct parse *p = me;
    const char *name = local(qualified);

    if (too_deep(p))
        return;
    if (strcmp(name, "row") == 0)
        begin_row(p, attribute(pairs, "r"));
    else if (strcmp(name, "c") == 0)
        begin_cell(p, pairs);
    else if (strcmp(name, "f") == 0)
        p->formula = true;
    else if (strcmp(name, "rPh") == 0)
        p->in_phonetic = true;
    p->in_text = strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && p->type == 'i');
    p->has_value = p->has_value || p->in_text;
}

/* A double has 15 digits that mean something; writers give 17, and 0.28999999999999998 was typed as 0.29. */
static void tidy_number(struct strbuf *b)
{
    size_t digits = 0;
    char *end, shown[40];
    double value;

    for (size_t i = 0; i < b->len; i++)
        digits += b->text[i] >= '0' && b->text[i] <= '9';
    if (digits <= 15 || b->text[b->len] != '\0')
        return;
    value = strtod(b->text, &end);
    if (*end != '\0')
        return;
    (void)snprintf(shown, sizeof shown, "%.15g", value);
    strbuf_reset(b);
    strbuf_puts(b, shown);
}

static const char *shared_string(struct parse *p)
{
    char *end;
    unsigned long i = p->text.text == NULL ? ULONG_MAX : strtoul(p->text.text, &end, 10);

    if (i < p->x->string_count && *end == '\0')
        return p->x->strings[i];
    refuse(p, "a cell names a text that is not there");
    return NULL;
}

/* NULL: nothing to add. */
static const char *cell_text(struct parse *p, struct conf_mark at)
{
    /* some writers leave <v/> empty; only a text may really be empty */
    if (p->formula && (!p->has_value || (p->type == 'n' && p->text.len == 0))) {
        conf_mistake(p->x->m, at,
                     "a formula without its result: open and save the file in a spreadsheet program");
        return NULL;
    }
    if (!p->has_value || p->text.len == 0)
        return NULL;
    switch (p->type) {
    case 's': return shared_string(p);
    case 'b': return strcmp(p->text.text, "0") == 0 ? "false" : "true";
    case 'e': conf_mistake(p->x->m, at, "this cell is an error: %.20s", p->text.text); return NULL;
    case 'n': tidy_number(&p->text); return keep(p);
    default: return keep(p);
    }
}

static void end_cell(struct parse *p)
{
    struct conf_mark at = { p->sheet->file, p->row, p->column + 1 };
    const char *text = cell_text(p, at);

    strbuf_reset(&p->text);
    if (text != NULL && p->rc == ERR_NONE &&
        book_add_cell(p->x->book, p->sheet, p->column, text, p->column + 1, p->x->why) != ERR_NONE)
        stop(p, p->x->why->code);
    p->column++;
    p->type = 'n';
}

static void XMLCALL on_cell_end(void *me, const char *qualified)
{
    struct parse *p = me;
    const char *name = local(qualified);

    p->depth--;
    p->in_text = false;
    if (strcmp(name, "rPh") == 0)
        p->in_phonetic = false;
    if (strcmp(name, "c") == 0 && p->row > 0 && p->rc == ERR_NONE)
        end_cell(p);
}

/* ---- the file ---- */

static enum err read_sheet(struct xlsx *x, const struct part *part)
{
    char file[PATH_MAX + 128];
    struct parse p = { .type = 'n' };
    enum err rc;

    if (part->path[0] == '\0') /* a chart, or another thing without cells */
        return ERR_NONE;
    (void)snprintf(file, sizeof file, "%s (%s)", x->name, part->title);
    rc = book_add_sheet(x->book, part->title, file, &p.sheet, x->why);
    return rc != ERR_NONE ? rc : parse_part(x, part->path, &p, on_cell, on_cell_end);
}

static enum err read_parts(struct xlsx *x)
{
    struct parse workbook = { 0 }, relations = { 0 }, strings = { 0 };
    enum err rc = parse_part(x, "xl/workbook.xml", &workbook, on_workbook, on_end_plain);

    if (rc == ERR_NONE)
        rc = parse_part(x, "xl/_rels/workbook.xml.rels", &relations, on_relation, on_end_plain);
    if (rc == ERR_NONE && x->strings_path[0] != '\0')
        rc = parse_part(x, x->strings_path, &strings, on_string, on_string_end);
    for (size_t i = 0; i < x->sheet_count && rc == ERR_NONE; i++)
        rc = read_sheet(x, &x->sheets[i]);
    return rc;
}

static enum err open_zip(struct xlsx *x, const char *bytes, size_t len)
{
    zip_error_t error;
    zip_source_t *source;

    zip_error_init(&error);
    source = zip_source_buffer_create(bytes, len, 0, &error);
    x->zip = source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (x->zip == NULL)
        zip_source_free(source);
    zip_error_fini(&error);
    return x->zip == NULL ? fault_set(x->why, ERR_CONFIG, "%s: is no XLSX file", x->name) : ERR_NONE;
}

enum err xlsx_to_book(const char *name, const char *bytes, size_t len, struct book *b,
                      struct conf_mistakes *m, struct fault *why)
{
    struct xlsx x = { .name = name, .book = b, .m = m, .why = why };
    enum err rc;

    if (len > FORMAT_FILE_MAX)
        return fault_set(why, ERR_RANGE, "%s: longer than %d bytes", name, FORMAT_FILE_MAX);
    x.sheets = calloc(BOOK_SHEETS_MAX + 1, sizeof *x.sheets);
    if (x.sheets == NULL)
        return fault_set(why, ERR_MEMORY, "no memory to read %s", name);
    rc = open_zip(&x, bytes, len);
    if (rc == ERR_NONE)
        rc = read_parts(&x);
    if (x.zip != NULL)
        zip_discard(x.zip);
    free((void *)x.strings);
    free(x.sheets);
    return rc;
}
