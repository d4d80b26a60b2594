#include "model/rule.h"

const char *const RULE_KINDS[] = { "limit",
                                   "low_low",
                                   "low",
                                   "high",
                                   "high_high",
                                   "level",
                                   "rate",
                                   "stale",
                                   "frozen",
                                   "implausible",
                                   "clipped",
                                   "deviation",
                                   "mismatch",
                                   "pump_without_flow",
                                   "flow_without_pump",
                                   "valve_closed_flow",
                                   "mains",
                                   "contact",
                                   "run_hours",
                                   NULL };
const char *const STAKES[] = { "operation", "supply", "health", "safety", "security", NULL };
const char *const SEVERITIES[] = { "low", "medium", "high", "critical", NULL };
const char *const IMPACTS[] = { "minor", "major", "severe", NULL };

/* The kind of matrix that ISA-18.2 (2016), 8 asks for: consequence against the time left to respond. */
enum { SOON, WITHIN_HALF_HOUR, WITHIN_HOURS, LATER, TIMES };
static const int64_t TIME_MS[TIMES] = { [SOON] = 10LL * CLOCK_MINUTE_MS,
                                        [WITHIN_HALF_HOUR] = 30LL * CLOCK_MINUTE_MS,
                                        [WITHIN_HOURS] = 4LL * CLOCK_HOUR_MS,
                                        [LATER] = INT64_MAX };
static const uint8_t MATRIX[IMPACT_COUNT][TIMES] = {
    [IMPACT_MINOR] = { SEVERITY_MEDIUM, SEVERITY_LOW, SEVERITY_LOW, SEVERITY_LOW },
    [IMPACT_MAJOR] = { SEVERITY_HIGH, SEVERITY_HIGH, SEVERITY_MEDIUM, SEVERITY_LOW },
    [IMPACT_SEVERE] = { SEVERITY_CRITICAL, SEVERITY_CRITICAL, SEVERITY_HIGH, SEVERITY_MEDIUM },
};

enum severity severity_of(enum impact impact, int64_t respond_within_ms)
{
    int t = SOON;

    while (respond_within_ms > TIME_MS[t])
        t++;
    return (enum severity)MATRIX[impact][t];
}
