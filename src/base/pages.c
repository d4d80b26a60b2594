#include "base/pages.h"

#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096, LARGE = 2 << 20 };

void pages_large(void *start, size_t size)
{
    size_t skip = (size_t)(-(uintptr_t)start & (PAGE - 1)); /* to the first whole page */

    if (start != NULL && size >= LARGE)
        (void)madvise((char *)start + skip, (size - skip) & ~(size_t)(PAGE - 1), MADV_HUGEPAGE);
}
