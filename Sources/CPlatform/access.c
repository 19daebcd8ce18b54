#include "access.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

// The layout of linux/posix_acl_xattr.h: a version, then these.
struct entry {
    uint16_t tag;
    uint16_t permissions;
    uint32_t identifier;
};

enum { version_size = 4, owning_group = 0x04, may_read = 4 };

int vectorspool_group_may_read(int descriptor) {
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !(status.st_mode & S_IRGRP)) return 0;
    unsigned char list[version_size + 512 * sizeof(struct entry)];
    ssize_t size = fgetxattr(descriptor, "system.posix_acl_access", list, sizeof list);
    if (size < 0) return errno == ENODATA || errno == ENOTSUP;
    // Beside an access control list the bits of the mode are its mask, and the group has an entry of its own.
    for (ssize_t offset = version_size; offset + (ssize_t)sizeof(struct entry) <= size; offset += sizeof(struct entry)) {
        struct entry entry;
        memcpy(&entry, list + offset, sizeof entry);
        if (entry.tag == owning_group) return (entry.permissions & may_read) != 0;
    }
    return 0;
}
