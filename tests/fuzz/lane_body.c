/* Any bytes as the body of a journal entry: refused, or each item written again gives the bytes it had. */
#include "model/lane.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct stored_reading reading;
    struct event event;
    enum body_item item;
    struct body_reader r;
    struct strbuf again;

    strbuf_init(&again, 1024);
    body_read(&r, bytes, len);
    for (;;) {
        const unsigned char *from = r.at;
        if (body_next(&r, &item, &reading, &event) != ERR_NONE || item == BODY_END)
            break;
        strbuf_reset(&again);
        if (item == BODY_READING)
            body_add_reading(&again, &reading);
        else if (item == BODY_HAND)
            body_add_hand(&again, &r.hand);
        else if (item == BODY_EVENT)
            body_add_event(&again, &event);
        else
            continue; /* may be longer than what we know of it */
        if (again.len != (size_t)(r.at - from) || memcmp(again.text, from, again.len) != 0)
            abort();
    }
    if (r.at > r.end)
        abort();
    strbuf_clear(&again);
    return 0;
}
