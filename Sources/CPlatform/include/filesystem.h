#pragma once

/// What statfs(2) says, in types of fixed width: Swift's Glibc does not have the call.
struct vectorspool_filesystem {
    unsigned long long magic;
    unsigned long long available_blocks;
    unsigned long long block_size;
    int is_read_only;
};

/// Asks about the file system of `path`. Returns 0, or -1 with errno set.
int vectorspool_filesystem_status(const char *path, struct vectorspool_filesystem *status);

/// Waits until everything written to the file system of `descriptor` is on stable storage. Returns 0, or -1 with errno set.
int vectorspool_filesystem_synchronize(int descriptor);
