/* The bytes of a message, and what is an address or a server. */
#include "notify/mail.h"
#include "unit.h"

static struct mail plain(void)
{
    return (struct mail){ .from = "canhbao@nuoc.vn",
                          .to = "lan@nuoc.vn",
                          .to_name = "Lan",
                          .subject = "Quá hạn",
                          .text = "một\nhai\n",
                          .id = "n/7/overdue/100/lan/email",
                          .language = "vi",
                          .at = { 1795673438000 } };
}

static char *written(const struct mail *m)
{
    struct strbuf b;

    strbuf_init(&b, 1 << 20);
    mail_write(&b, m);
    assert_false(b.failed);
    return strbuf_give(&b);
}

static void headers_are_what_a_reader_needs(void **state)
{
    struct mail m = plain();
    char *text = written(&m);

    (void)state;
    assert_non_null(strstr(text, "Date: Thu, 26 Nov 2026 13:10:38 +0700\r\n"));
    assert_non_null(strstr(text, "From: <canhbao@nuoc.vn>\r\n"));
    assert_non_null(strstr(text, "To: =?UTF-8?B?TGFu?=\r\n <lan@nuoc.vn>\r\n"));
    assert_non_null(strstr(text, "Message-ID: <capnuoc.n.7.overdue.100.lan.email@nuoc.vn>\r\n"));
    assert_non_null(strstr(text, "Subject: =?UTF-8?B?UXXDoSBo4bqhbg==?=\r\n"));
    assert_non_null(strstr(text, "Content-Type: text/plain; charset=UTF-8\r\n"));
    assert_non_null(strstr(text, "\r\n\r\nbeG7mXQNCmhhaQ0K\r\n"));
    assert_null(strstr(text, "Importance"));
    free(text);
}

static void whatever_stands_in_the_texts_no_header_is_added_and_no_line_too_long(void **state)
{
    uint64_t seed = test_seed("headers");
    char wild[400];

    (void)state;
    for (int round = 0; round < 300; round++) {
        struct mail m = plain();
        size_t n = 1 + test_below(&seed, sizeof wild - 1), lines = 0, ends = 0;
        char *text;
        for (size_t i = 0; i < n; i++)
            wild[i] = "\r\n:=?<> aBcc\xC6\xB0\xE1\xBA\xA1"[test_below(&seed, 16)];
        wild[n - 1] = '\0';
        m.subject = m.to_name = m.text = m.id = wild;
        text = written(&m);
        for (char *at = text; *at != '\0'; lines++) {
            size_t len = strcspn(at, "\r\n");
            assert_in_range(len, 0, m.id == wild && strncmp(at, "Message-ID", 10) == 0 ? 998 : 78);
            ends += len == 0;
            assert_memory_equal(at + len, "\r\n", 2);
            assert_false(strncasecmp(at, "bcc", 3) == 0);
            at += len + 2;
        }
        assert_int_equal(ends, 1); /* between headers and body */
        free(text);
    }
}

static void a_subject_is_never_cut_inside_a_letter(void **state)
{
    struct mail m = plain();
    char *text;

    (void)state;
    m.subject = "ởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởởờ";
    text = written(&m);
    assert_non_null(strstr(text, "?=\r\n =?UTF-8?B?4b"));
    free(text);
}

static void nothing_goes_in_plain_text_nor_to_an_odd_server(void **state)
{
    static const char *const GOOD[] = { "smtp://mail.nuoc.vn:587", "smtps://10.0.0.9:465" };
    static const char *const BAD[] = { "",
                                       "mail.nuoc.vn",
                                       "http://a",
                                       "smtp://",
                                       "smtp://u:p@a",
                                       "smtps://a/b",
                                       "smtps://a b",
                                       "file:///etc/passwd" };
    struct mail_settings s = { .from = "a@b" };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        (void)snprintf(s.server, sizeof s.server, "%s", GOOD[i]);
        assert_int_equal(mail_check(&s, NULL), ERR_NONE);
    }
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        (void)snprintf(s.server, sizeof s.server, "%s", BAD[i]);
        assert_int_equal(mail_check(&s, NULL), ERR_CONFIG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_what_a_reader_needs),
        cmocka_unit_test(whatever_stands_in_the_texts_no_header_is_added_and_no_line_too_long),
        cmocka_unit_test(a_subject_is_never_cut_inside_a_letter),
        cmocka_unit_test(nothing_goes_in_plain_text_nor_to_an_odd_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
