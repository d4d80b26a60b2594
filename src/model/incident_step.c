/* Steps and refusals by name. */
#include "model/incident_step.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "seal/seal.h"

static const char *const STEPS[STEP_COUNT] = {
    [STEP_OPEN] = "open",
    [STEP_CALL] = "call",
    [STEP_KNOWN] = "known",
    [STEP_REPORT] = "report",
    [STEP_ASSIGN] = "assign",
    [STEP_ON_SITE] = "on_site",
    [STEP_VERIFY] = "verify",
    [STEP_CONFIRM_CLASS] = "confirm_class",
    [STEP_RECLASSIFY] = "reclassify",
    [STEP_CAUSE] = "cause",
    [STEP_PROPOSE] = "propose",
    [STEP_APPROVE] = "approve",
    [STEP_BEGIN_REPAIR] = "begin_repair",
    [STEP_REPAIRED] = "repaired",
    [STEP_CONFIRM_REPAIR] = "confirm_repair",
    [STEP_RESTORED] = "restored",
    [STEP_EVALUATE] = "evaluate",
    [STEP_CLOSE] = "close",
    [STEP_REOPEN] = "reopen",
    [STEP_WAIT] = "wait",
    [STEP_WAIT_OVER] = "wait_over",
    [STEP_UNLINK] = "unlink",
    [STEP_SPLIT] = "split",
    [STEP_MERGE] = "merge",
    [STEP_BACKDATE] = "backdate",
    [STEP_IMPACT] = "impact",
    [STEP_LARGE] = "large",
    [STEP_DUTY_DONE] = "duty_done",
    [STEP_DUTY_WAIVE] = "duty_waive",
    [STEP_ACKNOWLEDGE] = "acknowledge",
    [STEP_MEASURE] = "measure",
    [STEP_PROGRESS] = "progress",
};

/* The names are an API: they never change. */
static const struct {
    const char *name, *sentence, *vi;
} ROWS[REFUSAL_COUNT] = {
    [REFUSED_NOTHING] = { "", "", "" },
    [REFUSED_MISSING] = { "missing", "there is no such incident", "không có sự cố này" },
    [REFUSED_MEMBER_MISSING] = { "member_missing", "the incident has no such member",
                                 "sự cố không có thành phần này" },
    [REFUSED_CLOSED] = { "closed", "the incident is closed: reopen it first",
                         "sự cố đã đóng: hãy mở lại trước" },
    [REFUSED_NOT_CLOSED] = { "not_closed", "the incident is not closed", "sự cố chưa đóng" },
    [REFUSED_MERGED] = { "merged", "the incident became part of another", "sự cố đã gộp vào sự cố khác" },
    [REFUSED_FULL] = { "full", "there is no room for more", "không còn chỗ" },
    [REFUSED_FUTURE] = { "in_future", "the time is still to come", "thời điểm chưa tới" },
    [REFUSED_TOO_OLD] = { "too_old", "the time is more than a year ago", "thời điểm đã quá một năm" },
    [REFUSED_BEFORE_START] = { "before_start", "the time is before it began: move its start back first",
                               "thời điểm trước khi sự cố bắt đầu: hãy lùi thời điểm bắt đầu trước" },
    [REFUSED_START_LATER] = { "start_later", "the start only moves back: unlink what does not belong to it",
                              "thời điểm bắt đầu chỉ lùi về trước: hãy tách phần không thuộc về nó" },
    [REFUSED_NO_REASON] = { "no_reason", "a reason is needed", "cần nêu lý do" },
    [REFUSED_NO_WHO] = { "no_who", "it must be known who says so", "cần biết ai nói" },
    [REFUSED_NO_CONTROLLABILITY] = { "no_controllability",
                                     "say whether the cause is within control or beyond",
                                     "hãy nêu nguyên nhân trong hay ngoài tầm kiểm soát" },
    [REFUSED_NO_REMEDY] = { "no_remedy", "no remedy was proposed", "chưa có phương án nào được đề xuất" },
    [REFUSED_NO_CLAIM] = { "no_claim", "nobody said that it is repaired", "chưa ai báo đã sửa xong" },
    [REFUSED_SAME_PERSON] = { "same_person", "a second person confirms a repair",
                              "người thứ hai mới được xác nhận việc sửa" },
    [REFUSED_ALARM_OPEN] = { "alarm_open", "what is measured says otherwise: give a reason",
                             "số đo còn nói khác: hãy nêu lý do" },
    [REFUSED_NOT_RESTORED] = { "member_not_restored", "a member is not restored",
                               "còn thành phần chưa khôi phục" },
    [REFUSED_NO_CAUSE] = { "no_cause", "the cause is not known", "chưa rõ nguyên nhân" },
    [REFUSED_CLASS_UNCONFIRMED] = { "class_unconfirmed", "the class of a member is not confirmed",
                                    "loại của một thành phần chưa được xác nhận" },
    [REFUSED_LAST_MEMBER] = { "last_member", "nothing would be left of the incident",
                              "sự cố sẽ không còn gì" },
    [REFUSED_SAME_INCIDENT] = { "same_incident", "an incident is not merged with itself",
                                "không gộp sự cố với chính nó" },
    [REFUSED_DRILL] = { "drill", "a drill and a true incident are not mixed",
                        "không trộn diễn tập với sự cố thật" },
    [REFUSED_NOT_WAITING] = { "not_waiting", "nothing is waited for", "không chờ gì cả" },
    [REFUSED_DUTY_NOT_OWED] = { "duty_not_owed", "the duty is not owed, or done already",
                                "không có nghĩa vụ này, hoặc đã làm xong" },
    [REFUSED_NOTHING_TO_DO] = { "nothing_to_do", "it is so already", "đã như vậy rồi" },
    [REFUSED_BAD] = { "bad_request", "a number that means nothing", "con số không có nghĩa" },
};

const char *refusal_name(enum refusal r)
{
    return ROWS[r < REFUSAL_COUNT ? r : REFUSED_BAD].name;
}

const char *refusal_sentence(enum refusal r)
{
    return ROWS[r < REFUSAL_COUNT ? r : REFUSED_BAD].sentence;
}

const char *refusal_sentence_vi(enum refusal r)
{
    return ROWS[r < REFUSAL_COUNT ? r : REFUSED_BAD].vi;
}

const char *step_name(enum step_kind k)
{
    return k < STEP_COUNT ? STEPS[k] : "unknown";
}

bool step_parse(const char *name, enum step_kind *out)
{
    for (size_t i = 0; i < STEP_COUNT; i++)
        if (strcmp(STEPS[i], name) == 0) {
            *out = (enum step_kind)i;
            return true;
        }
    return false;
}

static uint64_t key_of(const char *what, const char *key)
{
    char text[16 + HAND_KEY_MAX];

    (void)snprintf(text, sizeof text, "%s %s", what, key);
    return key[0] == '\0' ? 0 : seal_key63(text);
}

uint64_t incident_call(const char *key)
{
    return key_of("call", key);
}

/* Of an effect the incident keeps what was said last: a hash tells whether the same is said again.  Figures
 * of the zones are not what was said, and may be others by then. */
static uint64_t told_of(const struct incident_act *a)
{
    const struct incident_impact *p = &a->impact;
    char text[160];

    if (a->kind != STEP_IMPACT)
        return 0;
    (void)snprintf(text, sizeof text, "impact %" PRIu32 " %d%d%d%d%d%d", p->expected_min, p->health_hazard,
                   p->wide, p->source_threatened, p->road_opened, p->rural && !a->counted, p->partner);
    if (!a->counted)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), " %" PRIu32 " %" PRIu32 " %u %u %u",
                       p->people, p->connections, p->hospitals, p->schools, p->high_rises);
    return seal_key63(text);
}

struct incident_step incident_act_step(const struct incident_act *a)
{
    return (struct incident_step){ .kind = (enum step_kind)a->kind,
                                   .incident = a->incident,
                                   .member = a->member,
                                   .other = a->kind == STEP_CALL ? incident_call(a->key) : a->other,
                                   .key = key_of("step", a->key),
                                   .claimed = a->claimed,
                                   .source = (enum clock_source)a->source,
                                   .who = a->who,
                                   .note = a->note,
                                   .class = (enum incident_class)a->class,
                                   .controllability = (enum controllability)a->controllability,
                                   .large = (enum large_effect)a->large,
                                   .duty = (enum duty_kind)a->duty,
                                   .code = a->code,
                                   .impact = a->impact,
                                   .told = told_of(a),
                                   .site = a->site,
                                   .zone = a->zone,
                                   .drill = a->drill,
                                   .members = a->members,
                                   .member_count = a->member_count };
}
