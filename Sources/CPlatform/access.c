#include "access.h"

#include <stdint.h>
#include <string.h>
#include <sys/types.h>
#include <sys/xattr.h>

// The layout of linux/posix_acl_xattr.h: a version, then these.
struct entry {
    uint16_t tag;
    uint16_t permissions;
    uint32_t identifier;
};

enum { version_size = 4, owning_group = 0x04, may_read = 4 };

const size_t vectorspool_access_list_limit = version_size + 512 * sizeof(struct entry);

long vectorspool_access_list(int descriptor, void *list, size_t size) {
    return fgetxattr(descriptor, "system.posix_acl_access", list, size);
}

int vectorspool_access_list_lets_group_read(const unsigned char *list, long size) {
    // With an access control list the group bits of the mode are its mask, and the group has its own entry.
    for (long offset = version_size; offset + (long)sizeof(struct entry) <= size; offset += sizeof(struct entry)) {
        struct entry entry;
        memcpy(&entry, list + offset, sizeof entry);
        if (entry.tag == owning_group) return (entry.permissions & may_read) != 0;
    }
    return 0;
}
