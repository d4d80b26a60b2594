#include "notify/mail.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "mail_inner.h"
#include "model/contact.h"

enum { CONNECT_WITHIN_MS = 10000, SERVER_WORDS_MAX = 120 };

/* ---- settings ---- */

enum err mail_check(const struct mail_settings *s, struct fault *why)
{
    const char *host = strstr(s->server, "://");

    if (!contact_email(s->from))
        return fault_set(why, ERR_CONFIG, "from is not an e-mail address");
    if ((s->server[0] == '\0') == (s->folder[0] == '\0'))
        return fault_set(why, ERR_CONFIG, "one of server and folder");
    if (s->folder[0] != '\0')
        return ERR_NONE;
    if (strncmp(s->server, "smtp://", 7) != 0 && strncmp(s->server, "smtps://", 8) != 0)
        return fault_set(why, ERR_CONFIG, "server is smtps://host:465 or smtp://host:587");
    host += 3;
    if (*host == '\0' || host[strcspn(host, "/@?# ")] != '\0')
        return fault_set(why, ERR_CONFIG, "server has a host and a port, and no user, path or blank");
    return ERR_NONE;
}

enum err mail_start(struct fault *why)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fault_set(why, ERR_MEMORY, "e-mail: libcurl does not start");
    return ERR_NONE;
}

/* ---- one conversation ---- */

struct talk {
    const char *bytes;
    size_t len, at;
    const atomic_bool *stop;
    bool about_letter; /* the last command named the address, or the text was sent: the answer is about it */
    bool over;         /* we said QUIT: what is answered is of no interest */
    int code;          /* the server's last, 0: none */
    char words[SERVER_WORDS_MAX];
};

static size_t give(char *to, size_t size, size_t count, void *self)
{
    struct talk *t = self;
    size_t n = size * count < t->len - t->at ? size * count : t->len - t->at;

    memcpy(to, t->bytes + t->at, n);
    t->at += n;
    return n;
}

static int asks_to_stop(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct talk *t = self;

    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(t->stop) ? 1 : 0;
}

static void hear(struct talk *t, const char *line, size_t n)
{
    size_t len = n < sizeof t->words - 1 ? n : sizeof t->words - 1;

    if (t->over || n < 3 || line[0] < '2' || line[0] > '5')
        return;
    t->code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    memcpy(t->words, line, len);
    t->words[len] = '\0';
    t->words[strcspn(t->words, "\r\n")] = '\0';
}

static void say(struct talk *t, const char *command)
{
    t->over = t->over || memcmp(command, "QUIT", 4) == 0;
    if (!t->over)
        t->about_letter = memcmp(command, "RCPT", 4) == 0;
}

/* What is said on the line, without its secrets: nothing that we say is kept. */
static int overhear(CURL *handle, curl_infotype kind, char *bytes, size_t n, void *self)
{
    struct talk *t = self;

    (void)handle;
    if (kind == CURLINFO_HEADER_IN)
        hear(t, bytes, n);
    else if (kind == CURLINFO_HEADER_OUT && n >= 4)
        say(t, bytes);
    else if (kind == CURLINFO_DATA_OUT)
        t->about_letter = true;
    return 0;
}

static void one_line(char why[LETTER_WHY_MAX], const char *words)
{
    (void)snprintf(why, LETTER_WHY_MAX, "%s", words);
    for (char *c = why; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
}

/* Servers repeat the address; it is a person's, and the words are shown. */
static void hide(char *why, const char *address)
{
    size_t n = strlen(address);

    for (char *at = why; (at = strstr(at, address)) != NULL; at++) {
        memmove(at + 1, at + n, strlen(at + n) + 1);
        *at = '*';
    }
}

static enum carried judge(const struct talk *t, CURLcode rc, const char *error, char why[LETTER_WHY_MAX])
{
    bool answered = t->about_letter && t->code >= 400 && rc != CURLE_OPERATION_TIMEDOUT;
    bool said = rc == CURLE_OK || (t->code >= 400 && rc != CURLE_OPERATION_TIMEDOUT);

    one_line(why, said ? t->words : error[0] != '\0' ? error : curl_easy_strerror(rc));
    if (rc == CURLE_OK)
        return CARRIED_TAKEN;
    if (!answered)
        return CARRIED_DOWN;
    return t->code >= 500 ? CARRIED_REFUSED : CARRIED_LATER;
}

static void set_server(CURL *c, const struct mail_settings *s)
{
    curl_easy_setopt(c, CURLOPT_URL, s->server);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    if (s->authorities[0] != '\0') {
        curl_easy_setopt(c, CURLOPT_CAINFO, s->authorities);
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    if (s->user[0] != '\0') {
        curl_easy_setopt(c, CURLOPT_USERNAME, s->user);
        curl_easy_setopt(c, CURLOPT_PASSWORD, s->password);
    }
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(s->answer_ms < CONNECT_WITHIN_MS ? s->answer_ms : CONNECT_WITHIN_MS));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)s->answer_ms);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
}

static void set_letter(CURL *c, struct talk *t, struct curl_slist *to, const char *from)
{
    curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->len);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(c, CURLOPT_READDATA, t);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, asks_to_stop);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
    curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, overhear);
    curl_easy_setopt(c, CURLOPT_DEBUGDATA, t);
}

static enum carried no_memory(char why[LETTER_WHY_MAX])
{
    (void)snprintf(why, LETTER_WHY_MAX, "no memory");
    return CARRIED_DOWN;
}

static enum carried post(const struct mail_settings *s, const struct mail *m, const atomic_bool *stop,
                         char why[LETTER_WHY_MAX])
{
    char error[CURL_ERROR_SIZE] = "", from[MAIL_TEXT_MAX + 2], to[MAIL_TEXT_MAX + 2];
    enum carried answer;
    struct talk t = { .stop = stop };
    struct curl_slist *list;
    struct strbuf bytes;
    CURL *c;

    strbuf_init(&bytes, (size_t)4 * MAIL_BODY_MAX);
    mail_write(&bytes, m);
    (void)snprintf(from, sizeof from, "<%s>", m->from);
    (void)snprintf(to, sizeof to, "<%s>", m->to);
    list = curl_slist_append(NULL, to);
    c = curl_easy_init();
    if (c == NULL || list == NULL || bytes.failed) {
        answer = no_memory(why);
    } else {
        t.bytes = bytes.text;
        t.len = bytes.len;
        set_server(c, s);
        set_letter(c, &t, list, from);
        curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
        answer = judge(&t, curl_easy_perform(c), error, why);
        hide(why, m->to);
    }
    curl_easy_cleanup(c);
    curl_slist_free_all(list);
    strbuf_clear(&bytes);
    return answer;
}

struct mail mail_of(const struct mail_settings *s, const struct parcel *p)
{
    return (struct mail){ .from = s->from,
                          .to = p->to,
                          .to_name = p->to_name,
                          .subject = p->subject,
                          .text = p->text,
                          .id = p->id,
                          .language = p->language,
                          .urgent = p->urgent,
                          .at = p->at };
}

static enum carried send_parcel(void *self, const struct parcel *p, const atomic_bool *stop,
                                char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    const struct mail_settings *s = self;
    const struct mail m = mail_of(s, p);

    *wait_ms = 0; /* it says none */
    return post(s, &m, stop, why);
}

struct carrier mail_carrier(const struct mail_settings *s)
{
    return (struct carrier){ .self = (void *)s, .send = s->folder[0] != '\0' ? mail_to_folder : send_parcel };
}
