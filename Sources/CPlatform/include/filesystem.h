#pragma once

/// The result of statfs(2), which Swift's Glibc lacks, in types of fixed width.
struct vectorspool_filesystem {
    unsigned long long magic;
    unsigned long long available_blocks;
    unsigned long long block_size;
    int is_read_only;
};

/// Queries the file system of `path`. Returns 0, or -1 with errno set.
int vectorspool_filesystem_status(const char *path, struct vectorspool_filesystem *status);

/// Waits until everything written to the file system of `descriptor` is on stable storage. Returns 0, or -1 with errno set.
int vectorspool_filesystem_synchronize(int descriptor);

/// Makes an empty file share the blocks of another one of the same file system: ioctl_ficlone(2). Returns 0, or -1 with
/// errno set where the file system cannot do that or the files do not allow it.
int vectorspool_file_share(int empty, int source);

/// Lets the kernel begin to write a range of a file to the disk; failures are reported by fsync.
void vectorspool_file_begin_writing(int descriptor, long long offset, long long count);
