"""Runs a program with a small file system of its own mounted on one folder: a real full disk, without rights.

    on_small_disk.py FOLDER SIZE PROGRAM ARGUMENTS...     exit code 77: this machine lets nobody do that
"""
import ctypes
import os
import sys

NEW_USERS, NEW_MOUNTS = 0x10000000, 0x00020000


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def main(folder, size, *program):
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.geteuid(), os.getegid()
    try:
        if libc.unshare(NEW_USERS | NEW_MOUNTS) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", "%d %d 1" % (uid, uid))
        write("/proc/self/gid_map", "%d %d 1" % (gid, gid))
        if libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, ("size=%s,mode=0700" % size).encode()) != 0:
            raise OSError(ctypes.get_errno(), "mount")
    except OSError as e:
        print("no file system of our own: %s" % e, file=sys.stderr)
        sys.exit(77)
    os.execv(program[0], program)


main(*sys.argv[1:])
