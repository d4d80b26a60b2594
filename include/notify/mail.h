/* E-mail over SMTP, always encrypted (libcurl).  One letter is one message to one address: its Message-ID is
 * made of the letter's name, so that one that comes twice can be known by it. */
#ifndef NOTIFY_MAIL_H
#define NOTIFY_MAIL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/strbuf.h"
#include "notify/carrier.h"

enum { MAIL_TEXT_MAX = 256, MAIL_PATH_MAX = 1024, MAIL_BODY_MAX = 64 * 1024 };

struct mail_settings {
    char server[MAIL_TEXT_MAX]; /* "smtps://host:465" (TLS from the start) or "smtp://host:587" (STARTTLS, or
                                   nothing is sent); "": none */
    char folder[MAIL_PATH_MAX]; /* instead of a server; "": none */
    char user[MAIL_TEXT_MAX];   /* "": none */
    char password[MAIL_TEXT_MAX];
    char from[MAIL_TEXT_MAX];        /* an address */
    char authorities[MAIL_PATH_MAX]; /* PEM file of the certificates that are believed; "": the system's */
    int64_t answer_ms;               /* a server that has not taken a letter by then is left */
};

struct mail {
    const char *from, *to; /* addresses */
    const char *to_name;   /* UTF-8; "": none */
    const char *subject;   /* UTF-8, one line */
    const char *text;      /* UTF-8, lines end in \n */
    const char *id;        /* of the message: letters, digits and /._- */
    const char *language;  /* "vi" */
    bool urgent;
    struct wall at;
};

/* ERR_CONFIG with a sentence.  The password is not looked at. */
MUST_USE enum err mail_check(const struct mail_settings *s, struct fault *why);

/* Appends headers and body as they are sent, lines ending in CR LF: UTF-8 in encoded words (RFC 2047) and as
 * base64.  Whatever stands in the texts cannot end a header. */
void mail_write(struct strbuf *to, const struct mail *m);

/* Once in the process, before any thread. */
MUST_USE enum err mail_start(struct fault *why);

/* There is e-mail at all. */
static inline bool mail_is_set(const struct mail_settings *s)
{
    return s->server[0] != '\0' || s->folder[0] != '\0';
}

/* To a folder: each letter is a file of it (ID.eml), for trials, or for another program that takes them on.
 * It is taken once it is there; the oldest beyond MAIL_FILES_MAX are removed. */
enum { MAIL_FILES_MAX = 1000 };

/* Waits at most answer_ms for the whole.  LATER, REFUSED: what the server said about this letter (4xx; 5xx
 * about the address or the text).  DOWN: it was not reached, or takes nothing from us.  Borrows *s. */
struct carrier mail_carrier(const struct mail_settings *s);

#endif
