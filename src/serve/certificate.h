/* The certificate of the TLS listener, and its exchange while connections live.  GnuTLS is known here and in
 * the listener only. */
#ifndef SERVE_CERTIFICATE_H
#define SERVE_CERTIFICATE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

/* TLS 1.2 and 1.3, forward secrecy, authenticated encryption; what testssl.sh calls low or worse is out. */
#define CERTIFICATE_PRIORITY                                                                                 \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM:"   \
    "+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

enum { CERTIFICATE_PATH_MAX = 1024 };

struct certificates;

/* Reads both files, and looks at them so often from then on; ERR_CONFIG with what is wrong with which: not
 * there, not PEM, a key that is not the certificate's, a certificate that is over. */
MUST_USE enum err certificates_open(struct certificates **out, const char *certificate, const char *key,
                                    unsigned look_ms, struct fault *why);
/* NULL is fine.  No handshake may be under way. */
void certificates_close(struct certificates *c);
/* Looks whether the files are other ones; a pair that is whole takes the place of the one in use, anything
 * else is said in the log and the old pair stays.  Handshakes under way keep the pair they have.  Returns
 * when to look again.  One caller thread. */
struct mono certificates_look(struct certificates *c, struct mono now);
/* Pairs taken since the start, the first included. */
uint64_t certificates_taken(struct certificates *c);
/* The callback libmicrohttpd wants (gnutls_certificate_retrieve_function3); the certificates are found by the
 * session's server, so one listener at a time may use them. */
void *certificates_callback(struct certificates *c);

#endif
