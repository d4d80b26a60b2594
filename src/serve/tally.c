#include "tally.h"

#include <stdio.h>

struct one {
    const char *name, *help, *type, *labels;
    double value;
};

static void give(const struct one *o, void (*sample)(void *ctx, const struct metric *m), void *ctx)
{
    struct metric m = { .name = o->name, .help = o->help, .type = o->type, .value = o->value };

    (void)snprintf(m.labels, sizeof m.labels, "%s", o->labels);
    sample(ctx, &m);
}

static double count(atomic_uint_fast64_t *n)
{
    return (double)atomic_load(n);
}

static void answers(struct tally *t, void (*sample)(void *ctx, const struct metric *m), void *ctx)
{
    for (unsigned digit = 2; digit < 6; digit++) {
        char labels[32];
        (void)snprintf(labels, sizeof labels, "status=\"%uxx\"", digit);
        give(&(struct one){ "capnuoc_http_answers_total", "Answers by class of status.", "counter", labels,
                            count(&t->answers[digit]) },
             sample, ctx);
    }
}

void tally_metrics(struct tally *t, void (*sample)(void *ctx, const struct metric *m), void *ctx)
{
    const struct one rest[] = {
        { "capnuoc_http_not_modified_total", "Answers 304.", "counter", "", count(&t->not_modified) },
        { "capnuoc_http_cut_total", "Connections ended for missing a deadline or to make room.", "counter",
          "", count(&t->cut) },
        { "capnuoc_http_wrong_tokens_total", "Tokens and sessions that were not right.", "counter", "",
          count(&t->wrong_tokens) },
        { "capnuoc_http_too_often_total", "Requests refused for coming too often.", "counter", "",
          count(&t->too_often) },
        { "capnuoc_http_connections", "Open connections.", "gauge", "", atomic_load(&t->connections) },
        { "capnuoc_http_open_requests", "Requests under way, streams included.", "gauge", "",
          atomic_load(&t->open_requests) },
        { "capnuoc_stream_readers", "Open event streams.", "gauge", "", atomic_load(&t->streams) },
        { "capnuoc_stream_events_total", "Events handed to streams.", "counter", "", count(&t->events) },
        { "capnuoc_stream_skipped_total", "Pictures that slow readers got merged with a later one.",
          "counter", "", count(&t->skipped) },
        { "capnuoc_history_questions_total", "Questions about the past.", "counter", "",
          count(&t->questions) },
        { "capnuoc_history_late_total", "Questions about the past given up for lateness.", "counter", "",
          count(&t->questions_late) },
    };

    answers(t, sample, ctx);
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++)
        give(&rest[i], sample, ctx);
}
