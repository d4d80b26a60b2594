#include "base/columns.h"

#include "unit.h"

static const char *const HEADS[] = { "id", "name", "since" };

static void assert_written(struct columns *c, const char *text)
{
    struct strbuf b;

    strbuf_init(&b, 4096);
    strbuf_puts(&b, "");
    columns_write(c, &b);
    assert_string_equal(b.text, text);
    strbuf_clear(&b);
}

static void columns_are_as_wide_as_their_widest_cell_in_letters(void **state)
{
    struct columns c;

    (void)state;
    columns_init(&c, HEADS, 3);
    columns_cell(&c, "%d", 12345);
    columns_cell(&c, "%s", "Lò Thị Hoa");
    columns_cell(&c, "%s", "");
    columns_cell(&c, "7");
    columns_cell(&c, "%s", "");
    columns_cell(&c, "hôm qua");
    assert_written(&c, "id     name        since\n"
                       "12345  Lò Thị Hoa  -\n"
                       "7      -           hôm qua\n");
}

static void a_list_of_nothing_has_no_head(void **state)
{
    struct columns c;

    (void)state;
    columns_init(&c, HEADS, 3);
    assert_written(&c, "");
    columns_init(&c, HEADS, 3);
    columns_cell(&c, "a row");
    columns_cell(&c, "that is not whole");
    assert_written(&c, "");
}

static void a_cell_stays_in_its_line(void **state)
{
    struct columns c;

    (void)state;
    columns_init(&c, HEADS, 3);
    columns_cell(&c, "1");
    columns_cell(&c, "a\nb\x1b[31m");
    columns_cell(&c, "now");
    assert_written(&c, "id  name      since\n1   a b?[31m  now\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell_in_letters),
        cmocka_unit_test(a_list_of_nothing_has_no_head),
        cmocka_unit_test(a_cell_stays_in_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
