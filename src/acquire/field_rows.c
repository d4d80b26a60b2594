#include "field_rows.h"

#include <math.h>

#include "acquire/meaning.h"
#include "base/clock.h"
#include "model/known.h"
#include "model/quality.h"

const char *const FIELD_KINDS[KIND_COUNT + 1] = {
    "u16", "i16",   "u32",   "i32",  "f32",       "u64",      "i64",
    "f64", "bcd16", "bcd32", "bool", "high_byte", "low_byte", NULL,
};
const char *const FIELD_ORDERS[ORDER_COUNT + 1] = { "abcd", "cdab", "badc", "dcba", NULL };
const char *const FIELD_RATES[RATE_PER_COUNT + 1] = { "second", "minute", "hour", NULL };

const char *const FIELD_BAUDS[BAUD_COUNT + 1] = { "1200",  "2400",   "4800",   "9600",   "19200",  "38400",
                                                  "57600", "115200", "230400", "460800", "921600", NULL };
const char *const FIELD_PARITIES[PARITY_COUNT + 1] = { "none", "even", "odd", NULL };
static const char *const FIELD_DATA_BITS[] = { "8", NULL };
const char *const FIELD_PROTOCOLS[3] = { "tcp", "rtu", NULL };

const struct conf_setting SERIAL[] = {
    { CONF_TEXT("device", struct serial_row, device), .required = true,
      .help = "path of the port; /dev/serial/by-id/... stays the same when the adapter is plugged in again" },
    { CONF_CHOICE("baud", struct serial_row, baud), .required = true, .choices = FIELD_BAUDS,
      .help = "bits a second" },
    { CONF_CHOICE("parity", struct serial_row, parity), .required = true, .choices = FIELD_PARITIES,
      .help = "as the devices are set: 8N1 is none, 8E1 is even" },
    { CONF_COUNT("stop_bits", struct serial_row, stop_bits), .fallback = "1", .low = 1, .high = 2,
      .help = "stop bits of a character" },
    { CONF_CHOICE("data_bits", struct serial_row, data_bits), .fallback = "8", .choices = FIELD_DATA_BITS,
      .help = "always 8: Modbus RTU knows no other" },
    { CONF_BOOL("echo", struct serial_row, echo), .fallback = "false",
      .help = "true for an adapter that hears what it sends; then the echo must be there, and the same" },
};

const struct conf_setting LISTEN[] = {
    { CONF_TEXT("on", struct listen_row, on), .required = true,
      .help = "address:port to listen on; 0.0.0.0 for all addresses of this machine" },
    { CONF_TEXT("from", struct listen_row, from),
      .help = "the one address that may call; without it, whoever calls is believed" },
    { CONF_CHOICE("protocol", struct listen_row, protocol), .fallback = "tcp", .choices = FIELD_PROTOCOLS,
      .help = "frames of the one who calls; tcp: Modbus TCP, rtu: those of a serial line, passed on as they "
              "are" },
};
static const char *const TABLE_KEYS[FUNCTION_COUNT] = {
    [FUNCTION_READ_COILS] = "coil",
    [FUNCTION_READ_DISCRETE] = "discrete",
    [FUNCTION_READ_HOLDING] = "holding",
    [FUNCTION_READ_INPUT] = "input",
};

const char *function_key(uint8_t function)
{
    return TABLE_KEYS[function];
}

const char *kind_word(enum register_kind k)
{
    return FIELD_KINDS[k];
}

const char *order_word(enum word_order o)
{
    return FIELD_ORDERS[o];
}

uint8_t place_function(const int64_t place[FUNCTION_COUNT])
{
    uint8_t found = 0;

    for (int f = FUNCTION_READ_COILS; f < FUNCTION_COUNT; f++)
        if (place[f] != CONF_NONE) {
            if (found != 0)
                return 0;
            found = (uint8_t)f;
        }
    return found;
}

const struct conf_setting WIRE[] = {
    { CONF_ID("id", struct wire_row, id), .required = true, .help = "name of the wire" },
    { CONF_TEXT("tcp", struct wire_row, tcp),
      .help = "host:port of a Modbus TCP server; a wire has one of tcp, serial, rtu_over_tcp and listen" },
    { CONF_SECTION("serial", struct wire_row, serial), .help = "a serial port of this machine, Modbus RTU" },
    { CONF_TEXT("rtu_over_tcp", struct wire_row, rtu_over_tcp),
      .help = "host:port of a converter that passes bytes on as they are (\"transparent\", \"raw\")" },
    { CONF_SECTION("listen", struct wire_row, listen), .help = "for devices that dial in, as modems do" },
    { CONF_DURATION("connect_within", struct wire_row, connect_ms), .fallback = "3s", .low = 10,
      .high = 60000, .help = "how long a connection may take" },
    { CONF_DURATION("answer_within", struct wire_row, answer_ms), .fallback = "1s", .low = 10, .high = 60000,
      .help = "how long a device may take to answer, to the last byte" },
    { CONF_DURATION("pause", struct wire_row, pause_ms), .fallback = "0ms", .low = 0, .high = 10000,
      .help = "least time between two requests, for devices that need to draw breath" },
    { CONF_DURATION("typical_answer", struct wire_row, typical_ms), .fallback = "30ms", .low = 1,
      .high = 60000,
      .help =
          "how long an answer takes as a rule, on a serial port without the time of its bytes; the wire's "
          "work is summed with it" },
    { CONF_DURATION("late_window", struct wire_row, late_ms), .low = 10, .high = 60000,
      .help = "frames of a serial line carry no number: after a time-out or a broken answer nothing is asked "
              "before the line was silent this long; as answer_within, if not said" },
    { CONF_BOOL("close_after_cycle", struct wire_row, close_after_cycle), .fallback = "false",
      .help = "hang up after each cycle of each device, for gateways with few connections" },
    { KNOWN_DAY("accepted", struct wire_row, accepted),
      .help = "of its devices that say nothing else; as a point's" },
    { CONF_LIST("devices", struct wire_row, devices), .required = true, .help = "what hangs on it" },
};

/* What a device and a profile may both say of its behaviour. */
#define HABIT_ROWS(s)                                                                                        \
    { CONF_DURATION("answer_within", s, habits.answer_ms), .low = 10, .high = CLOCK_MINUTE_MS,               \
      .help = "how long it may take to answer, to the last byte, if not as long as its wire says" },         \
        { CONF_COUNT("busy_retries", s, habits.busy_retries), .fallback = "2", .low = 0, .high = 20,         \
          .help = "how often a request is repeated that it refuses as busy (exception 6)" },                 \
        { CONF_DURATION("busy_pause", s, habits.busy_pause_ms), .fallback = "200ms", .low = 1,               \
          .high = CLOCK_MINUTE_MS,                                                                           \
          .help = "before each repetition; others on the wire are asked meanwhile" },                        \
        { CONF_COUNT("reply_unit", s, habits.reply_unit), .low = 0, .high = 255,                             \
          .help = "another unit identifier that its answers may carry, on TCP; each is counted" },           \
        { CONF_BOOL("close_after_cycle", s, habits.close_after_cycle), .fallback = "false",                  \
          .help = "hang up after each of its cycles, whatever its wire says" },                              \
        { CONF_SECTION("gate", s, habits.gate),                                                              \
          .help = "a register by which it says whether its values count" },                                  \
        { CONF_SECTION("identity", s, habits.identity),                                                      \
          .help = "registers with a text that tells it from another: serial number, firmware" },             \
    {                                                                                                        \
        CONF_SECTION("alive", s, habits.alive),                                                              \
            .help = "a register that never stands still while the device itself answers"                     \
    }

const struct conf_setting DEVICE[] = {
    { CONF_ID("id", struct device_row, id), .required = true, .help = "name of the device" },
    { CONF_ID("site", struct device_row, site), .required = true, .help = "id of the site it stands on" },
    { CONF_ID("profile", struct device_row, profile),
      .help =
          "id of the profile of its make; gives order, max_registers, holes, forbidden and points to use" },
    { CONF_COUNT("unit", struct device_row, unit), .fallback = "1", .low = 0, .high = 255,
      .help = "unit identifier, also called slave address" },
    { CONF_DURATION("every", struct device_row, every_ms), .fallback = "5s", .low = 100, .high = CLOCK_DAY_MS,
      .help = "time between two reads" },
    { CONF_COUNT("max_registers", struct device_row, max_registers), .fallback = "125", .low = 1,
      .high = REGISTERS_MAX, .help = "most registers the device gives in one answer" },
    { CONF_COUNT("holes", struct device_row, holes), .fallback = "0", .low = 0, .high = REGISTERS_MAX,
      .help = "registers (or bits) nobody asked for that one request may span" },
    { CONF_CHOICE("order", struct device_row, order), .fallback = "abcd", .choices = FIELD_ORDERS,
      .help =
          "byte order of its values of two or four registers; abcd: high word first, cdab: low word first, "
          "badc "
          "and dcba: the same with the bytes of each register swapped; single registers are not touched" },
    HABIT_ROWS(struct device_row),
    { CONF_LIST("forbidden", struct device_row, forbidden),
      .help = "registers no request may touch; replaces the profile's" },
    { KNOWN_DAY("accepted", struct device_row, accepted),
      .help = "of its points that say nothing else; as a point's" },
    { CONF_LIST("points", struct device_row, points), .required = true, .help = "what it measures" },
    { CONF_LIST("rules", struct device_row, rules), .help = "rules on its points" },
};

#define WATCH_ROWS(s)                                                                                        \
    { CONF_ID("point", s, watch.point), .help = "a point of the device; in a profile a register is named" }, \
        { CONF_COUNT("holding", s, watch.holding), .low = 0, .high = 65535,                                  \
          .help = "holding register, as on the wire; it is read besides the points" },                       \
    {                                                                                                        \
        CONF_COUNT("input", s, watch.input),                                                                 \
            .low = 0, .high = 65535, .help = "input register, as on the wire; it is read besides the points" \
    }

static const char *const OTHERWISE[] = { [QUALITY_BAD] = "bad", [QUALITY_UNCERTAIN] = "uncertain", NULL };

const struct conf_setting GATE[] = {
    WATCH_ROWS(struct gate_row),
    { CONF_COUNT("equals", struct gate_row, equals), .low = 0, .high = UINT32_MAX,
      .help = "what it holds (of the bits of the mask) while the values count" },
    { CONF_COUNT("mask", struct gate_row, mask), .low = 1, .high = UINT32_MAX,
      .help = "which of its bits are looked at; without equals, all of them must be set" },
    { CONF_CHOICE("otherwise", struct gate_row, otherwise), .fallback = "bad", .choices = OTHERWISE,
      .help = "what the values are when they do not count; a gate that cannot be read is shut too" },
};

static const char *const FIELD_BYTES[] = { "high_first", "low_first", NULL };

const struct conf_setting IDENTITY[] = {
    { CONF_COUNT("holding", struct identity_row, holding), .low = 0, .high = 65535,
      .help = "first holding register of the text, as on the wire" },
    { CONF_COUNT("input", struct identity_row, input), .low = 0, .high = 65535,
      .help = "or first input register" },
    { CONF_COUNT("registers", struct identity_row, registers), .required = true, .low = 1,
      .high = IDENTITY_REGISTERS_MAX,
      .help = "how many there are, two characters in each; they are read in one answer of their own" },
    { CONF_CHOICE("order", struct identity_row, order), .fallback = "high_first", .choices = FIELD_BYTES,
      .help = "which byte of a register is the first character" },
};

const struct conf_setting ALIVE[] = {
    WATCH_ROWS(struct alive_row),
    { CONF_DURATION("within", struct alive_row, within_ms), .required = true, .low = 1000,
      .high = CLOCK_DAY_MS, .help = "when it has not changed for so long, all values are uncertain (stale)" },
};

const struct conf_setting FORBIDDEN[] = {
    { CONF_COUNT("holding", struct forbidden_row, place[FUNCTION_READ_HOLDING]), .low = 0, .high = 65535,
      .help = "first holding register, as on the wire" },
    { CONF_COUNT("input", struct forbidden_row, place[FUNCTION_READ_INPUT]), .low = 0, .high = 65535,
      .help = "first input register, as on the wire" },
    { CONF_COUNT("coil", struct forbidden_row, place[FUNCTION_READ_COILS]), .low = 0, .high = 65535,
      .help = "first coil, as on the wire" },
    { CONF_COUNT("discrete", struct forbidden_row, place[FUNCTION_READ_DISCRETE]), .low = 0, .high = 65535,
      .help = "first discrete input, as on the wire" },
    { CONF_COUNT("count", struct forbidden_row, count), .fallback = "1", .low = 1, .high = 65536,
      .help = "how many registers or bits from there" },
};

static const char *const SIGNALS[] = { "4-20mA", NULL };

/* What a point of a plant and a point of a profile have in common. */
#define POINT_ROWS                                                                                           \
    { CONF_TEXT("name", struct point_row, name), .required = true, .help = "for people" },                   \
        { CONF_ID("parameter", struct point_row, parameter),                                                 \
          .help = "what is measured: flow, turbidity, free_chlorine" },                                      \
        { CONF_TEXT("unit", struct point_row, unit), .required = true, .help = "of the value; - for none" }, \
        { CONF_TEXT("unit_as", struct point_row, unit_as),                                                   \
          .help = "the unit it is taken for, where a works holds two that do not convert for the same: FNU " \
                  "as NTU" },                                                                                \
        { CONF_COUNT("holding", struct point_row, place[FUNCTION_READ_HOLDING]), .low = 0, .high = 65535,    \
          .help = "holding register, as on the wire: the first is 0" },                                      \
        { CONF_COUNT("input", struct point_row, place[FUNCTION_READ_INPUT]), .low = 0, .high = 65535,        \
          .help = "input register, as on the wire: the first is 0" },                                        \
        { CONF_COUNT("coil", struct point_row, place[FUNCTION_READ_COILS]), .low = 0, .high = 65535,         \
          .help = "coil (function 1), as on the wire: the first is 0; its type is bool" },                   \
        { CONF_COUNT("discrete", struct point_row, place[FUNCTION_READ_DISCRETE]), .low = 0, .high = 65535,  \
          .help = "discrete input (function 2), as on the wire: the first is 0; its type is bool" },         \
        { CONF_CHOICE("type", struct point_row, kind), .required = true, .choices = FIELD_KINDS,             \
          .help = "what the registers hold; bcd: packed decimal digits; bool: a bit, or 0 and anything "     \
                  "else; beyond 2^53 the value of u64 and i64 is uncertain" },                               \
        { CONF_COUNT("bit", struct point_row, bit), .low = 0, .high = 15,                                    \
          .help = "the bit of the register that a bool is, 0 the least significant; without it a bool is "   \
                  "whether the register is other than 0" },                                                  \
        { CONF_CHOICE("order", struct point_row, order), .choices = FIELD_ORDERS,                            \
          .help = "byte order, if not the device's; said here, badc and dcba swap the two bytes of a "       \
                  "single register too" },                                                                   \
        { CONF_NUMBER("scale", struct point_row, scale), .fallback = "1",                                    \
          .help = "value = raw * scale + offset" },                                                          \
        { CONF_NUMBER("offset", struct point_row, offset), .fallback = "0",                                  \
          .help = "value = raw * scale + offset" },                                                          \
        { CONF_COUNT("decimals", struct point_row, decimals), .fallback = "2", .low = 0, .high = 6,          \
          .help = "to show" },                                                                               \
        { CONF_NUMBER("deadband", struct point_row, deadband), .fallback = "0", .low = 0, .high = INFINITY,  \
          .help = "a change must be larger than this to be stored; 0: every change is" },                    \
        { CONF_DURATION("heartbeat", struct point_row, heartbeat_ms), .fallback = "5min", .low = 1000,       \
          .high = CLOCK_HOUR_MS, .help = "stored at least this often, changed or not" },                     \
        { CONF_RANGE("plausible", struct point_row, plausible),                                              \
          .help = "[low, high] that the quantity can have; outside, the value is uncertain" },               \
        { CONF_NODE("states", struct point_row, states),                                                     \
          .help = "what its numbers mean: { 0: stopped, 1: running, 2: fault }, or a list that counts from " \
                  "0; any other number is uncertain" },                                                      \
        { CONF_CHOICE("signal", struct point_row, signal), .choices = SIGNALS,                               \
          .help = "what the register counts is a current: at or below 3.6 mA and at or above 21 mA "         \
                  "(NAMUR NE 43) the sensor or its wire has failed, and there is no value" },                \
        { CONF_NUMBER("signal_per_ma", struct point_row, per_ma), .low = 1e-6, .high = 1e9,                  \
          .help = "how much the register counts per mA of the signal, if not 1" },                           \
        { CONF_NUMBER("fault_below", struct point_row, fault_below),                                         \
          .help = "at or below it there is no value but a fault; in mA with signal, else as the register "   \
                  "counts" },                                                                                \
        { CONF_NUMBER("fault_above", struct point_row, fault_above), .help = "at or above it, likewise" },   \
    {                                                                                                        \
        CONF_WORDS("no_value", struct point_row, no_value),                                                  \
            .help = "raw register values that mean \"no value\", as unsigned numbers of the type's width; "  \
                    "of a bit or a byte: of its whole register"                                              \
    }

/* How its numbers are doubted. */
#define DOUBT_ROWS                                                                                           \
    { CONF_RANGE("span", struct point_row, span),                                                            \
      .help =                                                                                                \
          "[low, high] that the sensor can measure; at an end the value is uncertain (clipped: at least "    \
          "so much), but 0 as the low end is a value" },                                                     \
        { CONF_NUMBER("max_rate", struct point_row, max_rate), .fallback = "0", .low = 0, .high = INFINITY,  \
          .help =                                                                                            \
              "fastest it can change, above what noise does; beyond, the value is uncertain; 0: not told" }, \
        { CONF_CHOICE("max_rate_per", struct point_row, rate_per), .fallback = "hour",                       \
          .choices = FIELD_RATES, .help = "time in which it can change by max_rate" },                       \
        { CONF_DURATION("frozen_after", struct point_row, frozen_after_ms), .fallback = "0ms", .low = 0,     \
          .high = 30.0 * CLOCK_DAY_MS,                                                                       \
          .help = "longer at the very same number, and the value is uncertain (frozen); 0: it may stand "    \
                  "still" },                                                                                 \
        { CONF_TEXT("frozen_unless", struct point_row, frozen_unless), .low = 0, .high = 240,                \
          .help = "while one of these holds, standing still is right: lc.tank.level >= 3.9 or value == 0 "   \
                  "at 22:00-05:00; value: the point itself" },                                               \
        { CONF_NUMBER("total_max_flow", struct point_row, total_max_flow), .fallback = "0", .low = 0,        \
          .high = INFINITY,                                                                                  \
          .help = "says that it counts, and the most it can count in an hour: a larger step, or one "        \
                  "backwards, is "                                                                           \
                  "uncertain and not counted; 0: it is no counter" },                                        \
        { CONF_NUMBER("total_wraps_at", struct point_row, total_wraps_at), .fallback = "0", .low = 0,        \
          .high = INFINITY, .help = "the number at which a counter begins again from 0; 0: it does not" },   \
    {                                                                                                        \
        CONF_COUNT("total_width", struct point_row, total_width),                                            \
            .low = 8, .high = 32,                                                                            \
            .help = "or so many bits of its raw value, after which it begins again from 0"                   \
    }

const struct conf_setting POINT[] = {
    { CONF_ID("id", struct point_row, id), .required = true,
      .help = "for machines; its history hangs on it" },
    { CONF_ID("was", struct point_row, was),
      .help =
          "after a renaming: the first id it ever had; without it the history ends and a new one begins" },
    { CONF_ID("use", struct point_row, use),
      .help = "a point of the device's profile; then every other key but id may be left out" },
    { KNOWN_DAY("accepted", struct point_row, accepted),
      .help =
          "not_yet: it is being commissioned: shown, and no report rests on it; the day it was accepted, "
          "2026-11-20: what was read before counts for none; always, as if nothing is said: all counts; if "
          "not said, as its device, else as its wire" },
    { CONF_CHOICE("at", struct point_row, at), .fallback = "process", .choices = SAMPLED_AT,
      .help = "which water it sees: limits of the regulation hold for treated water, network and tap" },
    { CONF_LIST("rules", struct point_row, rules), .help = "rules on it" },
    POINT_ROWS,
    DOUBT_ROWS,
};

const struct conf_setting PROFILE_POINT[] = {
    { CONF_ID("use", struct point_row, use), .required = true,
      .help = "how plants call it; once in the profile" },
    POINT_ROWS,
    DOUBT_ROWS,
};

const struct conf_setting MANUAL[] = {
    { CONF_ID("id", struct manual_row, id), .required = true,
      .help = "for machines; its history hangs on it" },
    { CONF_ID("was", struct manual_row, was), .help = "after a renaming: the first id it ever had" },
    { CONF_ID("site", struct manual_row, site), .required = true, .help = "id of the site it stands on" },
    { CONF_TEXT("name", struct manual_row, name), .required = true, .help = "for people" },
    { CONF_ID("parameter", struct manual_row, parameter), .help = "what is measured" },
    { CONF_TEXT("unit", struct manual_row, unit), .required = true, .help = "of the value; - for none" },
    { CONF_COUNT("decimals", struct manual_row, decimals), .fallback = "2", .low = 0, .high = 6,
      .help = "to show" },
    { CONF_RANGE("plausible", struct manual_row, plausible),
      .help = "[low, high] that the quantity can have; outside, the value is uncertain" },
    { CONF_CHOICE("at", struct manual_row, at), .fallback = "process", .choices = SAMPLED_AT,
      .help = "which water it sees: limits of the regulation hold for treated water, network and tap" },
    { CONF_LIST("rules", struct manual_row, rules), .help = "rules on it" },
    { CONF_NUMBER("total_max_flow", struct manual_row, total_max_flow), .fallback = "0", .low = 0,
      .high = INFINITY, .help = "says that it counts, and the most it can count in an hour" },
    { CONF_NUMBER("total_wraps_at", struct manual_row, total_wraps_at), .fallback = "0", .low = 0,
      .high = INFINITY, .help = "the number at which it begins again from 0; 0: it does not" },
};

const char *const COUNTS[] = { "hours", "starts", NULL };

const struct conf_setting COUNTED[] = {
    { CONF_ID("id", struct counted_row, id), .required = true,
      .help = "for machines; its history hangs on it" },
    { CONF_ID("was", struct counted_row, was), .help = "after a renaming: the first id it ever had" },
    { CONF_TEXT("name", struct counted_row, name), .required = true, .help = "for people" },
    { CONF_CHOICE("counts", struct counted_row, counts), .fallback = "hours", .choices = COUNTS,
      .help = "for how long the condition holds, or how often it begins to" },
    { CONF_TEXT("while", struct counted_row, condition), .required = true, .low = 1, .high = 240,
      .help =
          "when it counts, as lc.pump1.state == 1; of a point with a device, whose site and device it has" },
    { CONF_NUMBER("from", struct counted_row, from), .fallback = "0", .low = 0, .high = 1e9,
      .help = "what had been counted before it is counted here, of the log book say" },
    { CONF_COUNT("decimals", struct counted_row, decimals), .fallback = "1", .low = 0, .high = 6,
      .help = "to show, of hours" },
    { CONF_NUMBER("deadband", struct counted_row, deadband), .fallback = "0.1", .low = 0.001, .high = 24,
      .help = "of hours: shown and stored when it is more than this further on" },
    { CONF_DURATION("heartbeat", struct counted_row, heartbeat_ms), .fallback = "1h", .low = 1000,
      .high = CLOCK_HOUR_MS, .help = "stored at least this often, changed or not" },
    { CONF_LIST("rules", struct counted_row, rules), .help = "rules on it" },
};

const struct conf_setting PROFILE_FILE[] = {
    { CONF_SECTION("profile", struct profile_file_row, profile), .required = true, .help = "the make" },
    { CONF_LIST("points", struct profile_file_row, points), .required = true, .help = "what it can measure" },
};

const struct conf_setting PROFILE[] = {
    { CONF_ID("id", struct profile_row, id), .required = true, .help = "how devices call it" },
    { CONF_TEXT("name", struct profile_row, name), .required = true, .help = "make and model" },
    { CONF_TEXT("source", struct profile_row, source), .required = true,
      .help = "which manual, which page: where the registers come from" },
    { CONF_CHOICE("order", struct profile_row, order), .fallback = "abcd", .choices = FIELD_ORDERS,
      .help =
          "byte order of its values of two or four registers; abcd: high word first, cdab: low word first, "
          "badc "
          "and dcba: the same with the bytes of each register swapped; single registers are not touched" },
    { CONF_COUNT("max_registers", struct profile_row, max_registers), .fallback = "125", .low = 1,
      .high = REGISTERS_MAX, .help = "most registers the device gives in one answer" },
    { CONF_COUNT("holes", struct profile_row, holes), .fallback = "0", .low = 0, .high = REGISTERS_MAX,
      .help = "registers (or bits) nobody asked for that one request may span" },
    HABIT_ROWS(struct profile_row),
    { CONF_LIST("forbidden", struct profile_row, forbidden), .help = "registers no request may touch" },
};
