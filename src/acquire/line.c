#include "acquire/line.h"

#include "acquire/field.h"
#include "line_kinds.h"

static enum err way_for(struct way **out, const struct wire_settings *s, struct fault *why)
{
    switch (s->kind) {
    case WIRE_SERIAL: return way_serial_new(out, &s->serial, why);
    case WIRE_LISTEN: return way_listen_new(out, &s->listen, s->connect_ms, why);
    case WIRE_TCP:
    case WIRE_RTU_OVER_TCP:
    case WIRE_KIND_COUNT: break;
    }
    return way_dial_new(out, s->host, s->port, s->connect_ms, why);
}

bool wire_is_rtu(const struct wire_settings *s)
{
    return s->kind == WIRE_SERIAL || s->kind == WIRE_RTU_OVER_TCP ||
           (s->kind == WIRE_LISTEN && s->listen.rtu);
}

enum err line_new(struct line **out, const struct wire_settings *s, struct low_descriptors *pool,
                  struct fault *why)
{
    const struct rtu_pace pace = { .baud = s->kind == WIRE_SERIAL ? s->serial.baud : 0,
                                   .late_ms = s->late_ms,
                                   .echo = s->kind == WIRE_SERIAL && s->serial.echo };
    struct way *way;
    enum err rc = way_for(&way, s, why);

    if (rc != ERR_NONE)
        return rc;
    rc = wire_is_rtu(s) ? line_rtu_new(out, way, pace, why) : line_mbap_new(out, way, pool, why);
    if (rc != ERR_NONE)
        way_free(way);
    return rc;
}
