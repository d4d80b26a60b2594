#include "model/states.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

/* Machines first, then valves, then what instruments say of themselves. */
static const struct {
    const char *word;
    struct state_text text;
} STANDARD[] = {
    { "stopped", { "Dừng", "Stopped" } },
    { "running", { "Đang chạy", "Running" } },
    { "fault", { "Lỗi", "Fault" } },
    { "standby", { "Dự phòng", "Standby" } },
    { "starting", { "Đang khởi động", "Starting" } },
    { "stopping", { "Đang dừng", "Stopping" } },
    { "maintenance", { "Bảo trì", "Maintenance" } },
    { "closed", { "Đóng", "Closed" } },
    { "open", { "Mở", "Open" } },
    { "travelling", { "Đang di chuyển", "Travelling" } },
    { "opening", { "Đang mở", "Opening" } },
    { "closing", { "Đang đóng", "Closing" } },
    { "off", { "Tắt", "Off" } },
    { "on", { "Bật", "On" } },
    { "no", { "Không", "No" } },
    { "yes", { "Có", "Yes" } },
    { "manual", { "Bằng tay", "Manual" } },
    { "automatic", { "Tự động", "Automatic" } },
    { "local", { "Tại chỗ", "Local" } },
    { "remote", { "Từ xa", "Remote" } },
    { "normal", { "Bình thường", "Normal" } },
    { "warning", { "Cảnh báo", "Warning" } },
    { "alarm", { "Báo động", "Alarm" } },
    { "good", { "Tốt", "Good" } },
    { "uncertain", { "Nghi ngờ", "Uncertain" } },
    { "bad", { "Xấu", "Bad" } },
    { "unassigned", { "Chưa gán", "Not assigned" } },
    { "none", { "Không có", "None" } },
    { "forward", { "Chiều thuận", "Forward" } },
    { "reverse", { "Chiều nghịch", "Reverse" } },
    { "net", { "Thực", "Net" } },
    { "empty", { "Rỗng", "Empty" } },
    { "full", { "Đầy", "Full" } },
};

struct state_text state_text(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(STANDARD); i++)
        if (strcmp(STANDARD[i].word, word) == 0)
            return STANDARD[i].text;
    return (struct state_text){ word, word };
}

const char *state_standard(unsigned i)
{
    return i < COUNT_OF(STANDARD) ? STANDARD[i].word : NULL;
}

static int by_raw(const void *a, const void *b)
{
    int64_t x = ((const struct point_state *)a)->raw, y = ((const struct point_state *)b)->raw;

    return (x > y) - (x < y);
}

struct point_states *states_new(const struct point_state *list, unsigned count)
{
    struct point_states *s = calloc(1, sizeof *s + count * sizeof s->list[0]);

    if (s == NULL)
        return NULL;
    s->count = count;
    memcpy(s->list, list, count * sizeof s->list[0]);
    qsort(s->list, count, sizeof s->list[0], by_raw);
    return s;
}

const struct point_state *states_find(const struct point_states *s, double number)
{
    for (unsigned i = 0; s != NULL && i < s->count; i++)
        if ((double)s->list[i].raw == number)
            return &s->list[i];
    return NULL;
}

bool states_same(const struct point_states *a, const struct point_states *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->count != b->count)
        return false;
    for (unsigned i = 0; i < a->count; i++)
        if (a->list[i].raw != b->list[i].raw || strcmp(a->list[i].word, b->list[i].word) != 0)
            return false;
    return true;
}
