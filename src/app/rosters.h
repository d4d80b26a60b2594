/* The rosters of the section `notify`: shifts, who stands in, holidays, escalation. */
#ifndef APP_ROSTERS_H
#define APP_ROSTERS_H

#include "contacts.h"

struct duty_rows {
    int64_t end_ms;
    const struct conf_node *escalation, *holidays, *rosters;
};

/* NOLINTBEGIN(bugprone-macro-parentheses): a type */
#define DUTY_ROWS(row)                                                                                       \
    { CONF_DURATION("end_after", row, duty.end_ms), .fallback = "5min", .low = 0, .high = CLOCK_DAY_MS,      \
      .help = "an incident's end is told when all was restored for so long, or it is closed" },              \
        { CONF_SECTION("escalation", row, duty.escalation), .help = "until somebody takes an incident" },    \
        { CONF_LIST("holidays", row, duty.holidays),                                                         \
          .help = "days on which rosters may have other shifts" },                                           \
    {                                                                                                        \
        CONF_LIST("rosters", row, duty.rosters), .help = "who is on duty when"                               \
    }

/* "22:00-06:00": when a contact is told only what is urgent. */
enum { QUIET_TEXT_MAX = 16 };
void quiet_load(const struct conf_node *n, const char *text, struct contact *to, struct conf_mistakes *m);
void quiet_print(const struct contact *c, char out[QUIET_TEXT_MAX]);

/* After the contacts.  Gaps of the next ROSTERS_LOOK_DAYS are warnings. */
enum { ROSTERS_LOOK_DAYS = 60 };
void rosters_load(const struct duty_rows *row, const struct catalogue *c, struct notify_settings *s,
                  struct conf_mistakes *m);
struct duty_rows rosters_row(const struct notify_settings *s);
void rosters_print(const struct notify_settings *s, struct strbuf *to);
void rosters_document(struct strbuf *to);

#endif
