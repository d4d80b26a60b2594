#include "waiting.h"

void waiting_answer(struct waiting *w, enum err code, const struct fault *why)
{
    (void)pthread_mutex_lock(&w->lock);
    w->answered = true;
    w->code = code;
    if (code != ERR_NONE && why != NULL)
        w->why = *why;
    (void)pthread_cond_signal(&w->cond);
    (void)pthread_mutex_unlock(&w->lock);
}

enum err waiting_wait(struct waiting *w, struct fault *why)
{
    (void)pthread_mutex_lock(&w->lock);
    while (!w->answered)
        (void)pthread_cond_wait(&w->cond, &w->lock);
    (void)pthread_mutex_unlock(&w->lock);
    if (w->code != ERR_NONE && why != NULL)
        *why = w->why;
    return w->code;
}

void waiting_answer_step(void *self, enum err code, enum refusal refusal, bool known,
                         struct incident_copy *is, const struct fault *why)
{
    struct waiting_step *s = self;

    (void)known, (void)is;
    s->refusal = refusal;
    waiting_answer(&s->waiting, code, why);
}
