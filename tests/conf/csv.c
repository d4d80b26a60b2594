/* CSV as spreadsheets write it, and as they should not. */
#include "conf/csv.h"

#include "report.h"
#include "unit.h"

struct table {
    struct conf_mistakes m;
    struct csv *csv;
    enum err rc;
    struct strbuf said;
};

static void read_bytes(struct table *t, const char *text, size_t len)
{
    conf_mistakes_init(&t->m, 0);
    strbuf_init(&t->said, 1 << 20);
    t->csv = NULL;
    t->rc = csv_load_text("a/b.csv", text, len, &t->csv, &t->m);
    conf_mistakes_write(&t->m, &t->said);
}

static void read_text(struct table *t, const char *text)
{
    read_bytes(t, text, strlen(text));
}

static void says(const struct table *t, const char *all)
{
    assert_string_equal(t->said.text == NULL ? "" : t->said.text, all);
}

static void table_clear(struct table *t)
{
    csv_free(t->csv);
    conf_mistakes_clear(&t->m);
    strbuf_clear(&t->said);
}

/* Rows as "a|b/c|d". */
static void holds(const char *text, const char *wanted)
{
    struct table t;
    struct strbuf all;

    read_text(&t, text);
    says(&t, "");
    assert_int_equal(t.rc, ERR_NONE);
    strbuf_init(&all, 1 << 16);
    strbuf_puts(&all, "");
    for (size_t i = 0; i < csv_rows(t.csv); i++)
        for (size_t k = 0; k < csv_width(t.csv, i); k++)
            strbuf_printf(&all, "%s%s", k > 0 ? "|" : i > 0 ? "/" : "", csv_cell(t.csv, i, k)->text);
    assert_string_equal(all.text, wanted);
    strbuf_clear(&all);
    table_clear(&t);
}

static void complains(const char *text, enum err rc, const char *wanted)
{
    struct table t;

    read_text(&t, text);
    says(&t, wanted);
    assert_int_equal(t.rc, rc);
    table_clear(&t);
}

static void rows_and_cells_are_told_apart(void **state)
{
    (void)state;
    holds("", "");
    holds("a", "a");
    holds("a,b\nc,d", "a|b/c|d");
    holds("a,b\r\nc,d\r\n", "a|b/c|d");
    holds("a,\n,b\n,", "a|/|b/|");
    holds("\n\na\n\n\nb\n\n", "a/b");
    holds("\xef\xbb\xbf"
          "a,b\n1,2\n",
          "a|b/1|2");
    holds("\"a,b\",\"c\"\"d\"\n\"e\nf\",\"g\r\nh\"\n", "a,b|c\"d/e\nf|g\nh");
    holds("\"\"\n", "");
    holds("Lưu lượng,m³/h\n", "Lưu lượng|m³/h");
}

static void the_separator_is_what_the_first_line_shows(void **state)
{
    (void)state;
    holds("a;b\n1,5;2\n", "a|b/1,5|2");
    holds("a\tb\n1;2\t3\n", "a|b/1;2|3");
    holds("\"a,x\";b\n1;2\n", "a,x|b/1|2");
    holds("a,b;c\n1,2;3\n", "a|b;c/1|2;3");
}

static void an_empty_text_is_told_from_no_text(void **state)
{
    struct table t;

    (void)state;
    read_text(&t, "a,b\n\"\",\n");
    assert_true(csv_cell(t.csv, 1, 0)->quoted);
    assert_false(csv_cell(t.csv, 1, 1)->quoted);
    table_clear(&t);
}

static void a_cell_knows_its_place(void **state)
{
    struct table t;

    (void)state;
    read_text(&t, "đầu,b\n\"một\nhai\",x\n\nc,d\n");
    assert_int_equal(csv_cell(t.csv, 0, 1)->column, 5);
    assert_int_equal(csv_cell(t.csv, 1, 0)->line, 2);
    assert_int_equal(csv_cell(t.csv, 1, 1)->line, 3);
    assert_int_equal(csv_cell(t.csv, 1, 1)->column, 6);
    assert_int_equal(csv_cell(t.csv, 2, 0)->line, 5);
    table_clear(&t);
}

static void every_mistake_is_reported_with_its_place(void **state)
{
    (void)state;
    complains("a,b\nx\"y,1\n\"c\"d,2\n3,\xff\xc3\n\x01,4\n", ERR_NONE,
              "a/b.csv:2:2: a quote within a cell: quote the whole cell and double this one\n"
              "a/b.csv:3:4: text behind the closing quote of this cell\n"
              "a/b.csv:4:3: byte 0xFF is not valid UTF-8\n"
              "a/b.csv:4:4: byte 0xC3 is not valid UTF-8\n"
              "a/b.csv:5:1: the character U+0001 is not allowed here\n");
    complains("a,b\n1,\"open\n2,3\n", ERR_CONFIG,
              "a/b.csv:2:3: the quote that opens this cell is never closed\n");
}

static void a_nul_is_no_end(void **state)
{
    struct table t;

    (void)state;
    read_bytes(&t, "a\0b,c\n", 6);
    says(&t, "a/b.csv:1:2: the character U+0000 is not allowed here\n");
    assert_int_equal(csv_width(t.csv, 0), 2);
    assert_string_equal(csv_cell(t.csv, 0, 0)->text, "a?b");
    table_clear(&t);
}

static void what_is_too_large_is_refused(void **state)
{
    struct strbuf text;
    struct table t;

    (void)state;
    strbuf_init(&text, 4 << 20);
    for (int i = 0; i <= CSV_COLUMNS_MAX; i++)
        strbuf_putc(&text, ',');
    read_bytes(&t, text.text, text.len);
    assert_int_equal(t.rc, ERR_RANGE);
    table_clear(&t);
    strbuf_reset(&text);
    for (int i = 0; i <= CSV_ROWS_MAX; i++)
        strbuf_puts(&text, "x\n");
    read_bytes(&t, text.text, text.len);
    assert_int_equal(t.rc, ERR_RANGE);
    says(&t, "a/b.csv:200001:1: more than 200000 rows\n");
    table_clear(&t);
    read_bytes(&t, text.text, text.len - 2);
    assert_int_equal(t.rc, ERR_NONE);
    assert_int_equal(csv_rows(t.csv), CSV_ROWS_MAX);
    table_clear(&t);
    strbuf_clear(&text);
}

/* What is written is read back, whatever it holds. */
static void cells_written_are_read_back(void **state)
{
    static const char *const PIECES[] = { "a", "\"", ",", ";", "\n", "\t", " ", "ă", "'", "=" };
    uint64_t seed = test_seed("cells");

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct strbuf cell, text;
        struct table t;
        strbuf_init(&cell, 100);
        strbuf_init(&text, 400);
        strbuf_puts(&cell, "x");
        for (unsigned i = test_below(&seed, 8); i > 0; i--)
            strbuf_puts(&cell, PIECES[test_below(&seed, COUNT_OF(PIECES))]);
        strbuf_puts(&text, "head,er\r\n");
        csv_put(cell.text, &text);
        strbuf_putc(&text, ',');
        csv_put(cell.text, &text);
        read_bytes(&t, text.text, text.len);
        says(&t, "");
        assert_int_equal(csv_width(t.csv, 1), 2);
        assert_string_equal(csv_cell(t.csv, 1, 0)->text, cell.text);
        assert_string_equal(csv_cell(t.csv, 1, 1)->text, cell.text);
        table_clear(&t);
        strbuf_clear(&cell);
        strbuf_clear(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_cells_are_told_apart),
        cmocka_unit_test(the_separator_is_what_the_first_line_shows),
        cmocka_unit_test(an_empty_text_is_told_from_no_text),
        cmocka_unit_test(a_cell_knows_its_place),
        cmocka_unit_test(every_mistake_is_reported_with_its_place),
        cmocka_unit_test(a_nul_is_no_end),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(cells_written_are_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
