/* What people choose from when they say a cause, a measure, who found it. */
#include "model/incident_words.h"

#include <string.h>

#include "model/incident.h"
#include "model/incident_duty.h"

struct incident_word cause_word(enum cause_kind k)
{
    static const struct incident_word WORDS[CAUSE_KIND_COUNT] = {
        [CAUSE_NOT_SAID] = { "not_said", "chưa nêu" },
        [CAUSE_BURST] = { "burst", "vỡ ống" },
        [CAUSE_LEAKAGE] = { "leakage", "rò rỉ" },
        [CAUSE_VALVE] = { "valve", "hỏng van" },
        [CAUSE_THIRD_PARTY] = { "third_party", "bên thứ ba gây hư hỏng" },
        [CAUSE_ROAD_WORKS] = { "road_works", "thi công đường" },
        [CAUSE_LANDSLIDE] = { "landslide", "sạt lở" },
        [CAUSE_FLOOD] = { "flood", "lũ, ngập" },
        [CAUSE_DROUGHT] = { "drought", "hạn hán, cạn nguồn" },
        [CAUSE_POLLUTION] = { "pollution", "ô nhiễm nguồn nước" },
        [CAUSE_MAINS_AWAY] = { "mains_away", "mất điện lưới" },
        [CAUSE_ELECTRICAL] = { "electrical", "hỏng điện trong nhà máy" },
        [CAUSE_PUMP] = { "pump", "hỏng máy bơm" },
        [CAUSE_TREATMENT] = { "treatment", "sự cố xử lý nước" },
        [CAUSE_INSTRUMENT] = { "instrument", "hỏng thiết bị đo" },
        [CAUSE_TELEMETRY] = { "telemetry", "mất đường truyền" },
        [CAUSE_OPERATION] = { "operation", "thao tác vận hành" },
        [CAUSE_SABOTAGE] = { "sabotage", "phá hoại, xâm nhập" },
        [CAUSE_NO_FAULT] = { "no_fault", "không có sự cố" },
        [CAUSE_OTHER] = { "other", "khác" },
    };
    return WORDS[k < CAUSE_KIND_COUNT ? k : CAUSE_NOT_SAID];
}

struct incident_word measure_word(enum measure_kind k)
{
    static const struct incident_word WORDS[MEASURE_COUNT] = {
        [MEASURE_NOT_SAID] = { "not_said", "chưa nêu" },
        [MEASURE_VALVES] = { "valves", "đóng van ngăn chặn" },
        [MEASURE_ROTA] = { "rota", "cấp nước theo giờ" },
        [MEASURE_TANKERS] = { "tankers", "xe stec" },
        [MEASURE_INTERCONNECTION] = { "interconnection", "hòa mạng" },
        [MEASURE_FLUSHING] = { "flushing", "súc xả" },
        [MEASURE_BOTTLED] = { "bottled", "nước đóng bình" },
        [MEASURE_OTHER] = { "other", "khác" },
    };
    return WORDS[k < MEASURE_COUNT ? k : MEASURE_NOT_SAID];
}

struct incident_word finder_word(enum finder_kind k)
{
    static const struct incident_word WORDS[FINDER_COUNT] = {
        [FINDER_NOT_SAID] = { "not_said", "chưa nêu" },
        [FINDER_VALVE_CREW] = { "valve_crew", "tổ quản lý van" },
        [FINDER_NETWORK_CREW] = { "network_crew", "tổ quản lý mạng" },
        [FINDER_METER_READER] = { "meter_reader", "người ghi đồng hồ" },
        [FINDER_TELEMETRY_STAFF] = { "telemetry_staff", "người trực giám sát từ xa" },
        [FINDER_CUSTOMER] = { "customer", "khách hàng" },
        [FINDER_OTHER] = { "other", "khác" },
    };
    return WORDS[k < FINDER_COUNT ? k : FINDER_NOT_SAID];
}

const char *incident_word_of(enum incident_words of, unsigned n)
{
    static const char *const CONTROL[CONTROLLABILITY_COUNT] = { "unknown", "controllable", "beyond_control" };
    static const char *const LARGE[LARGE_COUNT] = { "by_rule", "yes", "no" };

    switch (of) {
    case WORDS_OF_CLASS: return n < CLASS_COUNT ? incident_limit(n)->name : NULL;
    case WORDS_OF_SOURCE: return n < CLOCK_SOURCE_COUNT ? clock_source_name(n) : NULL;
    case WORDS_OF_CAUSE: return n < CAUSE_KIND_COUNT ? cause_word(n).name : NULL;
    case WORDS_OF_MEASURE: return n < MEASURE_COUNT ? measure_word(n).name : NULL;
    case WORDS_OF_FINDER: return n < FINDER_COUNT ? finder_word(n).name : NULL;
    case WORDS_OF_DUTY: return n < DUTY_COUNT ? duty_row(n)->name : NULL;
    case WORDS_OF_CONTROL: return n < COUNT_OF(CONTROL) ? CONTROL[n] : NULL;
    case WORDS_OF_LARGE: return n < COUNT_OF(LARGE) ? LARGE[n] : NULL;
    }
    return NULL;
}

bool incident_word_parse(enum incident_words of, const char *given, unsigned *out)
{
    const char *word;

    for (unsigned n = 0; (word = incident_word_of(of, n)) != NULL; n++)
        if (strcmp(word, given) == 0) {
            *out = n;
            return true;
        }
    return false;
}
