/* The record of acts, checked against itself and against its signed heads, or shown. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/still.h"
#include "command.h"
#include "place.h"
#include "store/audit.h"
#include "trail.h"

enum { HEADS_MAX = 20000, LINE_MAX_BYTES = 1024, SHOWN_MAX = 1 << 16 };

struct asked {
    const char *config, *heads, *key, *subject, *who, *verb;
    struct wall from, to; /* at or after, before */
};

/* ---- signed heads ---- */

static bool line_of(const char *line, struct trail_head *out, struct seal_hash *key, char at[CLOCK_TEXT_MAX],
                    char signature[SEAL_SIGNATURE_TEXT])
{
    struct json_in *doc;
    struct fault why;
    const char *node, *hash, *when, *public_key, *sign;
    bool sound;

    if (json_parse(line, strlen(line), &doc, &why) != ERR_NONE)
        return false;
    node = json_in_string(doc, "node");
    hash = json_in_string(doc, "hash");
    when = json_in_string(doc, "at");
    public_key = json_in_string(doc, "key");
    sign = json_in_string(doc, "signature");
    sound = node != NULL && hash != NULL && when != NULL && public_key != NULL && sign != NULL &&
            strlen(node) < ID_MAX && strlen(when) < CLOCK_TEXT_MAX && strlen(sign) < SEAL_SIGNATURE_TEXT &&
            seal_hash_parse(hash, &out->hash) && seal_hash_parse(public_key, key) &&
            json_in_number(doc, "seq") >= 1;
    if (sound) {
        (void)snprintf(out->node, sizeof out->node, "%s", node);
        (void)snprintf(at, CLOCK_TEXT_MAX, "%s", when);
        (void)snprintf(signature, SEAL_SIGNATURE_TEXT, "%s", sign);
        out->seq = (uint64_t)json_in_number(doc, "seq");
    }
    json_in_free(doc);
    return sound;
}

static bool is_signed(const struct trail_head *h, const struct seal_hash *key, const char *at,
                      const char *signature)
{
    char said[400], hash[2 * SEAL_HASH_BYTES + 1];
    int n;

    seal_hash_text(&h->hash, hash);
    n = snprintf(said, sizeof said, "capnuoc-audit-head-1 %s %" PRIu64 " %s %s", h->node, h->seq, hash, at);
    return seal_signature_fits(key, said, (size_t)n, signature);
}

static enum err take_line(struct trail *c, const char *path, unsigned number, const char *line,
                          const struct seal_hash *pinned, struct fault *why)
{
    struct trail_head h;
    struct seal_hash key;
    char at[CLOCK_TEXT_MAX], signature[SEAL_SIGNATURE_TEXT];

    if (!line_of(line, &h, &key, at, signature)) { /* torn by a full disk: as good as not there */
        (void)printf("%s:%u: not a signed head, passed over\n", path, number);
        return ERR_NONE;
    }
    if (pinned != NULL && !seal_hash_equal(&key, pinned))
        return fault_set(why, ERR_CONFIG, "%s:%u: signed with another key than the one given", path, number);
    if (!is_signed(&h, &key, at, signature))
        return fault_set(why, ERR_CONFIG, "%s:%u: the signature is not right", path, number);
    return trail_expect(c, &h, why);
}

static enum err read_heads(struct trail *c, const struct asked *a, struct fault *why)
{
    char line[LINE_MAX_BYTES];
    struct seal_hash pinned;
    unsigned number = 0;
    enum err rc = ERR_NONE;
    FILE *f;

    if (a->key != NULL && !seal_hash_parse(a->key, &pinned))
        return fault_set(why, ERR_CONFIG, "--key: must be %d hex digits", 2 * SEAL_HASH_BYTES);
    f = fopen(a->heads, "re");
    if (f == NULL)
        return fault_set(why, ERR_IO, "%s: %s", a->heads, strerror(errno));
    while (rc == ERR_NONE && fgets(line, sizeof line, f) != NULL)
        rc = take_line(c, a->heads, ++number, line, a->key == NULL ? NULL : &pinned, why);
    (void)fclose(f);
    if (rc == ERR_NONE && trail_expected(c) == 0)
        return fault_set(why, ERR_CONFIG, "%s: no signed head in it", a->heads);
    return rc;
}

/* ---- verify ---- */

static enum err follow(void *self, const struct audit_stored *a)
{
    trail_follow(self, a->node, a->epoch, &a->row);
    return ERR_NONE;
}

static int verify(const struct asked *a, const struct place *place)
{
    struct trail *c = trail_new();
    struct fault why;
    enum err rc = c == NULL ? fault_set(&why, ERR_MEMORY, "no memory") : ERR_NONE;
    int code;

    if (rc == ERR_NONE && a->heads != NULL)
        rc = read_heads(c, a, &why);
    if (rc == ERR_NONE)
        rc = store_audit_read(&place->store, follow, c, &why);
    if (rc != ERR_NONE)
        (void)fprintf(stderr, "capnuocctl: %s\n", why.text);
    code = rc != ERR_NONE ? CTL_WRONG : trail_tell(c, stdout) ? CTL_RIGHT : CTL_WRONG;
    if (rc == ERR_NONE && a->heads == NULL)
        (void)puts("no --heads: a chain that was made anew as a whole would not be seen");
    else if (rc == ERR_NONE && a->key == NULL)
        (void)puts("no --key: the heads' own key was believed");
    trail_free(c);
    return code;
}

/* ---- show ---- */

static enum err show(void *self, const struct audit_stored *s)
{
    const struct asked *a = self;
    const struct audit_entry *e = &s->row.entry;
    struct strbuf line;
    char at[CLOCK_TEXT_MAX];

    if (e->at.ms < a->from.ms || e->at.ms >= a->to.ms)
        return ERR_NONE;
    if ((a->subject != NULL && strcmp(a->subject, e->subject) != 0) ||
        (a->who != NULL && strcmp(a->who, e->by.name) != 0))
        return ERR_NONE;
    wall_text(e->at, at);
    strbuf_init(&line, SHOWN_MAX);
    strbuf_printf(&line, "%s %s/%" PRIu64 " %s:%s%s%s %s %s%s%s%s%s", at, s->node, s->row.seq,
                  actor_kind_name((enum actor_kind)e->by.kind), e->by.name,
                  e->by.address[0] == '\0' ? "" : "@", e->by.address, e->action, e->subject,
                  e->before[0] == '\0' ? "" : " from ", e->before, e->after[0] == '\0' ? "" : " to ",
                  e->after);
    if (line.text != NULL) {
        still(line.text, line.len);
        (void)puts(line.text);
    }
    strbuf_clear(&line);
    return ERR_NONE;
}

static bool read_time(const char *text, struct wall *out)
{
    if (wall_parse(text, out) == ERR_NONE)
        return true;
    (void)fprintf(stderr, "capnuocctl: %s: must be a time as 2026-11-23T19:10:38+07:00\n", text);
    return false;
}

static bool read_options(int argc, char **argv, struct asked *a)
{
    static const struct option OPTIONS[] = {
        { "config", required_argument, NULL, 'c' }, { "heads", required_argument, NULL, 'h' },
        { "key", required_argument, NULL, 'k' },    { "subject", required_argument, NULL, 's' },
        { "who", required_argument, NULL, 'w' },    { "from", required_argument, NULL, 'f' },
        { "to", required_argument, NULL, 't' },     { NULL, 0, NULL, 0 }
    };
    int option;

    a->from.ms = INT64_MIN;
    a->to.ms = INT64_MAX;
    while ((option = getopt_long(argc, argv, "c:", OPTIONS, NULL)) != -1) {
        switch (option) {
        case 'c': a->config = optarg; break;
        case 'h': a->heads = optarg; break;
        case 'k': a->key = optarg; break;
        case 's': a->subject = optarg; break;
        case 'w': a->who = optarg; break;
        case 'f':
            if (!read_time(optarg, &a->from))
                return false;
            break;
        case 't':
            if (!read_time(optarg, &a->to))
                return false;
            break;
        default: return false;
        }
    }
    a->verb = argc - optind == 1 ? argv[optind] : "";
    if (a->key != NULL && a->heads == NULL) {
        (void)fprintf(stderr, "capnuocctl: --key is the key of signed heads: it goes with --heads\n");
        return false;
    }
    return a->config != NULL && (strcmp(a->verb, "verify") == 0 || strcmp(a->verb, "show") == 0);
}

int audit_record(int argc, char **argv)
{
    static struct place place;
    struct asked a = { 0 };
    struct fault why;
    enum err rc;
    int code;

    if (!read_options(argc, argv, &a))
        return CTL_USAGE;
    rc = seal_start(&why);
    if (rc == ERR_NONE)
        rc = place_find(a.config, &place, &why);
    if (rc != ERR_NONE) {
        (void)fprintf(stderr, "capnuocctl: %s\n", why.text);
        return CTL_WRONG;
    }
    if (strcmp(a.verb, "verify") == 0) {
        code = verify(&a, &place);
    } else {
        rc = store_audit_read(&place.store, show, &a, &why);
        if (rc != ERR_NONE)
            (void)fprintf(stderr, "capnuocctl: %s\n", why.text);
        code = rc == ERR_NONE ? CTL_RIGHT : CTL_WRONG;
    }
    place_clear(&place);
    return code;
}
