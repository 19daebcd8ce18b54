#pragma once

#include <stdint.h>

/// When the file of a name in a directory was made, in nanoseconds since 1970; links are not followed.
/// Returns -1 where the file system does not say, or there is no such file: statx(2), Linux 4.11.
int64_t vectorspool_birth(int directory, const char *name);
