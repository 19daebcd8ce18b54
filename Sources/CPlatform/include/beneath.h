#pragma once

/// O_PATH, which Swift does not see: a descriptor that only stands for a place.
extern const int vectorspool_open_place;

/// Opens `path` below the directory `directory` without following any symbolic link and without leaving it: openat2(2)
/// with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS. O_CLOEXEC is always set.
/// Returns the descriptor, or -1 with errno set; ENOSYS where the kernel or a filter of system calls lacks it.
int vectorspool_open_beneath(int directory, const char *path, int flags, unsigned mode);

/// Renames a name of one directory to a name of another. With `exclusively` an existing target is left alone (EEXIST):
/// renameat2(RENAME_NOREPLACE), and where the file system lacks it linkat(2) and unlinkat(2).
/// Returns 0, or -1 with errno set. Once the new name stands the call has succeeded, whatever becomes of the old one.
int vectorspool_rename_between(int from, const char *old_name, int to, const char *new_name, int exclusively);
