/* Who is signed in.  Plain data; whoever holds the lock is its owner. */
#ifndef DOORS_SESSIONS_H
#define DOORS_SESSIONS_H

#include "doors/doors.h"

enum came { CAME_NOT, CAME_AS_VIEWER, CAME_AS_OPERATOR, CAME_WITH_PASSWORD };

struct session {
    struct seal_hash id; /* of its text: a copy of memory signs nobody in */
    enum came came;      /* CAME_NOT: free */
    char name[ACCOUNT_NAME_MAX];
    struct peer peer;
    struct mono made;
    struct wall made_at, seen, expires; /* to show; elapsed time decides */
};

struct sessions {
    struct session items[DOORS_SESSIONS_MAX];
};

/* A free place; else that of the account's oldest when it has DOORS_SESSIONS_EACH, or of the oldest. */
struct session *sessions_place(struct sessions *s, const char *name, struct mono now);
/* NULL: no live one. */
struct session *sessions_find(struct sessions *s, const char *text, struct mono now);
bool session_is_live(const struct session *s, struct mono now);
void session_id(const struct session *s, char out[17]);
/* Those of an account (NULL: of all), of that id (NULL: all), but not `but` (NULL: none is spared). */
size_t sessions_end(struct sessions *s, const char *name, const char *id, const struct session *but);

#endif
