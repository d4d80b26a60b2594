/* Text in HTML is text: in elements and in quoted attributes. */
#include "base/html.h"

#include "unit.h"

static void assert_html(const char *text, const char *html)
{
    struct strbuf b;

    strbuf_init(&b, 4096);
    html_text(&b, text);
    assert_string_equal(b.len == 0 ? "" : b.text, html);
    strbuf_clear(&b);
}

static void what_means_something_in_html_is_written_out(void **state)
{
    (void)state;
    assert_html("", "");
    assert_html("mất nước", "mất nước");
    assert_html("</td><script>alert('x')</script>",
                "&lt;/td&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
    assert_html("\" onload=\"x", "&quot; onload=&quot;x");
    assert_html("&lt;", "&amp;lt;");
}

static void controls_are_left_out(void **state)
{
    (void)state;
    assert_html("a\x01\x1b[31m\tb\nc\r\x7f", "a[31m\tb\nc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_means_something_in_html_is_written_out),
        cmocka_unit_test(controls_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
