/* Any bytes as an incident: refused, or written again they are the bytes it had, and what is derived stands.
 */
#include <stdlib.h>
#include <string.h>

#include "model/incident.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void derive(struct incident *i)
{
    const struct wall now = { INT64_MAX / 8 };
    struct incident_clock c = incident_clock(i, NULL);

    if (c.due.ms < c.start.ms)
        abort();
    (void)incident_state(i, now);
    (void)incident_on_time(i, now);
    (void)incident_waiting(i);
    (void)incident_approved_late(i, NULL);
}

static void write_of(const struct incident *i, struct strbuf *b)
{
    strbuf_init(b, INCIDENT_BYTES_MAX);
    incident_write(b, i);
    if (b->failed)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static struct incident i;
    struct strbuf once, again;

    if (incident_read(bytes, len, &i) != ERR_NONE)
        return 0;
    derive(&i);
    write_of(&i, &once);
    if (incident_read(once.text, once.len, &i) != ERR_NONE)
        abort();
    write_of(&i, &again);
    if (once.len < len || again.len != once.len || memcmp(again.text, once.text, once.len) != 0)
        abort();
    strbuf_clear(&once);
    strbuf_clear(&again);
    return 0;
}
