#include "filesystem.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

int vectorspool_filesystem_status(const char *path, struct vectorspool_filesystem *status) {
    struct statfs raw;
    if (statfs(path, &raw) != 0) return -1;
    status->magic = (unsigned int)raw.f_type;
    status->available_blocks = raw.f_bavail;
    status->block_size = (unsigned long long)raw.f_bsize;
    status->is_read_only = (raw.f_flags & ST_RDONLY) != 0;
    return 0;
}

int vectorspool_filesystem_synchronize(int descriptor) { return syncfs(descriptor); }

int vectorspool_file_share(int empty, int source) { return ioctl(empty, FICLONE, source); }

void vectorspool_file_begin_writing(int descriptor, long long offset, long long count) {
    sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
