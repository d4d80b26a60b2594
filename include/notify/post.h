/* Letters over HTTPS: to a gateway for SMS, or to a webhook.  What is sent is a template of the settings, so
 * that any of them can be spoken to; a certificate that is not believed, plain HTTP, a redirect and a
 * link-local address are never followed.
 *
 * A signed one carries  X-Capnuoc-Timestamp: seconds since 1970  and  X-Capnuoc-Signature: sha256=HMAC-SHA256
 * of "timestamp.body" with the secret, in hex digits. */
#ifndef NOTIFY_POST_H
#define NOTIFY_POST_H

#include "notify/carrier.h"
#include "notify/fill.h"

enum { POST_URL_MAX = 1024, POST_HEADERS_MAX = 8, POST_HEADER_MAX = 256, POST_BODY_MAX = 4096 };
enum { POST_TEXT_MAX = 256, POST_PATH_MAX = 1024 };

enum post_method { POST_BY_POST, POST_BY_PUT, POST_BY_GET };

struct post_settings {
    char url[POST_URL_MAX]; /* a template, as the headers and the body; "": none */
    int method;             /* enum post_method */
    int content;            /* of the body: FILL_JSON, FILL_FORM, FILL_XML or FILL_PLAIN */
    char headers[POST_HEADERS_MAX][POST_HEADER_MAX]; /* "Name: value" */
    size_t header_count;
    char body[POST_BODY_MAX];
    char taken_when[POST_TEXT_MAX]; /* the answer has these words, whatever blanks it has; "": its status is
                                       all */
    char secret[POST_TEXT_MAX];
    bool sign;
    char authorities[POST_PATH_MAX]; /* PEM file of the certificates that are believed; "": the system's */
    int64_t answer_ms;
};

/* ERR_CONFIG with a sentence.  The secret is not looked at. */
MUST_USE enum err post_check(const struct post_settings *s, struct fault *why);
/* Once in the process, before any thread; with mail_start, too. */
MUST_USE enum err post_start(struct fault *why);
/* Borrows *s.  Taken: 2xx, and the words.  What concerns the letter or its reader - refused: 400, 404, 410,
 * 413, 415, 422; later: 2xx without the words, 409, 500; it asks to wait: 429.  Down: all else, 401 and 403
 * too, for they are about who we are. */
struct carrier post_carrier(const struct post_settings *s);

/* For tests: what is made of an answer. */
enum carried post_judge(const struct post_settings *s, long status, const char *answer);

#endif
