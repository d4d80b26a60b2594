/* What people changed for a while, as the journal keeps it. */
#include "model/stopgap.h"

#include "unit.h"

static struct stopgap whole(void)
{
    return (struct stopgap){ .id = 77,
                             .kind = STOPGAP_SUBSTITUTE,
                             .end = STOPGAP_WITHDRAWN,
                             .language = CONTACT_EN,
                             .without = 1 << CHANNEL_SMS,
                             .gave = 1 << CHANNEL_EMAIL,
                             .roster = "mang-luoi",
                             .who = "lan",
                             .by = "minh",
                             .supplier = "cap-nuoc",
                             .name = "Nguyễn Văn Khách",
                             .email = "khach@example.vn",
                             .sms = "84912345678",
                             .from = { 60000 },
                             .until = { 120000 },
                             .entered = { 61000 },
                             .ended = { 100000 },
                             .key = "thay-lan-1",
                             .told_by = "Trưởng ca",
                             .why = "ốm",
                             .end_key = "thoi-1",
                             .ended_by = "hùng",
                             .end_why = "đã khỏe" };
}

static enum err again(const struct stopgap *s, size_t cut, struct stopgap *out)
{
    const unsigned char *at;
    struct strbuf b;
    enum err rc;

    strbuf_init(&b, 1 << 16);
    stopgap_write(&b, s);
    assert_false(b.failed);
    at = (const unsigned char *)b.text;
    rc = stopgap_read(&at, at + b.len - cut, out);
    if (rc == ERR_NONE)
        assert_ptr_equal(at, b.text + b.len);
    strbuf_clear(&b);
    return rc;
}

static void what_is_kept_is_read_back_whole(void **state)
{
    struct stopgap is = whole(), out;

    (void)state;
    assert_int_equal(again(&is, 0, &out), ERR_NONE);
    assert_memory_equal(&is, &out, sizeof is);
}

static void what_is_cut_or_cannot_be_is_refused(void **state)
{
    struct stopgap is = whole(), out;
    struct strbuf b;

    (void)state;
    strbuf_init(&b, 1 << 16);
    stopgap_write(&b, &is);
    for (size_t cut = 1; cut <= b.len; cut++)
        assert_int_not_equal(again(&is, cut, &out), ERR_NONE);
    strbuf_clear(&b);
    is.kind = STOPGAP_KIND_COUNT;
    assert_int_equal(again(&is, 0, &out), ERR_RANGE);
    is = whole();
    is.until = is.from;
    assert_int_equal(again(&is, 0, &out), ERR_RANGE);
    is = whole();
    is.ended.ms = 0;
    assert_int_equal(again(&is, 0, &out), ERR_RANGE);
    is = whole();
    is.roster[0] = '\0';
    assert_int_equal(again(&is, 0, &out), ERR_RANGE);
}

/* Whose record ends with its texts. */
static void what_an_earlier_version_kept_is_read(void **state)
{
    struct stopgap is = whole(), out;
    const unsigned char *at;
    struct strbuf b;

    (void)state;
    is.gave = 0;
    strbuf_init(&b, 1 << 16);
    stopgap_write(&b, &is);
    assert_true((unsigned char)b.text[0] > 0);
    b.text[0] = (char)(unsigned char)((unsigned char)b.text[0] - 1);
    at = (const unsigned char *)b.text;
    assert_int_equal(stopgap_read(&at, at + b.len, &out), ERR_NONE);
    assert_ptr_equal(at, b.text + b.len - 1);
    assert_memory_equal(&is, &out, sizeof is);
    strbuf_clear(&b);
}

/* A later version may add to its end. */
static void what_a_later_version_adds_is_passed_over(void **state)
{
    struct stopgap is = whole(), out;
    const unsigned char *at;
    struct strbuf b;

    (void)state;
    strbuf_init(&b, 1 << 16);
    stopgap_write(&b, &is);
    strbuf_puts(&b, "more");
    b.text[0] = (char)(unsigned char)((unsigned char)b.text[0] + 4); /* its length says so */
    assert_true((unsigned char)b.text[0] >= 4);
    at = (const unsigned char *)b.text;
    assert_int_equal(stopgap_read(&at, at + b.len, &out), ERR_NONE);
    assert_ptr_equal(at, b.text + b.len);
    assert_memory_equal(&is, &out, sizeof is);
    strbuf_clear(&b);
}

static void a_guest_has_the_same_name_for_the_same_key(void **state)
{
    char a[ID_MAX], b[ID_MAX], other[ID_MAX];

    (void)state;
    stopgap_guest_id(stopgap_id("khach-0001"), a);
    stopgap_guest_id(stopgap_id("khach-0001"), b);
    stopgap_guest_id(stopgap_id("khach-0002"), other);
    assert_string_equal(a, b);
    assert_string_not_equal(a, other);
    assert_int_equal(strlen(a), strlen("guest-00000000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_read_back_whole),
        cmocka_unit_test(what_is_cut_or_cannot_be_is_refused),
        cmocka_unit_test(what_an_earlier_version_kept_is_read),
        cmocka_unit_test(what_a_later_version_adds_is_passed_over),
        cmocka_unit_test(a_guest_has_the_same_name_for_the_same_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
