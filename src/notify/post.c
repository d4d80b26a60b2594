#include "notify/post.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "seal/seal.h"

enum { WAIT_MOST_S = 86400 };
enum { CONNECT_WITHIN_MS = 10000, ANSWER_KEPT = 2048, ANSWER_MOST = 256 * 1024, FILLED_MAX = 128 * 1024 };

/* ---- settings ---- */

static bool is_header(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    return n > 0 && text[n] == ':' && text[strcspn(text, "\r\n")] == '\0';
}

/* The host stands in it as it is, and is not made of what a letter says. */
static bool is_url(const char *text)
{
    const char *host = text + strlen("https://");
    size_t n;

    if (strncmp(text, "https://", strlen("https://")) != 0)
        return false;
    n = strcspn(host, "/?");
    return n > 0 && strcspn(host, "{}@# \\") >= n && host[strcspn(host, "# \\\r\n")] == '\0';
}

enum err post_check(const struct post_settings *s, struct fault *why)
{
    enum err rc;
    bool secret = s->sign || fill_has(s->url, FILL_SECRET) || fill_has(s->body, FILL_SECRET);

    if (!is_url(s->url))
        return fault_set(why, ERR_CONFIG, "url is https://host/..., without user, blank and #");
    if (s->method == POST_BY_GET && s->body[0] != '\0')
        return fault_set(why, ERR_CONFIG, "method: get has no body");
    rc = fill_check(s->url, why);
    if (rc == ERR_NONE)
        rc = fill_check(s->body, why);
    for (size_t i = 0; i < s->header_count && rc == ERR_NONE; i++) {
        secret = secret || fill_has(s->headers[i], FILL_SECRET);
        rc = is_header(s->headers[i]) ? fill_check(s->headers[i], why)
                                      : fault_set(why, ERR_CONFIG, "a header is \"Name: value\"");
    }
    if (rc == ERR_NONE && secret && s->secret[0] == '\0')
        rc = fault_set(why, ERR_CONFIG, "a secret is used, and there is no secret_file");
    return rc;
}

enum err post_start(struct fault *why)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fault_set(why, ERR_MEMORY, "webhook: libcurl does not start");
    return ERR_NONE;
}

/* ---- the address ---- */

/* Where no gateway is: the machine's own neighbourhood services (169.254.169.254 gives out credentials of the
 * machine in many a data centre), everybody, nobody. */
static bool is_refused4(uint32_t host)
{
    return (host >> 16) == 0xA9FE || (host >> 28) >= 0xE || (host >> 24) == 0;
}

static bool is_refused(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET)
        return is_refused4(ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr));
    if (a->sa_family == AF_INET6) {
        const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
        uint32_t four;
        memcpy(&four, &six->s6_addr[12], sizeof four);
        return IN6_IS_ADDR_LINKLOCAL(six) || IN6_IS_ADDR_MULTICAST(six) || IN6_IS_ADDR_UNSPECIFIED(six) ||
               (IN6_IS_ADDR_V4MAPPED(six) && is_refused4(ntohl(four)));
    }
    return true;
}

struct talk {
    const struct post_settings *set;
    const atomic_bool *stop;
    bool refused_address;
    char answer[ANSWER_KEPT];
    size_t kept, all;
};

static curl_socket_t open_socket(void *self, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct talk *t = self;

    (void)purpose;
    if (is_refused(&a->addr)) {
        t->refused_address = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* ---- the answer ---- */

static size_t take(char *bytes, size_t size, size_t count, void *self)
{
    struct talk *t = self;
    size_t n = size * count, room = sizeof t->answer - 1 - t->kept;

    memcpy(t->answer + t->kept, bytes, n < room ? n : room);
    t->kept += n < room ? n : room;
    t->answer[t->kept] = '\0';
    t->all += n;
    return t->all > ANSWER_MOST ? 0 : n;
}

static int asks_to_stop(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct talk *t = self;

    (void)a, (void)b, (void)c, (void)d;
    return atomic_load(t->stop) ? 1 : 0;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static bool begins_with(const char *at, const char *words)
{
    for (words = skip_blanks(words); *words != '\0'; words = skip_blanks(words + 1)) {
        at = skip_blanks(at);
        if (*at != *words)
            return false;
        at++;
    }
    return true;
}

static bool has_words(const char *answer, const char *words)
{
    for (const char *at = answer; *at != '\0'; at++)
        if (begins_with(at, words))
            return true;
    return words[0] == '\0';
}

enum carried post_judge(const struct post_settings *s, long status, const char *answer)
{
    if (status >= 200 && status < 300)
        return has_words(answer, s->taken_when) ? CARRIED_TAKEN : CARRIED_LATER;
    switch (status) {
    case 400:
    case 404:
    case 410:
    case 413:
    case 415:
    case 422: return CARRIED_REFUSED;
    case 409:
    case 500: return CARRIED_LATER;
    case 429: return CARRIED_WAIT;
    default: return CARRIED_DOWN;
    }
}

static void cut_out(char *text, const char *what)
{
    size_t n = strlen(what);

    if (n == 0)
        return;
    for (char *at = text; (at = strstr(at, what)) != NULL; at++) {
        memmove(at + 1, at + n, strlen(at + n) + 1);
        *at = '*';
    }
}

/* One line, without the address and the secret, which some repeat. */
static void words_of(const struct talk *t, long status, const struct parcel *p, char why[LETTER_WHY_MAX])
{
    char answer[ANSWER_KEPT];

    memcpy(answer, t->answer, sizeof answer);
    cut_out(answer, p->to);
    cut_out(answer, t->set->secret);
    for (char *c = answer; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            *c = ' ';
    (void)snprintf(why, LETTER_WHY_MAX, "HTTP %ld%s%s%.120s", status,
                   status >= 300 && status < 400 ? ", a redirect is not followed" : "",
                   answer[0] == '\0' ? "" : ": ", answer);
}

/* ---- one request ---- */

struct filled {
    struct strbuf url, body, line;
    struct curl_slist *headers;
    bool failed;
};

static void add_header(struct filled *f, const char *line)
{
    struct curl_slist *more = curl_slist_append(f->headers, line);

    f->failed = f->failed || more == NULL;
    f->headers = more == NULL ? f->headers : more;
}

static const char *content_type(int content)
{
    switch (content) {
    case FILL_JSON: return "Content-Type: application/json";
    case FILL_FORM: return "Content-Type: application/x-www-form-urlencoded";
    case FILL_XML: return "Content-Type: application/xml; charset=utf-8";
    default: return "Content-Type: text/plain; charset=utf-8";
    }
}

static void sign(const struct post_settings *s, struct filled *f, struct wall at)
{
    char stamp[32], mac[SEAL_SHA256_TEXT];
    struct strbuf what;

    (void)snprintf(stamp, sizeof stamp, "%lld", (long long)(at.ms / CLOCK_SECOND_MS));
    strbuf_init(&what, 2 * (size_t)FILLED_MAX);
    strbuf_printf(&what, "%s.", stamp);
    strbuf_add(&what, f->body.text == NULL ? "" : f->body.text, f->body.len);
    if (what.failed) {
        f->failed = true;
    } else {
        seal_hmac_sha256(s->secret, strlen(s->secret), what.text, what.len, mac);
        strbuf_reset(&f->line);
        strbuf_printf(&f->line, "X-Capnuoc-Timestamp: %s", stamp);
        add_header(f, f->line.text);
        strbuf_reset(&f->line);
        strbuf_printf(&f->line, "X-Capnuoc-Signature: sha256=%s", mac);
        add_header(f, f->line.text);
    }
    strbuf_clear(&what);
}

static void fill(const struct post_settings *s, const struct parcel *p, struct filled *f)
{
    char time[CLOCK_TEXT_MAX];
    const struct filling with = { .of = { [FILL_TO] = p->to,
                                          [FILL_TEXT] = p->text,
                                          [FILL_BRIEF] = p->brief,
                                          [FILL_SUBJECT] = p->subject,
                                          [FILL_ID] = p->id,
                                          [FILL_TIME] = time,
                                          [FILL_LANGUAGE] = p->language,
                                          [FILL_SECRET] = s->secret } };

    wall_text(p->at, time);
    strbuf_init(&f->url, FILLED_MAX);
    strbuf_init(&f->body, FILLED_MAX);
    strbuf_init(&f->line, FILLED_MAX);
    fill_template(&f->url, s->url, &with, FILL_FORM);
    fill_template(&f->body, s->body, &with, (enum fill_sink)s->content);
    if (s->method != POST_BY_GET)
        add_header(f, content_type(s->content));
    add_header(f, "Expect:");
    for (size_t i = 0; i < s->header_count; i++) {
        strbuf_reset(&f->line);
        fill_template(&f->line, s->headers[i], &with, FILL_HEADER);
        if (!f->line.failed)
            add_header(f, f->line.text);
        f->failed = f->failed || f->line.failed;
    }
    strbuf_reset(&f->line);
    strbuf_puts(&f->line, "X-Capnuoc-Id: ");
    fill_template(&f->line, "{id}", &with, FILL_HEADER);
    f->failed = f->failed || f->line.failed || f->url.failed || f->body.failed;
    if (!f->failed)
        add_header(f, f->line.text);
    if (s->sign && !f->failed)
        sign(s, f, p->at);
}

static void clear(struct filled *f)
{
    if (f->url.text != NULL)
        explicit_bzero(f->url.text, f->url.len);
    if (f->body.text != NULL)
        explicit_bzero(f->body.text, f->body.len);
    strbuf_clear(&f->url);
    strbuf_clear(&f->body);
    strbuf_clear(&f->line);
    curl_slist_free_all(f->headers);
}

static void set_line(CURL *c, const struct post_settings *s, struct talk *t)
{
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(c, CURLOPT_PROXY, "");
    curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (s->authorities[0] != '\0') {
        curl_easy_setopt(c, CURLOPT_CAINFO, s->authorities);
        curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    }
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(s->answer_ms < CONNECT_WITHIN_MS ? s->answer_ms : CONNECT_WITHIN_MS));
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)s->answer_ms);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, asks_to_stop);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
}

static void set_request(CURL *c, const struct post_settings *s, const struct filled *f)
{
    curl_easy_setopt(c, CURLOPT_URL, f->url.text);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, f->headers);
    if (s->method == POST_BY_GET) {
        curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
        return;
    }
    curl_easy_setopt(c, CURLOPT_POST, 1L);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, f->body.text == NULL ? "" : f->body.text);
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)f->body.len);
    if (s->method == POST_BY_PUT)
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "PUT");
}

/* Retry-After, in seconds or as a date. */
static int64_t asked_to_wait(CURL *c)
{
    curl_off_t seconds = 0;

    (void)curl_easy_getinfo(c, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds <= 0)
        return 0;
    return (seconds < WAIT_MOST_S ? seconds : WAIT_MOST_S) * (int64_t)CLOCK_SECOND_MS;
}

static enum carried outcome(CURL *c, struct talk *t, CURLcode rc, const char *error, const struct parcel *p,
                            char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    long status = 0;

    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    if (rc == CURLE_OK && status != 0) {
        words_of(t, status, p, why);
        *wait_ms = asked_to_wait(c);
        return post_judge(t->set, status, t->answer);
    }
    (void)snprintf(why, LETTER_WHY_MAX, "%s",
                   t->refused_address ? "its address is link-local, multicast or none: never called"
                   : error[0] != '\0' ? error
                                      : curl_easy_strerror(rc));
    cut_out(why, p->to);
    cut_out(why, t->set->secret);
    for (char *at = why; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            *at = '?';
    return CARRIED_DOWN;
}

static enum carried send_parcel(void *self, const struct parcel *p, const atomic_bool *stop,
                                char why[LETTER_WHY_MAX], int64_t *wait_ms)
{
    const struct post_settings *s = self;
    char error[CURL_ERROR_SIZE] = "";
    struct talk t = { .set = s, .stop = stop };
    struct filled f = { .headers = NULL };
    enum carried answer = CARRIED_DOWN;
    CURL *c = curl_easy_init();

    fill(s, p, &f);
    if (c == NULL || f.failed) {
        (void)snprintf(why, LETTER_WHY_MAX, "no memory");
    } else {
        set_line(c, s, &t);
        set_request(c, s, &f);
        curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
        answer = outcome(c, &t, curl_easy_perform(c), error, p, why, wait_ms);
    }
    curl_easy_cleanup(c);
    clear(&f);
    return answer;
}

struct carrier post_carrier(const struct post_settings *s)
{
    return (struct carrier){ .self = (void *)s, .send = send_parcel };
}
