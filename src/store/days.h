/* Local days (UTC+7) and which of them are known to have their partition. */
#ifndef STORE_DAYS_H
#define STORE_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

enum { DAYS_MAX = 64, DAY_TEXT_MAX = 32 };

/* A set; when it is full the oldest entry makes room, which costs one needless question. */
struct days {
    int64_t day[DAYS_MAX];
    size_t count, next;
};

/* Number of the local day since 1970-01-01. */
int64_t day_of(struct wall at);
/* From 2000 to 2099: outside no partition is made. */
bool day_is_storable(int64_t day);
/* "2026-11-24" */
void day_text(int64_t day, char out[DAY_TEXT_MAX]);

bool days_has(const struct days *d, int64_t day);
void days_add(struct days *d, int64_t day);
void days_forget(struct days *d);

#endif
