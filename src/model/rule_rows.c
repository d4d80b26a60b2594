#include "rule_rows.h"

#include <math.h>

const struct conf_setting RULE[] = {
    { CONF_ID("id", struct rule_row, id), .required = true,
      .help = "which rule it is: said again further down, it is the same rule, changed there; alarms hang on "
              "it" },
    { CONF_CHOICE("kind", struct rule_row, kind), .choices = RULE_KINDS,
      .help = "what it watches for; a rule without it lends its words to those of its id further down" },
    { CONF_ID("parameter", struct rule_row, parameter),
      .help = "at a site or device: of its points, those that measure this; all, when not said" },
    { CONF_NUMBER("limit", struct rule_row, limit), .help = "what the value is held against, in its unit" },
    { CONF_NUMBER("low", struct rule_row, low), .help = "of level: the low end; limit is the high one" },
    { CONF_NUMBER("deadband", struct rule_row, deadband), .fallback = "0", .low = 0, .high = INFINITY,
      .help = "how far back from the limit the value must come for the rule to end" },
    { CONF_NUMBER("step", struct rule_row, step), .fallback = "0", .low = 0, .high = INFINITY,
      .help = "each time it gets so much worse, it is told again; 0: it is not" },
    { CONF_DURATION("within", struct rule_row, within_ms), .low = 1000, .high = 30.0 * CLOCK_DAY_MS,
      .help = "of rate: the time in which it may change by limit; of stale: how long without a number" },
    { CONF_ID("other", struct rule_row, other),
      .help = "the second point: the sensor it should agree with, its command, the pump, the valve" },
    { CONF_NUMBER("other_is", struct rule_row, other_is),
      .help =
          "what the second point must be for the rule to look: 1 for a pump that runs, 0 for a valve that is "
          "shut" },
    { CONF_NUMBER("since", struct rule_row, since), .fallback = "0",
      .help =
          "of run_hours: what the counter was at the last service; one that is told later counts instead" },
    { CONF_DURATION("on_delay", struct rule_row, on_delay_ms), .fallback = "0ms", .low = 0,
      .high = 7.0 * CLOCK_DAY_MS, .help = "it must be so for so long before it is told" },
    { CONF_DURATION("off_delay", struct rule_row, off_delay_ms), .fallback = "0ms", .low = 0,
      .high = 7.0 * CLOCK_DAY_MS, .help = "and no longer so for so long before it is over" },
    { CONF_COUNT("n", struct rule_row, n), .fallback = "1", .low = 1, .high = RULE_N_MAX,
      .help = "so many readings within the window, not the first" },
    { CONF_DURATION("window", struct rule_row, window_ms), .low = 1000, .high = CLOCK_DAY_MS,
      .help = "time in which they are counted" },
    { CONF_TEXT("judge_when", struct rule_row, judge_when), .low = 0, .high = 240,
      .help = "it speaks only while all of these hold: lc.pump1.state == 1 and value > 0; value: the point "
              "itself; mode != backwash: its place is in no such mode; "
              "what is not known silences nothing" },
    { CONF_DURATION("settle", struct rule_row, settle_ms), .fallback = "0ms", .low = 0, .high = CLOCK_DAY_MS,
      .help = "and only after they have held for so long" },
    { CONF_CHOICE("stake", struct rule_row, stake), .fallback = "operation", .choices = STAKES,
      .help = "what is at stake" },
    { CONF_CHOICE("impact", struct rule_row, impact), .fallback = "minor", .choices = IMPACTS,
      .help = "how bad it gets when nobody does anything" },
    { CONF_DURATION("respond_within", struct rule_row, respond_ms), .fallback = "30min",
      .low = CLOCK_MINUTE_MS, .high = 30.0 * CLOCK_DAY_MS,
      .help = "time that is left to do something; with impact it gives the severity" },
    { CONF_BOOL("latched", struct rule_row, latched), .fallback = "false",
      .help = "its alarm stays until somebody resets it" },
    { CONF_BOOL("off", struct rule_row, off), .fallback = "false",
      .help = "not here: ends what was inherited" },
    { CONF_TEXT("caused_by", struct rule_row, caused_by),
      .help = "point/rule of which it is a mere consequence: lc.mains.voltage/mains" },
    { CONF_TEXT("name", struct rule_row, text.name), .help = "for people, in Vietnamese" },
    { CONF_TEXT("name_en", struct rule_row, text.name_en), .help = "the same in English" },
    { CONF_TEXT("cause", struct rule_row, text.cause), .help = "what it mostly comes from" },
    { CONF_TEXT("cause_en", struct rule_row, text.cause_en), .help = "the same in English" },
    { CONF_TEXT("consequence", struct rule_row, text.consequence), .help = "what comes of it" },
    { CONF_TEXT("consequence_en", struct rule_row, text.consequence_en), .help = "the same in English" },
    { CONF_TEXT("first_response", struct rule_row, text.response),
      .help = "what to do first; a rule without it is a mistake" },
    { CONF_TEXT("first_response_en", struct rule_row, text.response_en), .help = "the same in English" },
};

#define NONE .fallback = NAN, .other_is = NAN

const struct rule_needs RULE_NEEDS[RULE_KIND_COUNT] = {
    [RULE_LIMIT] = { NONE },
    [RULE_LOW_LOW] = { .limit = true, NONE },
    [RULE_LOW] = { .limit = true, NONE },
    [RULE_HIGH] = { .limit = true, NONE },
    [RULE_HIGH_HIGH] = { .limit = true, NONE },
    [RULE_LEVEL] = { .low_or_limit = true, NONE },
    [RULE_RATE] = { .limit = true, .within = true, NONE },
    [RULE_STALE] = { NONE },
    [RULE_FROZEN] = { NONE },
    [RULE_IMPLAUSIBLE] = { NONE },
    [RULE_CLIPPED] = { NONE },
    [RULE_DEVIATION] = { .limit = true, .other = true, NONE },
    [RULE_MISMATCH] = { .other = true, NONE },
    [RULE_PUMP_WITHOUT_FLOW] = { .limit = true, .other = true, .fallback = NAN, .other_is = 1 },
    [RULE_FLOW_WITHOUT_PUMP] = { .limit = true, .other = true, .fallback = NAN, .other_is = 0 },
    [RULE_VALVE_CLOSED_FLOW] = { .limit = true, .other = true, .fallback = NAN, .other_is = 0 },
    [RULE_MAINS] = { .fallback = 0, .other_is = NAN },
    [RULE_CONTACT] = { .fallback = 1, .other_is = NAN },
    [RULE_RUN_HOURS] = { .limit = true, NONE },
};

const struct rule_text RULE_LIMIT_TEXT = {
    .name = "Vượt giới hạn quy chuẩn",
    .name_en = "Outside the limits of the regulation",
    .cause = "Sự cố châm hóa chất, xử lý hoặc đường ống; hoặc thiết bị đo sai",
    .cause_en = "Dosing, treatment or pipes have failed; or the sensor is wrong",
    .consequence = "Nước cấp có thể không bảo đảm sức khỏe người dùng",
    .consequence_en = "The water supplied may not be fit to drink",
    .response = "Đo đối chứng bằng máy cầm tay, kiểm tra châm hóa chất và bể lọc, báo trưởng ca; nếu đúng "
                "thì giảm hoặc ngừng "
                "cấp và lấy mẫu gửi phòng thử nghiệm",
    .response_en = "Measure again with a portable instrument, check dosing and filters, tell the shift "
                   "leader; if it is so, "
                   "reduce or stop the supply and send a sample to the laboratory",
};
