/* What comes by SMS: files as smstools writes them, and what people answer. */
#include "notify/sms_in.h"
#include "unit.h"

static struct sms_in read_well(const char *bytes, size_t len)
{
    struct sms_in in;

    assert_int_equal(sms_in_read(bytes, len, &in), ERR_NONE);
    return in;
}

static void a_file_says_who_when_and_what(void **state)
{
    static const char FILE_ISO[] = "From: 84912345678\nFrom_TOA: 91 international, ISDN/telephone\n"
                                   "From_SMSC: 84900000015\nSent: 26-11-26 13:10:38\nReceived: 26-11-26 "
                                   "13:10:42\nSubject: GSM1\nAlphabet: ISO\nLength: 9\n\nNHAN 1024";
    struct sms_in in = read_well(FILE_ISO, sizeof FILE_ISO - 1);

    (void)state;
    assert_string_equal(in.from, "84912345678");
    assert_int_equal(in.sent.ms, 1795673438000);
    assert_string_equal(in.text, "NHAN 1024");
    assert_false(in.report);
}

static void sixteen_bit_and_latin_texts_are_utf_8_then(void **state)
{
    static const char UCS[] =
        "From: 84912345678\nAlphabet: UCS2\n\n\x01\x10\x1e\xbf\0n\0 \0 7\0\n"; /* odd end */
    static const char UCS_EVEN[] = "From: 84912345678\nAlphabet: UCS2\n\n\x01\x10\x1e\xbf\0n\0 \0"
                                   "7";
    static const char LATIN[] = "From: 84912345678\nAlphabet: ISO\n\nv\xf3i 5";
    static const char UTF[] = "From: 84912345678\r\nAlphabet: UTF-8\r\n\r\nĐến 7\r\n";

    (void)state;
    assert_string_equal(read_well(UCS_EVEN, sizeof UCS_EVEN - 1).text, "Đến 7");
    assert_memory_equal(read_well(UCS, sizeof UCS - 1).text, "Đến ", strlen("Đến "));
    assert_string_equal(read_well(LATIN, sizeof LATIN - 1).text, "vói 5");
    assert_string_equal(read_well(UTF, sizeof UTF - 1).text, "Đến 7  ");
}

static void what_is_no_such_file_is_refused(void **state)
{
    static const char *const BAD[] = { "",
                                       "\n",
                                       "NHAN 1024",
                                       "From: 84912345678",
                                       "From: 84912345678\n",
                                       "Sent: 26-11-26 13:10:38\n\nNHAN 1",
                                       "From: 84912345678\nFrom: 84900000001\n\nNHAN 1" };
    static const char NAMED[] = "From: Viettel\nSent: 26-13-26 13:10:38\n\nx";
    struct sms_in in;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(BAD); i++)
        assert_int_equal(sms_in_read(BAD[i], strlen(BAD[i]), &in), ERR_RANGE);
    in = read_well(NAMED, sizeof NAMED - 1);
    assert_string_equal(in.from, "");
    assert_int_equal(in.sent.ms, 0);
}

static void four_words_and_a_number_however_they_are_written(void **state)
{
    static const struct {
        const char *text;
        enum step_kind kind;
        uint64_t incident;
        const char *note;
    } GOOD[] = {
        { "NHAN 1024", STEP_ACKNOWLEDGE, 1024, "" },
        { "Nhận sc1024 ", STEP_ACKNOWLEDGE, 1024, "" },
        { "  đến: #7, kẹt xe", STEP_ON_SITE, 7, "kẹt xe" },
        { "NGUYENNHAN 1234 vỡ ống D110", STEP_CAUSE, 1234, "vỡ ống D110" },
        { "Nguyên nhân 1234 - mất điện", STEP_CAUSE, 1234, "mất điện" },
        { "nhan1024", STEP_ACKNOWLEDGE, 1024, "" },
        { "XONG 9.", STEP_REPAIRED, 9, "" },
        { "XONG 0123", STEP_REPAIRED, 123, "" },
    };
    static const char *const NONE[] = { "",
                                        "NHAN",
                                        "NHAN x",
                                        "NHAN 0",
                                        "NHAN 12x",
                                        "1024 NHAN",
                                        "NGUYENNHAN 5",
                                        "đã nhận 1024",
                                        "XONG -5",
                                        "NHAN 01",
                                        "NHAN 1234567890123",
                                        "nhẫn nại",
                                        "STOP" };
    struct sms_answer a;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(GOOD); i++) {
        assert_true(sms_answer_read(GOOD[i].text, &a));
        assert_int_equal(a.kind, GOOD[i].kind);
        assert_int_equal(a.incident, GOOD[i].incident);
        assert_string_equal(a.note, GOOD[i].note);
    }
    for (size_t i = 0; i < COUNT_OF(NONE); i++)
        assert_false(sms_answer_read(NONE[i], &a));
}

static void a_long_note_ends_with_a_whole_letter(void **state)
{
    char text[SMS_IN_TEXT_MAX] = "NGUYENNHAN 5 ";
    struct sms_answer a;

    (void)state;
    for (int i = 0; i < 100; i++)
        memcpy(text + strlen(text), "ống", sizeof "ống");
    assert_true(sms_answer_read(text, &a));
    assert_in_range(strlen(a.note), INCIDENT_NOTE_MAX - 5, INCIDENT_NOTE_MAX - 1);
    assert_int_not_equal((unsigned char)a.note[strlen(a.note) - 1] & 0xC0, 0xC0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_who_when_and_what),
        cmocka_unit_test(sixteen_bit_and_latin_texts_are_utf_8_then),
        cmocka_unit_test(what_is_no_such_file_is_refused),
        cmocka_unit_test(four_words_and_a_number_however_they_are_written),
        cmocka_unit_test(a_long_note_ends_with_a_whole_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
