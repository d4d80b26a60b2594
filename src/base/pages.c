#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096, LARGE = 2 << 20 };

void pages_large(void *start, size_t size)
{
    uintptr_t from = ((uintptr_t)start + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    uintptr_t end = ((uintptr_t)start + size) & ~(uintptr_t)(PAGE - 1);

    if (start != NULL && size >= LARGE && from < end)
        (void)madvise((void *)from, end - from, MADV_HUGEPAGE);
}
