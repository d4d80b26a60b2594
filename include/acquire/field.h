/* The field as configured: wires, the devices that hang on them, and where each point lies in a device.
 * Plain data, made once from plant files. */
#ifndef ACQUIRE_FIELD_H
#define ACQUIRE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "acquire/profile.h"
#include "base/err.h"
#include "conf/table.h"
#include "model/catalogue.h"
#include "model/world_file.h"

/* The Modbus tables that are read, by their function code: two of bits, two of registers. */
enum {
    FUNCTION_READ_COILS = 1,
    FUNCTION_READ_DISCRETE = 2,
    FUNCTION_READ_HOLDING = 3,
    FUNCTION_READ_INPUT = 4,
    FUNCTION_COUNT
};

static inline bool function_reads_bits(uint8_t function)
{
    return function <= FUNCTION_READ_DISCRETE;
}

/* What the registers hold.  Part of a point's revision: add before KIND_COUNT, never renumber.  Those from
 * KIND_BOOL on are parts of one register, of which several may be read. */
enum register_kind {
    KIND_U16,
    KIND_I16,
    KIND_U32,
    KIND_I32,
    KIND_F32,
    KIND_U64,
    KIND_I64,
    KIND_F64,
    KIND_BCD16, /* four decimal digits, one in four bits */
    KIND_BCD32,
    KIND_BOOL, /* a coil or discrete input; of a register one bit, or whether it is other than 0 */
    KIND_HIGH_BYTE,
    KIND_LOW_BYTE,
    KIND_COUNT
};

/* Where the bytes of a value of two or four registers lie, A the most significant: abcd is "big endian", cdab
 * "low word first"; badc and dcba are these two with the bytes of each register swapped.  Of 64 bits they
 * mean abcdefgh, ghefcdab, badcfehg and hgfedcba.
 * A single register is high byte first, as Modbus has it (application protocol 1.1b3, 4.2), whatever the
 * order of its device: makers who swap floats do not swap status words.  Only a point that says badc or dcba
 * itself has its one register swapped. */
enum word_order { ORDER_ABCD, ORDER_CDAB, ORDER_BADC, ORDER_DCBA, ORDER_COUNT };

/* Of one read, Modbus application protocol 1.1b3, 6.3 and 6.1: 2000 bits fill the same 125 words. */
enum { REGISTERS_MAX = 125, BITS_MAX = 16 * REGISTERS_MAX, VALUE_REGISTERS_MAX = 4 };

enum { BIT_NONE = 0xFF };

/* The limits of a current, in numbers of the register; beyond them there is no value but a fault of the wire.
 */
struct current {
    bool on;
    double below, above; /* a fault at or beyond; NaN: no limit */
};

/* One point's place in its device, and how to make a value of it. */
struct tag {
    uint32_t point;    /* index in the catalogue */
    uint64_t revision; /* the point's: what this place and this number mean */
    uint8_t function;  /* FUNCTION_READ_... */
    uint16_t address;  /* as on the wire, from 0 */
    uint8_t kind, order;
    uint8_t bit; /* KIND_BOOL in a register: 0..15, 0 the least significant; BIT_NONE: the whole register */
    double scale, offset;        /* value = raw * scale + offset */
    double low, high;            /* plausible range of the value, NaN: open */
    char unit_as[UNIT_MAX];      /* the unit its own is declared to be the same as; "": none */
    struct conf_words no_value;  /* raw values that mean "no value", in the kind's width */
    struct point_states *states; /* what the numbers mean, its own; NULL: quantities */
    struct current current;
};

enum { FORBIDDEN_MAX = 32 };

/* Registers that must not be read: some devices restart, lose a total or fall silent when one does. */
struct forbidden {
    uint8_t function;
    uint16_t address;
    uint32_t count; /* 1.. ; address + count <= 65536 */
};

/* A register by which a device says whether its values count. */
struct gate {
    bool on;
    uint32_t tag;          /* in the device's tags */
    uint64_t mask, equals; /* open when (raw & mask) == equals */
    bool uncertain;        /* what is behind it when it is not: uncertain instead of bad */
};

/* A register that never stands still while the device itself answers. */
struct alive_rule {
    int64_t within_ms; /* 0: there is none */
    uint32_t tag;
};

enum { IDENTITY_REGISTERS_MAX = 32 };

/* Registers with a text that tells this device from another: serial number, firmware.  No tag: it never
 * becomes a number. */
struct identity {
    uint8_t function; /* FUNCTION_READ_HOLDING or FUNCTION_READ_INPUT; 0: there are none */
    uint16_t address;
    uint16_t registers; /* 1..IDENTITY_REGISTERS_MAX, read as one block */
    bool low_first;     /* the low byte of a register is the first character of the two */
};

struct device {
    char id[ID_MAX];
    int64_t unit;          /* 0..255 */
    int64_t every_ms;      /* between two reads of everything */
    int64_t max_registers; /* of one request; many devices take fewer than 125 */
    int64_t holes;         /* registers nobody asked for that one request may span */
    struct forbidden forbidden[FORBIDDEN_MAX];
    size_t forbidden_count;
    int64_t answer_ms;     /* how long it may take to answer; 0: as the wire says */
    int64_t busy_retries;  /* more tries of a block refused as busy */
    int64_t busy_pause_ms; /* before each of them */
    bool tolerates;        /* answers that name another unit: */
    uint8_t reply_unit;    /* this one */
    bool close_after_cycle;
    struct gate gate;
    struct alive_rule alive;
    struct identity identity;
    struct tag *tags;
    size_t tag_count; /* its points */
    size_t watched;   /* tags behind these, of no point (NO_INDEX): read for gate and alive only */
};

/* How a wire is reached, and so what frames go over it. */
enum wire_kind { WIRE_TCP, WIRE_RTU_OVER_TCP, WIRE_SERIAL, WIRE_LISTEN, WIRE_KIND_COUNT };

enum parity { PARITY_NONE, PARITY_EVEN, PARITY_ODD, PARITY_COUNT };

struct serial_settings {
    char device[128]; /* path */
    int64_t baud;     /* one of those the table of settings knows */
    int64_t stop_bits;
    enum parity parity;
    bool echo; /* the adapter hears what it sends */
};

struct listen_settings {
    char host[64]; /* IPv4 or IPv6 literal to listen on */
    char port[8];
    char from[64]; /* the only literal that may call; "": anybody */
    bool rtu;      /* RTU frames; else those of Modbus TCP */
};

struct wire_settings {
    char id[ID_MAX];
    enum wire_kind kind;
    char host[64]; /* IPv4 or IPv6 literal, or a name; "" unless we dial */
    char port[8];
    struct serial_settings serial;
    struct listen_settings listen;
    int64_t late_ms;        /* RTU: after trouble nothing is asked before the line was silent this long */
    int64_t connect_ms;     /* how long a connection may take */
    int64_t answer_ms;      /* how long a device may take to answer, to the last byte */
    int64_t pause_ms;       /* least time between two requests */
    int64_t typical_ms;     /* how long an answer takes as a rule: for the sum of the wire's work only */
    double load;            /* the share of its time that this work takes, as summed up from the settings */
    bool close_after_cycle; /* of devices that say nothing else; theirs has it too */
    int32_t accepted;       /* likewise; their points have it too */
    struct device *devices;
    size_t device_count;
};

struct field_seen; /* names and places of the files read so far */

struct field {
    struct wire_settings *wires;
    size_t wire_count;
    uint64_t (*key_of)(const char *id); /* of a point: seal_key63, if no test says otherwise */
    struct field_seen *seen;            /* between the first field_load and field_check */
    struct world_reader *world;         /* the same */
    struct rules_reader *rules;         /* the same */
};

/* Frames with a check sum instead of a number: a late answer cannot be told from the one awaited. */
bool wire_is_rtu(const struct wire_settings *s);
/* "host:port", "/dev/ttyUSB0 9600 8N1": where the wire goes, for people. */
void wire_endpoint(const struct wire_settings *s, char *out, size_t size);

/* True when both would ask the same devices the same questions and make the same numbers of the answers:
 * only where their points stand in a catalogue may differ. */
bool wire_settings_same(const struct wire_settings *a, const struct wire_settings *b);

void field_init(struct field *f);
void field_clear(struct field *f);

/* Number of registers of a kind; a bit of the tables of bits counts as one. */
unsigned kind_registers(enum register_kind k);
/* 1 to 4 registers as one number, whatever their order on the wire. */
uint64_t order_raw(enum word_order order, const uint16_t *words, unsigned registers);
/* The settings key that names a table: "coil", "discrete", "holding", "input". */
const char *function_key(uint8_t function);

/* Reads a list of administrative areas into the catalogue, before the plants that stand in them. */
MUST_USE enum err field_load_areas(const struct conf_node *list, struct catalogue *c, struct field *f,
                                   struct conf_mistakes *m);

/* Reads one plant file into both: supplier, system, sites and points into the catalogue, wires and devices
 * into the field.  Call once per file; all mistakes are reported, marked.  ERR_MEMORY apart, the outcome is
 * in m->mistakes.  Borrows root until field_check, which names places of all files; borrows profiles (NULL:
 * there are none) only during the call. */
MUST_USE enum err field_load(const struct conf_node *root, const struct profiles *profiles,
                             struct catalogue *c, struct field *f, struct conf_mistakes *m);

/* After the last file: zones, whose meters may stand in any file; is there anything to read?  The files may
 * go now.  ERR_MEMORY. */
MUST_USE enum err field_check(struct field *f, struct conf_mark whole, struct conf_mistakes *m);

/* The tables of this room's settings, for printing and documents. */
struct field_table {
    const char *title;
    const struct conf_setting *rows;
    size_t count;
};
size_t field_tables(const struct field_table **out);

/* Appends the effective plant as YAML. */
void field_print(const struct catalogue *c, const struct field *f, struct strbuf *to);

#endif
