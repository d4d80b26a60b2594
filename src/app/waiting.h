/* A thread that asks another one and sleeps until it is answered: once for each question. */
#ifndef APP_WAITING_H
#define APP_WAITING_H

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"
#include "model/message.h"

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    bool answered;
    enum err code;
    struct fault why; /* when code says that something went wrong */
};

#define WAITING_INIT                                                                                         \
    {                                                                                                        \
        .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER                                  \
    }

/* The answering thread.  What else the answer is was put where the asker finds it, before.  Borrows why, NULL
 * when nothing is to be said; after the call *w may be gone. */
void waiting_answer(struct waiting *w, enum err code, const struct fault *why);
/* The asking thread, when it was accepted what it asks: the answer's code; *why (may be NULL) says what went
 * wrong. */
MUST_USE enum err waiting_wait(struct waiting *w, struct fault *why);

/* For a step of an incident, whose refusal has a name beside its sentence. */
struct waiting_step {
    struct waiting waiting;
    enum refusal refusal;
};

/* As message_incident's answer, self a struct waiting_step. */
void waiting_answer_step(void *self, enum err code, enum refusal refusal, bool known,
                         struct incident_copy *is, const struct fault *why);

#endif
