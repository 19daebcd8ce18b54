#pragma once

#include <stddef.h>

/// The bytes of the longest access control list that is understood.
extern const size_t vectorspool_access_list_limit;

/// Reads the access control list of an open file: fgetxattr(2), which Swift does not see.
/// Returns its size, or -1 with errno set (ENODATA: there is none; ENOTSUP: the file system has none).
long vectorspool_access_list(int descriptor, void *list, size_t size);

/// Whether such a list lets the group that the file belongs to read it.
int vectorspool_access_list_lets_group_read(const unsigned char *list, long size);
