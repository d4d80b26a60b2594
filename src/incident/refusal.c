#include "incident/step.h"

/* The names are an API: they never change. */
static const struct {
    const char *name, *sentence;
} ROWS[REFUSAL_COUNT] = {
    [REFUSED_NOTHING] = { "", "" },
    [REFUSED_MISSING] = { "missing", "there is no such incident" },
    [REFUSED_MEMBER_MISSING] = { "member_missing", "the incident has no such member" },
    [REFUSED_CLOSED] = { "closed", "the incident is closed: reopen it first" },
    [REFUSED_NOT_CLOSED] = { "not_closed", "the incident is not closed" },
    [REFUSED_MERGED] = { "merged", "the incident became part of another" },
    [REFUSED_FULL] = { "full", "there is no room for more" },
    [REFUSED_FUTURE] = { "in_future", "the time is still to come" },
    [REFUSED_TOO_OLD] = { "too_old", "the time is more than a year ago" },
    [REFUSED_BEFORE_START] = { "before_start", "the time is before it began" },
    [REFUSED_START_LATER] = { "start_later", "the start only moves back: unlink what does not belong to it" },
    [REFUSED_NO_REASON] = { "no_reason", "a reason is needed" },
    [REFUSED_NO_WHO] = { "no_who", "it must be known who says so" },
    [REFUSED_NO_CONTROLLABILITY] = { "no_controllability",
                                     "say whether the cause is within control or beyond" },
    [REFUSED_NO_REMEDY] = { "no_remedy", "no remedy was proposed" },
    [REFUSED_NO_CLAIM] = { "no_claim", "nobody said that it is repaired" },
    [REFUSED_SAME_PERSON] = { "same_person", "a second person confirms a repair" },
    [REFUSED_ALARM_OPEN] = { "alarm_open", "what is measured says otherwise: give a reason" },
    [REFUSED_NOT_RESTORED] = { "member_not_restored", "a member is not restored" },
    [REFUSED_NO_CAUSE] = { "no_cause", "the cause is not known" },
    [REFUSED_CLASS_UNCONFIRMED] = { "class_unconfirmed", "the class of a member is not confirmed" },
    [REFUSED_LAST_MEMBER] = { "last_member", "nothing would be left of the incident" },
    [REFUSED_SAME_INCIDENT] = { "same_incident", "an incident is not merged with itself" },
    [REFUSED_DRILL] = { "drill", "a drill and a true incident are not mixed" },
    [REFUSED_NOT_WAITING] = { "not_waiting", "nothing is waited for" },
    [REFUSED_DUTY_NOT_OWED] = { "duty_not_owed", "the duty is not owed, or done already" },
    [REFUSED_NOTHING_TO_DO] = { "nothing_to_do", "it is so already" },
    [REFUSED_BAD] = { "bad_request", "a number that means nothing" },
};

const char *refusal_name(enum refusal r)
{
    return ROWS[r < REFUSAL_COUNT ? r : REFUSED_BAD].name;
}

const char *refusal_sentence(enum refusal r)
{
    return ROWS[r < REFUSAL_COUNT ? r : REFUSED_BAD].sentence;
}
