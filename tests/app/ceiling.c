/* What --check says that the daemon may hold covers what each part says that it may hold. */
#include "config.h"
#include "incident/shifts.h"
#include "judge/alarms.h"
#include "model/alarm_past.h"
#include "model/incident_past.h"
#include "unit.h"

static size_t with_readers(int readers)
{
    static struct config c;

    c = (struct config){ 0 };
    c.store.readers = (unsigned)readers;
    return config_memory_ceiling(&c);
}

static void what_people_do_is_in_it(void **state)
{
    const size_t shifts = SHIFTS_ENTRIES_MAX * sizeof(struct shift_entry) +
                          SHIFTS_SHEETS_MAX * (size_t)SHIFT_SHEET_MAX,
                 alarms = ALARMS_MAX * sizeof(struct alarm),
                 incidents = INCIDENTS_MAX * sizeof(struct incident),
                 letters = OUTBOX_LETTERS_MAX * sizeof(struct letter);

    (void)state;
    assert_true(with_readers(0) > 2 * (shifts + alarms + incidents + letters));
}

static void each_reader_may_hold_the_largest_answer_about_the_past(void **state)
{
    const size_t more = with_readers(3) - with_readers(2);

    (void)state;
    assert_true(more >= REPORTS_MEMORY + ALARM_RINGS_MAX * sizeof(struct alarm_ring));
    assert_true(more >= REPORTS_MEMORY + INCIDENT_PAST_MAX * sizeof(struct incident));
    assert_true(more >= REPORTS_MEMORY + BOOK_LINES_MAX * sizeof(struct book_line));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_do_is_in_it),
        cmocka_unit_test(each_reader_may_hold_the_largest_answer_about_the_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
