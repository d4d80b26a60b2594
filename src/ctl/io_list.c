#include "io_list.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "acquire/field.h"
#include "base/file.h"
#include "command.h"
#include "conf/write.h"
#include "formats.h"
#include "plant_book.h"

enum format { FORMAT_NONE, FORMAT_CSV, FORMAT_XLSX };

static enum format format_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    if (dot != NULL && strcasecmp(dot, ".csv") == 0)
        return FORMAT_CSV;
    return dot != NULL && strcasecmp(dot, ".xlsx") == 0 ? FORMAT_XLSX : FORMAT_NONE;
}

static enum err unknown_format(const char *path, struct fault *why)
{
    return fault_set(why, ERR_RANGE, "%s: the name of a spreadsheet ends in .xlsx or .csv", path);
}

/* ---- plant to sheet ---- */

static enum err write_book(const struct book *b, const char *path, struct fault *why)
{
    struct strbuf text;
    enum err rc;

    if (!b->one_table)
        return xlsx_from_book(b, path, why);
    strbuf_init(&text, FORMAT_FILE_MAX);
    rc = csv_from_book(b, &text, why);
    if (rc == ERR_NONE)
        rc = file_write(path, text.text, text.len, 0644, why);
    strbuf_clear(&text);
    return rc;
}

enum err io_list_write(const char *plant, const char *sheet, struct conf_mistakes *m, struct fault *why)
{
    enum format format = format_of(sheet);
    struct conf_file *file;
    struct book book;
    enum err rc;

    if (format == FORMAT_NONE)
        return unknown_format(sheet, why);
    rc = conf_load(plant, &file, m);
    if (rc != ERR_NONE)
        return fault_set(why, rc, "%s: cannot be read", plant);
    if (m->mistakes > 0) {
        conf_file_free(file);
        return fault_set(why, ERR_CONFIG, "%s: %zu mistakes", plant, m->mistakes);
    }
    rc = book_init(&book, sheet, why);
    if (rc == ERR_NONE)
        rc = plant_to_book(conf_root(file), format == FORMAT_CSV, &book, m, why);
    if (rc == ERR_NONE)
        rc = write_book(&book, sheet, why);
    book_clear(&book);
    conf_file_free(file);
    return rc;
}

/* ---- sheet to plant ---- */

static enum err read_book(const char *path, struct book *b, struct conf_mistakes *m, struct fault *why)
{
    enum format format = format_of(path);
    char *bytes;
    size_t len;
    enum err rc;

    if (format == FORMAT_NONE)
        return unknown_format(path, why);
    rc = file_read(path, FORMAT_FILE_MAX, &bytes, &len, why);
    if (rc != ERR_NONE)
        return rc;
    rc = format == FORMAT_CSV ? csv_to_book(path, bytes, len, b, m, why)
                              : xlsx_to_book(path, bytes, len, b, m, why);
    free(bytes);
    return rc;
}

/* What the daemon would say, at the places of the sheet. */
static enum err check(const struct conf_node *root, const char *sheet, struct conf_mistakes *m,
                      struct fault *why)
{
    struct catalogue catalogue;
    struct field field;
    enum err rc;

    catalogue_init(&catalogue);
    field_init(&field);
    rc = field_load(root, NULL, &catalogue, &field, m);
    if (rc == ERR_NONE)
        rc = field_check(&field, (struct conf_mark){ sheet, 0, 0 }, m);
    field_clear(&field);
    catalogue_clear(&catalogue);
    if (rc != ERR_NONE)
        return fault_set(why, rc, "no memory to check the plant");
    return m->mistakes == 0
               ? ERR_NONE
               : fault_set(
                     why, ERR_CONFIG,
                     "%s: %zu mistakes; profiles and areas of other files are unknown here: with those use "
                     "--unchecked and then capnuocd --check",
                     sheet, m->mistakes);
}

/* What is written must be readable: a cell nested too deep, say, is found here. */
static enum err write_plant(const struct conf_node *root, const char *path, struct conf_mistakes *m,
                            struct fault *why)
{
    struct strbuf text;
    struct conf_file *again;
    enum err rc = ERR_NONE;

    strbuf_init(&text, CONF_FILE_MAX);
    conf_write(root, &text);
    if (text.failed)
        rc = fault_set(why, ERR_RANGE, "%s: longer than %d bytes", path, CONF_FILE_MAX);
    else if (conf_load_text(path, text.text, text.len, &again, m) != ERR_NONE)
        rc = fault_set(why, ERR_CONFIG, "%s: would not be readable", path);
    else
        conf_file_free(again);
    if (rc == ERR_NONE)
        rc = file_write(path, text.text, text.len, 0644, why);
    strbuf_clear(&text);
    return rc;
}

enum err io_list_read(const char *sheet, const char *plant, bool checked, struct conf_mistakes *m,
                      struct fault *why)
{
    struct conf_file *file;
    struct book book;
    enum err rc = book_init(&book, sheet, why);

    if (rc == ERR_NONE)
        rc = read_book(sheet, &book, m, why);
    if (rc == ERR_NONE)
        rc = plant_from_book(&book, sheet, &file, m, why);
    if (rc == ERR_NONE) {
        if (checked)
            rc = check(conf_root(file), sheet, m, why);
        if (rc == ERR_NONE)
            rc = write_plant(conf_root(file), plant, m, why);
        conf_file_free(file);
    }
    book_clear(&book);
    return rc;
}

/* ---- the commands ---- */

static int finish(enum err rc, struct conf_mistakes *m, const struct fault *why)
{
    struct strbuf text;

    strbuf_init(&text, 4 << 20);
    conf_mistakes_write(m, &text);
    if (text.len > 0)
        (void)fputs(text.text, stderr);
    strbuf_clear(&text);
    conf_mistakes_clear(m);
    if (rc != ERR_NONE)
        (void)fprintf(stderr, "capnuocctl: %s\n", why->text);
    return rc == ERR_NONE ? CTL_RIGHT : CTL_WRONG;
}

struct options {
    const char *from, *to;
    bool unchecked;
};

/* `source` is the long name of the option that gives the file to read. */
static bool read_options(int argc, char **argv, const char *source, struct options *o)
{
    const struct option options[] = { { source, required_argument, NULL, 'f' },
                                      { "to", required_argument, NULL, 't' },
                                      { "unchecked", no_argument, NULL, 'u' },
                                      { NULL, 0, NULL, 0 } };
    int option;

    *o = (struct options){ 0 };
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (option) {
        case 'f': o->from = optarg; break;
        case 't': o->to = optarg; break;
        case 'u': o->unchecked = true; break;
        default: return false;
        }
    return optind == argc && o->from != NULL && o->to != NULL;
}

int io_list_export(int argc, char **argv)
{
    struct options o;
    struct conf_mistakes m;
    struct fault why;

    if (!read_options(argc, argv, "plant", &o) || o.unchecked)
        return CTL_USAGE;
    conf_mistakes_init(&m, 0);
    return finish(io_list_write(o.from, o.to, &m, &why), &m, &why);
}

int io_list_import(int argc, char **argv)
{
    struct options o;
    struct conf_mistakes m;
    struct fault why;

    if (!read_options(argc, argv, "from", &o))
        return CTL_USAGE;
    conf_mistakes_init(&m, 0);
    return finish(io_list_read(o.from, o.to, !o.unchecked, &m, &why), &m, &why);
}
