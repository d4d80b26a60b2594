/* What a file says that a device taught: lines of whatever; what is taken is written and read again as it
 * was. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_lines(struct learned *l, char *text)
{
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        (void)learned_read_line(l, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct learned first, again;
    struct strbuf b;
    char *text = malloc(size + 1);

    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    memset(&first, 0, sizeof first);
    memset(&again, 0, sizeof again);
    read_lines(&first, text);
    if (first.count > LEARNED_MAX)
        abort();
    strbuf_init(&b, 1 << 20);
    learned_write(&first, &b);
    if (b.len > 0)
        read_lines(&again, b.text);
    if (again.most != first.most || again.count != first.count ||
        memcmp(again.list, first.list, first.count * sizeof *first.list) != 0)
        abort();
    strbuf_clear(&b);
    free(text);
    return 0;
}
