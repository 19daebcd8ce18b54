#pragma once

/// O_PATH, which Swift's Glibc lacks: the descriptor only refers to a place.
extern const int vectorspool_open_place;

/// Opens `path` below the directory `directory` without following any symbolic link and without leaving it: openat2(2)
/// with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS. O_CLOEXEC is always set.
/// Returns the descriptor, or -1 with errno set; ENOSYS where the kernel or a system-call filter lacks it.
int vectorspool_open_beneath(int directory, const char *path, int flags, unsigned mode);

/// Renames a name of one directory to a name of another unless that exists (EEXIST): renameat2(2) with RENAME_NOREPLACE.
/// Returns 0, or -1 with errno set; EINVAL where the file system lacks it, ENOSYS where the kernel does.
int vectorspool_rename_exclusively(int from, const char *old_name, int to, const char *new_name);
