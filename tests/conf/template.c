/* One file for many: what stands in the table stands in the tree, and nothing else does. */
#include "conf/template.h"

#include "conf/table.h"
#include "conf/write.h"
#include "report.h"
#include "unit.h"

struct made {
    struct conf_mistakes m;
    struct conf_template *t;
    enum err rc;
    struct strbuf said;
};

static void make(struct made *x, const char *template, const char *table)
{
    conf_mistakes_init(&x->m, 0);
    strbuf_init(&x->said, 1 << 20);
    x->t = NULL;
    x->rc = conf_template_load_text("d/v.yaml", template, strlen(template), "d/t.csv", table, strlen(table),
                                    &x->t, &x->m);
}

static void says(struct made *x, const char *all)
{
    strbuf_reset(&x->said);
    conf_mistakes_write(&x->m, &x->said);
    assert_string_equal(x->said.text == NULL ? "" : x->said.text, all);
}

static void made_clear(struct made *x)
{
    conf_template_free(x->t);
    conf_mistakes_clear(&x->m);
    strbuf_clear(&x->said);
}

static void complains(const char *template, const char *table, const char *wanted)
{
    struct made x;

    make(&x, template, table);
    says(&x, wanted);
    made_clear(&x);
}

/* Row i as YAML on one line. */
static void gives(const struct made *x, size_t i, const char *wanted)
{
    struct conf_mistakes m;
    struct conf_file *f = NULL;
    struct strbuf text;

    conf_mistakes_init(&m, 0);
    strbuf_init(&text, 1 << 16);
    assert_int_equal(conf_template_row(x->t, i, &f, &m), ERR_NONE);
    conf_write_flow(conf_root(f), &text);
    assert_string_equal(text.text, wanted);
    strbuf_clear(&text);
    conf_file_free(f);
    conf_mistakes_clear(&m);
}

static void each_row_gives_a_file(void **state)
{
    struct made x;

    (void)state;
    make(&x,
         "id: ${id}\nname: \"Xã ${name}\"\nunit: ${unit}\nlist: [a, \"${name}\", { k: \"x-${id}-${unit}\" "
         "}]\n",
         "id,name,unit\nban-bo,\"Bản Bo, \"\"A\"\"\",3\nna-tam,Nà Tăm,12\n");
    says(&x, "");
    assert_int_equal(conf_template_rows(x.t), 2);
    gives(&x, 0,
          "{ id: ban-bo, name: \"Xã Bản Bo, \\\"A\\\"\", unit: 3, list: [a, \"Bản Bo, \\\"A\\\"\", { k: "
          "\"x-ban-bo-3\" }] }");
    gives(&x, 1,
          "{ id: na-tam, name: \"Xã Nà Tăm\", unit: 12, list: [a, \"Nà Tăm\", { k: \"x-na-tam-12\" }] }");
    made_clear(&x);
}

static void plain_stays_plain_and_quoted_stays_quoted(void **state)
{
    struct row {
        int64_t unit;
        char name[40];
    } row;
    static const struct conf_setting ROW[] = {
        { CONF_COUNT("unit", struct row, unit), .help = "a" },
        { CONF_TEXT("name", struct row, name), .help = "a" },
    };
    struct made x;
    struct conf_file *f = NULL;

    (void)state;
    make(&x, "unit: ${n}\nname: \"${n}\"\n", "n\n7\n");
    assert_int_equal(conf_template_row(x.t, 0, &f, &x.m), ERR_NONE);
    assert_true(conf_apply(ROW, COUNT_OF(ROW), conf_root(f), &row, &x.m));
    assert_int_equal(row.unit, 7);
    assert_string_equal(row.name, "7");
    conf_file_free(f);
    made_clear(&x);
    make(&x, "unit: \"${n}\"\nname: a\n", "n\n7\n"); /* in quotes it is no number */
    assert_int_equal(conf_template_row(x.t, 0, &f, &x.m), ERR_NONE);
    assert_false(conf_apply(ROW, COUNT_OF(ROW), conf_root(f), &row, &x.m));
    conf_file_free(f);
    made_clear(&x);
}

static void a_cell_never_becomes_structure(void **state)
{
    struct made x;

    (void)state;
    make(&x, "a: ${x}\nb: \"${x}\"\n",
         "x\n\"1, c: 2\"\n\"[1, 2]\"\n\"\"\" }\nc: d # \"\n${x}\n\"{ a: *x }\"\n");
    says(&x, "");
    gives(&x, 0, "{ a: \"1, c: 2\", b: \"1, c: 2\" }");
    gives(&x, 1, "{ a: \"[1, 2]\", b: \"[1, 2]\" }");
    gives(&x, 2, "{ a: \"\\\" }\\nc: d # \", b: \"\\\" }\\nc: d # \" }");
    gives(&x, 3, "{ a: \"${x}\", b: \"${x}\" }"); /* a value is not looked at again */
    gives(&x, 4, "{ a: \"{ a: *x }\", b: \"{ a: *x }\" }");
    made_clear(&x);
}

static void two_dollars_stand_for_one(void **state)
{
    struct made x;

    (void)state;
    make(&x, "a: \"$${x} ${x} $5 $ {x} $$\"\nb: \"${x}$${x}${x}\"\n", "x\n1\n");
    says(&x, "");
    gives(&x, 0, "{ a: \"${x} 1 $5 $ {x} $$\", b: \"1${x}1\" }");
    made_clear(&x);
}

static void a_mistake_in_a_row_names_template_and_row(void **state)
{
    struct made x;
    struct conf_file *f = NULL;
    const struct conf_node *n;

    (void)state;
    make(&x, "a: 1\nlist:\n  - ${x}\n", "x\n\n1\n2\n");
    assert_int_equal(conf_template_row(x.t, 1, &f, &x.m), ERR_NONE);
    conf_template_free(x.t); /* the file needs it no more */
    x.t = NULL;
    n = conf_item(conf_get(conf_root(f), "list"), 0);
    conf_mistake(&x.m, conf_mark(n), "wrong");
    says(&x, "d/v.yaml (t.csv:4):3:5: wrong\n");
    conf_file_free(f);
    made_clear(&x);
}

static void all_mistakes_are_reported_at_once(void **state)
{
    (void)state;
    complains("a: ${idd}\nb: ${open\n${k}: 1\nc: ${id}\n", "id,id,2x,spare\n1,2,3\n,5,6,7\n\xff,8,9,1\n",
              "d/t.csv:1:4: column \"id\" stands twice, first at d/t.csv:1:1\n"
              "d/t.csv:1:4: warning: the template does not use the column \"id\"\n"
              "d/t.csv:1:7: \"2x\" is no name of a parameter: letters without marks, digits, _\n"
              "d/t.csv:1:10: warning: the template does not use the column \"spare\"\n"
              "d/t.csv:2:1: 3 cells in this row, the header has 4\n"
              "d/t.csv:3:1: \"id\" is missing in this row\n"
              "d/t.csv:4:1: byte 0xFF is not valid UTF-8\n"
              "d/v.yaml:1:4: the table has no column for ${idd}; did you mean ${id}\n"
              "d/v.yaml:2:4: \"${\" without its \"}\"; $${ stands for the characters themselves\n"
              "d/v.yaml:3:1: a key cannot hold a parameter, only a value\n");
    complains("a: 1\n", "", "d/t.csv: the table is empty: not even a header\n");
    complains("a: ${x}\n", "x\n", "d/t.csv:1:1: the table has a header and no rows\n");
    complains("a: [\n", "x\n\"\n", /* both files are looked at */
              "d/v.yaml:2:1: not valid YAML: did not find expected node content while parsing a flow node\n"
              "d/t.csv:2:1: the quote that opens this cell is never closed\n");
}

static void an_empty_text_is_not_a_missing_one(void **state)
{
    struct made x;

    (void)state;
    make(&x, "a: \"${x}\"\n", "x,y\n\"\",1\n,2\n");
    says(&x, "d/t.csv:1:3: warning: the template does not use the column \"y\"\n"
             "d/t.csv:3:1: \"x\" is missing in this row\n");
    gives(&x, 0, "{ a: \"\" }");
    made_clear(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_gives_a_file),
        cmocka_unit_test(plain_stays_plain_and_quoted_stays_quoted),
        cmocka_unit_test(a_cell_never_becomes_structure),
        cmocka_unit_test(two_dollars_stand_for_one),
        cmocka_unit_test(a_mistake_in_a_row_names_template_and_row),
        cmocka_unit_test(all_mistakes_are_reported_at_once),
        cmocka_unit_test(an_empty_text_is_not_a_missing_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
