/* What the face answers: one question on a connection of its own, its status and a part of its body. */
#ifndef TESTS_SERVE_ANSWERS_H
#define TESTS_SERVE_ANSWERS_H

#include "check.h"
#include "http_client.h"

static inline void assert_answers(unsigned port, const char *method, const char *target, const char *fields,
                                  const char *body, int status, const char *has)
{
    struct answer a = http_ask(port, method, target, fields, body);

    if (a.status != status)
        fail_msg("%s %s %s: %d instead of %d: %s", method, target, body == NULL ? "" : body, a.status, status,
                 a.body);
    assert_has(a.body, has);
    answer_clear(&a);
}

static inline void assert_gets(unsigned port, const char *target, const char *fields, int status,
                               const char *has)
{
    assert_answers(port, "GET", target, fields, NULL, status, has);
}

#endif
