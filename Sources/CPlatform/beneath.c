#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

const int vectorspool_open_place = O_PATH;

// linux/openat2.h, which older headers lack.
struct how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

enum { no_magic_links = 0x02, no_symbolic_links = 0x04, beneath = 0x08 };

static int open_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct how how = {
        .flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = beneath | no_symbolic_links | no_magic_links,
    };
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

// A system-call filter answers unknown calls with EPERM or ENOSYS, whatever the arguments are.
static int is_available(void) {
    static atomic_int known = 0;
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (answer == 0) {
        int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
        int descriptor = root < 0 ? -1 : open_beneath(root, ".", O_PATH | O_DIRECTORY, 0);
        answer = descriptor >= 0 ? 1 : root >= 0 && (errno == ENOSYS || errno == EPERM) ? -1 : 0;
        if (descriptor >= 0) close(descriptor);
        if (root >= 0) close(root);
        // There was no free descriptor; ask again the next time.
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer >= 0;
}

int vectorspool_open_beneath(int directory, const char *path, int flags, unsigned mode) {
    if (!is_available()) {
        errno = ENOSYS;
        return -1;
    }
    return open_beneath(directory, path, flags, mode);
}

int vectorspool_rename_exclusively(int from, const char *old_name, int to, const char *new_name) {
    return renameat2(from, old_name, to, new_name, RENAME_NOREPLACE);
}
