/* The reader of profiles and plants against anything: what it takes prints, reads back and prints the same,
 * can be planned without touching what is forbidden, and what it refuses has a mistake.
 *
 * The input is a profile file and a plant file, with a line "---" between them; without it, a plant alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/field.h"
#include "plan.h"
#include "seal/seal.h"

static const char CUT[] = "\n---\n";

struct world {
    struct conf_mistakes mistakes;
    struct profiles profiles;
    struct catalogue catalogue;
    struct field field;
};

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static void must(bool right)
{
    if (!right)
        abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct fault why;

    (void)argc;
    (void)argv;
    must(seal_start(&why) == ERR_NONE);
    return 0;
}

static void world_init(struct world *w)
{
    conf_mistakes_init(&w->mistakes, 20);
    profiles_init(&w->profiles);
    catalogue_init(&w->catalogue);
    field_init(&w->field);
}

static void world_clear(struct world *w)
{
    conf_mistakes_clear(&w->mistakes);
    profiles_clear(&w->profiles);
    catalogue_clear(&w->catalogue);
    field_clear(&w->field);
}

static void load_profile(struct world *w, const char *text, size_t len)
{
    struct conf_file *file = NULL;

    if (conf_load_text("/profile", text, len, &file, &w->mistakes) != ERR_NONE)
        return;
    must(profiles_load(&w->profiles, conf_root(file), &w->mistakes) == ERR_NONE);
    conf_file_free(file);
}

static void load_plant(struct world *w, const char *text, size_t len)
{
    struct conf_file *file = NULL;

    if (conf_load_text("/plant", text, len, &file, &w->mistakes) != ERR_NONE) {
        must(w->mistakes.mistakes > 0);
        return;
    }
    must(field_load(conf_root(file), &w->profiles, &w->catalogue, &w->field, &w->mistakes) == ERR_NONE);
    if (field_check(&w->field, (struct conf_mark){ "/plant", 0, 0 }, &w->mistakes) != ERR_NONE)
        abort(); /* only memory can be short */
    conf_file_free(file);
}

/* A request may touch a forbidden register only if the plant were wrong. */
static void must_keep_off(const struct device *d)
{
    struct plan p;
    struct fault why;

    must(plan_make(&p, d, &why) == ERR_NONE);
    for (size_t i = 0; i < p.block_count; i++) {
        const struct block *b = &p.blocks[i];
        must(b->quantity >= 1 &&
             b->quantity <= (function_reads_bits(b->function) ? BITS_MAX : d->max_registers));
        must(device_forbids(d, b->function, b->address, (unsigned)b->address + b->quantity) == NULL);
    }
    plan_clear(&p);
}

static void must_print_back(const struct world *w)
{
    struct strbuf first, second;
    struct world again;

    world_init(&again);
    strbuf_init(&first, 1 << 24);
    strbuf_init(&second, 1 << 24);
    field_print(&w->catalogue, &w->field, &first);
    must(!first.failed);
    load_plant(&again, first.text, first.len);
    must(again.mistakes.mistakes == 0);
    field_print(&again.catalogue, &again.field, &second);
    must(strcmp(first.text, second.text) == 0);
    strbuf_clear(&first);
    strbuf_clear(&second);
    world_clear(&again);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const char *text = (const char *)data, *cut = memmem(text, size, CUT, sizeof CUT - 1);
    size_t profile = cut == NULL ? 0 : (size_t)(cut - text) + 1;
    struct world w;
    struct strbuf said;

    world_init(&w);
    strbuf_init(&said, 1 << 20);
    if (cut != NULL) {
        load_profile(&w, text, profile);
        profile += sizeof CUT - 2;
    }
    load_plant(&w, text + profile, size - profile);
    conf_mistakes_write(&w.mistakes, &said);
    must(!said.failed && (w.mistakes.mistakes == 0 || said.len > 0));
    for (size_t i = 0; w.mistakes.mistakes == 0 && i < w.field.wire_count; i++)
        for (size_t d = 0; d < w.field.wires[i].device_count; d++)
            must_keep_off(&w.field.wires[i].devices[d]);
    if (w.mistakes.mistakes == 0)
        must_print_back(&w);
    strbuf_clear(&said);
    world_clear(&w);
    return 0;
}
