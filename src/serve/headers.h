/* What header fields mean.  Every function takes the field's value, NULL when it was not sent.  Pure. */
#ifndef SERVE_HEADERS_H
#define SERVE_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lang { LANG_VI, LANG_EN, LANG_COUNT };

/* Vietnamese unless English is asked for with a higher weight, or first with the same. */
enum lang header_language(const char *accept_language);
bool header_wants_gzip(const char *accept_encoding);
/* text/csv is asked for by name, with a higher weight than JSON. */
bool header_wants_csv(const char *accept);
/* If-None-Match names this tag (weak comparison, '*' matches). */
bool header_lists_tag(const char *if_none_match, const char *tag);
/* "Bearer x": copies x.  False for another scheme, nothing, or what does not fit. */
bool header_bearer(const char *authorization, char *out, size_t size);
/* The named cookie's value, the first when there are several. */
bool header_cookie(const char *cookie, const char *name, char *out, size_t size);
/* localhost, 127.0.0.0/8 or [::1], with or without a port: a page of another name that resolves to this
 * machine (DNS rebinding) does not pass. */
bool header_host_is_local(const char *host);
/* One of these names or addresses (blanks between), with or without a port. */
bool header_host_is_one(const char *host, const char *names);
/* The Origin is http(s)://<host>; of what came encrypted only https://<host>. */
bool header_origin_is(const char *origin, const char *host, bool secure);
/* Content-Length: digits only.  False when it is not a length. */
bool header_length(const char *content_length, uint64_t *out);
/* application/json, with or without charset=utf-8. */
bool header_is_json(const char *content_type);
/* application/x-www-form-urlencoded, with or without parameters. */
bool header_is_form(const char *content_type);

#endif
