/* A SQLite VFS that remembers what a power cut would leave: of each file what was synced, and of what was
 * not yet synced a random choice of sectors.  It can also make the disk fail.
 *
 * It wraps the usual VFS; the files of the run stay usable until the cut, after it every write fails. */
#ifndef TESTS_JOURNAL_POWERCUT_VFS_H
#define TESTS_JOURNAL_POWERCUT_VFS_H

#include <stdbool.h>
#include <stdint.h>

#define POWERCUT_VFS "powercut"

enum disk { DISK_FINE, DISK_FULL, DISK_BROKEN, DISK_STALLED };

/* Forgets all files; no file of this VFS may be open.  The power goes at the operation number cut_at (a
 * write, truncation, sync, creation or deletion); 0: never. */
void powercut_begin(uint64_t seed, uint64_t cut_at);
uint64_t powercut_operations(void);
bool powercut_is_dark(void); /* the power is gone */
/* The folder was synced by somebody else than SQLite. */
void powercut_folder_synced(void);
/* From now on writes and syncs answer so; on a stalled disk a sync answers when it is no longer that. */
void powercut_disk(enum disk state);
/* Cuts the power now, if it is still there, and writes what survived into the folder. */
void powercut_settle(const char *folder);

#endif
