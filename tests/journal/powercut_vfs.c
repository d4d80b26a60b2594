#include "powercut_vfs.h"

#include <pthread.h>
#include <sqlite3.h>

#include "unit.h"

enum { NAMES_MAX = 8, LIVES_MAX = 64, SECTOR = 512 };

struct change {
    size_t at, len;
    unsigned char *bytes; /* NULL: a truncation to `at` */
};

/* One life of a file: a file deleted and made again begins another. */
struct life {
    unsigned char *synced;
    size_t synced_len;
    struct change *changes; /* since the last sync, in order */
    size_t change_count, change_cap;
    struct life *next; /* of all, to be freed */
};

/* What a name may stand for after a cut: any of its lives since the folder was last synced, or nothing. */
struct name {
    char text[64];
    struct life *maybe[LIVES_MAX]; /* the last is what it stands for now; NULL: no file */
    size_t count;
};

struct cut_file {
    sqlite3_file base; /* first: a struct cut_file * is a sqlite3_file * */
    struct life *life; /* NULL: a temporary file */
    bool syncs_folder; /* with its first sync, as SQLite's own VFS does for a new log */
    sqlite3_file *real;
};

static pthread_mutex_t LOCK = PTHREAD_MUTEX_INITIALIZER;
static struct name NAMES[NAMES_MAX];
static size_t NAME_COUNT;
static struct life *ALL;
static uint64_t RANDOM, OPERATIONS, CUT_AT;
static bool DARK;
static enum disk DISK;
static pthread_cond_t STIRRED = PTHREAD_COND_INITIALIZER;
static sqlite3_vfs *REAL;

static bool fails(void)
{
    return DISK == DISK_FULL || DISK == DISK_BROKEN;
}

static void *sure(void *p)
{
    if (p == NULL)
        abort();
    return p;
}

/* ---- lives ---- */

static struct life *life_new(void)
{
    struct life *l = sure(calloc(1, sizeof *l));

    l->next = ALL;
    ALL = l;
    return l;
}

static void life_changes(struct life *l, struct change c)
{
    if (l->change_count == l->change_cap) {
        l->change_cap = l->change_cap == 0 ? 16 : 2 * l->change_cap;
        l->changes = sure(realloc(l->changes, l->change_cap * sizeof c));
    }
    l->changes[l->change_count++] = c;
}

static void image_grow(unsigned char **image, size_t *len, size_t to, bool garbage)
{
    if (to <= *len)
        return;
    *image = sure(realloc(*image, to));
    for (size_t i = *len; i < to; i++)
        (*image)[i] = garbage ? (unsigned char)test_random(&RANDOM) : 0;
    *len = to;
}

/* keep: percent of sectors that reach the disk. */
static void image_write(unsigned char **image, size_t *len, const struct change *c, uint32_t keep,
                        bool garbage)
{
    for (size_t done = 0; done < c->len;) {
        size_t at = c->at + done, n = SECTOR - at % SECTOR;
        if (n > c->len - done)
            n = c->len - done;
        if (test_below(&RANDOM, 100) < keep) {
            bool torn = keep < 100 && test_below(&RANDOM, 16) == 0;
            size_t part = torn ? test_below(&RANDOM, (uint32_t)n + 1) : n;
            image_grow(image, len, at + part, garbage);
            memcpy(*image + at, c->bytes + done, part);
        }
        done += n;
    }
}

static void image_change(unsigned char **image, size_t *len, const struct change *c, uint32_t keep,
                         bool garbage)
{
    if (c->bytes != NULL)
        image_write(image, len, c, keep, garbage);
    else if (test_below(&RANDOM, 100) < keep && c->at < *len)
        *len = c->at;
}

static void forget_changes(struct life *l)
{
    for (size_t i = 0; i < l->change_count; i++)
        free(l->changes[i].bytes);
    l->change_count = 0;
}

static void life_sync(struct life *l)
{
    for (size_t i = 0; i < l->change_count; i++)
        image_change(&l->synced, &l->synced_len, &l->changes[i], 100, false);
    forget_changes(l);
}

/* ---- names ---- */

static struct name *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *text = slash != NULL ? slash + 1 : path;

    for (size_t i = 0; i < NAME_COUNT; i++)
        if (strcmp(NAMES[i].text, text) == 0)
            return &NAMES[i];
    if (NAME_COUNT == NAMES_MAX || strlen(text) >= sizeof NAMES[0].text)
        abort();
    NAMES[NAME_COUNT] = (struct name){ .count = 1 };
    (void)snprintf(NAMES[NAME_COUNT].text, sizeof NAMES[0].text, "%s", text);
    return &NAMES[NAME_COUNT++];
}

static void name_becomes(struct name *n, struct life *l)
{
    if (n->count == LIVES_MAX)
        abort();
    n->maybe[n->count++] = l;
}

static void folder_sync(void)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        NAMES[i].maybe[0] = NAMES[i].maybe[NAMES[i].count - 1];
        NAMES[i].count = 1;
    }
}

/* Counts an operation; false: it does not happen any more.  *last: the power goes with this one. */
static bool power(bool *last)
{
    *last = false;
    if (DARK)
        return false;
    OPERATIONS++;
    *last = OPERATIONS == CUT_AT;
    if (*last)
        DARK = true;
    return true;
}

/* ---- the methods of a file ---- */

static struct cut_file *cut(sqlite3_file *f)
{
    return (struct cut_file *)f;
}

static sqlite3_file *real(sqlite3_file *f)
{
    return cut(f)->real;
}

static int x_close(sqlite3_file *f)
{
    return real(f)->pMethods != NULL ? real(f)->pMethods->xClose(real(f)) : SQLITE_OK;
}

static int x_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return real(f)->pMethods->xRead(real(f), to, n, at);
}

static int refused(int broken)
{
    return DISK == DISK_FULL ? SQLITE_FULL : broken;
}

static int x_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    struct change c = { .at = (size_t)at, .len = (size_t)n };
    bool last;
    int rc = SQLITE_OK;

    if (cut(f)->life == NULL)
        return real(f)->pMethods->xWrite(real(f), from, n, at);
    (void)pthread_mutex_lock(&LOCK);
    if (fails() || !power(&last)) {
        rc = refused(SQLITE_IOERR_WRITE);
    } else {
        c.bytes = memcpy(sure(malloc(c.len)), from, c.len);
        life_changes(cut(f)->life, c);
        rc = real(f)->pMethods->xWrite(real(f), from, n, at);
    }
    (void)pthread_mutex_unlock(&LOCK);
    return rc;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 to)
{
    bool last;
    int rc = SQLITE_IOERR_TRUNCATE;

    if (cut(f)->life == NULL)
        return real(f)->pMethods->xTruncate(real(f), to);
    (void)pthread_mutex_lock(&LOCK);
    if (!fails() && power(&last)) {
        life_changes(cut(f)->life, (struct change){ .at = (size_t)to });
        rc = real(f)->pMethods->xTruncate(real(f), to);
    }
    (void)pthread_mutex_unlock(&LOCK);
    return rc;
}

/* The real sync is left out: nobody cuts the real power, and the test is a hundred times faster. */
static int x_sync(sqlite3_file *f, int flags)
{
    bool last = false;
    int rc = SQLITE_OK;

    (void)flags;
    if (cut(f)->life == NULL)
        return SQLITE_OK;
    (void)pthread_mutex_lock(&LOCK);
    while (DISK == DISK_STALLED)
        (void)pthread_cond_wait(&STIRRED, &LOCK);
    if (fails() || !power(&last)) {
        rc = refused(SQLITE_IOERR_FSYNC);
    } else if (!last || test_below(&RANDOM, 2) == 0) {
        life_sync(cut(f)->life);
        if (cut(f)->syncs_folder)
            folder_sync();
        cut(f)->syncs_folder = false;
    }
    if (rc == SQLITE_OK && last) /* done or not, nobody lives to hear of it */
        rc = SQLITE_IOERR_FSYNC;
    (void)pthread_mutex_unlock(&LOCK);
    return rc;
}

static int x_file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real(f)->pMethods->xFileSize(real(f), size);
}

static int x_lock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xLock(real(f), level);
}

static int x_unlock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xUnlock(real(f), level);
}

static int x_check_lock(sqlite3_file *f, int *held)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), held);
}

static int x_control(sqlite3_file *f, int op, void *arg)
{
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int x_sector_size(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}

static int x_device(sqlite3_file *f)
{
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int x_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at)
{
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, at);
}

static int x_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void x_shm_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}

static int x_shm_unmap(sqlite3_file *f, int delete_it)
{
    return real(f)->pMethods->xShmUnmap(real(f), delete_it);
}

static const sqlite3_io_methods METHODS = {
    .iVersion = 2, /* no memory mapping: it would write behind our back */
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check_lock,
    .xFileControl = x_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_device,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

/* ---- the methods of the VFS ---- */

/* The life that an opened path stands for; NULL: the power is gone. */
static struct life *open_life(const char *path, bool *made)
{
    struct name *n = name_of(path);
    bool last;

    *made = n->maybe[n->count - 1] == NULL;
    if (*made) {
        if (fails() || !power(&last))
            return NULL;
        name_becomes(n, life_new());
    }
    return n->maybe[n->count - 1];
}

static int x_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *out)
{
    const int logs = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;
    struct cut_file *file = cut(f);
    bool made = false;
    int rc;

    (void)v;
    memset(file, 0, sizeof *file);
    file->real = (sqlite3_file *)(file + 1);
    (void)pthread_mutex_lock(&LOCK);
    if (path != NULL && (flags & SQLITE_OPEN_CREATE) != 0)
        file->life = open_life(path, &made);
    else if (path != NULL)
        file->life = name_of(path)->maybe[name_of(path)->count - 1];
    (void)pthread_mutex_unlock(&LOCK);
    if (path != NULL && file->life == NULL)
        return SQLITE_CANTOPEN;
    file->syncs_folder = made && (flags & logs) != 0;
    rc = REAL->xOpen(REAL, path, file->real, flags, out);
    if (rc == SQLITE_OK)
        file->base.pMethods = &METHODS;
    return rc;
}

static int x_delete(sqlite3_vfs *v, const char *path, int sync_folder)
{
    bool last;
    int rc = SQLITE_IOERR_DELETE;

    (void)v;
    (void)pthread_mutex_lock(&LOCK);
    if (!fails() && power(&last)) {
        rc = REAL->xDelete(REAL, path, 0);
        if (rc == SQLITE_OK)
            name_becomes(name_of(path), NULL);
        if (sync_folder != 0 && !last)
            folder_sync();
    }
    (void)pthread_mutex_unlock(&LOCK);
    return rc;
}

static void register_once(void)
{
    static sqlite3_vfs vfs;

    if (REAL != NULL)
        return;
    REAL = sqlite3_vfs_find(NULL);
    vfs = *REAL;
    vfs.pNext = NULL;
    vfs.zName = POWERCUT_VFS;
    vfs.szOsFile = (int)sizeof(struct cut_file) + REAL->szOsFile;
    vfs.xOpen = x_open;
    vfs.xDelete = x_delete;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
        abort();
}

/* ---- the test's side ---- */

void powercut_begin(uint64_t seed, uint64_t cut_at)
{
    register_once();
    while (ALL != NULL) {
        struct life *l = ALL;
        ALL = l->next;
        forget_changes(l);
        free(l->changes);
        free(l->synced);
        free(l);
    }
    NAME_COUNT = 0;
    RANDOM = seed;
    OPERATIONS = 0;
    CUT_AT = cut_at;
    DARK = false;
    DISK = DISK_FINE;
}

uint64_t powercut_operations(void)
{
    uint64_t n;

    (void)pthread_mutex_lock(&LOCK);
    n = OPERATIONS;
    (void)pthread_mutex_unlock(&LOCK);
    return n;
}

bool powercut_is_dark(void)
{
    bool dark;

    (void)pthread_mutex_lock(&LOCK);
    dark = DARK;
    (void)pthread_mutex_unlock(&LOCK);
    return dark;
}

void powercut_folder_synced(void)
{
    (void)pthread_mutex_lock(&LOCK);
    if (!DARK)
        folder_sync();
    (void)pthread_mutex_unlock(&LOCK);
}

void powercut_disk(enum disk state)
{
    (void)pthread_mutex_lock(&LOCK);
    DISK = state;
    (void)pthread_cond_broadcast(&STIRRED);
    (void)pthread_mutex_unlock(&LOCK);
}

static void settle(const struct name *n, const char *folder)
{
    static const uint32_t KEEP[] = { 0, 20, 50, 90, 100 };
    const struct life *l = n->maybe[test_below(&RANDOM, (uint32_t)n->count)];
    uint32_t keep = KEEP[test_below(&RANDOM, 5)];
    bool garbage = test_below(&RANDOM, 4) == 0;
    unsigned char *image = NULL;
    size_t len = 0;
    char path[512];
    FILE *f;

    if (l == NULL)
        return;
    image_grow(&image, &len, l->synced_len, false);
    if (len > 0)
        memcpy(image, l->synced, len);
    for (size_t i = 0; i < l->change_count; i++)
        image_change(&image, &len, &l->changes[i], keep, garbage);
    (void)snprintf(path, sizeof path, "%s/%s", folder, n->text);
    f = sure(fopen(path, "w"));
    if (len > 0 && fwrite(image, 1, len, f) != len)
        abort();
    if (fclose(f) != 0)
        abort();
    free(image);
}

void powercut_settle(const char *folder)
{
    (void)pthread_mutex_lock(&LOCK);
    DARK = true;
    for (size_t i = 0; i < NAME_COUNT; i++)
        settle(&NAMES[i], folder);
    (void)pthread_mutex_unlock(&LOCK);
}
