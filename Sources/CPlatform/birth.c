#include "birth.h"

#include <fcntl.h>
#include <sys/stat.h>

int64_t vectorspool_birth(int directory, const char *name) {
    struct statx facts;
    if (statx(directory, name, AT_SYMLINK_NOFOLLOW, STATX_BTIME, &facts) != 0 || !(facts.stx_mask & STATX_BTIME)) {
        return -1;
    }
    return facts.stx_btime.tv_sec * INT64_C(1000000000) + facts.stx_btime.tv_nsec;
}
