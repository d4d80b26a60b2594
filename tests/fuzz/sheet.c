/* Both readers of spreadsheets against anything: a ZIP begins with 'P', all else is CSV.  What becomes a
 * plant can be written as YAML and as a sheet again. */
#include <stdlib.h>
#include <string.h>

#include "conf/write.h"
#include "formats.h"
#include "plant_book.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool right)
{
    if (!right)
        abort();
}

/* Flow text in a cell may nest as deep as a whole file may, and then it is too deep within one. */
static void must_be_written(const struct conf_node *root)
{
    struct conf_mistakes m;
    struct conf_file *again = NULL;
    struct strbuf text;
    struct fault why;
    struct book b;

    conf_mistakes_init(&m, 10);
    strbuf_init(&text, 16 << 20);
    conf_write(root, &text);
    must(!text.failed);
    if (conf_load_text("/y", text.text, text.len, &again, &m) == ERR_NONE) {
        must(m.mistakes == 0);
        must(book_init(&b, "/s", &why) == ERR_NONE);
        must(plant_to_book(conf_root(again), true, &b, &m, &why) == ERR_NONE || m.mistakes > 0 ||
             why.code == ERR_RANGE);
        book_clear(&b);
    } else {
        conf_mistakes_write(&m, &text);
        must(strstr(text.text, "nested deeper") != NULL || strstr(text.text, "not valid YAML") != NULL);
    }
    conf_file_free(again);
    strbuf_clear(&text);
    conf_mistakes_clear(&m);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct conf_mistakes m;
    struct conf_file *plant = NULL;
    struct fault why = { 0 };
    struct book b;
    enum err rc;

    conf_mistakes_init(&m, 10);
    must(book_init(&b, "/s", &why) == ERR_NONE);
    rc = (size > 0 && data[0] == 'P' ? xlsx_to_book : csv_to_book)("/s", (const char *)data, size, &b, &m,
                                                                   &why);
    if (rc == ERR_NONE)
        rc = plant_from_book(&b, "/s", &plant, &m, &why);
    must(rc == ERR_NONE ? plant != NULL && m.mistakes == 0 : why.text[0] != '\0');
    if (rc == ERR_NONE)
        must_be_written(conf_root(plant));
    conf_file_free(plant);
    book_clear(&b);
    conf_mistakes_clear(&m);
    return 0;
}
