#include "carriers.h"

#include <stdio.h>
#include <string.h>

/* ---- the tables ---- */

struct sms_row {
    char spool[SPOOL_PATH_MAX];
    char outgoing[SPOOL_PATH_MAX], checked[SPOOL_PATH_MAX], sent[SPOOL_PATH_MAX], failed[SPOOL_PATH_MAX];
    char incoming[SPOOL_PATH_MAX];
    bool answers, marks;
    int64_t parts, at_most, taken_ms;
};

static const struct conf_setting SMS[] = {
    { CONF_PATH("spool", struct sms_row, spool), .required = true,
      .help = "folder of the modem's program (smstools); the next five are in it, or paths of their own" },
    { CONF_TEXT("outgoing", struct sms_row, outgoing), .fallback = "outgoing",
      .help = "folder where messages are put" },
    { CONF_TEXT("checked", struct sms_row, checked), .fallback = "checked",
      .help = "folder where the program keeps them meanwhile" },
    { CONF_TEXT("sent", struct sms_row, sent), .fallback = "sent", .help = "folder of those that were sent" },
    { CONF_TEXT("failed", struct sms_row, failed), .fallback = "failed",
      .help = "folder of those that were not" },
    { CONF_TEXT("incoming", struct sms_row, incoming), .fallback = "incoming",
      .help = "folder of what comes" },
    { CONF_BOOL("answers", struct sms_row, answers), .fallback = "true",
      .help = "answers of contacts (NHAN 1024, DEN, NGUYENNHAN, XONG) are read and become facts" },
    { CONF_BOOL("diacritics", struct sms_row, marks), .fallback = "false",
      .help = "texts keep them: 70 characters in a part instead of 160" },
    { CONF_COUNT("parts", struct sms_row, parts), .fallback = "2", .low = 1, .high = SMS_PARTS_MAX,
      .help = "that a message may take up where one is not enough" },
    { CONF_COUNT("at_most", struct sms_row, at_most), .fallback = "30", .low = 1, .high = 1000,
      .help = "messages in a minute" },
    { CONF_DURATION("taken_within", struct sms_row, taken_ms), .fallback = "5min", .low = 1000,
      .high = CLOCK_DAY_MS, .help = "a message that lies longer says that the program does not run" },
};

/* ---- loading ---- */

static void folder(const struct conf_node *n, const char *spool, const char *key, const char *name,
                   char out[SPOOL_PATH_MAX], struct conf_mistakes *m)
{
    int len = name[0] == '/' ? snprintf(out, SPOOL_PATH_MAX, "%s", name)
                             : snprintf(out, SPOOL_PATH_MAX, "%s/%s", spool, name);

    if (len >= SPOOL_PATH_MAX)
        conf_mistake(m, conf_mark_at(n, key), "the path of this folder is too long");
}

void carriers_load_sms(const struct conf_node *n, struct carriers_settings *s, struct conf_mistakes *m)
{
    struct sms_row row;

    if (n == NULL || !conf_apply(SMS, COUNT_OF(SMS), n, &row, m))
        return;
    folder(n, row.spool, "outgoing", row.outgoing, s->spool.outgoing, m);
    folder(n, row.spool, "checked", row.checked, s->spool.checked, m);
    folder(n, row.spool, "sent", row.sent, s->spool.sent, m);
    folder(n, row.spool, "failed", row.failed, s->spool.failed, m);
    folder(n, row.spool, "spool", "capnuoc", s->spool.own, m);
    if (row.answers)
        folder(n, row.spool, "incoming", row.incoming, s->spool.incoming, m);
    s->spool.marks = row.marks;
    s->spool.taken_within_ms = row.taken_ms;
    s->parts = (unsigned)row.parts;
    s->a_minute[CHANNEL_SMS] = (unsigned)row.at_most;
}

/* ---- printing ---- */

static void print_sms(const struct carriers_settings *s, struct strbuf *to)
{
    struct sms_row row = { .answers = s->spool.incoming[0] != '\0',
                           .marks = s->spool.marks,
                           .parts = s->parts,
                           .at_most = s->a_minute[CHANNEL_SMS],
                           .taken_ms = s->spool.taken_within_ms };

    memcpy(row.spool, s->spool.own, sizeof row.spool);
    row.spool[strlen(row.spool) - strlen("/capnuoc")] = '\0';
    memcpy(row.outgoing, s->spool.outgoing, sizeof row.outgoing);
    memcpy(row.checked, s->spool.checked, sizeof row.checked);
    memcpy(row.sent, s->spool.sent, sizeof row.sent);
    memcpy(row.failed, s->spool.failed, sizeof row.failed);
    memcpy(row.incoming, s->spool.incoming, sizeof row.incoming);
    strbuf_puts(to, "  sms:\n");
    conf_print(SMS, COUNT_OF(SMS), &row, 4, to);
}

void carriers_print(const struct carriers_settings *s, struct strbuf *to)
{
    if (s->spool.outgoing[0] != '\0')
        print_sms(s, to);
}

void carriers_document(struct strbuf *to)
{
    conf_document(SMS, COUNT_OF(SMS), "notify: sms", to);
}
