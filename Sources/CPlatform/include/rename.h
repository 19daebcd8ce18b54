#pragma once

/// Renames without replacing: `renameat2(RENAME_NOREPLACE)`, and where the file system lacks it `link` plus `unlink`.
/// Returns 0, or -1 with errno set (EEXIST: the new name is taken).
int vectorspool_rename_exclusively(const char *from, const char *to);
