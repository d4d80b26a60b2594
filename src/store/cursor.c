#include "cursor.h"

enum cursor_verdict cursor_judge(struct cursor row, int64_t epoch, uint64_t last)
{
    if (row.epoch > epoch)
        return CURSOR_FENCED;
    if (row.epoch < epoch)
        return CURSOR_NEW_BOOK;
    return row.seq > last ? CURSOR_BEYOND : CURSOR_HERE;
}
