#include "site.h"

#include <dlfcn.h>
#include <execinfo.h>

uint64_t vectorspool_call_site(void) {
    void *frames[24];
    int count = backtrace(frames, sizeof frames / sizeof *frames);
    // FNV-1a over offsets in the files that the code was loaded from.
    uint64_t hash = 0xCBF29CE484222325u;
    for (int frame = 1; frame < count; frame++) {
        Dl_info place;
        uintptr_t base = dladdr(frames[frame], &place) ? (uintptr_t)place.dli_fbase : 0;
        hash = (hash ^ ((uintptr_t)frames[frame] - base)) * 0x100000001B3u;
    }
    return hash;
}
