#include "carriers.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "conf/write.h"

static const char OWN_FOLDER[] = "capnuoc"; /* in the spool */

/* ---- the tables ---- */

struct sms_row {
    char spool[SPOOL_PATH_MAX];
    char outgoing[SPOOL_PATH_MAX], checked[SPOOL_PATH_MAX], sent[SPOOL_PATH_MAX], failed[SPOOL_PATH_MAX];
    char incoming[SPOOL_PATH_MAX];
    bool answers, marks;
    int64_t parts, at_most, taken_ms;
    const struct conf_node *gateway;
};

static const struct conf_setting SMS[] = {
    { CONF_SECTION("gateway", struct sms_row, gateway),
      .help = "SMS by somebody's gateway over HTTPS; one of gateway and spool" },
    { CONF_PATH("spool", struct sms_row, spool), .help = "SMS by a modem: folder of its program (smstools); "
                                                         "the next five are in it, or paths of their own" },
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

struct post_row {
    char url[POST_URL_MAX], body[POST_BODY_MAX], taken_when[POST_TEXT_MAX];
    char template[POST_PATH_MAX], secret_file[POST_PATH_MAX], authorities[POST_PATH_MAX];
    const struct conf_node *headers;
    int method, content;
    bool sign;
    int64_t answer_ms, at_most;
};

static const char *const METHODS[] = { "post", "put", "get", NULL };
static const char *const CONTENTS[] = { "json", "form", "xml", "plain", NULL };

static const struct conf_setting POST[] = {
    { CONF_PATH("template", struct post_row, template),
      .help = "file with rows of this table, such as config/webhooks/zalo-oa.yaml; what stands here comes "
              "before what stands there" },
    { CONF_TEXT("url", struct post_row, url),
      .help = "https://...; in it, the headers and the body {to}, {text}, {brief}, {subject}, {id}, {time}, "
              "{language} and {secret} are filled in" },
    { CONF_CHOICE("method", struct post_row, method), .fallback = "post", .choices = METHODS,
      .help = "of the request" },
    { CONF_LIST("headers", struct post_row, headers), .help = "\"Name: value\", at most 8" },
    { CONF_CHOICE("content", struct post_row, content), .fallback = "json", .choices = CONTENTS,
      .help = "what the body is, and how what is filled in is written in it" },
    { CONF_TEXT("body", struct post_row, body), .help = "of the request" },
    { CONF_TEXT("taken_when", struct post_row, taken_when),
      .help = "words that the answer has when the message was taken, blanks left out; none: status 2xx is "
              "enough" },
    { CONF_PATH("secret_file", struct post_row, secret_file), .help = "file of mode 0600 with one line" },
    { CONF_BOOL("sign", struct post_row, sign), .fallback = "false",
      .help = "X-Capnuoc-Signature: HMAC-SHA256 of time and body with the secret" },
    { CONF_PATH("authorities", struct post_row, authorities),
      .help = "PEM file of the authorities that may vouch for it; none: those of the system" },
    { CONF_DURATION("answer_within", struct post_row, answer_ms), .fallback = "15s", .low = 500,
      .high = 5.0 * CLOCK_MINUTE_MS, .help = "one that has not answered by then is left" },
    { CONF_COUNT("at_most", struct post_row, at_most), .fallback = "60", .low = 1, .high = 10000,
      .help = "messages of a webhook in a minute" },
};

/* ---- loading ---- */

static void take_headers(const struct conf_node *list, struct post_settings *to, struct conf_mistakes *m)
{
    if (list == NULL)
        return;
    to->header_count = 0;
    for (size_t i = 0; i < conf_count(list); i++)
        if (to->header_count == POST_HEADERS_MAX)
            conf_mistake(m, conf_mark(conf_item(list, i)), "at most %d headers", POST_HEADERS_MAX);
        else if (conf_read_text(conf_item(list, i), "a header", to->headers[to->header_count],
                                POST_HEADER_MAX, m))
            to->header_count++;
}

/* The template's rows first, then those that stand here. */
static bool take_rows(const struct conf_node *n, struct post_row *row, struct post_settings *to,
                      struct conf_mistakes *m)
{
    struct conf_file *file = NULL;
    struct post_row own;
    bool right = conf_apply(POST, COUNT_OF(POST), n, &own, m);

    if (!right || own.template[0] == '\0') {
        *row = own;
        take_headers(own.headers, to, m);
        return right;
    }
    if (conf_load(own.template, &file, m) != ERR_NONE)
        return false;
    right = conf_apply(POST, COUNT_OF(POST), conf_root(file), row, m);
    take_headers(row->headers, to, m);
    row->headers = NULL;
    right = conf_apply_over(POST, COUNT_OF(POST), n, row, m) && right;
    take_headers(row->headers, to, m);
    conf_file_free(file);
    return right;
}

static void load_post(const struct conf_node *n, struct post_settings *to, char secret_file[POST_PATH_MAX],
                      char template[POST_PATH_MAX], unsigned *at_most, struct conf_mistakes *m)
{
    struct post_row row;
    struct post_settings with;
    struct fault why;

    if (!take_rows(n, &row, to, m))
        return;
    memcpy(to->url, row.url, sizeof to->url);
    memcpy(to->body, row.body, sizeof to->body);
    memcpy(to->taken_when, row.taken_when, sizeof to->taken_when);
    memcpy(to->authorities, row.authorities, sizeof to->authorities);
    memcpy(secret_file, row.secret_file, POST_PATH_MAX);
    memcpy(template, row.template, POST_PATH_MAX);
    to->method = row.method;
    to->content = row.content;
    to->sign = row.sign;
    to->answer_ms = row.answer_ms;
    *at_most = (unsigned)row.at_most;
    with = *to;
    if (secret_file[0] != '\0')
        memcpy(with.secret, "?", 2); /* it is read when all else is right */
    if (post_check(&with, &why) != ERR_NONE)
        conf_mistake(m, conf_mark(n), "%s", why.text);
}

static void folder(const struct conf_node *n, const char *spool, const char *key, const char *name,
                   char out[SPOOL_PATH_MAX], struct conf_mistakes *m)
{
    int len = name[0] == '/' ? snprintf(out, SPOOL_PATH_MAX, "%s", name)
                             : snprintf(out, SPOOL_PATH_MAX, "%s/%s", spool, name);

    if (len >= SPOOL_PATH_MAX)
        conf_mistake(m, conf_mark_at(n, key), "the path of this folder is too long");
}

static void load_spool(const struct conf_node *n, const struct sms_row *row, struct spool_settings *s,
                       struct conf_mistakes *m)
{
    folder(n, row->spool, "outgoing", row->outgoing, s->outgoing, m);
    folder(n, row->spool, "checked", row->checked, s->checked, m);
    folder(n, row->spool, "sent", row->sent, s->sent, m);
    folder(n, row->spool, "failed", row->failed, s->failed, m);
    folder(n, row->spool, "spool", OWN_FOLDER, s->own, m);
    if (row->answers)
        folder(n, row->spool, "incoming", row->incoming, s->incoming, m);
    s->marks = row->marks;
    s->taken_within_ms = row->taken_ms;
}

void carriers_load_sms(const struct conf_node *n, struct carriers_settings *s, struct conf_mistakes *m)
{
    struct sms_row row;
    unsigned unused;

    if (n == NULL || !conf_apply(SMS, COUNT_OF(SMS), n, &row, m))
        return;
    s->parts = (unsigned)row.parts;
    s->marks = row.marks;
    s->a_minute[CHANNEL_SMS] = (unsigned)row.at_most;
    if ((row.spool[0] == '\0') == (row.gateway == NULL))
        conf_mistake(m, conf_mark(n), "sms: has a spool or a gateway");
    else if (row.gateway != NULL)
        load_post(row.gateway, &s->gateway, s->gateway_secret_file, s->gateway_template, &unused, m);
    else
        load_spool(n, &row, &s->spool, m);
}

void carriers_load_webhook(const struct conf_node *n, struct carriers_settings *s, struct conf_mistakes *m)
{
    if (n != NULL)
        load_post(n, &s->webhook, s->webhook_secret_file, s->webhook_template, &s->a_minute[CHANNEL_WEBHOOK],
                  m);
}

enum err carriers_read_secrets(struct carriers_settings *s, struct fault *why)
{
    enum err rc = ERR_NONE;

    if (s->gateway_secret_file[0] != '\0')
        rc = file_read_secret(s->gateway_secret_file, s->gateway.secret, sizeof s->gateway.secret, why);
    if (rc == ERR_NONE && s->webhook_secret_file[0] != '\0')
        rc = file_read_secret(s->webhook_secret_file, s->webhook.secret, sizeof s->webhook.secret, why);
    return rc;
}

/* ---- printing ---- */

static void print_post(const struct post_settings *p, const char *secret_file, unsigned at_most,
                       unsigned indent, struct strbuf *to)
{
    struct post_row row = { .method = p->method,
                            .content = p->content,
                            .sign = p->sign,
                            .answer_ms = p->answer_ms,
                            .at_most = at_most };

    memcpy(row.url, p->url, sizeof row.url);
    memcpy(row.body, p->body, sizeof row.body);
    memcpy(row.taken_when, p->taken_when, sizeof row.taken_when);
    memcpy(row.authorities, p->authorities, sizeof row.authorities);
    memcpy(row.secret_file, secret_file, sizeof row.secret_file);
    conf_print(POST, COUNT_OF(POST), &row, indent, to);
    if (p->header_count > 0)
        strbuf_printf(to, "%*sheaders:\n", (int)indent, "");
    for (size_t i = 0; i < p->header_count; i++) {
        strbuf_printf(to, "%*s- ", (int)indent + 2, "");
        conf_write_quoted(p->headers[i], to);
        strbuf_putc(to, '\n');
    }
}

static void print_sms(const struct carriers_settings *s, struct strbuf *to)
{
    struct sms_row row = { .answers = s->spool.incoming[0] != '\0',
                           .marks = s->marks,
                           .parts = s->parts,
                           .at_most = s->a_minute[CHANNEL_SMS],
                           .taken_ms = s->spool.taken_within_ms };

    if (s->gateway.url[0] != '\0')
        row.taken_ms = CONF_NONE;
    memcpy(row.spool, s->spool.own, sizeof row.spool);
    if (row.spool[0] != '\0')
        row.spool[strlen(row.spool) - sizeof OWN_FOLDER] = '\0';
    memcpy(row.outgoing, s->spool.outgoing, sizeof row.outgoing);
    memcpy(row.checked, s->spool.checked, sizeof row.checked);
    memcpy(row.sent, s->spool.sent, sizeof row.sent);
    memcpy(row.failed, s->spool.failed, sizeof row.failed);
    memcpy(row.incoming, s->spool.incoming, sizeof row.incoming);
    strbuf_puts(to, "  sms:\n");
    conf_print(SMS, COUNT_OF(SMS), &row, 4, to);
    if (s->gateway.url[0] == '\0')
        return;
    strbuf_puts(to, "    gateway:\n");
    print_post(&s->gateway, s->gateway_secret_file, 1, 6, to);
}

void carriers_print(const struct carriers_settings *s, struct strbuf *to)
{
    if (s->spool.outgoing[0] != '\0' || s->gateway.url[0] != '\0')
        print_sms(s, to);
    if (s->webhook.url[0] == '\0')
        return;
    strbuf_puts(to, "  webhook:\n");
    print_post(&s->webhook, s->webhook_secret_file, s->a_minute[CHANNEL_WEBHOOK], 4, to);
}

void carriers_document(struct strbuf *to)
{
    conf_document(SMS, COUNT_OF(SMS), "notify: sms", to);
    conf_document(POST, COUNT_OF(POST), "notify: a gateway, the webhook", to);
}
