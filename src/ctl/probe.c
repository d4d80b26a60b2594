/* Registers of one device, asked by the running daemon in the wire's own turn. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acquire/field.h"
#include "ask.h"
#include "command.h"
#include "decodings.h"

enum { SHOWN_MAX = 1 << 20 };

enum { WORD_WIRE, WORD_DEVICE, WORD_TABLE, WORD_ADDRESS, WORD_COUNT, WORDS };

static bool is_bits(const char *table)
{
    return strcmp(table, function_key(FUNCTION_READ_COILS)) == 0 ||
           strcmp(table, function_key(FUNCTION_READ_DISCRETE)) == 0;
}

static size_t read_words(const char *answer, uint16_t words[REGISTERS_MAX])
{
    size_t n = 0;
    char *end;

    for (; n < REGISTERS_MAX; n++, answer = end) {
        words[n] = (uint16_t)strtoul(answer, &end, 16);
        if (end == answer)
            break;
    }
    return n;
}

static int show(const char *const line[WORDS], const char *answer)
{
    uint16_t words[REGISTERS_MAX];
    size_t have = read_words(answer, words), count = (size_t)strtoul(line[WORD_COUNT], NULL, 10);
    unsigned address = (unsigned)strtoul(line[WORD_ADDRESS], NULL, 10);
    bool bits = is_bits(line[WORD_TABLE]);
    struct strbuf to;
    int code = CTL_WRONG;

    if (have < (bits ? (count + 15) / 16 : count)) {
        (void)fputs("capnuocctl: the daemon's answer is cut short\n", stderr);
        return code;
    }
    strbuf_init(&to, SHOWN_MAX);
    if (bits)
        bits_print(address, words, count, &to);
    else
        decodings_print(address, words, count, &to);
    if (!to.failed && fwrite(to.text, 1, to.len, stdout) == to.len && fflush(stdout) == 0)
        code = CTL_RIGHT;
    strbuf_clear(&to);
    return code;
}

static int ask_and_show(const char *config, const char *const line[WORDS])
{
    char text[ASK_MAX], *answer = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&answer, &len);
    int code;

    if (to == NULL) {
        (void)fputs("capnuocctl: no memory\n", stderr);
        return CTL_WRONG;
    }
    (void)snprintf(text, sizeof text, "probe %s %s %s %s %s\n", line[WORD_WIRE], line[WORD_DEVICE],
                   line[WORD_TABLE], line[WORD_ADDRESS], line[WORD_COUNT]);
    code = ask_daemon(config, text, to);
    if (fclose(to) != 0)
        code = CTL_WRONG;
    if (code == CTL_RIGHT)
        code = show(line, answer);
    free(answer);
    return code;
}

/* What it says the daemon judges; here only that it is one word. */
static bool is_word(const char *text, size_t longest)
{
    if (text[0] != '\0' && strlen(text) <= longest && strpbrk(text, " \n") == NULL)
        return true;
    (void)fprintf(stderr, "capnuocctl: \"%s\" cannot be asked for\n", text);
    return false;
}

int daemon_probe(int argc, char **argv)
{
    static const struct option OPTIONS[] = { { "config", required_argument, NULL, 'c' },
                                             { NULL, 0, NULL, 0 } };
    static const size_t LONGEST[WORDS] = { NAME_LONGEST, NAME_LONGEST, 16, 20, 20 };
    const char *config = NULL, *line[WORDS] = { [WORD_COUNT] = "1" };
    int option, given;

    while ((option = getopt_long(argc, argv, "+c:", OPTIONS, NULL)) != -1) {
        if (option != 'c')
            return CTL_USAGE;
        config = optarg;
    }
    given = argc - optind;
    if (config == NULL || given < WORD_COUNT || given > WORDS)
        return CTL_USAGE;
    for (int i = 0; i < given; i++)
        line[i] = argv[optind + i];
    for (int i = 0; i < WORDS; i++)
        if (!is_word(line[i], LONGEST[i]))
            return CTL_USAGE;
    return ask_and_show(config, line);
}
