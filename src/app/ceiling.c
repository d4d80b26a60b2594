/* What the daemon may come to hold at most: the sum of the ceilings of its parts. */
#include "config.h"
#include "doors/doors.h"
#include "incident/shifts.h"
#include "incident/stopgaps.h"
#include "judge/alarms.h"
#include "judge/hand.h"
#include "judge/modes.h"
#include "model/alarm_past.h"
#include "model/incident_past.h"
#include "model/message.h"
#include "model/series.h"
#include "ports/shifts.h"
#include "watch.h"

/* So often there is what people see and do: the book itself, what is shown, what will be. */
enum { PICTURES = 3 };

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t of_alarms(void)
{
    const size_t act = sizeof(struct alarm_act) + sizeof(struct alarm);

    return (size_t)PICTURES * (ALARMS_MAX * sizeof(struct alarm) + MODES_MAX * sizeof(struct mode)) +
           WATCH_ACTS_MAX * act + WATCH_STEPS_MAX * sizeof(struct alarm_step);
}

/* One sheet more is being made, one is on its way into the journal. */
static size_t of_shifts(void)
{
    return (size_t)PICTURES *
               (SHIFTS_MAX * sizeof(struct shift) + SHIFTS_ENTRIES_MAX * sizeof(struct shift_entry)) +
           (size_t)(SHIFTS_SHEETS_MAX + 2) * (sizeof(struct shift_sheet) + SHIFT_SHEET_MAX);
}

/* What was said and the one before it; contacts and rosters of two configurations, as the pipeline works by
 * them, as they are shown, and for a question about them. */
static size_t of_duty(void)
{
    return (size_t)(PICTURES + 1) * sizeof(struct stopgaps) +
           (size_t)(PICTURES + 2) * (sizeof(struct contacts) + sizeof(struct rosters)) +
           STOPGAPS_MAX * sizeof(struct stopgap_shown);
}

/* Of one question about the past, whichever holds most.  A report holds its own beside it. */
static size_t of_question(void)
{
    const size_t incidents =
                     (INCIDENT_PAST_MAX + 1) * (sizeof(struct past_incident) + sizeof(struct incident)) +
                     INCIDENT_LETTERS_MAX * sizeof(struct letter),
                 book = BOOK_LINES_MAX * sizeof(struct book_line),
                 alarms = (ALARM_PAST_MAX + 1) * sizeof(struct past_alarm),
                 rings = ALARM_RINGS_MAX * sizeof(struct alarm_ring),
                 shifts = (SHIFT_PAST_MAX + 1) * sizeof(struct shift) +
                          SHIFT_LOG_MAX * sizeof(struct shift_entry) + SHIFT_SHEET_MAX,
                 series = SERIES_BUCKETS_MAX * sizeof(struct series_bucket);

    return larger(larger(larger(incidents, book), larger(alarms, rings)), larger(shifts, series));
}

size_t config_memory_ceiling(const struct config *c)
{
    const size_t per_point = sizeof(struct point) + 4 * sizeof(struct present) + 384;
    const size_t per_connection = 65536;
    const size_t per_thread = 262144;

    /* two configurations while one takes the other's place; where nodes meet, one more of all points shown */
    return (4 * c->catalogue.point_count + 4 * c->others.points_max) * per_point +
           CONFIG_INBOX_MESSAGES * sizeof(struct message) + 2 * (size_t)CONFIG_JOURNAL_PENDING +
           2 * c->store.batch_bytes + 2 * c->catalogue.rule_count * (sizeof(struct rule) + 512) +
           c->catalogue.rule_text_count * sizeof(struct rule_text) +
           (size_t)c->store.readers * (of_question() + REPORTS_MEMORY) + of_alarms() + of_shifts() +
           of_duty() + (size_t)PICTURES * INCIDENTS_MAX * sizeof(struct incident) +
           (size_t)PICTURES * OUTBOX_PLACES * sizeof(struct letter) + (size_t)6 * MAIL_BODY_MAX +
           (size_t)4 * PREVENTION_MAX * sizeof(struct prevention) + /* likewise, and a question about it */
           HAND_BOOK_MAX * sizeof(struct hand) + DOORS_MEMORY + SEAL_COST.memory_bytes +
           c->serve.connections_max * per_connection + (c->field.wire_count + 12) * per_thread;
}
