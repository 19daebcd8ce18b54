#pragma once

#include <stddef.h>

/// The size in bytes of the longest supported access control list.
extern const size_t vectorspool_access_list_limit;

/// Reads the access control list of an open file: fgetxattr(2), which Swift's Glibc lacks.
/// Returns its size, or -1 with errno set (ENODATA: the file has none; ENOTSUP: the file system does not support it).
long vectorspool_access_list(int descriptor, void *list, size_t size);

/// Whether the list lets the file's group read the file.
int vectorspool_access_list_lets_group_read(const unsigned char *list, long size);
