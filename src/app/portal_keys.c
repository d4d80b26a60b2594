#include "portal_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "seal/seal.h"

enum { KEY_TEXT = 2 * SEAL_HASH_BYTES, ID_TEXT = 17, KEYS_MAX = 256, LINE_MAX_BYTES = 300 };

struct known_key {
    struct seal_hash public_key;
    struct wall from;
};

struct portal_keys {
    struct seal_hash secret;
    struct known_key list[KEYS_MAX]; /* the last is the one in use */
    size_t count;
};

static void id_of(const struct seal_hash *public_key, char out[ID_TEXT])
{
    const struct seal_hash h = seal_hash(public_key->bytes, sizeof public_key->bytes);

    seal_short_text(&h, out);
}

/* ---- the secret ---- */

static enum err make_key(const char *path, char text[KEY_TEXT + 1], struct fault *why)
{
    struct seal_hash secret;

    seal_random(&secret);
    seal_hash_text(&secret, text);
    explicit_bzero(&secret, sizeof secret);
    return file_write(path, text, KEY_TEXT, 0600, why);
}

static enum err read_key(struct portal_keys *k, const char *path, struct fault *why)
{
    char text[KEY_TEXT + 2];
    bool sound;
    enum err rc =
        access(path, F_OK) != 0 ? make_key(path, text, why) : file_read_secret(path, text, sizeof text, why);

    if (rc != ERR_NONE)
        return rc;
    sound = seal_hash_parse(text, &k->secret);
    explicit_bzero(text, sizeof text);
    return sound ? ERR_NONE
                 : fault_set(why, ERR_RANGE, "%s: not a key of the portal (%d hex digits)", path, KEY_TEXT);
}

/* ---- the history ---- */

static enum err read_line(struct portal_keys *k, const char *line, size_t len, const char *path,
                          struct fault *why)
{
    struct json_in *doc;
    struct known_key key;
    const char *public_key, *from;
    bool sound = json_parse(line, len, &doc, why) == ERR_NONE;

    if (!sound)
        return fault_set(why, ERR_RANGE, "%s: line %zu is no key", path, k->count + 1);
    public_key = json_in_string(doc, "public");
    from = json_in_string(doc, "from");
    sound = public_key != NULL && from != NULL && seal_hash_parse(public_key, &key.public_key) &&
            wall_parse(from, &key.from) == ERR_NONE && k->count < KEYS_MAX;
    json_in_free(doc);
    if (!sound)
        return fault_set(why, ERR_RANGE, "%s: line %zu is no key, or one too many", path, k->count + 1);
    k->list[k->count++] = key;
    return ERR_NONE;
}

static enum err read_history(struct portal_keys *k, const char *path, struct fault *why)
{
    char *text;
    size_t len;
    enum err rc;

    if (access(path, F_OK) != 0)
        return ERR_NONE;
    rc = file_read(path, (size_t)KEYS_MAX * LINE_MAX_BYTES, &text, &len, why);
    if (rc != ERR_NONE)
        return rc;
    for (size_t at = 0, n; at < len && rc == ERR_NONE; at += n + 1) {
        n = strcspn(text + at, "\n");
        if (n > 0)
            rc = read_line(k, text + at, n, path, why);
    }
    free(text);
    return rc;
}

static size_t key_line(const struct known_key *key, char out[LINE_MAX_BYTES])
{
    char id[ID_TEXT], public_key[KEY_TEXT + 1], from[CLOCK_TEXT_MAX];

    id_of(&key->public_key, id);
    seal_hash_text(&key->public_key, public_key);
    wall_text(key->from, from);
    return (size_t)snprintf(out, LINE_MAX_BYTES, "{\"id\":\"%s\",\"public\":\"%s\",\"from\":\"%s\"}\n", id,
                            public_key, from);
}

/* The file anew, whole: a line is never torn. */
static enum err write_history(const struct portal_keys *k, const char *path, struct fault *why)
{
    struct strbuf b;
    char line[LINE_MAX_BYTES];
    enum err rc;

    strbuf_init(&b, (size_t)KEYS_MAX * LINE_MAX_BYTES);
    for (size_t i = 0; i < k->count; i++)
        strbuf_add(&b, line, key_line(&k->list[i], line));
    rc = b.failed ? fault_set(why, ERR_MEMORY, "portal: no memory for its keys")
                  : file_write(path, b.text, b.len, 0644, why);
    strbuf_clear(&b);
    return rc;
}

/* A key that was used before, and left, comes back as one that begins now. */
static enum err add_key(struct portal_keys *k, const char *path, struct wall now, struct fault *why)
{
    const struct known_key mine = { seal_public(&k->secret), now };
    char id[ID_TEXT];

    id_of(&mine.public_key, id);
    if (k->count > 0 && seal_hash_equal(&k->list[k->count - 1].public_key, &mine.public_key))
        return ERR_NONE;
    if (k->count == KEYS_MAX)
        return fault_set(why, ERR_FULL, "%s: %d keys are enough", path, KEYS_MAX);
    k->list[k->count++] = mine;
    log_info("portal seals with another key id=%s", id);
    return write_history(k, path, why);
}

enum err portal_keys_open(struct portal_keys **out, const char *folder, struct wall now, struct fault *why)
{
    struct portal_keys *k = calloc(1, sizeof *k);
    char path[4096], history[4096];
    enum err rc;

    if (k == NULL)
        return fault_set(why, ERR_MEMORY, "portal: no memory for its keys");
    (void)snprintf(path, sizeof path, "%s/portal.key", folder);
    (void)snprintf(history, sizeof history, "%s/portal-keys.jsonl", folder);
    rc = read_key(k, path, why);
    if (rc == ERR_NONE)
        rc = read_history(k, history, why);
    if (rc == ERR_NONE)
        rc = add_key(k, history, now, why);
    if (rc != ERR_NONE) {
        portal_keys_close(k);
        return rc;
    }
    *out = k;
    return ERR_NONE;
}

void portal_keys_close(struct portal_keys *k)
{
    if (k == NULL)
        return;
    explicit_bzero(k, sizeof *k);
    free(k);
}

void portal_keys_seal(const struct portal_keys *k, const void *bytes, size_t len, char out[PORTAL_SEAL_MAX])
{
    char id[ID_TEXT], signature[SEAL_SIGNATURE_TEXT];

    id_of(&k->list[k->count - 1].public_key, id);
    seal_sign(&k->secret, bytes, len, signature);
    (void)snprintf(out, PORTAL_SEAL_MAX, "key=%s; ed25519=%s", id, signature);
}

void portal_keys_write(const struct portal_keys *k, const char *node, struct strbuf *to)
{
    struct json_out j;

    json_out_init(&j, to);
    json_open_object(&j);
    json_member_text(&j, "schema", "capnuoc-portal-keys-1");
    json_member_text(&j, "node", node);
    json_key(&j, "keys");
    json_open_array(&j);
    for (size_t i = 0; i < k->count; i++) {
        char id[ID_TEXT], public_key[KEY_TEXT + 1];
        id_of(&k->list[i].public_key, id);
        seal_hash_text(&k->list[i].public_key, public_key);
        json_open_object(&j);
        json_member_text(&j, "id", id);
        json_member_text(&j, "algorithm", "ed25519");
        json_member_text(&j, "public", public_key);
        json_member_time(&j, "from", k->list[i].from);
        json_member_time(&j, "until", i + 1 < k->count ? k->list[i + 1].from : (struct wall){ 0 });
        json_close_object(&j);
    }
    json_close_array(&j);
    json_close_object(&j);
}
